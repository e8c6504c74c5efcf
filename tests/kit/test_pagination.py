"""Pages of lists, in applications of their own: of a sequence, of a `select`, by cursor; filters and sorting."""

import enum
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Date, Enum, ForeignKey, Numeric, String, TypeDecorator, Uuid, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship
from sqlalchemy.pool import StaticPool

from myapp.kit import Api, Field, HTTPException, LimitOffsetParams, ModelConfig, Query, operation, paginate, sql
from myapp.kit.sql import CursorParams, Filter, sortable


def make(declare: Callable[[Flask], None], **config: Any) -> FlaskClient:
    """A client for an application with the views that `declare` adds."""
    app = Flask(__name__)
    app.config.update(config)
    Api().init_app(app)
    declare(app)
    return app.test_client()


def links(answer: Any) -> dict[str, str]:
    """What `Link` says, by relation."""
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])}


@dataclass(kw_only=True)
class Threes(LimitOffsetParams):
    """Pages with bounds of their own, and no total."""

    total: ClassVar[bool] = False

    limit: Annotated[int, Field(ge=1, le=3)] = 3


def letters(app: Flask) -> None:
    """A list that is no database's."""

    @app.get("/letters")
    @operation()
    def read_letters(page: Annotated[LimitOffsetParams, Query()]) -> list[str]:
        return list(paginate("abcdefg", page))

    @app.get("/threes")
    @operation()
    def read_threes(page: Annotated[Threes, Query()]) -> list[str]:
        if page.offset == 5:
            raise HTTPException(418)
        found = list(paginate("abcdefg", page))
        if page.offset == 4:
            raise HTTPException(418)
        return found


def test_of_a_sequence() -> None:
    """Any sequence has pages; the links keep what else was asked for."""
    client = make(letters)
    answer = client.get("/letters?limit=3&x=1&offset=3")
    assert answer.get_json() == ["d", "e", "f"]
    assert answer.headers["X-Total-Count"] == "7"
    assert links(answer) == {
        "first": "http://localhost/letters?x=1&limit=3&offset=0",
        "prev": "http://localhost/letters?x=1&limit=3&offset=0",
        "next": "http://localhost/letters?x=1&limit=3&offset=6",
        "last": "http://localhost/letters?x=1&limit=3&offset=6",
    }
    assert client.get("/letters").get_json() == list("abcdefg")
    assert client.get("/letters?limit=101").status_code == 422


def test_without_a_total() -> None:
    """With `total = False` nothing is counted: no `last`, no X-Total-Count, and `next` is known all the same."""
    client = make(letters)
    answer = client.get("/threes")
    assert (answer.get_json(), set(links(answer))) == (["a", "b", "c"], {"first", "next"})
    assert "X-Total-Count" not in answer.headers
    answer = client.get("/threes?offset=6")
    assert (answer.get_json(), set(links(answer))) == (["g"], {"first", "prev"})
    assert client.get("/threes?limit=4").status_code == 422
    assert client.get("/threes?limit=1&offset=6").get_json() == ["g"]


def test_errors_have_no_links() -> None:
    """An error after the page was made says nothing of other pages."""
    client = make(letters)
    for offset in (4, 5):
        answer = client.get(f"/threes?offset={offset}")
        assert (answer.status_code, "Link" in answer.headers) == (418, False)


def test_behind_a_prefix() -> None:
    """Links are below the prefix that a proxy takes away, with the scheme and the host that the client used."""
    client = make(letters)
    environ = {"SCRIPT_NAME": "/api", "wsgi.url_scheme": "https", "HTTP_HOST": "Example.com:8443"}
    answer = client.get("/letters?limit=6", environ_overrides=environ)
    assert links(answer)["next"] == "https://Example.com:8443/api/letters?limit=6&offset=6"


def test_nothing_breaks_out_of_a_link() -> None:
    """What the query holds is quoted again, so that it ends neither the URL nor the header."""
    answer = make(letters).get("/letters?x=%0d%0aSet-Cookie:a&y=%3E;rel=z&z=%22&limit=1")
    assert "Set-Cookie" not in answer.headers
    assert set(links(answer)) == {"first", "next", "last"}
    assert links(answer)["next"].endswith("?x=%0D%0ASet-Cookie%3Aa&y=%3E%3Brel%3Dz&z=%22&limit=1&offset=1")


def test_document_of_pages() -> None:
    """Parameters with their bounds, and the headers of the answer."""
    paths = make(letters).get("/openapi.json").get_json()["paths"]
    parameters = {one["name"]: one["schema"] for one in paths["/threes"]["get"]["parameters"]}
    assert (parameters["limit"]["maximum"], parameters["limit"]["default"]) == (3, 3)
    assert set(paths["/letters"]["get"]["responses"]["200"]["headers"]) == {"Link", "X-Total-Count"}
    assert set(paths["/threes"]["get"]["responses"]["200"]["headers"]) == {"Link"}


