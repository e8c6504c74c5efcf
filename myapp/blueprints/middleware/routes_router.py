"""What wraps the views of one blueprint only: its own hooks and error handlers."""

import gzip
import logging
import time
import zlib
from io import BytesIO
from typing import Annotated

from flask import Blueprint, Response, g, request

from myapp.kit import Body, HTTPException, RequestValidationError, operation, request_validation_exception_handler

logger = logging.getLogger(__name__)

LARGEST = 100_000
"""Bytes that a body may have when it is unpacked: a few of gzip make gigabytes."""

bp = Blueprint("router", __name__, url_prefix="/router")


@bp.before_request
def begin() -> None:
    g.view_began = time.perf_counter()


@bp.before_request
def unpack() -> None:
    if "gzip" in request.headers.get("Content-Encoding", "").split(","):
        # whoever reads the body from here on, the kit or `request.get_data()`, gets what is in it
        request.stream = BytesIO(gunzip(request.stream.read()))


def gunzip(body: bytes) -> bytes:
    """Unpack no more than `LARGEST` bytes."""
    try:
        unpacked = gzip.GzipFile(fileobj=BytesIO(body)).read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise HTTPException(400, "The body is not gzip") from error
    if len(unpacked) > LARGEST:
        raise HTTPException(413, "Content Too Large")
    return unpacked


@bp.errorhandler(RequestValidationError)
def log_body(error: RequestValidationError) -> Response:
    logger.warning("refused: %.1000r", request.get_data())
    return request_validation_exception_handler(error)


@bp.after_request
def tell_view_time(response: Response) -> Response:
    if response.status_code < 400:  # as with a class of routes, which sees no response of an error
        response.headers["X-Response-Time"] = f"{time.perf_counter() - g.view_began:.6f}"
    return response


@bp.post("/sum")
@operation()
def add_up(numbers: Annotated[list[int], Body(max_length=10_000)]) -> dict[str, int]:
    """Add up numbers, which may come gzipped."""
    return {"sum": sum(numbers)}
