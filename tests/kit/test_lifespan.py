"""`Api(lifespan=...)` beside `FastAPI(lifespan=...)`, and async context managers outside the loop."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Request
from flask import Flask

from myapp.kit import Api, Depends, HTTPException, app_lifespan, operation, state
from myapp.kit.lifespan import shutdown, startup
from tests.kit.both import TestClient


class Made:
    """An application of one side with a lifespan, a view that shows its state, and clients inside and outside of it."""

    def __init__(self, side: str, lifespan: Any) -> None:
        self.flask = Flask("small")
        self.fastapi = FastAPI(lifespan=lifespan)
        Api(lifespan=lifespan).init_app(self.flask)
        self.side = side

        @self.flask.get("/")
        @operation()
        def read_state() -> dict[str, Any]:
            return dict(vars(state._get_current_object()))

        @self.fastapi.get("/")
        def read_theirs(request: Request) -> dict[str, Any]:
            return dict(request.state._state)

        @self.flask.post("/")
        @operation()
        def change_state() -> None:
            state.items.append(len(state.items) + 1)
            state.mine = True

        @self.fastapi.post("/")
        def change_theirs(request: Request) -> None:
            request.state.items.append(len(request.state.items) + 1)
            request.state.mine = True

    @contextmanager
    def running(self) -> Iterator[Any]:
        """A client while the lifespan lasts: `with TestClient(app)`, and here `with app_lifespan(app)`."""
        if self.side == "fastapi":
            with TestClient(self.fastapi) as client:
                yield client
        else:
            with app_lifespan(self.flask):
                yield self.flask.test_client()

    def client(self) -> Any:
        """A client alone."""
        return TestClient(self.fastapi) if self.side == "fastapi" else self.flask.test_client()


def json(answer: Any) -> Any:
    """The JSON of either client's response."""
    return answer.json() if callable(answer.json) else answer.json


@pytest.fixture
def events() -> list[str]:
    """What happened, in order."""
    return []


@pytest.fixture(params=["fastapi", "flask, sync", "flask, async"])
def made(request, events) -> Made:
    """An application whose lifespan notes when it is entered and left; on Flask's side also a plain context manager."""

    @contextmanager
    def plain(app: Any) -> Iterator[dict[str, Any]]:
        events.append(f"enter {type(app).__name__}")
        try:
            yield {"items": [1]}
        finally:
            events.append("leave")

    @asynccontextmanager
    async def asynchronous(app: Any) -> AsyncIterator[dict[str, Any]]:
        # Raises unless one task enters and leaves.
        async with asyncio.timeout(60):
            with plain(app) as yielded:
                yield yielded

    return Made(request.param.partition(",")[0], plain if request.param == "flask, sync" else asynchronous)


@pytest.fixture(params=["fastapi", "flask"])
def side(request) -> str:
    """Which side an application is made for."""
    return request.param


def test_once_around_the_block(made, events):
    """Entered before, left after, and the state reaches every request."""
    entered = "enter FastAPI" if made.side == "fastapi" else "enter Flask"
    with made.running() as client:
        assert [json(client.get("/")) for _ in range(2)] == [{"items": [1]}] * 2
        assert events == [entered]
    assert events == [entered, "leave"]


def test_what_a_request_leaves_in_the_state(made):
    """An object in it is the same for all requests; an attribute that one sets is that one's."""
    with made.running() as client:
        client.post("/")
        client.post("/")
        assert json(client.get("/")) == {"items": [1, 2, 3]}


def test_twice_is_once(made, events):
    """A hook that is called again does nothing; after leaving it can be entered anew, as FastAPI's can."""
    for _ in range(2):
        if made.side == "fastapi":
            with made.running():
                pass
        else:  # FastAPI's server calls its hooks once; gunicorn's, Celery's and a test's are several
            startup(made.flask), startup(made.flask)
            shutdown(made.flask), shutdown(made.flask)
    assert [event.split()[0] for event in events] == ["enter", "leave"] * 2


def test_a_test_client_alone_enters_nothing(made, events):
    """As FastAPI's TestClient without `with`."""
    assert json(made.client().get("/")) == {}
    assert events == []


def test_an_error_in_the_block_leaves(made, events):
    """A test that fails still leaves."""
    with pytest.raises(ZeroDivisionError), made.running():
        raise ZeroDivisionError
    assert events[1:] == ["leave"]


def test_a_failure_at_the_start_is_raised(side):
    """By whoever enters, and nothing is left over."""

    @asynccontextmanager
    async def failing(app: Any) -> AsyncIterator[None]:
        raise LookupError("no model")
        yield

    made = Made(side, failing)
    with pytest.raises(LookupError, match="no model"), made.running():
        pass
    shutdown(made.flask)


def test_a_failure_at_the_end_is_raised(side):
    """The process that stops says so."""

    @asynccontextmanager
    async def failing(app: Any) -> AsyncIterator[None]:
        yield
        raise LookupError("not closed")

    with pytest.raises(LookupError, match="not closed"), Made(side, failing).running():
        pass


def test_without_a_lifespan(side):
    """There is a state nevertheless, and it is empty."""
    with Made(side, None).running() as client:
        assert json(client.get("/")) == {}


def dependency_app(events: list[str]) -> Flask:
    """Views behind an async generator that needs one task, and sets a context variable."""
    app = Flask("small")
    Api().init_app(app)
    reader = contextvars.ContextVar("reader", default="nobody")

    async def opened() -> AsyncIterator[str]:
        try:
            async with asyncio.timeout(60):
                reader.set("ann")
                yield "opened"
        except LookupError as error:
            events.append(f"saw {error}")
            raise HTTPException(409, "seen") from error
        finally:
            events.append("closed")

    Opened = Annotated[str, Depends(opened)]

    @app.get("/sync")
    @operation()
    def read_sync(opened: Opened) -> str:
        return reader.get()

    @app.get("/async")
    @operation()
    async def read_async(opened: Opened) -> str:
        return reader.get()

    @app.get("/failing")
    @operation()
    async def fail(opened: Opened) -> str:
        raise LookupError("lost")

    return app


@pytest.mark.parametrize("path", ["/sync", "/async"])
def test_context_variables_of_an_async_dependency(events, path):
    """What an async dependency sets is what views see, as in FastAPI's one task a request."""
    app = dependency_app(events)
    assert app.test_client().get(path, buffered=True).json == "ann"
    assert events == ["closed"]


def test_an_error_reaches_the_async_dependency(events):
    """The view's error is raised at its `yield`, inside what it holds open."""
    answer = dependency_app(events).test_client().get("/failing")
    assert (answer.status_code, answer.json) == (409, {"detail": "seen"})
    assert events == ["saw lost", "closed"]
