"""Log lines as JSON, one object a line, for machines that gather logs (`MYAPP_LOG_FORMAT=json`).

Pairs what FastAPI's advanced/settings and deployment pages leave to the server's logging configuration. The standard
library only, and nothing of this package: gunicorn's master (deploy/gunicorn.conf.py) loads this file by its path,
because importing `myapp` there would load Flask before the workers have patched the standard library for gevent.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# What a record may carry beside the message, in the order in which a line shows it.
FIELDS = ("request_id", "method", "path", "status", "duration_ms", "visitor", "task", "task_id")


class JsonLines(logging.Formatter):
    """Writes `time` (UTC), `level`, `logger` and `message`, those of FIELDS that a record has, and any `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON. A line break in a message is escaped, so it can't forge a line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        told = {**_of_celery(record), **_of_gunicorn(record), **record.__dict__}
        line |= {name: told[name] for name in FIELDS if told.get(name) not in (None, "-")}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def _of_gunicorn(record: logging.LogRecord) -> dict[str, Any]:
    """What gunicorn's access log knows of a request: its arguments are a mapping of one-letter names."""
    if record.name != "gunicorn.access" or not isinstance(record.args, Mapping):
        return {}
    atoms: Mapping[str, Any] = record.args
    path, status = atoms["U"], str(atoms["s"])  # None and "None" for a request that could not be read
    return {
        "request_id": atoms["{x-request-id}o"],
        "method": atoms["m"],
        # gunicorn has escaped quotes for a line of text.
        "path": path and path.replace('\\"', '"'),
        "status": int(status) if status.isdigit() else None,
        "duration_ms": int(atoms["D"]) / 1000,
        "visitor": atoms["h"],
    }


def _of_celery(record: logging.LogRecord) -> dict[str, Any]:
    """What Celery knows of a task, where it logs about one."""
    data = getattr(record, "data", None)
    if not record.name.startswith("celery.") or not isinstance(data, Mapping):
        return {}
    runtime = data.get("runtime")
    spent = {"duration_ms": round(runtime * 1000, 1)} if isinstance(runtime, float) else {}
    return {"task": data.get("name"), "task_id": data.get("id"), **spent}
