"""Bodies that are not what they say: cut off, in broken chunks, with a length that lies, with a request inside."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.attacks.raw import HEALTH, connected, everything, head, parsed, sent
from tests.live.processes import gunicorn

pytestmark = pytest.mark.live

JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
FILES = "Content-Type: multipart/form-data; boundary=x"
CHUNKED = "Transfer-Encoding: chunked"
#: Operations that read a body each in its way, and a whole body for each.
READING = {
    "/middleware/router/sum": (JSON, b"[1,2]"),
    "/forms-files/login/": (FORM, b"username=ada&password=secret"),
    "/forms-files/avatar/": (
        FILES,
        b'--x\r\nContent-Disposition: form-data; name="avatar"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
    ),
    "/forms-files/thumbnail/": (
        FILES,
        b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
    ),
    "/forms-files/notes/": (FORM, b"a note"),
}
#: What follows the size in a chunked body, instead of one chunk and the last one.
BROKEN = {
    "no size": b"ZZ\r\n%s\r\n0\r\n\r\n",
    "an empty size": b"\r\n%s\r\n0\r\n\r\n",
    "a negative size": b"-5\r\n%s\r\n0\r\n\r\n",
    "a size with an underscore": b"0_5\r\n%s\r\n0\r\n\r\n",
    "a size beyond all": b"f" * 40 + b"\r\n%s",
    "a shorter size": b"1\r\n%s\r\n0\r\n\r\n",
    "a trailer that is none": b"1\r\n1\r\n0\r\nno colon %s\r\n\r\n",
    "a trailer with a length": b"1\r\n1\r\n0\r\nContent-Length: 5\r\n\r\n%s",
}
#: Lines that say how long five bytes are.
LENGTHS = {
    "Content-Length: +5": {400},
    "Content-Length: -5": {400},
    "Content-Length: 0x5": {400},
    "Content-Length: 5_0": {400},
    "Content-Length: 5, 5": {400},
    "Content-Length: \xb2": {400},
    "Content-Length: ": {400},
    "Content-Length: " + "9" * 40: {400},
    "Content-Length: " + "9" * 5000: {400},
    "Content-Length: 5\r\nContent-Length: 5": {400},
    "Content-Length: 5\r\nContent-Length: 6": {400},
    f"Content-Length: 5\r\n{CHUNKED}": {400},
    f"{CHUNKED}\r\nContent-Length: 5": {400},
    f"Content-Length: 5\r\n{CHUNKED}\r\n{CHUNKED}": {400},
    "Content-Length: 5\r\nTransfer-Encoding: xchunked": {400},
    "Content-Length: 5\r\nTransfer-Encoding : chunked": {400},
    "Transfer-Encoding: chunked, gzip": {400},
    "Content-Length: 5\r\nTransfer-Encoding: identity": {400, 501},
    "Transfer-Encoding: identity": {400, 501},
    "Transfer-Encoding: gzip": {400, 501},
    "Content-Length: 5": {200},
    "Content-Length:\t5 ": {200},
}
#: Requests that leave their body unread, refuse it or have none to take.
UNREAD = {
    ("GET", "/first-steps/"): 200,
    ("DELETE", "/first-steps/"): 405,
    ("POST", "/first-steps/nowhere"): 404,
    ("GET", "/custom-response/files/guide.txt"): 200,
    ("GET", "/server-sent-events/notifications?limit=0"): 422,
    ("GET", "/middleware/lines"): 200,
    ("POST", "/forms-files/login/"): 422,
}


@pytest.fixture(scope="module")
def threads(tmp_path_factory) -> Iterator[str]:
    """The address of the Flask side under gunicorn's worker of threads."""
    folder = tmp_path_factory.mktemp("threads")
    options = ("-k", "gthread", "--threads", "4")
    with gunicorn(folder, *options, app="wsgi:app", MYAPP_ENV="development") as server:
        yield server.url


@pytest.mark.parametrize("path", READING)
def test_a_whole_body(path, live_side, threads) -> None:
    """Each is taken, with its length or in chunks, byte by byte too."""
    kind, body = READING[path]
    chunked = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in body) + b"0\r\nX-Trailer: 1\r\n\r\n"
    for server in (live_side, threads):
        for lines, written in (((f"Content-Length: {len(body)}",), body), ((CHUNKED,), chunked)):
            answer = sent(server, head("POST", path, kind, "Connection: close", *lines), written)
            assert answer is not None
            assert answer.status in (200, 201), answer


