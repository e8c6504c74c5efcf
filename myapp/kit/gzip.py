"""Compressed answers as FastAPI sends them.

Pairs https://fastapi.tiangolo.com/advanced/middleware/#gzipmiddleware with a WSGI middleware of our own.
Flask-Compress was weighed: it holds the chunks of a stream back until its compressor has enough of them, compresses
listed types only, and says `Vary` of everything. Behind a proxy that compresses (deploy/), neither is needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Types that are compressed already, or that must not wait for a compressor.
EXCLUDED = frozenset(
    {"application/grpc", "application/gzip", "application/x-gzip", "application/zip", "audio/*", "font/woff"}
    | {"font/woff2", "image/avif", "image/gif", "image/jpeg", "image/png", "image/webp", "text/event-stream", "video/*"}
)
#: An answer of a known size up to this one is compressed as a whole, so that its new size is known, too.
WHOLE = 1024 * 1024
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}


class GZipMiddleware:
    """Compresses answers of `minimum_size` bytes or more, streams chunk by chunk, and event streams never."""

    def __init__(self, app: WSGIApplication, minimum_size: int = 500, compresslevel: int = 9) -> None:
        self.app = app
        self.minimum_size = minimum_size
        self.compresslevel = compresslevel

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, compressed when the client understands it and it is worth it."""
        if environ["REQUEST_METHOD"] == "HEAD" or "HTTP_UPGRADE" in environ:
            return self.app(environ, start_response)
        understood = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        held: list[tuple[str, Headers, Any]] = []
        streamed = False

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal streamed
            shown = Headers(headers)
            size = shown.get("Content-Length", type=int)
            if int(status[:3]) in _BODILESS or not self._worth_it(shown, size):
                return start_response(status, headers, exc_info)
            shown["Vary"] = ", ".join(_with_accept_encoding(shown.getlist("Vary")))
            if not understood:
                return start_response(status, shown.to_wsgi_list(), exc_info)
            shown["Content-Encoding"] = "gzip"
            if size is not None and size <= WHOLE:
                held.append((status, shown, exc_info))
                return _no_write
            streamed = True
            shown.remove("Content-Length")
            return start_response(status, shown.to_wsgi_list(), exc_info)

        chunks = self.app(environ, start)
        close = getattr(chunks, "close", None)
        compressor = zlib.compressobj(self.compresslevel, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        if held:
            status, shown, exc_info = held[0]
            body = compressor.compress(b"".join(chunks)) + compressor.flush()
            shown["Content-Length"] = str(len(body))
            start_response(status, shown.to_wsgi_list(), exc_info)
            return ClosingIterator([body], close)
        return ClosingIterator(_compressed(chunks, compressor), close) if streamed else chunks

    def _worth_it(self, headers: Headers, size: int | None) -> bool:
        mimetype = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        excluded = {mimetype, mimetype.partition("/")[0] + "/*"} & EXCLUDED
        return "Content-Encoding" not in headers and not excluded and (size is None or size >= self.minimum_size)


def _compressed(chunks: Iterable[bytes], compressor: Any) -> Iterator[bytes]:
    for chunk in chunks:
        # Flushed, so that the client gets each chunk when the view has made it.
        yield compressor.compress(chunk) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


def _with_accept_encoding(vary: list[str]) -> list[str]:
    named = {name.strip().lower() for value in vary for name in value.split(",")}
    return vary if {"accept-encoding", "*"} & named else [*vary, "Accept-Encoding"]


def _no_write(data: bytes) -> None:
    raise RuntimeError("a WSGI application that calls write() can't be compressed")
