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
        )
    },
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
    pathlib.Path("/etc"), re.compile("a"), 1j, Point(1, 2),
]
# fmt: on


@pytest.mark.parametrize("name", TYPES)
def test_conversions(name: str) -> None:
    """Every value of every type: pydantic's value, or pydantic's errors."""
    differs = {"ZoneInfo": (True, False)}.get(name, ())  # "invalid timezone: 1", where the value is True
    values = [value for value in VALUES if not (isinstance(value, bool) and differs)]
    Twins(lambda lib: TYPES[name](lib.types)).check(*values)


@pytest.mark.parametrize("name", [name for name in TYPES if name not in {"AnyStr", "Literal of 1 and True"}])
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
