"""Celery whose children write down when they enter and leave the lifespan: celery -A tests.live.celery_lifespan …"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from myapp.blueprints.background_tasks import report
from myapp.celery_app import celery, flask_app
from tests.live.with_lifespan import LOG, write

__all__ = ["celery"]

count_days = report.count_days
life = flask_app.extensions["lifespan"]
lifespan = life.lifespan


@asynccontextmanager
async def written_lifespan(app: Flask) -> AsyncIterator[dict[str, Any]]:
    """The application's own, with a line before and after."""
    async with lifespan(app) as state:
        write("entered")
        yield state
    write("left")


def count_days_in_both(session: Session) -> dict[str, int]:
    """Wait until both children have a report under way."""
    write("ran")
    while len({line for line in LOG.read_text().splitlines() if line.startswith("ran")}) < 2:
        time.sleep(0.05)
    return count_days(session)


life.lifespan = written_lifespan
report.count_days = count_days_in_both
