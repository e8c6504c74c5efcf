"""Middleware: headers around every request, CORS, compression, trusted hosts."""

import gzip
from functools import partial

import pytest

from tests.parity.compare import Case, check

ROOT = "/middleware"
ALLOWED = "https://posts.example"


@pytest.mark.over_the_wire
@pytest.mark.parametrize("path", ["/posts/", "/posts", "/posts/?count=x", "/nowhere", "/hosts"])
def test_process_time_and_request_id(side, path):
    """Answers, redirects, refusals and what is missing carry both; a caller's id comes back."""
    answer = side.get(ROOT + path, headers={"x-request-id": "abc-1"})
    assert 0 <= float(answer.headers["x-process-time"]) < 5
    assert answer.headers["x-request-id"] == "abc-1"
    first, second = (side.get(ROOT + path).headers["x-request-id"] for _ in range(2))
    assert first != second


def test_outside_of_the_folder(side):
    """The folder's middleware is the folder's."""
    assert "x-process-time" not in side.get("/first-steps/").headers
    assert "vary" not in side.get("/first-steps/", headers={"origin": ALLOWED}).headers


PREFLIGHTS = [
    (ALLOWED, "PUT", None, 200, "OK"),
    (ALLOWED, "PUT", "X-Token, Content-Type", 200, "OK"),
    (ALLOWED, "DELETE", None, 400, "Disallowed CORS method"),
    (ALLOWED, "PUT", "X-Other", 400, "Disallowed CORS headers"),
    ("https://evil.example", "PUT", None, 400, "Disallowed CORS origin"),
    ("https://evil.example", "DELETE", "X-Other", 400, "Disallowed CORS origin, method, headers"),
]


@pytest.mark.over_the_wire
@pytest.mark.parametrize(("origin", "method", "headers", "status", "text"), PREFLIGHTS)
def test_preflight(side, origin, method, headers, status, text):
    """A browser's question before a request is answered, and a refusal says what is not allowed."""
    asked = {"origin": origin, "access-control-request-method": method}
    if headers:
        asked["access-control-request-headers"] = headers
    answer = side.options(f"{ROOT}/posts/1", headers=asked)
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers.get("access-control-allow-origin") == (ALLOWED if origin == ALLOWED else None)
    assert answer.headers["access-control-allow-methods"] == "GET, PUT"
    assert answer.headers["access-control-max-age"] == "600"


@pytest.mark.parametrize(("origin", "told"), [(ALLOWED, ALLOWED), ("https://evil.example", None), (None, None)])
def test_who_may_read_the_answer(side, origin, told):
    """An allowed site is named; caches are told that the answer depends on the origin."""
    answer = side.put(f"{ROOT}/posts/1", headers={"origin": origin} if origin else {})
    assert answer.headers.get("access-control-allow-origin") == told
    assert answer.headers["vary"] == "Origin"


@pytest.mark.over_the_wire
def test_compression(side):
    """From 500 bytes on, when the client understands it."""
    long = side.get(f"{ROOT}/posts/", headers={"accept-encoding": "gzip"})
    assert long.headers["content-encoding"] == "gzip"
    assert len(long.json()) == 20
    assert int(long.headers["content-length"]) < 300
    assert "content-encoding" not in side.get(f"{ROOT}/posts/?count=3", headers={"accept-encoding": "gzip"}).headers
    assert "content-encoding" not in side.get(f"{ROOT}/posts/", headers={"accept-encoding": "br"}).headers
    lines = side.get(f"{ROOT}/lines", headers={"accept-encoding": "gzip"})
    assert (lines.headers["content-encoding"], lines.text) == ("gzip", "line 0\nline 1\nline 2\n")
    assert "content-encoding" not in side.get(f"{ROOT}/events", headers={"accept-encoding": "gzip"}).headers


HOSTS = [
    ("localhost", 200),
    ("localhost:8000", 200),
    ("www.posts.example", 200),
    ("ann.readers.example", 200),
    ("posts.example", 307),
    ("readers.example", 400),
    ("evil.example", 400),
]


