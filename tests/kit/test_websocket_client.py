"""The test client's WebSockets beside those of FastAPI's: one body of code, the same results and exceptions."""

import json
from contextvars import ContextVar
from typing import Annotated, Any

import fastapi
import pytest
from flask import Flask

import myapp.kit as kit
from myapp.kit.testing import TestClient, WebSocketDenialResponse
from tests.kit.both import Twins, starlette

DISCONNECTS = (kit.WebSocketDisconnect, fastapi.WebSocketDisconnect)
DENIALS = (WebSocketDenialResponse, starlette.testclient.WebSocketDenialResponse)


def build(lib: Any) -> None:
    """Views that answer with what came, that refuse, and that end."""

    async def view(websocket: Any, q: Any, session: Any = None, x_name: Any = None) -> None:
        offered = websocket.headers["sec-websocket-protocol"].split(", ")
        await websocket.accept(subprotocol=offered[-1], headers=[(b"x-one", b"1")])
        await websocket.send_json([q, session, x_name])
        await websocket.send_json(await websocket.receive_json())
        await websocket.send_json(await websocket.receive_json(mode="binary"), mode="binary")
        await websocket.send_text(await websocket.receive_text())
        await websocket.send_bytes(await websocket.receive_bytes())
        await websocket.close(4000, "bye")

    view.__annotations__ = {
        "websocket": lib.WebSocket,
        "q": Annotated[list[int], lib.Query()],
        "session": Annotated[str | None, lib.Cookie()],
        "x_name": Annotated[str | None, lib.Header()],
    }
    lib.websocket("/carry")(view)

    async def end(websocket: Any, how: str) -> None:
        if how == "closes":
            await websocket.close(4001, "not today")
            return
        if how == "policy":
            raise lib.WebSocketException(1008, "against the rules")
        if how == "denied":
            raise lib.HTTPException(418, "No coffee", {"X-Pot": "tea"})
        if how == "fails":
            raise ZeroDivisionError
        await websocket.accept()
        if how == "late":
            raise ZeroDivisionError
        if how == "late policy":
            raise lib.WebSocketException(1008, "against the rules")
        async for _ in websocket.iter_text():
            pass

    end.__annotations__ = {"websocket": lib.WebSocket, "how": str}
    lib.websocket("/ends/{how}")(end)


@pytest.fixture(scope="module")
def clients() -> list[Any]:
    """Flask's client and FastAPI's; the Flask application is being tested, so it raises what its views raise."""
    twins = Twins(build)
    twins.flask_lib.app.testing = True
    return [TestClient(twins.flask_lib.app), starlette.testclient.TestClient(twins.fastapi_lib.app)]


def test_what_a_handshake_carries_and_every_message(clients: list[Any]) -> None:
    """Query, headers, cookies and subprotocols are given alike; every method sends and receives alike."""

    def talk(client: Any) -> Any:
        with client.websocket_connect(
            "/carry?q=1",
            subprotocols=["v1", "v2"],
            params={"q": [2, 3]} if isinstance(client, TestClient) else {"q": [1, 2, 3]},
            headers={"X-Name": "n", "Cookie": "session=c"},
        ) as websocket:
            found = [websocket.accepted_subprotocol, websocket.extra_headers, websocket.receive_json()]
            websocket.send_json({"é": 1})
            found.append(websocket.receive())
            websocket.send_json([None], mode="binary")
            found.append(websocket.receive_json(mode="binary"))
            websocket.send({"type": "websocket.receive", "text": "t"})
            with pytest.raises(KeyError, match="bytes"):
                websocket.receive_bytes()
            websocket.send_bytes(b"\0")
            found.append(websocket.receive_bytes())
            found.append(websocket.receive())
        return found

    ours, theirs = map(talk, clients)
    assert ours == theirs
    assert ours[-1] == {"type": "websocket.close", "code": 4000, "reason": "bye"}


@pytest.mark.parametrize("path", ["/ends/closes", "/ends/policy", "/nowhere", "/carry?q=x"])
def test_refused(clients: list[Any], path: str) -> None:
    """A close before `accept()` is a WebSocketDisconnect with its code and reason, and no denial."""

    def refused(client: Any) -> Any:
        with pytest.raises(DISCONNECTS) as refusal, client.websocket_connect(path):
            pass
        assert not isinstance(refusal.value, DENIALS)
        return refusal.value.code, refusal.value.reason

    ours, theirs = map(refused, clients)
    assert ours == theirs


def test_denied(clients: list[Any]) -> None:
    """An answer in HTTP is a WebSocketDenialResponse, which is a WebSocketDisconnect too."""

    def denied(client: Any) -> Any:
        with pytest.raises(DISCONNECTS) as denial, client.websocket_connect("/ends/denied"):
            pass
        answer = denial.value
        assert isinstance(answer, DENIALS)
        return answer.status_code, answer.headers["x-pot"], answer.json(), answer.content, answer.text

    ours, theirs = map(denied, clients)
    assert ours == theirs


@pytest.mark.parametrize("how", ["fails", "late"])
def test_what_the_view_raises(clients: list[Any], how: str) -> None:
    """Comes out of the `with` block, before the handshake and after it."""
    for client in clients:
        with pytest.raises(ZeroDivisionError), client.websocket_connect(f"/ends/{how}"):
            pass


def test_closed(clients: list[Any]) -> None:
    """A close code is raised by what receives; a block that ends early closes, and the view ends."""

    def closed(client: Any) -> Any:
        with client.websocket_connect("/ends/stays") as websocket:
            websocket.send_text("unread")
        with client.websocket_connect("/ends/late policy") as websocket, pytest.raises(DISCONNECTS) as end:
            websocket.receive_text()
        return end.value.code, end.value.reason

    ours, theirs = map(closed, clients)
    assert ours == theirs == (1008, "against the rules")


def test_the_cookies_of_the_client() -> None:
    """Those it keeps go with the handshake, those given beside them; `app.test_client()` may be of this class."""
    app = Flask("cookies")
    app.test_client_class = TestClient
    kit.Api().init_app(app)

    @kit.websocket(app, "/ws")
    def view(websocket: kit.WebSocket) -> None:
        websocket.accept()
        websocket.send_json(dict(websocket.cookies))

    client = app.test_client()
    assert isinstance(client, TestClient)
    client.set_cookie("kept", "1")
    with client.websocket_connect("ws://localhost/ws", cookies={"given": "2"}) as websocket:
        assert json.loads(websocket.receive_text()) == {"kept": "1", "given": "2"}


def test_context_variables_are_the_tests() -> None:
    """What a test has put into a context variable, the view and its dependencies see."""
    noted: ContextVar[list[str]] = ContextVar("noted")
    app = Flask(__name__)
    kit.Api().init_app(app)

    @kit.websocket(app, "/")
    def talk(socket: kit.WebSocket) -> None:
        socket.accept()
        noted.get().append("talked")

    noted.set([])
    with TestClient(app).websocket_connect("/"):
        pass
    assert noted.get() == ["talked"]
