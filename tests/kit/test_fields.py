"""The kit's scalar fields beside pydantic: the same value, or the same faults, for odd and for generated inputs."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import json
import math
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError, missing, validate

from myapp.kit import fields
from myapp.kit.fields.constraints import Constraints
from tests.kit.differences import VALUES, Colour, Mixed

Outcome = tuple[str, Any]


class Size(enum.IntEnum):
    """Members that are ints."""

    ONE = 1
    TWO = 2


class Ratio(float, enum.Enum):
    """Members that are floats."""

    HALF = 0.5
    TWO = 2.0


class Word(enum.StrEnum):
    """Members that are strs."""

    RED = "red"
    ONE = "1"


class Rights(enum.IntFlag):
    """Members that are ints, and whatever they make together."""

    READ = 1
    WRITE = 2


class Bits(enum.Flag):
    """The same of members that are none."""

    READ = 1
    WRITE = 2


class Known(enum.IntEnum):
    """Knows some values by what they are sent as."""

    ONE = 1

    @classmethod
    def _missing_(cls, value: object) -> Known | None:
        return cls.ONE if value in ("1.5", "true", 1e20) else None


Make = Callable[..., Any]
TYPES: dict[str, tuple[Any, Make]] = {
    "int": (int, fields.Integer),
    "float": (float, fields.Float),
    "bool": (bool, fields.Boolean),
    "str": (str, fields.String),
    "bytes": (bytes, fields.Bytes),
    "Decimal": (Decimal, fields.Decimal),
    "UUID": (uuid.UUID, fields.UUID),
    "datetime": (dt.datetime, fields.DateTime),
    "date": (dt.date, fields.Date),
    "time": (dt.time, fields.Time),
    "timedelta": (dt.timedelta, fields.TimeDelta),
    "Any": (Any, fields.Any),
    "None": (None, fields.NoneValue),
    "EmailStr": (pydantic.EmailStr, fields.Email),
    "HttpUrl": (pydantic.HttpUrl, lambda **keywords: fields.Url(max_length=2083, **keywords)),
    "AnyUrl": (pydantic.AnyUrl, lambda **keywords: fields.Url(schemes=None, **keywords)),
    "IPv4Address": (ipaddress.IPv4Address, fields.IPv4),
    "IPv6Address": (ipaddress.IPv6Address, fields.IPv6),
    "IPv4Interface": (ipaddress.IPv4Interface, fields.IPv4Interface),
    "IPv6Interface": (ipaddress.IPv6Interface, fields.IPv6Interface),
    "IPv4Network": (ipaddress.IPv4Network, fields.IPv4Network),
    "IPv6Network": (ipaddress.IPv6Network, fields.IPv6Network),
    "IPvAnyAddress": (pydantic.IPvAnyAddress, fields.IP),
    "IPvAnyInterface": (pydantic.IPvAnyInterface, fields.IPInterface),
    "IPvAnyNetwork": (pydantic.IPvAnyNetwork, fields.IPNetwork),
    **{
        cls.__name__: (cls, lambda cls=cls, **keywords: fields.Enum(cls, **keywords))
        for cls in (Colour, Size, Ratio, Word, Mixed, Rights, Bits, Known)
    },
    **{
        f"Literal{list(choices)}": (
            Literal[choices],
            lambda choices=choices, **keywords: fields.Literal(choices, **keywords),
        )
        for choices in [("a", 1), (True, b"x", None), (1,), ("1",), (Colour.RED,), (Word.RED, Size.TWO)]
    },
}

# Inputs that some type reads in a way of its own, or nearly reads. Every one is given to every type.
NUMBERS: list[Any] = [
    None, True, False, 0, 1, -1, 2, 1.0, 1.5, -0.0, -2.0, math.nan, math.inf, -math.inf, 1e20, 1e300, 2**53 + 1.0,
    2.0**63, -(2.0**63),
    2**63, -(2**63) - 1, 10**20, 10**400, 1j, Decimal("1"), Decimal("1.5"), Decimal("nan"), Decimal("inf"),
    Decimal("1E+2"), Decimal("-0"),
    "", " ", "1", " 1 ", "\xa01", "\u20031", "\x1c1", "\u200b1", "1\n", "\t1", "1.0", "1.00", "1.", ".0", "1.5", ".5",
    "-1", "+1", "+ 1",
    "--1", "+-1", "- 1", "+", "-", ".", "01", "00", "-01", "000", "+0.000", "0_1", "00_1", "1_000", "1__0", "_1", "1_",
    "+_1", "1_0.0",
    "1.0_0", "1_.0", "1._0", "1_e5", "1e1_0", "1.0.0", "١", "１２", "1e5", "1E5", "1.e5", ".5e5", "e5", ".e5", "1e",
    "1e+5", "1e-5", "1e400",
    "nan", "NaN", "-nan", "inf", "-inf", "+inf", "Infinity", "infinit", "0x10", "0b1", "1,5", "1L", "1j", "-0", "-0.0",
    "1.0e0",
    "9223372036854775808", "-9223372036854775809.0", "1" * 4301, "0" * 5000 + "1",
]  # fmt: skip
WORDS: list[Any] = [
    "a", "b", "red", "x", "abc", "true", "TRUE", "oN", "yes", "y", "t", "f", "off", "False", "n", "no", "None", "null",
    "é", "\ud800",
    b"", b"1", b"a", b"red", b"abc", b"true", b"\xff", bytearray(b"1"), Colour.RED, Size.ONE, Word.RED, Mixed.NOTHING,
    [], [1], (), (1,), {}, {"a": 1}, set(), object, object(),
]  # fmt: skip
TIMES: list[Any] = [
    dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 1, tzinfo=dt.UTC), dt.date(2020, 1, 1), dt.time(1),
    dt.timedelta(1),
    1577836800, 1577836800.5, 1577836800.1234567, 1577836800000, 1577836800123.456, 20_000_000_000, 20_000_000_001,
    -20_000_000_001,
    253402300799, 253402300799999, 253402300800000, -62135596800000, -62135596801000, -62167219200000, -62167219200001,
    -1.5, -1e-7,
    0.9999999, 5e-7, 1.0000015, 86399, 86399.5, 86399.9999999, 86400, 86400.5, 86399999999999, 86400000000000, 1e14,
    -1e14,
    "1577836800", "1577836800.5", "1577836800000", "-62167219200000", "253402300800000", "1.5e3", "1.5e400",
    "1577836800,5",
    "2020-01-01", "2020-01-01T00:00", "2020-01-01T00:00:00Z", "2020-01-01 23:59", "2020-01-01_23:59",
    "2020-01-01t23:59z",
    "2020-01-01x23:59", "2020-02-30", "2020-13-01", "2020-00-01", "0000-01-01", "0000-02-29T00:00", "0000-13-01",
    "9999-12-31",
    "10000-01-01", "2020-01-01T25:00", "2020-01-01T24:00:00", "2020-01-01T23:60", "2020-01-01T23:59:60",
    "2020-01-01T23:59:59.",
    "2020-01-01T23:59:59,123", "2020-01-01T23:59:59.1234567", "2020-01-01T00:00:00.0000001", "2020-01-01T23:59:59+0130",
    "2020-01-01T23:59:59+01:30", "2020-01-01T00:00−01:00", "2020-01-01T00:00+24:00", "2020-01-01T00:00+01",
    "2020-01-01T00:00+01:60",
    "2020-01-01T00:00-00:00", "2020-01-01T00:00+1", "2020-01-01T", "2020-01-01T2", "2020-01-01T23:59:5",
    "2020-01-01T23:59Zx",
    "2020-01-01T23:59x", "2020-1-1", "2020/01/01", "20200101", "2020-W01-1", " 2020-01-01", "2020-01-01 ",
    "abcd-01-01", "2020-ab-01",
    "2020-01-ab", "2020-01x01", "12:00", "12:00:00", "12:00:00.5", "12:00Z", "12:00+01:00", "24:00", "12:60",
    "12:00:60", "1200", "12",
    "12:0", "12:00:0", "12:00:00.", "ab:cd", "12-00", "12:00 ", "-12:00", "1:00", "PT1H", "-PT", "1:00:00", "100:00:00",
    "1000000000:00",
    "24000000000:00", "123:5", "12:00:00:00", "aaaaaaaaaaa:00", "P1D", "P1DT1H", "PT1H30M", "PT1.5H", "PT1,5H",
    "P1Y2M3W4D", "P", "PT",
    "P1", "P1T", "P1H", "PT1D", "-P1D", "+P1D", "P-1D", "PT1.1234567S", "PT0.0000005S", "P1.5DT1H", "PT1.5H1M",
    "PTT1H", "p1d", "PT1.S",
    "PT.5S", "P0D", "P1DP1D", "P999999999D", "P1000000000D", "P4294967295D", "P4294967296D", "PT4294967296S",
    "P1.23456789D", "1 day",
    "1 days", "1d", "1day", "1 day, 00:00:01", "1d 00:00", "1 days,", "-1 day", "1 da", "1 dayss", "1DAYS 12:00",
    "1  day", "1 day 25:00",
    "1 day 1", "1 day,  00:00", "1000000000 days", "999999999 days 23:59:59", "day", "5.5 days", "5 days 00:00:00Z",
    "-----",
]  # fmt: skip
NAMES: list[Any] = [
    uuid.UUID(int=1), "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
    "{12345678-1234-5678-1234-567812345678}",
    "urn:uuid:12345678-1234-5678-1234-567812345678", "{12345678123456781234567812345678}",
    "URN:UUID:12345678-1234-5678-1234-567812345678",
    "12345678-1234-5678-1234-56781234567", "1234567-1234-5678-1234-567812345678",
    "12345678-1234-5678-1234-56781234567x", "{}", "{", "----", "1" * 36, "{" + "1" * 30 + "}", "{" + "x" * 36 + "}",
    "{" + "1" * 34 + "}", "urn:uuid:" + "1" * 23, "urn:uuid:" + "x" * 36,
    "urn:uuid:", b"12345678123456781234567812345678", b"1234567890123456", "1.1.1.1", "::1", "1.1.1.1/24",
    "1.1.1.0/24", "1.1.1", "256.1.1.1",
    "01.1.1.1", "::1/128", "fe80::1%eth0", b"\x01\x01\x01\x01", ipaddress.IPv4Address("1.1.1.1"),
    ipaddress.IPv6Network("::/64"),
    "a@b.co", " A@B.CO ", "a@localhost", "Foo <a@b.co>", '"Foo" <a@b.co>', "<a@b.co>", "Foo <a@b.co", "a@", "@b.co",
    "a@b..co", "é@b.co",
    "a@é.co", "a b@b.co", "a@b.co\n", '"a b"@b.co', "a@[1.1.1.1]", "a@test.test", "x" * 2049, "http://a",
    "HTTP://EXAMPLE.com",
    "http://example.com:80", "https://example.com:443/x", "http://example.com:8080/a b", "http://example.com?q=1",
    "http://example.com#f",
    "http://example.com/a/../b/./c", "http://example.com/%7Efoo/é?é=ü#ñ", "http://user:pass@example.com",
    "http://:pass@example.com/",
    "http://bücher.de/x", "http://faß.de", "http://☃.net", "http://EXAMPLE。com", "http://1.2.3", "http://0x7f.1",
    "http://1.2.3.256",
    "http://[::1]:8080/x", "http://[::g]", "http://", "http:///", "http:example.com", "http:\\\\example.com\\x",
    "ftp://example.com",
    "//example.com", "/x", "http://example.com:99999", "http://example.com:abc", "http://exa mple.com",
    "http://exa<mple.com",
    "http://a_b.com", "http://a..b", "http://a.", "mailto:a@b.co", "data:text/plain,hi there", "foo://Bar/Baz",
    "foo:/a/../b",
    "file:///etc/passwd", "http://example.com/?a=b&c=d e'\"<>`", "http://example.com/{}|\\^`\"<>",
    "http://example.com?#", "http://a@b@c/",
    " http://example.com ", "http://exa\tmple.com", "http://a:00080", "http://%65xample.com",
    "redis://localhost:6379/0", "1http://a", ":",
]  # fmt: skip
INPUTS = [*NUMBERS, *WORDS, *TIMES, *NAMES]

DIFFERENCES = [(name, row.strict, value, row.why) for row in VALUES for name in row.types for value in row.inputs]


def with_pydantic(adapter: pydantic.TypeAdapter[Any], value: Any, strict: bool | None = None) -> Outcome:
    """What pydantic makes of a value: ("ok", value) or ("faults", [(type, msg, input, ctx)])."""
    try:
        return "ok", adapter.validate_python(value, strict=strict)
    except pydantic.ValidationError as error:
        found = error.errors(include_url=False)
    return "faults", [(one["type"], one["msg"], one["input"], one.get("ctx", {})) for one in found]


def with_kit(field: Any, value: Any) -> Outcome:
    """What the kit makes of a value, in the same form."""
    try:
        return "ok", field.deserialize(value)
    except ValidationError as error:
        return "faults", [(one.type, str(one), one.input, dict(one.ctx)) for one in error.messages]


def told(value: Any) -> Any:
    """A value with everything about it that counts: its type, its digits, its offset."""
    if isinstance(value, (pydantic.HttpUrl, pydantic.AnyUrl)):
        return str, str(value)
    if isinstance(value, (dt.datetime, dt.time)):
        return type(value), value.replace(tzinfo=None), value.utcoffset()
    if isinstance(value, (float, Decimal)):
        return type(value), repr(value)
    if isinstance(value, Exception):
        return {}
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value), [told(item) for item in value]
    return type(value), value


def compare(theirs: Outcome, ours: Outcome) -> None:
    """Assert that two outcomes are the same."""
    assert told(ours) == told(theirs)


@pytest.fixture(scope="module")
def sides() -> dict[tuple[str, bool | None], tuple[Any, Any]]:
    """Both sides of every type, lax and strict, built once."""
    return {
        (name, strict): (pydantic.TypeAdapter(type_), make(strict=strict))
        for name, (type_, make) in TYPES.items()
        for strict in (None, True)
    }


# The standard library's ipaddress warns of the bools that both sides hand it.
BOOLS = pytest.mark.filterwarnings("ignore:__int__ returned non-int")


@BOOLS
@pytest.mark.parametrize("strict", [None, True], ids=["lax", "strict"])
@pytest.mark.parametrize("name", TYPES)
def test_odd_values(sides: Any, name: str, strict: bool | None) -> None:
    """Every odd input becomes what pydantic makes of it, or fails with pydantic's words."""
    adapter, field = sides[name, strict]
    known = [(value, type(value)) for type_, mode, value, _ in DIFFERENCES if (type_, mode) == (name, strict)]
    wrong = []
    for value in INPUTS:
        if any(value is one or (type(value) is kind and value == one) for one, kind in known):
            continue
        try:
            theirs = with_pydantic(adapter, value, strict)
        except (IndexError, OverflowError):
            continue  # a 500 there
        ours = with_kit(field, value)
        if told(ours) != told(theirs):
            wrong.append((value, theirs, ours))
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "strict", "value"),
    [
        pytest.param(
            name, strict, value, marks=pytest.mark.xfail(reason=why, raises=(AssertionError, IndexError, OverflowError))
        )
        for name, strict, value, why in DIFFERENCES
    ],
)
def test_known_differences(sides: Any, name: str, strict: bool | None, value: Any) -> None:
    """The differences kept on purpose still differ, so that one which heals is noticed."""
    adapter, field = sides[name, strict]
    ours = with_kit(field, value)
    compare(with_pydantic(adapter, value, strict), ours)


