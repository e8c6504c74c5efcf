"""Path, query, header and cookie parameters: what FastAPI reads from the URL and the headers, read by the kit."""

import datetime as dt
import enum
import uuid
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NewType, Optional, Union

import pytest
from typing_extensions import TypeAliasType

from tests.kit.both import Twins, agree


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


UserId = NewType("UserId", int)
Limit = Annotated[int, "not for us"]


def test_path_parameters_are_converted():
    """A segment of the URL arrives as the declared type, or the 422 names it."""

    def build(lib):
        @lib.get("/items/{item_id}")
        def read_item(item_id: int):
            return {"item_id": item_id}

        @lib.get("/floats/{value}")
        def read_float(value: float):
            return value

        @lib.get("/flags/{value}")
        def read_flag(value: bool):
            return value

        @lib.get("/models/{colour}/{size}")
        def read_model(colour: Colour, size: Size):
            return {"colour": colour, "red": colour is Colour.RED, "size": size}

        @lib.get("/uuids/{value}/{day}")
        def read_uuid(value: uuid.UUID, day: dt.date):
            return [value, day, type(value).__name__]

        @lib.get("/untyped/{value}")
        def read_untyped(value):
            return value

        @lib.get("/files/{file_path:path}")
        def read_file(file_path: str):
            return {"file_path": file_path}

        @lib.get("/choice/{kind}")
        def read_choice(kind: Literal["a", "b"]):
            return kind

    agree(
        build,
        *("GET /items/3", "GET /items/foo", "GET /items/4.2", "GET /items/4.0", "GET /items/-1", "GET /items/%20%207"),
        *("GET /items/" + "9" * 40, "GET /items/" + "9" * 5000, "GET /items/1_000", "GET /items/%D9%A3", "GET /items/"),
        *(
            "GET /floats/1",
            "GET /floats/1e400",
            "GET /floats/inf",
            "GET /floats/x",
            "GET /floats/1e16",
            "GET /floats/1e-7",
        ),
        *("GET /flags/yes", "GET /flags/oN", "GET /flags/2", "GET /flags/0"),
        *("GET /models/red/1", "GET /models/green/3", "GET /models/RED/one"),
        *("GET /uuids/12345678-1234-5678-1234-567812345678/2024-02-29", "GET /uuids/x/2023-02-29"),
        *("GET /untyped/a%20b", "GET /untyped/%C3%A9", "GET /untyped/%FF", "GET /untyped/a%2Fb", "GET /untyped/a+b"),
        *("GET /files/a/b.txt", "GET /files//home/a.txt", "GET /files/a/../b", "GET /files/", "GET /files/a%20b/c%3Fd"),
        *("GET /choice/a", "GET /choice/c"),
    )


def test_path_validations():
    """Numeric and string constraints of a path parameter."""

    def build(lib):
        @lib.get("/items/{item_id}")
        def read_items(
            item_id: Annotated[int, lib.Path(title="The ID", gt=0, le=1000)],
            size: Annotated[float, lib.Query(gt=0, lt=10.5)] = 1,
            q: str | None = None,
        ):
            return {"item_id": item_id, "size": size, "q": q}

        @lib.get("/old/{item_id}")
        def read_old(*, item_id: int = lib.Path(ge=1), q: str):
            return [item_id, q]

        @lib.get("/words/{word}")
        def read_word(word: Annotated[str, lib.Path(pattern="^[a-z]+$", max_length=3)]):
            return word

    requests = [
        *("GET /items/1", "GET /items/0?size=10.5", "GET /items/1000?size=0", "GET /items/1001?size=abc&q=1"),
        *("GET /old/1?q=x", "GET /old/0", "GET /old/a", "GET /words/abc", "GET /words/ABCD", "GET /words/ab1"),
    ]
    agree(build, *requests)


def test_the_first_route_or_the_most_exact_one_answers():
    """`/users/me` wins over `/users/{id}` when it is declared first, as the tutorial has it."""

    def build(lib):
        @lib.get("/users/me")
        def read_me():
            return "me"

        @lib.get("/users/{user_id}")
        def read_user(user_id: str):
            return user_id

        @lib.get("/users")
        def read_users():
            return ["first"]

        @lib.get("/users")
        def read_users_again():
            return ["second"]

    agree(build, "GET /users/me", "GET /users/you", "GET /users")


