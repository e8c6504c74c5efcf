"""The Celery entry point.

    celery -A myapp.celery_app worker
    celery -A myapp.celery_app beat

A worker's main process only hands out tasks; its children, forked from it, run them, each with database connections and
a lifespan of its own.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery, signals

from myapp import create_app, logs
from myapp.database import leave_connections
from myapp.kit import lifespan

flask_app = create_app()
celery: Celery = flask_app.extensions["celery"]
celery.set_default()


@signals.setup_logging.connect
def configure_logs(**_: Any) -> None:
    """Write what Celery says in the form of the rest, with the request's id; Celery then configures nothing."""
    settings = flask_app.extensions["settings"]
    logs.configure(settings)
    logging.getLogger("celery").setLevel(settings.log_level)


@signals.worker_process_init.connect
def begin(**_: Any) -> None:
    """Prepare a child."""
    leave_connections(flask_app)
    lifespan.startup(flask_app)


@signals.worker_process_shutdown.connect
def end(**_: Any) -> None:
    """End what a child has prepared."""
    lifespan.shutdown(flask_app)