class Base(DeclarativeBase):
    """The tables of this file."""


class Colour(enum.Enum):
    """A column's choices."""

    RED = "red"
    BLUE = "blue"


class Code(TypeDecorator[str]):
    """A column whose Python type SQLAlchemy can't tell."""

    impl = String
    cache_ok = True


class Maker(Base):
    """Who makes things."""

    __tablename__ = "makers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Thing(Base):
    """A row with a column of every kind that an order or a filter may be of."""

    __tablename__ = "things"

    key: Mapped[uuid.UUID] = mapped_column("id", Uuid, primary_key=True)
    name: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    colour: Mapped[Colour] = mapped_column(Enum(Colour))
    made_on: Mapped[date] = mapped_column(Date)
    sold_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(Code, default="c")
    secret: Mapped[str] = mapped_column(default="secret")
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), default=1)
    maker: Mapped[Maker] = relationship()


@dataclass(kw_only=True)
class ThingFilter(Filter, model=Thing):
    """Every operator."""

    model_config = ModelConfig(extra="forbid")

    name: str | None = None
    name__neq: str | None = None
    name__contains: str | None = None
    name__icontains: str | None = None
    name__startswith: Annotated[str, Field(min_length=1)] | None = None
    name__in: list[str] | None = None
    name__not_in: set[str] | None = None
    price__gt: Decimal | None = None
    price__gte: Decimal | None = None
    price__lt: Decimal | None = None
    price__lte: Decimal | None = None
    colour: Colour | None = None
    key: uuid.UUID | None = None
    sold_at__isnull: bool | None = None
    code: str | None = None
    sort: str = sortable("name", "price", "colour", "made_on", default="name")


@dataclass(kw_only=True)
class ThingPage(LimitOffsetParams, ThingFilter):
    """By offset."""


@dataclass(kw_only=True)
class ThingFeed(ThingFilter, CursorParams):
    """By cursor, with a total."""

    total: ClassVar[bool] = True


@dataclass(kw_only=True)
class Dearest(CursorParams, Filter, model=Thing):
    """An order that the client has no say in."""

    sort: ClassVar[str] = "-price"
    limit: Annotated[int, Field(ge=1, le=2)] = 2


NAMES = ["apple", "Apple", "50%", "a_b", "aXb", "back\\slash"]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Six things."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Maker(id=1, name="Ada"))
        for number, name in enumerate(NAMES):
            session.add(
                Thing(
                    key=uuid.UUID(int=number),
                    name=name,
                    price=Decimal(number // 2) + Decimal("0.5"),
                    colour=list(Colour)[number % 2],
                    made_on=date(2026, 1, 1 + number // 3),
                    sold_at=datetime(2026, 1, 1) if number % 3 else None,
                )
            )
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def things(session: Session) -> FlaskClient:
    """A client for lists of the things."""

    def declare(app: Flask) -> None:
        @app.get("/things")
        @operation(response_model=list[str])
        def read_things(query: Annotated[ThingPage, Query()]) -> Any:
            return [thing.name for thing in sql.paginate(session, select(Thing), query)]

        @app.get("/feed")
        @operation(response_model=list[str])
        def read_feed(query: Annotated[ThingFeed, Query()]) -> Any:
            return [thing.name for thing in sql.paginate(session, select(Thing), query)]

        @app.get("/dearest")
        @operation(response_model=list[str])
        def read_dearest(query: Annotated[Dearest, Query()]) -> Any:
            return [thing.name for thing in sql.paginate(session, select(Thing), query)]

        @app.get("/rows")
        @operation(response_model=list[tuple[str, int]])
        def read_rows(page: Annotated[LimitOffsetParams, Query()]) -> Any:
            statement = select(Thing.name, Thing.maker_id).join(Thing.maker).order_by(Thing.key)
            return [tuple(row) for row in sql.paginate(session, statement, page)]

        @app.get("/with-makers")
        @operation(response_model=list[str])
        def read_makers(page: Annotated[ThingPage, Query()]) -> Any:
            found = sql.paginate(session, select(Thing).options(joinedload(Thing.maker)), page)
            return [thing.maker.name for thing in found]

    return make(declare, SECRET_KEY="a key")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=apple", ["apple"]),
        ("name__neq=apple", ["Apple", "50%", "a_b", "aXb", "back\\slash"]),
        ("name__icontains=APPLE", ["apple", "Apple"]),
        ("name__contains=0%25", ["50%"]),
        ("name__contains=a_b", ["a_b"]),
        ("name__contains=%5C", ["back\\slash"]),
        ("name__startswith=a_", ["a_b"]),
        ("name__in=apple&name__in=a_b", ["apple", "a_b"]),
        ("name__not_in=apple&name__not_in=Apple&price__lt=2", ["50%", "a_b"]),
        ("price__gt=1.5", ["aXb", "back\\slash"]),
        ("price__gte=1.5&price__lte=1.50", ["50%", "a_b"]),
        ("colour=blue&price__lt=1", ["Apple"]),
        ("key=00000000-0000-0000-0000-000000000004", ["aXb"]),
        ("sold_at__isnull=true", ["apple", "a_b"]),
        ("sold_at__isnull=false&price__gt=2", ["aXb", "back\\slash"]),
        ("code=c&price__gt=2", ["aXb", "back\\slash"]),
        ("name=x%27%20OR%201=1%20--", []),
    ],
)
@pytest.mark.parametrize("path", ["/things", "/feed"])
def test_operators(things: FlaskClient, path: str, query: str, expected: list[str]) -> None:
    """Each operator asks what its name says; LIKE's wildcards and quotes are ordinary text."""
    answer = things.get(f"{path}?{query}&sort=price")
    assert answer.get_json() == expected
    assert answer.headers["X-Total-Count"] == str(len(expected))


