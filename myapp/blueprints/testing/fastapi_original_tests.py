"""Tests of the application beside this file, as FastAPI's documentation writes them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, WebSocketDisconnect
from fastapi.testclient import TestClient

from myapp.blueprints.testing.fastapi_original import create_app, get_clock, get_notebook


def test_a_note() -> None:
    """What is posted comes back."""
    client = TestClient(create_app())
    answer = client.post("/testing/notes", json={"text": "Buy milk"})
    assert answer.status_code == 201
    assert answer.json() == ["opened", "Buy milk"]


def test_faults() -> None:
    """A missing text is a 422 with its place, an empty one a 400 with the reason."""
    client = TestClient(create_app())
    assert client.post("/testing/notes", json={}).json()["detail"][0]["loc"] == ["body", "text"]
    assert client.post("/testing/notes", json={"text": " "}).json() == {"detail": "A note needs a text"}


def test_an_override() -> None:
    """A test sets the clock."""
    app = create_app()
    app.dependency_overrides[get_clock] = lambda: datetime(2026, 1, 1, 15, tzinfo=UTC)
    assert TestClient(app).get("/testing/greeting").json() == {"greeting": "Good afternoon"}


def test_a_clean_up() -> None:
    """A dependency that the test provides is closed once the answer is there."""
    notes: list[str] = []

    def fake() -> Iterator[list[str]]:
        yield notes
        notes.append("closed by the test's own")

    app = create_app()
    app.dependency_overrides[get_notebook] = fake
    assert TestClient(app).post("/testing/notes", json={"text": "a"}).status_code == 201
    assert notes == ["a", "closed by the test's own"]


def test_a_mistake_is_raised() -> None:
    """What the view raised is raised in the test."""
    with pytest.raises(ZeroDivisionError, match="a mistake in the view"):
        TestClient(create_app()).get("/testing/broken")


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
    answer = TestClient(create_app()).get("/testing/countdown?start=2")
    assert answer.text.splitlines() == ["2", "1", "0"]


def test_the_lifespan() -> None:
    """It is entered and left with the client; a client without `with` enters nothing."""
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
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
    """An async test asks an async view."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.get("/testing/slow")

    assert asyncio.run(ask()).json() == "done"
