"""What else pydantic has to be said in a type hint: other schemas, items left out, limits of URLs, private attributes.

https://docs.pydantic.dev/latest/api/types/
"""

import dataclasses
import datetime as dt
import socket
from typing import Annotated, Any, ClassVar

import pydantic
import pytest

import myapp.kit as kit
from myapp.kit import types
from tests.kit.both import Twins


def named(lib: Any, name: str) -> Any:
    """A type of pydantic's, or the kit's of the same name."""
    return getattr(pydantic if lib.name == "fastapi" else types, name)


def test_json_schemas_of_ones_own() -> None:
    """`WithJsonSchema` in bodies, attributes, items, keys, parameters and answers, for one way or both."""

    def build(lib):
        @lib.model
        class Inner:
            a: int = 1

        text = lib.WithJsonSchema({"type": "string", "x-more": 1})
        pattern = lib.WithJsonSchema({"type": "string", "pattern": "x"})
        read = lib.WithJsonSchema({"type": "string"}, mode="validation")
        written = lib.WithJsonSchema({"type": "number"}, mode="serialization")

        @lib.model
        class Item:
            c: Annotated[int, text, lib.Field(description="d", examples=[1])]
            h: dict[Annotated[str, pattern], Annotated[int, read]]
            i: list[Annotated[Inner | None, text]]
            j: Annotated[int, lib.WithJsonSchema({"type": "string"}), text]
            k: Annotated[Inner, written]
            a: Annotated[int, text] = 3
            b: Annotated[int, lib.WithJsonSchema({"type": "string", "title": "X", "default": 5})] = 4
            d: Annotated[int, lib.AfterValidator(abs), text, lib.PlainSerializer(bool, return_type=bool)] = 1
            e: Annotated[int, lib.PlainSerializer(bool, return_type=bool), text] = 1
            f: Annotated[int, read, written] = 1
            g: Annotated[int, read] | None = None

        @lib.post("/")
        def view(item: Item) -> Item:
            return item

        @lib.post("/single")
        def single(
            item: Annotated[int, lib.Field(gt=3, title="T", description="D"), text, lib.Body()],
            q: Annotated[int, text, lib.Query()],
            r: Annotated[int, text, lib.Query(title="T", description="D", deprecated=True)] = 3,
        ) -> Annotated[int, text]:
            return item

    twins = Twins(build)
    twins.same_document()
    body = {"c": 1, "h": {"x": 1}, "i": [None, {}], "j": "1", "k": {"a": "2"}}
    twins.agree(("POST /", {"json": body}), ("POST /", {"json": {**body, "i": ["x"], "a": "x"}}))
    twins.agree(("POST /single?q=1", {"json": 4}), ("POST /single?q=x", {"json": 1}))


def test_items_left_out() -> None:
    """`OnErrorOmit`: an item that is wrong is left out of a list, a set, a tuple or a dictionary, in an answer, too."""

    def build(lib):
        @lib.model
        class Part:
            a: int = 1

        number = lib.OnErrorOmit[int]

        @lib.model
        class Item:
            numbers: list[number] = lib.Field(default_factory=list)
            limited: Annotated[list[number], lib.Field(min_length=1, max_length=2)] = lib.Field(default=[1])
            some: set[number] | None = None
            several: tuple[number, ...] = ()
            pairs: dict[str, number] = lib.Field(default_factory=dict)
            keyed: dict[int, number] = lib.Field(default_factory=dict)
            parts: list[lib.OnErrorOmit[Part]] = lib.Field(default_factory=list)
            mixed: list[number | list[str]] = lib.Field(default_factory=list)
            optional: list[number | None] = lib.Field(default_factory=list)
            nested: list[list[number]] = lib.Field(default_factory=list)
            limits: list[lib.OnErrorOmit[Annotated[int, lib.Field(gt=2)]]] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(item: Item) -> Item:
            return item

        @lib.post("/list")
        def several(items: list[lib.OnErrorOmit[Part]]) -> list[lib.OnErrorOmit[Part]]:
            return items

        @lib.get("/list", response_model=list[number])
        def answer():
            return [1, "x", "2", None]

        @lib.get("/dict", response_model=dict[str, number])
        def pairs():
            return {"a": 1, "b": "x"}

    twins = Twins(build)
    twins.same_document()
    items: list[Any] = [[], [1, "x", None, "2"], ["x"], "x", [1, 2, 3], [[1, "x"], ["a"], "x", {}], [3, 1, None]]
    names = ("numbers", "limited", "some", "several", "mixed", "optional", "nested", "limits")
    twins.agree(*(("POST /", {"json": {name: value}}) for name in names for value in items))
    pairs: list[Any] = [{}, {"a": 1, "b": "x"}, {"1": 1, "2": "x", "x": 1}, {"x": "y"}, []]
    twins.agree(*(("POST /", {"json": {name: value}}) for name in ("pairs", "keyed") for value in pairs))
    parts: list[Any] = [[{}, {"a": "x"}, {"a": 2}, 3], {}]
    twins.agree(*(("POST /", {"json": {"parts": value}}) for value in parts))
    twins.agree(*(("POST /list", {"json": value}) for value in parts), "GET /list", "GET /dict")


