"""The body of an HTML form: its fields as they were sent, and what each parameter or form model takes of them.

Pairs https://fastapi.tiangolo.com/tutorial/request-forms/ and https://fastapi.tiangolo.com/tutorial/request-form-models/
with `flask.Request`. Text fields are read here as Starlette reads them, urlencoded or multipart (`myapp.kit.multipart`,
with files). As in FastAPI, a field that was left empty, or a file that was not chosen, counts as not sent.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from flask import Request
from marshmallow import EXCLUDE, Schema, missing
from marshmallow.fields import Field as MarshmallowField
from python_multipart.multipart import parse_options_header

from .after import end_after_response
from .body_limit import FORM_LIMITS, INHERITED_FORM_LIMITS, FormLimits
from .errors import UNREADABLE_BODY, HTTPException
from .fields import Bytes
from .fields.nested import Nested, schema_in
from .fields.unions import Union
from .multipart import read_multipart
from .param_models import names_of, takes_many
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
        found = self.get(name)
        return missing if found is None or found == "" or _not_chosen(found) else found

    def plain(self, *, without: Container[str] = ()) -> dict[str, Any]:
        """Each name with its value, or all of them where it was sent more than once."""
        kept = {name: values for name, values in self.lists.items() if name not in without}
        return {name: values if len(values) > 1 else values[0] for name, values in kept.items()}


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
    limits = request.environ.get(INHERITED_FORM_LIMITS, {}) | limits
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
        self.schema = schema
        self.optional = optional
        self.keeps_extras = schema.unknown != EXCLUDE
        self.attributes = [
            ([key for key, _ in names_of(schema, name)], field) for name, field in schema.load_fields.items()
        ]
        self.own_names = frozenset(key for keys, _ in self.attributes for key in keys)
        self.many = [takes_many(field) for _, field in self.attributes]

    def is_in(self, form: FormData) -> bool:
        """Whether anything of the model was sent, be it empty."""
        return not self.own_names.isdisjoint(form) or bool(self.keeps_extras and form)

    def gather(self, form: FormData) -> Any:
        """The object to load; `missing` when the model may be None and nothing of it was sent."""
        return missing if self.optional and not self.is_in(form) else self.read(form)

    def read(self, form: FormData) -> dict[str, Any]:
        """One value or a list for each attribute, as its type asks; and the fields of no attribute."""
        gathered: dict[str, Any] = {}
        used: set[str] = set()
        for (keys, _), many in zip(self.attributes, self.many, strict=True):
            for key in keys:
                used.add(key)
                value = form.value(key, many=many)
                if value is not missing:
                    gathered[key] = value
                    break
        return gathered | form.plain(without=used)


class FormUnion:
    """Gathers what a union of models is chosen by: the whole form as it was sent, which each member reads its own way.

    `optional` says that the union as a whole may be None.
    """

    def __init__(self, field: Union) -> None:
        self.optional = field.allow_none
        members = [member for member in field.members if isinstance(member, Nested)]
        self.models = [FormModel(member.schema, optional=False) for member in members]
        self.keeps_extras = any(model.keeps_extras for model in self.models)
        self.own_names = frozenset[str]().union(*(model.own_names for model in self.models))
        field.given = {member: partial(_as_sent_to, model) for member, model in zip(members, self.models, strict=True)}

    def gather(self, form: FormData) -> Any:
        """The form's fields; `missing` when the union may be None and nothing of any member was sent."""
        return missing if self.optional and not any(model.is_in(form) for model in self.models) else form.plain()


def _as_sent_to(model: FormModel, value: Any) -> Any:
    """What one member of a union is loaded from, given the whole form, or what a validator has made of it."""
    if not isinstance(value, dict):
        return value
    pairs = ((name, each) for name, sent in value.items() for each in (sent if isinstance(sent, list) else [sent]))
    # None and an empty list are no fields of a form: only a validator can have put them there
    put = {name: sent for name, sent in value.items() if sent is None or sent == []}
    return model.read(FormData(pairs)) | put


def form_reader(field: MarshmallowField[Any]) -> FormModel | FormUnion | None:
    """What gathers all the fields of a form for this field: for one of a class, and for a union of only such."""
    if isinstance(field, Union):
        of_models = len(field.members) > 1 and all(isinstance(member, Nested) for member in field.members)
        return FormUnion(field) if of_models else None
    schema = schema_in(field)
    return None if schema is None else FormModel(schema, optional=field.allow_none)
