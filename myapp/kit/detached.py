"""Operations that no URL leads to: the calls that the API itself makes, described for those who receive them.

Pairs https://fastapi.tiangolo.com/advanced/openapi-callbacks/ and https://fastapi.tiangolo.com/advanced/openapi-webhooks/
with a `flask.Blueprint` that no application registers. Its rules are documented as they are written, so that an
expression such as `{$callback_url}/posts/{$request.body.id}` stays one, and a webhook's name needs no slash.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from types import FunctionType
from typing import Any

from flask import Blueprint, Flask

from .operation import Operation, PathOperation
from .routing import options_for, path_format
from .views import DEFINED_WITH


class _Listing(Flask):
    """What a blueprint is registered on to learn its views: it notes them and makes no URL map.

    Werkzeug would refuse a rule that does not begin with a slash.
    """

    def __init__(self) -> None:
        super().__init__(__name__, static_folder=None)
        self.views: list[tuple[str, str, Any, list[str]]] = []

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Note the view at this rule."""
        methods = options.get("methods") or getattr(view_func, "methods", None) or ("GET",)
        self.views.append((rule, endpoint or "", view_func, sorted({method.upper() for method in methods})))


def detached_operations(bp: Blueprint) -> list[PathOperation]:
    """The operations of a blueprint that no application has, with the options of its routers.

    Flask takes no more views into `bp` after this. Raises TypeError for a signature that can't be read, and for a
    hidden operation.
    """
    listing = _Listing()
    listing.register_blueprint(bp)
    result = []
    for rule, endpoint, view, all_methods in listing.views:
        path = path_format(rule)
        names = re.findall(r"{(.*?)}", path)
        refuse_hidden(view, (one for _, _, one, _ in listing.views))
        for found, methods in operations_of(view, all_methods):
            result.append(PathOperation(found, path, names, options_for(listing, endpoint), methods))
    return result


def operations_of(view: Any, methods: Sequence[str]) -> Iterator[tuple[Operation, Sequence[str]]]:
    """The operations behind a view for these methods: its own, or those of the methods of a class-based view.

    A class that answers all its methods with `dispatch_request` has one operation.
    """
    found = getattr(view, "operation", None)
    if hasattr(view, "view_class"):
        found = getattr(view.view_class.dispatch_request, "operation", found)
    if isinstance(found, Operation):
        yield found, methods
    elif hasattr(view, "view_class"):
        for method in methods:
            found = getattr(getattr(view.view_class, method.lower(), None), "operation", None)
            if isinstance(found, Operation):
                yield found, [method]


def refuse_hidden(view: Any, views: Iterable[Any]) -> None:
    """Raise TypeError for a view whose operation is out of Flask's sight: none of its checks would run.

    Either a decorator that takes any arguments hides it, or `@operation` stands above the route, and Flask got the
    function below it. In this case none of `views`, all that there are, is the operation.
    """
    if isinstance(getattr(view, "operation", None), Operation):
        return
    missed = getattr(view, DEFINED_WITH, None)
    if missed is not None and all(getattr(other, "operation", None) is not missed for other in views):
        raise TypeError(f"{view.__qualname__}() is served without its operation: put the route above @operation")
    pending, seen = [view], set()
    while pending:
        function = pending.pop()
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        if isinstance(getattr(function, "operation", None), Operation):
            name = function.__qualname__
            raise TypeError(f"a decorator hides the operation {name}(): it needs functools.wraps")
        if function.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            for cell in function.__closure__ or ():
                with suppress(ValueError):  # of an empty one
                    pending.append(cell.cell_contents)
