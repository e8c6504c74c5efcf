"""`Api(lifespan=...)` and async context managers outside the loop."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

import pytest
from flask import Flask

from myapp.kit import Api, Depends, HTTPException, app_lifespan, operation, state
from myapp.kit.lifespan import shutdown, startup


def make_app(lifespan: Any) -> Flask:
    """An application with this lifespan and a view that shows its state."""
    app = Flask("small")
    Api(lifespan=lifespan).init_app(app)

    @app.get("/")
    @operation()
    def read_state() -> dict[str, Any]:
        return dict(vars(state._get_current_object()))

    return app


@pytest.fixture
def events() -> list[str]:
    """What happened, in order."""
    return []


@pytest.fixture(params=["sync", "async"])
def app(request, events) -> Flask:
    """An application whose lifespan is a plain or an async context manager."""

    @contextmanager
    def plain(app: Flask) -> Iterator[dict[str, Any]]:
        events.append(f"enter {app.name}")
        try:
            yield {"items": [1]}
        finally:
            events.append("leave")

    @asynccontextmanager
    async def asynchronous(app: Flask) -> AsyncIterator[dict[str, Any]]:
        # Raises unless one task enters and leaves.
        async with asyncio.timeout(60):
            with plain(app) as state:
                yield state

    return make_app(plain if request.param == "sync" else asynchronous)


def test_once_around_the_block(app, events):
    """Entered before, left after, and the state reaches every request."""
    with app_lifespan(app) as yielded:
        assert yielded == {"items": [1]}
        assert [app.test_client().get("/").json for _ in range(2)] == [{"items": [1]}] * 2
        assert events == ["enter small"]
    assert events == ["enter small", "leave"]


def test_twice_is_once(app, events):
    """A hook that is called again does nothing; after leaving it can be entered anew."""
    for _ in range(2):
        startup(app), startup(app)
        shutdown(app), shutdown(app)
    assert events == ["enter small", "leave"] * 2


def test_a_test_client_alone_enters_nothing(app, events):
    """As FastAPI's TestClient without `with`."""
    assert app.test_client().get("/").json == {}
    assert events == []


def test_an_error_in_the_block_leaves(app, events):
    """A test that fails still leaves."""
    with pytest.raises(ZeroDivisionError), app_lifespan(app):
        raise ZeroDivisionError
    assert events == ["enter small", "leave"]


def test_a_failure_at_the_start_is_raised():
    """By whoever enters, and nothing is left over."""

    @asynccontextmanager
    async def failing(app: Flask) -> AsyncIterator[None]:
        raise LookupError("no model")
        yield

    app = make_app(failing)
    with pytest.raises(LookupError, match="no model"):
        startup(app)
    shutdown(app)


def test_a_failure_at_the_end_is_raised():
    """The process that stops says so."""

    @asynccontextmanager
    async def failing(app: Flask) -> AsyncIterator[None]:
        yield
        raise LookupError("not closed")

    app = make_app(failing)
    startup(app)
    with pytest.raises(LookupError, match="not closed"):
        shutdown(app)


def test_without_a_lifespan():
    """The hooks can be called whether there is one or not."""
    app = make_app(None)
    with app_lifespan(app) as yielded:
        assert yielded == {}
        assert app.test_client().get("/").json == {}


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
