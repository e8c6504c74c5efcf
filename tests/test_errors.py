"""Error pages of the site, errors of the API, and what either tells in production and while debugging."""

import logging
from dataclasses import replace

import pytest
from fastapi import FastAPI
from flask import Flask, abort

from myapp.kit import operation
from myapp.settings import Environment, Settings
from tests.kit.both import TestClient

SECRET = "the secret of the view <script>"
KEY = "0123456789abcdef0123456789abcdef"


def with_views(app: Flask) -> Flask:
    """The application with a view that fails on each side of the fence."""

    def fail() -> str:
        raise RuntimeError(SECRET)

    def refuse() -> str:
        abort(403, "<b>No</b> entry")

    app.add_url_rule("/fail-page", "fail_page", fail)
    app.add_url_rule("/refuse-page", "refuse_page", refuse)
    app.add_url_rule("/first-steps/fail", "fail_operation", operation()(fail))
    return app


@pytest.fixture
def production(make_app, settings: Settings) -> Flask:
    """In production."""
    return with_views(make_app(replace(settings, env=Environment.PRODUCTION, secret_key=KEY)))


@pytest.fixture
def debugging(make_app, settings: Settings) -> Flask:
    """In development, with debugging on."""
    return with_views(make_app(replace(settings, env=Environment.DEVELOPMENT, debug=True)))


def test_api_in_production(production, caplog):
    """FastAPI's words and nothing else; the id that leads to the log's trace is a header."""
    answer = production.test_client().get("/first-steps/fail", headers={"X-Request-ID": "abc"})
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["X-Request-ID"] == "abc"
    assert SECRET in caplog.text


def test_page_in_production(production, caplog):
    """The id and nothing else of what went wrong."""
    answer = production.test_client().get("/fail-page", headers={"X-Request-ID": "abc"})
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "<code>abc</code>" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert SECRET in caplog.text


def test_missing_page(production):
    """A path of the site that nobody answers is a page; one of the API is JSON."""
    client = production.test_client()
    page = client.get("/nowhere/<script>")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "404 Not Found" in page.text
    assert "<script>" not in page.text
    for path in ("/first-steps/nowhere", "/first-steps/a//b", "/sql-databases"):
        assert client.get(path).json == {"detail": "Not Found"}


def test_refused_page(production):
    """A description is escaped, a method that is not allowed keeps its `Allow`."""
    client = production.test_client()
    assert "&lt;b&gt;No&lt;/b&gt; entry" in client.get("/refuse-page").text
    answer = client.post("/fail-page")
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_api_while_debugging(debugging, caplog, accept):
    """The trace in plain text, as with FastAPI(debug=True), and in the log.

    A browser gets a page of it from FastAPI, and Werkzeug's debugger from `flask run --debug` (the last test here).
    """
    answer = debugging.test_client().get("/first-steps/fail", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (500, "text/plain; charset=utf-8")
    assert answer.text.startswith("Traceback (most recent call last):")
    assert answer.text.rstrip().endswith(f"RuntimeError: {SECRET}")
    assert any(record.levelno == logging.ERROR and record.exc_info for record in caplog.records)

    original = FastAPI(debug=True)

    @original.get("/fail")
    def fail() -> None:
        raise RuntimeError(SECRET)

    theirs = TestClient(original, raise_server_exceptions=False).get("/fail")
    assert (theirs.status_code, theirs.headers["content-type"]) == (answer.status_code, answer.content_type)
    assert theirs.text.splitlines()[0] == answer.text.splitlines()[0]
    assert theirs.text.splitlines()[-1] == answer.text.splitlines()[-1]


def test_page_while_debugging(debugging):
    """A page with the trace, escaped."""
    answer = debugging.test_client().get("/fail-page")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Traceback (most recent call last):" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


def test_the_debugger_gets_its_exception(debugging):
    """Under `flask run --debug`, Werkzeug's debugger shows what a browser asked for."""
    client = debugging.test_client()
    environ = {"werkzeug.debug.preserve_context": lambda context: None}
    with pytest.raises(RuntimeError, match="secret"):
        client.get("/fail-page", environ_overrides=environ)
    with pytest.raises(RuntimeError, match="secret"):
        client.get("/first-steps/fail", environ_overrides=environ, headers={"Accept": "text/html"})


def test_tests_see_the_exception(app):
    """While testing, an exception that nothing handles fails the test."""
    with pytest.raises(RuntimeError, match="secret"):
        with_views(app).test_client().get("/first-steps/fail")
