"""Tests of the application beside this file, as Flask's documentation writes them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from myapp.blueprints.testing.routes import create_app, get_clock, get_notebook
from myapp.kit import WebSocketDisconnect
from myapp.kit.testing import TestClient


def test_a_note() -> None:
    """What is posted comes back."""
    client = create_app().test_client()
    answer = client.post("/testing/notes", json={"text": "Buy milk"})
    assert answer.status_code == 201
    assert answer.json == ["opened", "Buy milk"]


def test_faults() -> None:
    """A missing text is a 422 with its place, an empty one a 400 with the reason."""
    client = create_app().test_client()
    assert client.post("/testing/notes", json={}).get_json()["detail"][0]["loc"] == ["body", "text"]
    assert client.post("/testing/notes", json={"text": " "}).json == {"detail": "A note needs a text"}


def test_an_override() -> None:
    """A test sets the clock."""
    app = create_app()
    app.extensions["api"].dependency_overrides[get_clock] = lambda: datetime(2026, 1, 1, 15, tzinfo=UTC)
    assert app.test_client().get("/testing/greeting").json == {"greeting": "Good afternoon"}


def test_a_clean_up() -> None:
    """A dependency that the test provides is closed once the answer is there."""
    notes: list[str] = []

    def fake() -> Iterator[list[str]]:
        yield notes
        notes.append("closed by the test's own")

    app = create_app()
    app.extensions["api"].dependency_overrides[get_notebook] = fake
    with app.test_client().post("/testing/notes", json={"text": "a"}) as answer:
        assert answer.status_code == 201
    assert notes == ["a", "closed by the test's own"]


def test_a_mistake_is_raised() -> None:
    """What the view raised is raised in the test."""
    with pytest.raises(ZeroDivisionError, match="a mistake in the view"):
        create_app().test_client().get("/testing/broken")


def test_a_websocket() -> None:
    """A WebSocket is spoken to, and says why it closes."""
    with TestClient(create_app()).websocket_connect("/testing/dictation") as websocket:
        websocket.send_text("Buy milk")
        assert websocket.receive_json() == ["opened", "Buy milk"]
        websocket.send_text("stop")
        with pytest.raises(WebSocketDisconnect) as closed:
            websocket.receive_text()
        assert (closed.value.code, closed.value.reason) == (4000, "Written down")


def test_a_stream() -> None:
    """A stream is read to its end."""
    answer = create_app().test_client().get("/testing/countdown?start=2")
    assert answer.text.splitlines() == ["2", "1", "0"]


def test_the_lifespan() -> None:
    """It is entered and left with the client; a client without `with` enters nothing."""
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Flask) -> AsyncIterator[None]:
        events.append("started")
        yield
        events.append("stopped")

    app = create_app(lifespan)
    TestClient(app).get("/testing/greeting")
    assert events == []
    with TestClient(app) as client:
        client.get("/testing/greeting")
        assert events == ["started"]
    assert events == ["started", "stopped"]


def test_an_async_view() -> None:
    """An async test asks an async view; the client is synchronous, so it waits in a thread."""
    client = create_app().test_client()

    async def ask() -> TestResponse:
        return await asyncio.to_thread(client.get, "/testing/slow")

    assert asyncio.run(ask()).json == "done"
