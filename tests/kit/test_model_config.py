"""What `Field` and `ModelConfig` say of attributes: the same requests, answers and documents as with pydantic's."""

import dataclasses
import types
from typing import Annotated, Any, ClassVar

import flask
import pytest

import myapp.kit as kit
from tests.kit.both import agree

JSON = {"Content-Type": "application/json"}


def config(lib: Any, **options: Any) -> Any:
    """The class's `model_config`."""
    return lib.ModelConfig(**options)


def sent(*bodies: Any) -> list[Any]:
    """A POST of each."""
    return [("POST /", {"json": body}) for body in bodies]


def one_model(said: dict[str, Any], hints: dict[str, Any]) -> Any:
    """Builds an application that takes one model, and answers with it."""

    def build(lib: Any) -> None:
        body = {"__annotations__": {**hints, "model_config": ClassVar[Any]}, "model_config": config(lib, **said)}
        if lib.name == "fastapi":
            del body["__annotations__"]["model_config"]
        model = lib.model(type("Item", (), {**body, "__module__": __name__}))

        @lib.post("/", response_model=model)
        def view(item: model) -> Any:  # type: ignore[valid-type]
            return item

        @lib.post("/loose", response_model=model)
        def loose(item: dict[str, Any]) -> Any:
            return item

    return build


TEXTS = sent(*({"a": text} for text in (" Ab ", "x", "ABCDEFG", "  abcdef  ", 1, 1.5, True, None, "", "ſß")), {})
NUMBERS = sent(*({"a": value} for value in ("1", 1, 1.0, True, "x", None)), {})


