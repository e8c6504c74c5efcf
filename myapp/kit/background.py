"""`BackgroundTasks`: functions to call once the response has been sent, in the same process.

Pairs https://fastapi.tiangolo.com/tutorial/background-tasks/ with Werkzeug's `Response.call_on_close`, by way of
`myapp.kit.after`. The order of events is FastAPI's: the response is sent, the tasks run one after the other, `yield`
dependencies of scope "request" end. A task that fails stops those after it; the dependencies see its exception, and the
server logs it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec

from flask import current_app

P = ParamSpec("P")


class BackgroundTasks:
    """What a view and its dependencies want done after the response; a request has one, shared by all who ask for it.

    Used as an argument of this type. The tasks run in an application context, without the request's; nothing runs when
    the request fails before there is a response.
    """

    def __init__(self) -> None:
        self.tasks: list[Callable[[], Any]] = []

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call `func`, a function or an async function, with these arguments after the response has been sent."""
        call = _in_this_application(func) if _is_async(func) else func
        self.tasks.append(functools.partial(call, *args, **kwargs))

    def __call__(self) -> None:
        """Run the tasks in the order they were added. Raises what one of them raises; those after it do not run."""
        for task in self.tasks:
            task()


def _is_async(func: Any) -> bool:
    while isinstance(func, functools.partial):
        func = func.func
    return inspect.iscoroutinefunction(func) or inspect.iscoroutinefunction(getattr(func, "__call__", None))  # noqa: B004


def _in_this_application(func: Callable[..., Any]) -> Callable[..., Any]:
    """`func` awaited by the bridge of the application that runs the task (`Flask.async_to_sync`)."""

    def run(*args: Any, **kwargs: Any) -> Any:
        return current_app.async_to_sync(func)(*args, **kwargs)

    return run
