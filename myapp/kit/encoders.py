"""jsonable_encoder: any Python value as what `json.dumps` takes.

Pairs https://fastapi.tiangolo.com/tutorial/encoder/. Two dialects: FastAPI's, for plain results and for the figures in
a 422 (a Decimal is a number, a timedelta its seconds), and pydantic's, for values that a field of type Any lets through
(a Decimal is a string, a timedelta ISO 8601).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import ipaddress
import math
import pathlib
import re
import types
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping, Set
from decimal import Decimal
from typing import Any, Final

from .functional_serializers import Selection
from .values import NameEmail, Secret

PLAIN: Final = frozenset({str, int, bool, type(None)})
_ADDRESSES: Final = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)


ITEMS: Final = (list, tuple, set, frozenset, deque, types.GeneratorType)

_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")


def json_utf8(text: str) -> bytes:
    """JSON text as UTF-8. Half a surrogate pair, which that cannot hold, becomes an escape (RFC 8259, section 8.2).

    As such a client may have sent it, and a 422 can quote it. FastAPI's can't, which makes that a 500.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _HALF_PAIR.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()


class Constant(float):
    """NaN or an infinity that is to be written as such, though it is no JSON."""


def is_instance(value: Any) -> bool:
    """Whether it is an instance of a dataclass, and no class itself."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def isoformat(value: dt.datetime | dt.time) -> str:
    """ISO 8601 as pydantic writes it: UTC is `Z`, and an offset has no seconds."""
    offset = value.utcoffset()
    if offset is None:
        return value.isoformat()
    local = value.replace(tzinfo=None).isoformat()
    return local + value.isoformat()[len(local) :][:6] if offset else local + "Z"


def duration(value: dt.timedelta) -> str:
    """ISO 8601 duration as pydantic writes it: `P1DT1H1M1.000005S`, years of 365 days, a minus in front."""
    sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
    years, days = divmod(value.days, 365)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f"{seconds}.{value.microseconds:06}".rstrip("0") if value.microseconds else str(seconds)
    date = "".join(f"{figure}{unit}" for figure, unit in ((years, "Y"), (days, "D")) if figure)
    time = "".join(f"{figure}{unit}" for figure, unit in ((hours, "H"), (minutes, "M")) if figure)
    if fraction != "0":
        time += f"{fraction}S"
    return f"{sign}P{date}" + (f"T{time}" if time or not date else "") + ("" if time or date else "0S")


def decimal_number(value: Decimal) -> int | float:
    """A Decimal as the number FastAPI writes for it outside a model: an int unless it has decimal places."""
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


def json_key(key: Any) -> str:
    """A dictionary's key as the text that it is in JSON."""
    if type(key) is str:
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, tuple):
        return ",".join(map(json_key, key))
    return str(to_jsonable(key))


@dataclasses.dataclass(frozen=True)
class Dialect:
    """How the types are written on which FastAPI and pydantic differ."""

    decimal: Callable[[Decimal], Any]
    delta: Callable[[dt.timedelta], Any]
    moment: Callable[[Any], str]


FASTAPI: Final = Dialect(decimal_number, dt.timedelta.total_seconds, lambda moment: str(moment.isoformat()))
PYDANTIC: Final = Dialect(str, duration, isoformat)


