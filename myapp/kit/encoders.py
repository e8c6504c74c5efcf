"""jsonable_encoder: any Python value as what `json.dumps` takes.

Pairs https://fastapi.tiangolo.com/tutorial/encoder/. Two dialects: FastAPI's, for plain results and for the figures in
a 422 (a Decimal is a number, a timedelta its seconds), and pydantic's, for values that a field of type Any lets through
(a Decimal is a string, a timedelta ISO 8601).
"""

from __future__ import annotations

import base64
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
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

_PLAIN: Final = frozenset({str, int, bool, type(None)})
_ADDRESSES: Final = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)


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


def _pydantic_key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, tuple):
        return ",".join(map(_pydantic_key, key))
    return str(to_jsonable(key))


def _encode(value: Any, decimal: Callable[[Decimal], Any], delta: Callable[[dt.timedelta], Any], again: Any) -> Any:
    """What both dialects agree on; `again` encodes what is inside."""
    if isinstance(value, enum.Enum):
        return again(value.value)
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (dt.datetime, dt.time)):
        return value.isoformat() if again is jsonable_encoder else isoformat(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, dt.timedelta):
        return delta(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode()
    if isinstance(value, (uuid.UUID, pathlib.PurePath, *_ADDRESSES)):
        return str(value)
    if isinstance(value, re.Pattern):
        return again(value.pattern)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _model(value, again)
    if isinstance(value, (list, tuple, set, frozenset, deque, types.GeneratorType)):
        return [again(item) for item in value]
    raise TypeError(f"Unable to serialize unknown type: {type(value)}")


def _model(value: Any, again: Callable[[Any], Any]) -> dict[str, Any]:
    """A dataclass as FastAPI writes a model, by alias and in pydantic's dialect; one that cannot be one, as it is."""
    from .models.dumping import items_by_alias  # built on this module

    config = getattr(value, "model_config", None)
    encode = _with_base64 if getattr(config, "ser_json_bytes", "") == "base64" else to_jsonable
    try:
        return {key: encode(item) for key, item in items_by_alias(value)}
    except TypeError:
        return {field.name: again(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _with_base64(value: Any) -> Any:
    """The same in a model whose bytes are written in base64."""
    if isinstance(value, (bytes, bytearray)):
        return base64.urlsafe_b64encode(value).decode()
    return to_jsonable(value, _with_base64)


def to_jsonable(value: Any, again: Callable[[Any], Any] | None = None) -> Any:
    """`value` as pydantic's JSON mode infers it from its type; raises TypeError for a type it does not know."""
    again = again or to_jsonable
    if type(value) in _PLAIN:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_pydantic_key(key): again(item) for key, item in value.items()}
    return _encode(value, str, duration, again)


def jsonable_encoder(value: Any) -> Any:
    """`value` as FastAPI's `jsonable_encoder` would write it.

    Goes in: anything. Comes out: dicts, lists, str, int, float, bool and None. An object of an unknown class becomes
    the dict of what it iterates over or of its attributes; one that has neither raises ValueError.
    https://fastapi.tiangolo.com/tutorial/encoder/
    """
    if type(value) in _PLAIN or type(value) is float:
        return value
    if isinstance(value, BaseException):
        return {}
    if isinstance(value, Mapping):
        return {jsonable_encoder(key): jsonable_encoder(item) for key, item in value.items()}
    try:
        return _encode(value, decimal_number, dt.timedelta.total_seconds, jsonable_encoder)
    except TypeError:
        return _attributes(value)


def _attributes(value: Any) -> Any:
    try:
        pairs: Iterable[Any] = dict(value)
    except Exception as no_pairs:
        try:
            pairs = vars(value)
        except Exception as no_attributes:
            raise ValueError([no_pairs, no_attributes]) from no_attributes
    # SQLAlchemy keeps notes of its own on its objects
    return jsonable_encoder({key: item for key, item in dict(pairs).items() if not str(key).startswith("_sa")})
