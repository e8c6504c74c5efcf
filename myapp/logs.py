"""Request ids and log lines.

Every request has an id: the caller's X-Request-ID when it is a sane one, else a new one. The response carries it, every
log line written while the request is served shows it, and gunicorn's access log (deploy/gunicorn.conf.py) repeats it
with the duration, so that one search finds all that a request did on either side of a proxy. With MYAPP_LOG_FORMAT=json
every line is a JSON object (myapp.json_lines), in gunicorn's master and in Celery too.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid

from flask import Flask, Response, g, has_app_context, has_request_context, request

from .json_lines import JsonLines
from .settings import LogFormat, Settings

HEADER = "X-Request-ID"
FORMAT = "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"

# What common proxies and tracers make. Anything else could forge a line of the log or fill it.
_SANE = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
# What some reader takes for the end of a line, and other control characters, which a terminal obeys.
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")

logger = logging.getLogger(__name__)


class RequestIdFilter(logging.Filter):
    """Puts `request_id` on every record that passes: the request's, or that of what it left to be done; else "-".

    Within a request also its `method` and `path`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, with its id."""
        record.request_id = g.get("request_id", "-") if has_app_context() else "-"
        if has_request_context():
            record.method, record.path = request.method, request.path
        return True


class TextLines(logging.Formatter):
    """One line of text a record, and any traceback below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line. A line break in a message is escaped, so it can't forge another line."""
        return _BREAKS.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))


class RequestHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """The application's handler on the root logger; its own class, so that it is there only once."""

    def __init__(self, log_format: LogFormat = LogFormat.TEXT) -> None:
        super().__init__()
        self.setFormatter(JsonLines() if log_format is LogFormat.JSON else TextLines(FORMAT))
        # On the handler, not on a logger: a logger's filter doesn't see what other loggers hand up to it.
        self.addFilter(RequestIdFilter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write to whatever is standard error now."""
        self.stream = sys.stderr
        super().emit(record)


def configure(settings: Settings) -> None:
    """Send the whole process's log to standard error. A second application in the process only sets the level."""
    root = logging.getLogger()
    if not any(isinstance(handler, RequestHandler) for handler in root.handlers):
        root.addHandler(RequestHandler(settings.log_format))
    logging.getLogger("myapp").setLevel(settings.log_level)
    # It warns of every broken body; that is the client's fault, who gets a 400, and the access log has it.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def init_app(app: Flask, settings: Settings) -> None:
    """Give every request of the application an id."""
    configure(settings)
    app.before_request(_begin)
    app.after_request(_finish)


def request_id() -> str:
    """Return the id of the request being served. Raises RuntimeError outside one."""
    return str(g.request_id)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
    g.request_began = time.perf_counter()


def _finish(response: Response) -> Response:
    # An error handler of Flask's own may answer before _begin ran, for a host or an URL that it refuses.
    if "request_id" in g:
        response.headers[HEADER] = g.request_id
        if logger.isEnabledFor(logging.DEBUG):
            spent = (time.perf_counter() - g.request_began) * 1000
            end = {"status": response.status_code, "duration_ms": round(spent, 1)}
            logger.debug("%s %s -> %d in %.1f ms", request.method, request.path, response.status_code, spent, extra=end)
    return response
