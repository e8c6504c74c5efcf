"""The response model at work: check, filter and write a result by a function made for its type, once.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/ with marshmallow's fields. As the standard library's
dataclasses do, it writes the source of a function for each model once: attribute by attribute, values that already have
the declared type pass straight through; any other value goes through its field's `deserialize` and `_serialize`, where
it is converted or refused.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError, missing

from myapp.kit.containers import schema_in
from myapp.kit.encoders import isoformat
from myapp.kit.errors import ResponseValidationError, flatten
from myapp.kit.models import ModelSchema, dump_key, fields_set, load_key
from myapp.kit.unions import Union

Convert = Callable[[Any], Any]
Selection = Any
"""What FastAPI calls IncEx: a set of names, or a mapping of names to selections of what is inside."""

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
_PLAIN_CLASSES = frozenset(kind for kind, _ in _DIRECT.values())
_NEVER_OBJECTS = (str, bytes, int, float, type(None), list, tuple, set)


@dataclass(frozen=True, kw_only=True)
class SerializerOptions:
    """FastAPI's `response_model_…` keywords."""

    response_model_include: Selection = None
    response_model_exclude: Selection = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False

    @property
    def selects(self) -> bool:
        """Whether something may be left out of an object that has every attribute."""
        return (
            self.response_model_exclude_unset
            or self.response_model_exclude_defaults
            or self.response_model_exclude_none
        )


class Serializer:
    """Called with a result it gives dicts, lists and plain values, or raises ResponseValidationError."""

    def __init__(self, field: ma.Field[Any], options: SerializerOptions) -> None:
        writer = _Writer(options)
        self.field = field
        self.convert = writer.converter(field, options.response_model_include, options.response_model_exclude)

    def __call__(self, value: Any) -> Any:
        try:
            return self.convert(value)
        except ValidationError as error:
            raise ResponseValidationError(flatten(error.messages, value, ("response",)), body=value) from error


