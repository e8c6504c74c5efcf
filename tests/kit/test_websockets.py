"""WebSocket routes and the test client, each on a small application."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask import Blueprint, Flask, g, request
from flask.signals import got_request_exception

from myapp.kit import (
    Api,
    Cookie,
    Depends,
    Header,
    HTTPException,
    OAuth2PasswordBearer,
    Query,
    SameOrigin,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketState,
    include_router,
    operation,
    router_options,
    websocket,
)
from myapp.kit.testing import TestClient, WebSocketDenialResponse, WebSocketTestSession

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}


@pytest.fixture
def app() -> Flask:
    """An application with the kit."""
    app = Flask(__name__)
    Api().init_app(app)
    return app


def refused(app: Flask, path: str, **options: Any) -> WebSocketDenialResponse:
    """The HTTP answer to a handshake that must be refused."""
    with pytest.raises(WebSocketDenialResponse) as denial, TestClient(app).websocket_connect(path, **options):
        pass
    return denial.value


def refused_with(app: Flask, path: str, **options: Any) -> tuple[int, Any]:
    """The code and reason of a refusal, which clients see as an HTTP 403 without a body."""
    with pytest.raises(WebSocketDisconnect) as refusal, TestClient(app).websocket_connect(path, **options):
        pass
    answer = TestClient(app).get(path, headers={**UPGRADE, **options.get("headers", {})})
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (403, b"", None)
    return refusal.value.code, refusal.value.reason


def closed(session: WebSocketTestSession) -> tuple[int, str]:
    """The code and reason with which the server closes next."""
    with pytest.raises(WebSocketDisconnect) as disconnect:
        session.receive_text()
    return disconnect.value.code, disconnect.value.reason


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something in another thread has happened."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_all_kinds_of_messages(app: Flask) -> None:
    """Text, bytes and JSON in either form go both ways."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        websocket.send_text(websocket.receive_text() + "!")
        websocket.send_bytes(websocket.receive_bytes() + b"!")
        websocket.send_json([websocket.receive_json(), "é"])
        websocket.send_json([websocket.receive_json(mode="binary")], mode="binary")
        for number in websocket.iter_json():
            websocket.send_json(number + 1)

    with TestClient(app).websocket_connect("/ws") as session:
        session.send_text("é")
        assert session.receive_text() == "é!"
        session.send_bytes(b"\x00")
        assert session.receive_bytes() == b"\x00!"
        session.send_json({"a": None})
        assert session.receive_text() == '[{"a":null},"é"]'
        session.send_json(1, mode="binary")
        assert session.receive_json(mode="binary") == [1]
        session.send_json(1)
        assert session.receive_json() == 2


def test_everything_that_a_handshake_carries(app: Flask) -> None:
    """Parameters of every location, dependencies and security reach the view; `WebSocket` reaches dependencies."""
    bearer = OAuth2PasswordBearer(tokenUrl="token")

    def agent(websocket: WebSocket, token: Annotated[str, Depends(bearer)]) -> str:
        return f"{websocket.headers['X-Agent']} {token}"

    bp = Blueprint("items", __name__, url_prefix="/shops/<shop>")

    @websocket(bp, "/items/<item>")
    def view(
        websocket: WebSocket,
        shop: str,
        item: int,
        agent: Annotated[str, Depends(agent)],
        x_agent: Annotated[str, Header()],
        session: Annotated[str, Cookie()],
        q: Annotated[list[int], Query()],
    ) -> None:
        websocket.accept()
        assert websocket.path_params == {"shop": "s", "item": "7"}
        assert (websocket.query_params["q"], websocket.cookies["session"]) == ("1", "c")
        websocket.send_json([shop, item, agent, x_agent, session, q])

    app.register_blueprint(bp)
    headers = {"X-Agent": "me", "Cookie": "session=c", "Authorization": "Bearer t"}
    with TestClient(app).websocket_connect("/shops/s/items/7?q=1&q=2", headers=headers) as client:
        assert client.receive_json() == ["s", 7, "me t", "me", "c", [1, 2]]
        assert closed(client) == (1000, "")
    denial = refused(app, "/shops/s/items/7?q=1", headers={"X-Agent": "me", "Cookie": "session=c"})
    assert (denial.status_code, denial.json()) == (401, {"detail": "Not authenticated"})
    assert denial.headers["www-authenticate"] == "Bearer"
    code, faults = refused_with(app, "/shops/s/items/x?q=1", headers=headers)
    assert (code, [fault["loc"] for fault in faults]) == (1008, [["path", "item"]])


