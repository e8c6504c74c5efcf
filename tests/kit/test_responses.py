"""Results: with a response model and without one, statuses, headers, cookies, responses made by hand."""

import datetime as dt
import enum
import random
import uuid
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NamedTuple

import pytest

from tests.kit.both import Twins, agree


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Odd(enum.Enum):
    PAIR = (1, 2)


class Point(NamedTuple):
    x: int
    y: int


class Row:
    """An object with attributes, as an ORM has them."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class Pairs:
    """An object that `dict()` takes."""

    def __iter__(self):
        return iter([("a", 1), ("b", dt.date(2024, 1, 1))])


RESULTS: dict[str, Any] = {
    "none": lambda: None,
    "text": lambda: 'é\u2028"',
    "numbers": lambda: [1, 1.0, -0.0, 1e16, True, 0.1 + 0.2],
    "large": lambda: [10**30, 2**64],
    "tuple": lambda: (1, "a"),
    "set": lambda: {1},
    "frozenset": lambda: frozenset({"a"}),
    "generator": lambda: (i for i in range(3)),
    "deque": lambda: deque([1]),
    "namedtuple": lambda: Point(1, 2),
    "nested": lambda: {"a": [{"b": ({1}, (i for i in "xy"))}]},
    "keys": lambda: {1: "a", None: "b", False: "c", 1.5: "d", Colour.RED: "e"},
    "dates": lambda: [
        dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
        dt.datetime(2024, 1, 2),
        dt.date(2024, 1, 2),
        dt.time(3, 4),
    ],
    "durations": lambda: [dt.timedelta(hours=1), dt.timedelta(days=-1, seconds=1.5)],
    "decimals": lambda: [Decimal("1.10"), Decimal("1"), Decimal("1E+3"), {"d": Decimal("0.00")}],
    "nan": lambda: {"x": float("nan")},
    "infinity": lambda: float("inf"),
    "decimal nan": lambda: Decimal("NaN"),
    "enums": lambda: [Colour.RED, Level.LOW, Odd.PAIR, {"k": Level.LOW}],
    "uuid": lambda: uuid.UUID(int=7),
    "bytes": lambda: b"abc",
    "bad bytes": lambda: b"\xff",
    "path": lambda: PurePosixPath("/a/b"),
    "object": lambda: Row(a=1, b=Row(c=dt.date(2024, 1, 1))),
    "pairs": Pairs,
    "bare object": object,
    "mappings": lambda: [OrderedDict(b=1, a=2), defaultdict(list, x=[1])],
    "exception": lambda: ValueError("x"),
    "function": lambda: len,
    "class": lambda: Row,
    "tuple key": lambda: {(1, 2): 3},
    "sqlalchemy": lambda: Row(_sa_instance_state=object(), id=1),
    "dict view": lambda: {"a": 1}.keys(),
    "range": lambda: range(3),
    "complex": lambda: 1j,
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_without_a_model(name):
    """Whatever a view returns is written as FastAPI writes it, or is a 500 on both sides."""

    def build(lib):
        @lib.get("/")
        def view():
            return RESULTS[name]()

        @lib.get("/inside")
        def inside():
            return {"value": [RESULTS[name]()]}

        @lib.get("/none", response_model=None)
        def none() -> int:
            return RESULTS[name]()

        @lib.get("/any")
        def anything() -> Any:
            return RESULTS[name]()

    agree(build, "GET /", "GET /inside", "GET /none", *(["GET /any"] if name not in UNTYPED_DIFFERENCES else []))


# With a model of type Any, pydantic writes what its serializer knows of the value's type.
UNTYPED_DIFFERENCES = {"path", "complex"}


ANNOTATIONS: list[tuple[Any, list[Any]]] = [
    (int, [1, "1", "x", 1.0, 1.5, True, None, 10**30]),
    (float, [1, "1.5", float("nan"), 1e16, 1e-7, 0.1, True]),
    (str, ["a", 1, b"a", Colour.RED, None]),
    (bool, [True, 1, "yes", 2]),
    (None, [None, 1]),
    (int | None, [None, 1, "x"]),
    (Decimal, [Decimal("1.10"), 1, "2.0", 1.5]),
    (dt.datetime, [dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "2024-01-02T00:00:00", 0, dt.date(2024, 1, 2)]),
    (dt.timedelta, [dt.timedelta(1), 60]),
    (uuid.UUID, [uuid.UUID(int=1), str(uuid.UUID(int=1)), "x"]),
    (bytes, [b"a", "a", b"\xff"]),
    (Colour, [Colour.RED, "red", "blue"]),
    (Literal["a", 1], ["a", 1, "1"]),
    (list[int], [[1, "2"], (1,), {1}, "12", None, ["x", 1, "y"], (i for i in [1]), range(2)]),
    (set[int], [{1}, [1, 1], "x"]),
    (tuple[int, str], [(1, "a"), [1, "a"], (1,), (1, 2)]),
    (dict[str, float], [{"a": 1}, {1: 2}, [], {"a": "x"}]),
    (dict[int, list[int]], [{1: [1]}, {"1": ["2"]}, {"x": []}]),
    (list[dict[str, int | None]], [[{"a": None, "b": "1"}], [{"a": "x"}]]),
    (int | str, [1, "1", 1.5, None]),
    (list[int | str] | None, [[1, "a"], None, [None]]),
    (Any, [1, {"a": Decimal("1.10")}, [dt.timedelta(1)], (1, {2})]),
    (dict, [{"a": Decimal("1.10"), "b": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}, []]),
    (list, [[1, "a", None], ()]),
    (deque[int], [deque([1]), [1]]),
]


@pytest.mark.parametrize(
    ("annotation", "values"), ANNOTATIONS, ids=lambda value: str(value) if not isinstance(value, list) else ""
)
def test_results_with_a_type(annotation, values):
    """The return annotation checks, converts and writes the result; what does not fit is a 500."""

    def build(lib):
        @lib.get("/{index}", response_model=annotation)
        def view(index: int):
            value = values[index]
            return iter([1]) if type(value).__name__ == "generator" else value

    agree(build, *(f"GET /{index}" for index in range(len(values))))


def test_the_model_filters():
    """What the model does not declare never leaves: not from dicts, objects, subclasses, lists or unions."""

    def build(lib):
        @lib.model
        class BaseUser:
            username: str
            email: str | None = None

        @lib.model
        class UserIn(BaseUser):
            password: str = "secret"

        @lib.model
        class Team:
            lead: BaseUser
            members: list[BaseUser] = lib.Field(default_factory=list)
            by_name: dict[str, BaseUser] = lib.Field(default_factory=dict)
            maybe: BaseUser | None = None

        row = Row(username="row", email=None, password="secret", hidden=1)
        values = {
            "instance": BaseUser(username="a"),
            "subclass": UserIn(username="b", password="secret"),
            "dict": {"username": "c", "password": "secret"},
            "object": row,
            "missing": {"email": "x"},
            "wrong": {"username": 1, "email": []},
            "none": None,
            "list": [],
            "number": 3,
            "string": "username",
            "bare": object(),
        }

        @lib.get("/users/{kind}")
        def user(kind: str) -> BaseUser:
            return values[kind]

        @lib.get("/models/{kind}", response_model=BaseUser)
        def by_model(kind: str) -> Any:
            return values[kind]

        @lib.get("/lists/{kind}")
        def users(kind: str) -> list[BaseUser]:
            return [values[kind], values["dict"]]

        @lib.get("/dicts/{kind}", response_model=dict[str, BaseUser])
        def named(kind: str):
            return {"x": values[kind]}

        @lib.get("/optional/{kind}")
        def optional(kind: str) -> BaseUser | None:
            return values[kind]

        @lib.get("/teams/{kind}", response_model=Team)
        def team(kind: str):
            value = values[kind]
            return {"lead": value, "members": [value], "by_name": {"x": value}, "maybe": value, "more": 1}

        @lib.get("/none/{kind}", response_model=None)
        def none(kind: str) -> BaseUser:
            return values["dict"]

        @lib.get("/plain/{kind}")
        def plain(kind: str):
            return [values["instance"], values["subclass"], values["dict"]]

    kinds = ["instance", "subclass", "dict", "object", "missing", "wrong", "none", "list", "number", "string", "bare"]
    paths = ["users", "models", "lists", "dicts", "optional", "teams", "none", "plain"]
    agree(build, *(f"GET /{path}/{kind}" for path in paths for kind in kinds))


def test_unions_of_models():
    """The member that fits best writes the result; a tag decides where there is one."""

    def build(lib):
        @lib.model
        class BaseItem:
            description: str
            type: str

        @lib.model
        class Car(BaseItem):
            type: str = "car"

        @lib.model
        class Plane(BaseItem):
            type: str = "plane"
            size: int = 0

        @lib.model
        class Cat:
            kind: Literal["cat"]
            name: str = "c"

        @lib.model
        class Dog:
            kind: Literal["dog"]
            name: str = "d"
            size: int | None = None

        items = [
            *(
                {"description": "a", "type": "car"},
                {"description": "b", "type": "plane", "size": 5},
                {"description": "c"},
                {},
            ),
            *(
                Plane(description="e", type="plane", size=3),
                Car(description="g"),
                Plane(description="h", type="p", size=0),
                Row(description="f", type="x", size=7),
                None,
                [1],
            ),
            *(Cat(kind="cat"), Dog(kind="dog"), {"kind": "dog"}, {"kind": "cow"}),
        ]

        @lib.get("/items/{index}", response_model=Plane | Car)
        def read(index: int):
            return items[index]

        @lib.get("/swapped/{index}")
        def swapped(index: int) -> Car | Plane:
            return items[index]

        @lib.get("/many/{index}")
        def many(index: int) -> list[Plane | Car | None]:
            return [items[index]]

        @lib.get("/tagged/{index}", response_model=Annotated[Cat | Dog, lib.Field(discriminator="kind")])
        def tagged(index: int):
            return items[index]

        @lib.get("/mixed/{index}", response_model=Car | list[int] | str | None)
        def mixed(index: int):
            return items[index]

        @lib.get(
            "/subset/{index}",
            response_model=Plane | Car,
            response_model_exclude_unset=True,
            response_model_exclude={"type"},
        )
        def subset(index: int):
            return items[index]

    agree(
        build,
        *(
            f"GET /{path}/{index}"
            for path in ("items", "swapped", "many", "tagged", "mixed", "subset")
            for index in range(14)
        ),
    )


SWITCHES: dict[str, dict[str, Any]] = {
    "none": {},
    "unset": {"response_model_exclude_unset": True},
    "defaults": {"response_model_exclude_defaults": True},
    "nones": {"response_model_exclude_none": True},
    "all": {
        "response_model_exclude_unset": True,
        "response_model_exclude_none": True,
        "response_model_exclude_defaults": True,
    },
    "include": {"response_model_include": {"name", "sub", "subs"}},
    "include list": {"response_model_include": ["name"]},
    "exclude": {"response_model_exclude": {"tax", "the_alias"}},
    "deep include": {"response_model_include": {"name": True, "sub": {"a"}, "subs": {"__all__": {"b"}}}},
    "deep exclude": {
        "response_model_exclude": {"name": True, "sub": {"a"}, "subs": {"__all__": {"b"}}, "by_key": {"k": {"a"}}}
    },
    "index": {"response_model_exclude": {"subs": {0: {"a"}}}},
    "index whole": {"response_model_include": {"subs": {-1}}},
    "by name": {"response_model_by_alias": False},
    "mixed": {
        "response_model_include": {"name", "tax", "the_alias"},
        "response_model_exclude": {"tax"},
        "response_model_exclude_none": True,
    },
    "nothing": {"response_model_include": set()},
    "unknown": {"response_model_exclude": {"nope"}},
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_switches_of_the_model(switch):
    """`response_model_include` and its siblings, for dicts, instances and objects, nested ones, too."""

    def build(lib):
        @lib.model
        class Sub:
            a: int = 1
            b: str | None = None

        @lib.model
        class Item:
            name: str
            tax: float = 10.5
            description: str | None = None
            sub: Sub | None = None
            subs: list[Sub] = lib.Field(default_factory=list)
            by_key: dict[str, Sub] = lib.Field(default_factory=dict)
            the_alias: Annotated[int, lib.Field(alias="theAlias")] = 0

        items = [
            {"name": "n"},
            {
                "name": "n",
                "tax": 10.5,
                "description": None,
                "sub": {"a": 1},
                "subs": [{"b": None}, {"b": "x"}],
                "theAlias": 3,
            },
            {"name": "n", "tax": 1, "subs": [Sub(a=2, b=None)], "by_key": {"k": {"a": 5}, "l": {"b": "z"}}},
            Row(name="r", tax=3.0, description="d", sub=Row(a=1, b=None), subs=[], by_key={}, theAlias=1),
            {"name": "n", "the_alias": 3},
            {"tax": 1},
        ]
        options = SWITCHES[switch]

        @lib.get("/items/{index}", response_model=Item, **options)
        def read(index: int):
            return items[index]

        @lib.get("/list/{index}", response_model=list[Item], **options)
        def read_list(index: int):
            return [items[index]]

        @lib.post("/echo/", response_model=Item, **options)
        def echo(item: Item):
            return item

        @lib.post("/dict/", response_model=dict[str, Item], **options)
        def echo_dict(item: Item):
            return {"x": item}

    bodies = [{"name": "n"}, {"name": "n", "sub": {"a": 1}, "subs": [{}, {"b": "x"}], "theAlias": 0}]
    agree(
        build,
        *(f"GET /items/{index}" for index in range(6)),
        *(f"GET /list/{index}" for index in range(6)),
        *(("POST /echo/", {"json": body}) for body in bodies),
    )


def random_selection(rng: random.Random, kind: str = "model", depth: int = 0) -> Any:
    """A set or a mapping of names, positions and "__all__", some of which say something and some nothing."""
    names = {
        "model": ["a", "b", "sub", "subs", "by_key", "either", "nope"],
        "list": [0, -1],
        "dict": ["k", "l"],
        "leaf": ["x"],
    }
    keys = [*names[kind], "__all__"]
    chosen = rng.sample(keys, rng.randint(0, min(4, len(keys))))
    if depth > 2 or rng.random() < 0.4:
        return set(chosen)
    kinds = {"sub": "model", "subs": "list", "by_key": "dict", "either": "model"}
    return {
        key: rng.choice(
            [True, ..., random_selection(rng, kinds.get(key, "model" if kind != "model" else "leaf"), depth + 1)]
        )
        for key in chosen
    }


def random_data(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    """What a view may return for the model below: some attributes left out, some equal to their defaults."""
    optional: dict[str, Any] = {
        "b": lambda: rng.choice([None, "x"]),
        "sub": lambda: rng.choice([None, random_data(rng, depth + 1)]),
        "subs": lambda: [random_data(rng, depth + 1) for _ in range(rng.randint(0, 3))],
        "by_key": lambda: {key: random_data(rng, depth + 1) for key in "kl"},
        "either": lambda: rng.choice([3, 0, random_data(rng, depth + 1)]),
        "al_": lambda: rng.choice([0, 7]),
    }
    share = 0.5 if depth < 2 else 0.1
    return {"a": rng.choice([1, "1"]), **{key: make() for key, make in optional.items() if rng.random() < share}}


@pytest.mark.parametrize("seed", range(24))
def test_random_selections(seed):
    """Whatever is included, excluded and left out, at any depth, the same is left."""
    rng = random.Random(seed)
    options = {
        **({"response_model_include": random_selection(rng)} if rng.random() < 0.6 else {}),
        **({"response_model_exclude": random_selection(rng)} if rng.random() < 0.6 else {}),
        **{f"response_model_exclude_{name}": rng.random() < 0.3 for name in ("unset", "defaults", "none")},
        "response_model_by_alias": rng.random() < 0.8,
    }
    results = [random_data(rng) for _ in range(5)]

    def build(lib):
        @lib.model
        class Item:
            a: int
            b: str | None = None
            sub: "Item | None" = None
            subs: "list[Item]" = lib.Field(default_factory=list)
            by_key: "dict[str, Item]" = lib.Field(default_factory=dict)
            either: "int | Item" = 0
            al: Annotated[int, lib.Field(alias="al_")] = 0

        @lib.get("/one/{i}", response_model=Item, **options)
        def one(i: int):
            return results[i]

        @lib.get("/list/{i}", response_model=list[Item], **options)
        def several(i: int):
            return [results[i], results[0]]

        @lib.get("/dict/{i}", response_model=dict[str, Item], **options)
        def named(i: int):
            return {"k": results[i], "l": results[0]}

        @lib.post("/", response_model=Item | None, **options)
        def echo(item: Item):
            return item

    paths = ("one", "list", "dict")
    agree(
        build,
        *(f"GET /{path}/{i}" for path in paths for i in range(5)),
        *(("POST /", {"json": each}) for each in results),
    )


def test_a_default_that_is_none():
    """`description: str = None`, as older code has it: None goes out, and does not come in."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            description: str = None
            size: int = None

        @lib.get("/dict", response_model=Item)
        def from_dict():
            return {"name": "n"}

        @lib.get("/instance")
        def instance() -> Item:
            return Item(name="n")

        @lib.post("/")
        def echo(item: Item) -> Item:
            return item

    twins = Twins(build)
    twins.agree(
        "GET /dict", "GET /instance", *(("POST /", {"json": {"name": "n", **more}}) for more in ({}, {"size": None}))
    )


