"""Type hints that nobody thought of: generated, with values that nearly fit, and compared with pydantic.

`HINTS=20000 pytest tests/kit/test_generated_hints.py` compares so many; the suite compares a few hundred, the same each
time.
"""

import datetime as dt
import decimal
import enum
import ipaddress
import os
import pathlib
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Union

import annotated_types as at
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypedDict

from tests.kit.conversions import Twins, plain
from tests.kit.documents import same_document

COUNT = int(os.environ.get("HINTS", "250"))
generated = settings(max_examples=COUNT, derandomize=COUNT < 1000, deadline=None, database=None)

pytestmark = pytest.mark.filterwarnings("ignore:__int__ returned non-int", "ignore:Pydantic serializer warnings")

Build = Callable[[Any], Any]
Typed = tuple[Build, st.SearchStrategy[Any]]
"""A type hint for either side, and values most of which it accepts."""


class Color(enum.StrEnum):
    red = "red"
    one = "1"


class Size(enum.IntEnum):
    small = 1
    big = 2


class Point(NamedTuple):
    x: int
    y: float = 0.5


class Movie(TypedDict):
    name: str
    year: NotRequired[int]


def _model(lib: Any) -> Any:
    @lib.model
    class Inner:
        a: int
        b: str | None = None

    return Inner


def _other(lib: Any) -> Any:
    @lib.model
    class Other:
        a: float = lib.Field(default=1.5, ge=0)
        c: list[int] = lib.Field(default_factory=list, alias="see")

    return Other


def _fixed(kind: Any) -> Build:
    return lambda lib: kind


TEXT = st.sampled_from(
    ["", " ", "a", "b", "red", "1", "2", "1.0", "true", "2020-01-02", "12:30", "PT1H", "::1", "x y", "é"]
)
NUMBERS = st.integers(-3, 12) | st.sampled_from([0.5, 1.0, 2.0, -1.5, 1e20, 10**30]) | st.booleans()
JUNK = st.none() | TEXT | NUMBERS | st.just([]) | st.just({}) | st.just([1]) | st.just({"a": 1})
SCALARS: list[Typed] = [
    (_fixed(int), NUMBERS | TEXT),
    (_fixed(float), NUMBERS | TEXT),
    (_fixed(bool), NUMBERS | TEXT),
    (_fixed(str), TEXT),
    (_fixed(bytes), TEXT),
    (_fixed(decimal.Decimal), NUMBERS | TEXT),
    (_fixed(uuid.UUID), st.uuids().map(str) | TEXT),
    (_fixed(dt.datetime), st.datetimes().map(str) | NUMBERS | TEXT),
    (_fixed(dt.date), st.dates().map(str) | NUMBERS | TEXT),
    (_fixed(dt.time), st.times().map(str) | NUMBERS | TEXT),
    (_fixed(dt.timedelta), NUMBERS | TEXT),
    (_fixed(Color), TEXT),
    (_fixed(Size), NUMBERS | TEXT),
    (_fixed(Literal["a", 1, True, None]), JUNK),
    (_fixed(Literal["red"]), TEXT),
    (_fixed(ipaddress.IPv4Address), st.sampled_from(["1.2.3.4", "1", 5])),
    (_fixed(ipaddress.IPv6Network), st.sampled_from(["::1", "::/64", 5])),
    (_fixed(pathlib.PurePosixPath), TEXT),
    (_fixed(Any), JUNK),
    (_fixed(None), JUNK),
    (_fixed(Annotated[int, at.Ge(0), at.Lt(10)]), NUMBERS),
    (_fixed(Annotated[float, at.Gt(0), at.MultipleOf(0.5)]), NUMBERS),
    (_fixed(Annotated[str, at.MinLen(1), at.MaxLen(3)]), TEXT),
    (lambda lib: Annotated[str, lib.Field(pattern="^[a-z]+$")], TEXT),
    (lambda lib: lib.types.StrictInt, NUMBERS | TEXT),
    (lambda lib: lib.types.constr(strip_whitespace=True, to_upper=True), TEXT),
    (_fixed(Point), st.lists(NUMBERS, max_size=3) | st.fixed_dictionaries({"x": NUMBERS})),
    (_fixed(Movie), st.fixed_dictionaries({"name": TEXT}, optional={"year": NUMBERS})),
    (_model, st.fixed_dictionaries({"a": NUMBERS}, optional={"b": TEXT | st.none()})),
    (_other, st.fixed_dictionaries({}, optional={"a": NUMBERS, "see": st.lists(NUMBERS, max_size=2)})),
]