TEXTS = st.text(max_size=12) | st.text("0123456789+-._eEnaif PTDYMWHSZ:,day", max_size=24)
ISO = st.one_of(
    st.datetimes(timezones=st.none() | st.just(dt.UTC)).map(lambda moment: moment.isoformat()),
    st.times().map(lambda time: time.isoformat()),
    st.dates().map(lambda date: date.isoformat()),
    st.timedeltas().map(str),
    st.from_regex(
        r"[+-]?P([0-9]{1,3}(\.[0-9]{1,7})?[YMWD]){0,2}(T([0-9]{1,3}([.,][0-9]{1,7})?[HMS]){0,2})?", fullmatch=True
    ),
    st.from_regex(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9][Tt _][0-2][0-9]:[0-6][0-9]"
        r"(:[0-6][0-9]([.,][0-9]{0,8})?)?([Zz]|[+-][0-2][0-9]:?[0-6][0-9])?",
        fullmatch=True,
    ),
    st.from_regex(r"[0-9]{1,4}:[0-9]{1,2}(:[0-9]{1,2})?", fullmatch=True),
)  # fmt: skip
ANYTHING = st.one_of(
    TEXTS, ISO, st.integers(), st.integers().map(str), st.floats(), st.floats().map(repr),
    st.decimals(allow_nan=False).map(str),
    st.binary(max_size=20), st.booleans(), st.none(), st.uuids().map(str), st.emails(), st.ip_addresses().map(str),
    st.datetimes(),
    st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15).map(lambda number: round(number, 6)),
)  # fmt: skip


