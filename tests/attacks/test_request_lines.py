"""Request lines and headers that no client would send: refused, or read as both sides read them, and never a fault."""

from __future__ import annotations

import pytest

from tests.attacks.raw import HEALTH, Raw, connected, everything, head, parsed, sent
from tests.parity.sides import Side

pytestmark = pytest.mark.live

CLOSE = "Connection: close"
#: Targets, and the status of each; where there are two, the servers differ in what they take.
TARGETS = {
    "http://evil.example/first-steps/": {200},
    "http://[::1/first-steps/": {400},
    "//[::1/first-steps/": {404},
    "//first-steps/": {404},
    "//evil.example/first-steps": {404},
    "//evil.example/..//first-steps": {404},
    "/first-steps//": {404},
    "/first-steps%2F": {404, 200},
    "first-steps/": {400},
    "?a": {400},
    "/first-steps/\0": {400},
    "/path-params/posts/%00": {404, 422},
    "/../first-steps/": {404},
    "/first-steps/..": {404},
    "/first-steps/%2e%2e/first-steps/": {404},
    "/first-steps/%": {404},
    "/first-steps/%ff%fe": {404},
    "/first-steps/%ed%a0%80": {404},
    "/templates-static/static/..%2f..%2f..%2f..%2fetc/passwd": {404},
    "/templates-static/static/../../../../etc/passwd": {404},
    "/templates-static/static/a%00b": {404},
    "/templates-static/static/%ed%a0%80": {404},
    "/templates-static/static/" + "a" * 3000: {404},
    "/frontend/a%00b": {404},
    "/frontend/..%2f..%2f..%2fetc/passwd": {404},
    "/frontend/" + "a/" * 1800: {404},
    "/custom-response/files/..%2f..%2froutes.py": {404, 422},
    "/first-steps/?" + "a" * 100_000: {200, 400, 414},
}
#: Lines of a head, each with the statuses that answer it.
LINES = {
    "Host: again": {400, 200},
    "X-A : b": {400},
    ": b": {400},
    "X-A: b\rX-Evil: 1": {400},
    "X-A: b\0": {400},
    "X-A": {400},
    "X-A: \xff\xfe": {200},
    "Authorization: \xff\xfe": {200},
    "Cookie: a=\xff; b": {200},
    "X-Request-ID: \xe9": {200},
    "X-HTTP-Method-Override: DELETE": {200},
    "X-Original-URL: /nowhere\r\nX-Rewrite-URL: /nowhere": {200},
    "SCRIPT_NAME: /nowhere\r\nPATH_INFO: /nowhere": {200},
    "X-A: " + "a" * 100_000: {200, 400, 431},
    "\r\n".join(["X-A: b"] * 98): {200},
    "Cookie: " + "a=b; " * 1500: {200},
    "Accept: " + "a/b;q=0.1," * 800: {200},
    "Accept-Language: " + "a;q=x," * 1000: {200},
    "If-None-Match: " + '"a",' * 2000: {200},
    "Range: bytes=" + "0-0," * 2000: {200},
    "Content-Type: application/json;" + 'a="\\' * 1500: {200},
}
#: Hosts that no URL can have: what is built of them is built of the server's own address.
HOSTS = [
    "a:99999",
    "a:" + "9" * 5000,
    "a:x",
    "a:",
    ":80",
    "[::1",
    "[x]",
    "[:::]",
    "a b",
    "a@b/c?d#e",
    "a\xff",
    '"<b>',
    "",
]


def status(side: Side, *lines: str, path: str = "/first-steps/") -> int:
    """That of the answer to a GET with these lines."""
    answer = sent(side, head("GET", path, CLOSE, *lines))
    assert answer is not None
    return answer.status


def test_targets(live_side, exceptions_are_uvicorns) -> None:
    """Each is refused or not found, unless it is what it looks like."""
    for target, statuses in TARGETS.items():
        assert status(live_side, path=target) in statuses, target[:100]


def test_lines(live_side, exceptions_are_uvicorns) -> None:
    """Each is refused, or read as a header that changes nothing."""
    for line, statuses in LINES.items():
        assert status(live_side, line) in statuses, line[:100]


def with_host(side: Side, host: str, path: str) -> Raw:
    """The answer to a request with this Host."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{CLOSE}\r\n\r\n"
    answer = sent(side, request.encode("latin-1"))
    assert answer is not None
    return answer


def test_hosts_of_redirects(live_side, exceptions_are_uvicorns) -> None:
    """A redirect stays on the host that was asked for, and on the server's own where the Host is none."""
    for host, shown in (("a.example", "http://a.example"), ("[::1]:80", "http://[::1]:80"), ("A:1", "http://A:1")):
        assert with_host(live_side, host, "/first-steps").headers["location"] == f"{shown}/first-steps/"
    for host in HOSTS:
        answer = with_host(live_side, host, "/first-steps")
        assert (answer.status, answer.headers["location"]) == (307, f"{live_side.origin}/first-steps/"), host
        secure = with_host(live_side, host, "/middleware/secure")
        assert secure.status == 307
        assert secure.headers["location"].startswith("https://127.0.0.1"), host


def test_hosts_of_links(live_side, exceptions_are_uvicorns) -> None:
    """Links to other pages are no better known: nothing of such a Host is in them."""
    for host in (*HOSTS, 'evil>; rel="next", <http://evil'):
        answer = with_host(live_side, host, "/sql-databases/lists/posts/?limit=1")
        assert answer.headers["link"].count(f"<{live_side.origin}/") == 3, host


def test_hosts_of_pages(live_side, exceptions_are_uvicorns) -> None:
    """The pages of the Flask side have no fault with them either."""
    for host in (*HOSTS, ".", "a" * 300):
        for path in ("/", "/admin", "/admin/", "/admin/nowhere", "/nowhere", "/docs", "/openapi.json"):
            assert with_host(live_side, host, path).status < 500, (host, path)


def test_who_forwards(live_side) -> None:
    """What a client says of itself in a proxy's name counts for nothing: gunicorn's proxies are named."""
    lines = ("X-Forwarded-Host: evil", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Prefix: /evil", "Forwarded: host=evil")
    answer = sent(live_side, head("GET", "/first-steps", CLOSE, *lines))
    assert answer is not None
    assert answer.headers["location"] == "http://localhost/first-steps/"


def test_answers_without_a_body(live_side, no_exceptions) -> None:
    """Nothing comes behind the head of a 204, a 304 or a HEAD, so that the next answer begins at its beginning."""
    requests = [head("DELETE", "/first-steps/posts/3")]
    if live_side.name == "flask":
        paths = ("/first-steps/", "/custom-response/files/guide.txt", "/server-sent-events/notifications", "/admin/")
        requests += [head("HEAD", path) for path in (*paths, "/middleware/lines", "/middleware/posts/", "/nowhere")]
        requests += [head("GET", "/custom-response/files/guide.txt", "If-None-Match: *")]
    for request in requests:
        with connected(live_side) as client:
            client.sendall(request + HEALTH)
            answer = parsed(everything(client))
        assert answer is not None
        assert answer.rest.startswith(b"HTTP/1.1 200 OK"), (request, answer)
