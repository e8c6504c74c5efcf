"""`type Name = ...`: the name of a type, which has a component of its own in the document, and may contain itself.

Pairs https://docs.pydantic.dev/latest/concepts/types/#named-type-aliases with marshmallow's fields. A field that is
read through an alias says so in `metadata["alias"]`; where the alias stands inside itself there is a `Recursive`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import marshmallow.fields as ma

from ..params import FieldInfo
from .depth import too_deep
from .lax import Lax


class Alias:
    """One reading of an alias: the type hint that it is, the `field` of its values, and whether None is one."""

    def __init__(self, hint: Any) -> None:
        self.hint = hint
        self.recursive = False
        self.field: Any = None
        self.allow_none = False


class Named(NamedTuple):
    """What a field knows of the alias that it was read through: what is said of it there, and what around it.

    `rest` is what else stands around it in `Annotated`.
    """

    alias: Alias
    within: FieldInfo | None
    around: FieldInfo | None
    rest: tuple[Any, ...]

    def has_around(self, kinds: tuple[type, ...]) -> bool:
        """Whether one of these stands around it."""
        return any(isinstance(each, kinds) for each in self.rest)


class Recursive(Lax, ma.Field[Any]):
    """A value of an alias that contains itself; `inside` of it, or outside."""

    def __init__(self, alias: Alias, *, inside: bool, **keywords: Any) -> None:
        self.alias, self.inside = alias, inside
        super().__init__(**keywords)

    @property
    def allow_none(self) -> bool:
        """Whether None is a value of the alias, or of what is made of it here."""
        return self._none or self.alias.allow_none

    @allow_none.setter
    def allow_none(self, allowed: bool) -> None:
        self._none = allowed

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.alias.field.deserialize(value, attr, data, **kwargs)
        except RecursionError:
            raise too_deep(value) from None

    def encode(self, value: Any) -> Any:
        """What the alias' field writes."""
        return self.alias.field._serialize(value, None, None)