@pytest.mark.parametrize(
    ("said", "hint", "requests"),
    [
        ({"str_strip_whitespace": True}, str, TEXTS),
        ({"str_to_lower": True}, str, TEXTS),
        ({"str_to_upper": True, "str_strip_whitespace": True}, str, TEXTS),
        ({"str_min_length": 2, "str_max_length": 6}, str, TEXTS),
        ({"str_strip_whitespace": True, "str_max_length": 6}, str, TEXTS),
        ({"coerce_numbers_to_str": True}, str, TEXTS),
        ({"strict": True}, int, NUMBERS),
        ({"strict": True}, float, NUMBERS),
        ({"strict": True}, bool, NUMBERS),
        ({"title": "Thing"}, int, NUMBERS),
        ({"model_title_generator": lambda model: f"The {model.__name__}"}, int, NUMBERS),
        ({"field_title_generator": lambda name, info: f"<{name}>"}, int, NUMBERS),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else getattr(value, "__name__", None),
)
def test_config(said: dict[str, Any], hint: Any, requests: list[Any]) -> None:
    """`model_config` holds for every attribute, in requests and in responses; lists of them too."""
    agree(one_model(said, {"a": hint}), *requests, *((f"{line}loose", options) for line, options in requests))
    agree(one_model(said, {"a": list[hint]}), *sent(*({"a": [body["json"].get("a")]} for _, body in requests[:4])))


def test_infinite_numbers() -> None:
    """`allow_inf_nan=False` of the class and of a field."""
    infinite = [("POST /", {"content": f'{{"a": {number}}}', "headers": JSON}) for number in ("Infinity", "NaN", "1")]
    agree(one_model({"allow_inf_nan": False}, {"a": float}), *infinite)


@pytest.mark.parametrize(
    "said",
    [
        {"validate_by_name": True},
        {"validate_by_name": True, "validate_by_alias": False},
        {"populate_by_name": True},
        {"validate_by_alias": True},
        {"validate_by_name": True, "validate_by_alias": True, "extra": "forbid"},
        {"validate_by_name": True, "validate_by_alias": False, "extra": "forbid"},
    ],
    ids=str,
)
def test_names(said: dict[str, Any]) -> None:
    """An attribute with an alias is read under the one, the other, or both."""

    def build(lib: Any) -> None:
        one_model(said, {"a": Annotated[int, lib.Field(alias="b")]})(lib)

    bodies = sent({"a": 1}, {"b": 1}, {"a": 1, "b": 2}, {"a": "x"}, {"b": "x"}, {})
    agree(build, *bodies, *((f"{line}loose", options) for line, options in bodies))


def test_alias_generator() -> None:
    """An alias of priority 1 gives way to the class's generator."""

    def build(lib: Any) -> None:
        hints = {
            "a": Annotated[int, lib.Field(alias="x", alias_priority=1)],
            "b": Annotated[int, lib.Field(alias="y")],
            "c": Annotated[int, lib.Field(alias="z", alias_priority=2)],
        }
        one_model({"alias_generator": str.upper}, hints)(lib)

    agree(build, *sent({"A": 1, "y": 2, "z": 3}, {"x": 1, "B": 2, "C": 3}))


def test_excluded() -> None:
    """`exclude=True` is read, checked and never written; `exclude_if` decides by the value."""

    def build(lib: Any) -> None:
        @lib.model
        class Account:
            name: str
            password: Annotated[str, lib.Field(exclude=True)]
            note: Annotated[str | None, lib.Field(exclude_if=lambda note: note is None)] = None
            inner: Annotated[list[int], lib.Field(exclude_if=lambda items: not items)] = lib.Field(default=[])

        @lib.post("/")
        def create(account: Account) -> Account:
            return account

        @lib.post("/many")
        def create_many(account: Account) -> list[Account]:
            return [account, account]

        @lib.post("/loose", response_model=Account)
        def loose(account: dict[str, Any]) -> Any:
            return account

        @lib.post("/plain", response_model=None)
        def plain(account: Account) -> Any:
            return {"is": account}

        @lib.post("/included", response_model_include={"name", "password", "note"})
        def included(account: Account) -> Account:
            return account

        @lib.post("/dumped")
        def dumped(account: Account) -> Any:
            return lib.dump(account)

    bodies = [
        {"name": "a", "password": "p"},
        {"name": "a", "password": "p", "note": "n", "inner": [1]},
        {"name": "a"},
        {"name": "a", "password": 1},
    ]
    paths = ("/", "/many", "/loose", "/plain", "/included", "/dumped")
    agree(build, *((f"POST {path}", {"json": body}) for path in paths for body in bodies))


def test_validated_defaults() -> None:
    """`validate_default` checks and converts a default as a value that was sent; without it it is taken as it is."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            a: Annotated[int, lib.Field(validate_default=True)] = "1"  # type: ignore[assignment]
            b: int = 2

        @lib.model
        class Wrong:
            a: int = lib.Field(default="x", validate_default=True)

        @lib.model
        class All:
            model_config = lib.ModelConfig(validate_default=True)

            a: Annotated[int, lib.Field(ge=3)] = 1

        @lib.post("/")
        def item(item: Item) -> Item:
            return item

        @lib.post("/wrong", response_model=None)
        def wrong(item: Wrong) -> Any:
            return "never"

        @lib.post("/all", response_model=None)
        def every(item: All) -> Any:
            return "never"

    agree(build, *((f"POST {path}", {"json": body}) for path in ("/", "/wrong", "/all") for body in ({}, {"a": 5})))


def test_union_mode() -> None:
    """`union_mode="left_to_right"` takes the first member that fits; smart mode the best."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            smart: int | str
            first: Annotated[int | str, lib.Field(union_mode="left_to_right")]

        @lib.post("/")
        def item(item: Item) -> Item:
            return item

        @lib.get("/")
        def query(q: Annotated[int | str, lib.Query(union_mode="left_to_right")]) -> Any:
            return q

    agree(
        build,
        *sent({"smart": "1", "first": "1"}, {"smart": "x", "first": "x"}, {"smart": [], "first": []}),
        "GET /?q=1",
    )


@pytest.mark.parametrize("kind", [list[int], set[int], tuple[int, ...], tuple[int, int, int], frozenset[int]], ids=str)
def test_fail_fast(kind: Any) -> None:
    """`fail_fast` reports the first fault in a list only."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            all: kind
            fast: Annotated[kind, lib.Field(fail_fast=True)]

        @lib.post("/")
        def item(item: Item) -> Item:
            return item

    agree(build, *sent({"all": [1, 2, 3], "fast": [1, 2, 3]}, {"all": ["x", "y", 3], "fast": ["x", "y", 3]}))


@pytest.mark.parametrize("kind", [set[Any], frozenset[Any]], ids=str)
def test_fail_fast_of_what_no_set_holds(kind: Any) -> None:
    """An item without a hash is a fault like any other: `fail_fast` stops there too."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            all: kind
            fast: Annotated[kind, lib.Field(fail_fast=True)]

        @lib.post("/")
        def item(item: Item) -> Any:
            return len(item.all), len(item.fast)

    agree(build, *sent({"all": [1, 1, "1"], "fast": [1, 1]}, {"all": [{}, 2, []], "fast": [{}, 2, []]}))


def test_numbers_as_text() -> None:
    """`coerce_numbers_to_str` of one attribute or parameter."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            a: Annotated[str, lib.Field(coerce_numbers_to_str=True, max_length=3)]
            b: str = ""

        @lib.post("/")
        def item(item: Item) -> Item:
            return item

    agree(build, *sent({"a": 12}, {"a": 1.5}, {"a": 12345}, {"a": True}, {"a": "x", "b": 1}))


def test_content_type_of_routers() -> None:
    """`strict_content_type` of the application, of a router, and of both: the nearer one wins."""

    def build(lib: Any) -> None:
        for name, options in {
            "lax": {"strict_content_type": False},
            "strict": {"strict_content_type": True},
            "own": {},
        }.items():
            router = lib.router(name, prefix=f"/{name}", **options)

            def view(item: dict[str, Any]) -> Any:
                return item

            router.post("/")(view)
            lib.include(router)

    for strict in (True, False):
        requests = [(f"POST /{name}/", {"content": b'{"a": 1}'}) for name in ("lax", "strict", "own")]
        agree(build, *requests, strict_content_type=strict)


def test_root_path_in_servers() -> None:
    """`root_path_in_servers=False` leaves the path of the mount out of the document, as in FastAPI."""
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    for wanted in (True, False):
        app = flask.Flask("mounted")
        kit.Api(root_path_in_servers=wanted).init_app(app)
        ours = app.test_client().get("/openapi.json", base_url="http://localhost/api").json
        theirs = TestClient(FastAPI(root_path_in_servers=wanted), root_path="/api").get("/openapi.json").json()
        assert ours is not None
        assert ours.get("servers") == theirs.get("servers")
        assert ("servers" in theirs) is wanted


def test_options_of_dataclasses() -> None:
    """`repr`, `init` and `kw_only` are the standard library's."""

    @dataclasses.dataclass
    class Item:
        a: int = kit.Field(default=1, repr=False)
        b: int = kit.Field(default=2, init=False)
        c: int = kit.Field(default=3, kw_only=True)

    assert repr(Item(5, c=6)) == "test_options_of_dataclasses.<locals>.Item(b=2, c=6)"
    with pytest.raises(TypeError):
        Item(5, 6)  # type: ignore[misc]


def test_computed_fields() -> None:
    """A computed field is written, documented as read-only, no part of a request, and left out as pydantic does it."""

    def build(lib: Any) -> None:
        @lib.model
        class Size:
            width: int

            @lib.computed_field
            @property
            def double(self) -> int:
                return self.width * 2

        @lib.model
        class Box:
            width: Annotated[float, lib.Field(alias="w")]
            height: float = 1.0
            size: Size | None = None

            @lib.computed_field
            @property
            def area(self) -> float:
                """Width by height."""
                return self.width * self.height

            @lib.computed_field(alias="isFlat", title="Flat?", examples=[True])
            @property
            def flat(self) -> bool | None:
                return None if self.height > 5 else self.height < 1

        @lib.model
        class Coloured(Box):
            colour: str = "red"

            @lib.computed_field
            @property
            def both(self) -> list[Size]:
                return [Size(width=1)]

        switches: dict[str, dict[str, Any]] = {
            "plain": {},
            "unset": {"response_model_exclude_unset": True},
            "none": {"response_model_exclude_none": True},
            "defaults": {"response_model_exclude_defaults": True},
            "names": {"response_model_by_alias": False},
            "some": {"response_model_include": {"area", "both"}},
            "others": {"response_model_exclude": {"area"}},
        }
        for path, options in switches.items():

            @lib.post(f"/{path}", **options)
            def instance(box: Coloured) -> Coloured:
                return box

            @lib.post(f"/{path}/dict", response_model=list[Coloured], **options)
            def loose(box: dict[str, Any]) -> Any:
                return [box, box]

        @lib.post("/dumped")
        def dumped(box: Box) -> Any:
            return [lib.dump(box), lib.dump(box, by_alias=True, exclude_unset=True)]

        @lib.post("/encoded", response_model=None)
        def encoded(box: Box) -> Any:
            return {"box": box}

    bodies = [{"w": 2}, {"w": 2, "height": 0.5, "size": {"width": 3}}, {"w": 2, "area": 7, "height": 9}, {"w": "x"}]
    paths = ("plain", "unset", "none", "defaults", "names", "some", "others")
    requests = [(f"POST /{path}{end}", {"json": body}) for path in paths for end in ("", "/dict") for body in bodies]
    agree(build, *requests, *((f"POST /{path}", {"json": body}) for path in ("dumped", "encoded") for body in bodies))


def test_computed_fields_of_objects() -> None:
    """They are worked out for a row of a database, too."""

    @dataclasses.dataclass
    class Box:
        width: int

        @kit.computed_field
        def double(self) -> int:
            return self.width * 2

    app = flask.Flask("computed")
    kit.Api().init_app(app)
    app.add_url_rule("/", "view", kit.operation(response_model=Box)(lambda: types.SimpleNamespace(width=4)))
    assert app.test_client().get("/").json == {"width": 4, "double": 8}


def test_inherited():
    """A class adds to what its bases say, and may take it back; of several bases the last one is heard."""

    def build(lib):
        @lib.model
        class Strict:
            model_config = lib.ModelConfig(extra="forbid", str_strip_whitespace=True, title="Base")
            a: str = "a"

        @lib.model
        class Silent(Strict):
            b: int = 1

        @lib.model
        class Upper(Strict):
            model_config = lib.ModelConfig(str_to_upper=True)
            b: int = 1

        @lib.model
        class Lenient(Upper):
            model_config = lib.ModelConfig(extra="ignore", title="Lenient")

        @lib.model
        class Keeping:
            model_config = lib.ModelConfig(extra="allow", str_max_length=3)
            k: str = "k"

        @lib.model
        class Both(Upper, Keeping):
            c: str = "c"

        @lib.model
        class Both2(Keeping, Upper):
            model_config = lib.ModelConfig(title="Other")
            c: str = "c"

        for model in (Strict, Silent, Upper, Lenient, Both, Both2):

            def view(item):
                return item

            view.__annotations__ = {"item": model, "return": model}
            view.__name__ = model.__name__.lower()
            lib.post(f"/{view.__name__}")(view)

    names = ("strict", "silent", "upper", "lenient", "both", "both2")
    bodies = ({}, {"a": " x "}, {"a": "x", "z": 1}, {"c": "long text", "k": " y "}, {"b": "q", "a": 1})
    agree(build, *((f"POST /{name}", {"json": body}) for name in names for body in bodies))


def test_a_dictionary() -> None:
    """What a class says may be a plain dictionary, as FastAPI's documentation has it."""

    def build(lib):
        @lib.model
        class Item:
            model_config = {"extra": "forbid", "title": "A thing", "json_schema_extra": {"examples": [{"name": "Foo"}]}}
            name: str

        @lib.model
        class Larger(Item):
            model_config = {"title": "A larger thing"}

        @lib.post("/")
        def create(item: Item | Larger) -> Larger:
            return item

    agree(build, *sent({"name": "a"}, {"name": "a", "other": 1}, {}))
