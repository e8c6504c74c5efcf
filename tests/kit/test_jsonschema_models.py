"""Every class is written as pydantic writes it: its schema in each direction, and the name of its component."""

import dataclasses
import datetime as dt
import enum
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import flask
import marshmallow
import pydantic
from marshmallow import fields, validate

import myapp.kit as kit
from tests.kit.both import Twins
from tests.kit.documents import ours, theirs


class Color(enum.StrEnum):
    """What it looks like."""

    red = "r"
    blue = "b"


def test_references_have_siblings() -> None:
    """Title, description and default stand beside a `$ref`; what only repeats the referred class is left out."""

    def build(lib: Any) -> None:
        @lib.model
        class Sub:
            """Below."""

            name: str = "x"

        @lib.model
        class Item:
            plain: Sub
            maybe: Sub | None
            either: Sub | int
            told: Sub = lib.Field(description="Above.", title="T")
            repeated: Sub = lib.Field(description="Below.", title="Sub")
            given: Sub = lib.Field(Sub(name="y"))
            many: list[Sub] = lib.Field([Sub(name="z")], title="All")

        @lib.post("/")
        def view(item: Item) -> None: ...

    Twins(build).same_document()


def test_recursive_models() -> None:
    """A class that contains itself refers to itself, in each direction."""

    @dataclasses.dataclass
    class Node:
        value: int
        children: "list[Node]" = kit.Field([])
        parent: "Node | None" = None

    base = pydantic.create_model("Node", value=(int, ...), children=("list[Node]", []), parent=("Node | None", None))
    assert ours([Node]) == theirs([base])
    assert ours([Node]).keys() >= {"Node-Input", "Node-Output"}


def test_discriminated_unions() -> None:
    """`oneOf` with the discriminator's property and a mapping from each value to its class."""

    def build(lib: Any) -> None:
        @lib.model
        class Cat:
            kind: Literal["cat", "lion"]
            purrs: bool

        @lib.model
        class Dog:
            kind: Literal["dog"] = "dog"

        @lib.model
        class Owner:
            pet: Cat | Dog = lib.Field(discriminator="kind")
            other: Annotated[Cat | Dog | None, lib.Field(discriminator="kind", description="Also")] = None

        @lib.post("/")
        def view(owner: Owner, pet: Annotated[Cat | Dog, lib.Body(discriminator="kind")]) -> Owner: ...

    Twins(build).same_document()


def test_aliases() -> None:
    """`alias` both ways, `validation_alias` in, `serialization_alias` out; titles are made of them."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            one: str = lib.Field(alias="theOne")
            two: str = lib.Field(validation_alias="two_in", serialization_alias="two_out")
            three: str = lib.Field("x", alias="three_alias", title="Third")

        @lib.post("/")
        def view(item: Item) -> Item: ...

    Twins(build).same_document()


def test_model_config() -> None:
    """title, extra and json_schema_extra of the class; the docstring up to a form feed, dataclasses' own left out."""

    def build(lib: Any) -> None:
        @lib.model
        class Closed:
            """
            First line.

                Indented.
            \f
            Not shown.
            """

            model_config = lib.ModelConfig(extra="forbid", title="Other title")
            name: str

        @lib.model
        class Open:
            model_config = lib.ModelConfig(extra="allow", json_schema_extra={"examples": [{"name": "x"}], "x-one": 1})
            name: str

        @lib.model
        class Undocumented:
            name: str = "x"

        @lib.post("/")
        def view(closed: Closed, opened: Open, undocumented: Undocumented) -> None: ...

    document = Twins(build).same_document()
    assert "description" not in document["components"]["schemas"]["Undocumented"]


