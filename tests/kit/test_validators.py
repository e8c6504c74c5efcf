"""Validators, serializers and computed attributes, in `Annotated` and on methods, as FastAPI's users write them.

https://docs.pydantic.dev/latest/concepts/validators/ and .../serialization/: the same class text, a pydantic model on
one side and a dataclass on the other; the same answers, also where a value is sent back in a response.
"""

import datetime as dt
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("even")
    return value


def _not_two(value: Any) -> Any:
    assert value != 2, "is two"
    return value


def _one_more(value: int) -> int:
    return value + 1


def _lenient(value: Any, handler: Any) -> Any:
    if value == "many":
        return 99
    number = handler(value)
    if number == 4:
        raise ValueError("four")
    return number + 1


def _after_two(value: Any, info: Any) -> Any:
    if info.data.get("a") == 2:
        raise ValueError(f"{info.field_name} with a two, after {sorted(info.data)}")
    return value


def functions(lib):
    """In `Annotated`: after, before, wrap, plain, inside containers and unions."""

    @lib.model
    class Item:
        a: Annotated[int, lib.AfterValidator(_one_more), lib.AfterValidator(_not_two)]
        b: Annotated[int, lib.Field(gt=3), lib.WrapValidator(_lenient)] = 5
        c: (
            Annotated[int, lib.AfterValidator(_one_more), lib.WrapValidator(_lenient), lib.AfterValidator(_odd)] | None
        ) = None
        d: list[Annotated[int, lib.BeforeValidator(_not_two)]] | Annotated[int, lib.WrapValidator(_lenient)] = 1
        e: Annotated[int, lib.PlainValidator(lambda value: int(value) * 2)] = 0

    return Item


def informed(lib):
    """A second argument: the name, and what has been validated so far, defaults included."""

    @lib.model
    class Item:
        a: int
        b: Annotated[int, lib.AfterValidator(_after_two)] = 3
        items: list[Annotated[int, lib.BeforeValidator(_after_two)]] = lib.Field(default_factory=list)

    return Item


def methods(lib):
    """`field_validator` in its modes, several on one attribute, and inherited ones."""

    @lib.model
    class Base:
        a: int
        b: str = "x"

        @lib.field_validator("a")
        @classmethod
        def odd(cls, value: int) -> int:
            return _odd(value) * 10

        @lib.field_validator("b", mode="before")
        @classmethod
        def as_text(cls, value: Any) -> str:
            return str(value)

    @lib.model
    class Item(Base):
        c: int | None = None

        @lib.field_validator("a", "c")
        @classmethod
        def not_fifty(cls, value: Any, info: Any) -> Any:
            assert value != 50, f"fifty in {info.field_name}"
            return value

        @lib.field_validator("c", mode="wrap")
        @classmethod
        def seven(cls, value: Any, handler: Any) -> Any:
            return handler(7 if value == "seven" else value)

    return Item


def all_attributes(lib):
    """A validator of every attribute."""

    @lib.model
    class Item:
        a: int
        b: str = "x"

        @lib.field_validator("*", mode="before")
        @classmethod
        def something(cls, value: Any) -> Any:
            if value is None:
                raise ValueError("nothing")
            return value

    return Item


def whole_after(lib):
    """`model_validator(mode="after")`."""

    @lib.model
    class Item:
        a: int
        b: int = 1

        @lib.model_validator(mode="after")
        def differ(self) -> Any:
            if self.a == self.b:
                raise ValueError("a and b are the same")
            return self

    return Item


def whole_before(lib):
    """`model_validator(mode="before")`, which may change the input."""

    @lib.model
    class Item:
        a: int
        b: int = 1

        @lib.model_validator(mode="before")
        @classmethod
        def rename(cls, data: Any) -> Any:
            if isinstance(data, dict):
                assert "secret" not in data, "no secrets"
                return {**data, "a": data["A"]} if "A" in data else data
            return data

    return Item


def whole_wrap(lib):
    """`model_validator(mode="wrap")`."""

    @lib.model
    class Item:
        a: int

        @lib.model_validator(mode="wrap")
        @classmethod
        def not_two(cls, data: Any, handler: Any) -> Any:
            made = handler(data)
            if made.a == 2:
                raise ValueError("two")
            return made

    return Item


def computed(lib):
    """`computed_field`: in every answer, read-only in the document."""

    @lib.model
    class Item:
        a: int = 3

        @lib.computed_field
        @property
        def double(self) -> int:
            """Twice as much."""
            return self.a * 2

        @lib.computed_field(alias="half_of_it", title="Half", examples=[1.0], description="Half as much.")
        @property
        def half(self) -> float:
            return self.a / 2

        @lib.computed_field
        @property
        def nothing(self) -> str | None:
            return None

    return Item


