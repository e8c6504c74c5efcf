"""Celery: made from the settings, on disk by default, on Redis or RabbitMQ by `MYAPP_BROKER_URL` alone.

An application has its own Celery object (`app.extensions["celery"]`), whose tasks run in its application context;
`shared_task` declares tasks that every such object has. `enqueue` hands a task over together with the id of the request
that asked for it, or raises `BrokerUnavailable`: no message is dropped in silence.

There are two queues, `tasks` and `webhooks`. A worker takes both; two workers, one with `-Q tasks` and one with
`-Q webhooks`, keep reports and mail from waiting for receivers that let each call last its ten seconds.

A task whose process dies is run again: Celery sends it anew when a worker has lost a child, and the broker hands it out
again when the whole worker is gone. A task that costs its process every time is given up: it fails like one that raised
(`celery.signals.task_failure`).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from celery import Celery, Task
from celery.exceptions import Reject
from celery.schedules import crontab
from flask import Flask, g
from kombu import Exchange, Queue
from kombu.exceptions import KombuError

from . import queue_on_disk
from .settings import Settings

#: Seconds after which Redis hands a message to another worker if the first has not finished: longer than any task.
VISIBILITY_TIMEOUT = 3600
TASK_TIME_LIMIT = 600
#: Seconds between two looks at what the outbox still holds.
RELAY_EVERY = 30
BROKER_TIMEOUT = 2
#: Seconds until a task whose process died is run again.
RETRY_DELAY = 1

logger = logging.getLogger(__name__)


class BrokerUnavailable(Exception):
    """The broker can't be reached; nothing was handed over."""


def make_celery(settings: Settings, task_class: type[Task] = Task) -> Celery:
    """Return a Celery object for these settings; opens no connection and makes no file."""
    celery = Celery("myapp", task_cls=task_class, set_as_current=False)
    folder = settings.data_dir / "celery"
    celery.conf.update(
        _broker(settings.broker_url, folder),
        **_results(settings.result_backend, folder),
        beat_schedule={
            "clean up reports": {"task": "reports.clean_up", "schedule": crontab(hour=3, minute=30)},
            "clean up deliveries": {"task": "webhooks.clean_up", "schedule": crontab(hour=3, minute=40)},
            "clean up logins": {"task": "accounts.clean_up", "schedule": crontab(hour=3, minute=50)},
            # Where no worker runs, these must not pile up.
            "send webhooks": {"task": "webhooks.relay", "schedule": RELAY_EVERY, "options": {"expires": RELAY_EVERY}},
        },
        beat_schedule_filename=str(folder / "schedule"),
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=BROKER_TIMEOUT,
        # One more try, for a connection that the broker closed since its last use; then the client hears of it.
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
        task_acks_late=True,
        # A child that is killed by the system ends like this. Sent anew at most `max_retries` times; should that fail,
        # the message goes back to the broker.
        task_retry_on_worker_lost=True,
        task_reject_on_worker_lost=True,
        task_time_limit=TASK_TIME_LIMIT,
        task_default_queue=settings.task_queue,
        task_queues=[_queue(settings.task_queue, "tasks"), _queue(f"{settings.task_queue}_webhooks", "webhooks")],
        task_routes={"webhooks.deliver": {"queue": "webhooks"}},
        # With late acknowledgement: what waits behind a long task belongs to whoever is free.
        worker_prefetch_multiplier=1,
        worker_concurrency=2,
        worker_hijack_root_logger=False,
        timezone="UTC",
    )
    return celery


def _queue(name: str, alias: str) -> Queue:
    # The alias is what `celery worker -Q` calls it, whatever MYAPP_TASK_QUEUE says.
    return Queue(name, Exchange(name), routing_key=name, alias=alias)


def _broker(url: str, folder: Path) -> dict[str, Any]:
    if not url:
        options = queue_on_disk.transport_options(folder)
        # Remote control is fan-out to all workers, which the embedded broker doesn't have.
        return {
            "broker_url": queue_on_disk.URL,
            "broker_transport_options": options,
            "worker_enable_remote_control": False,
        }
    if url.startswith("redis"):
        options = {"visibility_timeout": VISIBILITY_TIMEOUT, "socket_connect_timeout": BROKER_TIMEOUT}
    else:
        # RabbitMQ says of each message that it has it.
        options = {"confirm_publish": True}
    return {"broker_url": url, "broker_transport_options": options}


def _results(url: str, folder: Path) -> dict[str, Any]:
    if not url:
        url = f"db+sqlite:///{folder / 'results.sqlite3'}"
    # The driver that is installed; SQLAlchemy would take the bare name for psycopg2.
    url = url.replace("db+postgresql://", "db+postgresql+psycopg://", 1)
    # Tables are made by whoever first stores a result, not by each process that might.
    return {"result_backend": url, "database_create_tables_at_setup": False}


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its Celery object, and the broker and the results a folder. Raises OSError if it can't."""
    (settings.data_dir / "celery").mkdir(parents=True, exist_ok=True, mode=0o700)

    class AppTask(Task):  # type: ignore[misc]
        """A task in this application's context."""

        flask_app = app
        max_retries = 3
        default_retry_delay = RETRY_DELAY

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            losses = self.request.get(queue_on_disk.LOSSES_HEADER) or 0
            if losses >= queue_on_disk.MOST_LOSSES:
                raise Reject(f"{losses} processes that had it are gone", requeue=False)
            with app.app_context():
                g.request_id = (self.request.headers or {}).get("request_id") or self.request.id
                return self.run(*args, **kwargs)

    app.extensions["celery"] = make_celery(settings, AppTask)


def enqueue(
    celery: Celery, task: Task, *args: Any, request_id: str | None = None, countdown: float | None = None
) -> str:
    """Hand a task to the workers; return the message's id.

    In: a shared task, its arguments (JSON), the request's id, which the task's log lines will carry, and the seconds
    that it has to wait. Raises BrokerUnavailable when the broker does not take the message within seconds.
    """
    options = {} if countdown is None else {"countdown": countdown}
    try:
        sent = celery.tasks[task.name].apply_async(args, headers={"request_id": request_id}, **options)
    except (KombuError, OSError) as error:
        # The reason is for the log: it names hosts.
        logger.error("the broker took no message: %s", error)
        raise BrokerUnavailable from error
    return str(sent.id)


def reachable(celery: Celery) -> bool:
    """Tell whether the broker can be reached now; the reason goes to the log."""
    try:
        with celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
        folder = celery.conf.broker_transport_options.get("folder")
        if folder is not None and not os.access(Path(folder, "messages"), os.W_OK):
            raise PermissionError(f"{folder} can't be written")
    except (KombuError, OSError) as error:
        logger.warning("the broker is not ready: %s", error)
        return False
    return True
