"""Validators on the members of a union: which member a value belongs to when functions change it on its way."""

from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
import pytest

import myapp.kit as kit
from tests.kit.both import Twins

OBJECTS = (
    *({"name": "a"}, {"name": "a", "lives": 2}, {"name": "a", "tail": 2}, {"name": "a", "tail": 2, "lives": 1}),
    *({"lives": 2}, {"name": "b", "wings": 1}, {"name": "a", "lives": "x"}, {}, 3, "x", None),
    *({"first": 3, "pet": {"name": "a"}}, {"first": 3, "pet": {"name": "a", "lives": 3}}, [{"name": "a"}]),
    [{"name": "a", "lives": 1}, {"name": "b", "tail": 1}],
)
NUMBERS = (3, "3", "x", True, 3.5, 4.0, None, [1], ["1"], [1.5], {"name": "a"})


def with_more(value: Any, handler: Any) -> Any:
    """As if one attribute more had been given."""
    return handler({**value, "lives": 3} if isinstance(value, dict) else value)


def with_less(value: Any, handler: Any) -> Any:
    """As if one attribute only had been given."""
    return handler({"name": value["name"]} if isinstance(value, dict) and "name" in value else value)


def told(value: Any, handler: Any, info: Any) -> Any:
    """As if an attribute had been given that an earlier one says."""
    return handler({**value, "tail": info.data["first"]})


def twice(value: Any, handler: Any) -> Any:
    """As if what is converted in vain had been given, too."""
    handler(value)
    return handler({"name": "twice"})


def tried(value: Any, handler: Any) -> Any:
    """Zero for what can't be converted."""
    try:
        return handler(value)
    except Exception:
        return 0


def build(lib: Any) -> None:
    """A path for each union."""
    Wrap, Plain = lib.WrapValidator, lib.PlainValidator

    @lib.model
    class Dog:
        name: str
        tail: float = 1.0

    @lib.model
    class Cat:
        name: str
        lives: int = 9

    @lib.model
    class Counting:
        name: str
        lives: int = 9

        @lib.field_validator("lives")
        @classmethod
        def counted(cls, value: int, info: Any) -> int:
            return value + len(info.data["name"])

    @lib.model
    class Bird:
        name: str
        wings: int = 2

        @lib.model_validator(mode="before")
        @classmethod
        def winged(cls, data: Any) -> Any:
            return {**data, "wings": 4} if isinstance(data, dict) else data

    @lib.model
    class Fish:
        name: str
        fins: int = 2

        @lib.model_validator(mode="wrap")
        @classmethod
        def finned(cls, data: Any, handler: Any) -> Any:
            return handler({**data, "fins": 4} if isinstance(data, dict) else data)

    @lib.model
    class Owner:
        first: int
        pet: Annotated[Dog, Wrap(told)] | Counting

    def shout(cat: Any) -> Any:
        return Cat(name=cat.name.upper(), lives=1)

    def informed(value: Any, info: Any) -> Any:
        return value

    hints = {
        "more-last": Dog | Annotated[Cat, Wrap(with_more)],
        "more-first": Annotated[Cat, Wrap(with_more)] | Dog,
        "less-last": Dog | Annotated[Cat, Wrap(with_less)],
        "less-first": Annotated[Cat, Wrap(with_less)] | Dog,
        "twice": Dog | Annotated[Cat, Wrap(twice)],
        "made": Dog | Annotated[Cat, Wrap(lambda value, handler: Cat(name="made"))],
        "plain": Dog | Annotated[Cat, Plain(lambda value: Cat(name="plain"))],
        "before": Dog | Annotated[Cat, lib.BeforeValidator(informed)],
        "after": Dog | Annotated[Cat, lib.AfterValidator(shout)],
        "several": Dog | Annotated[Cat, Wrap(with_more), Wrap(with_less)],
        "list": list[Dog | Annotated[Cat, Wrap(with_more)]],
        "counting": Dog | Counting,
        "model-before": Dog | Bird,
        "model-wrap": Dog | Fish,
        "three": Bird | Fish | Annotated[Dog, Wrap(with_more)],
        "within": Owner | Dog,
        "text-or-number": str | Annotated[int, Wrap(lambda value, handler: handler("5"))],
        "number-of-text": Annotated[int, Wrap(lambda value, handler: handler(str(value)))] | float | str,
        "number-made": str | Annotated[int, Wrap(lambda value, handler: 5)],
        "number-tried": float | Annotated[int, Wrap(tried)] | bool,
        "numbers": list[Annotated[int, Wrap(lambda value, handler: handler(int(value)))]] | list[float],
    }
    for path, hint in hints.items():

        def view(body):
            return [type(body).__name__, body]

        view.__annotations__["body"] = Annotated[hint, lib.Body()]
        lib.post(f"/{path}")(view)


