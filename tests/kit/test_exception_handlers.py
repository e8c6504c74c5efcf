"""The default exception handlers, called again by an application's own; and the status codes by name."""

import inspect
from typing import Annotated, Any

import fastapi
import fastapi.exception_handlers
import flask
import pytest
import starlette.exceptions
import starlette.status
import werkzeug.exceptions

import myapp.kit as kit
from myapp.kit import status
from myapp.kit.testing import TestClient as KitTestClient
from myapp.kit.testing import WebSocketDenialResponse
from tests.kit.both import TestClient, Twins, agree


def test_status_codes() -> None:
    """Each of FastAPI's names is there with its number, and no other; those deprecated there are left out."""
    theirs = {name: getattr(starlette.status, name) for name in starlette.status.__all__}
    ours = {name: value for name, value in vars(status).items() if name.startswith(("HTTP_", "WS_"))}
    assert ours == theirs
    assert list(ours) == list(theirs)
    assert kit.status is status
    assert fastapi.status.HTTP_404_NOT_FOUND == status.HTTP_404_NOT_FOUND == 404


def test_names() -> None:
    """The handlers have FastAPI's names; Flask's take the error alone."""
    defined = vars(fastapi.exception_handlers).items()
    theirs = [name for name, each in defined if inspect.iscoroutinefunction(each)]
    assert len(theirs) == 3
    for name in theirs:
        assert len(inspect.signature(getattr(kit, name)).parameters) == 1
        assert name in kit.__all__


def reuse(lib: Any) -> None:
    """Handlers that note what they see and leave the answer to the default ones."""
    if lib.name == "fastapi":

        @lib.exception_handler(starlette.exceptions.HTTPException)
        async def their_http(request: Any, error: Any) -> Any:
            lib.note(f"{error.status_code} {error.detail}")
            return await fastapi.exception_handlers.http_exception_handler(request, error)

        @lib.exception_handler(lib.RequestValidationError)
        async def their_faults(request: Any, error: Any) -> Any:
            lib.note(error.errors()[0]["type"])
            return await fastapi.exception_handlers.request_validation_exception_handler(request, error)

    else:

        @lib.app.errorhandler(werkzeug.exceptions.HTTPException)
        def our_http(error: Any) -> Any:
            lib.note(f"{error.code} {getattr(error, 'detail', None) or error.name}")
            return kit.http_exception_handler(error)

        @lib.app.errorhandler(kit.RequestValidationError)
        def our_faults(error: Any) -> Any:
            lib.note(error.errors()[0]["type"])
            return kit.request_validation_exception_handler(error)

    @lib.get("/items/{item_id}")
    def read(item_id: int) -> Any:
        if item_id == 3:
            raise lib.HTTPException(418, {"no": "tea"}, {"x-one": "1"})
        if item_id == 4:
            raise lib.HTTPException(204, headers={"x-one": "1"})
        if item_id > 4:
            raise lib.HTTPException(item_id)
        return item_id


def test_reuse() -> None:
    """HTTP errors of the application and of the router, and faults, are answered as if nobody had asked."""
    twins = Twins(reuse)
    for line in ("/items/1", "/items/x", "/items/3", "/items/4", "/items/404", "/items/500", "/nowhere"):
        ours, theirs = twins.happened(f"GET {line}")
        assert ours == theirs
    noted = twins.events("DELETE /items/3")
    assert noted[0] == "405 Method Not Allowed"


def test_no_circle() -> None:
    """A handler of one status may call the default one, too."""

    def build(lib: Any) -> None:
        if lib.name == "fastapi":

            @lib.exception_handler(404)
            async def theirs(request: Any, error: Any) -> Any:
                error.headers = {"x-one": "seen"}
                return await fastapi.exception_handlers.http_exception_handler(request, error)

        else:

            @lib.app.errorhandler(404)
            def ours(error: Any) -> Any:
                response = flask.make_response(kit.http_exception_handler(error))
                response.headers["x-one"] = "seen"
                return response

        @lib.get("/items/{item_id}")
        def read(item_id: int) -> None:
            raise lib.HTTPException(item_id, "nothing")

    agree(build, "GET /items/404", "GET /items/403", "GET /nowhere")


