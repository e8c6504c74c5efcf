"""The Celery tasks, shared by both sides: the one makes a report, the other runs every night.

Both may run twice (a broker delivers at least once): a finished report stays as it is, and an unfinished one is written
anew under the same names. A report whose task fails says so, whatever the reason: an exception, the time limit, or that
its processes died one after the other.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import shared_task, signals
from flask import current_app
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from myapp.blueprints.background_tasks import report as posts_report
from myapp.blueprints.background_tasks.report import Counts
from myapp.extensions import db
from myapp.models import Report, ReportState, utcnow

KEPT_FOR = timedelta(days=7)
#: Longer than a task may take, waiting included.
GIVEN_UP_AFTER = timedelta(hours=6)
UNNEEDED = (ReportState.DONE, ReportState.FAILED)

logger = logging.getLogger(__name__)


def reports_folder(data_dir: Path, engine: Engine) -> Path:
    """Return where the files of one database's reports are: two databases count their reports each from 1."""
    return data_dir / "reports" / Path(engine.url.database or "memory").stem


# The row is the result: nobody waits for another one.
@shared_task(name="reports.make", ignore_result=True)
def make_report(report_id: int) -> None:
    """Count the posts and write both files; the row says how far it is."""
    with Session(db.engine) as session:
        report = session.get(Report, report_id)
        if report is None or report.state in UNNEEDED:
            logger.info("report %d needs no work", report_id)
            return
        _make(session, report, reports_folder(current_app.extensions["settings"].data_dir, db.engine))
    logger.info("report %d is done", report_id)


@signals.task_failure.connect
def give_up_report(sender: Any, args: Sequence[Any] = (), **_: Any) -> None:
    """Mark the report of a task that has failed for good, in its process or, when that was killed, in the worker's."""
    if sender.name != make_report.name:
        return
    failed = update(Report).where(Report.id == args[0], Report.state.not_in(UNNEEDED))
    with sender.flask_app.app_context(), Session(db.engine) as session:
        session.execute(
            failed.values(state=ReportState.FAILED, error="The report could not be made", finished_at=utcnow())
        )
        session.commit()


def _make(session: Session, report: Report, folder: Path) -> None:
    # Each step is committed: whoever asks sees how far it is, and SQLite is locked for milliseconds only.
    report.state, report.progress = ReportState.RUNNING, 10
    session.commit()
    counts = Counts(utcnow(), by_author=posts_report.count_authors(session))
    report.progress = 40
    session.commit()
    counts.by_day = posts_report.count_days(session)
    report.progress = 70
    session.commit()
    report.html_file, report.csv_file = f"report-{report.id}.html", f"report-{report.id}.csv"
    for made in (folder.parent, folder):
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / report.html_file, posts_report.as_html(counts))
    _write(folder / report.csv_file, posts_report.as_csv(counts))
    report.state, report.progress, report.finished_at = ReportState.DONE, 100, utcnow()
    session.commit()


def _write(path: Path, text: str) -> None:
    """Write a file so that nobody sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8", newline="")
    unfinished.replace(path)


@shared_task(name="reports.clean_up")
def clean_up_reports() -> int:
    """Delete old reports with their files, and give up those whose worker is gone; return how many were deleted."""
    folder = reports_folder(current_app.extensions["settings"].data_dir, db.engine)
    now = utcnow()
    with Session(db.engine) as session:
        lost = update(Report).where(
            Report.state.in_([ReportState.PENDING, ReportState.RUNNING]), Report.created_at < now - GIVEN_UP_AFTER
        )
        session.execute(lost.values(state=ReportState.FAILED, error="No worker finished it", finished_at=now))
        old = session.scalars(select(Report).where(Report.created_at < now - KEPT_FOR)).all()
        numbers = [report.id for report in old]
        for report in old:
            for name in (report.html_file, report.csv_file):
                if name is not None:
                    (folder / name).unlink(missing_ok=True)
        session.execute(delete(Report).where(Report.id.in_(numbers)))
        session.commit()
    logger.info("%d old reports deleted", len(numbers))
    return len(numbers)