@pytest.mark.parametrize("query", ["secret=x", "secret__startswith=s", "name__lt=b", "maker__name=Ada", "sort=secret"])
def test_what_is_not_declared(things: FlaskClient, query: str) -> None:
    """No column and no operator is reached that the class does not name."""
    assert things.get(f"/things?{query}").status_code == 422


def walk(client: FlaskClient, url: str, relation: str = "next") -> list[str]:
    """What following `next`, or another relation, gives."""
    found: list[str] = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        found += answer.get_json()
        url = links(answer).get(relation, "")
    return found


@pytest.mark.parametrize("sort", ["name", "-price", "colour,-made_on", "-colour,price", "made_on", "-made_on,-name"])
def test_cursors_of_any_type(things: FlaskClient, session: Session, sort: str) -> None:
    """Text, numbers, choices, days and UUIDs come back from a cursor as they went in; each thing is seen once."""
    whole = things.get(f"/things?sort={sort}").get_json()
    assert sorted(whole) == sorted(NAMES)
    for limit in (1, 2, 5):
        assert walk(things, f"/feed?sort={sort}&limit={limit}") == whole
    last = links(things.get(f"/feed?sort={sort}&limit=5"))["next"]
    assert things.get(links(things.get(last))["prev"]).get_json() == whole[:5]
    assert walk(things, last.replace("limit=5", "limit=1"), "prev") == whole[::-1]


def test_a_fixed_order(things: FlaskClient) -> None:
    """A ClassVar is the order where the client has no say: no parameter, and the key decides between equals."""
    assert walk(things, "/dearest") == ["back\\slash", "aXb", "a_b", "50%", "Apple", "apple"]
    parameters = things.get("/openapi.json").get_json()["paths"]["/dearest"]["get"]["parameters"]
    assert {one["name"] for one in parameters} == {"limit", "cursor"}


def test_rows_and_eager_loads(things: FlaskClient) -> None:
    """A statement of several columns gives rows; one that loads more than it selects is counted as it is."""
    answer = things.get("/rows?limit=2&offset=1")
    assert (answer.get_json(), answer.headers["X-Total-Count"]) == ([["Apple", 1], ["50%", 1]], "6")
    answer = things.get("/with-makers?limit=2")
    assert (answer.get_json(), answer.headers["X-Total-Count"]) == (["Ada", "Ada"], "6")


