"""Streams under real gunicorn with each kind of worker: events on time, pings, clients that leave, memory."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from myapp.database import make_engine
from myapp.models import Base
from tests.live.processes import Gunicorn, alive, gunicorn, poll

pytestmark = pytest.mark.live

WORKERS = {"gevent": (), "gthread": ("-k", "gthread", "--threads", "8")}
EVENTS = "/server-sent-events"
POST = {"title": "hello", "author_id": 1}


@pytest.fixture(scope="module", params=WORKERS.values(), ids=WORKERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gunicorn]:
    """One server for each kind of worker that serves several clients at once, with one user."""
    with gunicorn(tmp_path_factory.mktemp("streams"), *request.param) as running:
        httpx.post(f"{running.url}/users/1").raise_for_status()
        yield running


@contextmanager
def listening(server: Gunicorn, path: str, **headers: str) -> Iterator[Iterator[str]]:
    """The lines of an open stream."""
    with httpx.stream("GET", server.url + path, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        yield answer.iter_lines()


def listeners(server: Gunicorn) -> int:
    """How many subscriptions the server has."""
    return int(poll(f"{server.url}/listeners").text)


def wait_for_listeners(server: Gunicorn, number: int, *, post: bool = False) -> None:
    """Return when there are that many subscriptions. `post` writes to them meanwhile."""
    deadline = time.monotonic() + 10
    while (found := listeners(server)) != number:
        assert time.monotonic() < deadline, f"{found} subscriptions"
        if post:
            httpx.post(f"{server.url}{EVENTS}/posts/", json=POST).raise_for_status()
        time.sleep(0.05)


def test_an_event_arrives_while_the_stream_is_open(server: Gunicorn) -> None:
    """A post is in the listener's hands well before the stream ends, with what it takes to resume."""
    with listening(server, f"{EVENTS}/notifications") as lines:
        post = httpx.post(f"{server.url}{EVENTS}/posts/", json=POST).json()
        event = dict(next(lines).split(": ", 1) for _ in range(4))
        assert (event["event"], event["id"], json.loads(event["data"])) == ("post", str(post["id"]), post)


def test_pings(server: Gunicorn) -> None:
    """While the generator waits, comments go out on time; an event between them is not lost."""
    with listening(server, "/quick") as lines:
        began = time.monotonic()
        assert [next(lines) for _ in range(4)] == [": ping", "", ": ping", ""]
        assert time.monotonic() - began > 0.3
        httpx.post(f"{server.url}/quick/5")
        assert 'data: {"number":5}' in (next(lines) for _ in range(10))


@pytest.mark.parametrize("path", ["/quick", "/quick-async"])
def test_a_client_that_leaves_is_noticed(server: Gunicorn, path: str) -> None:
    """Five listeners leave without a word; the next pings fail and all subscriptions end."""
    wait_for_listeners(server, 0, post=True)
    for _ in range(5):
        with listening(server, path) as lines:
            next(lines)
            assert listeners(server) > 0
    wait_for_listeners(server, 0)


def test_notifications_end_at_the_next_write(server: Gunicorn) -> None:
    """Whoever has left is gone from the list after the next posts."""
    wait_for_listeners(server, 0, post=True)
    with listening(server, f"{EVENTS}/notifications"):
        wait_for_listeners(server, 1)
    wait_for_listeners(server, 0, post=True)


def test_a_sync_worker(tmp_path: Path) -> None:
    """One client at a time: pings come, and once the client has left the worker is free for the next."""
    with gunicorn(tmp_path, "-k", "sync") as server:
        for path in ("/quick", "/quick-async"):
            with listening(server, path) as lines:
                assert [line for line in (next(lines) for _ in range(8)) if line == ": ping"]
            wait_for_listeners(server, 0)


@pytest.mark.services
def test_two_workers(tmp_path: Path, postgresql_url: str, redis_url: str) -> None:
    """On PostgreSQL and Redis eight listeners on two workers get each of thirty posts by six writers, in order."""
    engine = make_engine(postgresql_url)
    Base.metadata.create_all(engine)  # two workers at once would be in each other's way
    engine.dispose()
    variables = {"MYAPP_DATABASE_URL": postgresql_url, "MYAPP_REDIS_URL": redis_url}
    with gunicorn(tmp_path, "--workers", "2", **variables) as server, ExitStack() as connections:
        httpx.post(f"{server.url}/users/1").raise_for_status()
        streams = [connections.enter_context(listening(server, f"{EVENTS}/notifications")) for _ in range(8)]
        counts = {listeners(server) for _ in range(40)}
        assert counts - {0, 8}, "all listeners are on one worker"
        with ThreadPoolExecutor(6) as pool:
            url = f"{server.url}{EVENTS}/posts/"
            posts = sorted(pool.map(lambda _: httpx.post(url, json=POST, timeout=20).json()["id"], range(30)))
        for lines in streams:
            ids = (line for line in lines if line.startswith("id: "))
            assert [next(ids) for _ in posts] == [f"id: {number}" for number in posts]


def peak(server: Gunicorn) -> int:
    """The most memory that any of the server's processes has had, in MB."""
    found = [
        line.split()[1]
        for process in alive(server.mark)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return max(int(kilobytes) for kilobytes in found) // 1024


def test_the_export_takes_little_memory(server: Gunicorn) -> None:
    """Forty thousand posts, over 40 MB of JSON, pass through a worker that grows by less than 12 MB."""
    httpx.post(f"{server.url}/fill/40000", timeout=60).raise_for_status()
    with httpx.stream("GET", f"{server.url}{EVENTS}/posts.jsonl", timeout=60) as answer:
        before = peak(server)
        count = size = 0
        for line in answer.iter_lines():
            count += 1
            size += len(line)
            assert count > 1 or json.loads(line)["id"] == 1
    assert count >= 40_000
    assert size > 40_000_000
    assert peak(server) - before < 12
