"""`mount(...)`: another application below a path of this one, WSGI or ASGI.

Pairs https://fastapi.tiangolo.com/advanced/sub-applications/ with Werkzeug's `DispatcherMiddleware`; `ASGIApplication`
is for those that are not WSGI. What is mounted is an application of its own, with its own documents, handlers and
hooks; it learns its path from SCRIPT_NAME.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Request
from flask.blueprints import BlueprintSetupState
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from .asgi import ASGIApplication
from .body_limit import INHERITED, FormLimits, limit_body
from .routing import redirect_to

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .api import ApiState


def mount(target: Flask | Blueprint, path: str, app: WSGIApplication) -> None:
    """Hand every request below `path` of an application or a blueprint to another WSGI application.

    `path` itself is redirected to `path/`, as FastAPI does.
    """
    if not path.startswith("/") or path == "/":
        raise ValueError("the path of a mounted application must start with '/' and have a name")
    if isinstance(target, Flask):
        _put(target, path, app)
        return

    def record(state: BlueprintSetupState) -> None:
        prefix = (state.url_prefix or "").rstrip("/")
        assert isinstance(state.app, Flask)
        endpoint = f"{state.name_prefix}.{state.name}.".lstrip(".")
        _put(state.app, prefix + path, app, endpoint)

    target.record(record)


class _Mounted:
    """What stands in front of a mounted application: a redirect of its path without a slash, and limits for bodies.

    They are those of the application, or of the blueprint, on which it is mounted, as far as it has none of its own.
    """

    def __init__(self, app: WSGIApplication, target: Flask, endpoint: str = "") -> None:
        self.app = app
        self.target = target
        self.endpoint = endpoint

    @cached_property
    def max_body_size(self) -> int | None:
        """What is inherited; asked for at the first request, when everything has been declared."""
        own: ApiState | None = getattr(self.app, "extensions", {}).get("api")
        outer: ApiState | None = self.target.extensions.get("api")
        if outer is None or (own is not None and own.api.max_body_size is not None):
            return None
        return outer.router(self.endpoint).max_body_size

    @cached_property
    def form_limits(self) -> FormLimits:
        """What is inherited of these; the mounted application's own ones come on top."""
        outer: ApiState | None = self.target.extensions.get("api")
        return FormLimits() if outer is None else outer.router(self.endpoint).form_limits

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO"):
            return redirect_to(Request(environ), "/")(environ, start_response)
        refusal = limit_body(Request(environ), self.max_body_size)
        if refusal is not None:
            return refusal(environ, start_response)
        environ[INHERITED] = environ.get(INHERITED, {}) | self.form_limits
        return self.app(environ, start_response)


def _put(outer: Flask, path: str, app: WSGIApplication, endpoint: str = "") -> None:
    _mounts(outer)[path.rstrip("/")] = _Mounted(app, outer, endpoint)
    if isinstance(app, ASGIApplication):
        # `myapp.kit.lifespan` ends them with the process.
        outer.extensions.setdefault("kit.asgi", []).append(app)


def _mounts(app: Flask) -> dict[str, WSGIApplication]:
    """Per application: the mounted ones by their path; the first puts the dispatcher in front."""
    mounts: dict[str, WSGIApplication] | None = app.extensions.get("kit.mounts")
    if mounts is None:
        dispatcher = DispatcherMiddleware(app.wsgi_app)
        app.wsgi_app = dispatcher  # type: ignore[method-assign]
        mounts = app.extensions["kit.mounts"] = dispatcher.mounts
    return mounts