def _encode(value: Any, dialect: Dialect, again: Callable[[Any], Any]) -> Any:
    """What both dialects agree on; `again` encodes what is inside."""
    if isinstance(value, enum.Enum):
        return again(value.value)
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (dt.datetime, dt.time)):
        return dialect.moment(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return dialect.decimal(value)
    if isinstance(value, dt.timedelta):
        return dialect.delta(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode()
    if isinstance(value, (uuid.UUID, pathlib.PurePath, Secret, NameEmail, *_ADDRESSES)):
        return str(value)
    if isinstance(value, re.Pattern):
        return again(value.pattern)
    if is_instance(value):
        return _model(value, again)
    if isinstance(value, ITEMS):
        return [again(item) for item in value]
    raise TypeError(f"Unable to serialize unknown type: {type(value)}")


def _model(value: Any, again: Callable[[Any], Any]) -> Any:
    """A dataclass as FastAPI writes a model, by alias and in pydantic's dialect; one that cannot be one, as it is."""
    from .serialize.dumping import json_writer  # built on this module

    write = json_writer(type(value))
    if write is None:
        return {field.name: again(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return write(value)


def to_jsonable(value: Any, again: Callable[[Any], Any] | None = None) -> Any:
    """`value` as pydantic's JSON mode infers it from its type; raises TypeError for a type it does not know."""
    again = again or to_jsonable
    if type(value) in PLAIN:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {json_key(key): again(item) for key, item in value.items()}
    return _encode(value, PYDANTIC, again)


def jsonable_encoder(
    obj: Any,
    include: Collection[Any] | None = None,
    exclude: Collection[Any] | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: Mapping[type, Callable[[Any], Any]] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """`obj` as FastAPI's `jsonable_encoder` would write it.

    Goes in: anything, and what of a model or a dict is to be written: the keywords are `dump`'s. `custom_encoder` says
    how instances of a class are written, outside of models; `sqlalchemy_safe` leaves out keys that begin with `_sa`,
    which are SQLAlchemy's notes on its objects. Comes out: dicts, lists, str, int, float, bool and None. An object of
    an unknown class becomes the dict of what it iterates over or of its attributes; one that has neither raises
    ValueError.
    https://fastapi.tiangolo.com/tutorial/encoder/
    """
    if type(obj) in PLAIN and not custom_encoder:
        return obj
    options = (by_alias, exclude_unset, exclude_defaults, exclude_none)
    encoder = _Encoder(*options, custom_encoder or {}, sqlalchemy_safe)
    return encoder.encoded(
        obj, *(each if each is None or isinstance(each, Set | Mapping) else set(each) for each in (include, exclude))
    )


@dataclasses.dataclass(frozen=True)
class _Encoder:
    """One call's keywords, for what is inside of what was given, too."""

    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    custom_encoder: Mapping[type, Callable[[Any], Any]]
    sqlalchemy_safe: bool

    def __call__(self, value: Any) -> Any:
        return self.encoded(value)

    def encoded(self, value: Any, include: Selection = None, exclude: Selection = None) -> Any:
        """What a value is written as. One frame for each level of it: Python's recursion ends somewhere."""
        if self.custom_encoder and (encode := self._custom(value)) is not None:
            return encode(value)
        if type(value) in PLAIN or type(value) is float:
            return value
        if isinstance(value, BaseException):
            return {}
        if isinstance(value, Mapping):
            pairs = {}
            for key, item in value.items():
                if self._keeps(key, item, include, exclude):
                    pairs[self.encoded(key)] = self.encoded(item)
            return pairs
        if is_instance(value):
            return self._swept(self._model(value, include, exclude))
        if isinstance(value, ITEMS):
            items = []
            for item in value:
                items.append(self.encoded(item, include, exclude))
            return items
        try:
            return _encode(value, FASTAPI, self)
        except TypeError:
            return self.encoded(_attributes(value), include, exclude)

    def _custom(self, value: Any) -> Callable[[Any], Any] | None:
        found = self.custom_encoder.get(type(value))
        return found or next((each for kind, each in self.custom_encoder.items() if isinstance(value, kind)), None)

    def _keeps(self, key: Any, item: Any, include: Selection, exclude: Selection) -> bool:
        """Whether a dict's item is written."""
        return (
            not (self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"))
            and not (self.exclude_none and item is None)
            and (include is None or key in include)
            and (exclude is None or key not in exclude)
        )

    def _swept(self, value: Any) -> Any:
        """What a model was written as, without what is left out of dicts, too."""
        if type(value) is dict:
            pairs = {}
            for key, item in value.items():
                if not (self.sqlalchemy_safe and key.startswith("_sa")) and not (self.exclude_none and item is None):
                    pairs[key] = item if type(item) in PLAIN else self._swept(item)
            return pairs
        return [self._swept(item) for item in value] if type(value) is list else value

    def _model(self, value: Any, include: Selection, exclude: Selection) -> Any:
        from .serialize.dumping import dump, json_writer  # built on this module

        everything = self.by_alias and not (self.exclude_unset or self.exclude_defaults or self.exclude_none)
        if (everything and include is None and exclude is None) or json_writer(type(value)) is None:
            return _model(value, self)
        return dump(
            value,
            mode="json",
            include=include,
            exclude=exclude,
            by_alias=self.by_alias,
            exclude_unset=self.exclude_unset,
            exclude_defaults=self.exclude_defaults,
            exclude_none=self.exclude_none,
        )


def _attributes(value: Any) -> Mapping[Any, Any]:
    try:
        pairs: Mapping[Any, Any] = dict(value)
    except Exception as no_pairs:
        try:
            pairs = vars(value)
        except Exception as no_attributes:
            raise ValueError([no_pairs, no_attributes]) from no_attributes
    return pairs
