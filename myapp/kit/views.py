"""What `@operation(...)` makes of a function: a view for Flask, and for everybody else still that function.

Pairs https://fastapi.tiangolo.com/features/#python-types: FastAPI's decorators hand the function back, so that editors
and type checkers know its parameters and a test can call it. Flask needs a function that answers the request; this one
does so when Flask calls it for the request that led here, and is the decorated function at any other call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, Concatenate, Never, ParamSpec, Protocol, TypeVar, cast, overload

from flask import Request, current_app, has_request_context, request
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from .api import ApiState
    from .operation import Operation

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class View(Protocol[P, R_co]):
    """The type of a decorated function: its own parameters and result, and one that Flask's decorators take.

    Those ask for a function that returns what Flask can send; nobody can call the overload that says so.
    """

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(self, flasks: Never, /) -> Response: ...  # type: ignore[overload-cannot-match]

    @overload
    def __get__(self, instance: None, owner: type) -> View[P, R_co]: ...
    @overload
    def __get__(self: View[Concatenate[Any, Q], R_co], instance: object, owner: type) -> View[Q, R_co]: ...


def make_view(view: Callable[P, R], found: Operation) -> View[P, R]:
    """`view` with what its operation adds to it.

    The first call during a request whose URL leads here answers it: the arguments are what Flask, or a decorator
    between Flask and the operation, hands on, the result is a response. A call outside of requests, from another view,
    from a dependency or from the view itself gives what `view` returns. Raises RuntimeError in an application
    without `Api`. What Flask makes of a class has no parameters to read, so it is refused here with a TypeError.
    """
    if getattr(view, "__qualname__", "") == AS_VIEW:
        raise TypeError(
            f"{view.__name__}: @operation() belongs on the methods of a class-based view, or on its dispatch_request();"
            " not into `decorators`, nor around as_view()"
        )

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not has_request_context():
            return view(*args, **kwargs)
        current: Request = request._get_current_object()  # type: ignore[attr-defined]
        state: ApiState | None = current_app.extensions.get("api")
        if state is None:
            raise RuntimeError(f"{view.__qualname__}() is an operation: the application needs Api().init_app(app)")
        if ANSWERED in current.__dict__ or (operation := state.path_operation(found, current.url_rule)) is None:
            return view(*args, **kwargs)
        current.__dict__[ANSWERED] = operation
        try:
            return operation.respond(state, args, kwargs)
        finally:
            # A decorator around the operation may try again.
            del current.__dict__[ANSWERED]

    wrapper.operation = found  # type: ignore[attr-defined]
    _note_definition(view, found)
    return cast("View[P, R]", wrapper)


def _note_definition(view: Callable[..., Any], found: Operation) -> None:
    """Say in a function that `@operation` is part of its definition, so that it is not meant to be served without.

    The definition is the statement being executed: a later `operation()(view)` leaves the view as it was for others.
    """
    definition = getattr(inspect.unwrap(view), "__code__", None)
    frame = inspect.currentframe()
    while frame is not None and not any(constant is definition for constant in frame.f_code.co_consts):
        frame = frame.f_back
    if definition is None or definition.co_name == "<lambda>" or frame is None:
        return
    last = max(line or 0 for _, _, line in definition.co_lines())
    if definition.co_firstlineno <= frame.f_lineno <= last:
        function: Any = view
        while isinstance(function, FunctionType):
            setattr(function, DEFINED_WITH, found)
            function = getattr(function, "__wrapped__", None)


#: The attribute of a function whose definition makes an operation of it.
DEFINED_WITH = "_kit_defined_with"

#: What Flask calls the function that `as_view()` makes.
AS_VIEW = "View.as_view.<locals>.view"
#: The attribute of a request that an operation is answering.
ANSWERED = "_kit_answered_by"
