"""`mount(...)`: one application inside another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi import Request as StarletteRequest
from flask import Blueprint, Flask, request

from myapp.kit import Api, ASGIApplication, lifespan, mount
from myapp.kit.lifespan import app_lifespan


def inner() -> Flask:
    """An application that tells where it is."""
    app = Flask("inner")

    @app.get("/where")
    def where() -> str:
        return f"{request.script_root} {request.path}"

    return app


def test_below_an_application_and_a_blueprint() -> None:
    """The inner application gets its path as SCRIPT_NAME; what is not below it stays with the outer one."""
    outer = Flask("outer")
    bp = Blueprint("bp", __name__, url_prefix="/bp")
    mount(outer, "/one", inner())
    mount(bp, "/two", inner())
    outer.register_blueprint(bp)
    outer.add_url_rule("/oneself", view_func=lambda: "outer")
    client = outer.test_client()
    assert client.get("/one/where").text == "/one /where"
    assert client.get("/bp/two/where").text == "/bp/two /where"
    assert client.get("/oneself").text == "outer"
    assert client.get("/two/where").status_code == 404


def test_the_path_without_a_slash() -> None:
    """It is redirected with its query, so that relative links in the inner application work."""
    outer = Flask("outer")
    mount(outer, "/one", inner())
    answer = outer.test_client().get("/one?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://localhost/one/?a=1")


def test_an_asgi_application_that_is_missing() -> None:
    """Its requests are answered with 503 and the reason; the rest of the application works."""
    outer = Flask("outer")
    mount(outer, "/asgi", ASGIApplication("no_such_module:app"))
    answer = outer.test_client().get("/asgi/")
    assert (answer.status_code, answer.text) == (503, "Not installed: No module named 'no_such_module'\n")


@pytest.mark.parametrize("path", ["", "/", "one"])
def test_paths_that_cannot_be(path: str) -> None:
    """A mounted application needs a name below its parent."""
    with pytest.raises(ValueError, match="must start with"):
        mount(Flask("outer"), path, inner())


def lively(events: list[str]) -> FastAPI:
    """A FastAPI application that writes down its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        events.append("entered")
        yield {"name": "Ada"}
        events.append("left")

    app = FastAPI(lifespan=lifespan)

    @app.get("/name")
    def name(request: StarletteRequest) -> str:
        return str(request.state.name)

    return app


def test_the_lifespan_of_an_asgi_application() -> None:
    """It is entered before the first request, whose state has what was yielded, and left with the outer application."""
    events: list[str] = []
    outer = Flask("outer")
    Api().init_app(outer)
    mount(outer, "/asgi", ASGIApplication(lambda: lively(events)))
    client = outer.test_client()
    with app_lifespan(outer):
        assert events == []
        for _ in range(2):
            assert client.get("/asgi/name").json == "Ada"
        assert events == ["entered"]
        assert client.get("/asgi/openapi.json").json["servers"] == [{"url": "/asgi"}]
    assert events == ["entered", "left"]
    assert client.get("/asgi/name").json == "Ada"
    lifespan.shutdown(outer)
    assert events == ["entered", "left"] * 2


def test_an_asgi_application_without_a_lifespan() -> None:
    """It may raise for what it does not know, as the specification says."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    mounted = ASGIApplication(lambda: app)
    outer = Flask("outer")
    mount(outer, "/asgi", mounted)
    assert outer.test_client().get("/asgi/").status_code == 204
    mounted.shutdown()


def test_a_lifespan_that_fails() -> None:
    """Requests fail with it, and each of them tries again."""

    @asynccontextmanager
    async def fail(app: FastAPI) -> AsyncIterator[None]:
        raise LookupError("no model")
        yield

    outer = Flask("outer")
    mount(outer, "/asgi", ASGIApplication(lambda: FastAPI(lifespan=fail)))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no model"):
            outer.test_client().get("/asgi/")
