"""Response models inside tuples, limited lists, generators…: read, filtered and written as anywhere else."""

import collections
from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

import pytest
import typing_extensions

from tests.kit.both import Twins, agree


class Row:
    """An object of no model's class, as a database gives."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def containers(lib: Any, Item: Any) -> dict[str, tuple[Any, Any]]:
    """Types that hold `Item`, each with what a view makes of one value."""

    class Named(NamedTuple):
        item: Item
        count: int = 1

    class Keyed(typing_extensions.TypedDict, total=False):
        item: Item

    @lib.model
    class Inside:
        pair: tuple[Item, int] | None = None
        few: Annotated[list[Item], lib.Field(max_length=3)] = lib.Field(default_factory=list)

    same = lib.AfterValidator(lambda value: value)
    return {
        "pair": (tuple[Item, int], lambda value: (value, 1)),
        "tuple": (tuple[Item, ...], lambda value: (value, value)),
        "few": (Annotated[list[Item], lib.Field(max_length=3)], lambda value: [value]),
        "small": (Annotated[dict[str, Item], lib.Field(max_length=3)], lambda value: {"k": value}),
        "named": (Named, lambda value: Named(value, 2)),
        "keyed": (Keyed, lambda value: {"item": value}),
        "deque": (collections.deque[Item], lambda value: collections.deque([value])),
        "ordered": (collections.OrderedDict[str, Item], lambda value: collections.OrderedDict(k=value)),
        "checked": (Annotated[list[Item], same], lambda value: [value]),
        "checked items": (list[Annotated[Item, same]], lambda value: [value]),
        "generator": (list[Item], lambda value: iter([value])),
        "iterable": (Iterable[Item], lambda value: iter([value])),
        "view": (list[Item], lambda value: {"k": value}.values()),
        "deep": (list[tuple[int, list[Item]]], lambda value: [(1, [value])]),
        "either": (list[tuple[Item, int] | int], lambda value: [(value, 1), 3]),
        "inside": (Inside, lambda value: {"pair": (value, 1), "few": [value]}),
    }


def giving(contain: Any, values: dict[str, Any]) -> Any:
    """A view that gives one of the values in a container."""

    def view(key: str):
        return contain(values[key])

    return view


SWITCHES: dict[str, dict[str, Any]] = {
    "none": {},
    "unset": {"response_model_exclude_unset": True},
    "defaults": {"response_model_exclude_defaults": True},
    "nones": {"response_model_exclude_none": True},
    "by name": {"response_model_by_alias": False},
    "include": {"response_model_include": {0: {"name"}, "k": {"price"}}},
    "exclude": {"response_model_exclude": {"__all__": {"name"}}},
    "deep": {"response_model_exclude": {0: {1: {"__all__": {"price"}}}}},
    "of attributes": {"response_model_exclude": {"pair": {0: {"name"}}, "few": {0: {"price"}}, "item": {"name"}}},
    "members": {"response_model_exclude": {0}},
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_models_in_containers(switch):
    """Objects' attributes are read, and what `response_model_…` leaves out stays out, whatever the model is in."""
    values: dict[str, Any] = {
        "dict": {"Name": "n", "secret": "s"},
        "nothing said": {"Name": "n", "price": 10.5, "description": None},
        "row": Row(Name="r", description=None, secret="s"),
        "broken": {"price": "x"},
        "broken row": Row(price="x"),
        "plain": 3,
    }

    def build(lib):
        @lib.model
        class Item:
            name: str = lib.Field(alias="Name")
            price: float = 10.5
            description: str | None = None

        for kind, (hint, contain) in containers(lib, Item).items():
            lib.get(f"/{kind}/{{key}}", response_model=hint, **SWITCHES[switch])(giving(contain, values))

    kinds = ("pair", "tuple", "few", "small", "named", "keyed", "deque", "ordered", "checked", "checked items")
    kinds += ("generator", "iterable", "view", "deep", "either", "inside")
    agree(build, *(f"GET /{kind}/{key}" for kind in kinds for key in values))


def test_objects_below_validators_of_the_whole():
    """A model with a validator of the whole reads the objects inside an object, too."""

    def build(lib):
        @lib.model
        class Inner:
            a: int

        @lib.model
        class Outer:
            inner: Inner
            many: list[Inner]

            @lib.model_validator(mode="after")
            def check(self):
                assert self.inner.a < 5, "too much"
                return self

        rows: list[Any] = [
            Row(inner=Row(a=1), many=[Row(a=2), {"a": 3}]),
            {"inner": Row(a=1), "many": (Row(a=2),)},
            Row(inner=Row(a=9), many=[]),
            Row(inner=Row(b=1), many=[]),
        ]

        @lib.get("/{index}")
        def view(index: int) -> Outer:
            return rows[index]

    agree(build, *(f"GET /{index}" for index in range(4)))


def test_validators_are_called_once():
    """What a container has read is written without asking the validators of the models inside again."""

    def build(lib):
        @lib.model
        class Item:
            a: int
            few: "Annotated[list[Item], lib.Field(max_length=3)]" = lib.Field(default_factory=list)

            @lib.field_validator("a")
            @classmethod
            def check_a(cls, value):
                lib.note(f"a {value}")
                return value + 1

            @lib.model_validator(mode="after")
            def check(self):
                lib.note(f"all {self.a}")
                return self

        @lib.get("/few", response_model=Annotated[list[Item], lib.Field(max_length=3)])
        def few():
            return [{"a": 1, "few": [{"a": 2, "few": [{"a": 3}]}]}]

        @lib.get("/pair", response_model=tuple[Item, Item])
        def pair():
            return Row(a=1), {"a": 2, "few": [Row(a=3)]}

    for path in ("few", "pair"):
        Twins(build).events(f"GET /{path}")


def test_what_is_no_object():
    """Values of Python's own kinds are not taken for objects without attributes."""
    values: list[Any] = [3, "x", b"x", [], (), {1}, None, range(2), len, object(), Row(), 1j]

    def build(lib):
        @lib.model
        class Item:
            a: int = 1

        @lib.get("/one/{index}", response_model=Item)
        def one(index: int):
            return values[index]

        @lib.get("/pair/{index}", response_model=tuple[Item, int])
        def pair(index: int):
            return values[index], 1

        @lib.get("/either/{index}", response_model=Item | list[int])
        def either(index: int):
            return values[index]

    agree(build, *(f"GET /{path}/{index}" for path in ("one", "pair", "either") for index in range(len(values))))
