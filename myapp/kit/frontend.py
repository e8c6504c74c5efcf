"""`frontend(...)`: the built files of a single-page application, served where no route answers.

Pairs https://fastapi.tiangolo.com/tutorial/frontend/ with Flask's URL map: a view's path always wins, then a
redirect of its last slash, and only then the files. A path with no file gets the application's page where a browser
navigates (its `Accept` names HTML) and 404 otherwise, so that a missing script is not answered with a page.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Flask, Request, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .errors import HTTPException
from .files import Directories, Found
from .operation import Operation, OperationOptions, PathOperation
from .response_classes import Response as KitResponse
from .routing import redirect_to

if TYPE_CHECKING:
    from .api import ApiState

Fallback = Literal["auto", "index.html", "404.html"] | None


def frontend(
    target: Flask | Blueprint,
    path: str,
    *,
    directory: Path | str,
    fallback: Fallback = "auto",
    check_dir: bool | Literal["auto"] = "auto",
) -> None:
    """Serve the files of `directory` below `path` of an application or a blueprint, after all routes.

    `fallback` answers a path with no file: "404.html" with status 404, "index.html" with 200 where a browser navigates,
    "auto" the first of these that exists, None a plain 404. `check_dir` raises RuntimeError at registration for a
    missing directory or fallback file; "auto" only warns in debug mode, where the build may come later, and False looks
    for nothing. The dependencies of the application and of the blueprint protect the files.
    """
    if not path.startswith("/"):
        raise ValueError("the path of a frontend must start with '/'")
    if fallback not in ("auto", "index.html", "404.html", None):
        raise ValueError("fallback must be 'auto', 'index.html', '404.html' or None")
    if isinstance(target, Flask):
        _add(target, Frontend(path.rstrip("/"), "frontend", Path(directory), fallback), check_dir)
        return

    def record(state: BlueprintSetupState) -> None:
        prefix = (state.url_prefix or "").rstrip("/") + path.rstrip("/")
        endpoint = f"{state.name_prefix}.{state.name}.frontend".lstrip(".")
        _add(state.app, Frontend(prefix, endpoint, Path(directory), fallback), check_dir)

    target.record(record)


@dataclass(frozen=True)
class Frontend:
    """One directory and where it is served; `prefix` is empty for the whole site."""

    prefix: str
    endpoint: str
    directory: Path
    fallback: Fallback

    def covers(self, path: str) -> bool:
        """Whether a request path is below the prefix."""
        return path == self.prefix or path.startswith(f"{self.prefix}/")

    def check(self, check_dir: bool | Literal["auto"], *, debug: bool) -> None:
        """Raise RuntimeError for a directory or a fallback file that is not there; "auto" warns while debugging."""
        if check_dir is False:
            return
        required = check_dir is True or not debug
        resolved = self.directory.resolve()
        if not self.directory.is_dir():
            message = f"Frontend directory '{self.directory}' does not exist. Resolved absolute path: '{resolved}'"
            if required:
                raise RuntimeError(message)
            warnings.warn(message, stacklevel=4)
        elif required and self.fallback not in ("auto", None) and not (self.directory / self.fallback).is_file():
            raise RuntimeError(
                f"Frontend fallback file '{self.fallback}' does not exist in directory '{self.directory}'. "
                f"Resolved absolute directory: '{resolved}'"
            )

    def find(self, path: str) -> tuple[Found, bool] | None:
        """The file for a request path, and whether it is the index of a directory."""
        wanted = path.removeprefix(self.prefix)
        found = self.file(wanted)
        is_index = found is not None and found.is_directory
        if is_index:
            found = self.file(f"{wanted}/index.html")
        return (found, is_index) if found is not None and found.is_file else None

    def file(self, path: str) -> Found | None:
        """What is at a path of the directory."""
        return Directories((str(self.directory),)).find(path)

    def serve(self, said: KitResponse) -> Response:
        """Answer the current GET or HEAD request, with the headers that the dependencies have said."""
        response = self._answer()
        response.headers.extend(said.headers)
        return response

    def _answer(self) -> Response:
        found = self.find(request.path)
        if found is not None:
            file, is_index = found
            if is_index and not request.path.endswith("/"):
                return redirect_to(request, request.path + "/")
            return file.response()
        if self.fallback in ("auto", "404.html"):
            page = self.file("404.html")
            if page is not None:
                return page.response(404)
        if self.fallback in ("auto", "index.html") and _navigates(request):
            page = self.file("index.html")
            if page is not None:
                return page.response()
        raise HTTPException(404)


def answer() -> Response | None:
    """The answer of a frontend to a request that no route takes; None to go on."""
    found = _responsible(request)
    if found is None:
        return None
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(404 if found.find(request.path) is None else 405)
    state: ApiState = current_app.extensions["api"]
    return _operation(found, state).respond(state, (), {})


def operation_for(request: Request, state: ApiState) -> PathOperation | None:
    """The frontend below whose path a request is that no route takes, as a path operation; None without one."""
    found = _responsible(request)
    return None if found is None else _operation(found, state)


def _responsible(request: Request) -> Frontend | None:
    if not isinstance(request.routing_exception, NotFound):
        return None
    covering = (each for each in _frontends(current_app) if each.covers(request.path))
    return max(covering, key=lambda each: len(each.prefix), default=None)


def _operation(found: Frontend, state: ApiState) -> PathOperation:
    """The frontend as a path operation, so that dependencies run before it as before any other; made once."""
    known = _frontends(state.app)
    operation = known[found]
    if operation is None:
        served = Operation(found.serve, OperationOptions(include_in_schema=False))
        router = state.router(found.endpoint)
        operation = known[found] = PathOperation(served, f"{found.prefix}/", (), router, ["GET", "HEAD"])
    return operation


def _frontends(app: App) -> dict[Frontend, PathOperation | None]:
    """Per application: its frontends, each with its operation once there has been a request for it."""
    known: dict[Frontend, PathOperation | None] = app.extensions.setdefault("kit.frontends", {})
    return known


def _add(app: App, added: Frontend, check_dir: bool | Literal["auto"]) -> None:
    added.check(check_dir, debug=app.debug)
    _frontends(app)[added] = None


def _navigates(request: Request) -> bool:
    """Whether a browser is going to a page, rather than fetching what a page needs.

    The header is read as FastAPI reads it, so a weight that is none counts as 1.
    """
    for each in request.headers.get("Accept", "").split(","):
        message = Message()
        message["content-type"] = each.strip()
        if message.get_content_type() in ("text/html", "application/xhtml+xml") and _weight(message) != 0:
            return True
    return False


def _weight(message: Message) -> float:
    try:
        return float(message.get_param("q", "1"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 1
