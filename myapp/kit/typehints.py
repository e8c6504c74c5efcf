"""Type hints as marshmallow fields: the one place where `list[Item] | None` or `Annotated[str, Query()]` becomes one.

Pairs https://fastapi.tiangolo.com/python-types/ and https://fastapi.tiangolo.com/tutorial/extra-data-types/ with
marshmallow's fields. Done once, when a view or a class is defined; a request only calls `field.deserialize(value)`.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import ipaddress
import types
import typing
import uuid
from collections import abc
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import marshmallow.fields as ma
from marshmallow import Schema, missing, validate

from . import fields, models
from .fields import containers, unions
from .fields.constraints import Constraints
from .fields.containers import schema_in
from .fields.lax import Lax
from .models.adopt import adopt
from .params import AfterValidator, BeforeValidator, Body, FieldInfo, Undefined, field_info
from .uploads import UploadFile

__all__ = [
    "AnyHttpUrl", "AnyUrl", "EmailStr", "HttpUrl",
    "annotated_info", "field_for", "is_model", "is_scalar", "is_sequence", "schema_in",
]  # fmt: skip

# To a type checker these are `str`; to `field_for` the field inside.
HttpUrl = Annotated[str, fields.Url(max_length=2083)]
AnyHttpUrl = Annotated[str, fields.Url()]
AnyUrl = Annotated[str, fields.Url(schemes=None)]
EmailStr = Annotated[str, fields.Email()]

_SCALARS: Final[Mapping[Any, Callable[[], ma.Field[Any]]]] = {
    str: fields.String,
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
    bytes: fields.Bytes,
    UploadFile: fields.Upload,
    decimal.Decimal: fields.Decimal,
    uuid.UUID: fields.UUID,
    dt.datetime: fields.DateTime,
    dt.date: fields.Date,
    dt.time: fields.Time,
    dt.timedelta: fields.TimeDelta,
    ipaddress.IPv4Address: fields.IPv4,
    ipaddress.IPv6Address: fields.IPv6,
    ipaddress.IPv4Interface: fields.IPv4Interface,
    ipaddress.IPv6Interface: fields.IPv6Interface,
    None: fields.NoneValue,
    types.NoneType: fields.NoneValue,
    Any: fields.Any,
    object: fields.Any,
}
_LISTS: Final[Mapping[Any, type[containers.List]]] = {
    list: containers.List,
    abc.MutableSequence: containers.List,
    abc.Iterable: containers.List,
    abc.Collection: containers.List,
    abc.Sequence: containers.SequenceOf,
    collections.deque: containers.Deque,
    set: containers.Set,
    abc.MutableSet: containers.Set,
    frozenset: containers.FrozenSet,
    abc.Set: containers.FrozenSet,
}
_DICTS: Final = {dict, abc.Mapping, abc.MutableMapping, collections.OrderedDict}
_SEQUENCES: Final = (abc.Sequence, set, frozenset, collections.deque)
_UNIONS: Final = {typing.Union, types.UnionType}
_KEYWORDS: Final = tuple((each.name, each.default) for each in dataclasses.fields(FieldInfo))


class Split(NamedTuple):
    """A type hint taken apart: the bare type, what `Field`, `Query`… say of it, and everything else in `Annotated`."""

    type: Any
    info: FieldInfo | None
    rest: tuple[Any, ...]


def annotated_info(annotation: Any) -> Split:
    """Take `Annotated`, `NewType` and `type` aliases apart; where FieldInfos set the same keyword, the last wins."""
    infos: list[FieldInfo] = []
    rest: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *extras = get_args(annotation)
            found = [field_info(extra) for extra in extras]
            infos[:0] = [info for info in found if info is not None]
            rest[:0] = [extra for extra, info in zip(extras, found, strict=True) if info is None]
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        elif isinstance(annotation, dataclasses.InitVar):
            annotation = annotation.type
        else:
            return Split(annotation, merged(infos), tuple(rest))


def merged(infos: Iterable[FieldInfo | None]) -> FieldInfo | None:
    """The FieldInfos as one, of the last one's class: what a later one sets wins. None when there is none."""
    given = [info for info in infos if info is not None]
    if len(given) < 2:
        return given[0] if given else None
    result = copy.copy(given[-1])
    for info in given[-2::-1]:
        for name, default in _KEYWORDS:
            if getattr(result, name) is default:
                setattr(result, name, getattr(info, name))
    if result.default is not Undefined and result.default_factory is not None:
        result.default_factory = None
    return result


