"""Every type is written as pydantic writes it, in what is accepted and in what is answered."""

import dataclasses
import datetime as dt
import enum
import ipaddress
from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Union
from uuid import UUID

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myapp.kit as kit
from tests.kit.both import Twins
from tests.kit.documents import ours, theirs

UserId = NewType("UserId", int)


class Color(enum.StrEnum):
    """What it looks like."""

    red = "r"
    blue = "b"


class Size(enum.Enum):
    small = 1
    big = "XL"


class Level(enum.IntEnum):
    low = 1
    high = 2


ANNOTATIONS = [
    *(str, int, float, bool, bytes, Decimal, UUID, dt.datetime, dt.date, dt.time, dt.timedelta, Any, None, UserId),
    *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Interface, ipaddress.IPv6Interface),
    *(Color, Size, Level, Color | None, list[Color], dict[Color, int]),
    *(Literal["a"], Literal["a", "b"], Literal[1, "a"], Literal[1, 2] | None, Literal[True], Literal["a", None]),
    *(str | None, int | str, int | str | None, Decimal | None, list[int] | int, int | (str | None)),
    *(Any | None, list[Any]),
    *(list, list[int], list[list[int | None]], set[str], frozenset[int], deque[int], Sequence[int], tuple, tuple[()]),
    *(tuple[int, str], tuple[int, ...], tuple[int, list[str]] | None),
    *(dict, dict[str, Any], dict[str, int], dict[int, float], Mapping[str, list[int]], dict[str, dict[str, int]]),
]
CONSTRAINED = [
    (str, {"min_length": 1, "max_length": 3, "pattern": "^a$"}),
    (str | None, {"max_length": 3, "title": "Named", "description": "Said", "examples": ["x"]}),
    (int, {"gt": 1, "ge": 2, "lt": 10, "le": 9, "multiple_of": 2}),
    (float, {"gt": 0.5, "lt": float("inf")}),
    (Decimal, {"gt": 0, "le": Decimal("9.5"), "max_digits": 5, "decimal_places": 2}),
    (bytes, {"min_length": 1, "max_length": 3}),
    (dt.date, {"gt": dt.date(2020, 1, 1)}),
    (list[str], {"min_length": 1, "max_length": 3}),
    (set[int] | None, {"max_length": 3}),
    (dict[str, int], {"min_length": 1, "max_length": 3}),
    (Color, {"title": "Coat", "description": "Said"}),
    (str, {"json_schema_extra": {"x-one": {"two": None, "three": 3}, "format": "password"}}),
]
DEFAULTS = [
    (str, "a"),
    (str | None, None),
    (bool, False),
    (float, 1),
    (Color, Color.red),
    (Color | None, Color.blue),
    (Decimal, Decimal("1.50")),
    (dt.datetime, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
    (dt.timedelta, dt.timedelta(hours=1)),
    (bytes, b"abc"),
    (tuple[int, int], (1, 2)),
    (list[int], [1, 2]),
    (set[int], {2, 1}),
    (dict[str, Color], {"a": Color.red}),
    (UUID, UUID(int=1)),
    (Any, None),
]


def assert_same(annotation: Any, pydantic_field: Any = ..., kit_field: Any = dataclasses.MISSING) -> None:
    """The model with one such attribute has the same schemas on both sides."""
    base = pydantic.create_model("Item", value=(annotation, pydantic_field))
    spec = ("value", annotation) if kit_field is dataclasses.MISSING else ("value", annotation, kit_field)
    assert ours([dataclasses.make_dataclass("Item", [spec])]) == theirs([base])


@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=str)
def test_types(annotation: Any) -> None:
    """A required attribute of this type."""
    assert_same(annotation)


