"""Fields around whose conversion, or in whose place, a function of the user's stands; and those that one writes.

Pairs https://docs.pydantic.dev/latest/concepts/validators/#field-wrap-validator and
https://docs.pydantic.dev/latest/concepts/serialization/#field-plain-serializer with marshmallow's fields. The field
keeps its class, so that documentation and nesting stay what they were.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import marshmallow.fields as ma
from marshmallow import missing

from ..encoders import to_jsonable
from .lax import Informed, Lax, run


def around(field: ma.Field[Any], function: Callable[..., Any], *, plain: bool) -> ma.Field[Any]:
    """A copy of the field whose values `function` converts: by itself when `plain`, else given the field's own way."""
    made: Any = copy.copy(field)
    made.__class__ = type(type(field).__name__, (Around, type(field)), {})
    made.function, made.plain, made.within = function, plain, field
    made.before = made.pre_load = []
    made.after = made.post_load = []
    return made  # type: ignore[no-any-return]


class Around(Lax):
    """Mixed into a field by `around`."""

    function: Callable[..., Any]
    plain: bool
    within: ma.Field[Any]
    quiet: bool = False

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """As `Lax.deserialize`, with the function between what comes before and after."""
        if value is missing or self.quiet:
            return super().deserialize(value, attr, data, **kwargs)

        def handler(inner: Any) -> Any:
            return self.within.deserialize(inner, attr, data, **kwargs)

        def called(inner: Any) -> Any:
            handlers = () if self.plain else (handler,)
            if isinstance(self.function, Informed):
                return self.function(inner, kwargs, *handlers)
            return self.function(inner, *handlers)

        return run([*self.before, called, *self.after], value, value, kwargs)


def written_by(
    field: ma.Field[Any],
    function: Callable[..., Any],
    written_as: ma.Field[Any],
    *,
    unless_none: bool,
    of_instance: bool = False,
) -> ma.Field[Any]:
    """A copy of the field whose values `function` writes, which are documented as those of `written_as`.

    `of_instance`: it is a method of the object that has the value.
    """
    made: Any = copy.copy(field)
    made.__class__ = type(type(field).__name__, (Written, type(field)), {})
    made.write, made.written_as, made.unless_none = function, written_as, unless_none
    made.of_instance = of_instance
    return made  # type: ignore[no-any-return]


class Written(Lax):
    """Mixed into a field by `written_by`."""

    direct = False
    write: Callable[..., Any]
    written_as: ma.Field[Any]
    unless_none: bool
    of_instance: bool

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None and self.unless_none:
            return None
        return to_jsonable(self.write(obj, value) if self.of_instance else self.write(value))
