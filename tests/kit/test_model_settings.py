"""What a class says of all its attributes (`model_config`), of one (`Field`), of names, and generic classes.

https://docs.pydantic.dev/latest/api/config/, .../concepts/alias/ and .../concepts/models/#generic-models
"""

import datetime as dt
import decimal
import enum
import types
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import pydantic
import pytest

from myapp.kit import ModelConfig, TypeAdapter
from tests.kit.both import Twins

T = TypeVar("T")
U = TypeVar("U")


class Color(enum.Enum):
    red = "x"
    blue = 5


BODIES: list[Any] = [
    *(None, 1, [], {}, {"a": 1}, {"a": "2"}, {"a": "x"}, {"a": 1.0}, {"a": -1}, {"A": 1}, {"A": "x"}, {"A": 1, "a": 2}),
    *({"a": 1, "b": " xY "}, {"a": 1, "b": 7}, {"a": "2", "b": None, "c": 3}, {"a": 1, "c": "x"}, {"a": 1, "c": 5}),
    *({"A": 1, "B": "q", "C": "x"}, {"a": 1, "B": "z"}, {"a": 1, "b": ""}, {"a": 1, "d": "PT1H"}, {"a": 1, "d": 5}),
    *({"a": [1, "x", "y"]}, {"AA": 1}, {"aa": "2"}, {"aa": "x"}, {"A": 1, "aa": 2}, {"A": 1, "more": 3}, {"BB": "x"}),
    *({"A": 1, "parts": [{"n": "q"}, 3]}, {"A": 1, "parts": [{"n": 5}, "q"]}, {"A": 1, "parts": "text"}),
    *({"names": [1]}, {"names": ["x", "y"]}, {"names": {}}, {"names": 3}, {"names": [1, 2]}, {"A": 1, "C": "z"}),
    *({"items": [1]}, {"items": [{"a": 1}], "total": 3}, {"items": [{"a": "x"}], "total": "z"}, {"items": {"a": 1}}),
    *({"items": [None]}, {"items": [{"items": [{"a": 1}]}]}, {"child": {"items": ["x"]}, "pages": [{"items": [1]}]}),
]


def _same(make: Any) -> None:
    def build(lib):
        model = make(lib)

        def view(item):
            return item

        view.__annotations__ = {"item": model, "return": model}
        lib.post("/")(view)

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(("POST /", {"json": body}) for body in BODIES))


def _upper(name: str) -> str:
    return name.upper()