def test_query_parameters_of_every_kind():
    """Required, defaulted and optional ones, scalars and sequences, in the order of the signature."""

    def build(lib):
        @lib.get("/scalars/")
        def scalars(
            needy: str,
            skip: int = 0,
            short: bool = False,
            limit: int | None = None,
            old: Optional[str] = None,  # noqa: UP045
            either: Union[int, str] = "x",  # noqa: UP007
            day: dt.date | None = None,
            price: Decimal = Decimal("1.0"),
            colour: Colour = Colour.RED,
            kind: Literal["a", 1] = "a",
        ):
            return [needy, skip, short, limit, old, either, type(either).__name__, day, price, colour, kind]

        @lib.get("/lists/")
        def lists(
            a: Annotated[list[str] | None, lib.Query()] = None,
            b: Annotated[list[int], lib.Query()] = [1, 2],  # noqa: B006
            c: Annotated[set[int], lib.Query()] = set(),  # noqa: B006
            d: Annotated[tuple[int, ...], lib.Query()] = (),
            e: Annotated[list, lib.Query()] = [],  # noqa: B006
            f: Annotated[tuple[int, str] | None, lib.Query()] = None,
            g: Annotated[frozenset[Colour], lib.Query(max_length=1)] = frozenset(),
            h: Annotated[list[str], lib.Query(min_length=2)] = ["x", "y"],  # noqa: B006
        ):
            return [a, b, sorted(c), d, e, f, sorted(g), h]

        @lib.get("/required-list/")
        def required_list(ids: Annotated[list[int], lib.Query()]):
            return ids

        @lib.get("/untyped/")
        def untyped(a, b=3, c: Any = None):
            return [a, b, c]

        @lib.get("/newtype/")
        def newtype(user: UserId, limit: Limit = 5):
            return [user, limit]

    agree(
        build,
        *(
            "GET /scalars/",
            "GET /scalars/?needy=",
            "GET /scalars/?needy=a&skip=&short=&limit=",
            "GET /scalars/?needy=a&needy=b",
        ),
        "GET /scalars/?needy=a&skip=2&short=yes&limit=3&old=o&either=4&day=2024-01-01&price=1.10&colour=blue&kind=1",
        "GET /scalars/?needy=a&skip=x&short=x&limit=x&either=y&day=x&price=x&colour=x&kind=2",
        *("GET /scalars/?needy=%F0%9F%98%80&old=a%00b", "GET /scalars/?needy=a+b&old=a%2Bb", "GET /scalars/?needy=%ff"),
        *("GET /scalars/?needy=a;skip=3", "GET /scalars/?needy&skip=3", "GET /scalars/?needy=a=b&&&skip=3"),
        *("GET /scalars/?needy=a&skip=1e3", "GET /scalars/?needy=a&skip=10.0", "GET /scalars/?needy=a&price=NaN"),
        *("GET /scalars/?needy=é&colour=BLUE", "GET /scalars/?needy=null&limit=null&old=None"),
        *(
            "GET /lists/",
            "GET /lists/?a=x&a=y&b=3&c=1&c=1&d=5&d=6&e=z&f=1&f=b&g=red",
            "GET /lists/?b=x&b=1&b=y&c=q&d=q",
        ),
        *(
            "GET /lists/?f=1",
            "GET /lists/?f=1&f=2&f=3",
            "GET /lists/?g=red&g=blue",
            "GET /lists/?h=1",
            "GET /lists/?h=1&h=2",
        ),
        *(
            "GET /lists/?a=",
            "GET /lists/?a",
            "GET /lists/?b=&a=1,2",
            "GET /required-list/",
            "GET /required-list/?ids=1&ids=x",
        ),
        *("GET /untyped/", "GET /untyped/?a=1&b=2&c=3&d=4", "GET /newtype/?user=5&limit=x", "GET /newtype/?user=x"),
    )


