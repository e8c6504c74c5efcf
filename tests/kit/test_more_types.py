"""Types beyond the plain ones: the standard library's rarer ones, and pydantic's names for types with limits.

https://docs.pydantic.dev/latest/api/standard_library_types/ and https://docs.pydantic.dev/latest/api/types/: converted,
refused, written and documented as pydantic does.
"""

import collections
import datetime as dt
import enum
import fractions
import ipaddress
import pathlib
import re
import typing
import zoneinfo
from collections import Counter, OrderedDict, defaultdict
from typing import Annotated, Any, Final, Literal, NamedTuple, NotRequired, Required

import annotated_types
import pydantic
import pytest
from typing_extensions import TypedDict

from tests.kit.both import Twins as Applications
from tests.kit.both import agree
from tests.kit.conversions import KIT, PYDANTIC, Twins
from tests.kit.documents import same_document

# ipaddress of True, and pydantic writing a pattern of bytes, on either side
pytestmark = pytest.mark.filterwarnings("ignore:__int__ returned non-int", "ignore:Pydantic serializer warnings")


class Point(NamedTuple):
    """Members with and without a default."""

    x: int
    y: int = 2


class Track(NamedTuple):
    """Members of container types."""

    points: list[Point]
    name: "str | None" = None


Bare = collections.namedtuple("Bare", "x y")


class Movie(TypedDict):
    """A film."""

    name: str
    year: NotRequired[int]


class Options(TypedDict, total=False):
    a: Required[int]
    b: str


class Sequel(Movie):
    first: Movie


class Word(enum.StrEnum):
    a = "a"
    b = "b"


