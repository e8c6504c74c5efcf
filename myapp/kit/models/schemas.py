"""Dataclasses as models: the marshmallow Schema of a class, which attributes the input set, and a model's dict.

Pairs https://fastapi.tiangolo.com/tutorial/body/ and https://fastapi.tiangolo.com/tutorial/body-updates/ with
marshmallow: a dataclass is written once, its Schema is made from it once, `load` returns an instance of it::

    @dataclass
    class Item:
        name: Annotated[str, Field(max_length=50)]
        price: float = Field(gt=0)
        tags: list[str] = Field(default_factory=list)

A TypedDict has a Schema, too, whose `load` returns a dict. `fields_set` tells which attributes the input set, `dump`
makes a dict, `adopt` takes in a Schema somebody else wrote.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from collections.abc import Collection, Iterator
from typing import Any, Final, TypeVar, get_origin

import marshmallow.fields as ma
from marshmallow import EXCLUDE, INCLUDE, RAISE, missing

from .. import hints, typehints
from ..field_functions import with_functions
from ..fields.omitted import may_omit
from ..fields.wrapped import written_by
from ..load_defaults import from_data
from ..params import FieldInfo, Undefined, field_info
from .config import AliasGenerator, ModelConfig, config_of
from .decorators import (
    ComputedField,
    FieldSerializer,
    FieldValidator,
    ModelSerializer,
    ModelValidator,
    decorated,
)
from .docstrings import attribute_docstrings
from .loading import DictSchema, ModelSchema
from .private import is_private
from .root import RootModel, RootSchema

T = TypeVar("T", FieldValidator, FieldSerializer)

_SCHEMAS: Final = "__marshmallow_schemas__"
_UNKNOWN: Final = {"ignore": EXCLUDE, "forbid": RAISE, "allow": INCLUDE}


def is_typed_dict(kind: Any) -> bool:
    """Whether it is a TypedDict, the standard library's or that of `typing_extensions`."""
    return isinstance(kind, type) and issubclass(kind, dict) and hasattr(kind, "__total__")


def schema_for(kind: Any, *, building: frozenset[Any] = frozenset()) -> type[ModelSchema]:
    """The Schema class of a dataclass or TypedDict, or of a generic one with its arguments (`Page[Item]`).

    Made once, kept on the class, named and documented like it. Raises TypeError, naming the attribute, for a type hint
    that no field reads. `building` are the classes being read further out: those may refer to each other.
    """
    cls = get_origin(kind) or kind
    known: dict[Any, type[ModelSchema]] = vars(cls).get(_SCHEMAS, {})
    if kind in known:
        return known[kind]
    if not (dataclasses.is_dataclass(cls) or is_typed_dict(cls)):
        raise TypeError(f"{cls!r} is not a dataclass")
    config = config_of(cls)
    try:
        found = typing.get_type_hints(cls, localns={cls.__name__: cls}, include_extras=True)
    except NameError as error:
        problem = f"{cls.__qualname__}: a type hint names {error.name!r}, which its module does not define"
        raise TypeError(problem) from error
    arguments = hints.type_arguments(kind)
    found = _resolved(cls, {name: hints.substituted(hint, arguments) for name, hint in found.items()})
    reader = typehints.Reader(config, building | {kind})
    attributes = list(_attributes(cls, found))
    texts = attribute_docstrings(cls)
    declared = {each.name: _field(cls, each, found[each.name], reader, texts.get(each.name)) for each in attributes}
    declared |= {name: _computed(cls, name, each, reader) for name, each in decorated(cls, ComputedField)}
    _check_names(cls, declared)
    if config.extra == "allow" and not cls.__dictoffset__:
        raise TypeError(f'{cls.__qualname__}: extra="allow" needs a class without slots')
    name = cls.__name__ + _shown(kind)
    validators: dict[str, list[Any]] = {"before": [], "wrap": [], "after": []}
    for _, each in decorated(cls, ModelValidator):
        validators[each.mode].append(each.bound(cls))
    whole = [each for _, each in decorated(cls, ModelSerializer)][-1:]
    meta = type("Meta", (ModelSchema.Meta,), {"unknown": _UNKNOWN[config.extra], "include": declared})
    base = DictSchema if is_typed_dict(cls) else RootSchema if issubclass(cls, RootModel) else ModelSchema
    if base is RootSchema and (config.extra != "ignore" or [each.name for each in attributes] != ["root"]):
        raise TypeError(f"{cls.__qualname__}: a RootModel has its root, no other attribute and nothing extra")
    body = {"__doc__": _docstring(kind), "__module__": cls.__module__, "__qualname__": cls.__qualname__ + _shown(kind)}
    body["component"] = cls.__name__ + _shown(kind, ",")
    body |= {"model": cls, "config": config, "Meta": meta, "functions": {}}
    body |= {"before": validators["before"][::-1], "around": validators["wrap"], "after": validators["after"]}
    body["writing"] = next((reader.writing(each.function, each) for each in whole), None)
    body["optional"] = frozenset(each.name for each in attributes if getattr(each, "optional", False))
    body["own_defaults"] = frozenset(each.name for each in attributes if _has_default(each))
    schema = type(name, (base,), body)
    if _SCHEMAS not in vars(cls):
        setattr(cls, _SCHEMAS, {})
    vars(cls)[_SCHEMAS][kind] = schema
    return schema