SETTINGS: dict[str, dict[str, Any]] = {
    "strict": {"strict": True},
    "lower": {"str_to_lower": True},
    "upper and stripped": {"str_to_upper": True, "str_strip_whitespace": True},
    "lengths": {"str_min_length": 1, "str_max_length": 4},
    "Enum values": {"use_enum_values": True},
    "numbers as text": {"coerce_numbers_to_str": True},
    "defaults validated": {"validate_default": True},
    "upper-case names": {"alias_generator": _upper},
    "either name": {"alias_generator": _upper, "validate_by_name": True},
    "old either name": {"alias_generator": _upper, "populate_by_name": True},
    "own name": {"alias_generator": _upper, "validate_by_name": True, "validate_by_alias": False},
    "own name in faults": {"alias_generator": _upper, "loc_by_alias": False},
    "function for the schema": {"json_schema_extra": lambda schema: schema.update({"x-more": len(schema)})},
    "titles": {
        "model_title_generator": lambda cls: f"The {cls.__name__}",
        "field_title_generator": lambda name, info: f"the {name}",
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_model_config(name):
    """Each setting of a class, with attributes of several types."""

    def make(lib):
        @lib.model
        class Item:
            model_config: ClassVar[Any] = lib.ModelConfig(**SETTINGS[name])
            a: int
            b: str = " Ab "
            c: Color = Color.red
            d: dt.timedelta = dt.timedelta(1)

        return Item

    _same(make)


ATTRIBUTES: dict[str, tuple[Any, dict[str, Any]]] = {
    "exclude": (int, {"exclude": True}),
    "exclude_if": (int, {"default": 1, "exclude_if": lambda value: value == 1}),
    "function for the schema": (int, {"json_schema_extra": lambda schema: schema.update({"x-more": 1})}),
    "title": (int, {"field_title_generator": lambda name, info: f"the {name}"}),
    "validated default": (int, {"default": "x", "validate_default": True}),
    "number as text": (str, {"coerce_numbers_to_str": True}),
    "left to right": (int | str, {"union_mode": "left_to_right"}),
    "dataclass's own": (int, {"default": 2, "repr": False, "kw_only": True}),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_field(name):
    """Each keyword of `Field` that is not about a limit."""
    kind, keywords = ATTRIBUTES[name]

    def make(lib):
        body = {"__annotations__": {"a": kind}, "a": lib.Field(**keywords), "__module__": __name__}
        return lib.model(type("Item", (), body))

    _same(make)


def choices(lib):
    """Several names, and values from inside."""

    @lib.model
    class Item:
        a: int = lib.Field(validation_alias=lib.AliasChoices("A", "aa"))
        b: int = lib.Field(default=1, validation_alias=lib.AliasPath("parts", 0, "n"))
        c: int = lib.Field(default=1, validation_alias=lib.AliasChoices(lib.AliasPath("parts", 1), "C"))

    return Item


def paths(lib):
    """Two values in one list."""

    @lib.model
    class Item:
        a: int = lib.Field(validation_alias=lib.AliasPath("names", 0))
        b: int = lib.Field(validation_alias=lib.AliasPath("names", 1))

    return Item


def forbidden(lib):
    """A name that was not needed is one too many."""

    @lib.model
    class Item:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
        a: int = lib.Field(validation_alias=lib.AliasChoices("A", "aa"))

    return Item


def generator(lib):
    """Other names in than out."""

    @lib.model
    class Item:
        model_config: ClassVar[Any] = lib.ModelConfig(
            alias_generator=lib.AliasGenerator(validation_alias=str.upper, serialization_alias=str.title)
        )
        a: int
        bb: int = 2

    return Item


@pytest.mark.parametrize("make", [choices, paths, forbidden, generator], ids=lambda make: make.__name__)
def test_aliases(make):
    """AliasChoices, AliasPath and AliasGenerator: found, reported and documented under the same names."""
    _same(make)


def test_alias_choices_of_parameters():
    """A query parameter and an attribute of a model of them with several names."""

    def build(lib):
        @lib.model
        class Filter:
            x: int = lib.Field(default=1, validation_alias=lib.AliasChoices("X", "ex"))

        @lib.get("/")
        def view(
            filter: Annotated[Filter, lib.Query()],
            y: Annotated[int, lib.Header(validation_alias=lib.AliasChoices("x-y", "x-why"))] = 2,
        ):
            return [filter, y]

        @lib.get("/single")
        def single(
            z: Annotated[int, lib.Query(validation_alias=lib.AliasChoices("Z", "zed"))],
            numbers: Annotated[list[int], lib.Query(default_factory=list)],
        ):
            return [z, numbers]

    twins = Twins(build)
    twins.same_document()
    twins.agree(
        *("GET /", "GET /?X=3", "GET /?ex=4", "GET /?ex=x", "GET /?X=x&ex=1", ("GET /", {"headers": {"x-why": "5"}})),
        *("GET /single", "GET /single?Z=1", "GET /single?zed=2&numbers=1&numbers=2", "GET /single?zed=x"),
    )


def _generic(lib: Any, *variables: Any) -> Any:
    """`@dataclass` for a generic class, and the same class as a generic pydantic model."""
    if lib.name == "flask":
        return dataclass
    bases = (pydantic.BaseModel, Generic[variables])

    def model(cls: Any) -> Any:
        left_out = ("__dict__", "__weakref__", "__orig_bases__", "__parameters__")
        body = {name: value for name, value in vars(cls).items() if name not in left_out}
        return types.new_class(cls.__name__, bases, {}, lambda namespace: namespace.update(body))

    return model


def _page(lib: Any) -> Any:
    @_generic(lib, T)
    class Page(Generic[T]):
        items: list[T]
        total: int = 0
        first: T | None = None

    return Page


def _item(lib: Any) -> Any:
    @lib.model
    class Item:
        a: int

    return Item


def _pair(lib: Any) -> Any:
    @_generic(lib, T, U)
    class Pair(Generic[T, U]):
        a: T
        b: U | None = None

    return Pair[int, str]


def _inside(lib: Any) -> Any:
    page = _page(lib)

    @lib.model
    class Outer:
        child: page[int] | None = None
        pages: list[page[str]] = lib.Field(default_factory=list)

    return Outer


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda lib: _page(lib)[_item(lib)], id="of a class"),
        pytest.param(lambda lib: _page(lib)[int], id="of int"),
        pytest.param(lambda lib: _page(lib)[int | None], id="of a union"),
        pytest.param(lambda lib: _page(lib)[list[int]], id="of a list"),
        pytest.param(lambda lib: _page(lib)[_page(lib)[_item(lib)]], id="of itself"),
        pytest.param(_page, id="of anything"),
        pytest.param(_pair, id="of two"),
        pytest.param(_inside, id="in another"),
    ],
)
def test_generic_classes(make):
    """`Page[Item]`: validated, written and named in the document as a generic model."""
    _same(make)


