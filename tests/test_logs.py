"""myapp.logs and myapp.proxies: request ids, and who the visitor is."""

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from myapp import logs
from myapp.proxies import TrustedProxyFix
from myapp.settings import Environment, Settings

MakeApp = Callable[[Settings], Flask]


def test_every_response_has_an_id_of_its_own(client: FlaskClient) -> None:
    """Two requests, two ids; a 404 has one too."""
    ids = {client.get(path).headers["X-Request-ID"] for path in ("/health", "/health", "/nowhere")}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


@pytest.mark.parametrize("given", ["abc-123", "Root=1-67891233-abcdef012345678912345678", "a" * 128])
def test_a_sane_id_is_kept(client: FlaskClient, given: str) -> None:
    """What a proxy or a tracer sends goes through."""
    assert client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "two words", 'quote"', "a" * 129, "é", "tab\there"])
def test_any_other_id_is_replaced(client: FlaskClient, given: str) -> None:
    """What could forge or flood a log line does not reach it."""
    assert client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_log_lines_carry_the_id(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """Any logger's line shows the request it belongs to, and - outside a request."""
    app.add_url_rule("/log", view_func=lambda: logging.getLogger("elsewhere").warning("inside") or "ok")
    app.test_client().get("/log", headers={"X-Request-ID": "abc"})
    logging.getLogger("elsewhere").warning("outside")
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"^\S+ \S+ ", "", line) for line in lines] == [
        "WARNING [abc] elsewhere: inside",
        "WARNING [-] elsewhere: outside",
    ]


def test_an_error_is_logged_with_the_id(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """The id that a visitor reads out finds the traceback."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/fail", view_func=lambda: 1 / 0)
    response = app.test_client().get("/fail", headers={"X-Request-ID": "abc"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (500, "abc")
    assert re.search(r"ERROR \[abc\].*\n(.*\n)*ZeroDivisionError", capsys.readouterr().err)


def test_the_duration_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG, for a server without an access log of its own."""
    with caplog.at_level("DEBUG", "myapp.logs"):
        client.get("/health")
    assert re.fullmatch(r"GET /health -> 200 in \d+\.\d ms", caplog.messages[-1])


def test_two_applications_log_a_line_once(
    make_app: MakeApp, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The handler belongs to the process."""
    make_app(settings)
    make_app(settings)
    logging.getLogger("myapp.anything").warning("once")
    assert capsys.readouterr().err.count("once") == 1
    assert sum(isinstance(handler, logs.RequestHandler) for handler in logging.getLogger().handlers) == 1


FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "example.com",
    "X-Forwarded-Prefix": "/app",
}


@pytest.mark.parametrize(
    ("trusted", "peer", "believed"),
    [
        ((), "10.0.0.9", False),
        (("10.0.0.0/8",), "10.0.0.9", True),
        (("10.0.0.0/8",), "11.0.0.9", False),
        (("10.0.0.9", "::1"), "::1", True),
        (("10.0.0.0/8",), "", False),
        (("*",), "", True),
    ],
)
def test_forwarded_headers(
    make_app: MakeApp, settings: Settings, trusted: tuple[str, ...], peer: str, believed: bool
) -> None:
    """Only a trusted proxy can say who the visitor is and by which address they came."""
    app = make_app(Settings(env=Environment.TESTING, data_dir=settings.data_dir, trusted_proxies=trusted))
    app.add_url_rule("/who", view_func=lambda: [request.remote_addr, request.url])
    response = app.test_client().get("/who", headers=FORWARDED, environ_base={"REMOTE_ADDR": peer})
    expected = ["203.0.113.7", "https://example.com/app/who"] if believed else [peer, "http://localhost/who"]
    assert response.json == expected


def test_no_proxies_no_wrapper(app: Flask) -> None:
    """Without trusted proxies a request pays nothing."""
    assert not isinstance(app.wsgi_app, TrustedProxyFix)