def _shown(kind: Any, comma: str = ", ") -> str:
    """The arguments of a generic class, as its name shows them."""
    arguments = comma.join(map(_spelled, typing.get_args(kind)))
    return f"[{arguments}]" if arguments else ""


def _spelled(argument: Any) -> str:
    origin = get_origin(argument) or argument
    if origin in hints.UNIONS:
        return f"Union{_shown(argument)}"
    return origin.__name__ + _shown(argument) if isinstance(origin, type) else str(argument)


class _Key:
    """A key of a TypedDict, with what is asked of a dataclass's field."""

    default: Any = dataclasses.MISSING
    default_factory: Any = dataclasses.MISSING
    init = True
    _field_type = None

    def __init__(self, name: str, *, optional: bool) -> None:
        self.name, self.optional = name, optional


def _attributes(cls: type[Any], named: dict[str, Any]) -> Iterator[dataclasses.Field[Any] | _Key]:
    """The attributes of a dataclass and its InitVars, in their order, no ClassVars; the keys of a TypedDict."""
    if is_typed_dict(cls):
        for name, hint in named.items():
            yield _Key(name, optional=not hints.is_required(cls, name, hint))
        return
    for each in cls.__dataclass_fields__.values():
        hidden = each._field_type is dataclasses._FIELD_CLASSVAR or is_private(each)  # type: ignore[attr-defined]
        if not hidden:
            yield each


def _resolved(cls: type[Any], found: dict[str, Any]) -> dict[str, Any]:
    """The type hints with the names in the arguments of a base resolved: `class Tree(Node["list[Tree]"])`."""
    holder = types.SimpleNamespace(__annotations__=found)
    # as typing does it: code that was run by `exec` need not be in a module
    names = getattr(sys.modules.get(cls.__module__), "__dict__", {})
    return typing.get_type_hints(holder, names, {cls.__name__: cls}, include_extras=True)


def _root_info(cls: type[Any]) -> FieldInfo | None:
    return cls.__root_info__ if issubclass(cls, RootModel) else None


def _has_default(each: dataclasses.Field[Any] | _Key) -> bool:
    own = each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING
    return own or getattr(each, "optional", False)


def _field(
    cls: type[Any], each: dataclasses.Field[Any] | _Key, hint: Any, reader: typehints.Reader, text: str | None
) -> ma.Field[Any]:
    if isinstance(each.default, FieldInfo):
        problem = f"{type(each.default).__name__}() itself would be its default: use Annotated, or Field()"
        raise TypeError(f"{cls.__qualname__}.{each.name}: {problem}")
    own, config = field_info(each) or _root_info(cls), reader.config
    found = hints.annotated_info(hint).info
    info = hints.merged([found, own]) if found or own else FieldInfo()
    assert info is not None
    info = dataclasses.replace(info) if type(info) is FieldInfo else info
    if each.default is not dataclasses.MISSING:
        info.default = each.default
    elif each.default_factory is not dataclasses.MISSING and (own is None or own.default is Undefined):
        info.default, info.default_factory = Undefined, from_data(each.default_factory)
    info.description = text if info.description is None else info.description
    _named(each.name, info, config)
    validators = [validator.in_annotated(cls) for validator in _about(each.name, cls, FieldValidator)]
    try:
        field: ma.Field[Any] = with_functions(reader.field(hint, info), validators, reader)
        field = _written(each.name, field, cls, reader)
    except TypeError as error:
        raise TypeError(f"{cls.__qualname__}.{each.name}: {error}") from error
    if may_omit(field):
        raise TypeError(f"{cls.__qualname__}.{each.name}: OnErrorOmit is about items of a list or a dictionary")
    field.data_key = next((str(path[0]) for path in info.paths if len(path) == 1), None)
    field.dump_only = not each.init
    field.load_only = each._field_type is dataclasses._FIELD_INITVAR  # type: ignore[union-attr, attr-defined]
    if getattr(each, "optional", False):
        field.required, field.metadata = False, {**field.metadata, "optional": True}
    return field


