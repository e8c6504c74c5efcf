"""Fields around whose conversion, or in whose place, a function of the user's stands; and those that one writes.

Pairs https://docs.pydantic.dev/latest/concepts/validators/#field-wrap-validator and
https://docs.pydantic.dev/latest/concepts/serialization/#field-plain-serializer with marshmallow's fields. The field
keeps its class, so that documentation and nesting stay what they were.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow.fields as ma
from marshmallow import missing

from ..functional_serializers import Argument, Mode, WhenUsed
from .lax import Informed, Lax, run


def around(field: ma.Field[Any], function: Callable[..., Any], *, plain: bool) -> ma.Field[Any]:
    """A copy of the field whose values `function` converts: by itself when `plain`, else given the field's own way."""
    made: Any = copy.copy(field)
    if not isinstance(field, Around):
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

        def convert(inner: Any) -> Any:
            return self.called(inner, kwargs, handler)

        return run([*self.before, convert, *self.after], value, value, kwargs)

    def called(self, value: Any, context: Mapping[str, Any], handler: Callable[[Any], Any]) -> Any:
        """What the function makes of the value; one in the field's place is not given the field's own way."""
        handlers = () if self.plain else (handler,)
        if isinstance(self.function, Informed):
            return self.function(value, context, *handlers)
        return self.function(value, *handlers)


@dataclass(frozen=True)
class Writing:
    """How a value is written: by `function`, which takes the value and what is named here.

    What comes out is documented, and written, as `returns` says; it is None where nothing is known. Without a
    `function` the value's own class writes it.
    """

    function: Callable[..., Any] | None = None
    takes: frozenset[Argument] = frozenset()
    returns: ma.Field[Any] | None = None
    when_used: WhenUsed = "always"
    of_attribute: bool = False
    """Whether a class said it of an attribute, which to pydantic has no default then."""

    def applies(self, mode: Mode) -> bool:
        """Whether it is asked in this mode."""
        return mode == "json" or not self.when_used.startswith("json")

    def finds(self, value: Any) -> bool:
        """Whether it is asked for this value."""
        return value is not None or not self.when_used.endswith("unless-none")


def written_by(field: ma.Field[Any], writing: Writing) -> ma.Field[Any]:
    """A copy of the field whose values are written as `writing` says; of several the last one decides."""
    made: Any = copy.copy(field)
    if not isinstance(field, Written):
        made.__class__ = type(type(field).__name__, (Written, type(field)), {})
        made.within_writing = field
    made.writing = writing
    return made  # type: ignore[no-any-return]


class Written(Lax):
    """Mixed into a field by `written_by`."""

    direct = False
    writing: Writing
    within_writing: ma.Field[Any]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        from ..serialize.dumping import json_of_field  # built on the fields

        return json_of_field(self, value, obj)
