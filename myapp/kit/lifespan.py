"""`Api(lifespan=...)`: one context manager around the life of each process that serves the application.

Pairs https://fastapi.tiangolo.com/advanced/events/ with the hooks of whatever runs the process:

- gunicorn: `post_worker_init` and `worker_exit` in deploy/gunicorn.conf.py call `startup` and `shutdown`;
- Celery: `worker_process_init` and `worker_process_shutdown` do;
- `flask run` and servers without hooks: before the first request, and when the interpreter ends;
- tests: `with TestClient(app):` of `myapp.kit.testing`, as FastAPI's, or `with app_lifespan(app):` around any client.
  Without it nothing is entered, as there.

A failure at the start leaves the process unable to serve: gunicorn's worker ends with the error, and so does its
master.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.local import LocalProxy

from .async_context import held_open

LifespanManager = AbstractContextManager[Any] | AbstractAsyncContextManager[Any]
Lifespan = Callable[[Flask], LifespanManager]


class Life:
    """The lifespan of one application in one process. A forked child has entered nothing yet."""

    def __init__(self, lifespan: Lifespan | None) -> None:
        self.lifespan = lifespan
        self.state: Mapping[str, Any] = {}
        self._stack = ExitStack()
        self._pid = 0
        self._lock = threading.Lock()

    @property
    def entered(self) -> bool:
        """Whether this process has entered it and not left."""
        return self._pid == os.getpid()

    def startup(self, app: Flask) -> Mapping[str, Any]:
        """Enter, unless this process has; return what was yielded. Raises what the lifespan raises."""
        with self._lock:
            if not self.entered:
                stack = ExitStack()
                state = stack.enter_context(_manager(self.lifespan(app), app)) if self.lifespan is not None else None
                # Not the parent's stack, if this process was forked: what it holds is the parent's to end.
                self._stack, self.state, self._pid = stack, dict(state or {}), os.getpid()
            return self.state

    def shutdown(self) -> None:
        """Leave, if this process has entered. Raises what the lifespan raises."""
        with self._lock:
            if self.entered:
                atexit.unregister(self.shutdown)
                self._pid, self.state = 0, {}
                self._stack.close()


def _manager(manager: LifespanManager, app: Flask) -> AbstractContextManager[Any]:
    if isinstance(manager, AbstractAsyncContextManager):
        return held_open(manager, app.async_to_sync)
    return manager


def init_lifespan(app: Flask, lifespan: Lifespan | None) -> None:
    """Keep the application's lifespan; `Api.init_app` does this."""
    app.extensions["lifespan"] = Life(lifespan)
    if lifespan is not None:
        app.before_request(_enter_at_the_latest)


def startup(app: Flask) -> Mapping[str, Any]:
    """Enter the lifespan of an application in this process, once; return the state that it yielded.

    For the hooks of a server or of Celery. Every operation is read first, so that the first request need not wait for
    it, and a server with a signature that can't be read does not start. Raises TypeError for one, and what the lifespan
    raises.
    """
    app.extensions["api"].path_operations()
    return _life(app).startup(app)


def shutdown(app: Flask) -> None:
    """Leave the lifespan in this process, if it was entered here. Raises what the lifespan raises.

    Mounted ASGI applications leave theirs first.
    """
    try:
        for mounted in app.extensions.get("kit.asgi", ()):
            mounted.shutdown()
    finally:
        _life(app).shutdown()


@contextmanager
def app_lifespan(app: Flask) -> Iterator[Mapping[str, Any]]:
    """The lifespan around a block, for tests and scripts; yields the state."""
    try:
        yield startup(app)
    finally:
        shutdown(app)


def can_enter(app: Flask) -> bool:
    """Whether the application has an `Api` and this process is not within its lifespan."""
    return "lifespan" in app.extensions and not _life(app).entered


def _life(app: Flask) -> Life:
    life: Life = app.extensions["lifespan"]
    return life


def _enter_at_the_latest() -> None:
    """A server is serving and none of its hooks has entered; Werkzeug's test client is no server."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    life = _life(app)
    if not life.entered and "SERVER_SOFTWARE" in request.environ:
        life.startup(app)
        atexit.register(life.shutdown)


def request_state() -> SimpleNamespace:
    """The current request's own `state`, not a proxy for it."""
    if "kit_state" not in g:
        g.kit_state = SimpleNamespace(**_life(current_app).state)
    namespace: SimpleNamespace = g.kit_state
    return namespace


#: FastAPI's `request.state`: begins with what the lifespan yielded; what a request sets is seen by that request only.
state: Any = LocalProxy(request_state)
