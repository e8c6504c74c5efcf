"""How a class has its dates, times, floats, bytes and URLs read and written: `model_config`, and `with_config`.

https://docs.pydantic.dev/latest/api/config/
"""

import dataclasses
import datetime as dt
import math
import sys
from typing import Annotated, Any, ClassVar

import pydantic
import pytest
import typing_extensions
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.kit import ModelConfig, dump
from myapp.kit.types import PostgresDsn, RedisDsn
from tests.kit.both import Twins

ZONE = dt.timezone(dt.timedelta(hours=-3, minutes=-30))
MOMENT = dt.datetime(2020, 1, 2, 3, 4, 5, 678901)
TEMPORAL: dict[str, dict[str, Any]] = {
    "as usual": {},
    "seconds": {"ser_json_temporal": "seconds"},
    "milliseconds": {"ser_json_temporal": "milliseconds"},
    "timedelta": {"ser_json_timedelta": "float"},
    "timedelta as usual": {"ser_json_timedelta": "iso8601"},
    "one before the other": {"ser_json_temporal": "iso8601", "ser_json_timedelta": "float"},
    "one instead of the other": {"ser_json_temporal": "milliseconds", "ser_json_timedelta": "iso8601"},
    "read seconds": {"val_temporal_unit": "seconds"},
    "read milliseconds": {"val_temporal_unit": "milliseconds", "ser_json_temporal": "milliseconds"},
    "infer": {"val_temporal_unit": "infer"},
}
MOMENTS: list[Any] = [
    *("2020-01-02T03:04:05.678901", "2020-01-02T03:04:05+02:00", "1960-02-03", "0001-01-01T00:00:00.000001"),
    *("9999-12-31T23:59:59.999999", "03:04:05.678901", "00:00:01.301697", "PT1.000005S", "-P400DT3S", "P1D", 0, 86400),
    *(86400000, 1.5, 20000000000, 20000000001, "20000000001", "172800000", "86400000.0", -100000000000, 10**15, -1e11),
    *("100000000000", "8640000000000", "-8640000000000", "10000000000000000", 1099511627776, "x", None, 10**20),
]


@pytest.mark.parametrize("name", TEMPORAL)
def test_dates_and_times(name: str) -> None:
    """Text or numbers: read, written, as keys, in unions and containers, and in the document with its defaults."""

    def build(lib):
        @lib.model
        class Times:
            model_config: ClassVar[Any] = lib.ModelConfig(**TEMPORAL[name])
            datetime: dt.datetime = MOMENT
            date: dt.date = dt.date(1960, 1, 1)
            time: dt.time = dt.time(3, 4, 5, 678901, ZONE)
            delta: dt.timedelta = lib.Field(default=dt.timedelta(-400, 3, 5), lt=dt.timedelta(500))
            several: list[dt.timedelta | None] = lib.Field(default=[dt.timedelta(1), None])
            pairs: dict[dt.timedelta, dt.date] = lib.Field(default={dt.timedelta(400): dt.date(2020, 1, 1)})
            moments: dict[dt.datetime, int] = lib.Field(default_factory=lambda: {MOMENT: 1})
            parts: tuple[dt.time, int] | None = None
            aware: Annotated[dt.datetime, lib.Field(gt=dt.datetime(1900, 1, 1))] | None = None
            union: int | dt.timedelta | dt.date | str = 1
            anything: Any = None

        @lib.post("/")
        def view(item: Times) -> Times:
            return item

        @lib.get("/")
        def defaults() -> Times:
            return Times(aware=MOMENT.replace(tzinfo=ZONE), anything=[MOMENT, dt.timedelta(1)])

        @lib.get("/inferred")
        def inferred():
            return Times(parts=(dt.time(1), 1))

    twins = Twins(build)
    twins.same_document()
    twins.agree("GET /", "GET /inferred")
    names = ("datetime", "date", "time", "delta", "several", "pairs", "moments", "parts", "aware", "union", "anything")
    for attribute in names:
        wrapped = {"several": lambda value: [value], "parts": lambda value: [value, 1]}
        wrapped |= dict.fromkeys(("pairs", "moments"), lambda value: {str(value): 1})
        wrap = wrapped.get(attribute, lambda value: value)
        twins.agree(*(("POST /", {"json": {attribute: wrap(moment)}}) for moment in MOMENTS))