@BOOLS
@pytest.mark.parametrize("name", [name for name in TYPES if not name.endswith("Url")])
@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(value=ANYTHING)
def test_generated_values(sides: Any, name: str, value: Any) -> None:
    """Whatever comes is converted, or refused, as pydantic does it."""
    adapter, field = sides[name, None]
    try:
        theirs = with_pydantic(adapter, value)
    except (IndexError, OverflowError):
        return  # a 500 there
    compare(theirs, with_kit(field, value))


LIMITS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([1, 2, 3, 10, 0.5, 2.5]) for name in ("gt", "ge", "lt", "le", "multiple_of")}
)
DIGITS = st.fixed_dictionaries({}, optional={"max_digits": st.integers(0, 5), "decimal_places": st.integers(0, 5)})
FINITE = st.fixed_dictionaries({}, optional={"allow_inf_nan": st.booleans()})
FIGURES = st.one_of(
    st.integers(-50, 50), st.floats(-20, 20).map(lambda number: round(number, 2)), st.decimals(-100, 100, places=3),
    st.sampled_from(["nan", "inf", "-inf", "1e5", "0.001", "-0", "x", 10**20, 1e20, "1E+5"]),
)  # fmt: skip


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(name=st.sampled_from(["int", "float", "Decimal"]), limits=LIMITS, digits=DIGITS, finite=FINITE, value=FIGURES)
def test_number_constraints(
    name: str, limits: dict[str, Any], digits: dict[str, Any], finite: dict[str, Any], value: Any
) -> None:
    """Bounds, multiples and digits are checked in pydantic's order and reported in its words."""
    type_, make = TYPES[name]
    if name == "int":
        limits = {key: int(limit) for key, limit in limits.items() if int(limit)}
    keywords = {**limits, **(finite if name != "int" else {}), **(digits if name == "Decimal" else {})}
    if digits and name == "Decimal":
        keywords.pop("allow_inf_nan", None)  # pydantic refuses the two together
    adapter = pydantic.TypeAdapter(Annotated[type_, pydantic.Field(**keywords)])
    compare(with_pydantic(adapter, value), with_kit(make(constraints=Constraints(**keywords)), value))