def test_dependencies_of_application_router_inclusion_and_route(app: Flask) -> None:
    """All are called, outermost first, and one of them may refuse."""
    called: list[str] = []

    def calls(name: str) -> Depends:
        return Depends(lambda: called.append(name))

    app = Flask(__name__)
    Api(dependencies=[calls("application")]).init_app(app)
    bp = Blueprint("bp", __name__)
    router_options(bp, dependencies=[calls("router")])

    def refuse() -> None:
        raise HTTPException(403, "not today")

    @websocket(bp, "/ws", dependencies=[calls("route")])
    def view(websocket: WebSocket) -> None:
        websocket.accept()

    @websocket(bp, "/never", dependencies=[Depends(refuse)])
    def never(websocket: WebSocket) -> None:
        raise AssertionError

    include_router(app, bp, dependencies=[calls("inclusion")])
    with TestClient(app).websocket_connect("/ws") as client:
        assert closed(client) == (1000, "")
    assert called == ["application", "inclusion", "router", "route"]
    denial = refused(app, "/never")
    assert (denial.status_code, denial.json()) == (403, {"detail": "not today"})


def test_yield_dependencies_end_with_the_view(app: Flask) -> None:
    """In reverse order, seeing what the view raised, the client's going too."""
    events: list[str] = []

    def dependency(name: str) -> Callable[[], Iterator[str]]:
        def opened() -> Iterator[str]:
            try:
                yield name
            except Exception as error:
                events.append(f"{name} saw {type(error).__name__}")
                raise
            finally:
                events.append(f"{name} closed")

        return opened

    @websocket(app, "/ws")
    def view(
        websocket: WebSocket,
        outer: Annotated[str, Depends(dependency("outer"))],
        inner: Annotated[str, Depends(dependency("inner"))],
    ) -> None:
        websocket.accept()
        if websocket.receive_text() == "fail":
            raise ValueError
        websocket.receive_text()

    client = TestClient(app)
    with client.websocket_connect("/ws") as session:
        session.send_text("fail")
        assert closed(session) == (1011, "")
        assert events == ["inner saw ValueError", "inner closed", "outer saw ValueError", "outer closed"]
    events.clear()
    with client.websocket_connect("/ws") as session:
        session.send_text("stay")
        session.close()
        wait_for(lambda: len(events) == 4)
        assert events[0] == "inner saw WebSocketDisconnect"


def test_overrides(app: Flask) -> None:
    """A test replaces a dependency as it does for an operation."""

    def user() -> str:
        raise WebSocketException(1008)

    @websocket(app, "/ws")
    def view(websocket: WebSocket, user: Annotated[str, Depends(user)]) -> None:
        websocket.accept()
        websocket.send_text(user)

    assert refused_with(app, "/ws") == (1008, "")
    app.extensions["api"].dependency_overrides[user] = lambda: "fake"
    with TestClient(app).websocket_connect("/ws") as session:
        assert session.receive_text() == "fake"