def _around(inner: Typed, wrap: Callable[[Any], Any], values: Callable[[Any], st.SearchStrategy[Any]]) -> Typed:
    build, inside = inner
    return (lambda lib: wrap(build(lib))), values(inside)


def _lists(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inside | JUNK, max_size=3) | st.lists(inside, max_size=2)


def _containers(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    def around(wrap: Callable[[Any], Any], values: Any) -> st.SearchStrategy[Typed]:
        return inner.map(lambda typed: _around(typed, wrap, values))

    def of_several(make: Callable[[tuple[Any, ...]], Any], values: Any, most: int = 3) -> st.SearchStrategy[Typed]:
        return st.lists(inner, min_size=2, max_size=most).map(
            lambda typed: (
                lambda lib: make(tuple(build(lib) for build, _ in typed)),
                values([inside for _, inside in typed]),
            )
        )

    keys = st.sampled_from([str, int, Color, Annotated[str, at.MinLen(1)]])
    return st.one_of(
        around(lambda kind: list[kind], _lists),
        around(lambda kind: Annotated[list[kind], at.Len(1, 2)], _lists),
        around(lambda kind: Sequence[kind], _lists),
        around(lambda kind: deque[kind], _lists),
        around(lambda kind: tuple[kind, ...], _lists),
        around(
            lambda kind: kind | None if not isinstance(kind, type(None)) else None, lambda inside: inside | st.none()
        ),
        st.tuples(inner, keys).map(
            lambda both: _around(
                both[0], lambda kind: dict[both[1], kind], lambda inside: st.dictionaries(TEXT, inside, max_size=2)
            )
        ),
        of_several(
            lambda kinds: tuple[kinds], lambda parts: st.tuples(*parts).map(list) | st.lists(parts[0], max_size=3)
        ),
        of_several(lambda kinds: Union[kinds], st.one_of),  # noqa: UP007 - there are several
        of_several(lambda kinds: Union[kinds], st.one_of, 4),  # noqa: UP007
    )


TYPED = st.recursive(st.sampled_from(SCALARS), _containers, max_leaves=4)


def _with_values(typed: Typed) -> st.SearchStrategy[tuple[Build, list[Any]]]:
    build, values = typed
    return st.tuples(st.just(build), st.lists(values | JUNK, min_size=3, max_size=6))


@generated
@given(case=TYPED.flatmap(_with_values))
def test_generated_hints(case: tuple[Build, list[Any]]) -> None:
    """The same value or the same faults; and what was read is written as pydantic writes it."""
    build, values = case
    twins = Twins(build)
    twins.check(*values)
    for value in values:
        try:
            read = twins.theirs.validate_python(value, from_attributes=True)
        except pydantic.ValidationError:
            continue
        told = twins.theirs.dump_python(read, mode="json", by_alias=True, warnings=False)
        written = twins.ours._serialize(twins.ours.deserialize(value), None, None)
        assert plain(written) == plain(told), value


@settings(max_examples=max(COUNT // 40, 3), derandomize=COUNT < 1000, deadline=None, database=None)
@given(hints=st.lists(TYPED, min_size=8, max_size=8))
def test_generated_documents(hints: list[Typed]) -> None:
    """Several of them as the bodies and responses of one application: the same document."""

    def build(lib: Any) -> None:
        from tests.kit.conversions import KIT, PYDANTIC

        side = PYDANTIC if lib.name == "fastapi" else KIT
        for number, (make, _) in enumerate(hints):
            hint = make(side)

            def view(item: Any) -> Any: ...

            view.__annotations__ = {"item": Annotated[hint, lib.Body()], "return": hint}
            lib.post(f"/{number}")(view)

    same_document(build)
