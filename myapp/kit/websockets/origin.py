"""Whose pages may open a WebSocket.

Pairs what FastAPI leaves to a dependency of one's own. A browser sends cookies with a handshake from any site's page
and asks no CORS question first, so a WebSocket that trusts a cookie must look at the Origin header (RFC 6455, section
10.2), or any page that a visitor opens can speak in the visitor's name.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import current_app

from ..connection import HTTPConnection
from .handshake import WebSocketException


class SameOrigin:
    """A dependency that refuses handshakes from pages of other sites: `websocket(bp, rule, dependencies=[...])`.

    Allowed are pages of the host that is asked itself, those of `allow` ("https://example.com"), those that the
    configuration names under WEBSOCKET_ORIGINS, and clients that send no Origin, which no browser is.
    """

    def __init__(self, allow: Collection[str] = ()) -> None:
        self.allow = frozenset(allow)

    def __call__(self, connection: HTTPConnection) -> None:
        """Raises WebSocketException 1008 (HTTP 403 to the client) for a page that isn't allowed."""
        origin = connection.headers.get("Origin")
        if origin is None or origin in self.allow or origin in current_app.config.get("WEBSOCKET_ORIGINS", ()):
            return
        # Not the scheme: behind a proxy that ends TLS it may not be known here.
        if _host(origin) != connection.headers.get("Host"):
            raise WebSocketException(1008, "a page of another site")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # "http://[", which no page has
        return ""
