"""What a view finds on a WebSocket and may do with it, beside Starlette's, plain and `async def`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from starlette.middleware.sessions import SessionMiddleware

import myapp.kit as kit
from myapp.kit.lifespan import app_lifespan
from myapp.kit.testing import TestClient, WebSocketDenialResponse
from tests.kit.both import Twins, agree, starlette
from tests.kit.test_websocket_order import plainly

#: What Starlette's WebSocket has and the kit's has not.
LEFT_OUT = {
    "scope": "ASGI's",
    **dict.fromkeys(("get", "items", "keys", "values"), "an ASGI scope is a mapping"),
    "auth": "AuthenticationMiddleware's",
    "user": "AuthenticationMiddleware's",
}


@pytest.mark.parametrize("kind", [kit.WebSocket, kit.AsyncWebSocket])
def test_names(kind: type) -> None:
    """Every public name of Starlette's is there, but for those listed; a difference that heals fails."""
    instance = {"client_state", "application_state", "scope", "state"}
    theirs = {name for name in dir(starlette.websockets.WebSocket) if not name.startswith("_")} | instance
    ours = {name for name in dir(kind) if not name.startswith("_")} | instance - {"scope"}
    assert theirs - ours == LEFT_OUT.keys()


def twins(steps: Any, *, plain: bool = False) -> list[Any]:
    """A client of each side whose application has `steps(lib, websocket, shared)` at `/shops/{shop}/ws`."""

    def build(lib: Any) -> None:
        def share(connection: Any) -> str:
            connection.state.shared = "shared"
            return f"{connection.state.shared}"

        share.__annotations__ = {"connection": lib.HTTPConnection}

        @lib.get("/items/{item_id}")
        def read_item(item_id: str) -> str:
            return item_id

        async def view(websocket: Any, shop: str, shared: Any) -> None:
            await steps(lib, websocket)

        view.__annotations__ = {
            "websocket": lib.WebSocket,
            "shop": str,
            "shared": Annotated[str, lib.Depends(share)],
        }
        lib.websocket("/shops/{shop}/ws")(plainly(view) if plain and lib.name == "flask" else view)

    made = Twins(build)
    made.flask_lib.app.secret_key = "key"
    made.fastapi_lib.app.add_middleware(SessionMiddleware, secret_key="key")
    made.flask_lib.app.testing = True
    return [TestClient(made.flask_lib.app), starlette.testclient.TestClient(made.fastapi_lib.app)]


def test_attributes() -> None:
    """Addresses, parameters, the application, the session and the request's state are the same values."""

    async def steps(lib: Any, websocket: Any) -> None:
        await websocket.accept()
        await websocket.send_json(
            [
                *(str(websocket.url), str(websocket.base_url), dict(websocket.path_params)),
                *(websocket.query_params["q"], websocket.headers["x-name"], websocket.cookies["c"]),
                *(websocket.app is lib.app, isinstance(websocket.client.host, str), websocket.client[0] != ""),
                *(dict(websocket.session), websocket.state.shared, isinstance(websocket.client.port, int)),
                *(websocket.client_state.name, websocket.application_state.name),
            ]
        )

    def found(client: Any) -> Any:
        options = {"headers": {"X-Name": "n", "Cookie": "c=1", "Host": "shop.example:8000"}}
        with client.websocket_connect("/shops/s/ws?q=1", **options) as websocket:
            return websocket.receive_json()

    ours, theirs = map(found, twins(steps))
    assert ours == theirs
    assert ours[0] == "ws://shop.example:8000/shops/s/ws?q=1"


def test_url_for() -> None:
    """The URL of another route, by Flask's endpoint here: http for an operation, ws for a WebSocket."""

    async def steps(lib: Any, websocket: Any) -> None:
        await websocket.accept()
        name = "read_item" if lib.name == "fastapi" else "read_item_1"
        endpoints = getattr(lib.app, "view_functions", {})
        name = next((each for each in endpoints if each.startswith("read_item")), name)
        here = "view" if lib.name == "fastapi" else websocket.request.endpoint
        await websocket.send_json([str(websocket.url_for(name, item_id="7")), str(websocket.url_for(here, shop="s"))])

    def found(client: Any) -> Any:
        with client.websocket_connect("/shops/s/ws", headers={"Host": "H:80"}) as websocket:
            return websocket.receive_json()

    ours, theirs = map(found, twins(steps))
    assert ours == theirs == ["http://H:80/items/7", "ws://H:80/shops/s/ws"]


