"""`type Name = ...`: a component of the document by that name, and types that contain themselves.

https://docs.pydantic.dev/latest/concepts/types/#named-type-aliases. Aliases are made by `TypeAliasType`, which the
statement makes, too; Python has the statement since 3.12.
"""

import enum
import sys
from typing import Annotated, Any, Literal, TypeVar

import pydantic
import pytest
from typing_extensions import TypeAliasType

import myapp.kit as kit
from tests.kit.both import Twins, agree

T = TypeVar("T")
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | int | None")
Nest = TypeAliasType("Nest", "list[Nest] | str")
Pairs = TypeAliasType("Pairs", "dict[str, int | Pairs]")
VALUES = (
    {"a": [1, {"b": "2"}]},
    [[["x"]]],
    {"a": {"b": None}},
    {"a": [None, 1.5]},
    None,
    1,
    "x",
    [[], {}],
    {"a": {"b": "x"}},
)


def sent(path: str, *bodies: Any) -> list[Any]:
    """A POST of each."""
    return [(f"POST {path}", {"json": body}) for body in bodies]


def test_components() -> None:
    """Of attributes, items, unions, answers and parameters; with limits and words inside the alias and around it."""

    def build(lib: Any) -> None:
        tags = TypeAliasType("Tags", Annotated[list[str], lib.Field(max_length=3, description="some", title="TT")])
        number = TypeAliasType("Number", int)
        optional = TypeAliasType("Optional", int | None)
        anything = TypeAliasType("Anything", Any)
        level = TypeAliasType("Level", Literal["low", "high"])

        @lib.model
        class Model:
            a: tags
            b: list[number]
            c: Annotated[number, lib.Field(gt=2, description="d", title="E!")]
            d: optional
            e: Annotated[tags, lib.Field(description="other", max_length=2)]
            f: dict[str, tags]
            g: level | number
            h: tags | None = None
            i: number = 3
            j: optional = None
            k: tuple[level, Annotated[number, lib.Field(le=9)]] | None = None
            m: list[anything] = lib.Field(default_factory=list)

        @lib.post("/")
        def first(
            model: Model,
            q: Annotated[number, lib.Query()],
            r: Annotated[list[number], lib.Query()],
            n: number = 1,
            o: optional = None,
            p: Annotated[level, lib.Query(description="how")] = "low",
        ) -> Model:
            return model

        @lib.post("/bare")
        def bare(body: tags) -> tags:
            return body

        @lib.post("/two")
        def two(one: Annotated[tags, lib.Body()], other: Annotated[number, lib.Body(gt=1)]) -> list[number]:
            return [other]

        @lib.post("/form")
        def form(one: Annotated[number, lib.Form()], other: tags = lib.Form()) -> dict[str, level]:
            return {"a": "low"} if one else {"a": "no"}

    good = {"a": ["x"], "b": ["1"], "c": 3, "d": None, "e": [], "f": {"x": []}, "g": "low"}
    agree(
        build,
        *sent("/?q=1&r=2", *({**good, **more} for more in ({}, {"c": 2}, {"e": ["1"] * 3}, {"g": "7"}, {"g": "x"}))),
        *sent("/?q=1&r=2", {**good, "h": ["1"] * 4, "i": "x", "j": "y", "k": ["low", 10]}, {**good, "k": ["mid", 1]}),
        *sent("/?q=x&r=y&n=z&o=w&p=v", good),
        *sent("/bare", [], ["1"] * 4),
        *sent("/two", {"one": [], "other": 2}, {"one": {}, "other": 1}),
        *(("POST /form", {"data": {"one": one, "other": ["a"]}}) for one in ("1", "0", "x")),
    )


def test_generic_aliases() -> None:
    """An alias with parameters is a component for each of their values."""

    def build(lib: Any) -> None:
        several = TypeAliasType("Several", list[T] | T, type_params=(T,))

        @lib.model
        class Model:
            a: several[int]
            b: several[str] | None = None
            c: list[several[int]] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(model: Model) -> several[Model]:
            return model

    agree(build, *sent("/", {"a": 1}, {"a": ["1", 2], "b": "x", "c": [[1], 2]}, {"a": ["x"], "b": 1, "c": 1}))


def test_aliases_of_classes() -> None:
    """A class or an Enum by another name has a component by that name."""

    def build(lib: Any) -> None:
        class Color(enum.Enum):
            red = "r"
            green = "g"

        @lib.model
        class Inner:
            """A class."""

            x: int

        hue, within = TypeAliasType("Hue", Color), TypeAliasType("Within", Inner)

        @lib.model
        class Model:
            color: hue
            inner: within
            more: list[within] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(model: Model) -> dict[str, within]:
            return {"a": model.inner}

    agree(build, *sent("/", {"color": "r", "inner": {"x": "1"}}, {"color": "x", "inner": {}, "more": [{"x": "y"}]}))


