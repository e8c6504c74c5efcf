"""Schemas that a team already has, made to convert and complain as FastAPI does, without a change to their classes.

Pairs https://fastapi.tiangolo.com/tutorial/body/ with https://marshmallow.readthedocs.io/en/stable/quickstart.html:
`adopt` returns another instance of the user's Schema class, the kit's fields in place of marshmallow's stock ones.
Hooks, `only`, `exclude`, `partial`, `data_key`, `dump_only` and marshmallow-sqlalchemy work as ever.

Left as they are: fields of other classes; fields told to read something that pydantic does not know (a `format=`, an
Enum by name, `truthy=`, a precision, relative URLs). Messages that a field or schema brings are kept, under pydantic's
type.
"""

from __future__ import annotations

import copy
import functools
import types
from collections.abc import Callable, Mapping
from decimal import Decimal as DecimalNumber
from typing import Any, Final

import marshmallow.fields as ma
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, missing, validate

from .. import fields
from ..errors import Fault
from ..fields import containers, nested
from ..fields.constraints import Constraints
from ..fields.lax import Lax
from .reading import deserialize

_SAME: Final[Mapping[type, type[Lax]]] = {
    ma.String: fields.String,
    ma.Integer: fields.Integer,
    ma.Float: fields.Float,
    ma.Boolean: fields.Boolean,
    ma.Decimal: fields.Decimal,
    ma.UUID: fields.UUID,
    ma.DateTime: fields.DateTime,
    ma.Date: fields.Date,
    ma.Time: fields.Time,
    ma.TimeDelta: fields.TimeDelta,
    ma.Url: fields.Url,
    ma.Email: fields.Email,
    ma.IP: fields.IP,
    ma.IPv4: fields.IPv4,
    ma.IPv6: fields.IPv6,
    ma.IPInterface: fields.IPInterface,
    ma.IPv4Interface: fields.IPv4Interface,
    ma.IPv6Interface: fields.IPv6Interface,
    ma.Raw: fields.Any,
}
_ISO: Final = {None, "iso", "iso8601"}


def adopt(schema: Schema) -> Schema:
    """An instance of the same Schema class whose stock fields behave as the kit's; `schema` itself is not touched.

    Unknown fields are ignored unless the class's Meta, or the instance, says otherwise. Schemas of the kit, and of
    classes that load in a way of their own, are returned as they are.
    """
    if "_deserialize" in vars(schema):
        # adopted before; a Nested may have copied it since
        return _bound(schema)
    if type(schema)._deserialize is not Schema._deserialize or type(schema)._do_load is not Schema._do_load:
        return schema
    own = copy.copy(schema)
    exchanged: dict[int, ma.Field[Any]] = {}
    for field in [*schema.declared_fields.values(), *schema.fields.values()]:
        if id(field) not in exchanged:
            # marshmallow-sqlalchemy declares None for a column that its Meta leaves out
            exchanged[id(field)] = _adopt_field(field, own, schema) if field is not None else field
    for name in ("declared_fields", "fields", "load_fields", "dump_fields"):
        setattr(own, name, {key: exchanged[id(field)] for key, field in getattr(schema, name).items()})
    if schema.unknown == RAISE and not hasattr(type(schema).Meta, "unknown"):
        own.unknown = EXCLUDE
    return _bound(own)


def _bound(schema: Schema) -> Schema:
    schema._deserialize = types.MethodType(deserialize, schema)  # type: ignore[method-assign]
    return schema


def _adopt_field(field: ma.Field[Any], owner: Schema | ma.Field[Any], old: Schema | ma.Field[Any]) -> ma.Field[Any]:
    """A copy of the field that belongs to `owner`, of the kit's class where there is one for it."""
    make = None if isinstance(field, Lax) else _MAKERS.get(type(field))
    made = make(field) if make is not None else None
    if made is None:
        made = copy.copy(field)
    else:
        made = _reworded(made, field)
        kept = {"inner", "tuple_fields", "key_field", "value_field", "constraints", "schemes", "validators", "_schema"}
        vars(made).update({name: value for name, value in vars(field).items() if name not in kept})
        constraints = Constraints.from_validators(_own_validators(field))
        if constraints is not None:
            made.constraints = constraints  # type: ignore[attr-defined]
            made.validators = list(field.validators)
        made.before, made.after = field.pre_load, field.post_load  # type: ignore[attr-defined]
        if isinstance(field, ma.Decimal) and field.places is not None:
            rounded = functools.partial(DecimalNumber.quantize, exp=field.places, rounding=field.rounding)
            made.after = [rounded, *field.post_load]  # type: ignore[attr-defined]
    if made.parent is old:
        made.parent = owner
    if isinstance(owner, Schema) and made.root is old:
        made.root = owner
    if isinstance(made, ma.Nested) and not isinstance(made, nested.Nested):
        _adopt_nested(made)
    return made