@pytest.mark.parametrize("plain", [False, True], ids=["async view", "plain view"])
def test_asgi_messages(plain: bool) -> None:
    """`send` and `receive` take and give ASGI's messages; a wrong one, or a wrong mode, is a RuntimeError."""

    async def steps(lib: Any, websocket: Any) -> None:
        if lib.name == "fastapi":
            await websocket.receive()  # websocket.connect; for the kit that is the request itself
        await websocket.send({"type": "websocket.accept", "subprotocol": "v1", "headers": [(b"x-one", b"1")]})
        messages = [await websocket.receive() for _ in range(2)]
        with pytest.raises(RuntimeError):
            await websocket.send({"type": "websocket.http.response.start", "status": 200})
        with pytest.raises(RuntimeError):
            await websocket.send_json(1, mode="other")
        with pytest.raises(RuntimeError):
            await websocket.receive_json(mode="other")
        await websocket.send({"type": "websocket.send", "text": str([sorted(each.items()) for each in messages])})
        await websocket.send({"type": "websocket.send", "bytes": b"1"})
        lib.note(await websocket.receive())
        with pytest.raises(RuntimeError):
            await websocket.receive()
        lib.note("end")

    def found(client: Any) -> Any:
        with client.websocket_connect("/shops/s/ws", subprotocols=["v1"]) as websocket:
            websocket.send_text("t")
            websocket.send_bytes(b"b")
            received = websocket.accepted_subprotocol, websocket.receive_text(), websocket.receive_bytes()
            websocket.close(4001, "enough")
            return received

    ours, theirs = map(found, twins(steps, plain=plain))
    assert ours == theirs


@pytest.mark.parametrize("plain", [False, True], ids=["async view", "plain view"])
def test_denial_response(plain: bool) -> None:
    """A response before `accept()`, status, headers and body; nothing may come after it."""

    async def steps(lib: Any, websocket: Any) -> None:
        await websocket.send_denial_response(lib.JSONResponse({"busy": True}, 503, {"Retry-After": "7"}))
        for call in (websocket.accept, websocket.close):
            with pytest.raises(RuntimeError):
                await call()
        lib.note(websocket.application_state.name)

    def denied(client: Any) -> Any:
        kinds = (WebSocketDenialResponse, starlette.testclient.WebSocketDenialResponse)
        with pytest.raises(kinds) as denial, client.websocket_connect("/shops/s/ws"):
            pass
        answer = denial.value
        return answer.status_code, answer.content, answer.headers["retry-after"], answer.headers["content-type"]

    ours, theirs = map(denied, twins(steps, plain=plain))
    assert ours == theirs


def test_state_of_the_lifespan() -> None:
    """What the lifespan yields is the WebSocket's state, and that of the connection in a dependency."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        yield {"model": "loaded"}

    def build(lib: Any) -> None:
        async def view(websocket: Any) -> None:
            await websocket.accept()
            await websocket.send_text(websocket.state.model)

        view.__annotations__ = {"websocket": lib.WebSocket}
        lib.websocket("/ws")(view)

    made = Twins(build, lifespan=lifespan)
    with app_lifespan(made.flask_lib.app), TestClient(made.flask_lib.app).websocket_connect("/ws") as websocket:
        ours = websocket.receive_text()
    with (
        starlette.testclient.TestClient(made.fastapi_lib.app) as client,
        client.websocket_connect("/ws") as websocket,
    ):
        assert ours == websocket.receive_text() == "loaded"


def test_addresses_of_requests() -> None:
    """A path operation asks the same of its `HTTPConnection`: addresses as they came."""

    def build(lib: Any) -> None:
        @lib.get("/shops/{shop}")
        def view(connection: lib.HTTPConnection, shop: str) -> list[str]:
            name = "view" if lib.name == "fastapi" else connection.request.endpoint
            return [str(connection.url), str(connection.base_url), str(connection.url_for(name, shop="b"))]

    hosts = ("h", "H:80", "h:8000", "xn--mnchen-3ya.de", "[::1]:80", "a:99999")
    agree(build, *(("GET /shops/a?q=%C3%A9&q=%20", {"headers": {"Host": host}}) for host in hosts))