@pytest.mark.parametrize("alias", [Json, Nest, Pairs], ids=str)
def test_recursive_aliases(alias: Any) -> None:
    """An alias that contains itself: in attributes, lists and unions, read, refused and written."""

    def build(lib: Any) -> None:
        @lib.model
        class Model:
            value: alias
            values: list[alias] = lib.Field(default_factory=list)
            other: alias | bool = False

        @lib.post("/")
        def view(model: Model) -> Model:
            return model

        @lib.post("/answer")
        def answer(model: Any = lib.Body()) -> alias:
            return model

        @lib.post("/values")
        def values(body: list[alias]) -> dict[str, alias]:
            return {"a": body[0]} if body else {}

    agree(
        build,
        *sent("/", *({"value": value} for value in VALUES), *({"value": [], "values": [value]} for value in VALUES)),
        *sent("/", *({"value": {}, "other": value} for value in (*VALUES, True))),
        *sent("/answer", *VALUES),
        *sent("/values", *([value] for value in VALUES), []),
    )


def test_depth() -> None:
    """A value deeper than Python goes is a fault, and no 500."""

    def build(lib: Any) -> None:
        @lib.post("/")
        def view(body: list[Nest]) -> int:
            return 1

    twins = Twins(build)
    deep = "[" * 900 + "]" * 900
    answer = twins.flask.post("/", content=deep, headers={"content-type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("function", ["AfterValidator", "BeforeValidator", "WrapValidator", "PlainValidator"])
def test_functions_around(function: str) -> None:
    """Functions around an alias see its values, also where it contains itself."""

    def build(lib: Any) -> None:
        def see(value: Any) -> Any:
            lib.note(value)
            return value

        def wrap(value: Any, handler: Any) -> Any:
            return handler(see(value))

        around = getattr(lib, function)(wrap if function == "WrapValidator" else see)

        @lib.model
        class Model:
            a: Annotated[Nest, around]
            b: list[Annotated[Nest, around]] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(model: Model) -> Model:
            return model

    twins = Twins(build)
    twins.agree(*sent("/", {"a": ["x", ["y"]]}, {"a": [1]}, {"a": "x", "b": [[["z"]], 1]}))


def test_functions_in_the_document() -> None:
    """What a function leaves of the alias is documented: inside it in the component, around it in place of that."""

    def build(lib: Any) -> None:
        def joined(value: list[str]) -> str:
            return ",".join(value)

        def in_a_list(value: Any) -> list[str]:
            return [str(value)]

        tags = TypeAliasType("Tags", list[str])
        written = TypeAliasType("Written", Annotated[list[str], lib.PlainSerializer(joined)])
        made = TypeAliasType("Made", Annotated[list[str], lib.PlainValidator(in_a_list)])
        told = TypeAliasType("Told", Annotated[Any, lib.WithJsonSchema({"type": "string", "format": "x"})])

        @lib.model
        class Model:
            a: Annotated[tags, lib.PlainSerializer(joined)]
            b: Annotated[tags, lib.PlainValidator(in_a_list)]
            c: Annotated[tags, lib.AfterValidator(sorted)]
            d: written
            e: made
            f: told
            g: Annotated[Nest, lib.PlainSerializer(str)] = "x"
            h: Annotated[Nest, lib.PlainValidator(in_a_list)] = "x"
            i: Annotated[tags, lib.WithJsonSchema({"type": "string"})] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(model: Model) -> Model:
            return model

        @lib.post("/written")
        def bare(body: written) -> written:
            return body

    good = {"a": ["x"], "b": 3, "c": ["b", "a"], "d": ["1", "2"], "e": 5, "f": 3, "g": ["a", ["b"]], "h": "q"}
    agree(build, *sent("/", good, {**good, "a": 1, "c": 1, "g": 1}), *sent("/written", ["a", "b"]))


def test_type_adapter() -> None:
    """A `TypeAdapter` takes one as well."""
    adapter = kit.TypeAdapter(Json)
    assert adapter.validate_python({"a": ["1", [None]]}) == {"a": [1, [None]]}
    assert adapter.json_schema() == pydantic.TypeAdapter(Json).json_schema()
    with pytest.raises(kit.ValidationError):
        adapter.validate_python(["x"])


STATEMENTS = """
type Value = dict[str, Value] | list[Value] | int | None
type Tree[T] = T | list[Tree[T]]

def build(lib):
    @lib.model
    class Model:
        value: Value
        tree: Tree[int]

    @lib.post("/")
    def view(model: Model) -> Model:
        return model

    @lib.post("/value")
    def value(body: Value) -> Tree[str]:
        return ["x", ["y"]]
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has the statement")
def test_the_statement() -> None:
    """`type` itself, with parameters too, as the whole body as well."""
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(STATEMENTS, __file__, "exec", dont_inherit=True), names)
    agree(
        names["build"],
        *sent("/", {"value": {"a": [1]}, "tree": [1, [2, ["3"]]]}, {"value": ["x"], "tree": ["x", ["y"]]}),
        *sent("/value", *VALUES),
    )
