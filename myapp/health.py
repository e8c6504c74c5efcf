"""Health for load balancers and process managers: a plain Flask blueprint beside the API's documents.

`/health` says that the process answers, and touches nothing else: a restart heals no database. `/health/ready` says
whether the process can do its work, with status 503 when not, so that a balancer sends requests elsewhere.
"""

from __future__ import annotations

import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .extensions import db
from .settings import Settings

bp = Blueprint("health", __name__, url_prefix="/health")
logger = logging.getLogger(__name__)

BROKER_TIMEOUT = 1.0
_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


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
    """Say whether the database, and the broker if one is configured, can be reached."""
    settings: Settings = current_app.extensions["settings"]
    checks = {"database": _database_answers()}
    if settings.broker_url:
        checks["broker"] = _accepts_connections(settings.broker_url)
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


def _accepts_connections(url: str) -> bool:
    """Tell whether something listens at a broker's address; a closer look needs the broker's own client."""
    parts = urlsplit(url)
    address = (parts.hostname or "localhost", parts.port or _PORTS[parts.scheme])
    try:
        socket.create_connection(address, BROKER_TIMEOUT).close()
    except OSError as error:
        logger.warning("the broker at %s:%d is not ready: %s", *address, error)
        return False
    return True