def test_queries_that_are_sent(things: FlaskClient, session: Session) -> None:
    """One query for the rows; a second one counts only where there is a total, and none asks for a page beyond it."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        for url, count in (("/things?limit=1", 2), ("/things?offset=100", 1), ("/dearest", 1), ("/feed?limit=1", 2)):
            sent.clear()
            assert things.get(url).status_code == 200
            assert len(sent) == count, url
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_keys_of_cursors(session: Session) -> None:
    """Cursors are signed: another application's are refused, those of an older key are read, none is given without."""

    def declare(app: Flask) -> None:
        @app.get("/dearest")
        @operation(response_model=list[str])
        def read_dearest(query: Annotated[Dearest, Query()]) -> Any:
            return [thing.name for thing in sql.paginate(session, select(Thing), query)]

    url = links(make(declare, SECRET_KEY="old").get("/dearest"))["next"]
    assert make(declare, SECRET_KEY="new").get(url).get_json()["detail"][0]["loc"] == ["query", "cursor"]
    rotated = make(declare, SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old", "older"])
    assert rotated.get(url).get_json() == ["a_b", "50%"]
    assert make(declare, SECRET_KEY="new").get(links(rotated.get("/dearest"))["next"]).status_code == 200
    assert make(declare).get("/dearest").status_code == 500


def test_document_of_filters(things: FlaskClient) -> None:
    """What may be asked for is in the document: names, types, and the pattern of the order."""
    parameters = things.get("/openapi.json").get_json()["paths"]["/things"]["get"]["parameters"]
    schemas = {one["name"]: one["schema"] for one in parameters}
    assert schemas["sort"]["pattern"] == "^-?(name|price|colour|made_on)(,-?(name|price|colour|made_on))*$"
    assert schemas["name__in"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}
    assert {"key", "sold_at__isnull", "limit", "offset"} <= set(schemas)


def test_refused_declarations() -> None:
    """A class that could not work says so when it is defined, and names the attribute."""

    def of(annotation: Any, name: str = "name", base: type = Filter, **body: Any) -> Callable[[], Any]:
        body["__annotations__"] = {name: annotation}
        return lambda: type(base)("Bad", (base,), body, model=Thing)

    for define, problem in (
        (of(str, "nothing"), "Bad.nothing: Thing has no column 'nothing'"),
        (of(str, "maker"), "Thing has no column 'maker'"),
        (of(str, "id"), "Thing has no column 'id'"),
        (of(str, "name__like"), "Bad.name__like: there is no operator 'like'"),
        (of(str, "name__"), "there is no operator ''"),
        (of(int, "name"), "Bad.name: the column holds str, not"),
        (of(bool, "maker_id"), "the column holds int, not"),
        (of(Literal["a", 1], "name"), "the column holds str, not"),
        (of(str | int, "name"), "the column holds str, not"),
        (of(str | None, "name__in"), "name__in: in takes a list"),
        (of(list[int] | None, "name__in"), "the column holds str, not"),
        (of(str, "price__contains"), "contains is for text, and the column holds Decimal"),
        (of(str, "sold_at__isnull"), "the column holds bool, not"),
        (of(str, "sort", sort="name"), "Bad.sort: use sortable"),
        (of(str, "sort", sort=sortable("nothing", default="nothing")), "Bad.sort: Thing has no column 'nothing'"),
        (of(ClassVar[str], "sort", sort="-nothing"), "Bad.sort: Thing has no column 'nothing'"),
        (of(ClassVar[str], "sort", ThingFeed, sort="sold_at"), "'sold_at' may be NULL"),
        (of(ClassVar[str], "sort", ThingFeed, sort="code"), "the python_type of 'code'"),
        (of("Missing", "name"), "a type hint names 'Missing'"),
    ):
        with pytest.raises(TypeError, match=re.escape(problem)):
            define()
    assert of(Literal["a", "b"] | None)()


def test_cursors_without_an_order(session: Session) -> None:
    """A cursor without a Filter is told what it needs."""
    with pytest.raises(TypeError, match="make it a Filter"):
        sql.paginate(session, select(Thing), CursorParams())


def test_filters_without_pages(session: Session) -> None:
    """A filter is an ordinary object: its conditions and its order go on any statement, outside a request, too."""
    query = ThingFilter(price__lt=Decimal(1), sort="-name")
    statement = query.order_by(query.where(select(Thing.name)))
    assert session.scalars(statement).all() == ["apple", "Apple"]


class Searching:
    """Attributes of a base that is no Filter are its own business."""

    q: str | None = None


@dataclass(kw_only=True, slots=True)
class Search(Searching, Filter, model=Thing):
    """A class with slots, and an attribute that is no column's."""

    name: str | None = None


def test_attributes_beside_the_filter() -> None:
    """Such attributes are left alone; a dataclass with slots works."""
    assert "WHERE" not in str(Search().where(select(Thing)))
    assert "WHERE" in str(Search(name="x").where(select(Thing)))
    assert "ORDER BY things.id ASC" in str(Search().order_by(select(Thing)))


def test_sqlalchemy_is_imported_on_demand() -> None:
    """The kit without `myapp.kit.sql` imports no SQLAlchemy."""
    script = "import sys, myapp.kit.pagination, myapp.kit.etag; assert 'sqlalchemy' not in sys.modules"
    isolated = (
        "import sys, types; package = types.ModuleType('myapp'); package.__path__ = ['myapp'];"
        "sys.modules['myapp'] = package; " + script
    )
    subprocess.run([sys.executable, "-c", isolated], check=True, timeout=60)


def test_moments() -> None:
    """`datetime.now(UTC)` and its like in a default are ordinary defaults of a dataclass."""

    @dataclass(kw_only=True)
    class Sold(Filter, model=Thing):
        sold_at__lt: datetime | None = datetime(2027, 1, 1, tzinfo=UTC)

    assert "sold_at <" in str(Sold().where(select(Thing)))
