"""WebSockets behind the servers that people use: gunicorn's workers, `flask run`, and two workers with Redis."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from myapp.authentication import ALGORITHM
from myapp.settings import DEVELOPMENT_SECRET
from tests.live.processes import ROOT, environment, free_port, gunicorn, kill, wait_until_answers

pytestmark = pytest.mark.live

SERVERS = ["gevent", "gthread", "flask run"]


@contextmanager
def flask_run(folder: Path) -> Iterator[str]:
    """The address of Werkzeug's server with the debugger's reloader, as in development."""
    port = free_port()
    env, mark = environment(MYAPP_DATA_DIR=str(folder), MYAPP_ENV="development")
    command = [sys.executable, "-m", "flask", "--app", "tests.live.served:app", "run", "--debug", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        kill(mark)
        process.wait()


@pytest.fixture(params=SERVERS, scope="module")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application behind each server, for WebSockets."""
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as stack:
        if request.param == "flask run":
            address = stack.enter_context(flask_run(folder))
        else:
            options = ("-k", request.param, "--threads", "16")
            address = stack.enter_context(gunicorn(folder, *options)).url
        assert httpx.post(f"{address}/users/1").text == "added"
        yield address.replace("http", "ws", 1)


def token() -> str:
    """A token of the user that `/users/1` adds; these servers keep the real time."""
    claims = {"sub": "user1@example.com", "exp": 4102444800, "scope": ""}
    return jwt.encode(claims, DEVELOPMENT_SECRET, algorithm=ALGORITHM)


def open_socket(url: str, path: str, **options: Any) -> ClientConnection:
    """A client at this path of the folder."""
    return connect(f"{url}/websockets{path}", proxy=None, max_size=None, **options)


def join(url: str, room: str) -> ClientConnection:
    """A client in this room."""
    return open_socket(url, f"/rooms/{room}?token={token()}")


def said(client: ClientConnection) -> Any:
    """What the next message is about."""
    message = json.loads(client.recv(timeout=5))
    return message["event"], message["text"]


def ending(client: ClientConnection) -> tuple[int, str]:
    """The close frame that comes next."""
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=5)
    assert closed.value.rcvd is not None, "dropped without a close frame"
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_echo(url: str) -> None:
    """Small and large messages come back, several at once in flight."""
    with open_socket(url, "/echo") as client:
        for text in ("hello", "é" * 500_000):
            client.send(text)
            assert client.recv(timeout=10) == text
        for number in range(200):
            client.send(str(number))
        assert [client.recv(timeout=5) for _ in range(200)] == [str(number) for number in range(200)]
        client.close(4000, "enough")
        assert client.close_code == 4000


def test_ends(url: str) -> None:
    """Refusals are HTTP; an open socket ends with a close frame, and nothing comes after it."""
    for path, status in (("/endings/refused", 403), ("/endings/teapot", 418), ("/rooms/lobby", 403), ("/nowhere", 403)):
        with pytest.raises(InvalidStatus) as refused, open_socket(url, path):
            pass
        assert refused.value.response.status_code == status
    for path, end in (
        ("/endings/policy", (1008, "Against the rules")),
        ("/endings/error", (1011, "")),
        ("/endings/return", (1000, "")),
        ("/countdown/0", (1000, "Liftoff")),
    ):
        with open_socket(url, path) as client:
            assert ending(client) == end


def test_two_clients_in_a_room(url: str) -> None:
    """Each hears the other; one that is gone is missed by nobody."""
    with join(url, "two") as one:
        assert said(one) == ("joined", "")
        with join(url, "two") as two:
            assert said(one) == said(two) == ("joined", "")
            two.send("hello")
            assert said(one) == said(two) == ("said", "hello")
        assert said(one) == ("left", "")
        one.send("alone")
        assert said(one) == ("said", "alone")


def test_the_server_goes_on(url: str) -> None:
    """After connections that broke, and with idle ones open, ordinary requests are answered."""
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(open_socket(url, "/echo"))
        broken = open_socket(url, "/echo")
        broken.socket.close()
        assert httpx.get(url.replace("ws", "http", 1) + "/health").status_code == 200


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "8")], ids=["gevent", "gthread"])
def test_two_workers_share_their_rooms(tmp_path: Path, redis_url: str, options: tuple[str, ...]) -> None:
    """With Redis, clients of different workers are in one room; each worker has a port here, to be told apart."""
    room = uuid.uuid4().hex
    shared = {"MYAPP_REDIS_URL": redis_url, "MYAPP_DATABASE_URL": f"sqlite:///{tmp_path}/shared.sqlite3"}
    folders = [tmp_path / "one", tmp_path / "two"]
    with ExitStack() as stack:
        servers = []
        for folder in folders:
            folder.mkdir()
            servers.append(stack.enter_context(gunicorn(folder, *options, **shared)))
        assert httpx.post(f"{servers[0].url}/users/1").text == "added"
        first, second = (stack.enter_context(join(each.url.replace("http", "ws", 1), room)) for each in servers)
        assert said(first) == said(first) == said(second) == ("joined", "")
        first.send("hello")
        assert said(first) == said(second) == ("said", "hello")
        second.send("hello yourself")
        assert said(first) == said(second) == ("said", "hello yourself")


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "8")], ids=["gevent", "gthread"])
def test_stopping_does_not_wait_for_open_sockets(tmp_path: Path, options: tuple[str, ...]) -> None:
    """At TERM they are closed with 1012, and gunicorn ends at once with status 0."""
    with gunicorn(tmp_path, *options) as server, ExitStack() as stack:
        assert httpx.post(f"{server.url}/users/1").text == "added"
        address = server.url.replace("http", "ws", 1)
        clients = [stack.enter_context(open_socket(address, "/echo")) for _ in range(3)]
        inside = stack.enter_context(join(address, "lobby"))
        assert said(inside) == ("joined", "")
        began = time.monotonic()
        server.process.terminate()
        assert [ending(client)[0] for client in (*clients, inside)] == [1012] * 4
        assert server.process.wait(30) == 0
        assert time.monotonic() - began < 8
