"""Types with limits, under pydantic's names: what a FastAPI user imports beside the standard library's.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/, https://docs.pydantic.dev/latest/api/types/ and
https://docs.pydantic.dev/latest/api/networks/ with marshmallow's fields: to a type checker each is the plain type, to
`field_for` what is beside it in `Annotated`.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import pathlib
import uuid
from collections.abc import Hashable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from . import fields
from .fields import json_value, standard, temporal
from .fields.dsn import Dsn
from .fields.encoded import Base64Encoder as Base64Encoder
from .fields.encoded import Base64UrlEncoder as Base64UrlEncoder
from .fields.encoded import EncodedBytes as EncodedBytes
from .fields.encoded import EncodedStr as EncodedStr
from .fields.encoded import EncoderProtocol as EncoderProtocol
from .functional import AllowInfNan, Strict, StringConstraints
from .params import FieldInfo
from .values import ByteSize as ByteSize
from .values import NameEmail as NameEmail
from .values import Secret as Secret
from .values import SecretBytes as SecretBytes
from .values import SecretStr as SecretStr

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)

PositiveInt = Annotated[int, FieldInfo(gt=0)]
NegativeInt = Annotated[int, FieldInfo(lt=0)]
NonNegativeInt = Annotated[int, FieldInfo(ge=0)]
NonPositiveInt = Annotated[int, FieldInfo(le=0)]
PositiveFloat = Annotated[float, FieldInfo(gt=0)]
NegativeFloat = Annotated[float, FieldInfo(lt=0)]
NonNegativeFloat = Annotated[float, FieldInfo(ge=0)]
NonPositiveFloat = Annotated[float, FieldInfo(le=0)]
FiniteFloat = Annotated[float, AllowInfNan(False)]
StrictBool = Annotated[bool, Strict()]
StrictInt = Annotated[int, Strict()]
StrictFloat = Annotated[float, Strict()]
StrictStr = Annotated[str, Strict()]
StrictBytes = Annotated[bytes, Strict()]

Base64Bytes = Annotated[bytes, EncodedBytes(encoder=Base64Encoder)]
Base64Str = Annotated[str, EncodedStr(encoder=Base64Encoder)]
Base64UrlBytes = Annotated[bytes, EncodedBytes(encoder=Base64UrlEncoder)]
Base64UrlStr = Annotated[str, EncodedStr(encoder=Base64UrlEncoder)]

UUID1 = Annotated[uuid.UUID, fields.UUID(version=1)]
UUID3 = Annotated[uuid.UUID, fields.UUID(version=3)]
UUID4 = Annotated[uuid.UUID, fields.UUID(version=4)]
UUID5 = Annotated[uuid.UUID, fields.UUID(version=5)]
UUID6 = Annotated[uuid.UUID, fields.UUID(version=6)]
UUID7 = Annotated[uuid.UUID, fields.UUID(version=7)]
UUID8 = Annotated[uuid.UUID, fields.UUID(version=8)]

AwareDatetime = Annotated[dt.datetime, temporal.DateTime(aware=True)]
NaiveDatetime = Annotated[dt.datetime, temporal.DateTime(aware=False)]
PastDatetime = Annotated[dt.datetime, temporal.DateTime(past=True)]
FutureDatetime = Annotated[dt.datetime, temporal.DateTime(past=False)]
PastDate = Annotated[dt.date, temporal.Date(past=True)]
FutureDate = Annotated[dt.date, temporal.Date(past=False)]

FilePath = Annotated[pathlib.Path, standard.FilePath(must_be="file")]
DirectoryPath = Annotated[pathlib.Path, standard.FilePath(must_be="directory")]
SocketPath = Annotated[pathlib.Path, standard.FilePath(must_be="socket")]
NewPath = Annotated[pathlib.Path, standard.FilePath(must_be="new")]

JsonValue = Annotated[Any, json_value.JsonValue()]
EmailStr = Annotated[str, fields.Email()]
HttpUrl = Annotated[str, fields.Url(max_length=2083)]
AnyHttpUrl = Annotated[str, fields.Url()]
AnyUrl = Annotated[str, fields.Url(schemes=None)]
AnyWebsocketUrl = Annotated[str, fields.Url(schemes=("ws", "wss"))]
WebsocketUrl = Annotated[str, fields.Url(schemes=("ws", "wss"), max_length=2083)]
FileUrl = Annotated[str, fields.Url(schemes=("file",))]
FtpUrl = Annotated[str, fields.Url(schemes=("ftp",))]
PostgresDsn = Annotated[
    str,
    Dsn(
        schemes=(
            *("postgres", "postgresql", "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg"),
            *("postgresql+psycopg2", "postgresql+psycopg2cffi", "postgresql+py-postgresql", "postgresql+pygresql"),
        ),
        host_required=True,
        many_hosts=True,
    ),
]
CockroachDsn = Annotated[
    str, Dsn(schemes=("cockroachdb", "cockroachdb+psycopg2", "cockroachdb+asyncpg"), host_required=True)
]
AmqpDsn = Annotated[str, Dsn(schemes=("amqp", "amqps"))]
RedisDsn = Annotated[str, Dsn(schemes=("redis", "rediss"), host="localhost", port=6379, path="/0", host_required=True)]
MongoDsn = Annotated[str, Dsn(schemes=("mongodb", "mongodb+srv"), port=27017, many_hosts=True)]
KafkaDsn = Annotated[str, Dsn(schemes=("kafka",), host="localhost", port=9092)]
NatsDsn = Annotated[str, Dsn(schemes=("nats", "tls", "ws", "wss"), host="localhost", port=4222, many_hosts=True)]
MySQLDsn = Annotated[
    str,
    Dsn(
        schemes=(
            *("mysql", "mysql+mysqlconnector", "mysql+aiomysql", "mysql+asyncmy", "mysql+mysqldb", "mysql+pymysql"),
            *("mysql+cymysql", "mysql+pyodbc"),
        ),
        port=3306,
        host_required=True,
    ),
]
MariaDBDsn = Annotated[str, Dsn(schemes=("mariadb", "mariadb+mariadbconnector", "mariadb+pymysql"), port=3306)]
ClickHouseDsn = Annotated[
    str,
    Dsn(
        schemes=(
            *("clickhouse+native", "clickhouse+asynch", "clickhouse+http", "clickhouse", "clickhouses"),
            "clickhousedb",
        ),
        host="localhost",
        port=9000,
    ),
]
SnowflakeDsn = Annotated[str, Dsn(schemes=("snowflake",), host_required=True)]
IPvAnyAddress = Annotated[ipaddress.IPv4Address | ipaddress.IPv6Address, fields.IP()]
IPvAnyInterface = Annotated[ipaddress.IPv4Interface | ipaddress.IPv6Interface, fields.IPInterface()]
IPvAnyNetwork = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, fields.IPNetwork()]


def conint(**keywords: Any) -> type[int]:
    """An int with limits, as pydantic's older spelling has it: `strict`, `gt`, `ge`, `lt`, `le`, `multiple_of`."""
    return Annotated[int, FieldInfo(**keywords)]  # type: ignore[return-value]