def test_statuses():
    """`status_code` of the decorator, of the injected response, and statuses without a body."""

    def build(lib):
        for status in (200, 201, 202, 204, 205, 206, 299, 304, 400, 422, 500):

            @lib.get(f"/declared/{status}", status_code=status, response_model=None)
            def declared():
                return {"a": 1}

        @lib.get("/changed/{status}")
        def changed(status: int, response: lib.Response):
            response.status_code = status
            return {"a": 1}

        @lib.put("/get-or-create/{item}", status_code=200)
        def get_or_create(item: str, response: lib.Response):
            if item != "known":
                response.status_code = 201
            return item

        @lib.delete("/items/{item}", status_code=204)
        def delete(item: str) -> None:
            return None

        @lib.get("/direct")
        def direct():
            return lib.JSONResponse({"a": 1}, status_code=203, headers={"x-one": "1"})

        @lib.get("/raw")
        def raw():
            return lib.RawResponse("<a/>", media_type="application/xml")

        @lib.get("/raw-headers")
        def raw_headers():
            return lib.RawResponse(b"abc", status_code=418, headers={"x-two": "2", "content-type": "text/odd"})

        @lib.get("/annotated")
        def annotated() -> lib.Response:
            return lib.RawResponse("x", media_type="text/plain")

        @lib.get("/model-but-response", response_model=list[int])
        def model_but_response():
            return lib.JSONResponse("not a list")

        @lib.head("/head")
        def head(response: lib.Response):
            response.headers["x-one"] = "1"

    # 205: FastAPI announces a length and sends nothing; 304: Werkzeug drops the type of the body that is not there
    statuses = (200, 201, 202, 204, 206, 299, 400, 422, 500)
    agree(
        build,
        *(f"GET /declared/{status}" for status in statuses),
        *(f"GET /changed/{status}" for status in statuses),
        *(
            "PUT /get-or-create/known",
            "PUT /get-or-create/new",
            "DELETE /items/3",
            "GET /direct",
            "GET /raw",
            "GET /raw-headers",
        ),
        *("GET /annotated", "GET /model-but-response", "HEAD /head"),
    )


