"""How close a raw value was to what it was converted to: what pydantic's "smart" unions choose their member by.

https://docs.pydantic.dev/latest/concepts/unions/#smart-mode. Asked only after a union's member has accepted a value, so
that no other conversion pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any, Final, NamedTuple

import marshmallow.fields as ma
from marshmallow import Schema, missing

from .. import fields
from .alias import Recursive
from .lax import run
from .named_tuples import NamedTuple as NamedTupleField
from .nested import load_key
from .wrapped import Around

Context = Mapping[str, Any]
NOTHING: Final[Context] = {}
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


def closeness(field: ma.Field[Any], raw: Any, value: Any, context: Context = NOTHING) -> Closeness:
    """How close `raw` was to `value`, into which `field` converted it; `context` is what its validators were told."""
    if raw is None and value is None:
        return Closeness(EXACT)
    raw = run(getattr(field, "before", ()), raw, raw, context)
    if isinstance(field, Recursive) and not isinstance(field, Around):
        return closeness(field.alias.field, raw, value, context)
    if isinstance(field, Around):
        return _asked(
            lambda handler: field.called(raw, context, handler),
            lambda inner: field.within.deserialize(inner, **context),
            lambda inner, made: closeness(field.within, inner, made, context),
        )
    choose = getattr(field, "choose", None)
    if choose is not None:
        found: Closeness = choose(raw, **context)[2]
        return found
    if isinstance(field, ma.Nested):
        return _object(field, raw, value)
    if isinstance(field, NamedTupleField) and isinstance(raw, Mapping):
        named = zip(field.names, field.tuple_fields, strict=True)
        parts = (closeness(inner, raw[name], getattr(value, name), context) for name, inner in named if name in raw)
        return Closeness(STRICT).and_(parts)
    if isinstance(field, ma.List | ma.Tuple):
        return _items(field, raw, value, context)
    if isinstance(field, ma.Dict):
        return _pairs(field, raw, value, context)
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


def _asked(
    ask: Callable[[Callable[[Any], Any]], Any],
    convert: Callable[[Any], Any],
    measure: Callable[[Any, Any], Closeness],
) -> Closeness:
    """What a function around a conversion, called once more, asks of it: exact when nothing, else all of it."""
    whole = Closeness(EXACT)

    def handler(inner: Any) -> Any:
        nonlocal whole
        value = convert(inner)
        whole = whole.and_([measure(inner, value)])
        return value

    ask(handler)
    return whole


def _object(field: ma.Nested, raw: Any, value: Any) -> Closeness:
    schema: Any = field.schema
    if getattr(schema, "before", ()) or getattr(schema, "around", ()):
        return _asked(
            lambda handler: schema.validated(raw, handler),
            lambda inner: schema.load_object(inner, None, schema.unknown, True),
            lambda inner, made: _attributes(schema, inner, made),
        )
    return _attributes(schema, raw, value)


def _attributes(schema: Any, raw: Any, value: Any) -> Closeness:
    informed = getattr(schema, "informed", False)
    root = getattr(schema, "root", None)
    if root is not None:
        if isinstance(raw, schema.kind):
            return Closeness(EXACT)
        context = {"validated": ("root", {})} if informed else NOTHING
        return Closeness(STRICT).and_([closeness(root, raw, value.root, context)])
    if isinstance(raw, list):
        return Closeness(LAX)
    if not isinstance(raw, Mapping):
        if isinstance(raw, schema.model):
            return Closeness(EXACT)  # taken as it is
        raw = schema.attributes_of(raw)
    known: dict[str, Any] = {}
    parts = []
    given = schema.given_in(raw) if hasattr(schema, "given_in") else _by_key(schema, raw)
    for name, inner in schema.load_fields.items():
        context = {"validated": (name, known)} if informed else NOTHING
        if name in given:
            known[name] = inner.deserialize(given[name], **context)
            parts.append(closeness(inner, given[name], known[name], context))
        elif informed and not inner.required:
            known[name] = inner.deserialize(missing, **context)
    return Closeness(STRICT, len(parts)).and_(parts)


def _by_key(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    keys = {name: load_key(name, field) for name, field in schema.load_fields.items()}
    return {name: raw[key] for name, key in keys.items() if key in raw}


def _items(field: ma.List[Any] | ma.Tuple, raw: Any, value: Any, context: Context) -> Closeness:
    whole = Closeness(EXACT if type(raw) is type(value) else LAX)
    if not isinstance(raw, list | tuple) or not isinstance(value, list | tuple):
        return whole
    if isinstance(field, ma.List) and isinstance(field.inner, fields.Any):
        return whole  # pydantic does not look at the items then
    inner = repeat(field.inner) if isinstance(field, ma.List) else field.tuple_fields
    return whole.and_(map(closeness, inner, raw, value, repeat(context)))


def _pairs(field: ma.Dict, raw: Any, value: Any, context: Context) -> Closeness:
    whole = Closeness(EXACT if isinstance(raw, dict) else LAX)
    if not isinstance(value, dict) or len(raw) != len(value):
        return Closeness(LAX)
    if field.key_field is not None:
        whole = whole.and_(map(closeness, repeat(field.key_field), raw, value, repeat(context)))
    if field.value_field is not None:
        whole = whole.and_(map(closeness, repeat(field.value_field), raw.values(), value.values(), repeat(context)))
    return whole
