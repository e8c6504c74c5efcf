"""`HTTPConnection`: what a request and a WebSocket's handshake have in common.

Pairs FastAPI's `HTTPConnection` with Flask's request, which both are here: a dependency that takes one serves path
operations and WebSockets alike. What belongs to ASGI is not there: `scope`, and the mapping that it is; nor `user` and
`auth`, which are of Starlette's AuthenticationMiddleware, where Flask has extensions and a dependency does as well.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, NamedTuple

from flask import Flask, Request, current_app, session, url_for
from werkzeug.datastructures import Headers, MultiDict

from .lifespan import request_state
from .routing import authority, url_of


class Address(NamedTuple):
    """Where a client is."""

    host: str
    port: int


class HTTPConnection:
    """A request, or the WebSocket that one has asked for. `request` is Flask's; `state` is the request's `state`.

    https://fastapi.tiangolo.com/reference/httpconnection/
    """

    #: the scheme of its URLs without TLS; with it, that and an "s"
    scheme = "http"

    def __init__(self, request: Request) -> None:
        self.request = request
        self.state = request_state()

    @property
    def app(self) -> Flask:
        """The application."""
        return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]

    @property
    def url(self) -> str:
        """What was asked for, as text: Starlette's has parts, for which there is `request`."""
        query = self.request.query_string.decode("latin-1")
        return self._with_scheme(url_of(self.request, self.request.path, query))

    @property
    def base_url(self) -> str:
        """Where the application is, with a slash at the end."""
        return self._with_scheme(url_of(self.request, "/"))

    @property
    def client(self) -> Address | None:
        """Where the client is, or the last proxy before it; None where the server does not say."""
        if self.request.remote_addr is None:
            return None
        return Address(self.request.remote_addr, int(self.request.environ.get("REMOTE_PORT") or 0))

    @property
    def session(self) -> MutableMapping[str, Any]:
        """Flask's session. A WebSocket reads it: the cookie of a change can't be sent once it is accepted."""
        return session

    def url_for(self, name: str, /, **path_params: Any) -> str:
        """The URL of an endpoint of the application, with the scheme for that. Raises BuildError for what is none.

        What the path can't hold is percent-encoded, which Starlette leaves to whoever sends the URL.
        """
        scheme, _, rest = url_for(name, **path_params, _external=True).partition("://")
        host, _, path = rest.partition("/")
        # Flask writes the host in its own way. An endpoint may be another host's, such as a subdomain's.
        if host == self.request.host.lower():
            host = authority(self.request.environ)
        return f"{scheme}://{host}/{path}"

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

    def _with_scheme(self, url: str) -> str:
        return self.scheme + url.removeprefix("http")