def serializers(lib):
    """`PlainSerializer` and `field_serializer`."""

    @lib.model
    class Item:
        a: Annotated[int, lib.PlainSerializer(lambda value: f"<{value}>", return_type=str)]
        b: Annotated[dt.timedelta, lib.PlainSerializer(lambda value: value.total_seconds(), return_type=float)] = (
            dt.timedelta(1)
        )
        c: Annotated[int | None, lib.PlainSerializer(_one_more, return_type=int, when_used="unless-none")] = None
        d: list[Annotated[int, lib.PlainSerializer(lambda value: -value)]] = lib.Field(default_factory=lambda: [1])
        e: int = 1

        @lib.field_serializer("e")
        def with_a(self, value: int) -> str:
            return f"{value}/{self.a}"

    return Item


BODIES: list[Any] = [
    *(None, 1, "a", [], {}, {"a": 1}, {"a": 2}, {"a": 3}, {"a": "4"}, {"a": "x"}, {"a": None, "b": None}, {"A": 5}),
    *(
        {"a": 1, "b": 1},
        {"a": 1, "b": 2},
        {"a": 2, "b": 2},
        {"a": 3, "b": "many"},
        {"a": 3, "b": 4},
        {"a": "x", "b": 3},
    ),
    *({"a": 5, "c": 5}, {"a": 3, "c": "seven"}, {"a": 3, "c": 50}, {"a": 3, "c": 3}, {"a": 3, "c": None}),
    *({"a": 3, "d": [1, 2]}, {"a": 3, "d": "many"}, {"a": 3, "d": [1, 3]}, {"a": 3, "e": "21"}, {"a": 3, "e": "x"}),
    *({"a": 2, "items": [1, 2]}, {"a": 1, "items": [1, 2]}, {"a": 1, "secret": 1}, {"a": 1, "b": "P1D", "c": 1}),
]


@pytest.mark.parametrize(
    "make",
    [
        *(functions, informed, methods, all_attributes, whole_after, whole_before, whole_wrap, computed, serializers),
    ],
    ids=lambda make: make.__name__,
)
def test_validators(make):
    """Read from a body, returned as an instance and as a dict: the same answers, faults and document."""

    def build(lib):
        model = make(lib)

        def view(item):
            return item

        view.__annotations__ = {"item": model, "return": model}
        lib.post("/instance")(view)
        lib.post("/unset", response_model_exclude_unset=True)(view)
        lib.post("/none", response_model_exclude_none=True)(view)

        def pick(item):
            return dict(item)

        pick.__annotations__ = {"item": dict[str, Any], "return": model}
        lib.post("/dict")(pick)

        def listed(item):
            return [item]

        listed.__annotations__ = {"item": model, "return": list[model]}
        lib.post("/list")(listed)

    twins = Twins(build)
    twins.same_document()
    paths = ("/instance", "/unset", "/none", "/dict", "/list")
    twins.agree(*((f"POST {path}", {"json": body}) for path in paths for body in BODIES))


def test_validators_of_parameters():
    """In a query: functions on single values, and the validators of a model of parameters."""

    def build(lib):
        @lib.model
        class Filter:
            x: int = 1
            y: int = 2

            @lib.field_validator("x")
            @classmethod
            def odd(cls, value: int) -> int:
                return _odd(value)

            @lib.model_validator(mode="after")
            def differ(self) -> Any:
                if self.x == self.y:
                    raise ValueError("the same")
                return self

        @lib.get("/model")
        def model(filter: Annotated[Filter, lib.Query()]):
            return filter

        @lib.get("/")
        def single(
            x: Annotated[int, lib.Query(gt=2), lib.WrapValidator(_lenient)] = 3,
            y: Annotated[str | None, lib.Query(max_length=3), lib.BeforeValidator(_not_two)] = None,
        ):
            return [x, y]

    twins = Twins(build)
    twins.same_document()
    twins.agree(
        *(f"GET {path}?{query}" for path in ("/", "/model") for query in ("", "x=1", "x=2", "x=3", "x=4", "x=many")),
        *("GET /model?x=5&y=5", "GET /model?x=x&y=5", "GET /?y=2", "GET /?y=abcd", "GET /?x=2&y=abcd"),
    )


def _broken(value: int) -> int:
    raise TypeError("a mistake")


def test_a_mistake_in_a_validator():
    """A TypeError is nobody's fault but the server's, in the items of a list, a tuple and a set alike: 500."""

    def build(lib):
        broken = Annotated[int, lib.AfterValidator(_broken)]
        for number, hint in enumerate(
            (broken, list[broken], set[broken], tuple[broken, ...], tuple[broken], dict[str, broken])
        ):

            @lib.post(f"/{number}")
            def take(value: Annotated[hint, lib.Body()]) -> Any:
                return value

    twins = Twins(build)
    twins.same_document()
    bodies = (1, *([[1]] * 4), {"a": 1})
    answers = twins.agree(*((f"POST /{number}", {"json": body}) for number, body in enumerate(bodies)))
    assert {answer.status_code for answer in answers} == {500}
