"""Serializers of a value, of an attribute and of a whole class, as FastAPI's users write them.

https://docs.pydantic.dev/latest/concepts/serialization/: the same class text, a pydantic model on one side and a
dataclass on the other; the same answers, whichever way a value goes out, and the same documents.
"""

import datetime as dt
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, NamedTuple, NotRequired

import pydantic
import pytest
from typing_extensions import TypedDict

import myapp.kit as kit
from myapp.kit.models import Model, schema_for
from tests.kit.both import DECLARATIONS, Twins, _base_model

SWITCHES: dict[str, dict[str, Any]] = {
    "unset": {"response_model_exclude_unset": True},
    "none": {"response_model_exclude_none": True},
    "defaults": {"response_model_exclude_defaults": True},
    "names": {"response_model_by_alias": False},
    "some": {"response_model_include": {"a": True, "part": {"x"}, "parts": {0: {"x"}}, "c": True}},
    "others": {"response_model_exclude": {"b": True, "part": {"x"}, "parts": {"__all__": {"x"}}}},
}


def told(info: Any) -> list[Any]:
    """What a serializer is told."""
    chosen = [each if each is None else sorted(map(str, each)) for each in (info.include, info.exclude)]
    switches = [info.exclude_unset, info.exclude_defaults, info.exclude_none, info.by_alias]
    return [info.mode, info.mode_is_json(), *switches, *chosen]


def part(lib):
    """A class that others have inside."""

    # which knows what it was called with, as pydantic's do
    base = Model if lib.name == "flask" else object

    @lib.model
    class Part(base):
        x: int = 1
        y: int | None = None

    return Part


def on_values(lib):
    """In `Annotated`, plain and around, with and without a return type, with info, in containers and unions."""
    Part = part(lib)
    Plain, Wrap = lib.PlainSerializer, lib.WrapSerializer

    @lib.model
    class Item:
        a: Annotated[int, Plain(lambda value: value * 2, return_type=float)] = 1
        b: Annotated[dt.date, Wrap(lambda value, write: f"on {write(value)}", return_type=str)] = dt.date(2020, 1, 2)
        c: Annotated[int, Plain(lambda value, info: [value, *told(info)])] = 3
        d: Annotated[dt.date, Wrap(lambda value, handler, info: [handler(value), *told(info)])] = dt.date(2020, 1, 2)
        e: list[Annotated[int, Wrap(lambda value, handler: handler(value) + 1)]] = lib.Field(default=[1])
        f: dict[str, Annotated[int, Plain(str)]] = lib.Field(default={"k": 1})
        g: Annotated[int, Wrap(lambda value, handler: [handler(value), handler("text"), handler(None)])] | None = None
        h: Annotated[int | None, Wrap(lambda value, handler: [handler(value)])] = None
        i: Annotated[int | None, Plain(lambda value: -value, when_used="unless-none", return_type=int)] = None
        j: Annotated[int, Plain(lambda value: "json only", when_used="json")] = 1
        k: Annotated[int, Plain(lambda value: "one"), Plain(lambda value: "another")] = 1
        m: Annotated[int, Plain(lambda value: "one"), Wrap(lambda value, handler: [handler(value)])] = 1
        n: Annotated[int, Plain(lambda value: Part(x=value), return_type=Part)] = 1
        o: Annotated[int, Plain(lambda value: {"when": dt.timedelta(value), "b": b"b"})] = 1
        q: Annotated[int, Plain(lambda value: None)] | str = 1
        r: tuple[Annotated[int, Plain(str)], Annotated[Part, Wrap(lambda value, write: [write(value)])]] = lib.Field(
            default_factory=lambda: (1, Part())
        )
        part: Annotated[Part, Wrap(lambda value, handler: {"is": handler(value)})] = lib.Field(default_factory=Part)
        parts: Annotated[list[Part], Wrap(lambda value, handler: [*handler(value), len(value)])] = lib.Field(
            default_factory=lambda: [Part(), Part(x=2)]
        )

    return Item


