"""The fields of the kit: marshmallow's own, under marshmallow's names, converting and complaining as pydantic does.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ and
https://docs.pydantic.dev/latest/concepts/conversion_table/ with
https://marshmallow.readthedocs.io/en/stable/marshmallow.fields.html. Each kind of value has a module; this one has
them all.
"""

from __future__ import annotations

import typing

from marshmallow import fields

from ..errors import invalid
from .binary import Bytes
from .choices import Enum, Literal
from .json_text import Json, JsonText
from .lax import Lax
from .network import (
    IP,
    Email,
    IPInterface,
    IPNetwork,
    IPv4,
    IPv4Interface,
    IPv4Network,
    IPv6,
    IPv6Interface,
    IPv6Network,
    Url,
)
from .numeric import Boolean, Decimal, Float, Integer
from .temporal import Date, DateTime, Time, TimeDelta
from .text import UUID, String, Text, text_field
from .upload import Upload

__all__ = [
    "IP",
    "UUID",
    "Any",
    "Boolean",
    "Bytes",
    "Date",
    "DateTime",
    "Decimal",
    "Email",
    "Enum",
    "Float",
    "IPInterface",
    "IPNetwork",
    "IPv4",
    "IPv4Interface",
    "IPv4Network",
    "IPv6",
    "IPv6Interface",
    "IPv6Network",
    "Instance",
    "Integer",
    "Json",
    "JsonText",
    "Lax",
    "Literal",
    "NoneValue",
    "String",
    "Text",
    "Time",
    "TimeDelta",
    "Upload",
    "Url",
    "text_field",
]


class Any(Lax, fields.Raw):
    """Any value, as it came."""

    def __init__(self, **keywords: typing.Any) -> None:
        super().__init__(**{"allow_none": True, **keywords})

    def _deserialize(self, value: typing.Any, attr: str | None, data: typing.Any, **kwargs: typing.Any) -> typing.Any:
        return value


class Instance(Lax, fields.Raw):
    """An instance of a class that no field reads, as it came: what a validator before it has made, or a view returns.

    https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.arbitrary_types_allowed
    """

    direct = False

    def __init__(self, kind: type[typing.Any], **keywords: typing.Any) -> None:
        super().__init__(**keywords)
        self.kind = kind

    def _deserialize(self, value: typing.Any, attr: str | None, data: typing.Any, **kwargs: typing.Any) -> typing.Any:
        if not isinstance(value, self.kind):
            raise invalid("is_instance_of", value, **{"class": self.kind.__qualname__})
        return value


class NoneValue(Lax, fields.Raw):
    """None and nothing else."""

    def _deserialize(self, value: typing.Any, attr: str | None, data: typing.Any, **kwargs: typing.Any) -> None:
        if value is not None:
            raise invalid("none_required", value)