def test_headers_and_cookies():
    """The injected response's headers are added to the answer, several of a name too; a direct one has its own."""

    def build(lib):
        @lib.get("/headers")
        def headers(response: lib.Response):
            response.headers["X-One"] = "1"
            response.headers["Cache-Control"] = "no-store"
            return {"a": 1}

        @lib.get("/cookies")
        def cookies(response: lib.Response):
            response.set_cookie(key="a", value="1", path="/x", secure=True, httponly=True, samesite="strict")
            response.set_cookie(key="b", value="2 3", max_age=10, domain="example.com")
            response.set_cookie("c", samesite=None)
            return {"a": 1}

        @lib.get("/type")
        def content_type(response: lib.Response):
            response.headers["content-type"] = "application/problem+json"
            return {"a": 1}

        @lib.get("/raises")
        def raises(response: lib.Response):
            response.headers["X-One"] = "1"
            raise lib.HTTPException(400)

        @lib.get("/ignored")
        def ignored(response: lib.Response):
            response.headers["X-One"] = "1"
            return lib.JSONResponse(1)

        @lib.get("/returned")
        def returned(response: lib.Response):
            response.headers["X-One"] = "1"
            response.status_code = 202
            return response

    twins = Twins(build)
    twins.same_document()
    twins.agree(*(f"GET /{path}" for path in ("headers", "cookies", "type", "raises", "ignored")))
    for client in (twins.flask, twins.fastapi):
        answer = client.get("/returned")
        assert (answer.status_code, answer.headers["x-one"]) == (202, "1")