def on_attributes(lib):
    """`field_serializer`: of one, of several, plain and around, with info, without `self`, and of what is computed."""
    Part = part(lib)

    @lib.model
    class Item:
        a: int = 1
        b: dt.date = lib.Field(default=dt.date(2020, 1, 2), alias="bee")
        c: str | None = None
        d: dt.timedelta = dt.timedelta(1)
        e: int = 5
        f: Annotated[int, lib.PlainSerializer(lambda value: "never")] = 6
        part: Part = lib.Field(default_factory=Part)
        parts: list[Part] = lib.Field(default_factory=lambda: [Part(), Part(x=2)])

        @lib.computed_field
        @property
        def day(self) -> dt.date:
            return dt.date(2020, 1, self.a)

        @lib.field_serializer("a", "c", mode="wrap")
        def around(self, value: Any, handler: Any) -> list[Any]:
            return [handler(value), self.e]

        @lib.field_serializer("b", mode="wrap")
        def informed(self, value: dt.date, handler: Any, info: Any):
            return [handler(value), info.field_name, *told(info)]

        @lib.field_serializer("d", when_used="json")
        def seconds(self, value: dt.timedelta) -> float:
            return value.total_seconds()

        @lib.field_serializer("e", return_type=str)
        @staticmethod
        def text(value):
            return str(value)

        @lib.field_serializer("f")
        def with_info(self, value: int, info: Any) -> str:
            return f"{info.field_name} {value}"

        @lib.field_serializer("day", mode="wrap")
        def of_day(self, value: dt.date, handler: Any) -> str:
            return f"{self.a}: {handler(value)}"

        @lib.field_serializer("part")
        def plain_part(self, value: Part) -> Part:
            return value

        @lib.field_serializer("parts", mode="wrap")
        def counted(self, value: list[Part], handler: Any):
            return {"count": len(value), "items": handler(value)}

    return Item


def of_all(lib):
    """`"*"`, and a subclass that overrides a serializer by its name."""

    @lib.model
    class Base:
        a: int = 1
        b: int | None = None

        @lib.field_serializer("*", mode="wrap")
        def every(self, value: Any, handler: Any) -> list[Any]:
            return [handler(value)]

    @lib.model
    class Item(Base):
        c: int = 3

        @lib.field_serializer("*")
        def every(self, value: Any) -> str:
            return f"<{value}>"

    return Item


def whole(lib):
    """`model_serializer`, plain: without a return type the document shows the class."""
    Part = part(lib)

    @lib.model
    class Item:
        a: int = 1
        b: dt.date = dt.date(2020, 1, 2)
        part: Part = lib.Field(default_factory=Part)

        @lib.model_serializer
        def write(self):
            return {"number": self.a, "date": self.b, "part": self.part}

    return Item


def whole_as_text(lib):
    """`model_serializer` whose return type is no object at all."""

    @lib.model
    class Item:
        """This is not said of a text."""

        a: int = 1
        b: dt.date = dt.date(2020, 1, 2)

        @lib.model_serializer()
        def write(self) -> str:
            return f"{self.a} on {self.b}"

    return Item


def whole_around(lib):
    """`model_serializer`, around, with info and a return type."""
    Part = part(lib)

    @lib.model
    class Item:
        model_config = lib.ModelConfig(title="Around", extra="allow")

        a: int = lib.Field(default=1, alias="A")
        b: dt.date | None = None
        c: dt.timedelta = dt.timedelta(1)
        part: Part = lib.Field(default_factory=Part)
        parts: list[Part] = lib.Field(default_factory=lambda: [Part(), Part(x=2)])

        @lib.model_serializer(mode="wrap")
        def write(self, handler: Any, info: Any) -> dict[str, Any]:
            return {**handler(self), "told": told(info), "c again": self.c}

    return Item


def whole_around_quietly(lib):
    """`model_serializer`, around, without info and return type; with a serializer of an attribute inside."""

    @lib.model
    class Item:
        a: int = 1
        b: int | None = None

        @lib.field_serializer("b")
        def absent(self, value: int | None) -> str:
            return "absent" if value is None else str(value + self.a)

        @lib.model_serializer(mode="wrap")
        def write(self, handler: Any):
            return handler(self)

    return Item