def field_for(annotation: Any, info: FieldInfo | None = None, *, strip: bool = False) -> ma.Field[Any]:
    """The marshmallow field that reads values of this type hint, with the constraints and the default of `info`.

    `annotation` may also be a marshmallow Schema (class or instance) or field. What `info` sets wins over what the
    `Annotated` in the type hint says. `strip` takes the white space off every str (pydantic's `str_strip_whitespace`).
    Raises TypeError, naming the type, where no field fits.
    """
    return _Reader(strip, frozenset()).field(annotation, info)


class _Reader(NamedTuple):
    """Reads type hints; `building` are the dataclasses whose Schemas are under construction further out."""

    strip: bool
    building: frozenset[type]

    def field(self, annotation: Any, info: FieldInfo | None = None) -> ma.Field[Any]:
        kind, found, rest = annotated_info(annotation)
        info = merged([found, info])
        field = next((extra for extra in rest if isinstance(extra, ma.Field)), None)
        if field is not None:
            field = copy.copy(field)
        elif isinstance(info, Body) and info.schema is not None:
            field = self.of(info.schema, info)
        else:
            field = self.of(kind, info)
        return _configured(field, info, rest)

    def of(self, kind: Any, info: FieldInfo | None) -> ma.Field[Any]:
        """The field of a type without its `Annotated`."""
        if get_origin(kind) is Annotated or isinstance(kind, typing.NewType) or type(kind).__name__ == "TypeAliasType":
            return self.field(kind)
        if isinstance(kind, typing.TypeVar):
            return self.field(kind.__bound__ if kind.__bound__ is not None else Any)
        origin = get_origin(kind) or kind
        if origin in _UNIONS:
            return self.union(get_args(kind), info)
        if origin is typing.Literal:
            return fields.Literal(_flat(kind))
        if isinstance(kind, ma.Field):
            return copy.copy(kind)
        if isinstance(kind, Schema):
            return containers.Nested(adopt(kind))
        if isinstance(kind, type) and issubclass(kind, Schema):
            return containers.Nested(adopt(kind()))
        if isinstance(origin, type) and dataclasses.is_dataclass(origin):
            return self.nested(kind)
        if origin is str and self.strip:
            return models.schemas.Stripped()
        if isinstance(origin, abc.Hashable) and origin in _SCALARS:
            return _SCALARS[origin]()
        return self.container(kind, origin)

    def container(self, kind: Any, origin: Any) -> ma.Field[Any]:
        arguments = get_args(kind)
        if origin in _LISTS:
            return _LISTS[origin](self.field(arguments[0] if arguments else Any))
        if origin is tuple:
            if arguments and arguments[-1] is not ...:
                return containers.Tuple([self.field(argument) for argument in arguments])
            if kind is tuple or arguments or kind is typing.Tuple:  # noqa: UP006 - the bare name is a type hint, too
                return containers.VariadicTuple(self.field(arguments[0] if arguments else Any))
            return containers.Tuple([])
        if origin in _DICTS:
            return containers.Dict(*map(self.field, arguments))
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return fields.Enum(kind)
        raise TypeError(f"no marshmallow field reads values of type {kind!r}")

    def nested(self, kind: Any) -> ma.Field[Any]:
        if kind not in self.building:
            models.schema_for(kind, building=self.building)
        return containers.Nested(lambda: models.schema_for(kind))

    def union(self, arguments: tuple[Any, ...], info: FieldInfo | None) -> ma.Field[Any]:
        optional = types.NoneType in arguments
        members = [self.field(_member(argument)) for argument in arguments if argument is not types.NoneType]
        if info is not None and info.discriminator is not None and len(members) > 1:
            field: ma.Field[Any] = unions.TaggedUnion(members, discriminator=info.discriminator)
        elif len(members) > 1 or _keeps_to_itself(members[0]):
            field = unions.Union(members)
        else:
            field = members[0]
        field.allow_none = field.allow_none or optional
        return field


