"""An async context manager for code outside the event loop: entered and left by one task.

`asyncio.timeout`, task groups and AnyIO's cancel scopes insist on that, and FastAPI grants it: a `yield` dependency or
a lifespan that holds one open works there and here. https://fastapi.tiangolo.com/advanced/events/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import Context, copy_context
from typing import Any

Wait = Callable[[Callable[..., Any]], Callable[..., Any]]


@contextmanager
def held_open(manager: AbstractAsyncContextManager[Any], wait: Wait) -> Iterator[Any]:
    """Yield what `manager` gives.

    In: the manager, and the bridge that makes a plain function of an async one (`Flask.async_to_sync`). Raises what
    entering or leaving raises. The block's error is thrown in at the manager's `yield`; what is no Exception (the
    server kills the request) cancels it, as FastAPI cancels the task of a client that has gone.
    """
    holder = _Holder(manager)
    value = wait(holder.enter)()
    try:
        yield value
    except BaseException as error:
        if not wait(holder.leave)(error):
            raise
    else:
        wait(holder.leave)(None)


class _Holder:
    """The task that is inside the manager, and what wakes it up to leave."""

    def __init__(self, manager: AbstractAsyncContextManager[Any]) -> None:
        self.manager = manager
        self.context: Context | None = None

    async def enter(self) -> Any:
        loop = asyncio.get_running_loop()
        self.entered: asyncio.Future[Any] = loop.create_future()
        self.leaving: asyncio.Future[None] = loop.create_future()
        self.task = loop.create_task(self._hold())
        await asyncio.wait((self.task, self.entered), return_when=asyncio.FIRST_COMPLETED)
        if not self.entered.done():
            await self.task  # raises what entering raised
            raise RuntimeError("generator didn't yield")
        if self.context is not None:
            adopt(self.context)
        return self.entered.result()

    async def leave(self, error: BaseException | None) -> bool:
        """Whether the manager kept the error to itself."""
        if error is None:
            self.leaving.set_result(None)
        elif isinstance(error, Exception) and not isinstance(error, StopIteration):  # which no future can carry
            self.leaving.set_exception(error)
        else:
            self.task.cancel()
            await asyncio.wait((self.task,))
            return False
        try:
            await self.task
        except Exception as raised:
            if raised is error:
                return False
            raise
        return error is not None

    async def _hold(self) -> None:
        async with self.manager as value:
            self.context = copy_context()
            self.entered.set_result(value)
            await self.leaving


def adopt(context: Context) -> None:
    """Set the context variables of this context to what they are in another one.

    What an async function sets is seen by the one that is called after it, as if both had run in one task.
    """
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)


_UNSET = object()
