"""A type hint taken apart: the bare type, what `Field` and its kin say of it, and which of FastAPI's kinds it is.

Pairs https://fastapi.tiangolo.com/python-types/#type-hints-with-metadata-annotations and FastAPI's rules for what
belongs into the query string and what into the body. Fields are made of the parts by `myapp.kit.typehints`.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import sys
import types
import typing
from collections import abc
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

from marshmallow import Schema

from .functional import AfterValidator, AllowInfNan, Discriminator, FailFast, Strict, StringConstraints, Tag
from .params import FieldInfo, Undefined, field_info

UNIONS: Final = {typing.Union, types.UnionType}
QUALIFIERS: Final = {"Final", "Required", "NotRequired", "ReadOnly"}
"""What may stand around a type without changing what it takes; `typing_extensions` has objects of its own for some."""

_SEQUENCES: Final = (abc.Sequence, set, frozenset, collections.deque)
_KEYWORDS: Final = tuple((each.name, each.default) for each in dataclasses.fields(FieldInfo) if each.init)
_LIMITS: Final = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length")


Info = typing.TypeVar("Info", bound=FieldInfo)


class Split(NamedTuple):
    """A type hint taken apart: the bare type, what `Field`, `Query`… say of it, and everything else in `Annotated`."""

    type: Any
    info: FieldInfo | None
    rest: tuple[Any, ...]


def annotated_info(annotation: Any, *, aliases: bool = True) -> Split:
    """Take `Annotated`, `NewType` and `type` aliases apart; where FieldInfos set the same keyword, the last wins.

    Without `aliases` the type is the first alias on the way, if there is one.
    """
    infos: list[FieldInfo] = []
    rest: list[Any] = []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *extras = get_args(annotation)
            found = [_info_in(extra) for extra in extras]
            infos[:0] = [info for info in found if info is not None]
            rest[:0] = [extra for extra in extras if field_info(extra) is None]
        elif getattr(origin, "_name", None) in QUALIFIERS:
            (annotation,) = get_args(annotation)
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif aliases and is_alias(annotation):
            annotation = alias_value(annotation)
        elif aliases and is_alias(origin):
            annotation = alias_value(origin)[get_args(annotation)]
        elif isinstance(annotation, dataclasses.InitVar):
            annotation = annotation.type
        else:
            return Split(annotation, merged(infos), tuple(rest))


def is_alias(annotation: Any) -> bool:
    """Whether it was written as `type Name = ...` (PEP 695)."""
    return type(annotation).__name__ == "TypeAliasType"


def alias_value(alias: Any) -> Any:
    """What an alias stands for; names in quotes are those of its module. Raises NameError for one that is not there."""
    module = sys.modules.get(alias.__module__)
    hinted = types.SimpleNamespace(__annotations__={"value": alias.__value__})
    return typing.get_type_hints(hinted, vars(module) if module else None, include_extras=True)["value"]


def _info_in(extra: Any) -> FieldInfo | None:
    """What one thing in `Annotated` says as a FieldInfo would: also those of pydantic's and annotated-types' names."""
    if isinstance(extra, Strict):
        return FieldInfo(strict=extra.strict)
    if isinstance(extra, AllowInfNan):
        return FieldInfo(allow_inf_nan=extra.allow_inf_nan)
    if isinstance(extra, FailFast):
        return FieldInfo(fail_fast=extra.fail_fast)
    if isinstance(extra, Discriminator):
        return FieldInfo(discriminator=extra)
    if isinstance(extra, StringConstraints):
        return FieldInfo(
            strict=extra.strict, min_length=extra.min_length, max_length=extra.max_length, pattern=extra.pattern
        )
    if type(extra).__module__ == "annotated_types":
        said = {name: limit for name in _LIMITS if (limit := getattr(extra, name, None)) is not None}
        return FieldInfo(**said) if said else None
    return field_info(extra)


def merged(infos: Iterable[FieldInfo | None]) -> FieldInfo | None:
    """The FieldInfos as one, of the last one's class: what a later one sets wins. None when there is none.

    Of `json_schema_extra` each key is one that is set.
    """
    given = [info for info in infos if info is not None]
    if len(given) < 2:
        return given[0] if given else None
    result = copy.copy(given[-1])
    for info in given[-2::-1]:
        for name, default in _KEYWORDS:
            if getattr(result, name) is default and name not in result.said:
                setattr(result, name, getattr(info, name))
        if isinstance(info.json_schema_extra, Mapping) and isinstance(result.json_schema_extra, Mapping):
            result.json_schema_extra = {**info.json_schema_extra, **result.json_schema_extra}
        result.said = {**info.said, **result.said}
    if result.default is not Undefined and result.default_factory is not None:
        result.default_factory = None
    return result


def with_annotation(info: Info, annotation: Any) -> Info:
    """A copy of `info`, which is one of those in the type hint or inferred from it, with all that the hint says.

    But its default stays: that of a parameter stands behind `=`, whatever a `Field` in the hint says.
    """
    found = annotated_info(annotation).info
    result = copy.copy(info)
    if found is not None:
        for name, _ in _KEYWORDS:
            setattr(result, name, getattr(found, name))
        result.said = found.said
    result.default, result.said = info.default, {**result.said, "default": Undefined}
    return result


def substituted(annotation: Any, arguments: Mapping[Any, Any]) -> Any:
    """The type hint with the type variables that have an argument replaced by it."""
    if isinstance(annotation, typing.TypeVar):
        return arguments.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if isinstance(annotation, type) or not any(parameter in arguments for parameter in parameters):
        return annotation
    return annotation[tuple(arguments.get(parameter, parameter) for parameter in parameters)]


def type_arguments(kind: Any) -> dict[Any, Any]:
    """What the type variables of a generic class, and of the classes it inherits from, stand for in `kind`."""
    origin = get_origin(kind) or kind
    found = dict(zip(getattr(origin, "__parameters__", ()), get_args(kind), strict=False))
    for base in getattr(origin, "__orig_bases__", ()):
        if get_origin(base) not in (None, typing.Generic):
            found |= type_arguments(substituted(base, found))
    return found


def meant_by(variable: typing.TypeVar) -> Any:
    """What a type variable without an argument may be."""
    default = getattr(variable, "__default__", None)
    if default is not None and type(default).__name__ != "NoDefaultType":
        return default
    if variable.__constraints__:
        return typing.Union[variable.__constraints__]  # noqa: UP007 - there are any number of them
    return variable.__bound__ if variable.__bound__ is not None else Any


def union_member(annotation: Any) -> Any:
    """A member of a union, whose own default and alias mean nothing."""
    kind, info, rest = annotated_info(annotation, aliases=False)
    if info is None:
        return annotation
    info = copy.copy(info)
    info.default, info.default_factory, info.alias, info.validation_alias = Undefined, None, None, None
    return Annotated[(kind, *rest, info)]


def tag_in(rest: Iterable[Any]) -> str | None:
    """The tag of a union's member; one with a function around it has none, as in pydantic."""
    tag: str | None = None
    for extra in rest:
        if isinstance(extra, Tag):
            tag = extra.tag
        elif isinstance(extra, AfterValidator):
            tag = None
    return tag