@pytest.mark.parametrize(
    "keywords",
    [
        {"min_length": 1}, {"min_length": 2, "max_length": 3}, {"max_length": 1}, {"pattern": "^a$"},
        {"pattern": r"\d+"}, {"pattern": "[$]"},
        {"pattern": r"\$x$"}, {"pattern": "a|b$", "min_length": 1}, {"pattern": r"^\w+$"}, {"pattern": "(?i)^A"},
        {"pattern": "^a.c$"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", ["", "a", "ab", "abcd", "A", "a\n", "5", "٥", "$", "$x", "$x\n", "é", "a\nc", "\ud800", b"a", 3]
)
def test_text_constraints(keywords: dict[str, Any], value: Any) -> None:
    """Lengths count characters, then a pattern is searched for, with `$` at the very end only."""
    adapter = pydantic.TypeAdapter(Annotated[str, pydantic.Field(**keywords)])
    compare(with_pydantic(adapter, value), with_kit(fields.String(constraints=Constraints(**keywords)), value))


@pytest.mark.parametrize(
    ("name", "limit", "value"),
    [
        *(("datetime", limit, value) for limit in (dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
          for value in ("2020-01-01T00:00", "2020-01-01T00:00Z", "2020-01-01T01:00+02:00", "2019-12-31T23:00", 0)),
        *(("date", dt.date(2020, 1, 1), value) for value in ("2020-01-01", "2020-01-02", "2019-01-01")),
        *(("time", limit, value) for limit in (dt.time(12), dt.time(12, tzinfo=dt.UTC))
          for value in ("12:00", "12:00Z", "13:00", "11:00+01:00")),
        *(("timedelta", dt.timedelta(seconds=seconds), value) for seconds in (90061.005, 0, -1.5, 7200)
          for value in (0, "PT1H", -100000, 10**9)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("bound", ["gt", "ge", "lt", "le"])
def test_time_constraints(name: str, bound: str, limit: Any, value: Any) -> None:
    """Bounds on dates and times are held against naive and aware values, and worded, as pydantic does it."""
    type_, make = TYPES[name]
    adapter = pydantic.TypeAdapter(Annotated[type_, pydantic.Field(**{bound: limit})])
    compare(with_pydantic(adapter, value), with_kit(make(constraints=Constraints(**{bound: limit})), value))


WRITTEN: list[tuple[str, Any]] = [
    ("int", 3), ("int", True), ("float", 1.5), ("float", 3), ("float", math.nan), ("float", math.inf), ("bool", True),
    ("str", "é"),
    ("bytes", "é".encode()), ("Decimal", Decimal("1.10")), ("Decimal", Decimal("1E+3")), ("UUID", uuid.UUID(int=1)),
    ("datetime", dt.datetime(2020, 1, 1)), ("datetime", dt.datetime(2020, 1, 1, 1, 2, 3, 4000, tzinfo=dt.UTC)),
    ("datetime", dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-1, minutes=-30)))),
    ("datetime", dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1, seconds=30)))),
    ("date", dt.date(2020, 1, 1)),
    ("time", dt.time(1, 2, 3, 4)), ("time", dt.time(1, 2, tzinfo=dt.UTC)), ("Colour", Colour.RED), ("Size", Size.TWO),
    ("Mixed", Mixed.LARGE),
    ("IPv4Address", ipaddress.IPv4Address("1.1.1.1")), ("IPv6Network", ipaddress.IPv6Network("::/64")),
    ("HttpUrl", "http://a/"),
    ("EmailStr", "a@b.co"), ("Literal['a', 1]", 1), ("None", None),
    *(("timedelta", dt.timedelta(seconds=seconds))
      for seconds in (0, 1, -1, 3600, 86400, 90061.000005, -1.5, 34560000.0001)),
    *(("Any", value)
      for value in (Colour.RED, math.nan, Decimal(1), dt.timedelta(1), b"a", {1})),
    ("Any", {1: dt.date(2020, 1, 1), None: 2, 2.5: 3}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRITTEN)
def test_serialization(name: str, value: Any) -> None:
    """A valid value is written as pydantic's JSON mode writes it; what JSON has no number for is null."""
    type_, make = TYPES[name]
    if name == "HttpUrl":
        type_ = str  # a view of the kit has a str there
    theirs = json.loads(pydantic.TypeAdapter(type_).dump_json(value))
    assert told(make()._serialize(value, "it", None)) == told(theirs)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(value=st.timedeltas(dt.timedelta(-(10**6)), dt.timedelta(10**6)))
def test_duration_round_trip(value: dt.timedelta) -> None:
    """A timedelta is written as pydantic writes it and read back unchanged."""
    field = fields.TimeDelta()
    written = field.encode(value)
    assert written == pydantic.TypeAdapter(dt.timedelta).dump_python(value, mode="json")
    assert field.deserialize(written) == value


def _fail(error: Exception) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        raise error

    return check


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ValueError("no"), ("value_error", "Value error, no", 5, {"error": ValueError("no")})),
        (AssertionError("no"), ("assertion_error", "Assertion failed, no", 5, {"error": AssertionError("no")})),
        (ValidationError("no"), ("value_error", "Value error, no", 5, {"error": ValueError("no")})),
    ],
)
@pytest.mark.parametrize("where", ["before", "after"])
def test_functions(where: str, error: Exception, fault: tuple[Any, ...]) -> None:
    """What a validator function raises is reported as pydantic reports it, its exception in `ctx`."""
    assert repr(with_kit(fields.Integer(**{where: [_fail(error)]}), 5)) == repr(("faults", [fault]))


