"""Request bodies: models, several at once, scalars, lists and dictionaries, and content that is no JSON."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import pytest
from flask import Flask

from myapp import kit
from tests.kit.both import Twins, agree

JSON = {"content-type": "application/json"}


def posts(path, *bodies):
    """One POST for each body."""
    return [(f"POST {path}", {"json": body}) for body in bodies]


def test_a_model():
    """One model is the whole body; what is missing or wrong in it is found by its loc, what is unknown is ignored."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: float
            description: str | None = None
            tax: float | None = None

        @lib.post("/items/")
        async def create_item(item: Item):
            item_dict = lib.dump(item)
            if item.tax is not None:
                item_dict.update({"price_with_tax": item.price + item.tax})
            return item_dict

        @lib.put("/items/{item_id}")
        def update_item(item_id: int, item: Item, q: str | None = None):
            return {"item_id": item_id, "item": item, "q": q}

        @lib.post("/optional/")
        def optional(item: Item | None = None):
            return item

        @lib.post("/default/")
        def default(item: Annotated[Item | None, lib.Body()] = None, q: int = 0):
            return [item, q]

        @lib.delete("/items/")
        def delete(item: Item):
            return item.name

    wrong: list[Any] = [{}, [], None, 3, "text", True, [{}], {"name": None, "price": None}, {"name": 1, "price": "x"}]
    right = [
        {"name": "n", "price": 1},
        {"name": "n", "price": "1.5", "tax": 2, "more": 1},
        {"name": "", "price": 1e300, "description": None},
    ]
    agree(
        build,
        *posts("/items/", *wrong, *right, {"price": "NaN", "name": "n"}),
        *posts("/optional/", *wrong, *right),
        *posts("/default/", *wrong, *right),
        *("POST /items/", "POST /optional/", "POST /default/", "PUT /items/3", "DELETE /items/"),
        *(("PUT /items/3?q=x", {"json": body}) for body in (*wrong, *right)),
        ("PUT /items/x", {"json": {}}),
        ("DELETE /items/", {"json": right[0]}),
    )


CONTENTS = [
    (b'{"name":"n"}', "application/json"),
    (b'{"name":"n"}', "application/json; charset=utf-8"),
    (b'{"name":"n"}', "Application/JSON"),
    (b'{"name":"n"}', "application/vnd.api+json"),
    (b'{"name":"n"}', "application/geo+json-seq"),
    (b'{"name":"n"}', "text/plain"),
    (b'{"name":"n"}', "application/x-www-form-urlencoded"),
    (b'{"name":"n"}', "not a type"),
    (b'{"name":"n"}', ""),
    (b'{"name":"n"}', None),
    (b'{"name":', "application/json"),
    (b"{'name': 'n'}", "application/json"),
    (b'{"name":"n"} x', "application/json"),
    (b"\xff\xfe{", "application/json"),
    (b"\x80", "application/json"),
    (b'\xef\xbb\xbf{"name":"n"}', "application/json"),
    ('{"name":"é"}'.encode("utf-16"), "application/json"),
    (b'{"name":NaN}', "application/json"),
    (b'{"name":"a","name":"b"}', "application/json"),
    (b'{"name": ' + b"1" * 5000 + b"}", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b" ", "application/json"),
    (b"", "application/json"),
    (b"null", "application/json"),
    (b"\x00", "application/octet-stream"),
]


@pytest.mark.parametrize(("content", "content_type"), CONTENTS, ids=[f"{str(c)[:20]} {t}" for c, t in CONTENTS])
def test_contents(content, content_type):
    """What counts as JSON by its Content-Type, and what malformed JSON is told."""

    def build(lib):
        @lib.model
        class Item:
            name: str

        @lib.post("/model/")
        def model(item: Item):
            return item

        @lib.post("/embedded/")
        def embedded(item: Annotated[Item, lib.Body(embed=True)], n: Annotated[int, lib.Body()] = 3):
            return item

        @lib.post("/any/")
        def anything(item: Annotated[Any, lib.Body()]):
            return item if not isinstance(item, bytes) else "bytes"

        @lib.post("/optional/")
        def optional(item: Item | None = None, q: Annotated[str | None, lib.Query()] = None):
            return item

        @lib.post("/none/")
        def no_body(q: int = 1):
            return q

    headers = {} if content_type is None else {"content-type": content_type}
    paths = ("model", "embedded", "any", "optional", "none")
    agree(build, *((f"POST /{path}/", {"content": content, "headers": headers}) for path in paths))