@pytest.mark.parametrize("mode", ["seconds", "milliseconds"])
def test_every_figure(mode: Any) -> None:
    """Numbers of dates, times and durations to the last bit, of so many microseconds as 64 bits hold."""

    @dataclasses.dataclass
    class Times:
        model_config: ClassVar[ModelConfig] = ModelConfig(ser_json_temporal=mode)
        date: dt.date | None = None
        datetime: dt.datetime | None = None
        time: dt.time | None = None
        timedelta: dt.timedelta | None = None

    adapters = {
        kind: pydantic.TypeAdapter(kind, config=pydantic.ConfigDict(ser_json_temporal=mode))
        for kind in (dt.date, dt.datetime, dt.time, dt.timedelta)
    }
    zones = st.none() | st.timezones()
    moments = st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1), timezones=zones)
    longest = dt.timedelta(microseconds=2**63 - 1)

    @settings(derandomize=True, max_examples=1000, deadline=None, database=None)
    @given(st.dates() | moments | st.times() | st.timedeltas(-longest, longest))
    def agree(value: Any) -> None:
        kind = type(value)
        found = dump(Times(**{kind.__name__: value}), mode="json")[kind.__name__]
        assert found == adapters[kind].dump_python(value, mode="json")

    agree()


@pytest.mark.parametrize("mode", ["null", "constants", "strings"])
def test_what_is_no_number(mode: str) -> None:
    """NaN and infinities in an answer: null, words that are no JSON, or text."""

    def build(lib):
        @lib.model
        class Numbers:
            model_config: ClassVar[Any] = lib.ModelConfig(ser_json_inf_nan=mode)
            number: float = math.nan
            several: list[float | None] = lib.Field(default=[math.inf, 1.5, -math.inf, None])
            pairs: dict[str, float] = lib.Field(default={"a": math.nan, "b": 2})
            limited: Annotated[float, lib.Field(gt=0)] = math.inf
            union: int | float | str = math.inf
            large: int = 2**70
            anything: Any = None

        @lib.post("/")
        def view(item: Numbers) -> Numbers:
            return item

        @lib.get("/")
        def defaults(finite: bool = False) -> Numbers:
            return Numbers(anything=math.nan, large=1)

        @lib.get("/list")
        def several() -> list[Numbers]:
            return [Numbers(number=1, large=1)]

        @lib.get("/inferred")
        def inferred():
            return Numbers(large=1)

    twins = Twins(build)
    twins.same_document()
    twins.agree("GET /", "GET /list", "GET /inferred")
    numbers: list[Any] = ["nan", "inf", "-Infinity", 1, 1.5, "1e400", "x"]
    twins.agree(*(("POST /", {"json": {"number": number, "union": number, "large": 1}}) for number in numbers))
    twins.agree(*(("POST /", {"json": {"limited": number, "large": 1}}) for number in numbers))


@pytest.mark.parametrize("reads", ["utf8", "base64", "hex"])
def test_bytes(reads: str) -> None:
    """Bytes as figures, and what is none."""

    def build(lib):
        @lib.model
        class Data:
            model_config: ClassVar[Any] = lib.ModelConfig(val_json_bytes=reads, ser_json_bytes="hex")
            data: bytes = b"a\xff"
            several: dict[str, bytes | None] = lib.Field(default_factory=dict)

        @lib.post("/")
        def view(item: Data) -> Data:
            return item

    twins = Twins(build)
    twins.same_document()
    texts = ["61ff", "6", "zz", "61 ff", "A1", "", "é1", "6é1", "'1", '"1', "\n1", "\x011", "\x001", "\\1", "1\x7f"]
    twins.agree(*(("POST /", {"json": {"data": text, "several": {"a": text}}}) for text in texts))


