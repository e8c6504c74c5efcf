"""A model written by itself: pydantic's `model_dump` for dataclasses, and what needs no more than that.

Pairs https://fastapi.tiangolo.com/tutorial/body-updates/: `dump(item, exclude_unset=True)` is what a PATCH puts into
the stored item. The functions that write are made when a class is first dumped in a way, and kept on its Schema.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import marshmallow.fields as ma

from ..encoders import is_instance
from ..functional_serializers import Mode, Selection, SerializationInfo
from ..models import ModelSchema, schema_for
from .dumper import Dumper

_JSON: Final = SerializationInfo(by_alias=True)
_MOST: Final = 128
"""So many functions are kept of one class: selections may come from a request."""


def dump(
    obj: Any,
    *,
    mode: Mode = "python",
    include: Selection = None,
    exclude: Selection = None,
    by_alias: bool | None = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
) -> Any:
    """The attributes of a dataclass instance as a dict, nested instances as dicts too, every other value as it is.

    With `mode="json"` every value is one that JSON has. Serializers of the class and of its attributes are called; what
    they return may be something else than a dict.

    `include` and `exclude` are sets of names, or mappings that go deeper: `{"user": {"password"}, "items": {"__all__":
    {"id"}}}`. `by_alias` is what the class says (`serialize_by_alias`) unless it is given. `exclude_unset` leaves out
    what the input did not set (see `fields_set`), `exclude_defaults` what equals its default, `exclude_none` what is
    None. Raises TypeError for anything but an instance of a dataclass.
    """
    if not is_instance(obj):
        raise TypeError(f"{obj!r} is not an instance of a dataclass")
    how = SerializationInfo(
        mode=mode,
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
    )
    return _writer(type(obj), how, include, exclude)(obj)


def json_writer(kind: type[Any]) -> Callable[[Any], Any] | None:
    """What writes the instances of a class as JSON, by alias; None when the class can be no model."""
    try:
        schema = schema_for(kind)
    except TypeError:  # no field reads one of its types
        return None
    return schema.functions.get("json") or schema.functions.setdefault("json", _made(schema()))


def json_of_schema(schema: ModelSchema, obj: Any) -> Any:
    """An instance as its Schema, which may have been told `only` or `exclude`, dumps it."""
    key = tuple(schema.dump_fields)
    functions = type(schema).functions
    return (functions.get(key) or functions.setdefault(key, _made(schema)))(obj)


def json_of_field(field: ma.Field[Any], value: Any, owner: Any) -> Any:
    """What a field writes, the value being an attribute of `owner`."""
    known = vars(field)
    if "json_writer" not in known:
        dumper = Dumper(_JSON)
        source = dumper.expression(field, "value", None, None, "owner")
        # the source is ours, the values are behind names
        known["json_writer"] = eval(f"lambda value, owner: {source}", dumper.names)
    return known["json_writer"](value, owner)


def _made(schema: ModelSchema) -> Callable[[Any], Any]:
    dumper = Dumper(_JSON)
    write: Callable[[Any], Any] = dumper.names[dumper.model(schema, None, None)]
    return write


def _writer(kind: type[Any], how: SerializationInfo, include: Selection, exclude: Selection) -> Callable[[Any], Any]:
    try:
        functions = schema_for(kind).functions
    except TypeError:  # no model, yet its attributes can be told
        return Dumper(how).inferring(include, exclude)
    key = (how, repr(include), repr(exclude))
    if key not in functions:
        if len(functions) >= _MOST:
            functions.clear()
        functions[key] = Dumper(how).inferring(include, exclude)
    return functions[key]
