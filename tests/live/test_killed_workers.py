"""Workers that are killed in the middle of a report, on the embedded broker; tests/services has the others."""

import os
import signal
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from myapp import queue_on_disk
from myapp.blueprints.background_tasks.tasks import make_report
from tests.live.reports import APP, Asked, asked, under_way
from tests.live.workers import running_worker

pytestmark = pytest.mark.live


def until_empty(folder: Path, seconds: float = 10) -> None:
    """Wait until no message is left."""
    deadline = time.monotonic() + seconds
    while left := list(folder.iterdir()):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_a_worker_that_is_started_again_finishes_the_report(client: FlaskClient, tmp_path: Path) -> None:
    """`kill -9` of the whole worker in the middle of a report: the next worker makes it, without waiting."""
    with asked(client, tmp_path) as (report, worker):
        worker.process.kill()
        worker.process.wait()
        with running_worker(tmp_path, APP):
            under_way(tmp_path, 2)
            (tmp_path / "go-on").touch()
            assert report.until("done")["progress"] == 100
            until_empty(tmp_path / "celery" / "messages")


def test_a_worker_goes_on_without_a_child(client: FlaskClient, tmp_path: Path) -> None:
    """The system kills the process that makes the report: the worker runs it again, with a new child."""
    with asked(client, tmp_path) as (report, worker):
        os.kill(under_way(tmp_path, 1), signal.SIGKILL)
        under_way(tmp_path, 2)
        (tmp_path / "go-on").touch()
        report.until("done")
        worker.process.terminate()
        assert worker.process.wait(20) == 0
    assert list((tmp_path / "celery" / "messages").iterdir()) == []


def test_a_report_that_costs_every_process_is_given_up(client: FlaskClient, tmp_path: Path) -> None:
    """It was lost as often as it may be: the next worker makes no attempt, the row says so, the message is kept."""
    report = Asked(client)
    (message,) = (tmp_path / "celery" / "messages").iterdir()
    number = queue_on_disk.MOST_LOSSES
    message.rename(message.with_name(message.name.replace(".myapp.", f"_{number}.myapp.")))
    with running_worker(tmp_path, APP) as worker:
        assert report.until("failed", "done")["error"] == "The report could not be made"
        until_empty(tmp_path / "celery" / "messages")
        assert f"{number} processes that had it are gone" in worker.log.read_text()
    assert [path.name for path in (tmp_path / "celery" / "dead").iterdir()] == [message.name]


def test_a_report_that_takes_too_long_is_given_up(client: FlaskClient, tmp_path: Path) -> None:
    """The time limit kills the child: the row says so at once, and the message is done with."""
    report = Asked(client)
    celery = client.application.extensions["celery"]
    with celery.connection_for_write() as connection:
        # The limit comes with the message; one with a shorter limit takes its place.
        assert connection.SimpleQueue("myapp").clear() == 1
    celery.tasks[make_report.name].apply_async((report.now()["id"],), time_limit=1)
    with running_worker(tmp_path, APP) as worker:
        assert report.until("failed", "done")["error"] == "The report could not be made"
        until_empty(tmp_path / "celery" / "messages")
        # Celery says so after it has told of the failure.
        deadline = time.monotonic() + 10
        while "Hard time limit (1s) exceeded" not in worker.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