@pytest.mark.parametrize("error", [ValueError("secret"), HTTPException(404), KeyError("text")])
def test_an_exception_in_an_open_socket(app: Flask, caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    """Closes with 1011 and says nothing of the cause, which is logged; `got_request_exception` tells monitors."""
    seen: list[Exception] = []

    def note(sender: Any, exception: Exception, **extra: Any) -> None:
        seen.append(exception)

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        raise error

    with got_request_exception.connected_to(note, app), TestClient(app).websocket_connect("/ws") as session:
        assert closed(session) == (1011, "")
    wait_for(lambda: caplog.records)
    assert "Exception on /ws" in caplog.text
    assert seen == ([] if isinstance(error, HTTPException) else [error])


def test_an_exception_before_accept(app: Flask) -> None:
    """Is a 500, as for any view; so is a view that neither accepts nor refuses."""

    @websocket(app, "/fails")
    def fails(websocket: WebSocket) -> None:
        raise ValueError

    @websocket(app, "/forgets")
    def forgets(websocket: WebSocket) -> None:
        pass

    for path in ("/fails", "/forgets"):
        denial = refused(app, path)
        assert (denial.status_code, denial.content) == (500, b"Internal Server Error")


def test_states(app: Flask) -> None:
    """What is done at the wrong time raises RuntimeError; the states say where both sides are."""
    found: list[Any] = []

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        def states() -> None:
            found.append((websocket.client_state.name, websocket.application_state.name))

        def wrong(call: Callable[..., Any], *arguments: Any) -> None:
            with pytest.raises(RuntimeError):
                call(*arguments)

        states()
        wrong(websocket.send_text, "early")
        wrong(websocket.receive_text)
        websocket.accept()
        states()
        wrong(websocket.accept)
        with pytest.raises(WebSocketDisconnect) as disconnect:
            websocket.receive_text()
        found.append((disconnect.value.code, disconnect.value.reason))
        states()
        wrong(websocket.receive_text)
        with pytest.raises(WebSocketDisconnect):
            websocket.send_text("late")
        websocket.close()
        wrong(websocket.close)
        wrong(websocket.send_text, "later")
        assert websocket.application_state is WebSocketState.DISCONNECTED
        found.append("end")

    with TestClient(app).websocket_connect("/ws") as session:
        session.close(4001, "enough")
    wait_for(lambda: "end" in found)
    connected = ("CONNECTED", "CONNECTED")
    assert found == [
        ("CONNECTING", "CONNECTING"),
        connected,
        (4001, "enough"),
        ("DISCONNECTED", "CONNECTED"),
        "end",
    ]


def test_the_other_kind_of_message(app: Flask) -> None:
    """Text where bytes are wanted, or the other way round, is a KeyError, as in FastAPI."""
    found: list[str] = []

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        for receive in (websocket.receive_text, websocket.receive_bytes):
            with pytest.raises(KeyError) as error:
                receive()
            found.append(error.value.args[0])
        websocket.send_text("done")

    with TestClient(app).websocket_connect("/ws") as session:
        session.send_bytes(b"")
        session.send_text("")
        assert session.receive_text() == "done"
    assert found == ["text", "bytes"]


def test_size_of_messages(app: Flask) -> None:
    """A message up to the bound passes; one beyond it closes with 1009, and the view hears why."""
    codes: list[int] = []

    @websocket(app, "/ws", max_size=1000)
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        try:
            while True:
                websocket.send_json(len(websocket.receive_text()))
        except WebSocketDisconnect as disconnect:
            codes.append(disconnect.code)
            raise

    with TestClient(app).websocket_connect("/ws") as session:
        session.send_text("x" * 1000)
        assert session.receive_json() == 1000
        session.send_text("x" * 1001)
        assert closed(session)[0] == 1009
    wait_for(lambda: codes)
    assert codes == [1009]


def test_pings(app: Flask) -> None:
    """A client that answers stays connected; one that does not is closed with 1008, and the view ends."""
    ended = threading.Event()

    @websocket(app, "/ws", ping_interval=0.2)
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        for text in websocket.iter_text():
            websocket.send_text(text)
        ended.set()

    with TestClient(app).websocket_connect("/ws") as session:
        time.sleep(0.7)
        session.send_text("still here")
        assert session.receive_text() == "still here"
    ended.wait(5)
    ended.clear()
    with TestClient(app).websocket_connect("/ws") as session:
        session._connection.protocol.send_frame = lambda frame: None  # reads, and answers nothing
        assert ended.wait(5)


def test_a_view_that_reads_slowly(app: Flask) -> None:
    """The client is made to wait, by TCP: what it sends is not piled up in memory."""
    backlog: list[int] = []
    go_on = threading.Event()

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        go_on.wait(5)
        assert websocket._wire is not None
        backlog.append(len(websocket._wire.input_buffer))
        total = 0
        for _ in range(300):
            total += len(websocket.receive_bytes())
        websocket.send_json(total)

    with TestClient(app).websocket_connect("/ws") as session:

        def send() -> None:
            for _ in range(300):
                session.send_bytes(bytes(100_000))

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.5)
        go_on.set()
        assert session.receive_json() == 30_000_000
        sender.join()
    assert backlog[0] < 50