def test_attributes_are_never_left_out() -> None:
    """A dataclass has all its attributes: where pydantic would leave one out the kit refuses the declaration."""
    for hint in (kit.OnErrorOmit[int], kit.OnErrorOmit[int] | None, kit.OnErrorOmit[int] | str):
        with pytest.raises(TypeError, match="number: OnErrorOmit is about items"):
            kit.TypeAdapter(dataclasses.make_dataclass("Made", [("number", hint)]))


URLS = ["http://a", "ftp://a:1/x", "ws://a", "http://aaaaaaaaaaaaaaaaaaaaaaaa", "http:", "x", "foo://", "foo:"]
CONSTRAINTS: dict[str, list[dict[str, Any]]] = {
    "everything": [
        {"allowed_schemes": ["http", "ftp"], "max_length": 20, "default_host": "h", "default_port": 99}
        | {"default_path": "/p", "host_required": True}
    ],
    "path kept": [{"preserve_empty_path": True}],
    "host": [{"host_required": True}],
    "default host": [{"default_host": "x"}],
    "one after the other": [{"allowed_schemes": ["http"]}, {"max_length": 10}],
    "nothing": [{}],
}


@pytest.mark.parametrize("kind", ["AnyUrl", "HttpUrl", "PostgresDsn"])
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_url_constraints(name: str, kind: str) -> None:
    """`UrlConstraints` on a URL, on one that has some already, and on one of several hosts."""

    def build(lib):
        constraints = tuple(lib.UrlConstraints(**said) for said in CONSTRAINTS[name])
        url = Annotated[(named(lib, kind), *constraints)]

        @lib.post("/")
        def view(item: Annotated[url, lib.Body()]) -> url:
            return item

    twins = Twins(build)
    twins.same_document()
    urls = [*URLS, "postgres://a", "postgres://a,b", "postgres://u:p@aaaaaaaaaa"]
    twins.agree(*(("POST /", {"json": url}) for url in urls))


def test_url_constraints_of_something_else() -> None:
    """Limits of a URL are for URLs."""
    with pytest.raises(TypeError, match="UrlConstraints are about URLs, not about String"):
        kit.TypeAdapter(Annotated[str, kit.UrlConstraints(max_length=3)])


@pytest.mark.parametrize("extra", ["ignore", "forbid", "allow"])
def test_private_attributes(extra: str) -> None:
    """No client can send one, no answer shows it, and the view finds its default, in each instance a copy."""

    def build(lib):
        @lib.model
        class Item:
            model_config: ClassVar[Any] = lib.ModelConfig(extra=extra)
            a: int = 1
            _seen: list[int] = lib.PrivateAttr([0])
            _made: int = lib.PrivateAttr(default_factory=lambda: 4)
            _unset: str = lib.PrivateAttr()

        @lib.post("/")
        def view(item: Item) -> Item:
            lib.note([*item._seen, item._made, hasattr(item, "_unset")])
            item._seen.append(1)
            item._unset = "x"
            return item

        @lib.get("/", response_model=Item)
        def loose():
            return {"a": 2, "_made": 5}

        @lib.get("/unset", response_model_exclude_defaults=True)
        def unset() -> Item:
            return Item(a=3)

    twins = Twins(build)
    twins.same_document()
    for body in ({}, {"a": 1, "_made": 5, "_seen": "x", "_unset": 1}):
        twins.events("POST /", json=body)
        twins.agree(("POST /", {"json": body}))
    twins.agree("GET /", "GET /unset")


