"""Any value that JSON has, which is what a client can send; a view can return others.

Pairs https://docs.pydantic.dev/latest/api/types/#pydantic.types.JsonValue with marshmallow's Raw.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError

from .. import fields
from ..errors import Fault, Loc

_SCALARS: Final = (str, int, float, type(None))


class JsonValue(fields.Any):
    """None, bool, int, float, str, and lists and dictionaries of them. Out: the same."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        wrong = _faults(value, ())
        if wrong:
            raise ValidationError(wrong)
        return value


def _faults(value: Any, loc: Loc) -> list[Fault]:
    if isinstance(value, list):
        return [fault for index, item in enumerate(value) for fault in _faults(item, (*loc, "list", index))]
    if isinstance(value, dict):
        wrong = []
        for key, item in value.items():
            if not isinstance(key, str):
                shown = key if isinstance(key, int) else str(key)
                wrong.append(Fault.of("string_type", key).at((*loc, "dict", shown, "[key]"), key))
            wrong += _faults(item, (*loc, "dict", key))
        return wrong
    if isinstance(value, _SCALARS):
        return []
    return [Fault("invalid-json-value", "input was not a valid JSON value", value, loc=loc)]
