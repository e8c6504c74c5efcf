"""myapp.queue, the embedded broker and the report's tasks: what they promise without a server."""

import csv
import io
import logging
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from queue import Empty
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from kombu import Connection, Exchange
from kombu.exceptions import KombuError
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp import queue, queue_on_disk
from myapp.accounts.tasks import clean_up_logins
from myapp.blueprints.background_tasks import report as posts_report
from myapp.blueprints.background_tasks import tasks
from myapp.extensions import db
from myapp.models import Base, Post, Report, ReportState, User, utcnow
from myapp.settings import Settings, SettingsError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def tables(app: Flask) -> Flask:
    """An application with empty tables, in its context."""
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def run(app: Flask, task: Any, *args: Any) -> Any:
    """Call a task as a worker does."""
    return app.extensions["celery"].tasks[task.name](*args)


def reports(app: Flask) -> list[Report]:
    """The rows as they are now."""
    with app.app_context(), Session(db.engine) as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def add(app: Flask, *rows: Any) -> None:
    """Write rows."""
    with app.app_context(), Session(db.engine) as session:
        session.add_all(rows)
        session.commit()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_a_broker_that_is_down(tables: Flask, settings: Settings, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The caller hears of it at once; the reason is in the log."""
    celery = queue.make_celery(replace(settings, broker_url=url))
    with pytest.raises(queue.BrokerUnavailable):
        queue.enqueue(celery, tasks.make_report, 1)
    assert "refused" in caplog.text
    assert not queue.reachable(celery)


def test_an_embedded_broker_that_cannot_write(settings: Settings, tables: Flask) -> None:
    """A folder that is none is the same to the caller: here a file is in the way, which stops root too."""
    (settings.data_dir / "celery" / "messages").touch()
    celery = queue.make_celery(settings)
    assert not queue.reachable(celery)
    with pytest.raises(queue.BrokerUnavailable):
        queue.enqueue(celery, tasks.make_report, 1)


def test_two_applications_have_two_brokers(make_app: Any, settings: Settings, tmp_path: Path) -> None:
    """What one hands over is in its own folder; neither is the process's default."""
    one, two = (make_app(replace(settings, data_dir=tmp_path / name, database_url="")) for name in ("one", "two"))
    queue.enqueue(one.extensions["celery"], tasks.make_report, 1)
    assert len(list((tmp_path / "one" / "celery" / "messages").iterdir())) == 1
    assert not (tmp_path / "two" / "celery" / "messages").exists()
    assert two.extensions["celery"] is not one.extensions["celery"]


def broker(folder: Path) -> Connection:
    """A connection to the embedded broker in this folder."""
    return Connection(queue_on_disk.URL, transport_options=queue_on_disk.transport_options(folder))


def files(folder: Path, kind: str = "messages") -> list[Path]:
    """The messages that are there, hidden ones too."""
    return sorted((folder / kind).iterdir())


def test_no_message_is_lost_or_read_twice(tmp_path: Path) -> None:
    """Four consumers take what two producers put, while they put it: each message once, none in pieces."""
    taken: list[int] = []

    def produce(first: int) -> None:
        with broker(tmp_path) as connection:
            simple = connection.SimpleQueue("numbers")
            for number in range(first, first + 50):
                simple.put({"number": number, "ballast": "x" * 5000})

    def consume() -> None:
        with broker(tmp_path) as connection:
            simple = connection.SimpleQueue("numbers")
            try:
                while True:
                    message = simple.get(timeout=1.5)
                    message.ack()
                    taken.append(message.payload["number"])
            except simple.Empty:
                return

    threads = [Thread(target=produce, args=(first,)) for first in (0, 50)] + [Thread(target=consume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == list(range(100))
    assert files(tmp_path) == []


def test_threads_that_declare_a_queue_at_once_lose_nothing(tmp_path: Path) -> None:
    """A hundred times two threads are the first to use a queue: both may publish at once."""
    start = Barrier(2)

    def produce() -> None:
        for turn in range(100):
            with broker(tmp_path) as connection:
                start.wait(10)
                connection.SimpleQueue(f"turn-{turn}").put(turn)

    threads = [Thread(target=produce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(files(tmp_path)) == 200


PRODUCER = """
import sys, time
from pathlib import Path
from tests.test_queue import broker
me, other, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
for turn in range(30):
    (folder / f"{turn}-{me}").touch()
    while not (folder / f"{turn}-{other}").exists():
        time.sleep(0.0002)
    with broker(folder / f"broker-{turn}") as connection:
        connection.SimpleQueue("numbers").put(turn)
"""


def test_processes_that_make_a_broker_at_once_lose_nothing(tmp_path: Path) -> None:
    """Thirty times two processes are the first in a folder: both make it, declare the queue and publish."""
    pair = [
        subprocess.Popen([sys.executable, "-c", PRODUCER, me, other, str(tmp_path)], cwd=ROOT)
        for me, other in ("ab", "ba")
    ]
    assert [process.wait(60) for process in pair] == [0, 0]
    assert [len(files(tmp_path / f"broker-{turn}")) for turn in range(30)] == [2] * 30


def test_each_folder_knows_its_own_queues(tmp_path: Path) -> None:
    """Two brokers in one process: what one has been told of a queue is not held for known by the other."""
    for name in ("one", "two"):
        with broker(tmp_path / name) as connection:
            connection.SimpleQueue("numbers").put(1)
        assert len(files(tmp_path / name)) == 1


def test_a_message_that_no_queue_would_get_is_refused(tmp_path: Path) -> None:
    """Where other transports drop it in silence: a direct exchange without such a queue, and fan-out."""
    with broker(tmp_path) as connection:
        producer = connection.Producer()
        for exchange in (Exchange("unbound"), Exchange("all", type="fanout")):
            with pytest.raises(KombuError):
                producer.publish({}, exchange=exchange, routing_key="numbers", declare=[exchange])


TAKER = """
import sys, time
from pathlib import Path
from tests.test_queue import broker
simple = broker(Path(sys.argv[1])).SimpleQueue("numbers")
print(simple.get(timeout=10).payload, flush=True)
time.sleep(60)
"""


def killed_taker(folder: Path) -> str:
    """What a process took before it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", TAKER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        taken = process.stdout.readline()
        process.kill()
    return taken.strip()


def test_what_a_killed_process_had_taken_is_delivered_again(tmp_path: Path) -> None:
    """Nobody else gets it while the process lives; then it comes at once, in its place, marked as redelivered."""
    with broker(tmp_path) as connection:
        simple = connection.SimpleQueue("numbers")
        for number in (1, 2):
            simple.put(number)
        assert killed_taker(tmp_path) == "1"
        first, second = simple.get(timeout=1), simple.get(timeout=1)
        assert (first.payload, first.delivery_info["redelivered"]) == (1, True)
        assert (second.payload, second.delivery_info["redelivered"]) == (2, False)
        with broker(tmp_path) as another, pytest.raises(Empty):
            another.SimpleQueue("numbers").get(timeout=0.1)
        first.ack()
        second.ack()
        assert files(tmp_path) == []


def test_what_is_given_back_in_order_is_not_lost(tmp_path: Path) -> None:
    """A connection that is closed gives back what it had, as new; a requeued message is one that was lost."""
    with broker(tmp_path) as connection:
        connection.SimpleQueue("numbers").put(1)
    before = files(tmp_path)
    with broker(tmp_path) as connection:
        connection.SimpleQueue("numbers").get(timeout=1)
        assert files(tmp_path) != before
    assert files(tmp_path) == before
    with broker(tmp_path) as connection:
        connection.SimpleQueue("numbers").get(timeout=1).requeue()
        assert connection.SimpleQueue("numbers").get(timeout=1).delivery_info["redelivered"]


def test_what_nobody_can_use_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A rejected message, one that is no JSON and one that took too many processes with it are moved to `dead/`."""
    with broker(tmp_path) as connection:
        simple = connection.SimpleQueue("numbers")
        for number in range(3):
            simple.put(number)
        _, broken, deadly = files(tmp_path)
        broken.write_text("{")
        most = queue_on_disk.MOST_LOSSES
        deadly.rename(deadly.with_name(deadly.name.replace(".numbers", f"_{most + 1}.numbers")))
        simple.get(timeout=1).reject()
        simple.put(3)
        assert simple.get(timeout=1).payload == 3
    assert len(files(tmp_path, "dead")) == 3
    reasons = [record.getMessage().partition("is given up: ")[2] for record in caplog.records]
    assert reasons[0] == "it was rejected"
    assert reasons[1].startswith("it can't be read: JSONDecodeError")
    assert reasons[2] == f"it has lost {most + 1} processes"
    for path in files(tmp_path, "dead")[::2]:
        path.rename(tmp_path / "messages" / path.name)
    with broker(tmp_path) as connection:
        simple = connection.SimpleQueue("numbers")
        assert [simple.get(timeout=1).payload for _ in range(2)] == [0, 2]


def test_a_queue_is_emptied_of_what_nobody_has(tmp_path: Path) -> None:
    """Purging leaves what a connection works on, and other queues."""
    with broker(tmp_path) as connection, broker(tmp_path) as another:
        simple, other = connection.SimpleQueue("numbers"), another.SimpleQueue("others")
        for number in range(3):
            simple.put(number)
        other.put(0)
        message = simple.get(timeout=1)
        assert another.SimpleQueue("numbers").clear() == 2
        message.ack()
        assert other.get(timeout=1).payload == 0


@pytest.mark.parametrize("name", ["a.b", "a/b", "ü", "x" * 61])
def test_names_that_no_queue_can_have(name: str) -> None:
    """The name becomes part of files' names and of keys."""
    with pytest.raises(SettingsError, match="MYAPP_TASK_QUEUE"):
        Settings.load({"MYAPP_TASK_QUEUE": name}, None)


def test_a_task_that_fails_says_so(tables: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row ends as failed, with a sentence that gives nothing away; the worker logs the reason."""
    add(tables, Report())

    def fail(*args: Any) -> None:
        raise LookupError("/secret/path")

    monkeypatch.setattr(posts_report, "as_html", fail)
    # With what Celery does around a task: it tells of the failure.
    tables.extensions["celery"].tasks[tasks.make_report.name].apply((1,))
    (report,) = reports(tables)
    assert (report.state, report.error) == (ReportState.FAILED, "The report could not be made")


def test_a_second_delivery_changes_nothing(tables: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A finished report stays as it is; a report that is gone is no error."""
    add(tables, Report())
    caplog.set_level(logging.INFO, "myapp")
    run(tables, tasks.make_report, 1)
    first = reports(tables)[0].finished_at
    run(tables, tasks.make_report, 1)
    run(tables, tasks.make_report, 2)
    assert reports(tables)[0].finished_at == first
    assert "report 2 needs no work" in caplog.text


def test_an_interrupted_report_is_made_anew(tables: Flask) -> None:
    """A worker died half-way; the message comes again and finds the report running."""
    add(tables, Report(state=ReportState.RUNNING, progress=40))
    run(tables, tasks.make_report, 1)
    assert reports(tables)[0].state is ReportState.DONE


def test_clean_up(tables: Flask, settings: Settings) -> None:
    """Old reports go with their files, stale ones are given up, the others stay; once more changes nothing."""
    old, stale = utcnow() - timedelta(days=8), utcnow() - timedelta(hours=7)
    add(tables, Report(), Report(), Report(created_at=stale))
    run(tables, tasks.make_report, 1)
    run(tables, tasks.make_report, 2)
    with tables.app_context(), Session(db.engine) as session:
        session.get_one(Report, 1).created_at = old
        session.commit()
    folder = settings.data_dir / "reports" / "myapp"
    assert len(list(folder.iterdir())) == 4
    assert run(tables, tasks.clean_up_reports) == 1
    assert {path.name for path in folder.iterdir()} == {"report-2.html", "report-2.csv"}
    assert [(report.id, report.state) for report in reports(tables)] == [
        (2, ReportState.DONE),
        (3, ReportState.FAILED),
    ]
    assert run(tables, tasks.clean_up_reports) == 0


def test_the_report_trusts_no_text(tables: Flask) -> None:
    """A name is no formula in a spreadsheet and no markup on the page."""
    name = '=cmd|"/c calc"!a1<b>@example.com'
    author = User(email=name, password_hash="unusable")
    add(tables, author, Post(title="One", author=author))
    with tables.app_context(), Session(db.engine) as session:
        counts = posts_report.Counts(utcnow(), posts_report.count_authors(session), posts_report.count_days(session))
    page, table = posts_report.as_html(counts), posts_report.as_csv(counts)
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert list(csv.reader(io.StringIO(table)))[1] == ["author", f"'{name}", "1"]
    assert "\r\n" in table


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_formulas_are_escaped(text: str) -> None:
    """Every beginning that OWASP names."""
    assert posts_report.safe_cell(text) == f"'{text}"


def test_an_empty_report(tables: Flask) -> None:
    """No posts make a report too."""
    add(tables, Report())
    run(tables, tasks.make_report, 1)
    assert reports(tables)[0].state is ReportState.DONE


def test_the_task_shows_the_requests_id(tables: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id that came with the message is in `flask.g` while the task runs."""
    from flask import g

    seen: list[str] = []
    monkeypatch.setattr(posts_report, "as_csv", lambda counts: seen.append(g.request_id) or "")
    add(tables, Report())
    task = tables.extensions["celery"].tasks[tasks.make_report.name]
    task.apply((1,), headers={"request_id": "abc"})
    assert seen == ["abc"]


def test_what_is_due_is_known_to_workers(app: Flask) -> None:
    """beat names tasks as workers know them; the nightly tasks are among them."""
    celery = app.extensions["celery"]
    names = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert names >= {tasks.clean_up_reports.name, clean_up_logins.name}
    assert names <= set(celery.tasks)


def test_new_folders_are_for_their_owner_alone(make_app: Any, settings: Settings, tmp_path: Path) -> None:
    """Whatever the umask: the database, messages and reports are nobody else's. A folder that is there stays so."""
    before = os.umask(0o022)
    try:
        fresh = replace(settings, data_dir=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")
        app = make_app(fresh)
        with app.app_context():
            Base.metadata.create_all(db.engine)
        add(app, User(email="ada@example.com", password_hash="unusable"), Report(owner_id=1))
        run(app, tasks.make_report, 1)
        broker(fresh.data_dir / "celery").default_channel.close()
        folders = [fresh.data_dir, *(path for path in fresh.data_dir.rglob("*") if path.is_dir())]
        assert {"new", "celery", "messages", "dead"} < {path.name for path in folders}
        assert {path.name: oct(path.stat().st_mode & 0o777) for path in folders} == {
            path.name: "0o700" for path in folders
        }
        (tmp_path / "old").mkdir(mode=0o755)
        make_app(replace(settings, data_dir=tmp_path / "old"))
        assert (tmp_path / "old").stat().st_mode & 0o777 == 0o755
    finally:
        os.umask(before)