COOKIES = ("plain", "a b", "a;b", "a,b", 'q"q', "ä", "€", "", "a=b", "\\", " lead", "(x)", "a/b:c", "{}@?", "\x7f")


def test_cookies_come_back():
    """A cookie of any text is written as FastAPI writes it, and is that text to `Cookie()` in the next request."""

    def build(lib):
        @lib.get("/set/{index}")
        def give(index: int, response: lib.Response):
            response.set_cookie("kept", COOKIES[index])

        @lib.get("/delete")
        def delete(response: lib.Response):
            response.delete_cookie("kept", path="/x", secure=True)

        @lib.get("/name")
        def name(response: lib.Response):
            response.set_cookie("bad name", "v")

        @lib.get("/")
        def read(kept: Annotated[str | None, lib.Cookie()] = None):
            return kept

    twins = Twins(build)
    twins.agree("GET /delete", "GET /name")
    for index, text in enumerate(COOKIES):
        (answer,) = twins.agree(f"GET /set/{index}")
        for client in (twins.flask, twins.fastapi):
            client.cookies.clear()
        if text != "€":  # in no header, on either side
            written = answer.headers["set-cookie"].partition("; Path")[0]
            assert written == twins.fastapi.get(f"/set/{index}").headers["set-cookie"].partition("; Path")[0]
            twins.fastapi.cookies.clear()
            assert twins.same("GET", "/", headers={"cookie": written}).json() == text


