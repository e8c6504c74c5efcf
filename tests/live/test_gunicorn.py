"""deploy/gunicorn.conf.py, under real gunicorn with each of its workers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.live.processes import (
    ROOT,
    Gunicorn,
    alive,
    environment,
    free_port,
    gunicorn,
    kill,
    wait_until_answers,
)

pytestmark = pytest.mark.live

WORKERS = {
    "gevent": (),
    "gthread": ("-k", "gthread", "--threads", "4"),
    "sync": ("-k", "sync"),
}

every_worker = pytest.mark.parametrize("options", WORKERS.values(), ids=WORKERS)


def statuses(method: str, urls: list[str]) -> list[int]:
    """Request all addresses at once."""
    with httpx.Client(timeout=30) as client, ThreadPoolExecutor(len(urls)) as pool:
        return list(pool.map(lambda url: client.request(method, url).status_code, urls))


@every_worker
def test_it_serves_and_stops(options: tuple[str, ...], tmp_path: Path) -> None:
    """Answers, logs the request's id with its duration, ends at TERM with status 0 and leaves no process."""
    with gunicorn(tmp_path, *options) as server:
        assert httpx.get(f"{server.url}/health/ready").json()["status"] == "ok"
        response = httpx.get(f"{server.url}/nowhere?a=1", headers={"X-Request-ID": "abc"})
        assert (response.status_code, response.headers["X-Request-ID"]) == (404, "abc")
        assert server.terminate() == 0
        assert alive(server.mark) == {}
        assert re.search(r'\[abc\] "GET /nowhere\?a=1 HTTP/1\.1" 404 \d+ \d+ms', server.log.read_text())


@every_worker
def test_its_log_as_json(options: tuple[str, ...], tmp_path: Path) -> None:
    """Every line is an object: the master's, the workers', the application's and the access log's."""
    with gunicorn(tmp_path, *options, MYAPP_LOG_FORMAT="json", MYAPP_LOG_LEVEL="DEBUG") as server:
        httpx.get(f"{server.url}/nowhere?a=1", headers={"X-Request-ID": "abc"})
        assert server.terminate() == 0
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert {"gunicorn.error", "gunicorn.access", "myapp.logs"} <= {line["logger"] for line in lines}
    (access,) = [line for line in lines if line["logger"] == "gunicorn.access" and line["status"] == 404]
    of_request = {"request_id": "abc", "method": "GET", "path": "/nowhere", "visitor": "127.0.0.1"}
    assert access.items() >= {"message": "GET /nowhere?a=1 HTTP/1.1", **of_request}.items()
    assert access["duration_ms"] > 0


def test_secrets_in_a_query_stay_out_of_the_log(tmp_path: Path) -> None:
    """A token that can only travel in the query, as a WebSocket's does, is not written down."""
    with gunicorn(tmp_path) as server:
        url = f"{server.url}/nowhere?a=1&access_token=abcdef&API_KEY=ghijkl&b=2"
        httpx.get(url, headers={"Referer": "/?token=mno"})
        assert server.terminate() == 0
        log = server.log.read_text()
    assert "GET /nowhere?a=1&access_token=...&API_KEY=...&b=2 HTTP/1.1" in log
    assert not any(secret in log for secret in ("abcdef", "ghijkl", "mno"))


@every_worker
def test_a_request_under_way_is_finished(options: tuple[str, ...], tmp_path: Path) -> None:
    """TERM lets it end and answers it."""
    with gunicorn(tmp_path, *options) as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(httpx.get, f"{server.url}/sleep/1.5", headers={"X-Name": "sleeper"}, timeout=30)
        while "sleeper is served" not in server.log.read_text():
            assert not answer.done()
            time.sleep(0.05)
        assert server.terminate() == 0
        assert answer.result().text == "slept"