def test_json_values() -> None:
    """`JsonValue`: anything in a request; in an answer nothing else than JSON has."""

    def build(lib):
        Value = named(lib, "JsonValue")

        @lib.model
        class Item:
            value: Value
            several: list[Value] = lib.Field(default_factory=list)
            pairs: dict[str, Value] | None = None
            union: Value | int = 3

        @lib.post("/")
        def view(item: Item) -> Item:
            return item

        @lib.post("/value")
        def single(item: Annotated[Value, lib.Body()]) -> Value:
            return item

        results = [1, None, "x", [1, {"a": [None]}], {1}, dt.date(2000, 1, 1), {"a": {1}}, {1: 2}, [{"a": b""}], 1.5]

        @lib.get("/value/{index}", response_model=Value)
        def answer(index: int):
            return results[index]

        @lib.get("/item/{index}", response_model=Item)
        def within(index: int):
            return {"value": results[index], "several": [results[index]]}

    twins = Twins(build)
    twins.same_document()
    values: list[Any] = [1, None, "x", {"a": [1, {"b": None}]}, [], True, 2**70]
    twins.agree(*(("POST /", {"json": {"value": value, "several": [value], "union": value}}) for value in values))
    twins.agree(*(("POST /value", {"json": value}) for value in values), ("POST /", {"json": {}}))
    twins.agree(*(f"GET /{path}/{index}" for path in ("value", "item") for index in range(10)))


@pytest.mark.parametrize("value", [{1}, {"a": [b""]}, {1: 2, "b": {2}}, [[dt.date(2000, 1, 1)]], {"a": 1}, 1.5])
def test_json_values_by_hand(value: Any) -> None:
    """What is no JSON is refused in pydantic's words, and where it is."""
    try:
        expected: Any = pydantic.TypeAdapter(pydantic.JsonValue).validate_python(value)
    except pydantic.ValidationError as error:
        expected = [(each["type"], each["loc"], each["msg"]) for each in error.errors()]
    try:
        found: Any = kit.TypeAdapter(types.JsonValue).validate_python(value)
    except kit.ValidationError as error:
        found = [(each["type"], tuple(each["loc"]), each["msg"]) for each in error.errors()]
    assert found == expected


def test_the_first_fault_only() -> None:
    """`FailFast` of a list and of a tuple."""

    def build(lib):
        @lib.model
        class Item:
            several: Annotated[list[int], lib.FailFast()] = lib.Field(default_factory=list)
            pair: Annotated[tuple[int, int], lib.FailFast()] = (1, 2)
            all: Annotated[list[int], lib.FailFast(False)] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(item: Item): ...

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(("POST /", {"json": {name: ["x", "y"]}}) for name in ("several", "pair", "all")))


def test_validated_as_another_type() -> None:
    """`ValidateAs`: the body of one class, of which a function makes a value of another; of a parameter, too."""

    class Point:
        def __init__(self, x: int) -> None:
            if x < 0:
                raise ValueError("too far left")
            self.x = x

    def build(lib):
        @lib.model
        class PointModel:
            x: int

        point = Annotated[Point, lib.ValidateAs(PointModel, lambda model: Point(model.x))]
        length = Annotated[int, lib.ValidateAs(str, len), lib.Query()]

        @lib.post("/")
        def view(point: Annotated[point, lib.Body()], length: length = 0):
            return [type(point).__name__, point.x, length]

    twins = Twins(build)
    twins.same_document()
    bodies: list[Any] = [{"x": 1}, {"x": "q"}, {"x": -1}, {}, 3]
    twins.agree(*(("POST /?length=abc", {"json": body}) for body in bodies))


