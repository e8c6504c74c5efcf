"""`default_factory` that takes the validated data: where it is asked, what it is given, and what when it is not."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import pydantic
import pytest
from typing_extensions import TypedDict

import myapp.kit as kit
from tests.kit.both import Twins, agree


def orders(lib: Any) -> Any:
    """A class most of whose attributes follow from those before them."""

    @lib.model
    class Order:
        price: int
        count: int = lib.Field(default=2, alias="howMany")
        total: int = lib.Field(default_factory=lambda data: data["price"] * data["count"])
        known: list[str] = lib.Field(default_factory=lambda data: list(data))
        checked: Annotated[int, lib.Field(gt=5)] = lib.Field(
            default_factory=lambda data: data["price"], validate_default=True
        )
        note: str | None = None

    return Order


BODIES: list[dict[str, Any]] = [
    {"price": 7},
    {"price": "7", "howMany": 3, "note": "n"},
    {"price": 7, "total": 1, "known": ["k"], "checked": 9},
    {"price": 5},
    {"price": "x"},
    {"price": "x", "total": "y", "known": []},
    {"price": 7, "howMany": "x", "checked": 8},
    {"price": 7, "note": 1},
    {},
]


def test_bodies_and_answers() -> None:
    """It is given the attributes before its own, in their order and by their names; after a fault it is not asked."""

    def build(lib: Any) -> None:
        kind = orders(lib)

        @lib.post("/one")
        def one(body: kind) -> Any:
            return body

        @lib.post("/many")
        def many(body: list[kind]) -> Any:
            return body

        @lib.post("/unset", response_model=kind, response_model_exclude_unset=True)
        def unset(body: kind) -> Any:
            return body

        @lib.post("/defaults", response_model=kind, response_model_exclude_defaults=True)
        def defaults(body: kind) -> Any:
            return body

        @lib.post("/dictionary", response_model=kind)
        def dictionary(body: dict[str, Any]) -> Any:
            return body

    agree(build, *((f"POST /{path}", {"json": body}) for path in ("one", "unset", "defaults") for body in BODIES))
    agree(build, *(("POST /many", {"json": [body, BODIES[0]]}) for body in BODIES))
    agree(build, *(("POST /dictionary", {"json": body}) for body in BODIES))


def test_parameters_and_forms() -> None:
    """The same in a model of query parameters, headers, cookies or a form."""

    def build(lib: Any) -> None:
        @lib.model
        class Order:
            price: int
            count: int = 2
            total: int = lib.Field(default_factory=lambda data: data["price"] * data["count"])

        for marker in (lib.Query, lib.Header, lib.Cookie, lib.Form):

            def view(order: Annotated[Order, marker()]) -> Any:
                return order

            lib.post(f"/{marker.__name__.lower()}")(view)

    values: list[dict[str, str]] = [{"price": "7"}, {"price": "7", "total": "1"}, {"price": "x"}, {}]
    sent = [("query", "params"), ("header", "headers"), ("cookie", "cookies"), ("form", "data")]
    Twins(build).same_document()
    for path, keyword in sent:
        for each in values:
            if keyword == "cookies":
                text = "; ".join(f"{name}={value}" for name, value in each.items())
                words: dict[str, Any] = {"headers": {"cookie": text} if text else {}}
            else:
                words = {keyword: each}
            Twins(build).agree((f"POST /{path}", words))


def test_other_places() -> None:
    """Members of a union, other dictionaries, what inherits, and what a factory can't make."""

    def build(lib: Any) -> None:
        @lib.model
        class Base:
            a: int
            b: int = lib.Field(default_factory=lambda data: data["a"] + 1)

        @lib.model
        class More(Base):
            c: int = lib.Field(default_factory=lambda data: data["b"] + 1)

        @lib.model
        class Other:
            a: int
            d: Any = lib.Field(default_factory=lambda data: dict(data))
            e: str = "e"

        @lib.model
        class TooEarly:
            a: int = lib.Field(default_factory=lambda data: data["b"])
            b: int = 1

        @lib.model
        class Failing:
            a: int = 1
            b: int = lib.Field(default_factory=lambda data: int("x"))

        class Keys(TypedDict):
            a: int
            b: Annotated[int, lib.Field(default_factory=lambda data: data["a"] + 1)]

        kinds = {"more": More, "union": More | Other, "early": TooEarly, "failing": Failing, "keys": Keys}
        for name, kind in kinds.items():

            def view(body: kind) -> Any:
                return body

            lib.post(f"/{name}")(view)

        @lib.get("/parameter")
        def parameter(a: int = 1, b: int = lib.Query(default_factory=lambda data: data["a"])) -> Any:
            return b

    bodies = [{"a": 1}, {"a": 1, "b": 5}, {"a": 1, "d": 5}, {"a": 1, "e": "f"}, {"a": "x"}, {}]
    paths = ("more", "union", "early", "failing", "keys")
    agree(build, "GET /parameter", *((f"POST /{path}", {"json": body}) for path in paths for body in bodies))


def one(data: Any) -> Any:
    """A function of the data."""
    return dict(data)


class Callable:
    """An object that is one."""

    def __call__(self, data: Any) -> Any:
        return dict(data)


FACTORIES = {
    "function": one,
    "object": Callable(),
    "method": Callable().__call__,
    "by position": lambda data, /: dict(data),
    "with a default": lambda data=1: data,
    "any number": lambda *data: list(data),
    "any keywords": lambda **data: data,
    "class": int,
    "dictionary": dict,
    "by keyword": lambda *, data: data,
    "two": lambda data, more: data,
    "two, one with a default": lambda data, more=1: data,
}


@pytest.mark.parametrize("name", FACTORIES)
def test_which_factories_take_the_data(name: str) -> None:
    """Those with a single argument that has no default."""

    def build(lib: Any) -> None:
        @lib.model
        class Model:
            a: int = 1
            b: Any = lib.Field(default_factory=FACTORIES[name])

        @lib.post("/")
        def view(body: Model) -> Any:
            return body

    agree(build, ("POST /", {"json": {}}), ("POST /", {"json": {"b": 2}}))


@dataclass
class Spelled:
    """A dataclass as the standard library has it."""

    a: int
    b: int = field(default_factory=lambda data: data["a"] + 1)  # type: ignore[call-overload, misc]


@dataclass
class Declared:
    """The same with `Field`."""

    a: int
    b: int = kit.Field(default_factory=lambda data: data["a"] + 1)


@pytest.mark.parametrize("kind", [Spelled, Declared])
def test_classes_that_are_called(kind: type[Any]) -> None:
    """Python makes the instance, which knows of no data: a TypeError says so; loading is as pydantic's of the same."""
    value = {"a": "1"}
    theirs = pydantic.TypeAdapter(Spelled).validate_python(value)
    ours = kit.TypeAdapter(kind).validate_python(value)
    assert vars(ours).items() >= vars(theirs).items()
    assert kind(1, 3).b == 3
    with pytest.raises(TypeError, match="data"):
        kind(1)
