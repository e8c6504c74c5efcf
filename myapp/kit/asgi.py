"""`ASGIApplication(...)`: an ASGI application as a WSGI one, to be mounted.

Pairs https://fastapi.tiangolo.com/advanced/wsgi/ with a2wsgi, the other way round, and adds what an ASGI server does
besides requests: the lifespan (https://asgi.readthedocs.io/en/latest/specs/lifespan.html) and the state that it yields.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from contextvars import Context
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")


class ASGIApplication:
    """An ASGI application as a WSGI one, imported at its first request: `ASGIApplication("package.module:app")`.

    `source` may be a function that returns the application instead. Its lifespan is entered before the first request,
    and left when the process ends or `shutdown` is called, as `myapp.kit.lifespan.shutdown` does for what is mounted.
    Needs a2wsgi. Where the module or what it imports is not installed, requests are answered with 503 and the reason.
    """

    def __init__(self, source: str | Callable[[], Any]) -> None:
        self.source = source
        self._running: _Running | None = None
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises RuntimeError when the application's lifespan fails to start."""
        try:
            running = self._running or self._started()
        except ImportError as error:
            return Response(f"Not installed: {error}\n", 503, mimetype="text/plain")(environ, start_response)
        return running.wsgi(environ, start_response)

    def shutdown(self) -> None:
        """Leave the lifespan, if it was entered; a later request enters it anew."""
        with self._lock:
            if self._running is not None:
                atexit.unregister(self.shutdown)
                self._running.stop()
                self._running = None

    def _started(self) -> _Running:
        with self._lock:
            if self._running is None:
                self._running = _Running(self._load())
                # For servers without hooks.
                atexit.register(self.shutdown)
            return self._running

    def _load(self) -> Any:
        if not isinstance(self.source, str):
            return self.source()
        module, _, name = self.source.partition(":")
        return getattr(import_module(module), name)


class _Running:
    """An application within its lifespan, on an event loop of its own."""

    def __init__(self, app: Any) -> None:
        from a2wsgi import ASGIMiddleware

        self._app = app
        self._state: dict[str, Any] = {}
        # A loop keeps the context that it is made in, and a request's context holds the request.
        self._loop = Context().run(asyncio.new_event_loop)
        self._thread = Thread(target=self._loop.run_forever, name="asgi", daemon=True)
        self._thread.start()
        self.wsgi: WSGIApplication = ASGIMiddleware(self._answer, loop=self._loop)  # type: ignore[assignment,arg-type]
        try:
            self._run(self._startup())
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        try:
            self._run(self._shutdown())
        finally:
            self._end()

    async def _answer(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await self._app({**scope, "state": self._state.copy()}, receive, send)

    async def _startup(self) -> None:
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._lifespan: asyncio.Task[None] | None = asyncio.create_task(self._live())
        await self._events.put({"type": "lifespan.startup"})
        answer = await self._answers.get()
        if answer["type"] == "lifespan.startup.failed":
            raise RuntimeError(f"the lifespan of a mounted application failed: {answer.get('message', '')}")
        if answer["type"] == "none":
            self._lifespan = None

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        # An application that raises knows no lifespan, which the specification allows; one that fails has said so.
        with suppress(Exception):
            await self._app(scope, self._events.get, self._answers.put)
        await self._answers.put({"type": "none"})

    async def _shutdown(self) -> None:
        if self._lifespan is not None:
            await self._events.put({"type": "lifespan.shutdown"})
            answer = await self._answers.get()
            if answer["type"] == "lifespan.shutdown.failed":
                raise RuntimeError(f"a mounted application failed to end: {answer.get('message', '')}")

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
