"""Which field reads a type of the standard library: the table that type hints are looked up in.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with the fields of this package.
"""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import ipaddress
import types
import uuid
import zoneinfo
from collections import abc
from collections.abc import Callable, Mapping
from typing import Any, Final

import marshmallow.fields as ma

from .. import fields, values
from ..uploads import UploadFile
from . import containers, mappings, network, secret, standard

SCALARS: Final[Mapping[Any, Callable[[], ma.Field[Any]]]] = {
    str: fields.String,
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
    bytes: fields.Bytes,
    fields.Json: lambda: fields.JsonText(fields.Any()),
    complex: standard.Complex,
    UploadFile: fields.Upload,
    decimal.Decimal: fields.Decimal,
    fractions.Fraction: standard.Fraction,
    uuid.UUID: fields.UUID,
    values.NameEmail: network.EmailWithName,
    values.ByteSize: secret.Size,
    dt.datetime: fields.DateTime,
    dt.date: fields.Date,
    dt.time: fields.Time,
    dt.timedelta: fields.TimeDelta,
    zoneinfo.ZoneInfo: standard.Zone,
    ipaddress.IPv4Address: fields.IPv4,
    ipaddress.IPv6Address: fields.IPv6,
    ipaddress.IPv4Interface: fields.IPv4Interface,
    ipaddress.IPv6Interface: fields.IPv6Interface,
    ipaddress.IPv4Network: fields.IPv4Network,
    ipaddress.IPv6Network: fields.IPv6Network,
    None: fields.NoneValue,
    types.NoneType: fields.NoneValue,
    Any: fields.Any,
    object: fields.Any,
}
LISTS: Final[Mapping[Any, type[containers.List]]] = {
    list: containers.List,
    abc.MutableSequence: containers.List,
    abc.Iterable: containers.IterableOf,
    abc.Generator: containers.IterableOf,
    abc.Collection: containers.List,
    abc.Sequence: containers.SequenceOf,
    collections.deque: containers.Deque,
    set: containers.Set,
    abc.MutableSet: containers.Set,
    frozenset: containers.FrozenSet,
    abc.Set: containers.FrozenSet,
}
DICTS: Final[Mapping[Any, type[mappings.Dict]]] = {
    dict: mappings.Dict,
    abc.Mapping: mappings.Dict,
    abc.MutableMapping: mappings.Dict,
    collections.OrderedDict: mappings.OrderedDict,
}
