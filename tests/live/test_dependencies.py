"""Dependencies behind real servers, the same application on gunicorn (gevent, gthread) and on uvicorn.

Limits hold while many ask at once, what is open is closed when a client goes away in the middle of a stream, and
`async def` WebSockets are what they are with FastAPI.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect as async_connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.live.dependency_app import LIMIT
from tests.live.processes import ROOT, Gunicorn, environment, free_port, gunicorn, kill, wait_until_answers

pytestmark = pytest.mark.live

APP = "tests.live.dependency_app"
WORKERS = {"gevent": (), "gthread": ("-k", "gthread", "--threads", "24")}


@contextmanager
def uvicorn(folder: Path) -> Iterator[str]:
    """The address of FastAPI's side."""
    port = free_port()
    env, mark = environment(MYAPP_DATA_DIR=str(folder))
    command = [sys.executable, "-m", "uvicorn", f"{APP}:fastapi_app", "--port", str(port), "--loop", "uvloop"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=env, text=True, **quiet)  # type: ignore[call-overload]
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        kill(mark)
        process.wait()


@pytest.fixture(scope="module", params=["gevent", "gthread", "uvicorn"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application behind each server."""
    folder = tmp_path_factory.mktemp("dependencies")
    with ExitStack() as stack:
        if request.param == "uvicorn":
            yield stack.enter_context(uvicorn(folder))
        else:
            yield stack.enter_context(gunicorn(folder, *WORKERS[request.param], app=f"{APP}:flask_app")).url


@pytest.mark.parametrize("kind", ["function", "coroutine", "generator", "async-generator"])
def test_limits(url: str, kind: str) -> None:
    """Twelve requests at once to two operations: as many calls run as their one limit says, and all are answered."""
    with ThreadPoolExecutor(12) as threads, httpx.Client(base_url=url, timeout=20) as client:
        answers = list(threads.map(lambda n: client.get(f"/limited/{kind}/{n % 2 + 1}"), range(12)))
    assert [answer.status_code for answer in answers] == [200] * 12
    assert all(answer.text.strip('"').endswith("done") for answer in answers)
    assert httpx.get(f"{url}/most").json()[kind.replace("-", " ")] == LIMIT


def happened(url: str, last: str) -> list[str]:
    """What has happened in the application until the last thing has."""
    seen: list[str] = []
    deadline = time.monotonic() + 10
    while last not in seen:
        assert time.monotonic() < deadline, seen
        seen += httpx.get(f"{url}/events").json()
        time.sleep(0.02)
    return [event for event in seen if not event.startswith(("response", "sent", "error"))]


@pytest.mark.parametrize("path", ["returned", "returned-async", "lines", "async-lines", "events"])
def test_a_client_that_goes_away(url: str, path: str, request: pytest.FixtureRequest) -> None:
    """In the middle of an endless stream: the generator ends, then both `yield` dependencies, last in, first out.

    FastAPI leaves some of the plain generators to the garbage collector; here all end at once.
    """
    httpx.get(f"{url}/events")
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(f"GET /endless/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = 0
        while received < 300_000:
            received += len(client.recv(65536))
    events = happened(url, "closed")
    assert [event for event in events if event != "stream ends"] == OPENED_AND_CLOSED
    if "uvicorn" not in request.node.name:
        assert events.index("stream ends") == 2


OPENED_AND_CLOSED = ["opened", "async opened", "async closed", "closed"]


def open_socket(url: str, path: str, **options: Any) -> ClientConnection:
    """A client at this path."""
    return connect(url.replace("http", "ws", 1) + path, proxy=None, **options)


def test_async_websockets(url: str) -> None:
    """Parameters and dependencies arrive, messages go both ways, and the view hears that the client has gone."""
    httpx.get(f"{url}/events")
    with open_socket(url, "/echo/me?n=3") as client:
        for number in range(100):
            client.send(str(number))
        assert [client.recv(timeout=10) for _ in range(100)] == [f"{number} me 3" for number in range(100)]
    events = [event for event in happened(url, "closed") if event != "stream ends"]
    assert events == [*OPENED_AND_CLOSED[:2], "gone", *OPENED_AND_CLOSED[2:]]
    with pytest.raises(InvalidStatus) as refused, open_socket(url, "/echo/me?n=x"):
        pass
    assert refused.value.response.status_code == 403


def test_large_messages_and_what_comes_with_the_acceptance(url: str) -> None:
    """A megabyte there and back, a subprotocol, a header, JSON, and the close frame of the view."""
    with open_socket(url, "/large", subprotocols=["chat"]) as client:
        assert client.response is not None
        assert (client.subprotocol, client.response.headers["x-one"]) == ("chat", "1")
        client.send(data := bytes(range(256)) * 4096)
        assert client.recv(timeout=10) == data
        assert client.recv(timeout=10) == '{"length":1048576}'
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "enough")


@pytest.mark.parametrize("abruptly", [False, True])
def test_a_view_that_waits_for_something_else(url: str, abruptly: bool, request: pytest.FixtureRequest) -> None:
    """The client goes meanwhile; the view hears of it when it receives next, and its dependencies end.

    A connection that broke is 1006; uvicorn says 1005, as for a close frame without a code.
    """
    httpx.get(f"{url}/events")
    with open_socket(url, "/waits") as client:
        assert client.recv(timeout=10) == "waiting"
        if abruptly:
            client.socket.shutdown(socket.SHUT_RDWR)
    code = 1000 if not abruptly else 1005 if "uvicorn" in request.node.name else 1006
    events = [event for event in happened(url, "async closed") if event != "stream ends"]
    assert events == ["async opened", f"disconnected {code}", "async closed"]


@pytest.mark.parametrize("worker", WORKERS)
def test_many_sockets_and_a_worker_that_is_told_to_stop(tmp_path: Path, worker: str) -> None:
    """300 open sockets cost a gevent worker no thread; at TERM all are closed with 1012, and it ends at once."""
    count = 300 if worker == "gevent" else 20

    async def talk(server: Gunicorn) -> list[int | None]:
        threads = thread_count(server)
        async with AsyncExitStack() as stack:
            address = server.url.replace("http", "ws", 1) + "/echo/me"
            clients = [
                await stack.enter_async_context(async_connect(address, proxy=None, compression=None))
                for _ in range(count)
            ]
            for client in clients:
                await client.send("hello")
            assert {await client.recv() for client in clients} == {"hello me 0"}
            if worker == "gevent":
                assert thread_count(server) <= threads + 2
            server.process.terminate()
            await asyncio.gather(*(client.wait_closed() for client in clients))
            return [client.close_code for client in clients]

    with gunicorn(tmp_path, *WORKERS[worker], app=f"{APP}:flask_app") as server:
        began = time.monotonic()
        assert asyncio.run(talk(server)) == [1012] * count
        assert server.process.wait(15) == 0
        assert time.monotonic() - began < 15


def thread_count(server: Gunicorn) -> int:
    """The native threads of the worker."""
    worker = httpx.get(f"{server.url}/process").json()
    return int(Path(f"/proc/{worker}/status").read_text().partition("Threads:")[2].split()[0])
