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
from .body_limit import INHERITED_FORM_LIMITS, INHERITED_SIZE, FormLimits, limit_body
from .routing import RouterOptions, redirect_to

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
    def limits(self) -> tuple[int | None, FormLimits]:
        """What is inherited from there; asked for at the first request, when everything has been declared."""
        outer: ApiState | None = self.target.extensions.get("api")
        router = RouterOptions() if outer is None else outer.router(self.endpoint)
        return router.max_body_size, router.form_limits

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO"):
            return redirect_to(Request(environ), "/")(environ, start_response)
        size, form_limits = self.limits
        size = environ.get(INHERITED_SIZE) if size is None else size
        if "api" in getattr(self.app, "extensions", {}):  # which knows what is nearer than this
            environ[INHERITED_SIZE] = size
            environ[INHERITED_FORM_LIMITS] = environ.get(INHERITED_FORM_LIMITS, {}) | form_limits
        elif (refusal := limit_body(Request(environ), size)) is not None:
            return refusal(environ, start_response)
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
