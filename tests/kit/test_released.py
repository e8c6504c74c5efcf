"""What an application leaves in the process when nobody holds it any longer: nothing."""

import gc
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import fastapi
import pytest
from flask import Flask, g

from myapp.kit import (
    Api,
    ASGIApplication,
    AsyncWebSocket,
    BackgroundTasks,
    Depends,
    EventSourceResponse,
    WebSocket,
    app_lifespan,
    mount,
    operation,
    websocket,
)
from myapp.kit.testing import TestClient


@asynccontextmanager
async def lifespan(app: Flask) -> AsyncIterator[None]:
    """A lifespan that holds the application."""
    yield
    assert app.name == "released"


async def opened() -> AsyncIterator[str]:
    """A dependency that holds something open."""
    yield "open"


def call_plainly(app: Flask) -> None:
    """A plain view, a background task, and the document."""

    @app.post("/")
    @operation()
    def add(number: int, tasks: BackgroundTasks) -> int:
        tasks.add_task(int)
        return number

    assert app.test_client().post("/?number=1", buffered=True).json == 1
    assert app.test_client().get("/openapi.json").json["paths"]


def call_async(app: Flask) -> None:
    """An async view with an async dependency."""

    @app.get("/")
    @operation()
    async def read(held: Annotated[str, Depends(opened)]) -> str:
        return held

    assert app.test_client().get("/", buffered=True).json == "open"


def stream(app: Flask) -> None:
    """Events from an async generator."""

    @app.get("/")
    @operation(response_class=EventSourceResponse)
    async def read() -> AsyncIterator[int]:
        yield 1

    assert app.test_client().get("/", buffered=True).text == "data: 1\n\n"


def talk(app: Flask) -> None:
    """A WebSocket with a plain view, and one with an async view."""

    @websocket(app, "/plain")
    def plain(socket: WebSocket) -> None:
        socket.accept()
        socket.send_text("hello")

    @websocket(app, "/async")
    async def asynchronous(socket: AsyncWebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")

    for path in ("/plain", "/async"):
        with TestClient(app).websocket_connect(path) as session:
            assert session.receive_text() == "hello"


def live(app: Flask) -> None:
    """An async lifespan around requests, entered and left."""
    with app_lifespan(app):
        talk(app)


def mount_asgi(app: Flask) -> None:
    """A mounted ASGI application, which has answered and been ended."""
    mount(app, "/mounted", ASGIApplication(fastapi.FastAPI))
    with app_lifespan(app):
        assert app.test_client().get("/mounted/docs").status_code == 200


@pytest.mark.parametrize("use", [call_plainly, call_async, stream, talk, live, mount_asgi])
def test_an_application_is_released(use: Callable[[Flask], None]) -> None:
    """After its use neither the application nor a thread of it is left: not the one of its event loop either."""
    before = set(threading.enumerate())

    def left() -> list[str]:
        gc.collect()
        threads = [thread.name for thread in threading.enumerate() if thread not in before]
        return threads if released() is None else ["the application", *threads]

    def used() -> weakref.ref[Flask]:
        app = Flask("released")
        # What a lifespan holds is kept until somebody leaves it or the process ends; only `live` leaves it.
        Api(lifespan=lifespan if use is live else None).init_app(app)
        use(app)
        return weakref.ref(app)

    released = used()
    # A thread needs a moment to end.
    deadline = time.monotonic() + 60
    while found := left():
        assert time.monotonic() < deadline, found
        time.sleep(0.01)


def test_the_first_request_is_released() -> None:
    """The event loop starts within a request and does not keep it."""
    app = Flask("kept")
    Api().init_app(app)

    class Body:
        """Something that only the request holds."""

    bodies: list[weakref.ref[Body]] = []

    @app.get("/")
    @operation()
    async def read() -> None:
        g.body = Body()
        bodies.append(weakref.ref(g.body))

    assert app.test_client().get("/", buffered=True).json is None
    gc.collect()
    assert [body() for body in bodies] == [None]