def is_excluded(field: ma.Field[Any]) -> bool:
    """Whether an attribute is read, checked and never written (`Field(exclude=True)`)."""
    info = field.metadata.get("info")
    return info is not None and bool(info.exclude)


def _named(name: str, info: FieldInfo, config: ModelConfig) -> None:
    """Give an attribute the names and the title that its class makes up for all."""
    generator = config.alias_generator
    if not isinstance(generator, AliasGenerator):
        generator = AliasGenerator(alias=generator)
    gives_way, named = info.alias_priority == 1, info.alias is not None
    for kind in ("alias", "validation_alias", "serialization_alias"):
        make = getattr(generator, kind)
        if make is not None and (gives_way or (getattr(info, kind) is None and not named)):
            setattr(info, kind, make(name))
    title = info.field_title_generator or config.field_title_generator
    if title is not None and info.title is None:
        info.title = title(name, info)


def _computed(cls: type[Any], name: str, computed: ComputedField, reader: typehints.Reader) -> ma.Field[Any]:
    """The field of a computed attribute, which is written only."""
    info = dataclasses.replace(computed.info)
    info.description = info.description or (computed.function.__doc__ and inspect.cleandoc(computed.function.__doc__))
    _named(name, info, reader.config)
    hint = computed.return_type
    hint = hints.returned(computed.function) if hint is Undefined else hint
    field = reader.field(Any if hint is Undefined else hint, info)
    field = _written(name, field, cls, reader)
    field.dump_only, field.required, field.load_default = True, False, missing
    field.metadata = {**field.metadata, "computed": True}
    return field


def _about(name: str, cls: type[Any], kind: type[T]) -> list[T]:
    """The decorated methods that are about this attribute."""
    return [each for _, each in decorated(cls, kind) if name in each.names or "*" in each.names]


def _written(name: str, field: ma.Field[Any], cls: type[Any], reader: typehints.Reader) -> ma.Field[Any]:
    """The field, written by the serializer that the class has for it, if any."""
    found = _about(name, cls, FieldSerializer)
    return written_by(field, reader.writing(found[-1].function, found[-1], of_attribute=True)) if found else field


def _check_names(cls: type[Any], known: Collection[str]) -> None:
    """Raise TypeError for a decorator about an attribute that is not there, and for two serializers of one."""
    for name, each in [*decorated(cls, FieldValidator), *decorated(cls, FieldSerializer)]:
        strange = set(each.names) - {*known, "*"}
        if strange and each.check_fields is not False:
            shown = ", ".join(map(repr, sorted(strange)))
            problem = f"{cls.__qualname__}.{name}() is about {shown}, which is not there"
            raise TypeError(f"{problem} (check_fields=False, if a subclass is to have it)")
    written = [name for _, each in decorated(cls, FieldSerializer) for name in each.names]
    twice = {name for name in written if written.count(name) > 1}
    if twice:
        raise TypeError(f"{cls.__qualname__} has several serializers of {', '.join(map(repr, sorted(twice)))}")


def _docstring(kind: Any) -> str | None:
    """The docstring the class was written with, not the signature that dataclasses puts in its place.

    A generic class with its arguments has none, as in pydantic, where it is another class.
    """
    text = None if kind is RootModel or get_origin(kind) is not None else kind.__doc__
    return None if text is None or text.startswith(f"{kind.__name__}(") else text
