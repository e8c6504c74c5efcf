"""background_tasks: work after the response and reports by Celery, the same on both sides."""

import csv
import io
from types import SimpleNamespace

import pytest
from flask import Flask
from kombu.exceptions import OperationalError

from myapp import create_app
from myapp.blueprints.background_tasks import tasks
from myapp.settings import Settings
from tests.parity.compare import Case, check
from tests.parity.database import NOW

ROOT = "/background-tasks"
MADE = NOW.isoformat().replace("+00:00", "Z")
PENDING = {
    "id": 1,
    "state": "pending",
    "progress": 0,
    "created_at": MADE,
    "finished_at": None,
    "error": None,
    "html_file": None,
    "csv_file": None,
}


def settings_of(side) -> Settings:
    """What this side was told."""
    return side.app.state.settings if side.name == "fastapi" else side.app.extensions["settings"]


def queue_of(side):
    """This side's Celery object."""
    return side.app.state.celery if side.name == "fastapi" else side.app.extensions["celery"]


@pytest.fixture
def worker(side) -> Flask:
    """What a worker of this side runs: an application with its settings, whose tasks are called here by hand."""
    return create_app(settings_of(side))


def work(worker: Flask, task, *args) -> object:
    """Run a task as a worker would."""
    return worker.extensions["celery"].tasks[task.name](*args)


def test_notification_after_the_response(side):
    """The dependency's task and the view's have run when the answer has been read, in this order."""
    name = f"{side.name}-one@example.com"
    answer = side.post(f"{ROOT}/notifications/{name}?q=flask")
    assert (answer.status_code, answer.json()) == (202, {"message": "Notification sent in the background"})
    assert side.get(f"{ROOT}/notifications/{name}").json() == ["found query: flask", "some notification"]


def test_a_response_that_brings_its_task(side):
    """The task of a response has run when the answer has been read."""
    name = f"{side.name}-receipt@example.com"
    answer = side.post(f"{ROOT}/notifications/{name}/receipts/")
    assert (answer.status_code, answer.json()) == (202, {"message": "Receipt sent in the background"})
    assert side.get(f"{ROOT}/notifications/{name}").json() == ["a receipt"]


def test_no_notification_for_a_wrong_address(side):
    """A 422 leaves no task behind."""
    name = "x" * 255
    assert side.post(f"{ROOT}/notifications/{name}").status_code == 422


def test_report_is_accepted(side):
    """202 with the report's address, where its state can be read; one message waits for a worker."""
    before = size(side)
    answer = side.post(f"{ROOT}/reports/")
    assert (answer.status_code, answer.json()) == (202, PENDING)
    assert answer.headers["location"] == f"{ROOT}/reports/1"
    assert side.get(answer.headers["location"]).json() == PENDING
    assert side.get(f"{ROOT}/reports/").json() == [PENDING]
    assert size(side) == before + 1


def size(side) -> int:
    """How many messages wait."""
    folder = settings_of(side).data_dir / "celery" / "messages"
    queue = queue_of(side).conf.task_default_queue
    return len(list(folder.glob(f"*.{queue}.msg")))


def test_finished_report(side, worker):
    """A worker's report is done, and both files can be downloaded under their names."""
    side.post(f"{ROOT}/reports/")
    work(worker, tasks.make_report, 1)
    done = {"state": "done", "progress": 100, "finished_at": MADE}
    files = {"html_file": "report-1.html", "csv_file": "report-1.csv"}
    assert side.get(f"{ROOT}/reports/1").json() == PENDING | done | files

    page = side.get(f"{ROOT}/reports/1/files/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"].replace('"', "") == "attachment; filename=report-1.html"
    assert "<svg" in page.text
    assert "6 posts" in page.text

    table = side.get(f"{ROOT}/reports/1/files/csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[:4] == [
        ["by", "name", "posts"],
        ["author", "ada@example.com", "2"],
        ["author", "edsger@example.com", "2"],
        ["author", "grace@example.com", "2"],
    ]
    assert ["day", "2026-11-01", "1"] in rows


@pytest.mark.parametrize("path", ["1/files/html", "1/files/csv"])
def test_file_of_an_unfinished_report(side, path):
    """There is nothing to download yet."""
    side.post(f"{ROOT}/reports/")
    answer = side.get(f"{ROOT}/reports/{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "File not found"})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("7", 404),
        ("7/files/html", 404),
        ("0", 422),
        ("x", 422),
        ("1/files/pdf", 404),
        ("1/files/..%2f..%2fmyapp.sqlite3", 404),
        ("1/files/..", 404),
        ("?limit=0", 422),
        ("?limit=101", 422),
    ],
)
def test_what_is_not_there(both, path, status):
    """Both sides refuse alike; the kind of a file is one of two words, so no path gets out of the folder."""
    check(Case("GET", f"{ROOT}/reports/{path}"), *both)
    assert both[1].get(f"{ROOT}/reports/{path}").status_code == status


def test_broker_that_is_down(side, monkeypatch):
    """503 with a reason and when to try again; no report is left that nobody will make."""

    def refuse(*args, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(queue_of(side).tasks[tasks.make_report.name], "apply_async", refuse)
    answer = side.post(f"{ROOT}/reports/")
    assert answer.status_code == 503
    assert answer.json() == {"detail": "The task queue cannot be reached; try again later"}
    assert answer.headers["retry-after"] == "10"
    assert side.get(f"{ROOT}/reports/").json() == []


def test_request_id_goes_along(side, monkeypatch):
    """The message carries the id of the request, which the task's log lines will show."""
    sent: list[SimpleNamespace] = []
    task = queue_of(side).tasks[tasks.make_report.name]

    def apply_async(args, headers):
        sent.append(SimpleNamespace(args=args, headers=headers))
        return SimpleNamespace(id="message")

    monkeypatch.setattr(task, "apply_async", apply_async)
    side.post(f"{ROOT}/reports/", headers={"x-request-id": "abc"})
    assert [(message.args, message.headers) for message in sent] == [((1,), {"request_id": "abc"})]
