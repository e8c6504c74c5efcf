"""Values out of a fixed set: Literal and Enum.

Pairs https://fastapi.tiangolo.com/tutorial/path-params/#predefined-values with marshmallow's Enum; marshmallow has no
Literal.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any, Final

from marshmallow import ValidationError, fields

from ..errors import invalid
from .lax import Lax, utf8
from .numeric import fits_int64, to_float, to_int
from .text import to_str
from .wording import expected

_CONVERSIONS: Final = ((int, to_int), (float, to_float), (str, to_str))
_NO_MEMBER: Final = object()


class Literal(Lax, fields.Field[Any]):
    """One of a few values. In: a value that equals one of them. Out: that value."""

    def __init__(self, choices: Iterable[Any], **keywords: Any) -> None:
        super().__init__(**keywords)
        self.choices = tuple(choices)
        self._table = _table(self.choices)
        self._expected = expected(self.choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = _look_up(self._table, value)
        if found is None:
            raise invalid("literal_error", value, expected=self._expected)
        return found[0]


class Enum(Lax, fields.Enum[Any]):
    """A member of an Enum, by its value. In: the member or its value. Out: its value."""

    def __init__(self, enum: type[enum.Enum], **keywords: Any) -> None:
        super().__init__(enum, by_value=keywords.pop("by_value", True), **keywords)
        if "allow_none" not in keywords:
            self.allow_none = self.load_default is None  # marshmallow's own rule; its Enum has another
        members = list(enum)
        self._table = {member.value: (member,) for member in members} if all(map(_hashable, members)) else {}
        self._expected = expected(member.value for member in members)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, self.enum):
            return value
        if self.strict or not self.enum.__members__:
            raise invalid("is_instance_of", value, **{"class": self.enum.__qualname__})
        found = _look_up(self._table, self._as_member_type(value))
        if found is not None:
            return found[0]
        try:
            return self.enum(value)  # its own `_missing_` may know what to make of what was sent
        except (ValueError, TypeError, ArithmeticError):
            raise invalid("enum", value, expected=self._expected) from None

    def _as_member_type(self, value: Any) -> Any:
        """`value` as an int, float or str when every member is one."""
        for kind, convert in _CONVERSIONS:
            if issubclass(self.enum, kind):
                try:
                    return convert(value)
                except ValidationError:
                    return _NO_MEMBER
        return value


def _hashable(member: enum.Enum) -> bool:
    return type(member.value).__hash__ is not None


def _table(choices: Iterable[Any]) -> dict[Any, tuple[Any]]:
    """Each choice under itself; where 1 and True are both among them, under its type as well."""
    table: dict[Any, tuple[Any]] = {}
    for choice in choices:
        table[choice] = (choice,)
        table[type(choice), choice] = (choice,)
    return table


def _look_up(table: dict[Any, tuple[Any]], value: Any) -> tuple[Any] | None:
    """The entry for `value`, in a tuple of its own; None when there is none."""
    try:
        found = table.get((type(value), value)) or table.get(value)
    except TypeError:  # not hashable
        return None
    if found is None and isinstance(value, str) and any(type(choice) is str for choice in table):
        utf8(value)
    if (
        found is None
        and isinstance(value, int)
        and not fits_int64(value)
        and any(type(choice) is int for choice in table)
    ):
        raise invalid("int_parsing_size", value)
    return found
