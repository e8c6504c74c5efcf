"""How a response model's result is written: the source of one function for each class, made when the view is defined.

As the standard library's dataclasses do it: attribute by attribute, a value that already has the declared type passes
straight through; any other goes through its field's `deserialize` and `_serialize`, where it is converted or refused.
Everything is checked, also what is left out afterwards.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError, missing

from ..encoders import isoformat
from ..errors import invalid
from ..fields import JsonText
from ..fields.containers import schema_in
from ..fields.unions import Union
from ..models import ModelSchema, fields_set
from ..models.loading import is_object, reading_attributes
from .careful import by_the_field
from .object_source import object_source
from .selection import ALL, Selection, choose, named

Convert = Callable[[Any], Any]
Source = Callable[[str, Selection, Selection], str]
"""What gives the source that writes a variable, the selections within it being these."""

# For these types the value is written as it is, or by one call, once its class is known to be exactly the one named.
_DIRECT: Mapping[type[ma.Field[Any]], tuple[type, Convert | None]] = {
    ma.String: (str, None),
    ma.Integer: (int, None),
    ma.Boolean: (bool, None),
    ma.Float: (float, None),
    ma.UUID: (uuid.UUID, str),
    ma.DateTime: (dt.datetime, isoformat),
    ma.Date: (dt.date, dt.date.isoformat),
}
_COMPARISONS: Mapping[str, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LENGTHS: Mapping[str, str] = {"min_length": ">=", "max_length": "<="}
_LIMITS = {
    *_COMPARISONS, *_LENGTHS, "multiple_of", "pattern", "max_digits", "decimal_places", "allow_inf_nan",
    "choices", "others",
}  # fmt: skip
_LISTS = ("List", "SequenceOf", "VariadicTuple")
_PLAIN_CLASSES = frozenset(kind for kind, _ in _DIRECT.values())


@dataclass(frozen=True, kw_only=True)
class SerializerOptions:
    """FastAPI's `response_model_…` keywords."""

    response_model_include: Selection = None
    response_model_exclude: Selection = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False