def test_lenient_content_type():
    """`strict_content_type=False` reads a body without a Content-Type as JSON, and one of another type not."""

    def build(lib):
        options = {"strict_content_type": False}
        if lib.name == "fastapi":
            lib.app.router.strict_content_type = False
            options = {}

        @lib.post("/", **options)
        def view(item: dict[str, int]):
            return item

    requests = [
        ("POST /", {"content": b'{"a":1}', "headers": headers})
        for headers in ({}, {"content-type": "text/plain"}, JSON)
    ]
    agree(build, *requests, ("POST /", {"content": b"{"}))


def test_several_bodies():
    """Several models, or a model and scalars, are looked up by name; `embed` wraps a single one."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: float = 1

        @lib.model
        class User:
            username: str
            full_name: str | None = None

        @lib.put("/two/{item_id}")
        def two(item_id: int, item: Item, user: User):
            return [item_id, item, user]

        @lib.post("/scalar/")
        def scalar(item: Item, importance: Annotated[int, lib.Body(gt=0)], q: str | None = None):
            return [item, importance, q]

        @lib.post("/optional/")
        def optional(item: Item | None = None, user: User | None = None, n: Annotated[int, lib.Body()] = 3):
            return [item, user, n]

        @lib.post("/embed/")
        def embed(item: Annotated[Item, lib.Body(embed=True)]):
            return item

        @lib.post("/one-scalar/")
        def one_scalar(importance: Annotated[int, lib.Body()]):
            return importance

        @lib.post("/one-scalar-embedded/")
        def one_scalar_embedded(importance: Annotated[int, lib.Body(embed=True, alias="imp")] = 5):
            return importance

        @lib.post("/alias/")
        def alias(item: Annotated[Item, lib.Body(alias="the-item")], n: Annotated[int, lib.Body(alias="$n")] = 1):
            return [item, n]

        @lib.post("/lists/")
        def lists(items: list[Item], tags: Annotated[list[str], lib.Body()] = []):  # noqa: B006
            tags.append("!")
            return [items, tags]

    item, user = {"name": "n", "price": 2}, {"username": "u"}
    bodies: list[Any] = [
        *({"item": item, "user": user}, {"item": item}, {"item": user, "user": item}, {}, [], None, 3, "x", [item]),
        *(
            {"item": item, "importance": 5},
            {"item": item, "importance": 0},
            {"item": None, "user": None, "importance": None},
        ),
        *({"the-item": item, "$n": "2"}, {"imp": "7"}, {"imp": "x"}, {"importance": 1}, item, 7, "8"),
        *({"items": [item], "tags": ["a"]}, {"items": [item, user]}, {"items": item}, {"items": [], "tags": None}),
    ]
    paths = ("scalar", "optional", "embed", "one-scalar", "one-scalar-embedded", "alias", "lists")
    agree(
        build,
        *(request for path in paths for request in posts(f"/{path}/", *bodies)),
        *(("PUT /two/3", {"json": body}) for body in bodies),
        *(f"POST /{path}/" for path in paths),
        "PUT /two/x",
    )


def test_fields_and_nesting():
    """Constraints of attributes, models in models, sets, dictionaries with other keys, lists of lists."""

    def build(lib):
        @lib.model
        class Image:
            url: lib.HttpUrl
            name: Annotated[str, lib.Field(min_length=2, examples=["x"])] = "image"

        @lib.model
        class Item:
            name: str = lib.Field(title="The name", max_length=5)
            price: float = lib.Field(gt=0, description="The price must be greater than zero")
            tags: set[str] = lib.Field(default_factory=set)
            images: list[Image] | None = None
            sizes: dict[str, list[int]] = lib.Field(default_factory=dict)
            kind: Literal["a", "b"] = "a"
            pair: tuple[int, str] | None = None
            email: lib.EmailStr | None = None
            matrix: list[list[int]] = lib.Field(default_factory=list)
            either: int | Image | None = None
            code: Annotated[str, lib.Field(pattern=r"^\d+$", alias="the code")] = "0"

        @lib.model
        class Offer:
            items: list[Item]
            best: Item | None = None
            note: Annotated[str | None, lib.Field(max_length=3)] = None

        @lib.post("/offers/")
        def create(offer: Offer):
            if offer.best is not None:
                offer.best.tags -= {"a"}
            return [offer.note, len(offer.items), offer.best]

        @lib.post("/images/")
        def images(images: list[Image]):
            return images

        @lib.post("/weights/")
        def weights(weights: dict[int, float]):
            return weights

        @lib.post("/sets/")
        def sets(values: set[int]):
            return sorted(values)

        @lib.post("/union/")
        def union(value: Image | Item):
            return type(value).__name__

    good = {
        "name": "n",
        "price": 2,
        "tags": ["b", "a", "b"],
        "images": [{"url": "http://example.com"}],
        "sizes": {"x": [1, "2"]},
    }
    bad = {
        "name": "toolong",
        "price": 0,
        "tags": "a",
        "images": [{"url": "x"}, 3],
        "sizes": {"x": ["y"], "z": 1},
        "kind": "c",
    }
    worse = {"pair": [1], "email": "x", "matrix": [[1], "x", [[2]]], "either": "x", "the code": "x", "code": "y"}
    more = {
        "pair": [1, "b"],
        "email": "a@example.com",
        "matrix": [[1], []],
        "either": {"url": "https://a.b/"},
        "the code": "12",
    }
    agree(
        build,
        *posts(
            "/offers/",
            {"items": [good], "best": good},
            {"items": [good, bad], "best": {**bad, **worse}, "note": "long"},
            {"items": {}},
        ),
        *posts(
            "/offers/",
            {"items": [], "best": {**good, **more}},
            {"items": None, "best": []},
            {"items": [None, 1, "x", []]},
        ),
        *posts("/images/", [], [{"url": "http://a.b"}], [{"url": "ftp://a.b", "name": "x"}], {}, None, "x", [[]]),
        *posts("/weights/", {}, {"1": 2, "2": "3.5"}, {"x": 1, "1": "y"}, [], None),
        *posts("/sets/", [1, "1", 2], ["x"], {}, "12", [[1]]),
        *posts("/union/", good, {"url": "http://a.b"}, {}, {"url": "x", "name": "n"}, 3),
    )


def test_scalars_and_special_types():
    """Dates, UUIDs, Decimals, durations and bytes in one body, out again through a model and without one."""

    def build(lib):
        @lib.model
        class Everything:
            when: dt.datetime
            day: dt.date
            at: dt.time
            every: dt.timedelta
            ident: uuid.UUID
            price: Decimal
            raw: bytes = b""
            frozen: frozenset[int] = frozenset()

        @lib.post("/model/")
        def model(value: Everything) -> Everything:
            return value

        @lib.post("/plain/")
        def plain(value: Everything):
            return {
                "value": value,
                "when": value.when,
                "every": value.every,
                "price": value.price,
                "ident": value.ident,
            }

        @lib.post("/encoded/")
        def encoded(value: Everything):
            return lib.jsonable_encoder(value)

        @lib.post("/dumped/")
        def dumped(value: Everything):
            return lib.dump(value)

    bodies: list[Any] = [
        {
            "when": "2024-01-02T03:04:05Z",
            "day": "2024-01-02",
            "at": "03:04",
            "every": "PT1H",
            "ident": "1" * 32,
            "price": "1.10",
        },
        {
            "when": 0,
            "day": 0,
            "at": 3,
            "every": 90.5,
            "ident": "urn:uuid:" + "1" * 32,
            "price": 2,
            "raw": "é",
            "frozen": [1, 1],
        },
        {
            "when": "2024-01-02 03:04:05+02:30",
            "day": "2024-01-02T00:00:00",
            "at": "03:04:05.5Z",
            "every": "1 days, 00:00:01",
        },
        {"when": "x", "day": "x", "at": "x", "every": "x", "ident": "x", "price": "x", "raw": 1, "frozen": 1},
    ]
    bodies[2] |= {"ident": str(uuid.UUID(int=5)), "price": 1.5}
    agree(
        build, *(request for path in ("model", "plain", "encoded", "dumped") for request in posts(f"/{path}/", *bodies))
    )


def test_updates():
    """PUT replaces; PATCH keeps what was not sent (`exclude_unset`)."""

    def build(lib):
        @lib.model
        class Item:
            name: str | None = None
            description: str | None = None
            price: float | None = None
            tax: float = 10.5
            tags: list[str] = lib.Field(default_factory=list)

        stored = {"name": "Bar", "description": "The Bar fighters", "price": 62, "tax": 20.2}

        @lib.put("/items/", response_model=Item)
        def update(item: Item):
            return lib.jsonable_encoder(item)

        @lib.patch("/items/", response_model=Item)
        def patch(item: Item):
            return {**stored, **lib.dump(item, exclude_unset=True)}

        @lib.patch("/sent/")
        def sent(item: Item):
            return [
                lib.dump(item, exclude_unset=True),
                lib.dump(item, exclude_defaults=True),
                lib.dump(item, exclude_none=True),
            ]

    bodies: list[Any] = [{}, {"price": 1}, {"name": None}, {"tax": 10.5, "tags": []}, {"tags": ["a"], "tax": "x"}]
    agree(
        build,
        *(
            (f"{method} /{path}/", {"json": body})
            for method, path in (("PUT", "items"), ("PATCH", "items"), ("PATCH", "sent"))
            for body in bodies
        ),
    )


@dataclass
class Author:
    """A dataclass of the standard library, on both sides."""

    name: str
    items: list["Nested"] = field(default_factory=list)


@dataclass
class Nested:
    """What an Author has."""

    name: str
    description: str | None = None


def test_dataclasses():
    """The page on dataclasses: as bodies, in lists, and as response models."""

    def build(lib):
        @lib.post("/authors/{author_id}/items/", response_model=Author)
        def create(author_id: str, items: list[Nested]):
            return {"name": author_id, "items": items}

        @lib.get("/authors/", response_model=list[Author])
        def read():
            return [Author("Breaters", [Nested("Island", "A place")]), {"name": "System", "items": [{"name": "Salt"}]}]

        @lib.post("/plain/")
        def plain(author: Author):
            return author

    agree(
        build,
        *posts("/authors/foo/items/", [], [{"name": "a"}], [{"name": "a", "description": 3}, {}], {}),
        *posts("/plain/", {"name": "n"}, {"name": "n", "items": [{"name": "x"}]}, {"items": [{}]}),
        "GET /authors/",
    )


def test_models_that_mind_extra_attributes():
    """`extra="forbid"` refuses and `extra="allow"` keeps what the class does not declare; names of a config hold."""

    def build(lib):
        @lib.model
        class Strict:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
            name: str

        @lib.model
        class Open:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
            name: str

        @lib.model
        class Camel:
            model_config: ClassVar[Any] = lib.ModelConfig(
                alias_generator=lambda name: "".join(
                    part.title() if i else part for i, part in enumerate(name.split("_"))
                ),
                populate_by_name=True,
                str_strip_whitespace=True,
            )
            first_name: str
            last_name: str | None = None

        @lib.post("/strict/")
        def strict(item: Strict):
            return item

        @lib.post("/open/")
        def opened(item: Open) -> Open:
            return item

        @lib.post("/open-plain/")
        def open_plain(item: Open):
            return item

        @lib.post("/camel/")
        def camel(item: Camel) -> Camel:
            return item

        @lib.post("/camel-plain/")
        def camel_plain(item: Camel):
            return {"item": item}

        @lib.post("/camel-names/", response_model_by_alias=False)
        def camel_names(item: Camel) -> Camel:
            return item

    bodies: list[Any] = [
        *({"name": "n"}, {"name": "n", "more": 1, "and": {"x": None}}, {"more": 1}),
        *({"firstName": " a ", "lastName": "b"}, {"first_name": "a"}, {"lastName": 3}),
    ]
    paths = ("strict", "open", "open-plain", "camel", "camel-plain", "camel-names")
    agree(build, *(request for path in paths for request in posts(f"/{path}/", *bodies)))


def test_a_choice_of_models_that_mind_extra_attributes():
    """Only declared attributes count for which member of a union a body belongs to, not those that `allow` keeps."""

    def build(lib):
        @lib.model
        class Open:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
            name: str

        @lib.model
        class OpenTagged:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
            name: str
            tags: list[str] = lib.Field(default=[])

        @lib.model
        class Tagged:
            name: str
            tags: list[str]

        @lib.model
        class Plain:
            name: str

        @lib.post("/open-first/")
        def open_first(item: Open | Tagged | Plain):
            return [type(item).__name__, item]

        @lib.post("/open-last/")
        def open_last(item: Plain | Open):
            return [type(item).__name__, item]

        @lib.post("/both-open/")
        def both_open(item: Open | OpenTagged | Tagged):
            return [type(item).__name__, item]

    bodies = ({"name": "n"}, {"name": "n", "tags": ["x"]}, {"name": "n", "more": 1}, {"name": "n", "tags": [], "z": 1})
    paths = ("open-first", "open-last", "both-open")
    agree(build, *(request for path in paths for request in posts(f"/{path}/", *bodies, {"tags": 1})))


SHAPES: list[Any] = [
    *(
        {"name": "n"},
        {"name": "n", "price": "2.50", "when": "2024-01-01T00:00:00Z", "extra": 5},
        {},
        [],
        None,
        3,
        "abc",
        True,
    ),
    *(
        1.5,
        {"item": {"name": "n"}},
        {"a": 1, "b": "x"},
        {"a": "y", "b": None},
        [{"name": "n"}],
        [1, "s", {"name": "q"}],
    ),
    *({"the x": 5}, {"x": 5}, {"1": {"name": "n"}}, ["a", "b"], {"name": None}),
]


@pytest.mark.parametrize("body", SHAPES, ids=str)
def test_every_shape_for_every_declaration(body):
    """Each kind of body parameter is sent each kind of JSON."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: Decimal = Decimal("1.0")
            when: dt.datetime | None = None

        @lib.model
        class Sub(Item):
            extra: int = 0

        def view(annotation, result=Any, default=..., **options):
            def operation(x):
                return x

            operation.__annotations__ = {"x": annotation, "return": result}
            operation.__defaults__ = None if default is ... else (default,)
            operation.__name__ = f"view_{len(paths)}"
            paths.append(f"/{len(paths)}")
            lib.post(paths[-1], **options)(operation)

        Body = lib.Body
        paths.clear()
        view(Annotated[Item | None, Body(embed=True)], default=None)
        view(Annotated[int | None, Body()], default=None)
        view(Annotated[str, Body(min_length=2, pattern="^a")])
        view(Item, default=Item(name="d"))
        view(Sub | Item | int | list[str])
        view(dict)
        view(dict[str, Any])
        view(Annotated[Any, Body()])
        view(tuple[int, str, Item])
        view(Annotated[int, Body(alias="the x", gt=3)])
        view(Sub, Item)
        view(list[Sub], list[Item])
        view(Sub, dict[str, Any])
        view(Sub, Item | None | int)
        view(dict[Literal["a", "b"], int])
        view(dict[int, Item], dict[int, Item])
        view(Sub, Item, response_model_exclude={"price"}, status_code=201)

    paths: list[str] = []
    twins = Twins(build)
    twins.same_document()
    twins.agree(*((f"POST {path}", {"json": body}) for path in paths))


def test_depth_without_bottom() -> None:
    """However deep a body is nested, it is refused: with its faults, or as unreadable beyond; never a 500."""
    app = Flask("deep")
    kit.Api().init_app(app)

    @dataclass
    class Post:
        title: str
        extra: dict[str, Any] | None = None

    @app.post("/")
    @kit.operation()
    def create_post(post: Post) -> Post:
        return post

    client = app.test_client()
    for depth in (10, 300, 500, 700, 900, 1_000, 50_000):
        for body in ("[" * depth + "]" * depth, '{"title":' * depth + "1" + "}" * depth):
            answer = client.post("/", data=body, content_type="application/json")
            assert answer.status_code == (422 if depth <= 300 else answer.status_code)
            assert answer.status_code in (400, 422), depth
