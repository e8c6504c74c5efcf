"""Clients that go away while they are answered, at each moment, or read nothing: all that was held is given back."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.raw import connected, head
from tests.live.processes import Gunicorn, gunicorn, poll

pytestmark = pytest.mark.live

PATHS = ["/chunks", "/gzip/chunks", "/chunks-async", "/events", "/silence", "/file", "/slow"]
WORKERS = {"gevent": (), "gthread": ("-k", "gthread", "--threads", "8")}


@pytest.fixture(scope="module", params=WORKERS.values(), ids=WORKERS)
def server(request, tmp_path_factory) -> Iterator[Gunicorn]:
    """The views of tests/attacks/streams.py under a worker."""
    folder: Path = tmp_path_factory.mktemp("streams")
    with gunicorn(folder, *request.param, app="tests.attacks.streams:app") as server:
        with ExitStack() as stack:
            # The event loop has files of its own, and is there when the first chunk is.
            client = opened(server, "/chunks-async", stack)
            received = b""
            while not received.partition(b"\r\n\r\n")[2]:
                received += client.recv(4096)
        yield server


def state(server: Gunicorn) -> Any:
    """What the worker holds now; it answers at once."""
    return poll(f"{server.url}/health", timeout=10, headers={"Connection": "close"}).raise_for_status().json()


def given_back(server: Gunicorn, files: int) -> None:
    """Return when nothing is held, and no more files are open than before."""
    deadline = time.monotonic() + 15
    while (now := state(server))["held"] or now["files"] > files:
        assert time.monotonic() < deadline, now
        time.sleep(0.02)
    log = server.log.read_text()
    assert "Traceback" not in log, log[-5000:]


def opened(server: Gunicorn, path: str, stack: ExitStack, method: str = "GET", *lines: str) -> socket.socket:
    """A connection with a small window on which this was asked for."""
    client = stack.enter_context(connected(server.url, 10))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(head(method, path, "Accept-Encoding: gzip", *lines))
    return client


def reset(client: socket.socket) -> None:
    """Close with a RST: whatever the server sends from now on fails at once."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("path", PATHS)
def test_clients_that_go_away(path: str, server: Gunicorn) -> None:
    """Before the head, after it, and in the middle, with a RST and without."""
    files = state(server)["files"]
    for end in (reset, socket.socket.close):
        with ExitStack() as stack:
            clients = [opened(server, path, stack) for _ in range(3)]
            at_once, after_the_head, later = clients
            end(at_once)
            assert after_the_head.recv(100).startswith(b"HTTP/1.1 200 OK")
            end(after_the_head)
            for _ in range(5):
                assert later.recv(4096)
            end(later)
    given_back(server, files)


@pytest.mark.parametrize("path", PATHS)
def test_clients_that_read_nothing(path: str, server: Gunicorn) -> None:
    """They cost the worker no memory and nobody else the turn, however much there is to be sent."""
    before = state(server)
    with ExitStack() as stack:
        clients = [opened(server, path, stack) for _ in range(3)]
        deadline = time.monotonic() + 0.4
        while time.monotonic() < deadline:
            # `/slow` has its 8 MB in memory, for each of them.
            assert state(server)["memory"] - before["memory"] < 60
            time.sleep(0.02)
        for client in clients:
            reset(client)
    given_back(server, before["files"])


@pytest.mark.parametrize("path", PATHS)
def test_heads_of_streams(path: str, server: Gunicorn) -> None:
    """HEAD is answered at once, and what the view would have sent is closed unread."""
    files = state(server)["files"]
    with ExitStack() as stack:
        client = opened(server, path, stack, "HEAD", "Connection: close")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"\r\n\r\n")
    given_back(server, files)


def test_ranges_of_a_file(server: Gunicorn) -> None:
    """A part of a file is no different when its reader stops, and ten thousand parts are refused."""
    files = state(server)["files"]
    with ExitStack() as stack:
        client = opened(server, "/file", stack, "GET", "Range: bytes=1000000-")
        assert client.recv(12) == b"HTTP/1.1 206"
        reset(client)
        client = opened(server, "/file", stack, "GET", "Range: bytes=" + ",".join(["0-0"] * 1600))
        assert client.recv(12) in (b"HTTP/1.1 416", b"HTTP/1.1 200")
    given_back(server, files)


def test_uploads_that_stop(server: Gunicorn) -> None:
    """A file of 3 MB, of which the last part never comes, leaves no file behind, nor any memory."""
    before = state(server)
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * (3 << 20)
    lines = ("Content-Type: multipart/form-data; boundary=x", "Content-Length: 10000000")
    for end in (reset, socket.socket.close):
        with ExitStack() as stack:
            for _ in range(3):
                client = opened(server, "/upload", stack, "POST", *lines)
                client.sendall(start)
                end(client)
    given_back(server, before["files"])
    assert state(server)["memory"] - before["memory"] < 20