def test_functions_replace_the_value() -> None:
    """Functions before and after the conversion pass on what they return."""
    field = fields.Integer(before=[lambda value: value + "0"], after=[lambda value: value + 1])
    assert field.deserialize("4") == 41


@pytest.mark.parametrize(
    ("validator", "value", "type_"),
    [
        (validate.Range(min=3), 2, "greater_than_equal"),
        (validate.Range(max=3, max_inclusive=False), 3, "less_than"),
        (validate.Length(min=2), "a", "string_too_short"),
        (validate.Length(equal=2), "abc", "string_too_long"),
        (validate.Regexp("a"), "ba", "string_pattern_mismatch"),
        (validate.OneOf(["a", "b"]), "c", "literal_error"),
        (validate.Equal("a"), "c", "literal_error"),
        (validate.NoneOf(["c"]), "c", "value_error"),
        (validate.Length(min=2, error="too short!"), "a", "value_error"),
    ],
)
def test_marshmallow_validators(validator: Any, value: Any, type_: str) -> None:
    """marshmallow's stock validators raise pydantic's faults; those with words of their own keep them."""
    field = (fields.Integer if isinstance(value, int) else fields.String)(validate=validator)
    outcome, faults = with_kit(field, value)
    assert (outcome, faults[0][0]) == ("faults", type_)


@pytest.mark.parametrize(("make", "value"), [(fields.Email, "ab@b.co"), (fields.Url, "http://abc.de/")])
def test_validators_of_addresses(make: Make, value: str) -> None:
    """A user's validator on an address is run; marshmallow's own regular expression for addresses is not."""
    assert with_kit(make(validate=validate.Length(max=5)), value)[1][0][0] == "string_too_long"
    assert make(validate=validate.Length(max=50)).deserialize(value) == value


def test_missing_and_none() -> None:
    """A missing value is one fault, None is of the wrong type unless it is allowed."""
    assert with_kit(fields.Integer(required=True), missing) == ("faults", [("missing", "Field required", None, {})])
    assert fields.Integer(load_default=7).deserialize(missing) == 7
    assert with_kit(fields.Integer(), None)[1][0][0] == "int_type"
    assert fields.Integer(allow_none=True).deserialize(None) is None
