"""The body of an HTML form: its fields as they were sent, and what each parameter or form model takes of them.

Pairs https://fastapi.tiangolo.com/tutorial/request-forms/ and https://fastapi.tiangolo.com/tutorial/request-form-models/
with `flask.Request`. Text fields are read here as Starlette reads them, urlencoded or multipart (`myapp.kit.multipart`,
with files). As in FastAPI, a field that was left empty, or a file that was not chosen, counts as not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote_plus

from flask import Request
from marshmallow import EXCLUDE, Schema, missing
from marshmallow.fields import Field as MarshmallowField
from python_multipart.multipart import parse_options_header

from .after import end_after_response
from .body_limit import FORM_LIMITS, FormLimits
from .errors import UNREADABLE_BODY, HTTPException
from .fields import Bytes
from .fields.containers import load_key
from .fields.unions import Union
from .multipart import read_multipart
from .param_models import takes_many
from .params import File
from .uploads import UploadFile


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
            return [value for value in self.lists.get(name, ()) if not _not_chosen(value)] or missing
        found = self.get(name, "")
        return missing if found == "" or _not_chosen(found) else found


def _not_chosen(value: Any) -> bool:
    return isinstance(value, UploadFile) and value.is_empty


def reads_content(field: MarshmallowField[Any]) -> bool:
    """Whether a parameter is `bytes = File()`, or a list or a union with bytes, so that it gets a file's content."""
    return isinstance(field.metadata.get("info"), File) and _of_bytes(field)


def _of_bytes(field: Any) -> bool:
    if isinstance(field, Union):
        return any(map(_of_bytes, field.members))
    return isinstance(field, Bytes) or (hasattr(field, "inner") and _of_bytes(field.inner))


def read_form(request: Request, limits: FormLimits) -> FormData:
    """The form in the request's body; an empty one where the Content-Type is no form's.

    Files are closed once the response has been sent. Raises HTTPException 400 for a body that can't be read, and for
    too many or too large fields.
    """
    content_type = request.headers.get("Content-Type", "")
    kind, _ = parse_options_header(content_type)
    if kind == b"application/x-www-form-urlencoded":
        return FormData(_urlencoded(request.get_data(cache=True), FORM_LIMITS | limits))
    if kind != b"multipart/form-data":
        return FormData()
    # without `_get_stream_for_parsing`, a body that a hook has read already would be read as an empty one
    stream = request._get_stream_for_parsing()
    try:
        form = FormData(read_multipart(stream, content_type, limits))
    except ValueError as error:  # a charset that is known and decodes no text
        raise HTTPException(400, UNREADABLE_BODY) from error
    closing = ExitStack()
    for values in form.lists.values():
        for value in values:
            if isinstance(value, UploadFile):
                closing.callback(value.close)
    end_after_response(closing)
    return form


def _urlencoded(body: bytes, limits: FormLimits) -> Iterable[tuple[str, str]]:
    most, largest = limits["max_fields"], limits["max_part_size"]
    # one by one, so that a body of far too many is given up before they are all in memory
    for count, found in enumerate(re.finditer("[^&]+", body.decode("latin-1")), 1):
        field = found[0]
        name, equals, value = field.partition("=")
        if len(field) - len(equals) > largest:
            raise HTTPException(400, f"Field exceeded maximum size of {largest // 1024}KB.")
        if count > most:
            raise HTTPException(400, f"Too many fields. Maximum number of fields is {most}.")
        yield unquote_plus(name), unquote_plus(value)


class FormModel:
    """Gathers what a Schema is loaded from; `optional` says that the model as a whole may be None."""

    def __init__(self, schema: Schema, *, optional: bool) -> None:
        self.optional = optional
        self.keeps_extras = schema.unknown != EXCLUDE
        by_name = getattr(getattr(schema, "config", None), "by_name", False)
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