def _own_validators(field: ma.Field[Any]) -> list[Callable[[Any], Any]]:
    """The validators the user gave: Email and Url put one of marshmallow's in front."""
    return field.validators[1:] if isinstance(field, ma.Email | ma.Url) else field.validators


def _scalar(field: ma.Field[Any]) -> ma.Field[Any] | None:
    untold = (
        getattr(field, "format", None) in _ISO
        and getattr(field, "precision", "seconds") == "seconds"
        and not getattr(field, "as_string", False)
        and not getattr(field, "exploded", False)
        and getattr(field, "truthy", ma.Boolean.truthy) == ma.Boolean.truthy
        and getattr(field, "falsy", ma.Boolean.falsy) == ma.Boolean.falsy
    )
    if isinstance(field, ma.Url):
        return _url(field)
    return _SAME[type(field)]() if untold or isinstance(field, ma.Decimal) else None


def _url(field: ma.Url) -> ma.Field[Any] | None:
    if field.relative or not field.absolute:
        return None
    schemes: set[str] = getattr(field.validators[0], "schemes", set())
    if schemes in (validate.URL.default_schemes, {"http", "https"}):
        return fields.Url(max_length=2083)
    return fields.Url(schemes=sorted(schemes))


def _enum(field: ma.Enum[Any]) -> ma.Field[Any] | None:
    return fields.Enum(field.enum) if field.by_value is True else None


def _list(field: ma.List[Any]) -> ma.Field[Any]:
    made = containers.List(field.inner)
    made.inner = _adopt_field(field.inner, made, field)
    return made


def _tuple(field: ma.Tuple) -> ma.Field[Any]:
    made = containers.Tuple(field.tuple_fields)
    made.tuple_fields = [_adopt_field(each, made, field) for each in field.tuple_fields]
    return made


def _dict(field: ma.Dict) -> ma.Field[Any]:
    made = containers.Dict(field.key_field, field.value_field)
    made.key_field = _adopt_field(field.key_field, made, field) if field.key_field is not None else None
    made.value_field = _adopt_field(field.value_field, made, field) if field.value_field is not None else None
    return made


def _nested(field: ma.Nested) -> ma.Field[Any]:
    return Nested(field.nested)


_MAKERS: Final[Mapping[type, Callable[[Any], ma.Field[Any] | None]]] = {
    **dict.fromkeys(_SAME, _scalar),
    ma.Enum: _enum,
    ma.List: _list,
    ma.Tuple: _tuple,
    ma.Dict: _dict,
    ma.Nested: _nested,
}


class Nested(nested.Nested):
    """A Nested whose Schema is adopted when it is first asked for (it may nest itself)."""

    @property
    def schema(self) -> Schema:
        """The nested Schema, adopted."""
        if self._schema is None:
            self._schema = adopt(super().schema)
        return self._schema


def _adopt_nested(field: ma.Nested) -> None:
    """Adopt the Schema inside a Nested of another class, marshmallow-sqlalchemy's for one, unless it is lazy."""
    if not callable(field.nested) or isinstance(field.nested, type):
        field._schema = adopt(field.schema)


def _reworded(made: ma.Field[Any], field: ma.Field[Any]) -> ma.Field[Any]:
    """`made`, with the words of `error_messages=` where the user gave some."""
    stock: dict[str, str] = {}
    for cls in reversed(type(field).__mro__):
        stock.update(getattr(cls, "default_error_messages", {}))
    own = {key: words for key, words in field.error_messages.items() if stock.get(key) != words}
    if not own:
        return made
    reworded: ma.Field[Any] = copy.copy(made)
    reworded.__class__ = type(type(made).__name__, (_Reworded, type(made)), {"words": own})
    return reworded


class _Reworded(Lax):
    """Mixed into a field whose user gave it messages of its own."""

    words: Mapping[str, str]

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        try:
            return super().deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            words = self.words.get("required" if value is missing else "null" if value is None else "invalid")
            if words is None or not isinstance(error.messages, list):
                raise
            told = [
                Fault(fault.type, words.replace("{input}", str(value)), fault.input, fault.ctx, fault.loc)
                if isinstance(fault, Fault) and (fault.type not in _LIMITS or "reason" in fault.ctx)
                else fault
                for fault in error.messages
            ]
            raise ValidationError(told) from error


# What a validator finds is told in the validator's words.
_LIMITS: Final = frozenset({
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of", "too_short", "too_long",
    "literal_error", "value_error", "assertion_error", "string_too_short", "string_too_long", "string_pattern_mismatch",
    "bytes_too_short", "bytes_too_long",
})  # fmt: skip
