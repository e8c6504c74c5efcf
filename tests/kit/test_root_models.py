"""`RootModel`: one value of any type as a model, in bodies, answers and unions, inside of others, and in the document.

https://docs.pydantic.dev/latest/concepts/models/#rootmodel-and-custom-root-types: the same classes on both sides.
"""

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest
from marshmallow import ValidationError

import myapp.kit as kit
from myapp.kit.models import schema_for
from tests.kit.both import Twins

T = TypeVar("T")


def texts(lib):
    """A list, with nothing more said of it."""

    class Tags(lib.RootModel[list[str]]):
        pass

    return Tags


def described(lib):
    """What the class, its configuration and its attribute say."""

    class Tags(lib.RootModel):
        """What a post is about."""

        root: list[str] = lib.Field(default=["a"], min_length=1, description="Hidden", title="All tags")

        model_config = lib.ModelConfig(json_schema_extra={"examples": [["x"]]}, str_strip_whitespace=True)

    return Tags


def described_by_its_root(lib):
    """A description, examples and a limit of the attribute; a title of the class."""

    class Day(lib.RootModel[dt.date]):
        root: dt.date = lib.Field(gt=dt.date(2020, 1, 1), description="When", examples=["2024-02-29"])

        model_config = lib.ModelConfig(title="The day")

    return Day


def an_object(lib):
    """Another model is its root; so is a dictionary."""

    @lib.model
    class Item:
        """An item."""

        x: int = lib.Field(default=1, alias="a")
        y: int | None = None

    class Wrapped(lib.RootModel[Item]):
        pass

    class ByName(lib.RootModel[dict[str, Wrapped]]):
        pass

    class Either(lib.RootModel[Wrapped | ByName | None]):
        pass

    return Either


def literal(lib):
    """A choice, and a number that may be null."""

    class Size(lib.RootModel[Literal["s", "m"] | int | None]):
        model_config = lib.ModelConfig(strict=True)

    return Size


class Node(kit.RootModel["list[Node] | int"]):
    """A value that contains itself."""


def recursive(lib):
    """A value that contains itself."""
    if lib.name == "flask":
        return Node
    from tests.kit.recursive_root import Node as Theirs

    return Theirs


def generic(lib):
    """A class with a type variable, and `RootModel[...]` itself as a type."""

    class Box(lib.RootModel[list[T]], Generic[T]):
        """Several of a kind."""

    @lib.model
    class Item:
        a: Box[int]
        b: lib.RootModel[list[str]] = lib.Field(default_factory=lambda: lib.RootModel[list[str]](["b"]))
        c: lib.RootModel[int | None] | None = None

    return Item


def validated(lib):
    """Validators of the value and of the whole."""

    class Numbers(lib.RootModel[list[int]]):
        @lib.field_validator("root", mode="before")
        @classmethod
        def listed(cls, value: Any) -> Any:
            return value if isinstance(value, list) else [value]

        @lib.field_validator("root")
        @classmethod
        def informed(cls, value: list[int], info: Any) -> list[int]:
            return [*value, len(info.field_name)]

        @lib.model_validator(mode="before")
        @classmethod
        def texts(cls, value: Any) -> Any:
            return value.split(",") if isinstance(value, str) else value

        @lib.model_validator(mode="after")
        def few(self):
            if len(self.root) > 3:
                raise ValueError("too many")
            return self

    return Numbers


def written(lib):
    """A serializer of the value."""

    class Days(lib.RootModel[list[dt.date]]):
        @lib.field_serializer("root", mode="wrap")
        def counted(self, value: list[dt.date], handler: Any, info: Any) -> dict[str, Any]:
            return {"count": len(self.root), "days": handler(value), "name": info.field_name}

    return Days


def written_whole(lib):
    """A serializer of the whole."""

    class Days(lib.RootModel[list[dt.date]]):
        @lib.model_serializer(mode="wrap")
        def around(self, handler: Any) -> list[Any]:
            return [*handler(self), len(self.root)]

    return Days


def tagged(lib):
    """A union with a discriminator as the root, within another one."""

    @lib.model
    class Cat:
        kind: Literal["cat"] = lib.Field(alias="type")
        lives: int = 9

    @lib.model
    class Dog:
        kind: Literal["dog"] = lib.Field(alias="type")

    @lib.model
    class Fish:
        kind: Literal["fish"] = lib.Field(alias="type")

    class Pet(lib.RootModel[Annotated[Cat | Dog, lib.Field(discriminator="kind")]]):
        """Of either kind."""

    class Only(lib.RootModel[Fish]):
        pass

    @lib.model
    class Item:
        pet: Annotated[Pet | Only, lib.Field(discriminator="kind")]
        pets: list[Pet] = lib.Field(default=[])

    return Item


def among_others(lib):
    """Members of unions, beside the types that they are made of."""

    @lib.model
    class One:
        a: int

    @lib.model
    class Two:
        a: int
        b: int = 0

    class Number(lib.RootModel[int]):
        pass

    class Texts(lib.RootModel[list[str]]):
        pass

    class Numbers(lib.RootModel[dict[str, int]]):
        pass

    class Same(lib.RootModel[One]):
        pass

    @lib.model
    class Item:
        a: Number | int | str = 0
        b: int | Number | str = 0
        c: Number | float = 0.5
        d: Texts | list[str] | None = None
        e: list[str] | Texts | None = None
        f: Numbers | Two | None = None
        g: Two | Numbers | None = None
        h: Same | One | Two | None = None
        i: One | Same | Two | None = None
        j: Numbers | dict[str, int] | None = None
        k: Texts | Numbers | Number | None = None

    return Item


