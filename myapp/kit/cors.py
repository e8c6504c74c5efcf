"""CORS as FastAPI answers it, refusals included.

Pairs https://fastapi.tiangolo.com/tutorial/cors/ with a WSGI middleware of our own. Flask-CORS was weighed: it leaves
out the headers of what it does not allow and answers 200, so that a developer sees no reason, and it hooks into Flask
below routing, so that a preflight for a path that redirects is redirected, which browsers refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY")
SAFELISTED_HEADERS = frozenset({"Accept", "Accept-Language", "Content-Language", "Content-Type"})
_VARY = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")


class CORSMiddleware:
    """Answers preflight requests, and tells browsers which sites may read the other answers.

    The options are those of FastAPI's CORSMiddleware, with its defaults: nothing is allowed that is not named.
    """

    def __init__(
        self,
        app: WSGIApplication,
        allow_origins: Sequence[str] = (),
        allow_methods: Sequence[str] = ("GET",),
        allow_headers: Sequence[str] = (),
        allow_credentials: bool = False,
        allow_origin_regex: str | None = None,
        allow_private_network: bool = False,
        expose_headers: Sequence[str] = (),
        max_age: int = 600,
    ) -> None:
        self.app = app
        self.allow_origins = allow_origins
        self.allow_methods = ALL_METHODS if "*" in allow_methods else tuple(allow_methods)
        self.allow_headers = sorted(SAFELISTED_HEADERS | set(allow_headers))
        self.allow_credentials = allow_credentials
        self.allow_origin_regex = re.compile(allow_origin_regex) if allow_origin_regex is not None else None
        self.allow_private_network = allow_private_network
        self.expose_headers = expose_headers
        self.max_age = max_age
        self.any_origin = "*" in allow_origins
        self.any_header = "*" in allow_headers
        self._known_headers = {name.lower() for name in self.allow_headers}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight, or serve a request and add what the browser wants to know."""
        origin: str | None = environ.get("HTTP_ORIGIN")
        preflight = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if origin is not None and preflight:
            return self.preflight_response(origin, environ)(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            shown = Headers(headers)
            self._tell(origin, shown)
            return start_response(status, shown.to_wsgi_list(), exc_info)

        return self.app(environ, start)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may read the answers."""
        by_regex = self.allow_origin_regex is not None and self.allow_origin_regex.fullmatch(origin)
        return self.any_origin or bool(by_regex) or origin in self.allow_origins

    def preflight_response(self, origin: str, environ: WSGIEnvironment) -> Response:
        """200 "OK", or 400 that names what is not allowed."""
        failures = []
        headers = Headers({"Access-Control-Allow-Methods": ", ".join(self.allow_methods)})
        headers["Access-Control-Max-Age"] = str(self.max_age)
        headers["Vary"] = ", ".join((*_VARY, "Access-Control-Request-Private-Network"))
        if self.allow_credentials:
            headers["Access-Control-Allow-Credentials"] = "true"
        if self.any_origin and not self.allow_credentials:
            headers["Access-Control-Allow-Origin"] = "*"
        elif self.is_allowed_origin(origin):
            headers["Access-Control-Allow-Origin"] = origin
        else:
            failures.append("origin")
        if environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"] not in self.allow_methods:
            failures.append("method")
        wanted: str | None = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
        if not self.any_header:
            headers["Access-Control-Allow-Headers"] = ", ".join(self.allow_headers)
            if wanted is not None and not {name.strip().lower() for name in wanted.split(",")} <= self._known_headers:
                failures.append("headers")
        elif wanted is not None:
            headers["Access-Control-Allow-Headers"] = wanted
        if "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK" in environ:
            if self.allow_private_network:
                headers["Access-Control-Allow-Private-Network"] = "true"
            else:
                failures.append("private-network")
        text = "Disallowed CORS " + ", ".join(failures) if failures else "OK"
        return Response(text, 400 if failures else 200, headers, content_type="text/plain; charset=utf-8")

    def _tell(self, origin: str | None, headers: Headers) -> None:
        """Add to an answer's headers which origin may read it, and that the answer depends on the origin."""
        allowed = None
        if origin is not None:
            if self.any_origin and not self.allow_credentials:
                headers["Access-Control-Allow-Origin"] = "*"
            elif self.is_allowed_origin(origin):
                allowed = origin
            if self.allow_credentials:
                headers["Access-Control-Allow-Credentials"] = "true"
            if self.expose_headers:
                headers["Access-Control-Expose-Headers"] = ", ".join(self.expose_headers)
        if allowed is not None:
            headers["Access-Control-Allow-Origin"] = allowed
        headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Origin"])