def confloat(**keywords: Any) -> type[float]:
    """A float with limits: those of `conint`, and `allow_inf_nan`."""
    return Annotated[float, FieldInfo(**keywords)]  # type: ignore[return-value]


def condecimal(**keywords: Any) -> type[Decimal]:
    """A Decimal with limits: those of `confloat`, `max_digits` and `decimal_places`."""
    return Annotated[Decimal, FieldInfo(**keywords)]  # type: ignore[return-value]


def condate(**keywords: Any) -> type[dt.date]:
    """A date with limits: `strict`, `gt`, `ge`, `lt`, `le`."""
    return Annotated[dt.date, FieldInfo(**keywords)]  # type: ignore[return-value]


def conbytes(**keywords: Any) -> type[bytes]:
    """Bytes with limits: `min_length`, `max_length`, `strict`."""
    return Annotated[bytes, FieldInfo(**keywords)]  # type: ignore[return-value]


def constr(**keywords: Any) -> type[str]:
    """A str with limits: the keywords of `StringConstraints`."""
    return Annotated[str, StringConstraints(**keywords)]  # type: ignore[return-value]


def conlist(item_type: type[T], **keywords: Any) -> type[list[T]]:
    """A list with `min_length` and `max_length`."""
    return Annotated[list[item_type], FieldInfo(**keywords)]  # type: ignore[return-value,valid-type]


def conset(item_type: type[H], **keywords: Any) -> type[set[H]]:
    """A set with `min_length` and `max_length`."""
    return Annotated[set[item_type], FieldInfo(**keywords)]  # type: ignore[return-value,valid-type]


def confrozenset(item_type: type[H], **keywords: Any) -> type[frozenset[H]]:
    """A frozenset with `min_length` and `max_length`."""
    return Annotated[frozenset[item_type], FieldInfo(**keywords)]  # type: ignore[return-value,valid-type]
