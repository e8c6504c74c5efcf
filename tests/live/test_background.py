"""Work after the response under real gunicorn; a report and webhooks by a real worker on the embedded broker."""

import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session

from myapp.blueprints.background_tasks.tasks import clean_up_reports
from myapp.database import make_engine
from myapp.models import WebhookSubscription
from myapp.queue import make_celery
from myapp.settings import Environment, Settings
from tests.live.processes import gunicorn, poll
from tests.live.webhooks import add_user, delivered_at_the_third_attempt
from tests.live.workers import finished_report, running_worker, worker
from tests.receiver import receiver

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    "options", [(), ("-k", "gthread", "--threads", "4"), ("-k", "sync")], ids=["gevent", "gthread", "sync"]
)
def test_the_client_does_not_wait(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The client has its answer before a task of two seconds is over, whatever the worker."""
    with gunicorn(tmp_path, *options) as server:
        began = time.monotonic()
        answer = httpx.post(f"{server.url}/leave-behind/2")
        assert answer.text == '"answered"'
        assert "the task is over" not in server.log.read_text()
        deadline = time.monotonic() + 60
        while "the task is over" not in server.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert time.monotonic() - began >= 2
        (line,) = [line for line in server.log.read_text().splitlines() if "the task is over" in line]
        assert f"[{answer.headers['X-Request-ID']}]" in line


def test_a_failing_task_is_logged(tmp_path: Path) -> None:
    """The answer stands, and the server's log has the exception."""
    with gunicorn(tmp_path) as server:
        assert httpx.post(f"{server.url}/leave-behind/-1").status_code == 200
        deadline = time.monotonic() + 10
        while "ValueError: a task of less than no time" not in server.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert httpx.get(f"{server.url}/health").status_code == 200


def test_a_report_on_the_embedded_broker(tmp_path: Path) -> None:
    """No server anywhere: the broker is a folder; the worker's log has the id of the request that asked."""
    with gunicorn(tmp_path) as server, worker(tmp_path) as log:
        finished_report(server.url, "embedded-1")
        assert "[embedded-1] myapp.blueprints.background_tasks.tasks: report 1 is done" in log.read_text()
        # The nightly task, asked for by hand: its result comes from the embedded result store.
        celery = make_celery(Settings(env=Environment.TESTING, data_dir=tmp_path))
        assert celery.tasks[clean_up_reports.name].delay().get(timeout=20) == 0


def test_a_report_waits_for_a_worker(tmp_path: Path) -> None:
    """What is asked for while no worker runs is made when one starts."""
    with gunicorn(tmp_path) as server:
        place = httpx.post(f"{server.url}/background-tasks/reports/").headers["location"]
        with worker(tmp_path):
            deadline = time.monotonic() + 20
            while poll(f"{server.url}{place}").json()["state"] != "done":
                assert time.monotonic() < deadline
                time.sleep(0.1)


def test_a_webhook_on_the_embedded_broker(tmp_path: Path) -> None:
    """A receiver fails twice and then accepts: signed each time, the same id, and the API says so."""
    with receiver(204, 500, 503, 204) as there:
        environ = {"MYAPP_TRUSTED_WEBHOOK_HOSTS": there.host, "MYAPP_WEBHOOK_RETRY_SECONDS": "1"}
        with gunicorn(tmp_path, **environ) as server, worker(tmp_path, **environ):
            settings = Settings(env=Environment.TESTING, data_dir=tmp_path)
            delivered_at_the_third_attempt(server.url, settings.database_url, there)


def test_reports_do_not_wait_for_webhooks(tmp_path: Path) -> None:
    """A worker of the queue `tasks` makes a report and calls no receiver: that waits for one of `webhooks`."""
    with receiver() as there, gunicorn(tmp_path, MYAPP_TRUSTED_WEBHOOK_HOSTS=there.host) as server:
        url = Settings(env=Environment.TESTING, data_dir=tmp_path).database_url
        number = add_user(url)
        engine = make_engine(url)
        with Session(engine) as session:
            session.add(WebhookSubscription(url=there.url, events=["new-post"], owner_id=number))
            session.commit()
        engine.dispose()
        httpx.post(f"{server.url}/sql-databases/users/{number}/posts/", json={"title": "Hello", "published": True})
        environ = {"MYAPP_TRUSTED_WEBHOOK_HOSTS": there.host}
        with running_worker(tmp_path, queues="tasks", **environ):
            finished_report(server.url)
        assert there.calls == []
        with running_worker(tmp_path, queues="webhooks", **environ):
            there.wait_for(1)