class Writer:
    """Writes the source of the functions for one response model, and the names which that source refers to.

    With `is_read` the results have been read by their fields before, so that no validator is called once more.
    """

    def __init__(self, options: SerializerOptions, *, is_read: bool = False) -> None:
        self.options, self.is_read = options, is_read
        self.names: dict[str, Any] = {"missing": missing, "fields_set": fields_set, "not_an_object": _not_an_object}
        self.functions: dict[tuple[Any, ...], str] = {}

    def converter(self, field: ma.Field[Any], include: Selection, exclude: Selection) -> Convert:
        """A function of one value for `field`."""
        return self.compiled(partial(self.expression, field), include, exclude)

    @cached_property
    def unabridged(self) -> Writer:
        """A writer that leaves nothing out."""
        return Writer(SerializerOptions())

    @cached_property
    def of_read(self) -> Writer:
        """A writer of what has been read."""
        return self if self.is_read else Writer(self.options, is_read=True)

    def compiled(self, write: Source, include: Selection, exclude: Selection) -> Convert:
        """A function of one value from its source."""
        # the source is ours, the values are behind names
        convert: Convert = eval(f"lambda value: {write('value', include, exclude)}", self.names)
        return convert

    def name(self, value: Any, hint: str) -> str:
        """A name under which the source can refer to `value`."""
        name = f"{hint}_{len(self.names)}"
        self.names[name] = value
        return name

    def expression(self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
        """The source that writes the variable called `value`; a default of None may go out whatever the type says."""
        nullable = field.allow_none or field.load_default is None
        while isinstance(field, JsonText):  # JSON as text on the way in only
            field = field.inner
        slow = self.name(by_the_field(self, field, include, exclude), "convert")
        if not getattr(field, "direct", True):
            return f"{slow}({value})"
        inner = self._inner(field, value, slow, include, exclude)
        return f"(None if {value} is None else {inner})" if nullable else inner

    def _inner(self, field: ma.Field[Any], value: str, slow: str, include: Selection, exclude: Selection) -> str:
        holds = _holds(field, value)
        if holds is None or getattr(field, "before", None) or getattr(field, "after", None):
            return f"{slow}({value})"
        schema = schema_in(field)
        if schema is not None:
            if isinstance(field, ma.Nested) and (field.many or schema.many):
                items = self.items(partial(self.one, schema), value, include, exclude)
                return f"({items} if isinstance({value}, (list, tuple)) else {slow}({value}))"
            return self.one(schema, value, include, exclude)
        if isinstance(field, Union):
            return f"{self.name(self.union(field, include, exclude), 'union')}({value})"
        for base, (kind, write) in _DIRECT.items():
            if isinstance(field, base) and not isinstance(field, ma.Email | ma.Url | ma.AwareDateTime):
                written = value if write is None else f"{self.name(write, 'write')}({value})"
                return f"({written} if {value}.__class__ is {self.name(kind, 'kind')}{holds} else {slow}({value}))"
        if holds:
            return f"{slow}({value})"
        if type(field).__name__ in _LISTS and isinstance(field, ma.List):
            items = self.items(partial(self.expression, field.inner), value, include, exclude)
            return f"({items} if isinstance({value}, (list, tuple)) else {slow}({value}))"
        if isinstance(field, ma.Dict) and field.key_field is not None and field.value_field is not None:
            write_key, write_item = (partial(self.expression, part) for part in (field.key_field, field.value_field))
            pairs = self.pairs(write_key, write_item, value, include, exclude)
            return f"({pairs} if isinstance({value}, dict) else {slow}({value}))"
        return f"{slow}({value})"

    def one(self, schema: Schema, value: str, include: Selection, exclude: Selection) -> str:
        """The source of one object."""
        return f"{self.model(schema, include, exclude)}({value})"

    def items(self, write: Source, value: str, include: Selection, exclude: Selection) -> str:
        """The source of a list; one function for all items, unless a selection tells some apart by their position."""
        if include is None and exclude is None:
            item = f"{value}_"
            return f"[{write(item, None, None)} for {item} in {value}]"
        parts, rest = self._parts(write, include, exclude)

        def convert(items: Any) -> list[Any]:
            result = []
            for index, item in enumerate(items):
                kept, convert_item = parts.get(index) or parts.get(index - len(items)) or rest
                written = convert_item(item)
                if kept:
                    result.append(written)
            return result

        return f"{self.name(convert, 'items')}({value})"

    def pairs(self, write_key: Source, write: Source, value: str, include: Selection, exclude: Selection) -> str:
        """The source of a dictionary."""
        key, item = f"{value}_k", f"{value}_v"
        keys = write_key(key, None, None)
        if include is None and exclude is None:
            return f"{{{keys}: {write(item, None, None)} for {key}, {item} in {value}.items()}}"
        parts, rest = self._parts(write, include, exclude)
        convert_key = self.compiled(write_key, None, None)

        def convert(pairs: dict[Any, Any]) -> dict[Any, Any]:
            result = {}
            for key, item in pairs.items():
                kept, convert_item = parts.get(key, rest)
                written_key, written = convert_key(key), convert_item(item)
                if kept:
                    result[written_key] = written
            return result

        return f"{self.name(convert, 'pairs')}({value})"

    def _parts(
        self, write: Source, include: Selection, exclude: Selection
    ) -> tuple[dict[Any, tuple[bool, Convert]], tuple[bool, Convert]]:
        """Whether each named item is kept and how it is written, and the same of all others."""

        def part(key: Any) -> tuple[bool, Convert]:
            kept, within, without = choose(key, include, exclude)
            return kept, self.compiled(write, within, without)

        return {key: part(key) for key in named(include, exclude)}, part(ALL)

    def union(self, field: Union, include: Selection, exclude: Selection) -> Convert:
        """A function that writes what belongs to one of the members."""
        writers = [self.converter(member, include, exclude) for member in field.members]
        kinds = [(_class_in(member), write) for member, write in zip(field.members, writers, strict=True)]
        models = [(kind, write) for kind, write in kinds if kind is not None and kind not in _PLAIN_CLASSES]

        def convert(value: Any) -> Any:
            for kind, write in kinds:
                if value.__class__ is kind:
                    return write(value)
            for kind, write in models:
                if isinstance(value, kind):
                    return write(value)
            try:
                with reading_attributes():
                    member, converted, _ = field.choose(value)
            except ValidationError:
                if not is_object(value):
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

    def model(self, schema: Schema, include: Selection, exclude: Selection) -> str:
        """The name of the function that writes one object of `schema`; made once: models may contain themselves."""
        key = (type(schema), tuple(schema.dump_fields), repr(include), repr(exclude))
        if key in self.functions:
            return self.functions[key]
        self.functions[key] = name = f"write_{len(self.functions)}"
        if _has_hooks(schema):
            self.names[name] = lambda value: schema.dump(value, many=False)
            return name
        # as dataclasses do; the source is ours, the values are behind names
        exec("\n".join([f"def {name}(value):", *object_source(self, schema, include, exclude)]), self.names)
        return name


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


def _has_hooks(schema: Schema) -> bool:
    """Whether dumping runs code of the Schema's author, which only `Schema.dump` does."""
    special = (ma.Method, ma.Function, ma.Pluck)
    hooks: Any = schema._hooks
    return bool(hooks.get("pre_dump") or hooks.get("post_dump")) or any(
        isinstance(field, special) for field in schema.dump_fields.values()
    )


def _attributes(field: ma.Field[Any], value: Any) -> int:
    """How many of the attributes that this member of a union reads an object has."""
    schema = schema_in(field)
    return 0 if schema is None else sum(hasattr(value, name) for name in schema.dump_fields)


def _class_in(field: ma.Field[Any]) -> type | None:
    """The class whose instances this member of a union writes."""
    schema = schema_in(field)
    if schema is not None:
        return schema.model if isinstance(schema, ModelSchema) else None
    return next((kind for base, (kind, _) in _DIRECT.items() if isinstance(field, base)), None)
