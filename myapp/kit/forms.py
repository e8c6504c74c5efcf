"""The body of an HTML form: its fields as they were sent, and what each parameter or form model takes of them.

Pairs https://fastapi.tiangolo.com/tutorial/request-forms/ and https://fastapi.tiangolo.com/tutorial/request-form-models/
with `flask.Request`. Text fields are read here as Starlette reads them, urlencoded or multipart (by Werkzeug's parser,
with Starlette's limits). As in FastAPI, a field that was left empty counts as not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote_plus

from flask import Request
from marshmallow import EXCLUDE, Schema, missing
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from .errors import HTTPException
from .fields.containers import load_key
from .param_models import takes_many

MAX_FIELDS: Final = 1000
MAX_SIZE: Final = 1024 * 1024


class FormData(dict[str, Any]):
    """The fields of a form: the last value of each name; `lists` has them all."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        self.lists: dict[str, list[Any]] = {}
        for name, value in pairs:
            self.lists.setdefault(name, []).append(value)
        super().__init__({name: values[-1] for name, values in self.lists.items()})

    def value(self, name: str, *, many: bool) -> Any:
        """What a parameter of this name gets: all values or the last one; `missing` for none and for an empty one."""
        if many:
            return self.lists.get(name, missing)
        found = self.get(name, "")
        return missing if isinstance(found, str) and not found else found


def read_form(request: Request) -> FormData:
    """The form in the request's body; an empty one where the Content-Type is no form's.

    Raises HTTPException 400 for a multipart body that can't be read, and for too many or too large fields.
    """
    content_type = request.headers.get("Content-Type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return FormData(_urlencoded(request.get_data(cache=True)))
    if kind == "multipart/form-data":
        return FormData(_multipart(request.get_data(cache=True), _boundary(content_type)))
    return FormData()


def _urlencoded(body: bytes) -> Iterable[tuple[str, str]]:
    count = 0
    for field in body.decode("latin-1").split("&"):
        if not field:
            continue
        name, equals, value = field.partition("=")
        if len(field) - len(equals) > MAX_SIZE:
            raise HTTPException(400, f"Field exceeded maximum size of {MAX_SIZE // 1024}KB.")
        count += 1
        if count > MAX_FIELDS:
            raise _too_many()
        yield unquote_plus(name), unquote_plus(value)


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str):
        raise HTTPException(400, "Missing boundary in multipart.")
    return boundary.encode("latin-1")


def _multipart(body: bytes, boundary: bytes) -> Iterable[tuple[str, Any]]:
    if not body:
        return
    parser = MultiPartParser(max_form_memory_size=MAX_SIZE, max_form_parts=MAX_FIELDS)
    try:
        fields, files = parser.parse(BytesIO(body), boundary, len(body))
    except RequestEntityTooLarge as error:
        if body.count(b"\r\n--" + boundary) > MAX_FIELDS:
            raise _too_many() from error
        raise HTTPException(400, f"Part exceeded maximum size of {MAX_SIZE // 1024}KB.") from error
    except ValueError as error:
        raise HTTPException(400, "Invalid multipart data.") from error
    for name, value in (*fields.items(multi=True), *files.items(multi=True)):
        if name is None:
            raise HTTPException(400, 'The Content-Disposition header field "name" must be provided.')
        yield name, value


def _too_many() -> HTTPException:
    return HTTPException(400, f"Too many fields. Maximum number of fields is {MAX_FIELDS}.")


class FormModel:
    """Gathers what a Schema is loaded from; `optional` says that the model as a whole may be None."""

    def __init__(self, schema: Schema, *, optional: bool) -> None:
        self.optional = optional
        self.keeps_extras = schema.unknown != EXCLUDE
        by_name = getattr(getattr(schema, "config", None), "populate_by_name", False)
        self.attributes = [
            (list(dict.fromkeys([load_key(name, field), name] if by_name else [load_key(name, field)])), field)
            for name, field in schema.load_fields.items()
        ]
        self.own_names = frozenset(key for keys, _ in self.attributes for key in keys)
        self.many = [takes_many(field) for _, field in self.attributes]

    def gather(self, form: FormData) -> Any:
        """The object to load; `missing` when the model may be None and nothing of it was sent."""
        if self.optional and self.own_names.isdisjoint(form) and not (self.keeps_extras and form):
            return missing
        gathered: dict[str, Any] = {}
        used: set[str] = set()
        for (keys, _), many in zip(self.attributes, self.many, strict=True):
            for key in keys:
                used.add(key)
                value = form.value(key, many=many)
                if value is not missing:
                    gathered[key] = value
                    break
        extras = ((name, values) for name, values in form.lists.items() if name not in used)
        return gathered | {name: values if len(values) > 1 else values[0] for name, values in extras}
