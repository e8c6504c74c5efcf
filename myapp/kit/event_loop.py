"""One event loop a process for every `async def` view and dependency, whatever worker runs the application.

Pairs https://fastapi.tiangolo.com/async/ with `Flask.async_to_sync`, Flask's hook for awaiting. Flask's own answer
(asgiref) starts a loop for each call, which fails under gevent when two requests overlap, since their greenlets share a
thread and a thread runs one loop at a time; and an async client could not keep its connections from one request to the
next. Here a native thread runs one loop; a request hands it the coroutine and waits: a thread by blocking, a greenlet
by letting others run.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import weakref
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any

from .async_context import adopt

try:
    from gevent import monkey
    from gevent.hub import Waiter, get_hub
except ImportError:  # the kit also runs where gevent is not installed
    monkey = None

Call = Callable[..., Any]


class EventLoop:
    """The loop of one application in one process; its thread starts with the first coroutine and ends with `self`.

    A process that was forked from one with a running loop starts its own.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self._starting = threading.Lock()

    def async_to_sync(self, func: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        """A function that calls `func`, an async function, and returns or raises what its coroutine does.

        The coroutine sees the caller's context variables, so `flask.request` and `current_app` work in it; what it sets
        is seen by the caller, and so by the coroutines after it.
        """

        def run(*args: Any, **kwargs: Any) -> Any:
            return self.run(func(*args, **kwargs))

        return run

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run one coroutine on the loop and return its result."""
        loop = self._running()
        contexts: list[Context] = []

        async def followed() -> Any:
            try:
                return await coroutine
            finally:
                contexts.append(copy_context())

        try:
            if under_gevent():
                return _wait_as_greenlet(loop, followed())
            return asyncio.run_coroutine_threadsafe(followed(), loop).result()
        finally:
            for context in contexts:
                adopt(context)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._pid != os.getpid():
            with self._starting:
                if self._loop is None or self._pid != os.getpid():
                    # A loop keeps the context that it is made in, and a request's context holds the request.
                    self._loop, self._pid = Context().run(_started_loop), os.getpid()
                    # The interpreter's end waits for no loop, as the thread is a daemon.
                    weakref.finalize(self, _stop, self._loop, self._pid).atexit = False
        return self._loop


def under_gevent() -> bool:
    """Whether threads are greenlets in this process (gunicorn's gevent worker patches the standard library)."""
    return monkey is not None and bool(monkey.is_module_patched("threading"))


_Native = socket.socket if monkey is None else monkey.get_original("socket", "socket")


class _UVLoopsSocket(_Native):  # type: ignore[misc, valid-type]
    """A socket that leaves its descriptor to uvloop.

    uvloop closes the descriptor, and then every socket that is not of the class it knows, gevent's here. By then the
    greenlets' thread may have accepted another client, with the same descriptor.
    """

    def close(self) -> None:
        """Forget the descriptor."""
        self.detach()


def native_socket(descriptor: int) -> socket.socket:
    """A socket for the event loop: the standard library's own, since gevent's belongs to the greenlets' thread."""
    return _UVLoopsSocket(fileno=descriptor) if under_gevent() else socket.socket(fileno=descriptor)


def _started_loop() -> asyncio.AbstractEventLoop:
    if not under_gevent():
        loop = asyncio.new_event_loop()
        threading.Thread(target=_run, args=(loop,), name="event loop", daemon=True).start()
        return loop
    # asyncio's loop would wait in gevent's selectors, which belong to the greenlets' thread; uvloop has its own.
    import uvloop

    loop = uvloop.new_event_loop()
    monkey.get_original("_thread", "start_new_thread")(_run, (loop,))
    return loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop, pid: int) -> None:
    # A forked process has the parent's loop without its thread.
    if pid == os.getpid():
        loop.call_soon_threadsafe(loop.stop)


def _wait_as_greenlet(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run the coroutine on a loop in another thread while this greenlet waits and the others of its thread go on.

    A lock or future of the standard library would not do: those are gevent's here, and know one thread only.
    """
    results: list[Any] = []
    errors: list[BaseException] = []
    tasks: list[asyncio.Task[None]] = []
    waiter = Waiter()
    watcher = get_hub().loop.async_()
    watcher.start(waiter.switch, None)

    async def settle() -> None:
        try:
            results.append(await coroutine)
        except BaseException as error:  # handed to the greenlet that waits
            errors.append(error)
        if watcher.active:
            watcher.send()

    try:
        loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(settle())))
        waiter.get()
    except BaseException:  # the greenlet was killed: gunicorn's timeout, say
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in tasks])
        raise
    finally:
        watcher.close()
    if errors:
        raise errors[0]
    return results[0]
