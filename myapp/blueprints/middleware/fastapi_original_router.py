"""What wraps the operations of one router only: a class of routes."""

import gzip
import logging
import time
import zlib
from collections.abc import Callable, Coroutine
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

logger = logging.getLogger(__name__)

LARGEST = 100_000
"""Bytes that a body may have when it is unpacked: a few of gzip make gigabytes."""


class GzipRequest(Request):
    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            body = await super().body()
            if "gzip" in self.headers.getlist("Content-Encoding"):
                body = gunzip(body)
            self._body = body
        return self._body


def gunzip(body: bytes) -> bytes:
    """Unpack no more than `LARGEST` bytes."""
    try:
        unpacked = gzip.GzipFile(fileobj=BytesIO(body)).read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise HTTPException(400, "The body is not gzip") from error
    if len(unpacked) > LARGEST:
        raise HTTPException(413, "Content Too Large")
    return unpacked


class WrappedRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def wrapped(request: Request) -> Response:
            began = time.perf_counter()
            request = GzipRequest(request.scope, request.receive)
            try:
                response = await handler(request)
            except RequestValidationError:
                logger.warning("refused: %.1000r", await request.body())
                raise
            response.headers["X-Response-Time"] = f"{time.perf_counter() - began:.6f}"
            return response

        return wrapped


router = APIRouter(prefix="/router", route_class=WrappedRoute)


@router.post("/sum")
def add_up(numbers: Annotated[list[int], Body(max_length=10_000)]) -> dict[str, int]:
    """Add up numbers, which may come gzipped."""
    return {"sum": sum(numbers)}
