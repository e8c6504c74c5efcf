"""`HTTPConnection`: what a request and a WebSocket's handshake have in common.

Pairs FastAPI's `HTTPConnection` with Flask's request, which both are here: a dependency that takes one serves path
operations and WebSockets alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Request
from werkzeug.datastructures import Headers, MultiDict


class HTTPConnection:
    """A request, or the WebSocket that one has asked for. `request` is Flask's; `state` is for the application."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.state = SimpleNamespace()

    @property
    def headers(self) -> Headers:
        """The request's headers."""
        return self.request.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """The request's cookies."""
        return self.request.cookies

    @property
    def query_params(self) -> MultiDict[str, str]:
        """What stands after the `?`."""
        return self.request.args

    @property
    def path_params(self) -> Mapping[str, Any]:
        """The parts of the path that the rule names."""
        return self.request.view_args or {}