def test_cookies_that_expire():
    """A number is the seconds from now, as FastAPI counts it; a moment is itself."""

    def build(lib):
        @lib.get("/{kind}")
        def view(kind: str, response: lib.Response):
            moments = {"seconds": 10**9, "now": 0, "past": -(10**9), "moment": dt.datetime(2040, 1, 1, tzinfo=dt.UTC)}
            response.set_cookie("a", "b", expires=moments[kind])

    twins = Twins(build)
    for kind in ("seconds", "now", "past", "moment"):
        answers = [client.get(f"/{kind}") for client in (twins.flask, twins.fastapi)]
        found = [SimpleCookie(answer.headers["set-cookie"])["a"]["expires"] for answer in answers]
        ours, theirs = map(parsedate_to_datetime, found)
        assert abs(ours - theirs) < dt.timedelta(minutes=1)


def test_the_model_is_not_asked_twice():
    """A model with a hook of its own, and an instance that was changed after it was made."""

    def build(lib):
        @lib.model
        class Item:
            n: int
            tags: list[str] = lib.Field(default_factory=list)
            limited: Annotated[int, lib.Field(ge=0)] = 0
            short: Annotated[str, lib.Field(max_length=3)] = ""

        @lib.get("/changed")
        def changed() -> Item:
            item = Item(n=1)
            item.tags.append("later")
            return item

        @lib.get("/values")
        def values(limited: int, short: str) -> Item:
            return {"n": 1, "limited": limited, "short": short}

    agree(
        build,
        "GET /changed",
        "GET /values?limited=0&short=abc",
        "GET /values?limited=-1&short=a",
        "GET /values?limited=1&short=abcd",
    )


