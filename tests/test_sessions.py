"""The application's sessions are Flask's."""

from __future__ import annotations

import pytest
from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface, SessionInterface

from myapp import sessions


@pytest.fixture(params=[SecureCookieSessionInterface, sessions.SessionInterface], ids=["flask", "ours"])
def app(request: pytest.FixtureRequest) -> Flask:
    """A small application with sessions of either kind."""
    interface: SessionInterface = request.param()
    app = Flask("sessions")
    app.session_interface = interface
    app.secret_key = "a key"

    @app.post("/")
    def put() -> str:
        session["name"] = request_text()
        return "kept"

    @app.get("/")
    def get() -> str:
        return str(session.get("name"))

    @app.delete("/")
    def clear() -> str:
        session.clear()
        return "cleared"

    return app


def request_text() -> str:
    """The body of the request."""
    return request.get_data(as_text=True)


def test_a_session_is_kept_changed_and_removed(app: Flask) -> None:
    """What is put into a session comes back, and its cookie goes when it is emptied."""
    client = app.test_client()
    assert client.get("/").text == "None"
    assert client.post("/", data="Ada").headers["Set-Cookie"].startswith("session=")
    assert client.get("/").text == "Ada"
    assert client.post("/", data="Bob").status_code == 200
    assert client.get("/").text == "Bob"
    assert "Expires=Thu, 01 Jan 1970" in client.delete("/").headers["Set-Cookie"]
    assert client.get("/").text == "None"


def test_a_request_that_only_asks_gets_no_cookie(app: Flask) -> None:
    """Nobody is given a cookie who has nothing to keep; a cache is told that the answer depends on it."""
    answer = app.test_client().get("/")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Cookie"


@pytest.mark.parametrize("cookie", ["", "broken", "eyJuYW1lIjoiRXZlIn0.aaaaaa.bbbbbbbb"])
def test_a_cookie_that_is_not_ours_is_an_empty_session(app: Flask, cookie: str) -> None:
    """An empty, a broken and a forged cookie are no session."""
    client = app.test_client()
    client.set_cookie("session", cookie)
    assert client.get("/").text == "None"


def test_without_a_secret_key_a_session_cannot_be_written(app: Flask) -> None:
    """Flask's error, which names the key, and not a session that is silently lost."""
    app.secret_key = None
    app.testing = True
    assert app.test_client().get("/").text == "None"
    with pytest.raises(RuntimeError, match="secret_key"):
        app.test_client().post("/", data="Ada")
