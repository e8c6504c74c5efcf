"""The suite's own tools: the comparison notices what it must, the transports are the servers', the curl line runs."""

import http.server
import json
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from tests.parity.compare import Case, Different, check, differences, json_differences
from tests.parity.database import Database, make_template
from tests.parity.sides import Side
from tests.parity.transports import ASGI, WSGI

Headers = list[tuple[str, str]]
FAULT = {"type": "too_long", "loc": ["body", "title"], "msg": "Too long", "input": "xx", "ctx": {"max_length": 1}}


def wsgi_app(status: str, headers: Headers, body: bytes) -> Callable[..., Iterable[bytes]]:
    """The smallest WSGI application: always the same answer."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, headers)
        return [body]

    return app


def asgi_app(status: int, headers: Headers, body: bytes) -> Callable[..., Any]:
    """The smallest ASGI application: always the same answer."""

    async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] == "lifespan":
            for name in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{name}.complete"})
            return
        raw = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.fixture
def pair() -> Iterable[Callable[..., tuple[Side, Side]]]:
    """Makes an ASGI and a WSGI side that give two answers."""
    opened: list[ASGI] = []

    def make(left: tuple[int, Headers, bytes], right: tuple[str, Headers, bytes]) -> tuple[Side, Side]:
        opened.append(ASGI(asgi_app(*left)))
        return Side("fastapi", opened[-1]), Side("flask", WSGI(wsgi_app(*right)))

    yield make
    for transport in opened:
        transport.close()


JSON = ("content-type", "application/json")


def fault(**changes: Any) -> bytes:
    """A 422 body with one fault, changed."""
    return json.dumps({"detail": [{**FAULT, **changes}]}).encode()


NOTICED = {
    "status": ((200, [JSON], b"{}"), ("201 Created", [JSON], b"{}"), "status: 200 != 201"),
    "content type": ((200, [JSON], b"{}"), ("200 OK", [("content-type", "text/html")], b"{}"), "header content-type"),
    "charset": (
        (200, [("content-type", "text/plain")], b""),
        ("200 OK", [("content-type", "text/plain; charset=utf-8")], b""),
        "header content-type",
    ),
    "missing header": ((200, [("location", "/a")], b""), ("200 OK", [], b""), "header location: ['/a'] != []"),
    "a header of its own": ((200, [], b""), ("200 OK", [("x-words", "2")], b""), "header x-words: [] != ['2']"),
    "second cookie": (
        (200, [("set-cookie", "a=1"), ("set-cookie", "b=2")], b""),
        ("200 OK", [("set-cookie", "a=1")], b""),
        "header set-cookie",
    ),
    "etag on one side": ((200, [("etag", '"1"')], b""), ("200 OK", [], b""), "header etag"),
    "length": ((200, [("content-length", "0")], b""), ("200 OK", [("content-length", "1")], b""), "content-length"),
    "cookie": ((200, [("set-cookie", "a=1")], b""), ("200 OK", [("set-cookie", "a=2")], b""), "header set-cookie"),
    "cookie's age": (
        (200, [("set-cookie", "a=1; Max-Age=1")], b""),
        ("200 OK", [("set-cookie", "a=1; Max-Age=2")], b""),
        "header set-cookie",
    ),
    "allow": ((405, [("allow", "GET")], b""), ("405 No", [("allow", "GET, PUT")], b""), "header allow"),
    "bytes": ((200, [], b"a"), ("200 OK", [], b"b"), "body: b'a' != b'b'"),
    "JSON number and text": ((200, [JSON], b"[1]"), ("200 OK", [JSON], b'["1"]'), "body[0]: 1 != '1'"),
    "integer and float": ((200, [JSON], b"1"), ("200 OK", [JSON], b"1.0"), "body: 1 != 1.0"),
    "one and true": ((200, [JSON], b'{"a":1}'), ("200 OK", [JSON], b'{"a":true}'), "body.a: 1 != True"),
    "null and nothing": ((200, [JSON], b'{"a":null}'), ("200 OK", [JSON], b"{}"), "body.a: only on the left"),
    "error type": ((422, [JSON], fault()), ("422 No", [JSON], fault(type="x")), "body.detail[0].type"),
    "error place": ((422, [JSON], fault()), ("422 No", [JSON], fault(loc=["body"])), "body.detail[0].loc"),
    "error message": ((422, [JSON], fault()), ("422 No", [JSON], fault(msg="x")), "body.detail[0].msg"),
    "error input": ((422, [JSON], fault()), ("422 No", [JSON], fault(input="x")), "body.detail[0].input"),
    "error context": ((422, [JSON], fault()), ("422 No", [JSON], fault(ctx={})), "body.detail[0].ctx.max_length"),
    "one error more": (
        (422, [JSON], b'{"detail":[]}'),
        ("422 No", [JSON], fault()),
        "body.detail: 0 items != 1 items",
    ),
}


@pytest.mark.parametrize(("left", "right", "words"), NOTICED.values(), ids=NOTICED.keys())
def test_difference_is_noticed(left, right, words, pair) -> None:
    """Each kind of difference is found, and the message says where, with the request and both answers."""
    with pytest.raises(Different) as raised:
        check(Case("GET", "/a?b=c"), *pair(left, right))
    message = str(raised.value)
    assert words in message
    assert "curl -i" in message
    assert "http://127.0.0.1:8000/a?b=c" in message
    assert "FastAPI: " in message
    assert "Flask: " in message


SAME = {
    "order of keys": ((200, [JSON], b'{"a":1,"b":2}'), ("200 OK", [JSON], b'{"b": 2, "a": 1}')),
    "order of a cookie's attributes": (
        (200, [("set-cookie", "a=B; Path=/; SameSite=lax; Max-Age=1")], b""),
        (
            "200 OK",
            [("set-cookie", "a=B; Expires=Sun, 22 Nov 2026 12:00:01 GMT; Max-Age=1; Path=/; SameSite=Lax")],
            b"",
        ),
    ),
    "order of methods": ((405, [("allow", "GET, PUT")], b""), ("405 No", [("allow", "PUT,GET")], b"")),
    "what a server adds": ((200, [("date", "now"), ("server", "a")], b""), ("200 OK", [], b"")),
    "length on one side": ((200, [("content-length", "0")], b""), ("200 OK", [], b"")),
    "names in other letters": ((200, [("x-a", "1")], b""), ("200 OK", [("X-A", "1")], b"")),
    "NaN": ((200, [JSON], b"[NaN]"), ("200 OK", [JSON], b"[NaN]")),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME.keys())
def test_same_is_same(left, right, pair) -> None:
    """What a client cannot tell apart is no difference."""
    check(Case("GET", "/"), *pair(left, right))


def test_json_differences_are_located() -> None:
    """Every place is named, and values that Python takes for equal are told apart."""
    left, right = {"a": [1, {"b": True}], "c": 0.0}, {"a": [1, {"b": 1}], "c": -0.0}
    assert json_differences(left, right, "body") == ["body.a[1].b: True != 1", "body.c: 0.0 != -0.0"]


def test_clocks_over_the_wire() -> None:
    """Rows made at nearly the same time on two servers are no difference; at another time or in process they are."""

    def answer(moment: str, host: str = "127.0.0.1") -> httpx.Response:
        headers = [JSON, ("date", "Sun, 22 Nov 2026 12:00:00 GMT")]
        request = httpx.Request("GET", f"http://{host}/")
        return httpx.Response(200, headers=headers, content=f'["{moment}"]', request=request)

    times = ("12:00:00.123456", "11:59:59.654321", "10:00:00.123456")
    now, then, long_ago = (f"2026-11-22T{time}Z" for time in times)
    assert differences(answer(now), answer(then)) == []
    assert differences(answer(now), answer(long_ago)) == [f"body[0]: 'now' != '{long_ago}'"]
    assert differences(answer(now, "testserver"), answer(then, "testserver")) != []


def test_a_fault_is_a_500() -> None:
    """An application that raises is answered for by its server, on both sides."""

    def broken(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("WSGI")

    answer = Side("flask", WSGI(broken)).get("/")
    assert answer.status_code == 500
    assert isinstance(answer.extensions["exception"], RuntimeError)


def test_wsgi_environ_is_gunicorns() -> None:
    """The path is unquoted once and read as latin-1, repeated headers are joined, names with underscores dropped."""
    seen: dict[str, Any] = {}
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return Body([environ["wsgi.input"].read()])

    side = Side("flask", WSGI(app))
    headers = [("X-Tag", "a"), ("x-tag", "b"), ("x_forged", "c"), ("content-type", "text/plain")]
    answer = side.post("/a%252F//%C3%A9%zz?q=%ff&q=é", headers=headers, content=b"body")
    assert seen["PATH_INFO"] == "/a%2F//\xc3\xa9%zz"
    assert seen["QUERY_STRING"] == "q=%ff&q=%C3%A9"
    assert seen["RAW_URI"] == "/a%252F//%C3%A9%zz?q=%ff&q=%C3%A9"
    assert seen["HTTP_X_TAG"] == "a,b"
    assert "HTTP_X_FORGED" not in seen
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert answer.content == b"body"
    assert closed == [True]


def test_asgi_scope_is_uvicorns() -> None:
    """The path is unquoted text, the raw path and the query are the bytes that were sent."""
    seen: dict[str, Any] = {}

    async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] == "http":
            seen.update(scope)
        await asgi_app(200, [], b"")(scope, receive, send)

    transport = ASGI(app)
    Side("fastapi", transport).get("/a%252F//%C3%A9%zz?q=%ff", headers=[("X-Tag", "a"), ("x-tag", "b")])
    transport.close()
    assert seen["path"] == "/a%2F//é%zz"
    assert seen["raw_path"] == b"/a%252F//%C3%A9%zz"
    assert seen["query_string"] == b"q=%ff"
    assert [pair for pair in seen["headers"] if pair[0] == b"x-tag"] == [(b"x-tag", b"a"), (b"x-tag", b"b")]


BODIES: dict[str, Case] = {
    "no body": Case("GET", "/say/it's%20%2F//a?q=$HOME&r=%22"),
    "JSON": Case("POST", "/a", (("content-type", "application/json"),), b'{"title": "it\'s $HOME `x` !"}'),
    "no content type": Case("PUT", "/a", (), b"text"),
    "bytes": Case("POST", "/a", (("content-type", "text/plain"),), b"\x00\xff%d\\n\n"),
    "a file's name": Case("POST", "/a", (), b"@/etc/passwd"),
    "headers": Case("DELETE", "/a", (("x-empty", ""), ("cookie", 'a="b c"; d=e'), ("x-token", "a"), ("X-Token", "b"))),
    "not ASCII": Case("PATCH", "/é", (("x-name", "\xc3\xa9"),), "é".encode()),
    "not UTF-8": Case("GET", "/", (("x-name", "caf\xe9 'x'"),)),
}


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl: apt-get install curl")
@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES.keys())
def test_curl_line_sends_the_same(case: Case) -> None:
    """The printed line, pasted into a shell, sends the method, target, headers and body of the case."""
    got: dict[str, Any] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.raw_requestline = self.rfile.readline()
            self.parse_request()
            length = int(self.headers.get("content-length", 0))
            got.update(line=self.requestline, headers=self.headers.items(), body=self.rfile.read(length))
            self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        subprocess.run(
            ["sh", "-c", case.curl(f"http://127.0.0.1:{server.server_port}")],
            check=True,
            capture_output=True,
            timeout=20,
        )
        thread.join()
    target = Side("flask", WSGI(wsgi_app("200 OK", [], b""))).build(case.method, case.url).extensions["target"].decode()
    assert got["line"] == f"{case.method} {target} HTTP/1.1"
    sent = [(name.lower(), value) for name, value in got["headers"]]
    assert [(name.lower(), value) for name, value in case.headers] == [
        pair for pair in sent if pair[0] in {name.lower() for name, _ in case.headers}
    ]
    assert ("content-type" in dict(sent)) == any(name == "content-type" for name, _ in case.headers)
    assert got["body"] == (case.body or b"")


def test_null_is_a_body() -> None:
    """`json=None` sends null; no `json` sends nothing."""
    side = Side("flask", WSGI(wsgi_app("200 OK", [], b"")))
    assert side.build("POST", "/", json=None).content == b"null"
    assert side.build("POST", "/").content == b""


def test_database_is_put_back(tmp_path) -> None:
    """A reset after a write gives the seed rows again, also to open connections; after a read it does nothing."""
    template = make_template()
    database = Database(tmp_path / "test.sqlite3", template)
    before = database.dump()
    other = sqlite3.connect(database.path)
    other.execute("select count(*) from users").fetchone()
    assert database.reset() is False
    other.execute("delete from posts")
    other.commit()
    assert database.dump() != before
    assert database.reset() is True
    assert database.dump() == before
    assert other.execute("select count(*) from posts").fetchone() == (6,)
    for connection in (other, database, template):
        connection.close()


def test_answers_are_read_and_closed(pair) -> None:
    """An answer is an httpx response whose body is there and whose headers can hold one name twice."""
    left, _ = pair((200, [("set-cookie", "a=1"), ("set-cookie", "b=2")], b"text"), ("200 OK", [], b""))
    answer = left.get("/")
    assert isinstance(answer, httpx.Response)
    assert answer.is_closed
    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
    assert answer.text == "text"
    assert differences(answer, answer) == []
