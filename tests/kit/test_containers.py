"""Containers, nested models and unions: the kit's fields against pydantic, value by value and fault by fault."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import ipaddress
import uuid
from collections import abc, deque
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.conversions import Twins
from tests.kit.differences import OF_CONTAINERS

exhaustive = settings(derandomize=True, max_examples=150, deadline=None, database=None)


class Color(enum.Enum):
    """Members with str values."""

    red = "red"
    blue = "blue"


class Size(str, enum.Enum):  # noqa: UP042 - as many write it
    """A str Enum."""

    small = "s"
    large = "l"


class Level(enum.IntEnum):
    """An int Enum."""

    low = 1
    high = 2


def models(lib: Any) -> Any:
    """The classes that the tests nest."""

    class A:
        x: int
        y: str = "q"

    class B:
        x: int
        z: str = "q"

    class Ints:
        x: int
        y: int

    class Floats:
        x: float
        y: float

    class Cat:
        kind: Literal["cat", "kitty"]
        n: int

    class Dog:
        kind: Literal["dog"]
        m: int = 0

    class Aliased:
        kind: Literal["x"] = lib.Field(alias="K")
        n: int

    class Aliased2:
        kind: Literal["y"] = lib.Field(alias="K")
        n: int

    class One:
        kind: Literal[1, 2]
        n: int

    class Three:
        kind: Literal[3]
        n: int

    class Forbids:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
        x: int

    made = {name: lib.model(cls) for name, cls in locals().items() if isinstance(cls, type)}
    made["HoldsA"] = lib.model(
        type("HoldsA", (), {"__annotations__": {"i": made["A"] | None}, "i": None, "__module__": __name__})
    )
    made["HoldsB"] = lib.model(
        type("HoldsB", (), {"__annotations__": {"i": made["B"] | None}, "i": None, "__module__": __name__})
    )
    return SimpleNamespace(lib=lib, **made)


def by_function(m: Any) -> Any:
    """A union whose members a function tells apart."""
    tag = m.lib.types.Tag
    members = Annotated[m.A, tag("dict")] | Annotated[int, tag("int")] | Annotated[list[m.Cat | int], tag("list")]
    return Annotated[members, m.lib.types.Discriminator(lambda value: value and type(value).__name__)]


def limited(kind: Any, **keywords: Any) -> Any:
    """A type with constraints, as `Annotated[kind, Field(...)]` on either side."""
    return lambda m: Annotated[kind, m.lib.Field(**keywords)]


LISTS = [
    [],
    [1, "2"],
    (1,),
    {1},
    frozenset({1}),
    {"a": 1},
    {1: 2}.keys(),
    {1: 2}.values(),
    {1: 2}.items(),
    range(2),
    deque([1]),
]
SCALARS = ["12", b"1", None, 5, 1.5, True, "", "x", "1"]
ODD = [["x", "y"], ["1", "x", None], [[1]], [{}], [1, 1, "1"], [1, 2, 3], [None]]
DICTS = [
    {},
    {"1": "2"},
    {"a": "b"},
    {"1": "2", "a": "b", "c": 1},
    {1: 1, "a": "b"},
    {b"a": 1},
    {"_schema": "x"},
    {"key": "x"},
]
OBJECTS = [
    {},
    {"x": 1},
    {"x": "q"},
    {"x": 1, "y": "k"},
    {"x": 1, "z": "k"},
    {"x": 1, "z": "k", "y": "k"},
    {"x": 1.0, "y": 2.0},
    {"x": 1.5, "y": 1},
    {"x": "1", "y": "2"},
    {"i": {"x": 1, "z": "w"}},
    {"i": None},
    {"i": {"x": 1}},
    [{"x": 1}],
    [{}, 4],
    {"a": {"x": 1}},
    {"a": {}, "b": 5},
]
TAGGED = [
    {"kind": "cat", "n": 1},
    {"kind": "dog", "m": "x"},
    {"kind": "kitty"},
    {"kind": "z"},
    {"kind": 1},
    {"kind": True},
    {"kind": 3, "n": "x"},
    {"kind": "1"},
    {"kind": None},
    {"kind": []},
    {"K": "x"},
    {"K": "z"},
    {"K": "y", "n": 3},
    [{"kind": "cat"}, {}, {"kind": "z"}],
]
VALUES = [*LISTS, *SCALARS, *ODD, *DICTS, *OBJECTS, *TAGGED]

CONTAINERS = {
    "list[int]": lambda m: list[int],
    "list": lambda m: list,
    "list[Any]": lambda m: list[Any],
    "list[list[int]]": lambda m: list[list[int]],
    "list[int | None]": lambda m: list[int | None],
    "list[A]": lambda m: list[m.A],
    "list 1..2": limited(list[int], min_length=1, max_length=2),
    "list 3": limited(list[int], min_length=3),
    "set[int]": lambda m: set[int],
    "set": lambda m: set,
    "set[list[int]]": lambda m: set[list[int]],
    "set 1..2": limited(set[int], min_length=1, max_length=2),
    "frozenset[int]": lambda m: frozenset[int],
    "frozenset 1..2": limited(frozenset[int], min_length=1, max_length=2),
    "abc.Set[int]": lambda m: abc.Set[int],
    "tuple[int, str]": lambda m: tuple[int, str],
    "tuple[int, ...]": lambda m: tuple[int, ...],
    "tuple[()]": lambda m: tuple[()],
    "tuple": lambda m: tuple,
    "tuple 1..2": limited(tuple[int, ...], min_length=1, max_length=2),
    "deque[int]": lambda m: deque[int],
    "Sequence[int]": lambda m: abc.Sequence[int],
    "Sequence 2": limited(abc.Sequence[int], min_length=2, max_length=2),
    "MutableSequence[int]": lambda m: abc.MutableSequence[int],
    "dict[int, float]": lambda m: dict[int, float],
    "dict[str, int]": lambda m: dict[str, int],
    "dict": lambda m: dict,
    "dict[str, A]": lambda m: dict[str, m.A],
    "dict[int, list[int]]": lambda m: dict[int, list[int]],
    "dict 1..2": limited(dict[str, int], min_length=1, max_length=2),
    "Mapping[str, int]": lambda m: abc.Mapping[str, int],
    "A": lambda m: m.A,
    "A | None": lambda m: m.A | None,
    "Forbids": lambda m: m.Forbids,
}

UNIONS = {
    "int | str": lambda m: int | str,
    "str | int": lambda m: str | int,
    "float | int": lambda m: float | int,
    "int | float": lambda m: int | float,
    "bool | int": lambda m: bool | int,
    "int | bool": lambda m: int | bool,
    "int | None": lambda m: int | None,
    "int | str | None": lambda m: int | str | None,
    "constrained": lambda m: Annotated[int, m.lib.Field(gt=3)] | Annotated[str, m.lib.Field(max_length=2)],
    "limits on the whole": lambda m: Annotated[list[int] | str | None, m.lib.Field(max_length=1)],
    "A | B": lambda m: m.A | m.B,
    "A | B | None": lambda m: m.A | m.B | None,
    "Ints | Floats": lambda m: m.Ints | m.Floats,
    "Floats | Ints": lambda m: m.Floats | m.Ints,
    "list[Ints] | list[Floats]": lambda m: list[m.Ints] | list[m.Floats],
    "HoldsA | HoldsB": lambda m: m.HoldsA | m.HoldsB,
    "list[A] | A": lambda m: list[m.A] | m.A,
    "containers": lambda m: dict[str, int] | list[str] | set[int] | tuple[int, ...] | frozenset[int] | tuple[int, str],
    "names of containers": lambda m: (
        list[int | None]
        | dict[str, int | str]
        | list[list[m.A]]
        | list[Literal["a"]]
        | tuple[int | None, ...]
        | list
        | dict
    ),
    "sequences": lambda m: abc.Sequence[int] | abc.Mapping[str, int],
    "choices": lambda m: Literal["a", 1] | Color | Size | Level | bool,
    "everything": lambda m: (
        dt.datetime | dt.date | dt.time | dt.timedelta | decimal.Decimal | uuid.UUID | bytes | bool | float
    ),
    "addresses": lambda m: m.lib.HttpUrl | m.lib.EmailStr | ipaddress.IPv4Address | ipaddress.IPv6Interface,
    "date | datetime": lambda m: dt.date | dt.datetime,
    "UUID | str": lambda m: uuid.UUID | str,
    "Decimal | float": lambda m: decimal.Decimal | float,
    "Literal | int": lambda m: Literal["1"] | int,
    "Color | str": lambda m: Color | str,
    "int | Color": lambda m: int | Color,
    "Any | int": lambda m: int | Any,
    "list[int] | list[str]": lambda m: list[int] | list[str],
    "dict values": lambda m: dict[str, int] | dict[str, str],
    "set | list": lambda m: set[int] | list[int],
    "strict": lambda m: Annotated[int, m.lib.Field(strict=True)] | str,
    "nested union": lambda m: list[int | str] | dict[str, int | float],
    "validators": lambda m: Annotated[int, m.lib.AfterValidator(abs)] | Annotated[str, m.lib.BeforeValidator(str)],
    "Cat | Dog": lambda m: m.Cat | m.Dog,
    "tagged": lambda m: Annotated[m.Cat | m.Dog, m.lib.Field(discriminator="kind")],
    "list of tagged": lambda m: list[Annotated[m.Cat | m.Dog, m.lib.Field(discriminator="kind")]],
    "tagged | None": lambda m: Annotated[m.Cat | m.Dog | None, m.lib.Field(discriminator="kind")],
    "tagged by int": lambda m: Annotated[m.One | m.Three, m.lib.Field(discriminator="kind")],
    "tagged by alias": lambda m: Annotated[m.Aliased | m.Aliased2, m.lib.Field(discriminator="kind")],
    "tagged in a union": lambda m: Annotated[m.Cat | m.Dog, m.lib.Field(discriminator="kind")] | m.A,
    "tagged by function": lambda m: by_function(m),
    "tagged by function in a union": lambda m: list[by_function(m) | m.B] | by_function(m) | None,
    "tags in smart mode": lambda m: (
        Annotated[m.Ints, m.lib.types.Tag("whole")] | Annotated[m.Floats, m.lib.types.Tag("real")] | int
    ),
}
TEXTS = [
    "2020-01-01",
    "2020-01-01T01:00:00",
    "2020-01-01T00:00:00",
    "a" * 32,
    "1.5",
    "true",
    "a",
    "red",
    "s",
    "http://a.b",
    "a@b.co",
]

DIFFERENT = {(name, shown) for row in OF_CONTAINERS for name in row.types for shown in row.inputs}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_converts_and_complains_as_pydantic_does(name: str) -> None:
    """Every container, given every sort of value, yields pydantic's value or pydantic's errors."""
    _compare(name, CONTAINERS[name], VALUES)


@pytest.mark.filterwarnings("ignore:__int__ returned non-int:DeprecationWarning")  # ipaddress of True, on either side
@pytest.mark.parametrize("name", UNIONS)
def test_a_union_chooses_and_complains_as_pydantic_does(name: str) -> None:
    """Every union takes the member that pydantic takes, and names all of them when none fits."""
    _compare(name, UNIONS[name], [*VALUES, *TEXTS])


def _compare(name: str, make: Any, values: list[Any]) -> None:
    twins = Twins(lambda lib: make(models(lib)))
    for value in values:
        if (name, repr(value)) in DIFFERENT:
            assert twins.kit(value) != twins.pydantic(value), "this difference has healed"
        else:
            twins.check(value)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, 1.0, "1", "x", "dog", "cat", "", "1.5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyzn1") | st.just("kind"), inner, max_size=3)
    ),
    max_leaves=6,
)
MIXED = {
    "nested": lambda m: dict[str, list[m.A] | m.B | int] | list[tuple[int, str] | m.Ints],
    "smart": lambda m: m.Ints | m.Floats | m.A | m.B | dict[str, int | str] | list[int | float | None],
    "tags": lambda m: list[Annotated[m.Cat | m.Dog, m.lib.Field(discriminator="kind")] | m.B | None] | m.Dog | set[int],
    "function": lambda m: dict[str, by_function(m) | m.Dog] | by_function(m),
}


@pytest.mark.parametrize("name", MIXED)
def test_mixtures_agree_on_any_json(name: str) -> None:
    """Whatever JSON comes, deep mixtures of containers, models and unions agree with pydantic."""
    twins = Twins(lambda lib: MIXED[name](models(lib)))

    @exhaustive
    @given(json)
    def agree(value: Any) -> None:
        twins.check(value)

    agree()


def test_iterators_are_lists() -> None:
    """A generator is read as pydantic reads it, and is cut off where it exceeds the limit."""
    twins = Twins(lambda lib: list[int])
    assert twins.kit(str(n) for n in (1, 2)) == twins.pydantic(str(n) for n in (1, 2))
    limited = Twins(lambda lib: Annotated[list[int], lib.Field(max_length=1)])
    (fault,), (error,) = limited.kit(iter([1, 2]))[1], limited.pydantic(iter([1, 2]))[1]
    assert (*fault[:3], fault[4]) == (*error[:3], error[4])