def _keeps_to_itself(member: ma.Field[Any]) -> bool:
    """Whether the field cannot be made to take None, too: its validators and its documentation are not about None."""
    info = member.metadata.get("info")
    told = info and (info.title or info.description or info.examples or info.deprecated or info.json_schema_extra)
    return bool(told or isinstance(member, fields.Any) or getattr(member, "before", ()) or getattr(member, "after", ()))


def _member(annotation: Any) -> Any:
    """A member of a union, whose own default and alias mean nothing."""
    kind, info, rest = annotated_info(annotation)
    if info is None:
        return annotation
    info = copy.copy(info)
    info.default, info.default_factory, info.alias, info.validation_alias = Undefined, None, None, None
    return Annotated[(kind, *rest, info)]


def _flat(kind: Any) -> list[Any]:
    """The values of a Literal, and those of the Literals in it."""
    values: list[Any] = []
    for value in get_args(kind):
        values.extend(_flat(value) if get_origin(value) is typing.Literal else [value])
    return values


def _configured(field: ma.Field[Any], info: FieldInfo | None, rest: tuple[Any, ...]) -> ma.Field[Any]:
    """Tell the (fresh) field what `Annotated` and `info` say."""
    if isinstance(field, Lax):
        constraints = Constraints.from_validators([extra for extra in rest if isinstance(extra, validate.Validator)])
        if info is not None:
            own = Constraints.from_info(info)
            constraints = own if constraints is None else constraints | own
            field.strict = field.strict if info.strict is None else info.strict
        if constraints is not None:
            field.constraints = constraints if field.constraints is None else field.constraints | constraints
            field.validate, field.validators = constraints, [field.constraints]
        before = [extra.func for extra in rest if isinstance(extra, BeforeValidator)][::-1]
        validators = [extra for extra in rest if isinstance(extra, AfterValidator)]
        after = [extra.func for extra in validators if not isinstance(extra, BeforeValidator)]
        field.before = field.pre_load = [*before, *field.before]
        field.after = field.post_load = [*field.after, *after]
    field.required = field.load_default is missing
    if info is not None:
        field.metadata = {**field.metadata, "info": info}
        if info.default_factory is not None:
            field.load_default, field.required = info.default_factory, False
        elif info.default is not Undefined:
            field.load_default, field.required = _default(info.default), False
    return field


def _default(value: Any) -> Any:
    """A default as marshmallow takes it: it calls what is callable, and would hand out the same list each time."""
    if callable(value):
        return lambda: value
    return functools.partial(copy.deepcopy, value) if isinstance(value, list | dict | set) else value


def is_scalar(annotation: Any) -> bool:
    """Whether FastAPI looks for such a value in the query string: anything but a class, a dictionary or a sequence."""
    kind = annotated_info(annotation).type
    if get_origin(kind) in _UNIONS:
        return all(map(is_scalar, get_args(kind)))
    origin = get_origin(kind) or kind
    return not (is_sequence(kind) or is_model(kind) or (isinstance(origin, type) and issubclass(origin, abc.Mapping)))


def is_sequence(annotation: Any) -> bool:
    """Whether a list, tuple, set… (or a union with one) is meant, so that several values make one argument."""
    kind = annotated_info(annotation).type
    if get_origin(kind) in _UNIONS:
        return any(map(is_sequence, get_args(kind)))
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, _SEQUENCES) and not issubclass(origin, str | bytes)


def is_model(annotation: Any) -> bool:
    """Whether a class with attributes is meant: a dataclass or a marshmallow Schema."""
    kind = annotated_info(annotation).type
    origin = get_origin(kind) or kind
    if isinstance(origin, Schema):
        return True
    return isinstance(origin, type) and (dataclasses.is_dataclass(origin) or issubclass(origin, Schema))