@pytest.mark.parametrize(("annotation", "keywords"), CONSTRAINED, ids=str)
def test_field_keywords(annotation: Any, keywords: dict[str, Any]) -> None:
    """Constraints and documentation given with `Field(...)`, as the default and in `Annotated`, and inside a list."""
    assert_same(annotation, pydantic.Field(**keywords), kit.Field(**keywords))
    base = pydantic.create_model(
        "Item",
        one=Annotated[annotation, pydantic.Field(**keywords)],
        many=list[Annotated[annotation, pydantic.Field(**keywords)]],
    )
    inner = Annotated[annotation, kit.Field(**keywords)]
    assert ours([dataclasses.make_dataclass("Item", [("one", inner), ("many", list[inner])])]) == theirs([base])


@pytest.mark.parametrize(("annotation", "default"), DEFAULTS, ids=str)
def test_defaults(annotation: Any, default: Any) -> None:
    """Default values as JSON; a default of None is not written, that of a factory is not known."""
    assert_same(annotation, pydantic.Field(default), kit.Field(default))
    assert_same(annotation, pydantic.Field(default_factory=lambda: default), kit.Field(default_factory=lambda: default))


SCALARS = [str, int, float, bool, bytes, Decimal, UUID, dt.date, Color, Level, Literal["a", "b"], Literal[1], Any]
DOCUMENTATION = st.fixed_dictionaries({}, optional={"title": st.just("T"), "description": st.just("D")})
LIMITS: dict[Any, list[dict[str, Any]]] = {
    str: [{"pattern": "^a"}, {"max_length": 3}],
    int: [{"gt": 1}, {"multiple_of": 2}],
}


@st.composite
def twins(draw: st.DrawFn, depth: int = 0) -> tuple[Any, Any]:
    """The same type for both sides: the kit's `Field` in one, pydantic's in the other."""
    if depth > 2 or draw(st.booleans()):
        kind = draw(st.sampled_from(SCALARS))
        keywords = {**draw(DOCUMENTATION), **draw(st.sampled_from([{}, *LIMITS.get(kind, [])]))}
        both = (Annotated[kind, kit.Field(**keywords)], Annotated[kind, pydantic.Field(**keywords)])
        return both if keywords else (kind, kind)
    make = draw(st.sampled_from([
        lambda one, _: one | None,
        lambda one, two: Union[one, two],  # noqa: UP007 - both only known here
        lambda one, two: tuple[one, two],
        lambda one, _: tuple[one, ...],
        lambda one, _: list[one],
        lambda one, _: Sequence[one],
        lambda one, _: dict[str, one],
    ]))  # fmt: skip
    one, two = draw(twins(depth + 1)), draw(twins(depth + 1))
    return make(one[0], two[0]), make(one[1], two[1])


@settings(max_examples=150, deadline=None)
@given(twins())
def test_any_type(both: tuple[Any, Any]) -> None:
    """Whatever is put together out of scalars, containers, unions and `Annotated` documentation."""
    mine, expected = both
    base = pydantic.create_model("Item", value=(expected, ...))
    assert ours([dataclasses.make_dataclass("Item", [("value", mine)])]) == theirs([base])


def test_dictionary_keys() -> None:
    """Limits on keys are `propertyNames`, a pattern is `patternProperties`."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            short: dict[Annotated[str, lib.Field(max_length=3)], int]
            shaped: dict[Annotated[str, lib.Field(pattern="^x", title="Key")], list[int]]
            titled: dict[str, Annotated[int, lib.Field(title="Value", gt=1)]]

        @lib.post("/")
        def view(item: Item) -> None: ...

    Twins(build).same_document()


def test_urls_and_addresses() -> None:
    """HttpUrl and EmailStr have formats and the limits that pydantic sets."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            url: lib.HttpUrl
            email: lib.EmailStr
            short: Annotated[lib.EmailStr, lib.Field(max_length=30)]
            maybe: lib.HttpUrl | None = None
            many: list[lib.EmailStr] = lib.Field([])

        @lib.post("/")
        def view(item: Item) -> Item: ...

    Twins(build).same_document()
