"""`BackgroundTasks` and `BackgroundTask`: functions to call once the response has been sent, in the same process.

Pairs https://fastapi.tiangolo.com/tutorial/background-tasks/ with Werkzeug's `Response.call_on_close`, by way of
`myapp.kit.after`. The order of events is FastAPI's: the response is sent, the tasks run one after the other, `yield`
dependencies of scope "request" end. A task that fails stops those after it; the dependencies see its exception, and the
server logs it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from flask import current_app

P = ParamSpec("P")


class BackgroundTask:
    """A function, or an async function, and the arguments to call it with after the response that has it.

    `JSONResponse(..., background=BackgroundTask(send_mail, address))`. It runs in an application context, without the
    request's.
    """

    def __init__(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        self.func, self.args, self.kwargs = func, args, kwargs
        self.is_async = _is_async(func)

    def __call__(self) -> None:
        """Call the function. Raises what it raises."""
        call = current_app.async_to_sync(self.func) if self.is_async else self.func
        call(*self.args, **self.kwargs)


class BackgroundTasks(BackgroundTask):
    """What a view and its dependencies want done after the response; a request has one, shared by all who ask for it.

    Used as an argument of this type; nothing runs when the request fails before there is a response, or when the view
    returns a response with a `background` of its own. That may be one made by hand of several BackgroundTasks.
    """

    def __init__(self, tasks: Sequence[BackgroundTask] | None = None) -> None:
        self.tasks = list(tasks or ())

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call `func`, a function or an async function, with these arguments after the response has been sent."""
        self.tasks.append(BackgroundTask(func, *args, **kwargs))

    def __call__(self) -> None:
        """Run the tasks in the order they were added. Raises what one of them raises; those after it do not run."""
        for task in self.tasks:
            task()


def _is_async(func: Any) -> bool:
    while isinstance(func, functools.partial):
        func = func.func
    return inspect.iscoroutinefunction(func) or inspect.iscoroutinefunction(getattr(func, "__call__", None))  # noqa: B004
