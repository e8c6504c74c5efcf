"""Type hints as marshmallow fields: the one place where `list[Item] | None` or `Annotated[str, Query()]` becomes one.

Pairs https://fastapi.tiangolo.com/python-types/ and https://fastapi.tiangolo.com/tutorial/extra-data-types/ with
marshmallow's fields. Done once, when a view or a class is defined; a request only calls `field.deserialize(value)`.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import enum
import operator
import pathlib
import re
import types
import typing
from collections import abc
from typing import Any, NamedTuple, get_args, get_origin

import marshmallow.fields as ma
from marshmallow import Schema, missing, validate

from . import fields, hints, models
from .field_functions import with_functions
from .fields import containers, mappings, nested, standard, tagged, unions
from .fields.alias import Alias, Named, Recursive
from .fields.by_type import DICTS, LISTS, SCALARS
from .fields.constraints import Constraints
from .fields.dsn import constrained
from .fields.lax import Lax
from .fields.named_tuples import NamedTuple as NamedTupleField
from .fields.secret import secret_field
from .fields.wrapped import Around, Writing, Written, written_by
from .functional import (
    MISSING,
    Discriminator,
    PlainValidator,
    StringConstraints,
    UrlConstraints,
    ValidateAs,
    WithJsonSchema,
)
from .hints import UNIONS, annotated_info, is_named_tuple, literal_values, meant_by, merged, union_member
from .load_defaults import load_default
from .models.adopt import adopt
from .models.config import ModelConfig, config_of
from .params import Body, FieldInfo, Undefined
from .values import Secret


def field_for(annotation: Any, info: FieldInfo | None = None) -> ma.Field[Any]:
    """The marshmallow field that reads values of this type hint, with the constraints and the default of `info`.

    `annotation` may also be a marshmallow Schema (class or instance) or field. What `info` sets wins over what the
    `Annotated` in the type hint says. Raises TypeError, naming the type, where no field fits.
    """
    return Reader(ModelConfig(), frozenset()).field(annotation, info)


class Reader(NamedTuple):
    """Reads type hints as `config` asks.

    `building` are the classes whose Schemas are being made further out, `aliases` those that are being read there.
    """

    config: ModelConfig
    building: frozenset[Any]
    aliases: tuple[Alias, ...] = ()

    def field(self, annotation: Any, info: FieldInfo | None = None) -> ma.Field[Any]:
        """The field of a type hint with all that is said of it."""
        split = annotated_info(annotation, aliases=False)
        if not hints.is_alias(get_origin(split.type) or split.type):
            return self.unnamed(split, info)
        return self.aliased(annotation, split, info) or self.unnamed(annotated_info(annotation), info)

    def aliased(self, annotation: Any, outer: hints.Split, info: FieldInfo | None) -> ma.Field[Any] | None:
        """The field of an alias, as which it is documented; None for one that no field reads as it is.

        `outer` is the annotation as far as the alias.
        """
        hint, around, rest = outer.type, merged([outer.info, info]), outer.rest
        value = annotated_info(hint)
        alias = next((each for each in self.aliases if each.hint == hint), None)
        inside = alias is not None
        if alias is None:
            alias = Alias(hint)
            try:
                alias.field = self._replace(aliases=(*self.aliases, alias)).unnamed(value, None)
            except TypeError:
                if alias.recursive:
                    raise
                return None
            alias.allow_none = alias.field.allow_none
        else:
            alias.recursive = True
        if alias.recursive:
            field = self.finished(Recursive(alias, inside=inside), around, rest)
        else:
            field = alias.field if around is None and not rest else self.unnamed(annotated_info(annotation), info)
        field.metadata = {**field.metadata, "alias": Named(alias, value.info, around, rest)}
        return field

    def unnamed(self, split: hints.Split, info: FieldInfo | None) -> ma.Field[Any]:
        """The field of what an alias stands for, and of every other hint."""
        kind, found, rest = split
        kind = next((extra.from_type for extra in rest if isinstance(extra, ValidateAs)), kind)
        info = merged([found, info])
        field = next((extra for extra in rest if isinstance(extra, ma.Field)), None)
        if field is not None:
            field = copy.copy(field)
        elif isinstance(info, Body) and info.schema is not None:
            field = self.of(info.schema, info)
        elif kind is str:
            field = self.text(info, [extra for extra in rest if isinstance(extra, StringConstraints)])
        else:
            replaced = any(isinstance(extra, PlainValidator) for extra in rest)
            field = self.of_anything(kind, info) if replaced else self.of(kind, info)
        return self.finished(field, info, rest)

    def finished(self, field: ma.Field[Any], info: FieldInfo | None, rest: tuple[Any, ...]) -> ma.Field[Any]:
        """The field with what stands beside its type in `Annotated`."""
        for told in (extra for extra in rest if isinstance(extra, UrlConstraints)):
            field = constrained(field, told)
        for _ in (extra for extra in rest if isinstance(extra, fields.Json)):
            field = fields.JsonText(self.configured(field, None, ()))
        return self.configured(field, info, rest)

    def of_anything(self, kind: Any, info: FieldInfo | None) -> ma.Field[Any]:
        """The field of a type whose values a function reads: it may be one that no field reads."""
        try:
            return self._replace(config=dataclasses.replace(self.config, arbitrary_types_allowed=False)).of(kind, info)
        except TypeError:
            return fields.Instance(object)

    def of(self, kind: Any, info: FieldInfo | None) -> ma.Field[Any]:
        """The field of a type without its `Annotated`."""
        if annotated_info(kind).type is not kind:
            return self.field(kind)
        if isinstance(kind, typing.TypeVar):
            return self.field(meant_by(kind))
        origin = get_origin(kind) or kind
        if origin in UNIONS or (info is not None and info.discriminator is not None):
            return self.union(get_args(kind) if origin in UNIONS else (kind,), info)
        if origin is typing.Literal:
            return fields.Literal(literal_values(kind))
        if isinstance(kind, ma.Field):
            return copy.copy(kind)
        if isinstance(kind, Schema):
            return nested.Nested(adopt(kind))
        if isinstance(kind, type) and issubclass(kind, Schema):
            return nested.Nested(adopt(kind()))
        if isinstance(origin, type) and (dataclasses.is_dataclass(origin) or models.is_typed_dict(origin)):
            return self.nested(kind)
        if isinstance(origin, type) and issubclass(origin, Secret):
            arguments = [*hints.type_arguments(kind).values(), Any]
            return secret_field(origin, self.field(arguments[0]))
        if origin is bytes:
            return fields.Bytes(reads=self.config.val_json_bytes, writes=self.config.ser_json_bytes)
        if isinstance(origin, abc.Hashable) and origin in SCALARS:
            return SCALARS[origin]()
        return self.container(kind, origin)

    def text(self, info: FieldInfo | None, told: list[StringConstraints]) -> ma.Field[Any]:
        """The field of a str, tidied as `StringConstraints` or the model's config ask."""
        config = self.config

        def asked(name: str) -> bool:
            found = [each for constraints in told if (each := getattr(constraints, name)) is not None]
            return bool(found[-1] if found else getattr(config, f"str_{name}"))

        coerce = info is not None and info.coerce_numbers_to_str
        return fields.text_field(
            strip=asked("strip_whitespace"),
            case=str.lower if asked("to_lower") else str.upper if asked("to_upper") else None,
            coerce=config.coerce_numbers_to_str if coerce is None else bool(coerce),
            constraints=config.str_constraints,
        )

    def container(self, kind: Any, origin: Any) -> ma.Field[Any]:
        """The field of a list, tuple, dictionary, Enum, path or regular expression."""
        arguments = get_args(kind)
        if kind is abc.Sequence or kind is typing.Sequence:
            return containers.SequenceOf(fields.Any(), any_text=True)
        if origin in LISTS:
            return LISTS[origin](self.field(arguments[0] if arguments else Any))
        if origin is tuple:
            if arguments and arguments[-1] is not ...:
                return containers.Tuple([self.field(argument) for argument in arguments])
            if kind is tuple or arguments or kind is typing.Tuple:  # noqa: UP006 - the bare name is a type hint, too
                return containers.VariadicTuple(self.field(arguments[0] if arguments else Any))
            return containers.Tuple([])
        if origin in DICTS:
            return DICTS[origin](*map(self.field, arguments))
        if origin is collections.Counter:
            return mappings.Counter(self.field(arguments[0] if arguments else Any), fields.Integer())
        if origin is collections.defaultdict:
            inner = [self.field(argument) for argument in arguments or (Any, Any)]
            return mappings.DefaultDict(*inner, factory=get_origin(arguments[1]) or arguments[1] if arguments else None)
        if is_named_tuple(origin):
            hints = typing.get_type_hints(origin, include_extras=True)
            defaults = origin._field_defaults
            infos = {name: FieldInfo(default=defaults[name]) if name in defaults else None for name in origin._fields}
            return NamedTupleField(
                origin, {name: self.field(hints.get(name, Any), info) for name, info in infos.items()}
            )
        if origin is re.Pattern:
            return standard.Pattern(arguments[0] if arguments and isinstance(arguments[0], type) else None)
        if isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
            return standard.FilePath(kind)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            after = [operator.attrgetter("value")] if self.config.use_enum_values else []
            return fields.Enum(kind, after=after)
        if self.config.arbitrary_types_allowed and isinstance(origin, type):
            return fields.Instance(origin)
        raise TypeError(f"no marshmallow field reads values of type {kind!r}")

    def nested(self, kind: Any) -> ma.Field[Any]:
        """The field of a class with attributes."""
        if kind not in self.building:
            models.schema_for(kind, building=self.building)
        field = nested.NestedModel(lambda: models.schema_for(kind))
        polymorphic = config_of(get_origin(kind) or kind).polymorphic_serialization
        return written_by(field, Writing()) if polymorphic else field

    def union(self, arguments: tuple[Any, ...], info: FieldInfo | None) -> ma.Field[Any]:
        """The field of a union, or of what may be None."""
        optional = types.NoneType in arguments
        may_be_missing = MISSING in arguments
        arguments = tuple(argument for argument in arguments if argument not in (types.NoneType, MISSING))
        # pydantic has forgotten about infinities when it writes what a member has made
        within = self._replace(config=dataclasses.replace(self.config, ser_json_inf_nan="null"))
        reader = within if len(arguments) > 1 else self
        members = [reader.field(union_member(argument)) for argument in arguments]
        told = None if info is None else info.discriminator
        if isinstance(told, Discriminator) and isinstance(told.discriminator, str):
            told = told.discriminator
        field: ma.Field[Any]
        if isinstance(told, Discriminator):
            field = tagged.CallableTaggedUnion([*members, *([fields.NoneValue()] if optional else [])], told=told)
        elif told is not None:
            field = tagged.TaggedUnion(members, discriminator=told)
        elif len(members) > 1 or _keeps_to_itself(members[0]):
            first = info is not None and info.union_mode == "left_to_right"
            field = unions.Union(members, left_to_right=first)
        else:
            field = members[0]
        field.allow_none = field.allow_none or optional
        if may_be_missing:
            field.metadata = {**field.metadata, "may_be_missing": True}
        return field

    def writing(self, function: Any, said: Any, *, of_attribute: bool = False) -> Writing:
        """How a function of the user's writes; `said` has what it takes, its `return_type` and `when_used`."""
        hint = said.return_type if said.return_type is not Undefined else hints.returned(function)
        returns = None if hint is Undefined else self.field(hint)
        return Writing(function, said.takes, returns, said.when_used, of_attribute)

    def configured(self, field: ma.Field[Any], info: FieldInfo | None, rest: tuple[Any, ...]) -> ma.Field[Any]:
        """Tell the (fresh) field what `Annotated` and `info` say."""
        if isinstance(field, Lax):
            told = [extra for extra in rest if isinstance(extra, validate.Validator)]
            constraints = Constraints.from_validators(told)
            strict = None if ma.Nested in type(field).__mro__ else self.config.strict
            if info is not None:
                own = Constraints.from_info(info)
                constraints = own if constraints is None else constraints | own
                strict = strict if info.strict is None else info.strict
                field.fail_fast = bool(info.fail_fast)
            field.strict = bool(field.strict if strict is None else strict)
            field.follow(self.config)
            if isinstance(field, ma.Float) and not self.config.allow_inf_nan:
                field.constraints = Constraints(allow_inf_nan=False)
            if constraints is not None:
                field.constraints = constraints if field.constraints is None else field.constraints | constraints
                field.validate, field.validators = constraints, [field.constraints]
            field = with_functions(field, rest, self)
        field.required = field.load_default is missing
        written = [extra for extra in rest if isinstance(extra, WithJsonSchema)]
        said = {"tag": hints.tag_in(rest), "json_schema": written}
        field.metadata = {**field.metadata, **{name: words for name, words in said.items() if words}}
        if info is not None:
            field.metadata = {**field.metadata, "info": info}
            if info.default_factory is not None:
                field.load_default, field.required = info.default_factory, False
            elif info.default is not Undefined:
                field.load_default, field.required = load_default(info.default), False
        return field


def _keeps_to_itself(member: ma.Field[Any]) -> bool:
    """Whether the field cannot be made to take None, too: its functions and its documentation are not about None."""
    info = member.metadata.get("info")
    told = info and (info.title or info.description or info.examples or info.deprecated or info.json_schema_extra)
    itself = isinstance(member, Around | Written | fields.Any) or "json_schema" in member.metadata
    return bool(told or itself or getattr(member, "before", ()) or getattr(member, "after", ()))