def whole_only_as_json(lib):
    """`when_used="json"`, and a return type that is another class."""
    Part = part(lib)

    @lib.model
    class Item:
        a: int = 1

        @lib.model_serializer(when_used="json")
        def write(self) -> Part:
            return Part(x=self.a)

    return Item


def inherited(lib):
    """A subclass has the serializers of its base."""

    @lib.model
    class Base:
        a: int = 1

        @lib.field_serializer("a")
        def twice(self, value: int) -> int:
            return value * 2

        @lib.model_serializer(mode="wrap")
        def write(self, handler: Any) -> dict[str, int]:
            return {**handler(self), "base": 1}

    @lib.model
    class Item(Base):
        b: int = 2

    return Item


def as_any(lib):
    """`SerializeAsAny`: a subclass with all that it has; elsewhere what the type declares."""

    @lib.model
    class User:
        name: str = "n"

    @lib.model
    class Admin(User):
        level: int = 5
        since: dt.timedelta = dt.timedelta(1)

    @lib.model
    class Item:
        a: int = 1
        user: User = lib.Field(default_factory=Admin)
        part: lib.SerializeAsAny[User] = lib.Field(default_factory=Admin)
        parts: list[lib.SerializeAsAny[User]] = lib.Field(default_factory=lambda: [Admin(), User()])
        more: lib.SerializeAsAny[list[User]] = lib.Field(default_factory=lambda: [Admin(), User()])
        maybe: lib.SerializeAsAny[User] | None = lib.Field(default_factory=Admin)
        users: list[User] = lib.Field(default_factory=lambda: [Admin(), User()])
        by_name: dict[str, User] = lib.Field(default_factory=lambda: {"n": Admin()})
        either: User | int = lib.Field(default_factory=Admin)
        anything: Any = lib.Field(default_factory=Admin)

    return Item


def in_containers(lib):
    """In every container that has a type: the same serializers, and the same is left out."""

    @dataclass(frozen=True)
    class Point:
        x: int = 0

    @lib.model
    class Small:
        model_config = lib.ModelConfig(extra="forbid")

        x: int = 1
        y: int | None = None

        @lib.model_serializer(mode="wrap")
        def write(self, handler: Any) -> dict[str, Any]:
            return {"small": handler(self)}

    class Keyed(TypedDict):
        a: NotRequired[Small]
        b: NotRequired[list[Small]]

    class Named(NamedTuple):
        one: Small
        two: int = 2

    @lib.model
    class Item:
        a: deque[Small] = lib.Field(default_factory=deque)
        b: tuple[Small, int] | None = None
        c: tuple[Small, ...] = ()
        d: Sequence[Small] = ()
        e: Keyed = lib.Field(default_factory=dict)
        f: Named | None = None
        g: frozenset[int] = frozenset({1})
        h: dict[int, Small] = lib.Field(default_factory=dict)
        i: Small | list[Small] | dict[str, Small] | None = None
        j: Mapping[str, list[Small]] = lib.Field(default_factory=dict)
        k: list[Point] = lib.Field(default_factory=list)

    return Item


