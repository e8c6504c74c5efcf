"""Defaults as the document shows them: as they are sent, or as an answer has them.

Pairs https://fastapi.tiangolo.com/how-to/separate-openapi-schemas/ with what a field writes.
"""

from __future__ import annotations

from typing import Any

import marshmallow.fields as ma

from .. import fields
from ..encoders import to_jsonable
from ..fields.temporal import Temporal
from ..fields.wrapped import Written
from .components import Mode


def encoded_default(field: ma.Field[Any], default: Any, mode: Mode) -> Any:
    """A default as JSON has it; raises TypeError or ValueError for what it can't hold."""
    if mode == "serialization" and _counts_time(field):
        return to_jsonable(field._serialize(default, None, None))
    return _encoded(field, default)


def written_default(field: Written, default: Any) -> dict[str, Any]:
    """A default as it is written, where that takes no more than the value; as it is, where it takes more."""
    writing = field.writing
    if writing.of_attribute and writing.returns is not None:
        return {}
    function = None if writing.of_attribute or writing.takes else writing.function
    if function is not None and writing.finds(default):
        try:
            return {"default": to_jsonable(function(default))}
        except Exception:  # whatever a function of the user's makes of it
            return {}
    return {"default": _encoded(field.within_writing, default)}


def _encoded(field: ma.Field[Any], default: Any) -> Any:
    if isinstance(default, set | frozenset):
        try:
            default = sorted(default)
        except TypeError:
            default = list(default)
    if isinstance(field, ma.Nested) and default is not None:
        return to_jsonable(field.schema.dump(default))
    if isinstance(field, fields.Bytes):
        return field.encode(default)
    return to_jsonable(default)


def _counts_time(field: ma.Field[Any]) -> bool:
    """Whether dates or times of the field, or of one inside it, are written as numbers."""
    inside = [getattr(field, name, None) for name in ("inner", "key_field", "value_field")]
    inside += [*getattr(field, "members", ()), *getattr(field, "tuple_fields", ())]
    counts = isinstance(field, Temporal) and not field.usual
    return counts or any(_counts_time(each) for each in inside if each is not None)
