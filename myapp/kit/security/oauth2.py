"""OAuth2 and OpenID Connect: bearer tokens, the form that asks for one, and the scopes that operations need.

Pairs https://fastapi.tiangolo.com/reference/security/#oauth2-authentication and
https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/ with Flask's request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from flask import Request

from ..params import Form
from .schemes import SecurityBase, authorization


class SecurityScopes:
    """The scopes that the dependencies between the path operation and here ask for, to be taken as an argument.

    https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/#use-securityscopes
    """

    def __init__(self, scopes: Sequence[str] | None = None) -> None:
        self.scopes = list(scopes or ())
        self.scope_str = " ".join(self.scopes)


class _WholeHeader(SecurityBase):
    def __call__(self, request: Request) -> str | None:
        """The Authorization header as it was sent. Raises HTTPException 401, or gives None, without one."""
        header = request.headers.get("Authorization")
        if not header:
            self.absent()
        return header or None


class OAuth2(_WholeHeader):
    """Any OAuth2 flows, as a dict. https://fastapi.tiangolo.com/reference/security/#fastapi.security.OAuth2"""

    def __init__(
        self,
        *,
        flows: Mapping[str, Mapping[str, Any]] | None = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        written = {name: {"scopes": {}, **flow} for name, flow in (flows or {}).items()}
        model = {"type": "oauth2", "flows": written}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)


class _BearerToken(OAuth2):
    def __call__(self, request: Request) -> str | None:
        """The token alone. Raises HTTPException 401, or gives None, without one."""
        scheme, token = authorization(request)
        if scheme.lower() != "bearer":
            self.absent()
            return None
        return token


class OAuth2PasswordBearer(_BearerToken):
    """A token that `tokenUrl` gives for a password. https://fastapi.tiangolo.com/tutorial/security/first-steps/"""

    def __init__(
        self,
        tokenUrl: str,
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
        refreshUrl: str | None = None,
    ) -> None:
        flow = _flow(refreshUrl=refreshUrl, scopes=scopes, tokenUrl=tokenUrl)
        super().__init__(
            flows={"password": flow}, scheme_name=scheme_name, description=description, auto_error=auto_error
        )


class OAuth2AuthorizationCodeBearer(_BearerToken):
    """A token got by way of another site's page.

    https://fastapi.tiangolo.com/reference/security/#fastapi.security.OAuth2AuthorizationCodeBearer
    """

    def __init__(
        self,
        authorizationUrl: str,
        tokenUrl: str,
        refreshUrl: str | None = None,
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        flow = _flow(refreshUrl=refreshUrl, scopes=scopes, authorizationUrl=authorizationUrl, tokenUrl=tokenUrl)
        super().__init__(
            flows={"authorizationCode": flow}, scheme_name=scheme_name, description=description, auto_error=auto_error
        )


class OpenIdConnect(_WholeHeader):
    """The header of OpenID Connect, read but not checked, as FastAPI has it.

    https://fastapi.tiangolo.com/reference/security/#fastapi.security.OpenIdConnect
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "openIdConnect", "openIdConnectUrl": openIdConnectUrl}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)


_Secret = Form(json_schema_extra={"format": "password"})


class OAuth2PasswordRequestForm:
    """The form of RFC 6749, section 4.3.2, as a dependency: `form: Annotated[OAuth2PasswordRequestForm, Depends()]`.

    `scopes` is the list of what was asked for. https://fastapi.tiangolo.com/tutorial/security/simple-oauth2/
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, _Secret],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, _Secret] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The same, with the `grant_type` that the RFC requires."""

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$")],
        username: Annotated[str, Form()],
        password: Annotated[str, Form()],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form()] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )


def _flow(*, refreshUrl: str | None, scopes: Mapping[str, str] | None, **urls: str) -> dict[str, Any]:
    return {**({} if refreshUrl is None else {"refreshUrl": refreshUrl}), "scopes": dict(scopes or {}), **urls}