MAKERS = [
    *(on_values, on_attributes, of_all, whole, whole_as_text, whole_around, whole_around_quietly, whole_only_as_json),
    *(inherited, as_any, in_containers),
]
BODIES: list[Any] = [
    *({}, {"a": 7}, {"A": 7, "more": 1, "b": None}, {"a": "7", "b": 4, "c": None}, {"a": "x"}, None),
    *({"a": 2, "b": "2021-03-04", "bee": "2021-03-04", "c": 5}, {"c": "PT1H", "d": "PT1H", "e": [3], "f": 6}),
    *({"part": {"x": 9, "y": 8}, "parts": [{"y": 1}, {"x": 5}]}, {"g": 5, "h": 5, "i": 5, "q": "s", "e": "x"}),
    *({"user": {"name": "u"}, "part": {"name": "p"}, "parts": [], "more": [{}], "maybe": None},),
    *({"a": [{"x": 2}], "b": [{"y": 1}, 2], "c": [{}], "d": [{}, {}], "h": {"3": {}}, "i": {"x": 1}, "k": [{"x": 1}]},),
    *({"e": {"a": {}, "b": [{"x": 3}]}, "f": [{"y": 4}], "i": [{"x": 1}], "j": {"k": [{}]}}, {"i": {"k": {}}}),
]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_serializers(make):
    """An instance and a dict by a response model, a plain answer, alone and inside of other values."""

    def build(lib):
        model = make(lib)

        @lib.model
        class Outer:
            inner: model
            many: list[model]
            named: dict[str, model]
            either: model | int
            maybe: model | None = None

        @lib.post("/instance")
        def instance(item: model) -> model:
            return item

        @lib.post("/dict", response_model=model)
        def loose(item: dict[str, Any]) -> Any:
            return item

        @lib.post("/plain", response_model=None)
        def plain(item: model) -> Any:
            return item

        @lib.post("/inside", response_model=None)
        def inside(item: model) -> Any:
            return {"items": [item, {"item": item}], "json": lib.jsonable_encoder(item)}

        @lib.post("/outer")
        def outer(item: model) -> Outer:
            return Outer(inner=item, many=[item, item], named={"one": item}, either=item, maybe=item)

        @lib.post("/outer/plain", response_model=None)
        def plain_outer(item: model) -> Any:
            return Outer(inner=item, many=[item], named={"one": item}, either=item)

        @lib.post("/outer/dict", response_model=list[Outer])
        def loose_outer(item: dict[str, Any]) -> Any:
            return [{"inner": item, "many": [item], "named": {}, "either": item}]

        @lib.post("/stream")
        def stream(item: model) -> Any:
            yield item

    twins = Twins(build)
    twins.same_document()
    paths = ("instance", "dict", "plain", "inside", "outer", "outer/plain", "outer/dict", "stream")
    twins.agree(*((f"POST /{path}", {"json": body}) for path in paths for body in BODIES))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_switches(make):
    """What is left out of a response, what a serializer is told of it, and whether it is called at all."""

    def build(lib):
        model = make(lib)
        for name, switches in SWITCHES.items():

            @lib.post(f"/{name}", response_model=model, **switches)
            def typed(item: model) -> Any:
                return item

            @lib.post(f"/{name}/dict", response_model=model, **switches)
            def loose(item: dict[str, Any]) -> Any:
                return item

            keywords = {key.removeprefix("response_model_"): value for key, value in switches.items()}

            @lib.post(f"/{name}/encoded", response_model=None)
            def encoded(item: model, keywords: Any = lib.Depends(lambda keywords=keywords: keywords)) -> Any:
                return lib.jsonable_encoder(item, **keywords)

            @lib.post(f"/{name}/dumped", response_model=None)
            def dumped(item: model, keywords: Any = lib.Depends(lambda keywords=keywords: keywords)) -> Any:
                return [lib.dump(item, **keywords), lib.dump(item, mode="json", **keywords)]

    twins = Twins(build)
    paths = [f"/{name}{end}" for name in SWITCHES for end in ("", "/dict", "/encoded", "/dumped")]
    twins.agree(*((f"POST {path}", {"json": body}) for path in paths for body in (*BODIES[:4], *BODIES[-3:])))


def unknown_name(lib):
    @lib.model
    class Item:
        a: int

        @lib.field_serializer("nothing")
        def write(self, value):
            return value

    return Item


def two_of_one(lib):
    @lib.model
    class Item:
        a: int

        @lib.field_serializer("a")
        def write(self, value):
            return value

        @lib.field_serializer("a")
        def again(self, value):
            return value

    return Item


def too_few_arguments(lib):
    @lib.model
    class Item:
        a: int

        @lib.field_serializer("a", mode="wrap")
        def write(self, value):
            return value

    return Item


def too_many_arguments(lib):
    @lib.model
    class Item:
        a: Annotated[int, lib.PlainSerializer(lambda value, handler, info: value)]

    return Item


def no_handler(lib):
    @lib.model
    class Item:
        a: int

        @lib.model_serializer(mode="wrap")
        def write(self):
            return self.a

    return Item


def no_method(lib):
    @lib.model
    class Item:
        a: int

        @lib.model_serializer
        @classmethod
        def write(cls):
            return 1

    return Item