def test_a_busy_connection_leaves_the_others_their_turn(tmp_path: Path) -> None:
    """A client that always has its next request waiting is not served alone: another one comes in between."""
    many = 2000
    with (
        gunicorn(tmp_path) as server,
        closing(connect(server)) as other,
        closing(connect(server)) as busy,
        busy.makefile("rb") as answers,
        ThreadPoolExecutor(1) as pool,
    ):
        pool.submit(busy.sendall, b"GET /turn HTTP/1.1\r\nHost: localhost\r\n\r\n" * many)
        answers.readline()
        rest = pool.submit(answers.read)
        other.sendall(b"GET /turn HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        turn = int(other.makefile("rb").read().rpartition(b"\r\n\r\n")[2])
        busy.shutdown(socket.SHUT_WR)
        assert rest.result().count(b"HTTP/1.1 200 OK") >= many - 1
    assert turn < many


def connect(server: Gunicorn) -> socket.socket:
    """A connection that the worker has accepted."""
    address = httpx.URL(server.url)
    connection = socket.create_connection((address.host, address.port), 30)
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.recv(10_000).startswith(b"HTTP/1.1 200 OK")
    return connection


@every_worker
def test_writes_at_once_on_sqlite(options: tuple[str, ...], tmp_path: Path, redis_url: str) -> None:
    """Two workers and forty writers on one file: nobody is told that the database is locked."""
    with gunicorn(tmp_path, *options, "--workers", "2", MYAPP_REDIS_URL=redis_url) as server:
        assert statuses("POST", [f"{server.url}/users/{number}" for number in range(40)]) == [200] * 40


@pytest.mark.services
def test_gevent_waits_for_postgresql_without_blocking(tmp_path: Path, postgresql_url: str) -> None:
    """Eight queries of half a second each take one half second in one worker: psycopg yields to gevent."""
    with gunicorn(tmp_path, MYAPP_DATABASE_URL=postgresql_url) as server:
        began = time.monotonic()
        assert statuses("GET", [f"{server.url}/database-sleep/0.5"] * 8) == [200] * 8
        assert time.monotonic() - began < 2
        assert server.terminate() == 0


@pytest.mark.services
@pytest.mark.parametrize("options", [WORKERS["gthread"], WORKERS["sync"]], ids=["gthread", "sync"])
def test_forked_workers_have_connections_of_their_own(
    options: tuple[str, ...], tmp_path: Path, postgresql_url: str, redis_url: str
) -> None:
    """With --preload the master has a connection open when it forks, and no two workers use the same one."""
    variables = {"MYAPP_DATABASE_URL": postgresql_url, "MYAPP_REDIS_URL": redis_url}
    with gunicorn(tmp_path, *options, "--workers", "3", "--preload", **variables) as server:
        # A new connection for each request, so that all workers get some.
        with httpx.Client(headers={"Connection": "close"}) as client, ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: client.get(f"{server.url}/whose-connection").json(), range(120)))
        users = {(answer["worker"], answer["backend"]) for answer in answers}
        assert len({worker for worker, _ in users}) > 1
        assert len({backend for _, backend in users}) == len(users)
        assert server.terminate() == 0


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [("", {"scheme": "http", "visitor": "127.0.0.1"}), ("127.0.0.1", {"scheme": "https", "visitor": "203.0.113.7"})],
)
def test_forwarded_headers_count_from_trusted_proxies_only(
    tmp_path: Path, trusted: str, expected: dict[str, str]
) -> None:
    """A local client is nobody special unless it is named."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with gunicorn(tmp_path, MYAPP_TRUSTED_PROXIES=trusted) as server:
        assert httpx.get(f"{server.url}/who", headers=headers).json() == expected
        assert server.terminate() == 0
        assert re.search(rf'{expected["visitor"]} \[\w+\] "GET /who ', server.log.read_text())


def test_unusable_settings_end_the_server() -> None:
    """No worker loops over a fault: gunicorn ends and the message names every variable."""
    env, mark = environment(MYAPP_ENV="production", MYAPP_DEBUG="1")
    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode != 0
    assert "MYAPP_SECRET_KEY must be set" in result.stderr
    assert "MYAPP_DEBUG must be off" in result.stderr
    assert alive(mark) == {}


@pytest.mark.parametrize(("options", "variables"), [(["--workers", "2"], {}), ([], {"WEB_CONCURRENCY": "3"})])
def test_several_workers_need_redis(options: list[str], variables: dict[str, str]) -> None:
    """Without it gunicorn ends before it starts anything, with one line that says what to set."""
    env, mark = environment(MYAPP_REDIS_URL="")
    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0", *options],
        cwd=ROOT,
        env=env | variables,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert re.search(r"\d workers need MYAPP_REDIS_URL", line)
    assert alive(mark) == {}


def test_another_worker_by_signal_needs_redis_too(tmp_path: Path) -> None:
    """TTIN adds none, and the log says why."""
    with gunicorn(tmp_path) as server:
        server.process.send_signal(signal.SIGTTIN)
        deadline = time.monotonic() + 10
        while "2 workers need MYAPP_REDIS_URL" not in server.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert len(alive(server.mark)) == 2
        assert server.terminate() == 0


@pytest.mark.parametrize(
    ("command", "processes"),
    [
        (
            ("gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:{port}", "tests.live.with_lifespan:app"),
            3,
        ),
        # One more is Python's own, which looks after shared resources.
        (("uvicorn", "--port", "{port}", "tests.live.fastapi_with_lifespan:app"), 4),
    ],
    ids=["gunicorn", "uvicorn"],
)
def test_a_killed_worker_is_replaced(command: tuple[str, ...], processes: int, tmp_path: Path) -> None:
    """`kill -9` of one of two workers: another process takes its place, and somebody answers.

    The same of `fastapi run --workers 2`, which is uvicorn: https://fastapi.tiangolo.com/deployment/server-workers/
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}/health"
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path), MYAPP_REDIS_URL="redis://127.0.0.1/9")
    process = subprocess.Popen(
        [sys.executable, "-m", *(part.format(port=port) for part in command), "--workers", "2"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def running() -> set[int]:
        """The processes, once there are as many as there should be."""
        deadline = time.monotonic() + 30
        while len(found := set(alive(mark))) != processes:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    try:
        wait_until_answers(url, process)
        before = running()
        killed = httpx.get(url, timeout=10).json()["answering"]
        os.kill(killed, signal.SIGKILL)
        while killed in alive(mark):
            time.sleep(0.01)
        assert before - running() == {killed}
        wait_until_answers(url, process)
        assert httpx.get(url, timeout=10).json()["answering"] != killed
    finally:
        kill(mark)
        process.wait()
