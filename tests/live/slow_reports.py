"""Celery with a report that waits in the middle until a file allows it to go on: celery -A tests.live.slow_reports …"""

import os
import time
from pathlib import Path

from sqlalchemy.orm import Session

from myapp.blueprints.background_tasks import report
from myapp.celery_app import celery

__all__ = ["celery"]

FOLDER = Path(os.environ["MYAPP_DATA_DIR"])
VISIBILITY_TIMEOUT = os.environ.get("VISIBILITY_TIMEOUT")

count_days = report.count_days


def count_days_slowly(session: Session) -> dict[str, int]:
    """Say which process has come so far."""
    with (FOLDER / "under-way").open("a") as file:
        file.write(f"{os.getpid()}\n")
    while not (FOLDER / "go-on").exists():
        time.sleep(0.05)
    return count_days(session)


report.count_days = count_days_slowly
if VISIBILITY_TIMEOUT:
    celery.conf.broker_transport_options = {"visibility_timeout": int(VISIBILITY_TIMEOUT)}