def no_name(lib):
    @lib.model
    class Item:
        a: int

        @lib.field_serializer
        def write(self, value):
            return value

    return Item


def validator_of_nothing(lib):
    @lib.model
    class Item:
        a: int

        @lib.field_validator("nothing")
        @classmethod
        def check(cls, value):
            return value

    return Item


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (unknown_name, r"Item\.write\(\) is about 'nothing', which is not there"),
        (two_of_one, "several serializers of 'a'"),
        (too_few_arguments, "takes 3 arguments here, or 4"),
        (too_many_arguments, "takes 1 arguments here, or 2"),
        (no_handler, "takes 2 arguments here, or 3"),
        (no_method, "whose first argument is self"),
        (no_name, "the names of the attributes"),
        (validator_of_nothing, r"Item\.check\(\) is about 'nothing'"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_refused(declare, words):
    """What cannot work is refused when the class is read, by pydantic and by the kit, which says why."""
    with pytest.raises(pydantic.PydanticUserError):
        declare(SimpleNamespace(model=_base_model, **{name: getattr(pydantic, name) for name in DECLARATIONS}))
    with pytest.raises(TypeError, match=words):
        schema_for(declare(SimpleNamespace(model=dataclass, **{name: getattr(kit, name) for name in DECLARATIONS})))


def test_names_for_a_subclass():
    """`check_fields=False` lets a mixin speak of what its subclasses have."""

    def build(lib):
        class Mixin:
            @lib.field_serializer("a", check_fields=False)
            def write(self, value):
                return f"<{value}>"

            @lib.field_validator("a", check_fields=False)
            @classmethod
            def check(cls, value):
                return value + 1

        if lib.name == "fastapi":

            class Item(Mixin, pydantic.BaseModel):
                a: int

        else:

            @dataclass
            class Item(Mixin):
                a: int

        @lib.post("/")
        def view(item: Item) -> Item:
            return item

    twins = Twins(build)
    twins.same_document()
    assert twins.agree(("POST /", {"json": {"a": 1}}))[0].json() == {"a": "<2>"}


def test_extra_names_that_are_taken():
    """What a client adds takes the place of nothing: no attribute with another name on the wire, no method, no note."""

    def build(lib):
        @lib.model
        class Item:
            model_config = lib.ModelConfig(extra="allow")

            a: int = lib.Field(default=1, alias="A")

            def method(self) -> int:
                return self.a

            @lib.computed_field
            @property
            def double(self) -> int:
                return self.method() * 2

        @lib.post("/")
        def typed(item: Item) -> Item:
            return item

        @lib.post("/dict", response_model=Item)
        def loose(item: dict[str, Any]) -> Any:
            return item

        @lib.post("/plain", response_model=None)
        def plain(item: Item) -> Any:
            return {"method": item.method(), "item": item}

        @lib.post("/dumped", response_model=None)
        def dumped(item: Item) -> Any:
            return lib.dump(item)

    names = ("a", "method", "__class__", "__dict__", "__fields_set__", "__fields_extra__", "_x", "x")
    bodies = [{"A": 5, name: value} for name in names for value in ("text", {"a": "text"}, 7)]
    twins = Twins(build)
    twins.same_document()
    twins.agree(*((f"POST {path}", {"json": body}) for path in ("/", "/dict", "/plain", "/dumped") for body in bodies))
    # pydantic writes this name twice in one object
    body = {"A": 5, "double": "text"}
    assert twins.flask.post("/", json=body).json() == twins.fastapi.post("/", json=body).json()


def test_declared_types_decide():
    """A plain answer writes a subclass as what the attribute declares, and by itself as what it is."""

    def build(lib):
        @lib.model
        class User:
            name: str = "n"

        @lib.model
        class Admin(User):
            password: str = "p"

        @lib.model
        class Post:
            author: User
            readers: list[User]
            rating: float

        @lib.get("/")
        def plain(rating: float = 1.0):
            return Post(author=Admin(), readers=[Admin(), User()], rating=rating)

        @lib.get("/own")
        def own():
            return [Admin(), {"admin": Admin()}]

    twins = Twins(build)
    assert "password" not in twins.agree("GET /", "GET /own", "GET /?rating=nan")[0].text