@pytest.mark.parametrize("path", READING)
def test_a_body_that_ends_early(path, live_side, threads, exceptions_are_uvicorns) -> None:
    """It is never taken for all of it: the answer is a 400, or none, since who would read it has gone."""
    kind, body = READING[path]
    for server in (live_side, threads):
        for written in (body, body[:-3], b""):
            announced = f"Content-Length: {len(body) + 3}"
            answer = sent(server, head("POST", path, kind, announced), written, ended=True)
            assert answer is None or answer.status == 400, (written, answer)
            for end in (b"\r\n", b""):
                chunk = b"%x\r\n%s%s" % (len(written) + (not end), written, end) if written else b""
                answer = sent(server, head("POST", path, kind, CHUNKED), chunk, ended=True)
                assert answer is None or answer.status == 400, (chunk, answer)


@pytest.mark.parametrize("path", READING)
def test_broken_chunks(path, live_side, threads, exceptions_are_uvicorns) -> None:
    """400, and the connection ends: what follows is no request, also when it comes later."""
    kind, body = READING[path]
    for server in (live_side, threads):
        for name, broken in BROKEN.items():
            with connected(server) as client:
                client.sendall(head("POST", path, kind, CHUNKED) + broken.replace(b"%s", body))
                if name == "a size beyond all":
                    continue  # more of it may come
                answer = parsed(client.recv(65536))
                assert answer is not None
                assert answer.status == 400, (name, answer)
                time.sleep(0.01)
                try:
                    client.sendall(HEALTH)
                    assert b"200 OK" not in everything(client), name
                except OSError:
                    continue
    assert live_side.get("/health").status_code == 200


def test_lengths_that_lie(live_side, threads) -> None:
    """A length that two readers could take for two is refused, and nothing behind the head is a request."""
    for server in (live_side, threads):
        for lines, statuses in LENGTHS.items():
            request = head("POST", "/forms-files/notes/", FORM, "Connection: close", lines)
            answer = sent(server, request, b"12345" + HEALTH)
            assert answer is not None
            assert answer.status in statuses, (lines, answer)
            assert b"HTTP/1.1" not in answer.rest, lines


def test_a_request_in_a_body(live_side, threads, no_exceptions) -> None:
    """A body that nobody reads is skipped to its end: the next answer belongs to the next request."""
    evil = b"GET /first-steps/ HTTP/1.1\r\nHost: x\r\nX-Filler: " + b"x" * 50 + b"\r\n\r\n"
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(evil), evil)
    for server in (live_side, threads):
        for (method, path), status in UNREAD.items():
            for line, body in ((f"Content-Length: {len(evil)}", evil), (CHUNKED, chunked)):
                with connected(server) as client:
                    client.sendall(head(method, path, line) + body)
                    if server is threads:
                        # It looks at a second request that came with the first when more comes.
                        beginning = client.recv(65536)
                        client.sendall(HEALTH)
                    else:
                        client.sendall(HEALTH)
                        beginning = b""
                    answer = parsed(beginning + everything(client))
                assert answer is not None
                assert answer.status == status
                assert answer.rest.count(b"HTTP/1.1 200 OK") == 1, answer
                assert b'{"status":"ok"}' in answer.rest


def test_a_request_behind_a_refused_body(live_side, no_exceptions) -> None:
    """The same where the body is too large, by what it announces or by what comes."""
    body = HEALTH * 100
    for line, written in (
        (f"Content-Length: {len(body)}", body),
        (CHUNKED, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    ):
        answer = sent(live_side, head("POST", "/forms-files/notes/", FORM, line), written + HEALTH)
        assert answer is not None
        assert answer.status == 413
        assert answer.rest.count(b"HTTP/1.1") == 1


def test_slow_bodies(live_side, threads) -> None:
    """Bodies that come byte by byte keep nobody else waiting, and are taken in the end."""
    for server in (live_side, threads):
        with connected(server, 20) as first, connected(server, 20) as second:
            slow = (first, second)
            for client in slow:
                client.sendall(head("POST", "/forms-files/notes/", FORM, "Content-Length: 5", "Connection: close"))
            for _ in range(5):
                for client in slow:
                    client.sendall(b"x")
                answer = sent(server, HEALTH, seconds=20)
                assert answer is not None
                assert answer.status == 200
            for client in slow:
                assert everything(client).endswith(b'{"length":5}')


def test_expectations(live_side) -> None:
    """`100-continue` is answered by itself, before or instead of the body."""
    lines = (FORM, "Connection: close", "Expect: 100-continue", "Content-Length: 5")
    with connected(live_side) as client:
        client.sendall(head("POST", "/forms-files/notes/", *lines))
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"12345")
        assert everything(client).endswith(b'{"length":5}')
