"""myapp.logs and myapp.proxies: request ids, and who the visitor is."""

import json
import logging
import re
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from myapp import logs
from myapp.json_lines import JsonLines
from myapp.proxies import TrustedProxyFix
from myapp.settings import Environment, LogFormat, Settings

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


@pytest.fixture
def json_app(make_app: MakeApp, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application of a process whose log is JSON."""
    monkeypatch.setattr(
        logging.root, "handlers", [each for each in logging.root.handlers if not isinstance(each, logs.RequestHandler)]
    )
    return make_app(
        Settings(env=Environment.TESTING, data_dir=settings.data_dir, log_format=LogFormat.JSON, log_level="DEBUG")
    )


def test_json_lines(json_app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, with what is known of the request, and at its end the status and the duration."""
    json_app.add_url_rule("/log/<a>", view_func=lambda a: logging.getLogger("elsewhere").warning("in\n%s", a) or "ok")
    json_app.test_client().get("/log/é", headers={"X-Request-ID": "abc"})
    logging.getLogger("elsewhere").warning("outside")
    inside, end, outside = map(json.loads, capsys.readouterr().err.splitlines())
    of_request = {"request_id": "abc", "method": "GET", "path": "/log/é"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", inside.pop("time"))
    assert inside == {"level": "WARNING", "logger": "elsewhere", "message": "in\né", **of_request}
    assert end["duration_ms"] >= 0
    assert end.items() >= {"level": "DEBUG", "logger": "myapp.logs", "status": 200, **of_request}.items()
    assert set(outside) == {"time", "level", "logger", "message"}


def test_json_has_the_traceback(json_app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is one line too."""
    json_app.config["PROPAGATE_EXCEPTIONS"] = False
    json_app.add_url_rule("/fail", view_func=lambda: 1 / 0)
    json_app.test_client().get("/fail", headers={"X-Request-ID": "abc"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (error,) = [line for line in lines if "exception" in line]
    assert (error["level"], error["request_id"], error["path"]) == ("ERROR", "abc", "/fail")
    assert error["exception"].endswith("ZeroDivisionError: division by zero")


def test_json_of_what_is_no_json() -> None:
    """A stack is shown, and a value of any type is written as its text."""
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "m", None, None, sinfo="Stack:\n  here")
    record.path = ValueError("odd")
    line = json.loads(JsonLines().format(record))
    assert (line["stack"], line["path"]) == ("Stack:\n  here", "odd")


def test_json_of_celery() -> None:
    """What Celery says of a task names it, with its duration once it is over."""
    record = logging.LogRecord("celery.app.trace", logging.INFO, __file__, 1, "done", None, None)
    record.data = {"id": "1", "name": "reports.make", "runtime": 0.0123}
    line = json.loads(JsonLines().format(record))
    assert (line["task"], line["task_id"], line["duration_ms"]) == ("reports.make", "1", 12.3)
    record.data = {"id": "1", "name": "reports.make"}
    assert "duration_ms" not in json.loads(JsonLines().format(record))


def test_json_of_a_request_that_gunicorn_could_not_read() -> None:
    """What is unknown is left out."""
    atoms = {"{x-request-id}o": "-", "m": None, "U": None, "s": "None", "D": 1500, "h": "127.0.0.1"}
    record = logging.LogRecord("gunicorn.access", logging.INFO, __file__, 1, "-", (atoms,), None)
    line = json.loads(JsonLines().format(record))
    assert set(line) == {"time", "level", "logger", "message", "duration_ms", "visitor"}
    assert line["duration_ms"] == 1.5


def test_json_without_flask() -> None:
    """gunicorn's master loads the formatter before anything is patched: it imports the standard library only."""
    source = (Path(logs.__file__).parent / "json_lines.py").read_text()
    imported = {line.split()[1].partition(".")[0] for line in source.splitlines() if re.match("(import|from) ", line)}
    assert imported <= sys.stdlib_module_names


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


def test_a_line_break_forges_no_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in a path whose view raises is escaped in the text log; the traceback keeps its own."""

    @app.get("/broken/<rest>")
    def broken(rest: str) -> str:
        raise RuntimeError("not foreseen")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client().get("/broken/x%0a2026-01-01 INFO [-] myapp: all is well%0d%1b%e2%80%a8")
    lines = capsys.readouterr().err.splitlines()
    assert not [line for line in lines if line.startswith("2026-01-01 INFO [-]")]
    assert any("x\\n2026-01-01 INFO [-] myapp: all is well\\r\\x1b\\u2028" in line for line in lines)
    assert "RuntimeError: not foreseen" in lines


def test_secrets_in_the_access_log() -> None:
    """What a query gives as a token or a key is left out; a long query made of such names takes no time."""
    found = runpy.run_path(str(Path(__file__).parent.parent / "deploy" / "gunicorn.conf.py"))["SECRET_IN_A_QUERY"]
    for line, written in {
        "GET /a?token=abc&b=1 HTTP/1.1": "GET /a?token=...&b=1 HTTP/1.1",
        "/a?b=1&api_key=x?y&c=2": "/a?b=1&api_key=...&c=2",
        "https://a/?next=/b?Password_2=x": "https://a/?next=/b?Password_2=...",
        '"/a?my-secret="': '"/a?my-secret="',
        "/a?tok=1&en=2&=3": "/a?tok=1&en=2&=3",
    }.items():
        assert found.sub(r"\1...", line) == written
    began = time.process_time()
    for query in ("?key" * 2000, "?" + "key" * 2700, "&keykey" * 1100):
        assert found.sub("", query) == query
    assert time.process_time() - began < 1