def test_an_instance_made_wrong_is_refused():
    """A dataclass takes any value when it is called; a wrong one does not go out, but is a 500."""
    import flask

    import myapp.kit as kit

    app = flask.Flask("responses")
    kit.Api().init_app(app)

    @dataclass
    class Item:
        n: int
        name: str | None = None

    @app.get("/<n>")
    @kit.operation()
    def view(n: str) -> Item:
        return Item(n=n)  # type: ignore[arg-type]

    client = app.test_client()
    assert client.get("/5").json == {"n": 5, "name": None}
    assert client.get("/x").status_code == 500


Pair = namedtuple("Pair", "a b")


def test_results_in_containers():
    """Models inside plain dicts and lists are written as models."""

    def build(lib):
        @lib.model
        class Item:
            price: Decimal
            when: dt.datetime
            inner: list["int"] = lib.Field(default_factory=list)
            named: Annotated[str, lib.Field(serialization_alias="outName")] = "n"

        @lib.post("/")
        def view(item: Item):
            return {"item": item, "list": [item], "tuple": (item, Pair(1, item.price))}

        @lib.post("/model", response_model=list[Item])
        def model(item: Item):
            return [item, {"price": 1, "when": item.when}]

    twins = Twins(build)
    body = {"json": {"price": "1.10", "when": "2024-01-01T00:00:00Z"}}
    twins.agree(("POST /", body), ("POST /model", body))