@pytest.mark.over_the_wire
@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_trusted_hosts(side, host, status):
    """Known hosts are served, a missing www is added, anything else is refused."""
    answer = side.get(f"{ROOT}/hosts?a=1", headers={"host": host})
    assert answer.status_code == status
    if status == 400:
        assert answer.text == "Invalid host header"
    if status == 307:
        assert answer.headers["location"] == "http://www.posts.example/middleware/hosts?a=1"


@pytest.mark.over_the_wire
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("origin", ["", ALLOWED, "https://evil.example"])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_same_answers(both, method, origin, encoding):
    """Whatever is combined, the answers are the same; OPTIONS and DELETE with a browser's question."""
    headers = (("access-control-request-method", "PUT"),) if method in ("OPTIONS", "DELETE") else ()
    headers += (("origin", origin),) if origin else ()
    headers += (("accept-encoding", encoding),) if encoding else ()
    paths = ["posts/", "posts/1", "posts/x", "lines", "events", "hosts", "nowhere"]
    for path in paths if method != "DELETE" else ["nowhere"]:
        if method == "OPTIONS" and not origin and path != "nowhere":
            continue  # a kept difference: Flask answers OPTIONS
        check(Case(method, f"{ROOT}/{path}", headers), *both, kept=explained)


def explained(found, left, right):
    """A method that a path has not: the list in `Allow` is a kept difference."""
    return left.status_code == right.status_code == 405 and all(line.startswith("header allow") for line in found)


@pytest.mark.over_the_wire
@pytest.mark.parametrize("path", ["secure", "secure?a=1&b=%20", "secure/nowhere"])
def test_https_redirect(both, path):
    """What comes without encryption is sent to the same URL with it, whether or not it exists."""
    for host in ("posts.example", "posts.example:80", "Posts.Example:8000"):
        left, _ = check(Case("GET", f"{ROOT}/{path}", (("host", host),)), *both)
        assert left.status_code == 307
        assert left.headers["location"] == f"https://{host.removesuffix(':80')}{ROOT}/{path}"


JSON = ("content-type", "application/json")
GZIP = ("content-encoding", "gzip")
# Without the time of day, so that each process that collects the tests names them alike.
gzipped = partial(gzip.compress, mtime=0)
PACKED = [
    (gzipped(b"[1,2,3]"), 200),
    (gzipped(b"[1,2,") + gzipped(b"3]"), 200),
    (gzipped(b"[1,2,x]"), 422),
    (gzipped(b"[" + b"1," * 40_000 + b"1]"), 422),
    (gzipped(b"[1,2,3]")[:-9], 400),
    (b"[1,2,3]", 400),
    (gzipped(b" " * 100_000), 422),
    (gzipped(b" " * 50_000_000), 413),
    (b"", 422),
]


@pytest.mark.over_the_wire
@pytest.mark.parametrize(("body", "status"), PACKED)
def test_gzipped_requests(both, body, status):
    """One router unpacks what comes gzipped: to a limit, whatever it would grow to."""
    left, _ = check(Case("POST", f"{ROOT}/router/sum", (JSON, GZIP), body), *both)
    assert left.status_code == status


def test_other_routers_unpack_nothing(both):
    """What is gzipped is no JSON to them."""
    left, _ = check(Case("POST", "/body/posts/", (JSON, GZIP), gzip.compress(b"{}")), *both)
    assert left.status_code == 400


def test_time_and_log_of_one_router(side, caplog):
    """Its answers tell the time, and the bodies that it refuses are in the log, unpacked."""
    answer = side.post(f"{ROOT}/router/sum", json=[1, 2])
    assert answer.json() == {"sum": 3}
    assert 0 <= float(answer.headers["x-response-time"]) < 5
    assert "x-response-time" not in side.get(f"{ROOT}/posts/").headers
    with caplog.at_level("WARNING", logger="myapp.blueprints.middleware"):
        refused = side.post(f"{ROOT}/router/sum", content=gzip.compress(b'["x"]'), headers=dict([JSON, GZIP]))
    assert refused.status_code == 422
    assert "x-response-time" not in refused.headers
    assert [record.getMessage() for record in caplog.records] == ["refused: b'[\"x\"]'"]
