"""`add_middleware`: what wraps every request from outside, as in FastAPI: the last one added is outermost.

Pairs https://fastapi.tiangolo.com/advanced/middleware/ with WSGI middleware on `Flask.wsgi_app`; the classes (here,
and in `cors` and `gzip`) take what Starlette's of the same names take. What only looks at a request and changes a
response (`@app.middleware("http")`) is a pair of Flask's hooks, `before_request` and `after_request`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wrappers import Request, Response

from .response_classes import RedirectResponse
from .routing import QUOTED, authority, host_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Middleware = Callable[..., Any]


def add_middleware(app: Flask, middleware: Middleware, *, below: str = "", **options: Any) -> None:
    """Wrap the application.

    In: the class, its options, and the path below which alone it works (by default everywhere).
    """
    app.wsgi_app = Below(app.wsgi_app, below, middleware, **options)  # type: ignore[method-assign]


class Below:
    """A middleware for the requests below one path; the others pass it by."""

    def __init__(self, app: WSGIApplication, path: str, middleware: Middleware, **options: Any) -> None:
        self.app = app
        self.path = path
        self.wrapped: WSGIApplication = middleware(app, **options)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, through the middleware or not."""
        concerned = is_below(environ.get("PATH_INFO", ""), self.path)
        return (self.wrapped if concerned else self.app)(environ, start_response)


def is_below(path: str, prefix: str) -> bool:
    """Whether a path is the prefix or continues it with a slash."""
    return path == prefix or path.startswith(prefix + "/") or not prefix


class HTTPSRedirectMiddleware:
    """307 to the same URL with `https`, and `wss` for a WebSocket, for what comes without encryption.

    Behind a proxy, `wsgi.url_scheme` is what Werkzeug's `ProxyFix` says. Flask-Talisman has such a redirect, among much
    else, with 302.
    https://fastapi.tiangolo.com/advanced/middleware/#httpsredirectmiddleware
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or redirect it."""
        if environ["wsgi.url_scheme"] != "http":
            return self.app(environ, start_response)
        upgrade = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        host = authority(environ)
        name, port = host_of(host) or ("", "")
        if port in ("80", "443"):
            host = name
        path = (
            (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode(errors="replace")
        )
        query = environ.get("QUERY_STRING", "")
        url = f"{'wss' if upgrade else 'https'}://{host}{path.translate(QUOTED)}{'?' if query else ''}{query}"
        return RedirectResponse(url)(environ, start_response)


class TrustedHostMiddleware:
    """400 "Invalid host header" for a Host that is none of ours; `*.example.com` is any name below that one.

    Flask's own `TRUSTED_HOSTS` refuses with an error page and knows no redirect from `example.com` to
    `www.example.com`, nor a part of the application that it is for.
    https://fastapi.tiangolo.com/advanced/middleware/#trustedhostmiddleware
    """

    def __init__(self, app: WSGIApplication, allowed_hosts: Sequence[str] = ("*",), www_redirect: bool = True) -> None:
        """Raises ValueError for a pattern with a star elsewhere than in a leading `*.`."""
        for pattern in allowed_hosts:
            if "*" in pattern[1:] or (pattern.startswith("*") and pattern != "*" and not pattern.startswith("*.")):
                raise ValueError(f"a pattern for hosts is like '*.example.com', not {pattern!r}")
        self.app = app
        self.patterns = [pattern.lower() for pattern in allowed_hosts]
        self.www_redirect = www_redirect

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it."""
        host, _ = host_of(environ.get("HTTP_HOST", "")) or (None, "")
        if "*" in self.patterns or (host is not None and any(_matches(host, one) for one in self.patterns)):
            return self.app(environ, start_response)
        if host is not None and self.www_redirect and f"www.{host}" in self.patterns:
            scheme, _, rest = Request(environ).url.partition("://")
            response = Response(status=307, headers={"Location": f"{scheme}://www.{rest}"})
            response.autocorrect_location_header = False
            del response.headers["Content-Type"]
        else:
            response = Response("Invalid host header", 400, content_type="text/plain; charset=utf-8")
        return response(environ, start_response)


def _matches(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith("*") and host.endswith(pattern[1:]))
