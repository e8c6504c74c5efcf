"""ETags and conditional requests, in an application that has no database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Lock, Thread
from typing import Annotated, Any

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from myapp.kit import Api, Depends, ETag, HTTPException, Query, Response, StreamingResponse, operation


@dataclass
class Note:
    """What is stored: its text, and how often it was written."""

    text: str
    version: int = 1


class Overtaken(Exception):
    """Somebody else has written in between."""


class Store:
    """Notes by name, with a write that finds out whether it was overtaken."""

    def __init__(self) -> None:
        self.notes = {"a": Note("first")}
        self.lock = Lock()
        self.viewed = 0

    def write(self, name: str, text: str, version: int) -> None:
        with self.lock:
            if self.notes[name].version != version:
                raise Overtaken
            self.notes[name] = Note(text, version + 1)


def make(declare: Callable[[Flask, Store], None]) -> tuple[FlaskClient, Store]:
    """A client for an application with the views that `declare` adds."""
    app = Flask(__name__)
    Api().init_app(app)
    store = Store()
    declare(app, store)
    return app.test_client(), store


def notes(app: Flask, store: Store) -> None:
    """Read, replace, change and delete a note by its version."""

    def get_name(name: str) -> str:
        if name not in store.notes:
            raise HTTPException(404)
        return name

    NameDep = Annotated[str, Depends(get_name)]

    def version(name: NameDep) -> int:
        return store.notes[name].version

    @app.get("/notes/<name>")
    @operation(etag=ETag(version))
    def read(name: NameDep, response: Response) -> dict[str, str]:
        """Read a note."""
        store.viewed += 1
        return {"text": store.notes[name].text}

    @app.put("/notes/<name>")
    @app.patch("/notes/<name>", endpoint="patch")
    @operation(etag=ETag(version, conflict=Overtaken))
    def change(name: NameDep, text: Annotated[str, Query(min_length=1)]) -> dict[str, str]:
        """Change a note."""
        if text == "too late":
            raise Overtaken
        store.write(name, text, store.notes[name].version)
        return {"text": text}

    @app.delete("/notes/<name>")
    @operation(etag=ETag(version, required=True), status_code=204)
    def delete(name: NameDep) -> None:
        """Delete a note."""
        del store.notes[name]


@pytest.fixture
def client() -> FlaskClient:
    """The notes' client."""
    return make(notes)[0]


def test_not_modified_without_the_view() -> None:
    """A client that has this version gets a 304, and the view is not even called; HEAD is answered alike."""
    client, store = make(notes)
    answer = client.get("/notes/a")
    assert (answer.status_code, answer.headers["ETag"], answer.get_json()) == (200, '"1"', {"text": "first"})
    for method in ("GET", "HEAD"):
        answer = client.open("/notes/a", method=method, headers={"If-None-Match": 'W/"0", W/"1"'})
        assert (answer.status_code, answer.headers["ETag"], answer.data) == (304, '"1"', b"")
    assert store.viewed == 1
    head = client.head("/notes/a")
    assert (head.status_code, head.headers["ETag"], head.data) == (200, '"1"', b"")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"If-Match": '"1"'}, 200),
        ("GET", {"If-Match": '"0"'}, 412),
        ("GET", {"If-Match": '"1"', "If-None-Match": '"1"'}, 304),
        ("GET", {"If-Match": '"0"', "If-None-Match": '"1"'}, 412),
        ("GET", {"If-Match": "*"}, 200),
        ("PATCH", {}, 200),
        ("PATCH", {"If-Match": 'W/"1"'}, 412),
        ("PATCH", {"If-Match": '"x", "1"'}, 200),
        ("PATCH", {"If-Match": '"'}, 412),
        ("PATCH", {"If-None-Match": '"0"'}, 200),
        ("PATCH", {"If-None-Match": 'W/"1"'}, 412),
        ("PUT", {"If-None-Match": "*"}, 412),
        ("DELETE", {}, 428),
        ("DELETE", {"If-Match": ""}, 428),
        ("DELETE", {"If-None-Match": '"0"'}, 428),
        ("DELETE", {"If-Match": "*"}, 204),
        ("DELETE", {"If-Match": '"1"'}, 204),
    ],
)
def test_conditions(client: FlaskClient, method: str, headers: dict[str, str], status: int) -> None:
    """If-Match first and strongly, then If-None-Match and weakly: RFC 9110, section 13.2.2."""
    answer = client.open("/notes/a?text=new", method=method, headers=headers)
    assert answer.status_code == status
    if status >= 400:
        detail = {412: "Precondition Failed", 428: "Precondition Required"}[status]
        assert answer.get_json() == {"detail": detail}
        assert client.get("/notes/a").get_json() == {"text": "first"}