def test_string_validations():
    """Lengths, patterns, aliases with odd characters, deprecation, hidden parameters and own validators."""

    def build(lib):
        def check(value: str):
            if not value.startswith("isbn-"):
                raise ValueError('it has to start with "isbn-"')
            return value.upper()

        def assure(value: str):
            assert value != "no", "not no"
            return value

        @lib.get("/items/")
        def read_items(
            q: Annotated[str | None, lib.Query(alias="item-query", min_length=3, max_length=5, pattern="^fix")] = None,
            odd: Annotated[str | None, lib.Query(alias="a[b].c$ é")] = None,
            hidden: Annotated[str | None, lib.Query(include_in_schema=False, deprecated=True)] = None,
            old: str = lib.Query(default="old", min_length=2, title="Old", description="Old style"),
            code: Annotated[str | None, lib.AfterValidator(check)] = None,
            sure: Annotated[str, lib.AfterValidator(assure), lib.Query()] = "yes",
        ):
            return [q, odd, hidden, old, code, sure]

        @lib.get("/factory/")
        def factory(made: list[int] = lib.Query(default_factory=lambda: [7])):
            made.append(1)
            return made

        @lib.get("/shared/")
        def shared(tags: list[str] = lib.Query(default=["a"]), more: Annotated[list[str], lib.Query()] = ["b"]):  # noqa: B006
            tags.append("x")
            more.append("y")
            return [tags, more]

        @lib.get("/required/")
        def required(q: str = lib.Query(..., min_length=3)):
            return q

        @lib.get("/nullable/")
        def nullable(q: Annotated[str | None, lib.Query(min_length=3)]):
            return q

        @lib.get("/before/")
        def before(q: Annotated[int, lib.BeforeValidator(lambda v: v.strip("<>"))] = 0):
            return q

    requests = [
        *("GET /items/", "GET /items/?item-query=fixed&old=ab&code=isbn-1&sure=yes&hidden=h", "GET /items/?q=fixed"),
        *(
            "GET /items/?item-query=fi&old=a&code=x&sure=no",
            "GET /items/?item-query=toolong",
            "GET /items/?item-query=abcd",
        ),
        *(
            "GET /items/?a%5Bb%5D.c%24%20%C3%A9=1",
            "GET /items/?a[b].c$+é=2",
            "GET /factory/",
            "GET /factory/",
            "GET /factory/?made=3",
        ),
        *("GET /shared/", "GET /shared/", "GET /required/", "GET /required/?q=ab", "GET /required/?q=abc"),
        *("GET /nullable/", "GET /nullable/?q=", "GET /nullable/?q=abc", "GET /before/?q=<5>", "GET /before/?q=x"),
    ]
    agree(build, *requests)


def test_query_models():
    """One class for all query parameters, with extra ones ignored, forbidden or kept."""

    def build(lib):
        @lib.model
        class FilterParams:
            limit: int = lib.Field(default=100, gt=0, le=100)
            offset: int = lib.Field(default=0, ge=0)
            order_by: Literal["created_at", "updated_at"] = "created_at"
            tags: list[str] = lib.Field(default_factory=list)
            at: Annotated[str | None, lib.Field(alias="when-at")] = None

        @lib.model
        class Strict:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
            limit: int
            tags: list[str] = lib.Field(default_factory=list)

        @lib.get("/items/")
        def read_items(filter_query: Annotated[FilterParams, lib.Query()]):
            return filter_query

        @lib.get("/strict/")
        def read_strict(filter_query: Annotated[Strict, lib.Query()]):
            return filter_query

        @lib.get("/both/")
        def read_both(one: Annotated[FilterParams, lib.Query()], other: str = "x"):
            return [one.limit, other]

        @lib.get("/optional/")
        def read_optional(one: Annotated[Strict | None, lib.Query()] = None):
            return one

        @lib.get("/two/")
        def read_two(one: Annotated[FilterParams, lib.Query()], two: Annotated[Strict | None, lib.Query()] = None):
            return [one, two]

        @lib.get("/nullable/")
        def read_nullable(one: Annotated[FilterParams | None, lib.Query()] = None):
            return one

    agree(
        build,
        *(
            "GET /items/",
            "GET /items/?limit=5&tags=a&tags=b&when-at=x&order_by=updated_at&nope=1",
            "GET /items/?limit=0&offset=-1&order_by=x",
        ),
        *(
            "GET /items/?at=x",
            "GET /items/?limit=",
            "GET /strict/",
            "GET /strict/?limit=1",
            "GET /strict/?limit=1&tool=x&more=1&more=2",
        ),
        *("GET /strict/?limit=x&tags=a&limit=3", "GET /both/?limit=3&other=y", "GET /both/?limit=x&other=y"),
        *(
            "GET /optional/",
            "GET /optional/?limit=3",
            "GET /optional/?limit=x",
            "GET /optional/?nope=1",
            "GET /optional/?tags=1",
        ),
        *(
            "GET /two/",
            "GET /two/?limit=3",
            "GET /two/?limit=x",
            "GET /nullable/",
            "GET /nullable/?x=1",
            "GET /nullable/?offset=1",
        ),
    )


