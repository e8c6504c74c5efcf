"""Reports and webhooks by real workers on Redis and RabbitMQ, with the rows in PostgreSQL."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from kombu import Connection, Exchange, Queue
from redis import Redis

from myapp.blueprints.background_tasks.tasks import clean_up_reports
from myapp.extensions import db
from myapp.models import Base
from myapp.queue import make_celery
from myapp.settings import Environment, Settings
from tests.live.processes import gunicorn
from tests.live.reports import APP, asked, under_way
from tests.live.webhooks import delivered_at_the_third_attempt
from tests.live.workers import finished_report, running_worker, worker
from tests.receiver import receiver

pytestmark = [pytest.mark.services, pytest.mark.live]


@pytest.mark.parametrize("broker", ["redis_url", "rabbitmq_url"])
@pytest.mark.parametrize("results", ["", "redis_url", "postgresql_url"])
def test_a_report(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql_url: str, broker: str, results: str
) -> None:
    """The same code by environment alone: every broker with every result store."""
    environ = {
        "MYAPP_DATABASE_URL": postgresql_url,
        "MYAPP_BROKER_URL": request.getfixturevalue(broker),
        "MYAPP_TASK_QUEUE": f"test-{uuid.uuid4().hex}",
    }
    if results:
        url = request.getfixturevalue(results)
        environ["MYAPP_RESULT_BACKEND"] = url if results == "redis_url" else f"db+{url}".replace("+psycopg", "")
    with gunicorn(tmp_path, **environ) as server, worker(tmp_path, **environ) as log:
        finished_report(server.url, "service-1")
        assert "[service-1]" in log.read_text()
        # The nightly task, asked for by hand: its result comes from the result store.
        loaded = {name.removeprefix("MYAPP_").lower(): value for name, value in environ.items()}
        celery = make_celery(Settings(env=Environment.TESTING, data_dir=tmp_path, **loaded))
        assert celery.tasks[clean_up_reports.name].delay().get(timeout=20) == 0
    forget(environ["MYAPP_BROKER_URL"], environ["MYAPP_TASK_QUEUE"])


@pytest.mark.parametrize("broker", ["redis_url", "rabbitmq_url"])
def test_a_webhook(request: pytest.FixtureRequest, tmp_path: Path, postgresql_url: str, broker: str) -> None:
    """A receiver fails twice and then accepts; the waits are the broker's."""
    with receiver(204, 500, 503, 204) as there:
        environ = {
            "MYAPP_DATABASE_URL": postgresql_url,
            "MYAPP_BROKER_URL": request.getfixturevalue(broker),
            "MYAPP_TASK_QUEUE": f"test-{uuid.uuid4().hex}",
            "MYAPP_TRUSTED_WEBHOOK_HOSTS": there.host,
            "MYAPP_WEBHOOK_RETRY_SECONDS": "1",
        }
        with gunicorn(tmp_path, **environ) as server, worker(tmp_path, **environ):
            delivered_at_the_third_attempt(server.url, postgresql_url, there)
    forget(environ["MYAPP_BROKER_URL"], environ["MYAPP_TASK_QUEUE"])


@pytest.mark.parametrize(
    ("broker", "timeout"), [("redis_url", {"VISIBILITY_TIMEOUT": "2"}), ("rabbitmq_url", {})], ids=["redis", "rabbitmq"]
)
def test_a_killed_worker(
    request: pytest.FixtureRequest,
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    broker: str,
    timeout: dict[str, str],
) -> None:
    """`kill -9` in the middle of a report: RabbitMQ gives it to the next worker, Redis after its visibility timeout."""
    queue, url = f"test-{uuid.uuid4().hex}", request.getfixturevalue(broker)
    app = make_app(replace(settings, broker_url=url, task_queue=queue))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    environ = {"MYAPP_BROKER_URL": url, "MYAPP_TASK_QUEUE": queue, **timeout}
    with asked(app.test_client(), settings.data_dir, **environ) as (report, worker):
        worker.process.kill()
        worker.process.wait()
        # On Redis a worker looks for what has been taken too long when it starts, and then every hundred seconds.
        time.sleep(float(timeout.get("VISIBILITY_TIMEOUT", 0)) + 0.5)
        with running_worker(settings.data_dir, APP, **environ):
            under_way(settings.data_dir, 2)
            (settings.data_dir / "go-on").touch()
            report.until("done")
    forget(url, queue)


def forget(url: str, queue: str) -> None:
    """Leave no queue behind on a broker that others use."""
    if url.startswith("redis"):
        with Redis.from_url(url) as client:
            for key in client.scan_iter(f"*{queue}*"):
                client.delete(key)
        return
    with Connection(url) as connection:
        for name in (queue, f"{queue}_webhooks"):
            bound = Queue(name, Exchange(name))(connection.default_channel)
            bound.delete()
            bound.exchange.delete()