def test_the_tag_after_a_write(client: FlaskClient) -> None:
    """PATCH answers with the new state's tag; PUT must not, unless what was sent is stored to the byte."""
    assert client.patch("/notes/a?text=second").headers["ETag"] == '"2"'
    assert "ETag" not in client.put("/notes/a?text=third").headers
    assert client.get("/notes/a").headers["ETag"] == '"3"'


def test_faults_come_first(client: FlaskClient) -> None:
    """A request that would be refused anyway is refused for that, and each fault is reported once."""
    answer = client.patch("/notes/a?text=", headers={"If-Match": '"0"'})
    assert [fault["loc"] for fault in answer.get_json()["detail"]] == [["query", "text"]]
    assert client.patch("/notes/b?text=x", headers={"If-Match": "*"}).status_code == 404


def test_conflict(client: FlaskClient) -> None:
    """Overtaken after the comparison: 412 for who named a version, 409 for who did not."""
    assert client.patch("/notes/a?text=too late", headers={"If-Match": '"1"'}).status_code == 412
    assert client.patch("/notes/a?text=too late").status_code == 409


def test_two_clients_at_once() -> None:
    """Both have passed the comparison before either writes; one of them is told that it lost."""
    barrier = Barrier(2)

    def declare(app: Flask, store: Store) -> None:
        def version() -> int:
            return store.notes["a"].version

        @app.patch("/")
        @operation(etag=ETag(version, required=True, conflict=Overtaken))
        def change(text: str, read: Annotated[int, Depends(version)]) -> str:
            barrier.wait(timeout=20)
            store.write("a", text, read)
            return text

    client, store = make(declare)
    statuses: list[int] = []

    def send(text: str) -> None:
        answer = client.application.test_client().patch(f"/?text={text}", headers={"If-Match": '"1"'})
        statuses.append(answer.status_code)

    threads = [Thread(target=send, args=(text,)) for text in ("mine", "yours")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412]
    assert store.notes["a"].version == 2


class Base(DeclarativeBase):
    """The table of this file."""


class Row(Base):
    """A row that SQLAlchemy writes only as it was read."""

    __tablename__ = "etag_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def test_version_id_col(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    """With SQLAlchemy's `version_id_col` the views say nothing of versions, and no update is lost."""
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    engine = create_engine(request.getfixturevalue("postgresql_url") if database == "postgresql" else url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Row(id=1, text="first"))
        session.commit()
    barrier = Barrier(2)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    SessionDep = Annotated[Session, Depends(get_session)]

    def get_row(session: SessionDep) -> Row:
        return session.get_one(Row, 1)

    RowDep = Annotated[Row, Depends(get_row)]

    def version(row: RowDep) -> int:
        return row.version

    def declare(app: Flask, store: Store) -> None:
        @app.patch("/")
        @operation(etag=ETag(version, required=True, conflict=StaleDataError))
        def change(row: RowDep, text: str, session: SessionDep) -> str:
            row.text = text
            barrier.wait(timeout=20)
            session.commit()
            return row.text

        @app.delete("/")
        @operation(etag=ETag(version, required=True, conflict=StaleDataError), status_code=204)
        def delete(row: RowDep, session: SessionDep) -> None:
            session.delete(row)
            barrier.wait(timeout=20)
            session.commit()

    client, _ = make(declare)

    def send(method: str, tag: str) -> list[tuple[int, str | None]]:
        def one(text: str) -> tuple[int, str | None]:
            own = client.application.test_client()
            answer = own.open(f"/?text={text}", method=method, headers={"If-Match": tag})
            return answer.status_code, answer.headers.get("ETag")

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(one, ["mine", "yours"]))

    assert send("PATCH", '"1"') == [(200, '"2"'), (412, None)]
    assert send("DELETE", '"2"') == [(204, None), (412, None)]
    engine.dispose()


