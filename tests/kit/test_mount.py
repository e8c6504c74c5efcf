"""`mount(...)`: one application inside another."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, request

from myapp.kit.mount import ASGIApplication, mount


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
