"""Health for load balancers and process managers: a plain Flask blueprint beside the API's documents.

`/health` says that the process answers, and touches nothing else: a restart heals no database. `/health/ready` says
whether the process can do its work, with status 503 when not, so that a balancer sends requests elsewhere.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from . import queue
from .extensions import db

bp = Blueprint("health", __name__, url_prefix="/health")
logger = logging.getLogger(__name__)


@bp.after_request
def never_cache(response: Any) -> Any:
    """Keep caches from answering for the application."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("")
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/ready")
def ready() -> tuple[dict[str, Any], int]:
    """Say whether the database, and Celery's broker can be reached."""
    checks = {"database": _database_answers(), "broker": queue.reachable(current_app.extensions["celery"])}
    healthy = all(checks.values())
    body = {
        "status": "ok" if healthy else "unavailable",
        "checks": {name: "ok" if well else "unreachable" for name, well in checks.items()},
    }
    return body, 200 if healthy else 503


def _database_answers() -> bool:
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        # The reason goes to the log: it names hosts and users, and anyone may ask for this page.
        logger.warning("the database is not ready: %s", error)
        return False
    return True