def websockets(noted: list[str], *, reply: str = "default") -> tuple[Any, Any]:
    """FastAPI's and Flask's application with handlers for what ends a WebSocket."""
    theirs, ours = fastapi.FastAPI(), flask.Flask("sockets")
    kit.Api().init_app(ours)
    defaults = fastapi.exception_handlers

    @theirs.exception_handler(fastapi.exceptions.WebSocketRequestValidationError)
    async def their_faults(websocket: Any, error: Any) -> None:
        noted.append(error.errors()[0]["type"])
        if reply == "close":
            await websocket.close(code=4001, reason="own")
        else:
            await defaults.websocket_request_validation_exception_handler(websocket, error)

    @ours.errorhandler(kit.WebSocketRequestValidationError)
    def our_faults(error: kit.WebSocketRequestValidationError) -> Any:
        noted.append(error.errors()[0]["type"])
        if reply == "close":
            error.websocket.end(4001, "own")
        return kit.websocket_request_validation_exception_handler(error)

    @theirs.exception_handler(fastapi.WebSocketException)
    async def their_end(websocket: Any, error: Any) -> None:
        noted.append(error.reason)
        await websocket.close(code=error.code + 1, reason=error.reason)

    @ours.errorhandler(kit.WebSocketException)
    async def our_end(error: kit.WebSocketException) -> Any:
        noted.append(error.reason)
        await error.websocket.close(error.code + 1, error.reason)
        return ""

    async def view(websocket: Any, number: int, exception: Any) -> None:
        if number == 1:
            raise exception(4000, "before")
        await websocket.accept()
        if number == 2:
            raise exception(4000, "after")
        await websocket.send_text(str(number))
        await websocket.close(1000)

    @theirs.websocket("/{number}")
    async def their_view(websocket: fastapi.WebSocket, number: int) -> None:
        await view(websocket, number, fastapi.WebSocketException)

    async def accepted(websocket: fastapi.WebSocket) -> None:
        await websocket.accept()

    @theirs.websocket("/late/{number}")
    async def their_late(opened: Annotated[None, fastapi.Depends(accepted)], number: int) -> None: ...

    @kit.websocket(ours, "/<number>")
    async def our_view(websocket: kit.AsyncWebSocket, number: int) -> None:
        await view(websocket, number, kit.WebSocketException)

    async def our_accepted(websocket: kit.AsyncWebSocket) -> None:
        await websocket.accept()

    @kit.websocket(ours, "/late/<number>")
    async def our_late(opened: Annotated[None, kit.Depends(our_accepted)], number: int) -> None: ...

    return TestClient(theirs), KitTestClient(ours)


def end(client: Any, path: str) -> Any:
    """What comes over a connection, and how it ends."""
    received: list[Any] = []
    try:
        with client.websocket_connect(path) as websocket:
            while True:
                received.append(websocket.receive_text())
    except Exception as error:
        return received, type(error).__name__, error.code, error.reason  # type: ignore[attr-defined]


@pytest.mark.parametrize("reply", ["default", "close"])
@pytest.mark.parametrize("path", ["/1", "/2", "/3", "/x"])
def test_websockets(path: str, reply: str) -> None:
    """Handlers see the exception before and after `accept()`, and close as they like or by the default."""
    noted: list[str] = []
    theirs, ours = websockets(noted, reply=reply)
    expected, seen = end(theirs, path), list(noted)
    noted.clear()
    found = end(ours, path)
    assert (found, noted) == (expected, seen)
    assert len(seen) == (path != "/3")


def test_faults_after_the_handshake() -> None:
    """A dependency may have accepted by then: the connection is closed with 1008; there is no room for the faults."""
    noted: list[str] = []
    _, ours = websockets(noted)
    received, _, code, _ = end(ours, "/late/x")
    assert (received, code, noted) == ([], 1008, ["int_parsing"])


def test_a_response_for_a_handshake() -> None:
    """A handler that closes nothing refuses the handshake with the response that it returns."""
    app = flask.Flask("sockets")
    kit.Api().init_app(app)

    @app.errorhandler(kit.WebSocketRequestValidationError)
    def explain(error: kit.WebSocketRequestValidationError) -> Any:
        return {"faults": error.errors()}, 422

    @kit.websocket(app, "/<number>")
    def view(websocket: kit.WebSocket, number: int) -> None: ...

    with pytest.raises(WebSocketDenialResponse) as denied, KitTestClient(app).websocket_connect("/x"):
        pass
    assert denied.value.status_code == 422
    assert denied.value.json()["faults"][0]["type"] == "int_parsing"


def test_a_handler_that_fails() -> None:
    """Before `accept()` that is a 500, after it the connection ends with 1011."""
    app = flask.Flask("sockets")
    kit.Api().init_app(app)

    @app.errorhandler(kit.WebSocketException)
    def fail(error: kit.WebSocketException) -> Any:
        raise LookupError("lost")

    @kit.websocket(app, "/<accept>")
    def view(websocket: kit.WebSocket, accept: bool) -> None:
        if accept:
            websocket.accept()
        raise kit.WebSocketException(4000)

    assert end(KitTestClient(app), "/1")[2] == 1011
    with pytest.raises(WebSocketDenialResponse) as denied, KitTestClient(app).websocket_connect("/0"):
        pass
    assert denied.value.status_code == 500
