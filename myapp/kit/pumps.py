"""Who runs a generator while its response goes out, so that the server can wait for the next chunk, or not any longer.

A server asks a WSGI response for one chunk after the other. `InlinePump` runs a plain generator right there. When a
ping is due while the generator is silent, somebody else has to run it: `ThreadPump` has a thread do that, a greenlet
under gevent; `TaskPump` has one task on the application's event loop run an async generator from its beginning to its
end, as FastAPI does. Both keep no more than one chunk ahead of the client.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Protocol

from .event_loop import under_gevent


class Pump(Protocol):
    """Runs one generator."""

    def receive(self, timeout: float | None) -> bytes | None:
        """The next chunk; None when none came within `timeout` seconds.

        The first call starts the generator. Raises what the generator raised, or StopIteration when it has ended.
        """

    def close(self) -> None:
        """End the generator, so that its `finally` runs, and return when it has."""


@dataclass(frozen=True)
class _End:
    error: BaseException | None

    def reach(self) -> None:
        raise StopIteration if self.error is None else self.error


class InlinePump:
    """Runs a generator where it is asked for a chunk; it knows no timeout."""

    def __init__(self, chunks: Generator[bytes], context: Context) -> None:
        self._chunks = chunks
        self._context = context

    def receive(self, timeout: float | None) -> bytes | None:
        """See `Pump`."""
        return self._context.run(next, self._chunks)

    def close(self) -> None:
        """See `Pump`."""
        self._context.run(self._chunks.close)


class ThreadPump:
    """Runs a generator in a thread of its own, a greenlet under gevent."""

    def __init__(self, chunks: Generator[bytes], context: Context) -> None:
        self._chunks = chunks
        self._context = context
        self._ready: queue.Queue[bytes | _End] = queue.Queue()
        self._taken = threading.Semaphore(0)
        self._closed = False
        self._stop: Callable[[], None] | None = None

    def receive(self, timeout: float | None) -> bytes | None:
        """See `Pump`."""
        if self._stop is None:
            self._stop = self._start()
        try:
            got = self._ready.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(got, _End):
            got.reach()
            return None
        self._taken.release()
        return got

    def close(self) -> None:
        """See `Pump`. A greenlet is woken up; a thread can't be, so this waits for what the generator waits for."""
        self._closed = True
        self._taken.release()
        if self._stop is not None:
            self._stop()

    def _start(self) -> Callable[[], None]:
        if under_gevent():
            import gevent

            kill: Callable[[], None] = gevent.spawn(self._context.run, self._run).kill
            return kill
        thread = threading.Thread(target=self._context.run, args=(self._run,), name="stream", daemon=True)
        thread.start()
        return thread.join

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            with closing(self._chunks):
                for chunk in self._chunks:
                    self._ready.put(chunk)
                    self._taken.acquire()
                    if self._closed:
                        break
        except BaseException as raised:  # handed to the thread that serves the client
            error = raised
        self._ready.put(_End(error))


class TaskPump:
    """Runs an async generator in one task, so that what it holds open is closed by the task that opened it.

    `wait` is the bridge that makes a plain function of an async one (`Flask.async_to_sync`).
    """

    def __init__(
        self,
        chunks: AsyncGenerator[bytes],
        context: Context,
        wait: Callable[[Callable[..., Any]], Callable[..., Any]],
    ) -> None:
        self._chunks = chunks
        self._context = context
        self._wait = wait
        self._task: asyncio.Task[None] | None = None

    def receive(self, timeout: float | None) -> bytes | None:
        """See `Pump`."""
        got: bytes | _End | None = self._context.run(self._wait(self._receive), timeout)
        if isinstance(got, _End):
            got.reach()
            return None
        return got

    def close(self) -> None:
        """See `Pump`. The task is cancelled."""
        if self._task is not None:
            self._context.run(self._wait(self._leave))

    async def _receive(self, timeout: float | None) -> bytes | _End | None:
        if self._task is None:
            self._ready: asyncio.Queue[bytes | _End] = asyncio.Queue()
            self._taken = asyncio.Semaphore(0)
            self._task = asyncio.create_task(self._run())
        try:
            async with asyncio.timeout(timeout):
                got = await self._ready.get()
        except TimeoutError:
            return None
        self._taken.release()
        return got

    async def _leave(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _run(self) -> None:
        error: BaseException | None = None
        try:
            async with aclosing(self._chunks):
                async for chunk in self._chunks:
                    self._ready.put_nowait(chunk)
                    await self._taken.acquire()
        except BaseException as raised:  # handed to the thread that serves the client
            error = raised
        self._ready.put_nowait(_End(error))
