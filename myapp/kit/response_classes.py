"""The classes for answers that are not the default JSON: pages, text, redirects, and whatever a subclass writes.

Pairs https://fastapi.tiangolo.com/advanced/custom-response/ with `flask.Response`, which they all are, so that they may
be returned by any Flask view. `StreamingResponse` (streaming.py) and `FileResponse` (files.py) belong to them. Each can
be returned, or be an operation's `response_class`, which is given what the view returns.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from copy import copy
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import flask
from werkzeug.datastructures import Headers

from .background import BackgroundTask
from .encoders import json_utf8

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Response(flask.Response):
    """What FastAPI's `Response` takes, as Flask's response; a subclass says in `media_type` what it is.

    `render` makes the body of the content; `background` runs once it has been sent. A `response: Response` argument of
    a view receives one as well: what is set there (status code, headers, cookies) goes out with the data that the view
    returns.
    """

    media_type: str | None = None
    charset = "utf-8"
    default_mimetype = None

    def __init__(
        self,
        content: Any = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        if media_type is not None:
            self.media_type = media_type
        self.background = background
        super().__init__(self.render(content), status_code, dict(headers or {}))
        if self.media_type is not None and "Content-Type" not in self.headers:
            self.headers["Content-Type"] = content_type(self.media_type, self.charset)

    def render(self, content: Any) -> bytes | Iterable[bytes]:
        """The body: text is encoded, bytes stay as they are, None is nothing."""
        if content is None:
            return b""
        if isinstance(content, bytes | memoryview):
            return bytes(content)
        encoded: bytes = content.encode(self.charset)
        return encoded

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: dt.timedelta | int | None = None,
        expires: str | dt.datetime | int | float | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = "lax",
        partitioned: bool = False,
    ) -> None:
        """As FastAPI's: a number for `expires` counts the seconds from now, other sites' forms don't send the cookie.

        The value is written as `Cookie()` reads it. Raises CookieError for a name that no cookie can have, ValueError
        for a value beyond Latin-1.
        https://fastapi.tiangolo.com/advanced/response-cookies/
        """
        if isinstance(expires, int | float):
            expires = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=expires)
        cookie: SimpleCookie = SimpleCookie({key: value})
        written = cookie[key].coded_value
        written.encode("latin-1")
        super().set_cookie(key, "", max_age, expires, path, domain, secure, httponly, samesite, partitioned)
        *others, last = self.headers.getlist("Set-Cookie")
        self.headers.setlist("Set-Cookie", [*others, f"{key}={written}{last.removeprefix(f'{key}=')}"])

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = "lax",
        partitioned: bool = False,
    ) -> None:
        """As Werkzeug's, with FastAPI's default for `samesite`."""
        super().delete_cookie(key, path, domain, secure, httponly, samesite, partitioned)

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers for the server, a Location as it was set: Werkzeug would quote brackets, FastAPI does not.

        It does not see it at all, since it raises ValueError for one that no URL can be.
        """
        location = self.headers.get("Location")
        if location is None:
            return super().get_wsgi_headers(environ)
        without = copy(self)
        without.headers = Headers(self.headers)
        del without.headers["Location"]
        headers = super(Response, without).get_wsgi_headers(environ)
        headers["Location"] = location
        return headers


class HTMLResponse(Response):
    """A page."""

    media_type = "text/html"


class PlainTextResponse(Response):
    """Text without markup."""

    media_type = "text/plain"


class JSONResponse(Response):
    """Data of JSON's own types; `jsonable_encoder` makes others into such."""

    media_type = "application/json"

    def __init__(
        self,
        content: Any,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type, background)

    def render(self, content: Any) -> bytes | Iterable[bytes]:
        """The content as JSON. Raises TypeError for what is not JSON's, ValueError for NaN and infinities."""
        return json_utf8(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


class RedirectResponse(Response):
    """To another URL: 307 unless said otherwise, which keeps method and body (Flask's `redirect` has 302)."""

    def __init__(
        self,
        url: str,
        status_code: int = 307,
        headers: Mapping[str, str] | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(b"", status_code, headers, background=background)
        self.headers["Location"] = quote(str(url), safe=":/%#?=@[]!$&'()*+,;")


def content_type(media_type: str, charset: str = "utf-8") -> str:
    """The Content-Type of a media type: FastAPI names the character set of text, and of nothing else."""
    names_it = media_type.startswith("text/") and "charset=" not in media_type.lower()
    return f"{media_type}; charset={charset}" if names_it else media_type