OF_NUMBERS = ("text-or-number", "number-of-text", "number-made", "number-tried", "numbers")
OF_OBJECTS = (
    *("more-last", "more-first", "less-last", "less-first", "twice", "made", "plain", "before", "after", "several"),
    *("list", "counting", "model-before", "model-wrap", "three", "within"),
)


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Both sides."""
    return Twins(build)


@pytest.mark.parametrize("path", [*OF_OBJECTS, *OF_NUMBERS])
def test_which_member(twins, path):
    """What a function hands on counts, not what was sent: the member with most of it given, or the most exact one."""
    bodies = NUMBERS if path in OF_NUMBERS else OBJECTS
    twins.agree(*((f"POST /{path}", {"json": body}) for body in bodies))


@dataclass
class Parent:
    """A class that holds one of its kind or of the other."""

    name: str
    child: "Parent | Ward | None" = None


@dataclass
class Ward:
    """The other, a validator of which asks for what is known already."""

    name: str
    child: "Parent | Ward | None" = None

    @kit.field_validator("child")
    @classmethod
    def known(cls, value: Any, info: kit.ValidationInfo) -> Any:
        assert info.data["name"] != "wrong"
        return value


class ParentModel(pydantic.BaseModel):
    """The same for FastAPI."""

    model_config = {"title": "Parent"}

    name: str
    child: "ParentModel | WardModel | None" = None


class WardModel(pydantic.BaseModel):
    """The same for FastAPI."""

    model_config = {"title": "Ward"}

    name: str
    child: "ParentModel | WardModel | None" = None

    @pydantic.field_validator("child")
    @classmethod
    def known(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        assert info.data["name"] != "wrong"
        return value


def family(lib: Any) -> None:
    """A path for either of the two."""

    def view(body):
        return [type(body).__name__.removesuffix("Model"), body]

    view.__annotations__["body"] = ParentModel | WardModel if lib.name == "fastapi" else Parent | Ward
    lib.post("/")(view)


def nested(depth: int) -> dict[str, Any]:
    """A body of so many levels, some of which only one of the two takes."""
    body: dict[str, Any] = {"name": "innermost"}
    for level in range(depth):
        body = {"name": "wrong" if level % 7 == 3 else "right", "child": body}
    return body


@pytest.mark.parametrize("depth", [0, 1, 4, 8])
def test_classes_that_contain_each_other(depth):
    """Members of a union that contain each other are read as in FastAPI."""
    Twins(family).agree(("POST /", {"json": nested(depth)}))


def test_classes_that_contain_each_other_many_times(own_time):
    """Each level is read a few times, however many there are; pydantic reads it twice as often as the one above."""
    flask = Twins(family).flask
    began = own_time()
    assert flask.post("/", json=nested(50)).status_code == 200
    assert own_time() - began < 5


def test_classes_that_contain_each_other_deeper_than_the_stack_allows(own_time):
    """One fault says so, in FastAPI's words for a class that contains itself, and at once."""

    @dataclass
    class Doll:
        child: "Doll | None" = None

    class DollModel(pydantic.BaseModel):
        child: "DollModel | None" = None

    flask = Twins(family).flask
    for depth in (150, 500):
        began = own_time()
        answer = flask.post("/", json=nested(depth))
        assert own_time() - began < 1
        with pytest.raises(pydantic.ValidationError) as refused:
            DollModel.model_validate(nested(500))
        (fault,), (error,) = answer.json()["detail"], refused.value.errors()
        assert (answer.status_code, fault["loc"]) == (422, ["body"])
        assert (fault["type"], fault["msg"]) == (error["type"], error["msg"])


def boxes(lib: Any) -> None:
    """A class that holds one of its kind or any dictionary."""
    if lib.name == "fastapi":

        class Box(pydantic.BaseModel):
            child: "Box | dict[str, Any] | None" = None
    else:

        @dataclass
        class Box:
            child: "Box | dict[str, Any] | None" = None

    @lib.post("/")
    def view(body: Box | int):
        return [type(body).__name__, isinstance(body.child.child, dict)]


def test_a_member_that_takes_what_is_too_deep_for_another():
    """A dictionary is one, however deep it is, as in FastAPI."""
    body: dict[str, Any] = {}
    for _ in range(300):
        body = {"child": body}
    Twins(boxes).agree(("POST /", {"json": body}))