MAKERS = [
    *(texts, described, described_by_its_root, an_object, literal, recursive, generic, validated, written),
    *(written_whole, tagged, among_others),
]
WHOLE: list[Any] = [
    *(None, 1, "1", "s", "a,b", "1,2", 1.5, True, [], ["a"], [" a "], [1], ["1"], [1, 2, 3], [1, "x"], {}),
    *("2020-01-01", "2024-02-29", ["2024-02-29"], ["x"], {"a": 1}, {"a": "x"}, {"a": {"a": 1}}),
    *({"x": {"a": {"y": 2}}}, {"k": {"v": "x"}}),
    *({"a": [1], "b": ["x"], "c": 1}, {"a": ["x"], "b": [1]}, {"a": [], "c": None}),
    *({"pet": {"type": "cat"}}, {"pet": {"type": "fish"}}, {"pet": {"type": "x"}}, {"pet": {}}, {"pet": 1}),
    *({"pet": {"type": "cat", "lives": "x"}}, {"pet": {"type": "dog"}, "pets": [{"type": "dog"}, {"type": "fish"}]}),
]
MEMBERS: list[Any] = [
    {name: value}
    for name in "abcdefghijk"
    for value in (1, "1", 1.5, "x", ["x"], [1], {"a": 1}, {"a": "1"}, {"a": 1, "b": 2}, {"b": 1}, None)
]


# pydantic looks for the discriminator on the RootModel itself, misses it, and writes the right thing nevertheless
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_root_models(make):
    """As a body, alone and inside, and as an answer with a response model and without."""

    def build(lib):
        model = make(lib)

        @lib.model
        class Outer:
            inner: model
            many: list[model]
            named: dict[str, model]
            maybe: model | None = None
            either: model | Annotated[str, lib.Field(min_length=100)] = "default"

        @lib.post("/instance")
        def instance(item: model) -> model:
            return item

        @lib.post("/raw", response_model=model)
        def raw(item: Any = lib.Body()) -> Any:
            return item

        @lib.post("/plain", response_model=None)
        def plain(item: model) -> Any:
            return [item, {"item": item}, lib.jsonable_encoder(item), lib.dump(item), lib.dump(item, mode="json")]

        @lib.post("/embedded", response_model=None)
        def embedded(item: model, other: Annotated[int, lib.Body()] = 1) -> Any:
            return item

        @lib.post("/many")
        def many(items: list[model]) -> list[model]:
            return items

        @lib.post("/outer")
        def outer(outer: Outer) -> Outer:
            return outer

        @lib.post("/outer/raw", response_model=Outer, response_model_exclude_none=True)
        def outer_raw(outer: Any = lib.Body()) -> Any:
            return outer

        @lib.post("/some", response_model=model, response_model_include={"x", "a", 0}, response_model_by_alias=False)
        def some(item: model) -> Any:
            return item

        @lib.post("/unset", response_model=model, response_model_exclude_unset=True)
        def unset(item: model) -> Any:
            return item

        @lib.post("/optional")
        def optional(item: model | None = None) -> model | None:
            return item

    twins = Twins(build)
    twins.same_document()
    values = MEMBERS if make is among_others else WHOLE
    alone = ("instance", "raw", "plain", "some", "unset", "optional")
    requests = [(f"POST /{path}", {"json": value}) for path in alone for value in values]
    requests += [("POST /embedded", {"json": {"item": value}}) for value in values]
    requests += [("POST /many", {"json": [value, value]}) for value in values]
    outers = [{"inner": value, "many": [value], "named": {"k": value}, "either": value} for value in values]
    requests += [(f"POST {path}", {"json": outer}) for path in ("/outer", "/outer/raw") for outer in outers]
    twins.agree(*requests)


def another_attribute(lib):
    class Tags(lib.RootModel[list[str]]):
        more: int

    return Tags


def extra(lib):
    class Tags(lib.RootModel[list[str]]):
        model_config = lib.ModelConfig(extra="allow")

    return Tags


@pytest.mark.parametrize("declare", [another_attribute, extra], ids=lambda declare: declare.__name__)
def test_refused(declare):
    """A root is all that there is: another attribute, or something extra, is refused on both sides."""
    with pytest.raises(pydantic.PydanticUserError):
        declare(SimpleNamespace(RootModel=pydantic.RootModel, ModelConfig=pydantic.ConfigDict))
    with pytest.raises(TypeError, match="a RootModel has its root, no other attribute and nothing extra"):
        schema_for(declare(kit))


def test_called():
    """It is called with its root, with a dictionary's items, or with nothing if it has a default."""

    class Counts(kit.RootModel[dict[str, int]]):
        pass

    class Tags(kit.RootModel[list[str]]):
        root: list[str] = kit.Field(default_factory=list)

    @dataclass
    class Decorated(kit.RootModel[int]):
        root: int = kit.Field(default=3, ge=3)

        def __post_init__(self) -> None:
            if self.root > 5:
                raise ValueError("too much")

    assert Counts({"a": 1}) == Counts(a=1) == Counts(root={"a": 1}) != Counts({})
    assert Tags().root == [] != Tags(["a"]).root
    assert Tags().root is not Tags().root
    assert (Decorated(), repr(Decorated(4))) == (Decorated(3), "test_called.<locals>.Decorated(root=4)")
    with pytest.raises(ValidationError, match="greater than or equal to 3"):
        schema_for(Decorated)().load(2)
    with pytest.raises(ValidationError, match="too much"):
        schema_for(Decorated)().load(6)
    with pytest.raises(TypeError, match="has no root"):
        Counts()
    with pytest.raises(TypeError, match="not both"):
        Counts({"a": 1}, b=2)
