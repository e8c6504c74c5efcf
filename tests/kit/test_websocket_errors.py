"""Handlers of an application's own exceptions, for those that a WebSocket's view raises."""

import logging
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from flask import Blueprint, Flask

from myapp.kit import Api, WebSocket, websocket
from myapp.kit.testing import TestClient
from tests.kit.both import Twins


class Own(Exception):
    """What the application has a handler for."""


class Derived(Own):
    """Found by its base."""


class Unknown(Exception):
    """What it has none for."""


def build(lib: Any) -> None:
    """A view that raises before the handshake is answered, after it, or when it has closed; and handlers."""
    kinds = {"derived": Derived, "key": KeyError, "unknown": Unknown}

    async def handle(socket: Any, error: Exception, does: str) -> Any:
        lib.note(f"handled {type(error).__name__}")
        if "send" in does:
            await socket.send_text("sorry")
        if "close" in does:
            await socket.close(4002, "own")
        if "accept" in does:
            await socket.accept()
        if "raise" in does:
            raise Unknown
        return lib.JSONResponse({"own": True}, 418) if "return" in does else None

    if lib.name == "fastapi":

        async def theirs(socket: Any, error: Exception) -> Any:
            return await handle(socket, error, socket.query_params["does"])

        for kind in (Own, LookupError, lib.HTTPException):
            lib.exception_handler(kind)(theirs)
    else:

        async def ours(error: Any) -> Any:
            return await handle(error.websocket, error, error.websocket.query_params["does"])

        for kind in (Own, LookupError, lib.HTTPException):
            lib.app.register_error_handler(kind, ours)

    def watch() -> Iterator[None]:
        try:
            yield
        except Exception as error:
            lib.note(f"dependency {type(error).__name__}")
            raise

    @lib.websocket("/{when}/{kind}")
    async def view(socket: lib.WebSocket, when: str, kind: str, watched: Annotated[None, lib.Depends(watch)]) -> None:
        if when != "before":
            await socket.accept()
        if when == "closed":
            await socket.close(4000)
        raise lib.HTTPException(404) if kind == "http" else kinds[kind]()


DOES = ("nothing", "close", "close and return", "return", "raise", "send and close", "accept and close")


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Both sides."""
    return Twins(build)


@pytest.mark.parametrize("does", DOES)
@pytest.mark.parametrize("when", ["before", "after", "closed"])
def test_handlers(twins: Twins, when: str, does: str, caplog: pytest.LogCaptureFixture) -> None:
    """They are called once the dependencies have ended, and may close, send, or answer a handshake that is open."""
    caplog.set_level(logging.CRITICAL)
    for kind in ("derived", "key", "http", "unknown"):
        ours, theirs = twins.conversations(f"/{when}/{kind}?does={does}")
        assert ours == theirs, kind
        assert len(ours[0]) == (1 if kind == "unknown" else 2)


def test_a_handler_of_all_exceptions() -> None:
    """Is asked before the handshake is answered, and no more when the WebSocket is open: that ends with 1011."""
    app, asked = Flask("sockets"), []
    Api().init_app(app)

    @app.errorhandler(Exception)
    def handle(error: Exception) -> Any:
        asked.append(type(error))
        return "sorry", 503

    @websocket(app, "/<accept>")
    def view(socket: WebSocket, accept: bool) -> None:
        if accept:
            socket.accept()
        raise Own

    with TestClient(app).websocket_connect("/1") as session:
        assert session.receive()["code"] == 1011
    assert not asked
    with pytest.raises(Exception, match="503 sorry"), TestClient(app).websocket_connect("/0"):
        pass
    assert asked == [Own]


def test_handlers_of_a_blueprint() -> None:
    """A blueprint's handler is for its own WebSockets; an exception without room for attributes is handled as well."""
    app, bp = Flask("sockets"), Blueprint("inside", __name__, url_prefix="/inside")
    Api().init_app(app)

    class Slotted(Exception):
        __slots__ = ()

        def __setattr__(self, name: str, value: Any) -> None:
            raise AttributeError(name)

    @bp.errorhandler(Slotted)
    def handle(error: Slotted) -> Any:
        return "slotted", 418

    for target in (app, bp):

        @websocket(target, "/ws")
        def view(socket: WebSocket) -> None:
            raise Slotted

    app.register_blueprint(bp)
    for path, answer in (("/inside/ws", "418 slotted"), ("/ws", "500 Internal Server Error")):
        with pytest.raises(Exception, match=answer), TestClient(app).websocket_connect(path):
            pass
