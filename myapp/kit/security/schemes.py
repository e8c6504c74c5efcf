"""API keys and HTTP authentication: who reads the credentials of a request, and what the document says of them.

Pairs https://fastapi.tiangolo.com/reference/security/ with Flask's request. A scheme is a dependency: an instance is
given to `Depends` or `Security`, is called with the request, and returns what the client sent or ends the request with
401. Nothing here checks a password or a token: that is the application's.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from ..errors import HTTPException
from ..received import READERS


class SecurityBase:
    """What the document needs of a scheme: `model` is its Security Scheme Object, `scheme_name` its key there.

    With `auto_error=False` a request without credentials gives None instead of 401, so that others may be tried.
    """

    challenge = "Bearer"

    def __init__(
        self, model: Mapping[str, Any], *, scheme_name: str | None, description: str | None, auto_error: bool
    ) -> None:
        kind = {"type": model["type"]}
        self.model: dict[str, Any] = {**kind, **({} if description is None else {"description": description}), **model}
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """The 401 for a request without credentials, with its challenge (RFC 9110, section 11.6.1). To be overridden.

        https://fastapi.tiangolo.com/how-to/authentication-error-status-code/
        """
        return HTTPException(401, "Not authenticated", self.make_authenticate_headers())

    def make_authenticate_headers(self) -> dict[str, str]:
        """The headers of that 401. To be overridden."""
        return {"WWW-Authenticate": self.challenge}

    def absent(self) -> None:
        """End a request without credentials with the 401, unless that is to give None."""
        if self.auto_error:
            raise self.make_not_authenticated_error()


class _APIKey(SecurityBase):
    challenge = "APIKey"
    place = "header"

    def __init__(
        self, *, name: str, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        model = {"type": "apiKey", "in": self.place, "name": name}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.name = name

    def __call__(self, request: Request) -> str | None:
        """The key that was sent. Raises HTTPException 401, or gives None, for one that is absent or empty."""
        found = READERS[self.place](request).get(self.name)
        if not found or not found[-1]:
            self.absent()
            return None
        return str(found[-1])


class APIKeyQuery(_APIKey):
    """A key after the `?`. https://fastapi.tiangolo.com/reference/security/#fastapi.security.APIKeyQuery"""

    place = "query"


class APIKeyCookie(_APIKey):
    """A key in a cookie. https://fastapi.tiangolo.com/reference/security/#fastapi.security.APIKeyCookie"""

    place = "cookie"


class APIKeyHeader(_APIKey):
    """A key in a header. https://fastapi.tiangolo.com/reference/security/#fastapi.security.APIKeyHeader"""

    def __call__(self, request: Request) -> str | None:
        """The key that was sent. Raises HTTPException 401, or gives None, for one that is absent or empty."""
        key = request.headers.get(self.name)
        if not key:
            self.absent()
        return key or None


@dataclass
class HTTPBasicCredentials:
    """What `HTTPBasic` found."""

    username: str
    password: str


@dataclass
class HTTPAuthorizationCredentials:
    """What `HTTPBearer` and `HTTPDigest` found: the header's first word, and the rest."""

    scheme: str
    credentials: str


class HTTPBase(SecurityBase):
    """Any scheme in the Authorization header. https://fastapi.tiangolo.com/reference/security/#http-authentication-schemes"""

    def __init__(
        self, *, scheme: str, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        model = {"type": "http", "scheme": scheme}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.challenge = scheme.title()

    def __call__(self, request: Request) -> Any:
        """The credentials that were sent. Raises HTTPException 401, or gives None, without any."""
        scheme, credentials = authorization(request)
        if not (scheme and credentials):
            self.absent()
            return None
        return HTTPAuthorizationCredentials(scheme, credentials)


class HTTPBasic(HTTPBase):
    """User name and password in every request (RFC 7617). https://fastapi.tiangolo.com/advanced/security/http-basic-auth/"""

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        realm: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(scheme="basic", scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.realm = realm
        if realm:
            self.challenge = f'Basic realm="{realm}"'

    def __call__(self, request: Request) -> HTTPBasicCredentials | None:
        """The two that were sent. Raises HTTPException 401 without any (or gives None), and for what can't be read."""
        scheme, text = authorization(request)
        if scheme.lower() != "basic":
            self.absent()
            return None
        try:
            username, separator, password = b64decode(text).decode("ascii").partition(":")
        except (ValueError, binascii.Error) as error:
            raise self.make_not_authenticated_error() from error
        if not separator:
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username, password)


class _NamedScheme(HTTPBase):
    def __call__(self, request: Request) -> HTTPAuthorizationCredentials | None:
        """The credentials that were sent. Raises HTTPException 401, or gives None, without any of this scheme."""
        scheme, credentials = authorization(request)
        if not credentials or scheme.lower() != self.model["scheme"]:
            self.absent()
            return None
        return HTTPAuthorizationCredentials(scheme, credentials)


class HTTPBearer(_NamedScheme):
    """A token (RFC 6750). https://fastapi.tiangolo.com/reference/security/#fastapi.security.HTTPBearer"""

    def __init__(
        self,
        *,
        bearerFormat: str | None = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(scheme="bearer", scheme_name=scheme_name, description=description, auto_error=auto_error)
        if bearerFormat is not None:
            self.model["bearerFormat"] = bearerFormat


class HTTPDigest(_NamedScheme):
    """The header of RFC 7616, read but not checked, as FastAPI has it.

    https://fastapi.tiangolo.com/reference/security/#fastapi.security.HTTPDigest
    """

    def __init__(
        self, *, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        super().__init__(scheme="digest", scheme_name=scheme_name, description=description, auto_error=auto_error)


def authorization(request: Request) -> tuple[str, str]:
    """The Authorization header's scheme, and what follows it; both empty without one."""
    return get_authorization_scheme_param(request.headers.get("Authorization"))


def get_authorization_scheme_param(authorization_header_value: str | None) -> tuple[str, str]:
    """The scheme in an Authorization header's value, and what follows it; both empty without one.

    It has FastAPI's name (`fastapi.security.utils`), for schemes that hand on the header as it is: `OpenIdConnect`.
    """
    scheme, _, param = (authorization_header_value or "").partition(" ")
    return scheme, param.strip()