def test_of_the_body() -> None:
    """Without a function the tag is a hash of what is sent: the same body, the same tag."""

    def declare(app: Flask, store: Store) -> None:
        @app.get("/")
        @operation(etag=ETag(), response_model=dict[str, str])
        def read(response: Response) -> Any:
            response.headers["Cache-Control"] = "no-cache"
            return {"text": store.notes["a"].text}

        @app.get("/weak")
        @operation(etag=ETag(weak=True))
        def read_weakly() -> str:
            return "x"

    client, store = make(declare)
    tag = client.get("/").headers["ETag"]
    answer = client.get("/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Type" not in answer.headers
    assert client.head("/").headers["ETag"] == tag
    assert client.get("/", headers={"If-Match": '"0"'}).status_code == 412
    store.write("a", "second", 1)
    assert client.get("/", headers={"If-None-Match": tag}).headers["ETag"] != tag
    weak = client.get("/weak").headers["ETag"]
    assert weak.startswith('W/"')
    assert client.get("/weak", headers={"If-None-Match": weak}).status_code == 304
    for condition, status in ((weak, 412), (weak[2:], 412), ("*", 200)):
        assert client.get("/weak", headers={"If-Match": condition}).status_code == status


def test_headers_of_a_304() -> None:
    """What dependencies have set goes out with the 304, as with the 200 that it stands for."""

    def cached(response: Response) -> None:
        response.headers["Cache-Control"] = "max-age=60"
        response.status_code = 203

    def declare(app: Flask, store: Store) -> None:
        @app.get("/")
        @operation(etag=ETag(lambda: "one"), dependencies=[Depends(cached)])
        def read() -> str:
            return "x"

    client, _ = make(declare)
    assert client.get("/").status_code == 203
    answer = client.get("/", headers={"If-None-Match": '"one"'})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (304, "max-age=60")


def test_other_answers_are_left_alone() -> None:
    """Errors, streams and answers without a body get no tag."""

    def declare(app: Flask, store: Store) -> None:
        @app.get("/error")
        @operation(etag=ETag())
        def fail() -> Any:
            return flask.Response("no", 404)

        @app.get("/stream")
        @operation(etag=ETag(), response_class=StreamingResponse)
        def stream() -> Iterator[str]:
            yield "x"

        @app.get("/empty")
        @operation(etag=ETag(), status_code=204)
        def nothing() -> None: ...

        @app.get("/none")
        @operation()
        def plain() -> str:
            return "x"

    client, _ = make(declare)
    for path in ("/error", "/stream", "/empty", "/none"):
        answer = client.get(path, headers={"If-None-Match": "*", "If-Match": '"x"'})
        assert "ETag" not in answer.headers
        assert answer.status_code in (404, 200, 204)


def test_functions_with_arguments_of_their_own() -> None:
    """The function's arguments are read, checked and documented like a view's; it may be `async`."""

    async def version(edition: Annotated[int, Query(ge=1)]) -> str:
        return f"v{edition}"

    def declare(app: Flask, store: Store) -> None:
        @app.get("/")
        @operation(etag=ETag(version))
        def read() -> str:
            return "x"

    client, _ = make(declare)
    assert client.get("/?edition=3").headers["ETag"] == '"v3"'
    assert client.get("/?edition=0").get_json()["detail"][0]["loc"] == ["query", "edition"]
    document = client.get("/openapi.json").get_json()["paths"]["/"]["get"]
    assert [one["name"] for one in document["parameters"]] == ["edition", "if-none-match"]


@pytest.mark.parametrize("state", ["", 'a"b', "a b", "é", "a\r\nSet-Cookie: x"])
def test_what_is_no_tag(state: str) -> None:
    """A value that no header can carry is the server's fault, and never reaches a header."""

    def declare(app: Flask, store: Store) -> None:
        @app.get("/")
        @operation(etag=ETag(lambda: state))
        def read() -> str:
            return "x"

    client, _ = make(declare)
    assert client.get("/").status_code == 500


def test_contradictions() -> None:
    """A tag that can't be known is refused before the first request is answered."""

    def of_body(app: Flask, store: Store) -> None:
        app.post("/")(operation(etag=ETag())(lambda: None))

    def generates() -> Iterator[str]:
        yield "x"

    def of_generator(app: Flask, store: Store) -> None:
        app.get("/")(operation(etag=ETag(generates))(lambda: None))

    for declare, problem in ((of_body, "is for GET"), (of_generator, "does not yield")):
        client, _ = make(declare)
        with pytest.raises(TypeError, match=problem), client.application.app_context():
            client.application.extensions["api"].path_operations()


def test_document(client: FlaskClient) -> None:
    """The document has the conditions, and what may be answered because of them; without `etag` it has neither."""
    item = client.get("/openapi.json").get_json()["paths"]["/notes/{name}"]
    assert set(item["get"]["responses"]) == {"200", "304", "422"}
    assert item["get"]["responses"]["200"]["headers"]["ETag"]["schema"] == {"type": "string"}
    assert set(item["patch"]["responses"]) == {"200", "409", "412", "422"}
    assert "headers" not in item["put"]["responses"]["200"]
    assert set(item["delete"]["responses"]) == {"204", "412", "422", "428"}
    assert [one["name"] for one in item["delete"]["parameters"]] == ["name", "if-match"]