NAMED = (
    *({"one": 1}, {"uno": 2}, {"first": 3}, {"numbers": [1, 2, 3]}, {"three": 4}, {"numbers": [1], "three": 5}),
    *({"Vier": 6}, {"fourth": 7}, {"uno": 1, "one": 2}, {"numbers": "abc"}, {}),
)


def test_an_object_is_read_under_every_name() -> None:
    """Of what a view returns the attributes, or keys, are looked for under all names and paths that were declared."""

    def build(lib):
        choices, path = lib.AliasChoices, lib.AliasPath

        @lib.model
        class Item:
            model_config = {"from_attributes": True}
            first: int = lib.Field(default=0, validation_alias=choices("one", "uno"))
            second: int = lib.Field(default=0, validation_alias=path("numbers", 1))
            third: int = lib.Field(default=0, validation_alias=choices(path("numbers", 2), "three"))
            fourth: int = lib.Field(default=0, alias="Vier")

        @lib.get("/objects/{number}")
        def read_object(number: int) -> Item:
            return SimpleNamespace(**NAMED[number])

        @lib.get("/dictionaries/{number}")
        def read_dictionary(number: int) -> Item:
            return NAMED[number]

    agree(build, *(f"GET /{kind}/{number}" for kind in ("objects", "dictionaries") for number in range(len(NAMED))))