HEADERS: list[dict[str, str]] = [
    {},
    {"x-token": "a"},
    {"X-TOKEN": "a", "strange-header": "t", "x-other-name": "n"},
    {"x-number": "5", "x-tags": "only"},
    {"x-number": "five"},
    {"x-token": "", "x-number": ""},
    {"save-data": "on", "if-modified-since": "x", "traceparent": "p"},
    {"user-agent": "other"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_headers(headers):
    """Header names take hyphens for underscores, unless told not to; values are converted."""

    def build(lib):
        @lib.get("/items/")
        def read_items(
            user_agent: Annotated[str | None, lib.Header()] = None,
            x_token: Annotated[str, lib.Header(min_length=1)] = "none",
            x_number: Annotated[int | None, lib.Header()] = None,
            x_tags: Annotated[list[str] | None, lib.Header()] = None,
            strange_header: Annotated[str | None, lib.Header(convert_underscores=False)] = None,
            named: Annotated[str | None, lib.Header(alias="X-Other-Name")] = None,
        ):
            return [user_agent, x_token, x_number, x_tags, strange_header, named]

        @lib.get("/required/")
        def required(x_token: Annotated[str, lib.Header()], x_key: str = lib.Header(alias="X-Key")):
            return [x_token, x_key]

        @lib.model
        class CommonHeaders:
            save_data: bool
            if_modified_since: str | None = None
            traceparent: str | None = None
            x_tag: list[str] = lib.Field(default_factory=list)

        @lib.get("/model/")
        def model(headers: Annotated[CommonHeaders, lib.Header()]):
            return headers

    agree(build, *((f"GET /{path}/", {"headers": headers}) for path in ("items", "required", "model")))


COOKIES = [
    "",
    "ads_id=1",
    "ads_id=a; session=s",
    'ads_id="q v"',
    "session=a; session=b",
    "ads_id=%41; session=",
    "fb=1; session=x; extra=1",
]


@pytest.mark.parametrize("cookie", COOKIES)
def test_cookies(cookie):
    """Cookies one by one, and as a model that forbids others."""

    def build(lib):
        @lib.get("/items/")
        def read_items(
            ads_id: Annotated[str | None, lib.Cookie()] = None, session: Annotated[str, lib.Cookie(max_length=1)] = "d"
        ):
            return [ads_id, session]

        @lib.get("/number/")
        def number(ads_id: Annotated[int, lib.Cookie()]):
            return ads_id

        @lib.model
        class Cookies:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
            session: str
            fb: int | None = None

        @lib.get("/model/")
        def model(cookies: Annotated[Cookies, lib.Cookie()]):
            return cookies

    headers = {"cookie": cookie} if cookie else {}
    agree(build, *((f"GET /{path}/", {"headers": headers}) for path in ("items", "number", "model")))


def test_kinds_of_arguments():
    """Positional-only and keyword-only arguments, `*args` and `**kwargs`, the request itself."""

    def build(lib):
        @lib.get("/keyword/{item}")
        def keyword(*, item: int, q: str = "d"):
            return [item, q]

        @lib.get("/request/{item}")
        def request(item: int, request: lib.Request, q: int = 1):
            return [item, request.method, q, request.headers["user-agent"]]

    agree(build, "GET /keyword/3?q=x", "GET /keyword/x", "GET /request/3?q=5", "GET /request/x?q=y")


def test_faults_of_all_locations_come_in_one_answer():
    """Path, query, header, cookie and body are all looked at, and reported in this order."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: float

        @lib.put("/items/{item_id}")
        def update(
            item: Item,
            cookie: Annotated[int, lib.Cookie()],
            header: Annotated[int, lib.Header()],
            q: int,
            item_id: int,
            r: int = 0,
        ):
            return [item, cookie, header, q, item_id, r]

    twins = Twins(build)
    sent = {"headers": {"cookie": "cookie=x", "header": "y"}, "json": {"price": "z"}}
    twins.agree(
        ("PUT /items/a?q=b&r=c", sent),
        "PUT /items/1?q=1",
        ("PUT /items/1?q=1", {"headers": {"cookie": "cookie=1", "header": "2"}, "json": {"name": "n", "price": 1}}),
    )


def test_odd_numbers_and_unions():
    """Numbers of any size and spelling, unions, and sets with a default, as pydantic reads them from text."""

    def build(lib):
        @lib.get("/int")
        def integer(a: int):
            return a

        @lib.get("/decimal")
        def decimal(a: Decimal = Decimal("1.5"), b: float = 1.0):
            return [a, b]

        @lib.get("/times")
        def times(a: dt.timedelta, b: dt.time, c: dt.datetime, d: bytes = b"x"):
            return [a, b, c, d]

        @lib.get("/union")
        def union(a: Union[int, list[int]] = lib.Query(default=3), b: Union[bool, int, str] = "x"):  # noqa: UP007
            return [a, b]

        @lib.get("/several")
        def several(
            a: set[str] = lib.Query(default={"x"}),
            b: list[int | None] = lib.Query(default=[]),
            c: list[Literal["a", "b"]] = lib.Query(default=["a"]),
            d: tuple[int, int] = lib.Query(default=(1, 2)),
        ):
            return [sorted(a), b, c, d]

    numbers = ["9" * 4300, "9" * 4301, "-0", "+5", "%2B5", "0x10", "1_000", "%20 7", "١", "", "1.0", "1e2"]
    agree(
        build,
        *(f"GET /int?a={number}" for number in numbers),
        *("GET /decimal?a=1e5&b=1e5", "GET /decimal?a=inf&b=inf", "GET /decimal?a=1_0&b=1_0"),
        *(
            "GET /times?a=PT1S&b=10:00&c=1700000000&d=%C3%A9",
            "GET /times?a=1&b=1&c=1",
            "GET /times?a=x&b=25:00&c=2024-13-01",
        ),
        *(
            "GET /union?a=1&a=2&b=1",
            "GET /union?a=1",
            "GET /union?a=x&a=y",
            "GET /several",
            "GET /several?a=q&a=q&b=1&b=",
        ),
        *("GET /several?c=a&c=c&d=1", "GET /several?d=3&d=4"),
    )


def test_type_aliases():
    """What `type Name = ...` makes is looked through, with the Query or Depends inside it."""
    number = TypeAliasType("number", int)

    def build(lib):
        large = TypeAliasType("large", Annotated[int, lib.Query(gt=3)])
        given = TypeAliasType("given", Annotated[int, lib.Depends(lambda q=1: q)])

        @lib.get("/query")
        def query(x: number, y: large = 5):
            return [x, y]

        @lib.get("/depends")
        def depends(x: given):
            return x

    agree(build, "GET /query?x=3", "GET /query?x=3&y=1", "GET /query?x=a&y=b", "GET /depends?q=3", "GET /depends")


PLAIN = (
    *(dict, dict[str, int], dict | str, list[dict], list[dict[str, int]], list[int | dict], list[int] | dict),
    *(list[list[int]], set[tuple[int, int]], tuple[list[int], ...], Annotated[list[list[int]], "words"]),
    *(list, list[Any], tuple[int, str], list[int] | None, list[int] | str, set[bytes], deque[int], Sequence[int]),
    *(Counter[str], Mapping[str, int], list[Sequence[int]], Any),
)
#: Each of a side's own classes: `lib.model` makes one with attributes.
HINTS = {
    **{str(hint): lambda lib, hint=hint: hint for hint in PLAIN},
    "model": lambda lib: lib.Item,
    "model or None": lambda lib: lib.Item | None,
    "annotated model or None": lambda lib: Annotated[lib.Item, "words"] | None,
    "model or int": lambda lib: lib.Item | int,
    "models": lambda lib: list[lib.Item],
    "model or list": lambda lib: lib.Item | list[int],
    "root model": lambda lib: lib.RootModel[list[int]],
    "root models": lambda lib: list[lib.RootModel[int]],
    "file": lambda lib: lib.UploadFile,
    "files": lambda lib: list[lib.UploadFile],
    "JSON of a dict": lambda lib: lib.Json[dict[str, int]],
    "JSON of a list": lambda lib: lib.Json[list[int]],
    "JSON of a model": lambda lib: lib.Json[lib.Item],
    "list of JSON": lambda lib: list[lib.Json[int]],
    "list of JSON of a dict": lambda lib: list[lib.Json[dict[str, int]]],
}


@pytest.mark.parametrize("marker", ["Query", "Path"])
@pytest.mark.parametrize("hint", HINTS)
def test_types_that_no_url_holds(hint, marker):
    """What FastAPI refuses to read from the query string or the path when it is declared, the kit refuses likewise."""
    said = {}

    def build(lib):
        @lib.model
        class Item:
            number: int = 0

        lib.Item = Item

        def view(q):
            return None

        view.__annotations__["q"] = Annotated[HINTS[hint](lib), getattr(lib, marker)()]
        said[lib.name] = ""
        try:
            lib.get("/{q}" if marker == "Path" else "/")(view)
            if lib.name == "flask":
                lib.app.extensions["api"].path_operations()
        except (AssertionError, TypeError) as error:
            said[lib.name] = str(error)

    Twins(build)
    assert said["flask"].partition("argument 'q': ")[2] == said["fastapi"]
