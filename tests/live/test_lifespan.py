"""The lifespan under real servers: entered once and left once by every process."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient

from tests.live.processes import ROOT, alive, environment, free_port, gunicorn, kill, wait_until_answers
from tests.live.reports import Asked
from tests.live.workers import running_worker

pytestmark = pytest.mark.live

WORKERS = {
    "gevent": (),
    "gthread": ("-k", "gthread", "--threads", "4"),
    "sync": ("-k", "sync"),
    "gthread, preloaded": ("-k", "gthread", "--threads", "4", "--preload"),
}
APP = "tests.live.with_lifespan:app"


def events(folder: Path) -> list[tuple[str, str]]:
    """What the processes have written so far."""
    log = folder / "lifespan.log"
    return [tuple(line.split()) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.parametrize("options", WORKERS.values(), ids=WORKERS)
def test_each_worker_enters_and_leaves_once(options: tuple[str, ...], tmp_path: Path) -> None:
    """Three workers, many requests, TERM: three processes each enter and leave once, and each has its own state."""
    with gunicorn(tmp_path, *options, "--workers", "3", app=APP, MYAPP_REDIS_URL="redis://127.0.0.1/9") as server:
        with httpx.Client(headers={"Connection": "close"}) as client:
            answers = [client.get(f"{server.url}/health").json() for _ in range(30)]
        assert all(answer["process"] == answer["answering"] for answer in answers)
        deadline = time.monotonic() + 20
        while len(events(tmp_path)) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        entered = [process for event, process in events(tmp_path) if event == "entered"]
        assert len(entered) == len(set(entered)) == 3
        assert server.terminate() == 0
        left = [process for event, process in events(tmp_path) if event == "left"]
        assert sorted(left) == sorted(entered)


@pytest.mark.parametrize(
    "command",
    [
        ("gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0", APP),
        ("uvicorn", "--port", "0", "tests.live.fastapi_with_lifespan:app"),
    ],
    ids=["gunicorn", "uvicorn"],
)
def test_a_failure_at_the_start_ends_the_server(command: tuple[str, ...], tmp_path: Path) -> None:
    """No worker loops over it: gunicorn ends, as uvicorn does with the FastAPI side, and its log has the error."""
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path), FAIL_AT_START="1")
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "RuntimeError: the model could not be loaded" in done.stderr
    assert alive(mark) == {}
    assert events(tmp_path) == []


@pytest.mark.parametrize("app", [APP, "tests.live.fastapi_with_lifespan:app"], ids=["flask", "fastapi"])
def test_a_signature_that_cannot_be_read_ends_the_server(app: str, tmp_path: Path) -> None:
    """What no request can hold is refused before there is a request; the log names its type."""
    env, _ = environment(MYAPP_DATA_DIR=str(tmp_path), UNREADABLE="1")
    server = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"] if app == APP else ["uvicorn"]
    done = subprocess.run(
        [sys.executable, "-m", *server, app], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "threading.Thread" in done.stderr
    assert events(tmp_path) == []


def test_flask_run_enters_before_the_first_request(tmp_path: Path) -> None:
    """The development server has no hooks: its one process enters late, and leaves when it is interrupted.

    FastAPI's development server is uvicorn, which enters at its start.
    """
    port = free_port()
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "tests.live.with_lifespan:app", "run", "--port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        httpx.get(f"http://127.0.0.1:{port}/health")
        assert [event for event, _ in events(tmp_path)] == ["entered"]
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert [event for event, _ in events(tmp_path)] == ["entered", "left"]
    finally:
        kill(mark)
        process.wait()


def test_each_child_of_a_celery_worker_enters_and_leaves_once(client: FlaskClient, tmp_path: Path) -> None:
    """Both children enter before their first task, the main process never does; at TERM both leave, and it ends.

    FastAPI has no part in Celery's processes.
    """
    reports = [Asked(client) for _ in range(3)]
    with running_worker(tmp_path, "tests.live.celery_lifespan") as worker:
        for report in reports:
            report.until("done")
        children = worker.children
        happened = events(tmp_path)
        assert len(children) == 2
        for child in map(str, children):
            own = [event for event, process in happened if process == child]
            assert own[0] == "entered"
            assert set(own[1:]) == {"ran"}
        assert {int(process) for _, process in happened} == set(children)
        worker.process.terminate()
        assert worker.process.wait(30) == 0
        left = [int(process) for event, process in events(tmp_path) if event == "left"]
        assert sorted(left) == children
