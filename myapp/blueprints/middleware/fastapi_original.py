"""Middleware: what wraps every request."""

import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import StreamingResponse
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from . import fastapi_original_router

router = APIRouter(prefix="/middleware", tags=["middleware"])


async def tell_time_and_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - began:.6f}"
    response.headers["X-Request-ID"] = request.headers.get("X-Request-ID") or uuid.uuid4().hex
    return response


class Below:
    """Keeps a middleware, which is an application's, to the paths of a folder."""

    def __init__(self, app: ASGIApp, path: str, middleware: Middleware) -> None:
        self.app = app
        self.path = path
        self.wrapped = middleware.cls(app, *middleware.args, **middleware.kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        concerned = path == self.path or path.startswith(self.path + "/")
        await (self.wrapped if concerned else self.app)(scope, receive, send)


def add_middleware(app: FastAPI) -> None:
    """Add the folder's middleware; the last one is outermost."""
    hosts = ["localhost", "127.0.0.1", "testserver", "www.posts.example", "*.readers.example"]
    trusted_hosts = Middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    app.add_middleware(Below, path="/middleware/hosts", middleware=trusted_hosts)
    # Inside of the next one, which hands every answer on as a stream of unknown size.
    app.add_middleware(Below, path="/middleware", middleware=Middleware(GZipMiddleware, minimum_size=500))
    time_and_id = Middleware(BaseHTTPMiddleware, dispatch=tell_time_and_id)
    app.add_middleware(Below, path="/middleware", middleware=time_and_id)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["https://posts.example"],
        allow_methods=["GET", "PUT"],
        allow_headers=["X-Token"],
        allow_credentials=True,
        expose_headers=["X-Process-Time", "X-Request-ID"],
    )
    app.add_middleware(Below, path="/middleware", middleware=cors)
    app.add_middleware(Below, path="/middleware/secure", middleware=Middleware(HTTPSRedirectMiddleware))


@router.get("/posts/")
def read_posts(count: Annotated[int, Query(ge=0, le=200)] = 20) -> list[dict[str, Any]]:
    """Send as many posts as are asked for: compressed from 500 bytes on."""
    return [{"id": number, "title": f"Post {number}"} for number in range(1, count + 1)]


@router.put("/posts/{post_id}")
def replace_post(post_id: int) -> dict[str, int]:
    """Replace a post: a browser asks before it sends this from another site."""
    return {"id": post_id}


@router.get("/lines", responses={200: {"content": {"text/plain": {}}}})
def read_lines(count: Annotated[int, Query(ge=1, le=100)] = 3) -> StreamingResponse:
    """Stream lines: compressed line by line."""

    def lines() -> Iterator[str]:
        for number in range(count):
            yield f"line {number}\n"

    return StreamingResponse(lines(), media_type="text/plain")


@router.get("/events", responses={200: {"content": {"text/event-stream": {}}}})
def read_events(count: Annotated[int, Query(ge=1, le=100)] = 50) -> StreamingResponse:
    """Stream events: never compressed."""

    def events() -> Iterator[str]:
        for number in range(count):
            yield f"data: event {number}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@router.get("/hosts")
def read_hosts() -> dict[str, str]:
    """Answer to known hosts only."""
    return {"host": "known"}


@router.get("/secure", include_in_schema=False)
def read_secure() -> dict[str, str]:
    """Answer to what comes encrypted only."""
    return {"scheme": "https"}


@router.get("/failing", include_in_schema=False)
def fail() -> None:
    """Fail in a way that nobody expects."""
    raise RuntimeError("nobody handles this")


router.include_router(fastapi_original_router.router)
