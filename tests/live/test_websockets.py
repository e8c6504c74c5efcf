"""WebSockets behind the servers that people use: gunicorn's workers, `flask run`, and two workers with Redis."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.live.processes import ROOT, Gunicorn, environment, free_port, gunicorn, kill, wait_until_answers
from tests.parity import credentials
from tests.parity.database import FOREVER

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
    return credentials.token(1, "", iat=0, exp=FOREVER)


def open_socket(url: str, path: str, **options: Any) -> ClientConnection:
    """A client at this path of the folder."""
    return connect(f"{url}/websockets{path}", proxy=None, max_size=None, **options)


def join(url: str, room: str, **options: Any) -> ClientConnection:
    """A client in this room."""
    return open_socket(url, f"/rooms/{room}?token={token()}", **options)


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


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "2")], ids=["gevent", "gthread"])
def test_the_workers_of_one_server_share_their_rooms(tmp_path: Path, redis_url: str, options: tuple[str, ...]) -> None:
    """WEB_CONCURRENCY=2: no worker takes more than two connections here, so three clients are on both of them."""
    limit = ("--worker-connections", "2", "--keep-alive", "0")
    with gunicorn(tmp_path, *options, *limit, WEB_CONCURRENCY="2", MYAPP_REDIS_URL=redis_url) as server:
        assert httpx.post(f"{server.url}/users/1").text == "added"
        address, room = server.url.replace("http", "ws", 1), uuid.uuid4().hex
        with ExitStack() as stack:
            clients: list[ClientConnection] = []
            for number in range(3):
                headers = {"X-Name": f"client-{number}"}
                clients.append(stack.enter_context(join(address, room, additional_headers=headers)))
                assert [said(client) for client in clients] == [("joined", "")] * len(clients)
            served = re.findall(r"client-\d is served by (\d+)", server.log.read_text())
            assert len(served) == 3
            assert len(set(served)) == 2
            for client in clients:
                client.send("hello")
                assert [said(each) for each in clients] == [("said", "hello")] * 3


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
        addresses = [each.url.replace("http", "ws", 1) for each in servers]
        first = stack.enter_context(join(addresses[0], room))
        assert said(first) == ("joined", "")
        second = stack.enter_context(join(addresses[1], room))
        assert said(first) == said(second) == ("joined", "")
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


HANDSHAKE = (
    b"GET /websockets/echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "100")], ids=["gevent", "gthread"])
def test_stopping_under_load_tells_every_client(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Sixty clients that talk all the time, and others that come meanwhile, all get 1012 and no other end."""

    async def talk(client: Any) -> None:
        while True:
            await client.send("x" * 500)
            await asyncio.sleep(0.02)

    async def end(client: Any) -> Any:
        talking = asyncio.create_task(talk(client))
        try:
            async for _ in client:
                pass
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        return "closed by itself"

    async def come(address: str) -> list[asyncio.Task[Any]]:
        """Connect until that is refused."""
        ends = []
        with suppress(OSError, InvalidHandshake):
            while True:
                ends.append(asyncio.create_task(end(await connect_async(f"{address}/websockets/echo", proxy=None))))
                await asyncio.sleep(0.02)
        return ends

    async def codes(server: Gunicorn) -> list[Any]:
        address = server.url.replace("http", "ws", 1)
        path = f"{address}/websockets/echo"
        clients = await asyncio.gather(*(connect_async(path, proxy=None, open_timeout=30) for _ in range(60)))
        ends = [asyncio.create_task(end(client)) for client in clients]
        coming = asyncio.create_task(come(address))
        await asyncio.sleep(0.5)
        server.process.terminate()
        return await asyncio.gather(*ends, *await coming)

    with gunicorn(tmp_path, *options) as server:
        found = asyncio.run(codes(server))
        assert len(found) > 60
        assert set(found) == {1012}
        assert server.process.wait(15) == 0
        assert "Traceback" not in server.log.read_text()


def test_a_client_that_is_late_to_read_is_told_too(tmp_path: Path) -> None:
    """It goes on sending for two seconds after the server has closed, and only then reads: the close frame is there."""
    with (
        gunicorn(tmp_path) as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as own,
    ):
        own.sendall(HANDSHAKE)
        assert own.recv(65536).startswith(b"HTTP/1.1 101")
        server.process.terminate()
        for _ in range(20):
            own.sendall(b"\x81\x81\0\0\0\0x")
            time.sleep(0.1)
        own.settimeout(5)
        received = b"".join(iter(lambda: own.recv(65536), b""))
        assert received.endswith(b"\x88\x02" + (1012).to_bytes(2, "big"))
        own.close()
        assert server.process.wait(15) == 0