class Backwards(pydantic.EncoderProtocol):
    """An encoder of one's own, which either side takes."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        if data == b"ab":
            raise ValueError("too alphabetical")
        return data[::-1]

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value[::-1]

    @classmethod
    def get_json_format(cls) -> str:
        return "backwards"


TYPES: dict[str, Any] = {
    "NamedTuple": lambda t: Point,
    "nested NamedTuple": lambda t: Track,
    "namedtuple": lambda t: Bare,
    "TypedDict": lambda t: Movie,
    "TypedDict of options": lambda t: Options,
    "TypedDict that inherits": lambda t: list[Sequel],
    "optional TypedDict": lambda t: Movie | None,
    "union of TypedDicts": lambda t: Movie | Options,
    "Path": lambda t: pathlib.Path,
    "PurePath": lambda t: pathlib.PurePath | None,
    "FilePath": lambda t: t.FilePath,
    "DirectoryPath": lambda t: t.DirectoryPath,
    "NewPath": lambda t: t.NewPath,
    "Pattern": lambda t: re.Pattern,
    "Pattern[str]": lambda t: re.Pattern[str],
    "complex": lambda t: complex,
    "Fraction": lambda t: fractions.Fraction,
    "ZoneInfo": lambda t: zoneinfo.ZoneInfo,
    "IPv4Network": lambda t: ipaddress.IPv4Network,
    "IPv6Network": lambda t: ipaddress.IPv6Network,
    "defaultdict": lambda t: defaultdict[str, int],
    "Counter": lambda t: Counter[str],
    "OrderedDict": lambda t: OrderedDict[str, int],
    "dict of Enum": lambda t: dict[Word, int],
    "bare Sequence": lambda t: typing.Sequence,
    "Final": lambda t: Final[int],
    "AnyStr": lambda t: typing.AnyStr,
    "Literal of 1 and True": lambda t: Literal["a", 1, None, True],
    **{
        name: lambda t, name=name: getattr(t, name)
        for name in (
            *("PositiveInt", "NegativeInt", "NonNegativeInt", "NonPositiveInt", "PositiveFloat", "NegativeFloat"),
            *("NonNegativeFloat", "NonPositiveFloat", "FiniteFloat", "StrictBool", "StrictInt", "StrictFloat"),
            *("StrictStr", "StrictBytes", "UUID1", "UUID3", "UUID4", "UUID5", "UUID6", "UUID7", "UUID8"),
            *("AwareDatetime", "NaiveDatetime", "PastDatetime", "FutureDatetime", "PastDate", "FutureDate"),
            *("EmailStr", "HttpUrl", "AnyHttpUrl", "AnyUrl", "AnyWebsocketUrl", "WebsocketUrl", "FileUrl", "FtpUrl"),
            *("IPvAnyAddress", "IPvAnyInterface", "IPvAnyNetwork"),
            *("SecretStr", "SecretBytes", "NameEmail", "ByteSize"),
            *("Base64Bytes", "Base64Str", "Base64UrlBytes", "Base64UrlStr"),
        )
    },
    "Base64Str with a limit": lambda t: list[Annotated[t.Base64Str, t.Field(max_length=2)]],
    "Base64Bytes in a union": lambda t: t.Base64Bytes | int,
    "optional Base64UrlStr": lambda t: t.Base64UrlStr | None,
    "EncodedStr": lambda t: Annotated[str, t.EncodedStr(encoder=Backwards)],
    "EncodedBytes": lambda t: Annotated[bytes, t.EncodedBytes(encoder=Backwards)],
    "Secret": lambda t: t.Secret[int],
    "Secret of a limited type": lambda t: t.Secret[Annotated[str, t.StringConstraints(max_length=1)]],
    "SecretStr with limits": lambda t: Annotated[t.SecretStr, t.Field(min_length=1, max_length=2)],
    "SecretBytes with limits": lambda t: list[Annotated[t.SecretBytes, t.Field(max_length=2)]],
    "strict SecretStr": lambda t: Annotated[t.SecretStr, t.Strict()],
    "SecretStr in a union": lambda t: t.SecretStr | int | None,
    "SecretBytes in a union": lambda t: dict[str, int | t.SecretBytes],
    "Secret in a union": lambda t: t.Secret[int] | list[int],
    "NameEmail in a union": lambda t: t.NameEmail | int,
    "ByteSize in a union": lambda t: t.ByteSize | list[int] | None,
    "optional PositiveInt": lambda t: typing.Optional[t.PositiveInt],  # noqa: UP045
    "list of PositiveInt": lambda t: list[t.PositiveInt],
    "conint": lambda t: t.conint(gt=0, le=2, multiple_of=2),
    "confloat": lambda t: t.confloat(gt=0, allow_inf_nan=False),
    "condecimal": lambda t: t.condecimal(max_digits=3, decimal_places=1),
    "condate": lambda t: t.condate(gt=dt.date(2050, 1, 1)),
    "conbytes": lambda t: t.conbytes(min_length=1),
    "constr": lambda t: t.constr(strip_whitespace=True, to_lower=True, max_length=3, pattern="^[A-Za-z ]+$"),
    "strict constr": lambda t: t.constr(to_upper=True, min_length=2, strict=True),
    "constr in a union": lambda t: typing.Union[t.constr(to_lower=True), int, None],  # noqa: UP007
    "conlist": lambda t: t.conlist(int, min_length=1, max_length=1),
    "conset": lambda t: t.conset(int, min_length=1, max_length=1),
    "confrozenset": lambda t: t.confrozenset(str, max_length=1),
    "StringConstraints": lambda t: list[Annotated[str, t.StringConstraints(strip_whitespace=True, min_length=1)]],
    "Strict": lambda t: Annotated[int, t.Strict()],
    "AllowInfNan": lambda t: Annotated[float, t.AllowInfNan(False)],
    "annotated_types.Gt": lambda t: Annotated[int, annotated_types.Gt(1)],
    "annotated_types.Interval": lambda t: Annotated[float, annotated_types.Interval(gt=0, le=2)],
    "annotated_types.Len": lambda t: Annotated[list[int], annotated_types.Len(1, 2)],
}
# fmt: off
VALUES: list[Any] = [
    None, True, False, 0, 1, 2, -1, 1.0, 1.5, -0.0, 10**9, "", " ", "a", "b", "ab", " A b ", "1", "1.5", "1/2", "1+2j",
    "nan",
    "2020-01-02", "2020-01-02T03:04:05", "2020-01-02T03:04:05Z", "2099-01-02", "2099-01-01T00:00:00Z",
    "2099-01-01T00:00:00", 1700000000, "12345678-1234-5678-1234-567812345678", "12345678-1234-4678-9234-567812345678",
    "12345678-1234-1678-9234-567812345678", "1" * 32, "http://a.b/c", "https://x.org", "ftp://a.b", "ws://a.b/x",
    "file:///etc/passwd", "a@b.co", "Foo <a@b.co>", "127.0.0.1", "::1", "10.0.0.0/8", "10.0.0.1/8", "::/64",
    "/etc/passwd", "/etc", "/nonexistent", "/nonexistent/x", "[a-z]+", "(", "Europe/Berlin", b"a",
    [], [1], ["1"], [1, 2], ["a", "b"], [1, "a"], [1, 1], [1, 2, 3], [None], [[[1]], "n"],
    {}, {"a": 1}, {"a": "x"}, {"1": "1"}, {"x": 1, "y": 2}, {"x": "1"}, {"x": 1, "z": 3}, {"a": 1, "b": "2"},
    {"name": "n"}, {"name": 1, "year": "x"}, {"name": "n", "year": "1999", "more": 1}, {"points": [{"x": 1}, [2]]},
    {"points": [1]}, [{"name": "n", "first": {"name": "m"}}], [{"name": "n", "first": {"year": 1}}],
    "1GB", "1.5 kib", "1 xb", "1e3", "  1 kb ", "10 b", "1KiBit", "1.0.0", ".5kb", "9" * 200 + "eb", "1_0", "1E", 1.2e3,
    "<a@b.co>", '"J D" <a@b.co>', '"a@b" <a@b.co>', "a@", "J D <a@>", "Jürgen Ä <a@b.co>", "a@b.co\n", [b"abc"],
    "YQ==", "YWFh", "YQ", "YW Jj", "-_-_", "+/+/", "/w==", "YQ==YQ==", b"YWJj", ["YQ==", "YWFh"],
    pathlib.Path("/etc"), re.compile("a"), 1j, Point(1, 2),
]
# fmt: on


@pytest.mark.parametrize("name", TYPES)
def test_conversions(name: str) -> None:
    """Every value of every type: pydantic's value, or pydantic's errors."""
    differs = {"ZoneInfo": (True, False)}.get(name, ())  # "invalid timezone: 1", where the value is True
    values = [value for value in VALUES if not (isinstance(value, bool) and differs)]
    Twins(lambda lib: TYPES[name](lib.types)).check(*values)


DSNS = (
    *("PostgresDsn", "CockroachDsn", "AmqpDsn", "RedisDsn", "MongoDsn", "KafkaDsn", "NatsDsn", "MySQLDsn"),
    *("MariaDBDsn", "ClickHouseDsn", "SnowflakeDsn"),
)
SCHEMES = (
    *("postgres", "postgresql+psycopg", "cockroachdb", "amqp", "amqps", "redis", "rediss", "mongodb", "mongodb+srv"),
    *("kafka", "nats", "tls", "ws", "mysql", "mysql+pymysql", "mariadb", "clickhouse", "snowflake", "http"),
)
AFTER_SCHEME = (
    *("", "x", "/", "//", "///", "///x", "//u@", "//u:p@/db", "//h", "//h/", "//h?x=1", "//h#a", "//?x", "//h:0"),
    *("//[::1]", "//H:1/a", "//:p@h", "//u:p@h:5432/db", "//ü@h/%41", "//h/../x", "//a b", "//a:99999", "//h:x"),
    *("//h1:1,h2:2/db", "//u1:p1@h1,u2:p2@h2/db", "//h1,h2?x=1#q", "//h1,,h2", "//h1,", "//[::1]:5,H2", "//é,b"),
    *("//h1:x,h2", "//h1, h2/x", "//a:80,b:80", "//a,b:27017"),
)


@pytest.mark.parametrize("name", DSNS)
def test_addresses_of_services(name: str) -> None:
    """A DSN's scheme, hosts and defaults, whatever stands or is left out after the scheme; and its document."""
    urls = [f"{scheme}:{rest}" for scheme in SCHEMES for rest in AFTER_SCHEME]
    Twins(lambda lib: getattr(lib.types, name)).check(*urls, "", "x", "//h", 1, None, b"redis://h", [])
    TYPES[name] = lambda t: getattr(t, name)
    try:
        same_document(_everything([name]))
    finally:
        del TYPES[name]