class _Writer:
    """Writes the source of the functions for one response model, and the names which that source refers to."""

    def __init__(self, options: SerializerOptions) -> None:
        self.options = options
        self.names: dict[str, Any] = {"missing": missing, "fields_set": fields_set, "not_an_object": _not_an_object}
        self.functions: dict[tuple[Any, ...], str] = {}

    def converter(self, field: ma.Field[Any], include: Selection, exclude: Selection) -> Convert:
        """A function of one value for `field`."""
        source = f"lambda value: {self.expression(field, 'value', include, exclude)}"
        convert: Convert = eval(source, self.names)  # the source is ours, the values are behind names
        return convert

    def name(self, value: Any, hint: str) -> str:
        """A name under which the source can refer to `value`."""
        name = f"{hint}_{len(self.names)}"
        self.names[name] = value
        return name

    def expression(self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
        """The source that writes the variable called `value`."""
        slow = self.name(_by_the_field(field), "convert")
        inner = self._inner(field, value, slow, include, exclude)
        return f"(None if {value} is None else {inner})" if field.allow_none else inner

    def _inner(self, field: ma.Field[Any], value: str, slow: str, include: Selection, exclude: Selection) -> str:
        holds = _holds(field, value)
        if holds is None or getattr(field, "before", None) or getattr(field, "after", None):
            return f"{slow}({value})"
        schema = schema_in(field)
        if schema is not None:
            many = isinstance(field, ma.Nested) and (field.many or schema.many)
            one = self.model(schema, include, exclude)
            if many:
                return f"([{one}(item) for item in {value}] if isinstance({value}, (list, tuple)) else {slow}({value}))"
            return f"{one}({value})"
        if isinstance(field, Union):
            return f"{self.name(self._union(field, include, exclude), 'union')}({value})"
        for base, (kind, write) in _DIRECT.items():
            if isinstance(field, base) and not isinstance(field, ma.Email | ma.Url | ma.AwareDateTime):
                written = value if write is None else f"{self.name(write, 'write')}({value})"
                return f"({written} if {value}.__class__ is {self.name(kind, 'kind')}{holds} else {slow}({value}))"
        if holds:
            return f"{slow}({value})"
        if type(field).__name__ in ("List", "SequenceOf") and isinstance(field, ma.List):
            item = f"{value}_"
            each = self.expression(field.inner, item, _inside(include), _inside(exclude))
            return f"([{each} for {item} in {value}] if isinstance({value}, (list, tuple)) else {slow}({value}))"
        if isinstance(field, ma.Dict) and field.key_field is not None and field.value_field is not None:
            key, item = f"{value}_k", f"{value}_v"
            keys = self.expression(field.key_field, key, None, None)
            each = self.expression(field.value_field, item, None, None)
            pairs = f"{{{keys}: {each} for {key}, {item} in {value}.items()}}"
            return f"({pairs} if isinstance({value}, dict) else {slow}({value}))"
        return f"{slow}({value})"

    def _union(self, field: Union, include: Selection, exclude: Selection) -> Convert:
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
                member, converted, _ = field.choose(value)
            except ValidationError:
                # Objects of other classes (database rows) belong to the first member that can read what it needs.
                for write in () if isinstance(value, _NEVER_OBJECTS) else writers:
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
        source = self._source(name, schema, include, exclude)
        exec(source, self.names)  # as dataclasses do; the source is ours, the values are behind names
        return name

    def _source(self, name: str, schema: Schema, include: Selection, exclude: Selection) -> str:
        owner = schema.model if isinstance(schema, ModelSchema) else None
        chosen = [
            (attribute, field)
            for attribute, field in schema.dump_fields.items()
            if (include is None or attribute in include) and not (exclude is not None and attribute in _whole(exclude))
        ]
        own, other, written = [], [], []
        for index, (attribute, field) in enumerate(chosen):
            value = f"v{index}"
            key = dump_key(attribute, field)
            source = (field.attribute or attribute) if owner is None else load_key(attribute, field)
            own.append(f"{value} = value.{field.attribute or attribute}")
            other.append((value, source))
            part = self.expression(field, value, _part(include, attribute), _part(exclude, attribute))
            written.append((attribute, key if self.options.response_model_by_alias else attribute, value, part, field))
        lines = [f"def {name}(value):"]
        if owner is not None:
            lines += [
                f" if isinstance(value, {self.name(owner, 'owner')}):",
                *(f"  {line}" for line in own or ["pass"]),
            ]
            lines += ["  present = fields_set(value)"] if self.options.response_model_exclude_unset else []
            lines += [" elif isinstance(value, dict):"]
        else:
            lines += [" if isinstance(value, dict):"]
        lines += [f"  {value} = value.get({source!r}, missing)" for value, source in other] or ["  pass"]
        if self.options.response_model_exclude_unset:
            lines += [
                "  present = {" + ", ".join(f"{a!r}: {v}" for (v, _), (a, *_) in zip(other, written, strict=True)) + "}"
            ]
            lines += ["  present = {key for key, item in present.items() if item is not missing}"]
        lines += [" else:", "  not_an_object(value)"]
        lines += [f"  {value} = getattr(value, {source!r}, missing)" for value, source in other]
        lines += [f"  present = { {attribute for attribute, *_ in written}!r}"]
        if not self.options.selects:
            return "\n".join(
                [*lines, " return {" + ", ".join(f"{key!r}: {part}" for _, key, _, part, _ in written) + "}"]
            )
        lines.append(" result = {}")
        for attribute, key, value, part, field in written:
            conditions = []
            if self.options.response_model_exclude_unset:
                conditions.append(f"{attribute!r} in present")
            if self.options.response_model_exclude_none:
                conditions.append(f"{value} is not None")
            if self.options.response_model_exclude_defaults and field.load_default is not missing:
                default = field.load_default() if callable(field.load_default) else field.load_default
                conditions.append(f"{value} is not missing and {value} != {self.name(default, 'default')}")
            lines.append(f" if {' and '.join(conditions) or 'True'}: result[{key!r}] = {part}")
        return "\n".join([*lines, " return result"])


def _by_the_field(field: ma.Field[Any]) -> Convert:
    """The careful way: convert and check as a request's value would be, then write."""

    def convert(value: Any) -> Any:
        return field._serialize(field.deserialize(value), None, None)

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
    if isinstance(value, _NEVER_OBJECTS):
        raise ValidationError("Input should be a valid dictionary or object to extract fields from")


def _has_hooks(schema: Schema) -> bool:
    """Whether dumping runs code of the Schema's author, which only `Schema.dump` does."""
    special = (ma.Method, ma.Function, ma.Pluck)
    hooks: Any = schema._hooks
    return bool(hooks.get("pre_dump") or hooks.get("post_dump")) or any(
        isinstance(field, special) for field in schema.dump_fields.values()
    )


def _class_in(field: ma.Field[Any]) -> type | None:
    """The class whose instances this member of a union writes."""
    schema = schema_in(field)
    if schema is not None:
        return schema.model if isinstance(schema, ModelSchema) else None
    return next((kind for base, (kind, _) in _DIRECT.items() if isinstance(field, base)), None)


def _part(selection: Selection, name: str) -> Selection:
    """The selection inside the attribute `name`; None when all of it is meant."""
    found = selection.get(name) if isinstance(selection, Mapping) else None
    return None if found in (True, ...) else found


def _inside(selection: Selection) -> Selection:
    """The selection inside each item of a list."""
    return _part(selection, "__all__") if isinstance(selection, Mapping) and "__all__" in selection else selection


def _whole(exclude: Selection) -> set[str]:
    """The names of which nothing is to be written."""
    if isinstance(exclude, Mapping):
        return {name for name, part in exclude.items() if part in (True, ...)}
    return set(exclude)
