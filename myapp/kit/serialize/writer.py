"""How a response model's result is written: each value checked, and written by what its type declares.

A value that already has the declared type passes straight through; any other goes through its field's `deserialize`,
where it is converted or refused. Everything is checked, also what is left out afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError

from .. import fields
from ..errors import invalid
from ..fields.alias import Recursive
from ..fields.nested import schema_in
from ..fields.unions import Union
from ..fields.wrapped import Written
from ..functional_serializers import SerializationInfo
from ..models import ModelSchema
from ..models.attributes import is_object, reading_attributes
from .compiler import DIRECT, Compiler, Convert
from .dumper import Dumper, class_in
from .object_source import instance, object_source
from .selection import Selection

_COMPARISONS: Mapping[str, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LENGTHS: Mapping[str, str] = {"min_length": ">=", "max_length": "<="}
_LIMITS = {
    *_COMPARISONS, *_LENGTHS, "multiple_of", "pattern", "max_digits", "decimal_places", "allow_inf_nan",
    "choices", "others",
}  # fmt: skip
_LISTS = ("List", "SequenceOf", "VariadicTuple")
_PLAIN_CLASSES = frozenset(kind for kind, _ in DIRECT.values())


class Writer(Compiler):
    """Writes what a view returned, or refuses it."""

    checks = True

    def __init__(self, how: SerializationInfo) -> None:
        super().__init__(how)
        self.names["not_an_object"] = _not_an_object

    @cached_property
    def dumper(self) -> Dumper:
        """What writes values that have been checked."""
        return Dumper(self.how)

    def reader(self, field: ma.Field[Any]) -> Convert:
        """A value is read as a request's would be, objects by their attributes."""
        return partial(reading_attributes, field.deserialize)

    def instances(self, schema: ModelSchema) -> Convert:
        """An object becomes an instance of its class."""
        return partial(instance, schema)

    def object_source(self, schema: Schema, include: Selection, exclude: Selection) -> list[str]:
        """The lines that check an object's attributes and write them."""
        return object_source(self, schema, include, exclude)

    def differs(self, field: ma.Field[Any]) -> Convert:
        """Whether a value is another one than the attribute's default, once both are written."""
        convert = self._unabridged.converter(field.within_writing if isinstance(field, Written) else field)

        def differs(value: Any) -> bool:
            default = field.load_default() if callable(field.load_default) else field.load_default
            return value is not default and convert(value) != convert(default)

        return differs

    @cached_property
    def _unabridged(self) -> Writer:
        """A writer that leaves nothing out."""
        return Writer(SerializationInfo())

    def inner(self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
        """The source for a value that is not None."""
        holds, schema = _holds(field, value), schema_in(field)
        fast = None
        if holds is not None and getattr(field, "direct", True) and not _has_functions(field):
            if isinstance(field, Recursive):
                return self.recursive(field, value, include, exclude)
            if schema is not None and not _is_many(field):
                return self.one(schema, value, include, exclude)
            if isinstance(field, Union):
                return f"{self.name(self._union(field, include, exclude), 'union')}({value})"
            fast = self._fast(field, value, holds, include, exclude)
        slow = f"{self.name(self._carefully(field, include, exclude), 'convert')}({value})"
        return slow if fast is None else f"({fast[0]} if {fast[1]} else {slow})"

    def _fast(
        self, field: ma.Field[Any], value: str, holds: str, include: Selection, exclude: Selection
    ) -> tuple[str, str] | None:
        """The source for a value that has the declared type, and that of the test for it, if there is one."""
        if (found := self.direct(field, value)) is not None:
            return found[0], found[1] + holds
        if holds:
            return None
        if isinstance(field, ma.Nested):
            items = self.items(partial(self.one, field.schema), value, include, exclude)
            return items, f"isinstance({value}, (list, tuple))"
        if type(field).__name__ in _LISTS and isinstance(field, ma.List):
            items = self.items(partial(self.expression, field.inner), value, include, exclude)
            return items, f"isinstance({value}, (list, tuple))"
        if isinstance(field, ma.Dict) and field.key_field is not None and field.value_field is not None:
            pairs = self.pairs(field.key_field, field.value_field, value, include, exclude)
            return pairs, f"isinstance({value}, dict)"
        return None

    def _carefully(self, field: ma.Field[Any], include: Selection, exclude: Selection) -> Convert:
        """Convert and check as a request's value would be, then write."""
        if not isinstance(field, Union | ma.Nested | ma.List | ma.Tuple | ma.Dict | fields.Any | Recursive):
            return lambda value: field._serialize(field.deserialize(value), None, None)
        read = field.deserialize if isinstance(field, fields.Any) else self.reader(field)
        write = self.dumper.converter(field, include, exclude)
        return lambda value: write(read(value))

    def _union(self, field: Union, include: Selection, exclude: Selection) -> Convert:
        """A function that writes what belongs to one of the members."""
        writers = [self.converter(member, include, exclude) for member in field.members]
        kinds = [(class_in(member), write) for member, write in zip(field.members, writers, strict=True)]
        asks = getattr(field, "asks", False)
        if asks:  # a function says which member it is, not the class
            kinds = []
        models = [(kind, write) for kind, write in kinds if kind is not None and kind not in _PLAIN_CLASSES]

        def convert(value: Any) -> Any:
            for kind, write in kinds:
                if value.__class__ is kind:
                    with suppress(ValidationError):
                        return write(value)
            for kind, write in models:
                if isinstance(value, kind):
                    return write(value)
            try:
                member, converted, _ = reading_attributes(field.choose, value)
            except ValidationError:
                if asks or not is_object(value):
                    raise
                # an object for marshmallow Schemas belongs to the one that finds most of its attributes
                pairs = zip(field.members, writers, strict=True)
                for _, write in sorted(pairs, key=lambda pair: -_attributes(pair[0], value)):
                    with suppress(ValidationError):
                        return write(value)
                raise
            if member in field.members:
                return writers[field.members.index(member)](converted)
            return member._serialize(converted, None, None)

        return convert


def _holds(field: ma.Field[Any], value: str) -> str | None:
    """The field's constraints as source (" and …"): empty without any, None when a comparison cannot express them."""
    constraints = getattr(field, "constraints", None)
    if constraints is None:
        return ""
    source = ""
    limits = {name: limit for name, limit in vars(constraints).items() if name in _LIMITS and limit not in (None, ())}
    for name, limit in limits.items():
        if name in _COMPARISONS and isinstance(field, ma.Integer) and type(limit) in (int, float):
            source += f" and {value} {_COMPARISONS[name]} {limit!r}"
        elif name in _LENGTHS and isinstance(field, ma.String) and type(limit) is int:
            source += f" and len({value}) {_LENGTHS[name]} {limit}"
        else:
            return None
    return source


def _not_an_object(value: Any) -> None:
    """Refuse what has no attributes to speak of, lest a model of optional attributes take it for an empty object."""
    if not is_object(value):
        raise invalid("model_attributes_type", value)


def _is_many(field: ma.Field[Any]) -> bool:
    """Whether a Nested reads a list of objects."""
    return isinstance(field, ma.Nested) and bool(field.many or field.schema.many)


def _has_functions(field: ma.Field[Any]) -> bool:
    return bool(getattr(field, "before", None) or getattr(field, "after", None))


def _attributes(field: ma.Field[Any], value: Any) -> int:
    """How many of the attributes that this member of a union reads an object has."""
    schema = schema_in(field)
    return 0 if schema is None else sum(hasattr(value, name) for name in schema.dump_fields)