def test_byte_sizes() -> None:
    """A size in the units of one's choice, as pydantic's."""
    for size in (0, 1, 999, 1000, 1023, 1024, 52000, 3072000, 50 * 10**15, 10**30):
        ours, theirs = KIT.types.ByteSize(size), pydantic.ByteSize(size)
        for options in ({}, {"decimal": True}, {"separator": " "}):
            assert ours.human_readable(**options) == theirs.human_readable(**options)
        for unit in ("b", "KB", "TiB", "bit", "Mbit", "gibit"):
            assert ours.to(unit) == theirs.to(unit)
    with pytest.raises(ValueError, match="xb"):
        KIT.types.ByteSize(1).to("xb")


def test_secrets_do_not_show() -> None:
    """Neither `str` nor `repr` tells a secret; equal ones are equal, and have a length and a hash."""
    for name, value in (("SecretStr", "geheim"), ("SecretBytes", b"geheim"), ("Secret", 7)):
        ours, theirs = getattr(KIT.types, name), getattr(pydantic, name)
        assert (repr(ours(value)), str(ours(value))) == (repr(theirs(value)), str(theirs(value)))
        assert ours(value).get_secret_value() == value
        assert ours(value) == ours(value) != value
        assert hash(ours(value)) == hash(ours(value))
        assert name == "Secret" or len(ours(value)) == 6