def impartial(call: Any) -> Any:
    """What a `functools.partial` calls in the end; anything else as it is."""
    while isinstance(call, functools.partial):
        call = call.func
    return call


def returned(function: Any) -> Any:
    """The type hint of what a function returns, or the class that is called; Undefined without one."""
    function = impartial(function)
    if isinstance(function, type):
        return function
    try:
        found = typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        found = {}
    return found.get("return", Undefined)


def literal_values(kind: Any) -> list[Any]:
    """The values of a Literal, and those of the Literals in it."""
    values: list[Any] = []
    for value in get_args(kind):
        values.extend(literal_values(value) if get_origin(value) is typing.Literal else [value])
    return values


def is_required(cls: Any, name: str, hint: Any) -> bool:
    """Whether a TypedDict must have this key."""
    if get_origin(hint) is not None and getattr(get_origin(hint), "_name", None) in ("Required", "NotRequired"):
        return str(get_origin(hint)._name) == "Required"
    return name in cls.__required_keys__


def is_named_tuple(kind: Any) -> bool:
    """Whether it is a class made by `typing.NamedTuple` or `collections.namedtuple`."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def is_scalar(annotation: Any) -> bool:
    """Whether FastAPI looks for such a value in the query string: anything but a class, a dictionary or a sequence."""
    kind = annotated_info(annotation).type
    if get_origin(kind) in UNIONS:
        return all(map(is_scalar, get_args(kind)))
    origin = get_origin(kind) or kind
    return not (is_sequence(kind) or is_model(kind) or (isinstance(origin, type) and issubclass(origin, abc.Mapping)))


def is_sequence(annotation: Any) -> bool:
    """Whether a list, tuple, set… (or a union with one) is meant, so that several values make one argument."""
    kind = annotated_info(annotation).type
    if get_origin(kind) in UNIONS:
        return any(map(is_sequence, get_args(kind)))
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, _SEQUENCES) and not issubclass(origin, str | bytes)


def is_for_query(annotation: Any) -> bool:
    """Whether FastAPI takes the type for a `Query`: a scalar, a sequence of scalars, or one class with attributes."""
    kind = annotated_info(annotation).type
    members = [each for each in get_args(kind) if each is not type(None)] if get_origin(kind) in UNIONS else [kind]
    return (
        is_scalar(kind)
        or _is_sequence_of_scalars(kind)
        or (len(members) == 1 and get_origin(members[0]) is not Annotated and is_model(members[0]))
    )


def _is_sequence_of_scalars(annotation: Any) -> bool:
    kind = annotated_info(annotation).type
    members = get_args(kind)
    if get_origin(kind) in UNIONS:
        return is_sequence(kind) and all(is_scalar(each) or _is_sequence_of_scalars(each) for each in members)
    return is_sequence(kind) and all(map(is_scalar, members))


def is_model(annotation: Any) -> bool:
    """Whether a class with attributes is meant: a dataclass or a marshmallow Schema."""
    kind = annotated_info(annotation).type
    origin = get_origin(kind) or kind
    if isinstance(origin, Schema):
        return True
    return isinstance(origin, type) and (dataclasses.is_dataclass(origin) or issubclass(origin, Schema))
