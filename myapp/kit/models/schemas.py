"""Dataclasses as models: the marshmallow Schema of a class, which attributes the input set, and a model's dict.

Pairs https://fastapi.tiangolo.com/tutorial/body/ and https://fastapi.tiangolo.com/tutorial/body-updates/ with
marshmallow: a dataclass is written once, its Schema is made from it once, `load` returns an instance of it::

    @dataclass
    class Item:
        name: Annotated[str, Field(max_length=50)]
        price: float = Field(gt=0)
        tags: list[str] = Field(default_factory=list)

`fields_set` tells which attributes the input set, `dump` makes a dict, `adopt` takes in a Schema somebody else wrote.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final, Literal, cast

import marshmallow.fields as ma
from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, ValidationError, missing
from marshmallow.exceptions import SCHEMA

from .. import fields, typehints
from ..errors import Fault, faulted
from ..fields.containers import LISTS, dump_key, load_key
from ..params import FieldInfo, Undefined, field_info
from .adopt import adopt
from .dumping import copy_with, dump
from .setfields import Model, fields_set, remember

__all__ = [
    "Model",
    "ModelConfig",
    "ModelSchema",
    "adopt",
    "copy_with",
    "dump",
    "dump_key",
    "fields_set",
    "load_key",
    "schema_for",
]

_SCHEMA: Final = "__marshmallow_schema__"
_UNKNOWN: Final = {"ignore": EXCLUDE, "forbid": RAISE, "allow": INCLUDE}


@dataclasses.dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """What a class says of itself, as in pydantic: `model_config: ClassVar[ModelConfig] = ModelConfig(extra="forbid")`.

    A response is always read from attributes. With `from_attributes=False` what is no object is refused in the words
    that FastAPI has for a dataclass (`dataclass_type`), not in those for a Pydantic model.
    """

    extra: Literal["ignore", "forbid", "allow"] = "ignore"
    title: str | None = None
    json_schema_extra: Mapping[str, Any] | None = None
    json_schema_serialization_defaults_required: bool = False
    str_strip_whitespace: bool = False
    populate_by_name: bool = False
    alias_generator: Callable[[str], str] | None = None
    from_attributes: bool = True


class ModelSchema(Schema):
    """The base of the Schemas made by `schema_for`; loads into instances of `model` and reports as pydantic does.

    `config` is the class's `model_config`. With `partial`, where an instance could not be made, load returns a dict.
    """

    model: ClassVar[type[Any]]
    config: ClassVar[ModelConfig]

    class Meta(Schema.Meta):
        """Unknown fields are ignored, as FastAPI ignores them."""

        unknown = cast(Any, EXCLUDE)
        register = False

    def _init_fields(self) -> None:
        super()._init_fields()
        # the compiled plan of a load: name, key, conversion, required, and the default that the class does not know of
        by_name = self.config.populate_by_name
        own = {each.name for each in _attributes(self.model) if _has_default(each)}
        self._plan = [
            (name, load_key(name, field), name if by_name else None, field.deserialize, field.required, name not in own)
            for name, field in self.load_fields.items()
        ]
        self._keys = frozenset(load_key(name, field) for name, field in self.load_fields.items())
        # under its own name an attribute is known only where its alias is not given
        self._names = {name: key for name, key, *_ in self._plan if by_name and name != key}

    def _do_load(
        self,
        data: Any,
        *,
        many: bool | None = None,
        partial: Any = None,
        unknown: Any = None,
        postprocess: bool = True,
    ) -> Any:
        many = self.many if many is None else many
        partial = self.partial if partial is None else partial
        unknown = self.unknown if unknown is None else unknown
        try:
            if not many:
                return self._load_one(data, partial, unknown, postprocess)
            return self._load_many(data, partial, unknown, postprocess)
        except ValidationError as error:
            error.data = data
            self.handle_error(error, data, many=many, partial=partial)
            raise

    def _load_many(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> list[Any]:
        if not isinstance(data, LISTS):
            raise ValidationError({SCHEMA: [Fault.of("list_type", data)]})
        loaded, errors = [], {}
        for index, item in enumerate(data):
            try:
                loaded.append(self._load_one(item, partial, unknown, postprocess))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    def _load_one(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> Any:
        if not isinstance(data, Mapping):
            if isinstance(data, self.model):
                return data
            if self.config.from_attributes:
                raise ValidationError({SCHEMA: [Fault.of("model_attributes_type", data)]})
            raise ValidationError({SCHEMA: [Fault.of("dataclass_type", data, class_name=self.model.__name__)]})
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        given: list[str] = []
        options = {} if partial is None else {"partial": partial}
        for name, key, other, convert, required, has_own_default in self._plan:
            raw = data.get(key, missing)
            if raw is missing and other is not None:
                raw = data.get(other, missing)
            if raw is missing:
                if partial is True or (partial and name in partial):
                    continue
                if required:
                    errors[key] = [Fault.of("missing", data)]
                elif has_own_default:
                    values[name] = convert(missing)
                continue
            given.append(name)
            try:
                values[name] = convert(raw, key, data, **options)
            except ValidationError as error:
                errors[key] = error.messages
        extra = {}
        if unknown != EXCLUDE:
            extra = {key: value for key, value in data.items() if not self._knows(key, data)}
            if extra and unknown == RAISE:
                for key, value in extra.items():
                    # a key that marshmallow reserves must not pass for its own
                    fault = Fault.of("extra_forbidden", value)
                    errors[key] = [fault.at((key,), value) if key == SCHEMA else fault]
        if errors:
            raise ValidationError(errors, valid_data=values)
        if not postprocess or partial:
            return {**values, **extra}
        try:
            instance = self.model(**values)
        except (ValueError, AssertionError) as error:
            raise ValidationError({SCHEMA: faulted(error, data).messages}) from error
        for key, value in extra.items():
            object.__setattr__(instance, key, value)
        remember(instance, frozenset([*given, *extra]))
        return instance

    def _knows(self, key: Any, data: Mapping[Any, Any]) -> bool:
        return key in self._keys or (key in self._names and self._names[key] not in data)

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        if many and obj is not None:
            return [self._serialize(each) for each in obj]
        result = {}
        for name, field in self.dump_fields.items():
            value = field.serialize(name, obj, accessor=self.get_attribute)
            if value is not missing:
                result[dump_key(name, field)] = value
        return result


def schema_for(cls: type[Any], *, building: frozenset[type[Any]] = frozenset()) -> type[ModelSchema]:
    """The Schema class of a dataclass: made once, kept on the class, named and documented like it.

    Raises TypeError, naming the attribute, for a type hint that no field reads. `building` are the classes being read
    further out: those may refer to each other.
    """
    known = cls.__dict__.get(_SCHEMA)
    if known is not None:
        return known  # type: ignore[no-any-return]
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls!r} is not a dataclass")
    config = getattr(cls, "model_config", None) or ModelConfig()
    try:
        hints = typing.get_type_hints(cls, localns={cls.__name__: cls}, include_extras=True)
    except NameError as error:
        problem = f"{cls.__qualname__}: a type hint names {error.name!r}, which its module does not define"
        raise TypeError(problem) from error
    reader = typehints._Reader(config.str_strip_whitespace, building | {cls})
    declared = {each.name: _field(cls, each, hints[each.name], config, reader) for each in _attributes(cls)}
    if config.extra == "allow" and not cls.__dictoffset__:
        raise TypeError(f'{cls.__qualname__}: extra="allow" needs a class without slots')
    meta = type("Meta", (ModelSchema.Meta,), {"unknown": _UNKNOWN[config.extra], "include": declared})
    body = {"__doc__": _docstring(cls), "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    schema = type(cls.__name__, (ModelSchema,), {**body, "model": cls, "config": config, "Meta": meta})
    setattr(cls, _SCHEMA, schema)
    return schema


def _attributes(cls: type[Any]) -> Iterator[dataclasses.Field[Any]]:
    """The attributes of a dataclass and its InitVars, in their order; no ClassVars."""
    for each in cls.__dataclass_fields__.values():
        if each._field_type is not dataclasses._FIELD_CLASSVAR:  # type: ignore[attr-defined]
            yield each


def _has_default(each: dataclasses.Field[Any]) -> bool:
    return each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING


def _field(
    cls: type[Any], each: dataclasses.Field[Any], hint: Any, config: ModelConfig, reader: typehints._Reader
) -> ma.Field[Any]:
    own = field_info(each)
    found = typehints.annotated_info(hint).info
    info = typehints.merged([found, own]) if found or own else FieldInfo()
    assert info is not None
    info = dataclasses.replace(info) if type(info) is FieldInfo else info
    if each.default is not dataclasses.MISSING:
        info.default = each.default
    elif each.default_factory is not dataclasses.MISSING and (own is None or own.default is Undefined):
        info.default, info.default_factory = Undefined, each.default_factory
    if info.alias is None and config.alias_generator is not None:
        info.alias = config.alias_generator(each.name)
    try:
        field = reader.field(hint, info)
    except TypeError as error:
        raise TypeError(f"{cls.__qualname__}.{each.name}: {error}") from error
    field.data_key = info.validation_alias or info.alias
    field.dump_only = not each.init
    field.load_only = each._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
    return field


def _docstring(cls: type[Any]) -> str | None:
    """The docstring the class was written with, not the signature that dataclasses puts in its place."""
    text = cls.__doc__
    return None if text is None or text.startswith(f"{cls.__name__}(") else text


class Stripped(fields.String):
    """A str without white space around it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()
