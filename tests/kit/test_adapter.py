"""TypeAdapter: values validated by hand, and the JSON Schema of a type by itself, as pydantic's has them."""

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import marshmallow
import pydantic
import pytest

from myapp.kit import Field, TypeAdapter, ValidationError


class Colour(Enum):
    RED = "red"


class TheirStep(pydantic.BaseModel):
    text: str
    minutes: int = pydantic.Field(default=0, ge=0)


class TheirRecipe(pydantic.BaseModel):
    title: str = pydantic.Field(max_length=5, description="What it is")
    steps: list[TheirStep] = []
    price: Decimal | None = None
    colour: Colour = Colour.RED


class TheirNode(pydantic.BaseModel):
    name: str
    inner: "TheirNode | None" = None


@dataclass
class Step:
    text: str
    minutes: int = Field(default=0, ge=0)


@dataclass
class Recipe:
    title: str = Field(max_length=5, description="What it is")
    steps: list[Step] = Field(default=[])
    price: Decimal | None = None
    colour: Colour = Colour.RED


@dataclass
class Node:
    name: str
    inner: "Node | None" = None


TYPES: list[tuple[Any, Any]] = [
    (Recipe, TheirRecipe),
    (Node, TheirNode),
    (list[Node], list[TheirNode]),
    (list[Step], list[TheirStep]),
    (Step | None, TheirStep | None),
    (dict[str, Recipe], dict[str, TheirRecipe]),
    (Annotated[int, Field(ge=3)], Annotated[int, pydantic.Field(ge=3)]),
    (Literal["a", 1], Literal["a", 1]),
    (int | str, int | str),
]
VALUES: list[Any] = [
    *(None, 3, "3", "a", 2.5, [], {}, {"text": "t"}, {"title": "soups"}, {"title": "soups!", "price": "x", "steps": 3}),
    *({"title": "soup", "steps": [{"text": "cut", "minutes": "3"}, {}]}, {"name": "n", "inner": {"name": "m"}}),
    *({"name": "n", "inner": {"inner": 3}}, [{"text": "t"}, 3], {"a": {"title": "t", "colour": "blue"}}, [{"name": 1}]),
]


def plain(text: str) -> Any:
    """What the models of both sides have in common, their names made the same."""
    return json.loads(text.replace("Their", ""))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize(("ours", "theirs"), TYPES)
def test_json_schema(ours: Any, theirs: Any, mode: Any) -> None:
    """What is read and what is written, with other classes under `$defs`."""
    expected = plain(json.dumps(pydantic.TypeAdapter(theirs).json_schema(mode=mode)))
    assert TypeAdapter(ours).json_schema(mode=mode) == expected


@pytest.mark.parametrize("value", VALUES, ids=str)
@pytest.mark.parametrize(("ours", "theirs"), TYPES)
def test_validation(ours: Any, theirs: Any, value: Any) -> None:
    """Values are converted, or refused for the same reasons."""

    def tried(read: Any, refusal: type[Exception]) -> Any:
        try:
            return repr(read(value)).replace("Their", "")
        except refusal as error:
            return error

    expected = tried(pydantic.TypeAdapter(theirs).validate_python, pydantic.ValidationError)
    found = tried(TypeAdapter(ours).validate_python, ValidationError)
    if isinstance(expected, pydantic.ValidationError):
        assert repr(found.errors()) == repr(expected.errors(include_url=False)).replace("Their", "")
    else:
        assert found == expected


def test_instances_are_taken() -> None:
    """An instance is good as it is; an error is marshmallow's as well."""
    step = Step("cut")
    assert TypeAdapter(Step).validate_python(step) is step
    assert TypeAdapter(list[Step]).validate_python((step,)) == [step]
    with pytest.raises(marshmallow.ValidationError):
        TypeAdapter(Step).validate_python({})


def test_no_type() -> None:
    """What no field reads is refused when the adapter is made."""
    with pytest.raises(TypeError, match="complex_thing"):
        TypeAdapter(type("complex_thing", (), {}))


TEXTS = ['{"title": "soup", "price": "3"}', b"[1, 2]", "3", '"a"', "{", "", "null", b"\xff", "[1", '{"steps": 1}']


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("ours", "theirs"), TYPES)
def test_validation_of_json(ours: Any, theirs: Any, text: Any) -> None:
    """A text in JSON is read, or refused, as pydantic does."""

    def tried(read: Any, refusal: type[Exception]) -> Any:
        try:
            return repr(read(text)).replace("Their", "")
        except refusal as error:
            without_url = {} if refusal is ValidationError else {"include_url": False}
            return repr(error.errors(**without_url)).replace("Their", "")

    expected = tried(pydantic.TypeAdapter(theirs).validate_json, pydantic.ValidationError)
    assert tried(TypeAdapter(ours).validate_json, ValidationError) == expected


def test_objects_are_read_from_attributes() -> None:
    """Where it is asked for, an object, of an ORM say, is read like a dictionary; else it is refused."""
    found = SimpleNamespace(text="cut", minutes="3")
    assert TypeAdapter(Step).validate_python(found, from_attributes=True) == Step("cut", 3)
    assert TypeAdapter(list[Step]).validate_python([found], from_attributes=True) == [Step("cut", 3)]
    with pytest.raises(ValidationError, match="valid dictionary or instance of Step"):
        TypeAdapter(Step).validate_python(found)