@pytest.mark.parametrize("preserve", [True, False])
def test_urls(preserve: bool) -> None:
    """A path that is not there stays away, or begins with a slash."""

    def build(lib):
        theirs = lib.name == "fastapi"

        @lib.model
        class Links:
            model_config: ClassVar[Any] = lib.ModelConfig(url_preserve_empty_path=preserve)
            link: lib.HttpUrl | None = None
            several: list[lib.HttpUrl] = lib.Field(default_factory=list)
            database: (pydantic.PostgresDsn if theirs else PostgresDsn) | None = None
            cache: (pydantic.RedisDsn if theirs else RedisDsn) | None = None

        @lib.post("/")
        def view(item: Links) -> Links:
            return item

    twins = Twins(build)
    twins.same_document()
    urls = ["http://a.b", "http://a.b/", "HTTP://A.b:80", "https://a.b?x", "http://a.b#x", "http://a.b:81?", "ws://x"]
    twins.agree(*(("POST /", {"json": {"link": url, "several": [url, url + "/../c"]}}) for url in urls))
    databases = ["postgres://u:p@h", "postgres://u:p@h,k?x", "redis://", "redis://h/1", "redis://h"]
    twins.agree(*(("POST /", {"json": {name: url}}) for url in databases for name in ("database", "cache")))


def test_polymorphic_serialization() -> None:
    """An instance of a subclass is written with all that it adds, in a list and in another class, too."""

    def build(lib):
        @lib.model
        class Animal:
            model_config: ClassVar[Any] = lib.ModelConfig(polymorphic_serialization=True)
            name: str = "n"

        @lib.model
        class Cat(Animal):
            lives: int = 9
            friend: Animal | None = None

        @lib.model
        class Zoo:
            first: Animal
            all: list[Animal]
            named: dict[str, Animal | int]

        @lib.post("/")
        def view(item: Animal) -> Animal:
            return item

        @lib.get("/one")
        def one() -> Animal:
            return Cat(friend=Cat(name="m"))

        @lib.get("/list")
        def several() -> list[Animal]:
            return [Cat(), Animal()]

        @lib.get("/zoo")
        def zoo() -> Zoo:
            return Zoo(first=Cat(), all=[Cat(friend=Cat())], named={"a": Cat(), "b": 1})

        @lib.get("/dict", response_model=Animal)
        def loose():
            return {"name": "d", "lives": 3}

    twins = Twins(build)
    twins.same_document()
    twins.agree("GET /one", "GET /list", "GET /zoo", "GET /dict")
    twins.agree(("POST /", {"json": {"lives": 3}}), ("POST /", {"json": {"name": 3}}))


# the standard library's is refused by pydantic before Python 3.12
if sys.version_info < (3, 12):
    TypedDict = typing_extensions.TypedDict
else:
    from typing import TypedDict

BODIES = [{"x": "aB"}, {"x": "aB", "y": "cD"}, {"x": "aB", "z": 1}, {"y": 2}, {}, [], None]


def test_with_config() -> None:
    """`with_config` on a TypedDict, whose subclass inherits it or says all anew; with keywords, or a configuration."""

    def build(lib):
        @lib.with_config(lib.ModelConfig(extra="forbid", title="Named", str_to_lower=True))
        class First(TypedDict):
            x: str

        class Second(First):
            y: str

        @lib.with_config(str_to_upper=True)
        class Third(First):
            y: typing_extensions.NotRequired[str]

        class Said(TypedDict):
            __pydantic_config__ = lib.ModelConfig(extra="allow")  # type: ignore[misc]
            x: str

        for index, kind in enumerate((First, Second, Third, Said)):
            view = type(build)((lambda item: item).__code__, {}, f"view_{index}")
            view.__annotations__ = {"item": kind, "return": kind}
            lib.post(f"/{index}")(view)

    twins = Twins(build)
    twins.same_document()
    twins.agree(*((f"POST /{index}", {"json": body}) for index in range(4) for body in BODIES))


def test_with_config_of_a_dataclass() -> None:
    """The same on a dataclass, which FastAPI speaks of in other words than of a model: `from_attributes=False`."""

    def build(lib):
        more = {} if lib.name == "fastapi" else {"from_attributes": False}

        @lib.with_config(lib.ModelConfig(extra="forbid", title="Named", str_to_lower=True, **more))
        @dataclasses.dataclass
        class First:
            x: str

        @dataclasses.dataclass
        class Second(First):
            y: str = "Q"

        @dataclasses.dataclass
        @lib.with_config(str_to_upper=True, **more)
        class Third(First):
            y: str = "Q"

        for index, kind in enumerate((First, Second, Third)):
            view = type(build)((lambda item: item).__code__, {}, f"view_{index}")
            view.__annotations__ = {"item": kind, "return": kind}
            lib.post(f"/{index}")(view)

    twins = Twins(build)
    twins.same_document()
    twins.agree(*((f"POST /{index}", {"json": body}) for index in range(3) for body in BODIES))
