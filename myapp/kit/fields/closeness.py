"""How close a raw value was to what it was converted to: what pydantic's "smart" unions choose their member by.

https://docs.pydantic.dev/latest/concepts/unions/#smart-mode. Asked only after a union's member has accepted a value, so
that no other conversion pays for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any, Final, NamedTuple

import marshmallow.fields as ma

from .. import fields
from .containers import load_key
from .named_tuples import NamedTuple as NamedTupleField

EXACT: Final = 2
STRICT: Final = 1
LAX: Final = 0


class Closeness(NamedTuple):
    """The `exactness` of the least exact part; how many attributes of objects were `given`, None without an object."""

    exactness: int
    given: int | None = None

    def beats(self, other: Closeness) -> bool:
        """Whether this is the better match; more attributes count first."""
        if self.given is not None and other.given is not None and self.given != other.given:
            return self.given > other.given
        return self.exactness > other.exactness

    def and_(self, parts: Iterable[Closeness]) -> Closeness:
        """The whole of which these are further parts."""
        exactness, given = self
        for part in parts:
            exactness = min(exactness, part.exactness)
            if part.given is not None:
                given = (given or 0) + part.given
        return Closeness(exactness, given)


def closeness(field: ma.Field[Any], raw: Any, value: Any) -> Closeness:
    """How close `raw` was to `value`, into which `field` converted it."""
    if raw is None and value is None:
        return Closeness(EXACT)
    for function in getattr(field, "before", ()):
        raw = function(raw)
    choose = getattr(field, "choose", None)
    if choose is not None:
        found: Closeness = choose(raw)[2]
        return found
    if isinstance(field, ma.Nested):
        return _object(field, raw, value)
    if isinstance(field, NamedTupleField) and isinstance(raw, Mapping):
        named = zip(field.names, field.tuple_fields, strict=True)
        parts = (closeness(inner, raw[name], getattr(value, name)) for name, inner in named if name in raw)
        return Closeness(STRICT).and_(parts)
    if isinstance(field, ma.List | ma.Tuple):
        return _items(field, raw, value)
    if isinstance(field, ma.Dict):
        return _pairs(field, raw, value)
    return Closeness(_scalar(field, raw, value))


def _scalar(field: ma.Field[Any], raw: Any, value: Any) -> int:
    if isinstance(field, fields.Literal | fields.Email):
        return EXACT
    if isinstance(field, fields.Any):
        return STRICT
    if isinstance(field, fields.Float):
        return EXACT if type(raw) is float else STRICT if isinstance(raw, int) and not isinstance(raw, bool) else LAX
    native = next((native for kind, native in _NATIVE.items() if isinstance(field, kind)), type(value))
    if type(raw) is native:
        return EXACT
    return STRICT if isinstance(raw, native) and not isinstance(raw, bool) else LAX


_NATIVE: Final[Mapping[type, type]] = {fields.Boolean: bool, fields.Integer: int}


def _object(field: ma.Nested, raw: Any, value: Any) -> Closeness:
    schema: Any = field.schema
    root = getattr(schema, "root", None)
    if root is not None:
        instance = isinstance(raw, schema.kind)
        return Closeness(EXACT if instance else STRICT).and_([] if instance else [closeness(root, raw, value.root)])
    if isinstance(raw, list):
        return Closeness(LAX)
    if not isinstance(raw, Mapping):
        if isinstance(raw, schema.model):
            return Closeness(EXACT)  # taken as it is
        raw = schema.attributes_of(raw)
    given = {key: inner for name, inner in schema.load_fields.items() if (key := load_key(name, inner)) in raw}
    return Closeness(STRICT, len(given)).and_(
        closeness(inner, raw[key], inner.deserialize(raw[key])) for key, inner in given.items()
    )


def _items(field: ma.List[Any] | ma.Tuple, raw: Any, value: Any) -> Closeness:
    whole = Closeness(EXACT if type(raw) is type(value) else LAX)
    if not isinstance(raw, list | tuple) or not isinstance(value, list | tuple):
        return whole
    if isinstance(field, ma.List) and isinstance(field.inner, fields.Any):
        return whole  # pydantic does not look at the items then
    inner = repeat(field.inner) if isinstance(field, ma.List) else field.tuple_fields
    return whole.and_(map(closeness, inner, raw, value))


def _pairs(field: ma.Dict, raw: Any, value: Any) -> Closeness:
    whole = Closeness(EXACT if isinstance(raw, dict) else LAX)
    if not isinstance(value, dict) or len(raw) != len(value):
        return Closeness(LAX)
    if field.key_field is not None:
        whole = whole.and_(map(closeness, repeat(field.key_field), raw, value))
    if field.value_field is not None:
        whole = whole.and_(map(closeness, repeat(field.value_field), raw.values(), value.values()))
    return whole
