"""The two sides of one application, called as their servers would, with no client in between.

`Twins.happened` sends a request through httpx, and through Starlette's client, which starts a task and crosses threads
for every message. A table of thousands of requests calls the ASGI application from one event loop, and the WSGI
application as it is; what is noted, and what is answered, are the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from tests.kit.both import COMPARED, Twins, _RecordingASGI, _RecordingWSGI

#: An exception that left the application before an answer began: the server answers it.
UNANSWERED = (0, Headers(), b"")
Happened = tuple[list[Any], dict[str, Any]]


class Direct:
    """Sends GET requests to both sides of `twins`; a context manager, which has the event loop."""

    def __init__(self, twins: Twins) -> None:
        self.twins = twins
        self.asgi = _RecordingASGI(twins.fastapi_lib.app, twins.fastapi_lib.note)
        self.wsgi = _RecordingWSGI(twins.flask_lib.app, twins.flask_lib.note)
        self.runner = asyncio.Runner()

    def __enter__(self) -> Direct:
        self.runner.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.runner.__exit__(kind, error, at)

    def happened(self, path: str, query: str = "") -> list[Happened]:
        """What happened with Flask, and what with FastAPI: events, and the answer."""
        result = []
        for lib, answer in ((self.twins.flask_lib, self._flask), (self.twins.fastapi_lib, self._fastapi)):
            lib.events.clear()
            status, headers, body = answer(path, query)
            kept = {name: headers.getlist(name) for name in COMPARED if name in headers}
            result.append((list(lib.events), {"status": status, "headers": kept, "body": body}))
        return result

    def _fastapi(self, path: str, query: str) -> tuple[int, Headers, bytes]:
        return self.runner.run(self._ask(path, query))

    async def _ask(self, path: str, query: str) -> tuple[int, Headers, bytes]:
        messages: list[Any] = []
        requests = [{"type": "http.request", "body": b""}]
        answered = asyncio.Event()

        async def receive() -> Any:
            if requests:
                return requests.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        scope = {
            **{"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1"},
            **{"method": "GET", "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http"},
            **{"query_string": query.encode(), "headers": [(b"host", b"testserver")]},
            **{"client": ("127.0.0.1", 1), "server": ("testserver", 80)},
        }
        with suppress(Exception):  # a server logs it
            await self.asgi(scope, receive, send)
        if not messages:
            return UNANSWERED
        start, *rest = messages
        headers = Headers((name.decode(), value.decode("latin-1")) for name, value in start["headers"])
        return start["status"], headers, b"".join(message.get("body", b"") for message in rest)

    def _flask(self, path: str, query: str) -> tuple[int, Headers, bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = [int(status[:3]), Headers(headers)]

        environ = EnvironBuilder(path, base_url="http://testserver", query_string=query).get_environ()
        try:
            body = self.wsgi(environ, start_response)
        except Exception:
            return UNANSWERED
        content = b"".join(body)
        body.close()  # type: ignore[attr-defined]
        return started[0], started[1], content


@contextmanager
def unlogged() -> Iterator[None]:
    """Nobody reads the traces of errors that a table raises by the thousand."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
