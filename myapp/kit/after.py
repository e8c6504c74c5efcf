"""What is to happen once the response has been sent: background tasks, then the end of `yield` dependencies.

Pairs https://fastapi.tiangolo.com/advanced/advanced-dependencies/#dependencies-with-yield-and-streamingresponse with
Werkzeug's `Response.call_on_close`, which a WSGI server calls after the last byte, and when the client has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from flask import Flask, current_app, g
from werkzeug.wrappers import Response

#: What of `flask.g` is there again afterwards: the lines of one request's log belong together.
KEPT = ("request_id",)


def end_after_response(stack: ExitStack, *, of: str = "") -> None:
    """Keep what is to end once the response to the current request has been sent, before what is kept already.

    The `yield` dependencies of the operation `of` that name are open in `stack`. They see what went wrong, and must not
    keep it to themselves: that is an error of its own, as it is before the response.
    """

    def end(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if stack.__exit__(kind, error, trace):
            raise swallowed(of)

    _kept().push(end)


def run_after(response: Response, tasks: Callable[[], None]) -> None:
    """Run background tasks after this response to the current request, unless it brings its own `background`."""
    if getattr(response, "background", None) is None:
        response.background = tasks  # type: ignore[attr-defined]
        g.kit_given_tasks = response


def _kept() -> ExitStack:
    if "kit_ending" not in g:
        g.kit_ending = ExitStack()
    stack: ExitStack = g.kit_ending
    return stack


def swallowed(name: str) -> RuntimeError:
    """What the operation of this name raises when a dependency has left it with neither a response nor an error."""
    return RuntimeError(
        f"{name}(): a dependency with `yield` swallowed an exception; "
        "raise it again, or another one, after the clean-up"
    )


def hand_over(response: Response) -> Response:
    """Give what is to be closed to the response that goes out; the last of the `after_request` functions.

    Its background tasks run before that, unless it fails on its way.
    """
    tasks = _tasks_of(response)
    if tasks is not None:
        _kept().push(lambda kind, error, trace: tasks() if kind is None else None)
    stack: ExitStack | None = g.pop("kit_ending", None)
    if stack is None:
        return response
    end = _ending(current_app._get_current_object(), stack)  # type: ignore[attr-defined]
    # a server that is handed a file closes that, not the response
    response.direct_passthrough = False
    if response.is_streamed:
        response.response = _Watched(response.response, end)
    response.call_on_close(end)
    return response


def _tasks_of(response: Response) -> Callable[[], None] | None:
    """The `background` of the response, or of the operation's whose place it took.

    What an operation was given does not stay: a view may return one response again and again.
    """
    tasks: Callable[[], None] | None = getattr(response, "background", None)
    given = g.pop("kit_given_tasks", None)
    if given is not None:
        tasks = tasks or given.background
        given.background = None
    return tasks


def end_at_the_latest(error: BaseException | None) -> None:
    """Close what no response took over, because a hook failed before one was finished."""
    stack: ExitStack | None = g.pop("kit_ending", None)
    if stack is not None:
        stack.__exit__(type(error), error, None) if error is not None else stack.close()


def _ending(app: Flask, stack: ExitStack) -> Callable[..., None]:
    """Closes the stack, in which an `error` has happened or none; a second call finds nothing left to close.

    The request's contexts are gone by then; what is closed may still ask for the application.
    """

    kept = {name: g.get(name) for name in KEPT if name in g}

    def end(error: Exception | None = None) -> None:
        with app.app_context():
            for name, value in kept.items():
                setattr(g, name, value)
            if error is None:
                stack.close()
            else:
                stack.__exit__(type(error), error, error.__traceback__)

    return end


class _Watched:
    """The chunks of a streamed response; dependencies see the exception that ends them early, as the server does."""

    def __init__(self, chunks: Iterable[Any], failed: Callable[[Exception], None]) -> None:
        self._chunks = chunks
        self._iterator = iter(chunks)
        self._failed = failed

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._iterator)
        except StopIteration:
            raise
        except Exception as error:
            self._failed(error)
            raise

    def close(self) -> None:
        """Close the chunks, as Werkzeug would."""
        close: Callable[[], None] | None = getattr(self._chunks, "close", None)
        if close is not None:
            close()