def test_sockets(tmp_path: Any) -> None:
    """A path to a socket that is there."""

    def build(lib):
        path = named(lib, "SocketPath")

        @lib.post("/")
        def view(path: Annotated[path, lib.Body()]) -> path:
            return path

    there = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(there))
        twins = Twins(build)
        twins.same_document()
        twins.agree(*(("POST /", {"json": path}) for path in (str(there), "/", "/nowhere", 3)))


def test_json_of_a_union_in_a_form() -> None:
    """`Json[A | B]`: a field of a form that holds JSON of one of two classes."""

    def build(lib):
        @lib.model
        class A:
            k: int

        @lib.model
        class B:
            z: str

        @lib.post("/")
        def view(x: Annotated[lib.Json[A | B], lib.Form()], y: Annotated[lib.Json[list[int]], lib.Form()] = None):
            return [x, y]

        @lib.post("/optional")
        def optional(x: Annotated[lib.Json[A | B] | None, lib.Form()] = None):
            return x

    twins = Twins(build)
    twins.same_document()
    texts = ['{"k":1}', '{"z":"1"}', "{}", "x", "[1]", '{"k":"x","z":1}', "", "null"]
    twins.agree(*(("POST /", {"data": {"x": text, "y": "[1]"}}) for text in texts if text not in ("[1]", "null")))
    twins.agree(*(("POST /", {"data": {"x": '{"k":1}', "y": text}}) for text in texts))
    twins.agree(*(("POST /optional", {"data": {"x": text}}) for text in texts), "POST /optional")


def test_what_may_be_missing() -> None:
    """`MISSING`: an attribute that nobody has sent is not written, never null, and has no default in the document."""

    def build(lib):
        missing = lib.MISSING

        @lib.model
        class Inner:
            x: int | missing = missing

        @lib.model
        class Item:
            d: int | missing
            a: int | missing = missing
            b: int | missing | None = missing
            c: int | missing = 3
            e: Annotated[int | missing, lib.Field(gt=3, description="q")] = missing
            f: int | str | missing = missing
            g: Inner | missing = missing
            h: list[Inner] = lib.Field(default_factory=list)

        @lib.post("/")
        def view(item: Item) -> Item:
            return item

        results = [
            *(Item(d=1), Item(d=missing, c=missing), {"d": 1, "a": 2}, Item(d=1, g=Inner(), h=[Inner(x=2)])),
            *({"d": 1, "g": {}}, {"a": 1}),
        ]
        ways: dict[str, dict[str, Any]] = {
            "plain": {},
            "defaults": {"response_model_exclude_defaults": True},
            "none": {"response_model_exclude_none": True},
            "chosen": {"response_model_include": {"a", "c"}},
        }
        for way, options in ways.items():

            @lib.get(f"/{way}/{{index}}", response_model=Item, **options)
            def answer(index: int):
                return results[index]

        @lib.get("/untyped/{index}")
        def untyped(index: int):
            return results[index]

        @lib.post("/dump")
        def dumped(item: Item):
            return [sorted(lib.dump(item)), lib.dump(item, mode="json")]

    twins = Twins(build)
    twins.same_document()
    bodies: list[Any] = [
        *({}, {"d": 1}, {"d": 1, "a": None}, {"d": 1, "a": "x", "b": None}, {"d": 1, "e": 4, "f": "x", "g": {}}),
        *({"d": 1, "e": 1, "f": [], "g": {"x": None}}, {"d": None}, {"d": 2, "g": {"x": 1}, "h": [{}, {"x": 3}]}),
    ]
    twins.agree(*(("POST /", {"json": body}) for body in bodies))
    twins.agree(*(f"GET /{way}/{index}" for way in ("plain", "defaults", "none", "chosen") for index in range(6)))
    twins.agree(*(f"GET /untyped/{index}" for index in range(4)), *(("POST /dump", {"json": body}) for body in bodies))