def test_two_classes_of_one_name() -> None:
    """Classes of one name take their full names when they differ, and share a component when they do not."""

    def make(base: Any) -> list[Any]:
        def first() -> Any:
            class Item:
                __annotations__: ClassVar = {"name": str}

            return base(Item)

        def second() -> Any:
            class Item:
                __annotations__: ClassVar = {"name": int}

            return base(Item)

        def third() -> Any:
            class Item:
                __annotations__: ClassVar = {"name": int}

            return base(Item)

        return [first(), second(), third()]

    def base_model(cls: Any) -> Any:
        names = {"__annotations__": cls.__annotations__, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
        return type(pydantic.BaseModel)(cls.__name__, (pydantic.BaseModel,), names)

    assert ours(make(dataclasses.dataclass)) == theirs(make(base_model))


class AuthorSchema(marshmallow.Schema):
    """Who wrote it."""

    name = fields.String(required=True, validate=validate.Length(max=50), metadata={"description": "In full"})


class PostSchema(marshmallow.Schema):
    title = fields.String(required=True, validate=[validate.Length(1, 300), validate.Regexp("^[A-Z]")])
    score = fields.Integer(load_default=0, validate=validate.Range(0, 10, max_inclusive=False))
    status = fields.String(required=True, validate=validate.OneOf(["draft", "public"]))
    price = fields.Decimal(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    color = fields.Enum(Color, by_value=True, required=True)
    tags = fields.List(fields.String(), required=True)
    pair = fields.Tuple((fields.Integer(), fields.String()), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    author = fields.Nested(AuthorSchema, required=True)
    others = fields.Nested(AuthorSchema, many=True, required=True)
    raw = fields.Raw(required=True)


class Author(pydantic.BaseModel):
    """Who wrote it."""

    name: str = pydantic.Field(max_length=50, description="In full")


class Post(pydantic.BaseModel):
    title: str = pydantic.Field(min_length=1, max_length=300, pattern="^[A-Z]")
    score: int = pydantic.Field(0, ge=0, lt=10)
    status: Literal["draft", "public"]
    price: Decimal | None
    at: dt.datetime
    color: Color
    tags: list[str]
    pair: tuple[int, str]
    counts: dict[str, int]
    author: Author
    others: list[Author]
    raw: Any


def test_marshmallow_schemas() -> None:
    """A Schema with stock fields and validators is written as the BaseModel that a FastAPI user would have written."""
    assert ours([PostSchema]) == theirs([Post])


def test_schemas_of_other_kinds() -> None:
    """A Constant is a `const`, a Pluck the field it plucks, a default that JSON cannot hold is left out."""

    class OddSchema(marshmallow.Schema):
        kind = fields.Constant("odd")
        authors = fields.Pluck(AuthorSchema, "name", many=True, required=True)
        anything = fields.Raw(load_default=object())

    assert ours([OddSchema])["Odd"]["properties"] == {
        "kind": {"const": "odd", "type": "string", "default": "odd", "title": "Kind"},
        "authors": {
            "type": "array",
            "items": {"type": "string", "maxLength": 50, "description": "In full"},
            "title": "Authors",
        },
        "anything": {"title": "Anything"},
    }


def test_one_schema_two_views() -> None:
    """`dump_only` fields are in what is answered, `load_only` ones in what is accepted; Meta may have a title."""

    class UserSchema(marshmallow.Schema):
        class Meta:
            title = "A user"
            description = "Of this site"
            unknown = marshmallow.RAISE

        id = fields.Integer(dump_only=True)
        name = fields.String()
        password = fields.String(load_only=True, required=True)

    schemas = ours([UserSchema])
    assert list(schemas["User-Input"]["properties"]) == ["name", "password"]
    assert schemas["User-Input"]["required"] == ["password"]
    assert list(schemas["User-Output"]["properties"]) == ["id", "name"]
    assert schemas["User-Output"]["required"] == ["id", "name"]
    for schema in (schemas["User-Input"], schemas["User-Output"]):
        assert (schema["title"], schema["description"]) == ("A user", "Of this site")
        assert schema["additionalProperties"] is False


def test_partial_schemas() -> None:
    """`partial=True` requires nothing; it has a name of its own only where the whole Schema is in the document, too."""

    class ItemSchema(marshmallow.Schema):
        name = fields.String(required=True)

    def names(whole: bool) -> dict[str, Any]:
        app = flask.Flask("partial")
        api = kit.Api()
        api.init_app(app)

        @app.patch("/")
        @kit.operation()
        def change(item: Annotated[Any, kit.Body(ItemSchema(partial=True))]) -> None: ...

        @app.post("/")
        @kit.operation(include_in_schema=whole)
        def create(item: Annotated[Any, kit.Body(ItemSchema)]) -> None: ...

        with app.app_context():
            schemas: dict[str, Any] = api.openapi()["components"]["schemas"]
        return schemas

    assert "required" not in names(whole=False)["Item"]
    assert "required" not in names(whole=True)["ItemPartial"]
    assert names(whole=True)["Item"]["required"] == ["name"]