def test_attribute_docstrings() -> None:
    """The text after an attribute is its description, where the class wants it: inherited, overridden, none."""

    def build(lib):
        @lib.model
        class Base:
            model_config: ClassVar[Any] = lib.ModelConfig(use_attribute_docstrings=True)
            a: int
            """How many.

                Of what.
            """
            b: str = "x"
            "Which."
            c: int = lib.Field(default=1, description="Said otherwise")
            """Not this."""
            d: int = 1

            def method(self) -> None:
                """Nothing of the class."""

            e: list[str] = lib.Field(default_factory=list)

            """After a line."""

        @lib.model
        class Child(Base):
            b: str = "y"
            f: int = 2
            """Of the child."""

        @lib.model
        class Silent:
            a: int
            """Not wanted."""

        @lib.post("/")
        def view(base: Base, child: Child, silent: Silent): ...

    document = Twins(build).same_document()
    assert document["components"]["schemas"]["Base"]["properties"]["a"]["description"] == "How many.\n\nOf what."


def test_no_source_of_docstrings() -> None:
    """A class whose source is not to be had has no descriptions, and works."""
    names: dict[str, Any] = {"__name__": "nowhere", "config": ModelConfig(use_attribute_docstrings=True)}
    text = "@dataclass\nclass Item:\n model_config: ClassVar[Any] = config\n a: int\n 'How many.'\n"
    exec("from dataclasses import dataclass\nfrom typing import *\n" + text, names)
    assert TypeAdapter(names["Item"]).json_schema()["properties"] == {"a": {"title": "A", "type": "integer"}}


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_mode_of_the_schema(mode: str) -> None:
    """A class, with what is inside it, may be documented one way only; what is around it is documented both ways."""

    def build(lib):
        @lib.model
        class Inner:
            price: decimal.Decimal = decimal.Decimal(1)

        @lib.model
        class Single:
            model_config: ClassVar[Any] = lib.ModelConfig(json_schema_mode_override=mode)
            inner: Inner
            price: decimal.Decimal = lib.Field(default=decimal.Decimal(2), validation_alias="cost")
            several: list[Inner] = lib.Field(default_factory=list)

        @lib.model
        class Outer:
            single: Single
            price: decimal.Decimal = decimal.Decimal(3)

        @lib.post("/")
        def view(outer: Outer) -> Outer:
            return outer

        @lib.post("/single")
        def single(item: Single) -> list[Single]:
            return [item]

    twins = Twins(build)
    twins.same_document()
    twins.agree(("POST /", {"json": {"single": {"inner": {"price": 2}, "cost": "3"}}}))