def test_several_threads_send(app: Flask) -> None:
    """Large messages of several threads never mix."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()

        def send(letter: str) -> None:
            for _ in range(20):
                websocket.send_text(letter * 100_000)

        threads = [threading.Thread(target=send, args=(letter,)) for letter in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with TestClient(app).websocket_connect("/ws") as session:
        received = [session.receive_text() for _ in range(80)]
    assert sorted(received) == sorted(letter * 100_000 for letter in "abcd" * 20)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 101),
        ("https://friend.example", 101),
        ("https://configured.example", 101),
        ("https://evil.example", 403),
        ("https://friend.example.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_origin(app: Flask, origin: str | None, status: int) -> None:
    """Pages of the same host and of those named may connect, and clients that are no page."""
    app.config["WEBSOCKET_ORIGINS"] = ["https://configured.example"]

    @websocket(app, "/ws", dependencies=[Depends(SameOrigin(["https://friend.example"]))])
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        websocket.send_text(websocket.request.host)

    headers = {} if origin is None else {"Origin": origin}
    if status != 101:
        assert refused_with(app, "/ws", headers=headers) == (1008, "a page of another site")
        return
    client = TestClient(app)
    with client.websocket_connect("/ws", headers=headers) as session:
        host = session.receive_text()
        with client.websocket_connect("/ws", headers={"Origin": f"http://{host}"}) as own:
            assert own.receive_text() == host
        assert refused_with(app, "/ws", headers={"Origin": f"http://{host}0"})[0] == 1008


def test_requests_that_do_not_fit(app: Flask) -> None:
    """A handshake finds WebSockets only, another request everything else; neither is redirected."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()

    @app.get("/http/")
    @operation()
    def page() -> str:
        return "page"

    assert [refused_with(app, path) for path in ("/http/", "/http", "/ws/", "/nowhere")] == [(1000, "")] * 4
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/ws", "/ws/", "/http/")] == [404, 404, 200]
    assert client.post("/ws").status_code == 404


def test_a_handshake_that_is_none(app: Flask) -> None:
    """Without a key it is a bad request; without a server's socket the error says what a test should use."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()

    app.testing = True
    with pytest.raises(RuntimeError, match="TestClient"):
        app.test_client().get("/ws", headers=UPGRADE)
    near, far = socket.socketpair()
    with near, far:
        answer = app.test_client().get("/ws", headers=UPGRADE, environ_overrides={"werkzeug.socket": near})
    assert answer.status_code == 400


def test_what_is_refused_when_it_is_declared(app: Flask) -> None:
    """A body, the other kind of WebSocket, `yield`, and an application without the kit are faults of the program."""

    @dataclass
    class Item:
        name: str

    @websocket(app, "/body")
    def body(websocket: WebSocket, item: Item) -> None:
        raise AssertionError

    async def coroutine(websocket: WebSocket) -> None:
        raise AssertionError

    websocket(app, "/async")(coroutine)

    def yields(websocket: WebSocket) -> Iterator[None]:
        yield

    websocket(app, "/yields")(yields)  # type: ignore[type-var]
    bare = Flask("bare")
    websocket(bare, "/bare")(body)
    app.testing = bare.testing = True
    for where, path, message in (
        (app, "/body", "argument 'item': a handshake has no body"),
        (app, "/async", "AsyncWebSocket"),
        (app, "/yields", "does not yield"),
        (bare, "/bare", r"needs Api\(\)\.init_app"),
    ):
        with pytest.raises((TypeError, RuntimeError), match=message):
            where.test_client().get(path, headers=UPGRADE)


def test_not_in_the_document(app: Flask) -> None:
    """OpenAPI has no words for WebSockets."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        raise AssertionError

    assert app.test_client().get("/openapi.json").get_json()["paths"] == {}


def test_hooks_of_the_application_see_the_handshake(app: Flask) -> None:
    """`before_request` may refuse it; `flask.g` and the request are there in the view."""
    app.before_request(lambda: ("closed on Sundays", 503) if "sunday" in request.args else None)

    @app.before_request
    def number() -> None:
        g.number = 7

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        websocket.send_json([g.number, request.path])

    with TestClient(app).websocket_connect("/ws") as session:
        assert session.receive_json() == [7, "/ws"]
    denial = refused(app, "/ws?sunday=1")
    assert (denial.status_code, denial.content) == (503, b"closed on Sundays")


def test_several_sessions_of_one_client(app: Flask) -> None:
    """Are apart, may be open at once, and leave no thread behind."""

    @websocket(app, "/ws")
    def view(websocket: WebSocket) -> None:
        websocket.accept()
        for text in websocket.iter_text():
            websocket.send_text(text)

    client = TestClient(app)
    before = threading.active_count()
    for _ in range(2):
        with client.websocket_connect("/ws") as one, client.websocket_connect("/ws") as two:
            one.send_text("1")
            two.send_text("2")
            assert (two.receive_text(), one.receive_text()) == ("2", "1")
            with pytest.raises(TimeoutError):
                one.receive_text(timeout=0.05)
        wait_for(lambda: threading.active_count() == before)
