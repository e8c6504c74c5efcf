"""Middleware: what wraps every request."""

import time
from collections.abc import Iterator
from typing import Annotated, Any

from flask import Blueprint, Flask, Response, g, request

from myapp.blueprints.middleware import routes_router
from myapp.kit import Query, operation, router_options
from myapp.kit.cors import CORSMiddleware
from myapp.kit.gzip import GZipMiddleware
from myapp.kit.middleware import HTTPSRedirectMiddleware, TrustedHostMiddleware, add_middleware, is_below

bp = Blueprint("middleware", __name__, url_prefix="/middleware")
router_options(bp, tags=["middleware"])


@bp.after_app_request
def tell_time(response: Response) -> Response:
    # bp.after_request would do for the views; a 404 below the folder's URL is the application's. The first of all
    # `before_request` functions, in myapp/logs.py, has noted when the request began, and gave it its id.
    if is_below(request.environ["PATH_INFO"], "/middleware") and "request_began" in g:
        response.headers["X-Process-Time"] = f"{time.perf_counter() - g.request_began:.6f}"
    return response


def init_app(app: Flask) -> None:
    """Add the folder's middleware; the last one is outermost."""
    add_middleware(
        app,
        TrustedHostMiddleware,
        below="/middleware/hosts",
        allowed_hosts=["localhost", "127.0.0.1", "testserver", "www.posts.example", "*.readers.example"],
    )
    add_middleware(app, GZipMiddleware, below="/middleware", minimum_size=500)
    add_middleware(
        app,
        CORSMiddleware,
        below="/middleware",
        allow_origins=["https://posts.example"],
        allow_methods=["GET", "PUT"],
        allow_headers=["X-Token"],
        allow_credentials=True,
        expose_headers=["X-Process-Time", "X-Request-ID"],
    )
    add_middleware(app, HTTPSRedirectMiddleware, below="/middleware/secure")


@bp.get("/posts/")
@operation()
def read_posts(count: Annotated[int, Query(ge=0, le=200)] = 20) -> list[dict[str, Any]]:
    """Send as many posts as are asked for: compressed from 500 bytes on."""
    return [{"id": number, "title": f"Post {number}"} for number in range(1, count + 1)]


@bp.put("/posts/<post_id>")
@operation()
def replace_post(post_id: int) -> dict[str, int]:
    """Replace a post: a browser asks before it sends this from another site."""
    return {"id": post_id}


@bp.get("/lines")
@operation(responses={200: {"content": {"text/plain": {}}}})
def read_lines(count: Annotated[int, Query(ge=1, le=100)] = 3) -> Response:
    """Stream lines: compressed line by line."""

    def lines() -> Iterator[str]:
        for number in range(count):
            yield f"line {number}\n"

    return Response(lines(), mimetype="text/plain")


@bp.get("/events")
@operation(responses={200: {"content": {"text/event-stream": {}}}})
def read_events(count: Annotated[int, Query(ge=1, le=100)] = 50) -> Response:
    """Stream events: never compressed."""

    def events() -> Iterator[str]:
        for number in range(count):
            yield f"data: event {number}\n\n"

    return Response(events(), mimetype="text/event-stream")


@bp.get("/hosts")
@operation()
def read_hosts() -> dict[str, str]:
    """Answer to known hosts only."""
    return {"host": "known"}


@bp.get("/secure")
@operation(include_in_schema=False)
def read_secure() -> dict[str, str]:
    """Answer to what comes encrypted only."""
    return {"scheme": "https"}


@bp.get("/failing")
@operation(include_in_schema=False)
def fail() -> None:
    """Fail in a way that nobody expects."""
    raise RuntimeError("nobody handles this")


bp.register_blueprint(routes_router.bp)