# a union with a Secret or a NameEmail is among the kept differences
WRITTEN_OTHERWISE = {"AnyStr", "Literal of 1 and True", "Secret in a union", "NameEmail in a union"}


@pytest.mark.parametrize("name", [name for name in TYPES if name not in WRITTEN_OTHERWISE])
def test_answers(name: str) -> None:
    """What was read is written as pydantic writes it."""
    theirs = pydantic.TypeAdapter(TYPES[name](PYDANTIC.types))
    ours = Twins(lambda lib: TYPES[name](lib.types)).ours
    for value in VALUES:
        if name == "ZoneInfo" and not isinstance(value, str):
            continue  # the standard library makes zones of odd things
        try:
            converted = theirs.validate_python(value)
        except pydantic.ValidationError:
            continue
        read = ours.deserialize(value)
        assert ours._serialize(read, None, None) == theirs.dump_python(converted, mode="json"), value


def _everything(names: list[str]) -> Any:
    def build(lib: Any) -> None:
        for name in names:
            hint = TYPES[name](PYDANTIC.types if lib.name == "fastapi" else KIT.types)

            def view(item: Any) -> Any: ...

            view.__annotations__ = {"item": Annotated[hint, lib.Body()], "return": hint}
            lib.post("/" + re.sub(r"\W", "-", name))(view)

    return build


def test_documents() -> None:
    """Each is documented as FastAPI documents it, in what is accepted and in what is answered."""
    same_document(_everything(list(TYPES)))


def test_types_in_a_query() -> None:
    """Limited types as query parameters, with a default or without, through both frameworks."""

    def build(lib: Any) -> None:
        types = PYDANTIC.types if lib.name == "fastapi" else KIT.types

        @lib.get("/")
        def view(
            number: types.PositiveInt,
            code: Annotated[
                str, types.StringConstraints(strip_whitespace=True, to_upper=True), lib.Query(min_length=2)
            ],
            key: types.UUID4 | None = None,
            where: pathlib.PurePosixPath = pathlib.PurePosixPath("/"),
            net: ipaddress.IPv4Network | None = None,
            when: types.AwareDatetime | None = None,
        ) -> dict[str, Any]:
            return {"number": number, "code": code, "key": key, "where": str(where), "net": net, "when": when}

    twins = Applications(build)
    twins.same_document()
    good = twins.agree("GET /?number=3&code=%20ab&where=/etc&net=10.0.0.0/8&when=2020-01-01T00:00Z")[0]
    assert good.json()["code"] == "AB"
    twins.agree(
        "GET /",
        "GET /?number=0&code=%20a&key=1&net=x&when=2020-01-01T00:00",
        "GET /?number=x&code=abc&key=12345678-1234-5678-1234-567812345678",
        "GET /?number=1&code=abc&key=12345678-1234-4678-9234-567812345678",
    )


def test_an_enum_without_members() -> None:
    """A class that nothing fits, in a union for example, is read and documented as by pydantic."""

    def build(lib):
        class Other(str, enum.Enum):  # noqa: UP042 - as in FastAPI's own documentation
            pass

        @lib.get("/either")
        def either(value: Word | Other):
            return value

    agree(build, f"GET /either?value={next(iter(Word)).value}", "GET /either?value=x")
