"""Signing in on a page of this application, for a client that never sees the password: OpenID Connect.

Pairs no page of FastAPI's, whose `OAuth2AuthorizationCodeBearer` and `OpenIdConnect` leave the other end to somebody
else. It is the authorization code flow (RFC 6749, section 4.1) for clients that can keep no secret: PKCE (RFC 7636) is
required, a code is good for one use within a minute, and using one twice ends the login (RFC 9700, section 4.5). With
the scope `openid` the client also gets an ID token (OpenID Connect Core 1.0), which tells it who signed in.

An ID token is for others to check, so it is signed with a key that has a public part: an Ed25519 key derived from
`MYAPP_SECRET_KEY`, so that there is no second secret to keep and every process has the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jwt.algorithms import OKPAlgorithm
from sqlalchemy.orm import Session

from myapp.accounts import logins
from myapp.authentication import OPENID_SCOPES, SCOPES, InvalidToken, TokenType, permitted, read, sign
from myapp.models import Login, User, utcnow
from myapp.settings import Settings

#: Where the endpoints are, below the application's URL. It is the issuer's name as well.
PATH: Final = "security/openid"
#: The clients, and where on this application each gets its codes: what `/docs` shows signs in as a client of the API.
CLIENTS: Final[Mapping[str, str]] = {"docs": "docs/oauth2-redirect"}
#: What `/docs` fills its Authorize dialog with.
SWAGGER_UI_INIT_OAUTH: Final = {"clientId": "docs", "usePkceWithAuthorizationCodeGrant": True}

ALGORITHM: Final = "EdDSA"
LIFETIME_OF_CODE: Final = timedelta(minutes=1)
LIFETIME_OF_ID_TOKEN: Final = timedelta(minutes=5)

#: What a browser is told with the sign-in page: it runs nothing, and is in nobody's frame or cache.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # Not "no-referrer": browsers would then keep to themselves which site the form was on.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class UnknownClient(Exception):
    """No client of this application, or not where that one gets its codes: nobody is sent there."""


class InvalidGrant(Exception):
    """No code of this application, a used or outdated one, or another client's."""


class Refused(Exception):
    """A request that its client is told about, by an error of RFC 6749, section 4.1.2.1, or OpenID Connect's."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asks for, in the query of the sign-in page: a dependency on both sides."""

    client_id: str
    redirect_uri: str
    response_type: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    prompt: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    def check(self, base_url: str) -> None:
        """Raise UnknownClient or Refused for what can't be granted. In: the application's URL, with a slash at its end.

        A redirect URI must be the registered one to the letter (RFC 9700, section 2.1).
        """
        if self.client_id not in CLIENTS or self.redirect_uri != base_url + CLIENTS[self.client_id]:
            raise UnknownClient
        if self.response_type != "code":
            raise Refused("unsupported_response_type" if self.response_type else "invalid_request")
        if self.code_challenge_method != "S256" or not _CHALLENGE.fullmatch(self.code_challenge):
            raise Refused("invalid_request")
        if "none" in self.prompt.split():
            raise Refused("login_required")  # there is no session here: everybody is asked for the password

    def scopes(self) -> list[str]:
        """The scopes that are asked for; all of the API's when none is."""
        return self.scope.split() or list(SCOPES)

    def wanted(self) -> list[str]:
        """What those scopes mean."""
        asked = self.scopes()
        return [meaning for scope, meaning in OPENID_SCOPES.items() if scope in asked]

    def answer(self, base_url: str, **parameters: str) -> str:
        """Where the browser takes an answer to the client: its redirect URI, `iss` with it (RFC 9207)."""
        state = {"state": self.state} if self.state else {}
        return f"{self.redirect_uri}?{urlencode({**parameters, **state, 'iss': issuer(base_url)}, errors='replace')}"


class CodeExchange(Protocol):
    """What a client sends with its code: each side's form."""

    code: str
    client_id: str
    redirect_uri: str
    code_verifier: str


@dataclass(frozen=True)
class Grant:
    """What a code was exchanged for."""

    login: Login
    scopes: list[str]
    id_token: str | None


def give_code(session: Session, user: User, asked: AuthorizationRequest, settings: Settings) -> str:
    """A code for who has just signed in. Commits. Raises `logins.NotActive`.

    It begins a login and names the login's first token by the hash alone: nobody ever has that token itself.
    """
    login, token = logins.begin(session, user, permitted(user.role, asked.scopes()), settings)
    claims = {
        "sub": str(login.user_id),
        "jti": logins.hash_of(token),
        "client_id": asked.client_id,
        "redirect_uri": asked.redirect_uri,
        "code_challenge": asked.code_challenge,
        "nonce": asked.nonce,
    }
    return sign(TokenType.CODE, claims, LIFETIME_OF_CODE, settings)


def exchange(session: Session, sent: CodeExchange, base_url: str, settings: Settings) -> Grant:
    """What a code is good for, once, to the client that asked for it. Commits. Raises InvalidGrant."""
    try:
        claims = read(TokenType.CODE, sent.code, settings, require=("jti", "code_challenge"))
    except InvalidToken:
        raise InvalidGrant from None
    same_client = claims["client_id"] == sent.client_id and claims["redirect_uri"] == sent.redirect_uri
    if not (same_client and _is_answered(claims["code_challenge"], sent.code_verifier)):
        raise InvalidGrant
    try:
        login, user = logins.use(session, claims["jti"])
    except logins.InvalidRefreshToken:
        raise InvalidGrant from None
    scopes = permitted(user.role, login.scope.split())
    id_token = _id_token(login, sent.client_id, claims["nonce"], base_url, settings) if "openid" in scopes else None
    session.commit()
    return Grant(login, scopes, id_token)


def is_own_form(origin: str | None, base_url: str) -> bool:
    """Whether a form was sent from this site. In: the header Origin, which every browser sends with a form."""
    own = urlsplit(base_url)
    return origin is None or origin == f"{own.scheme}://{own.netloc}"


def issuer(base_url: str) -> str:
    """The name under which this application says who somebody is."""
    return base_url + PATH


def configuration(base_url: str) -> dict[str, Any]:
    """What a client must know, and finds out by itself (OpenID Connect Discovery 1.0, RFC 8414)."""
    here = issuer(base_url)
    return {
        "issuer": here,
        "authorization_endpoint": f"{here}/authorize",
        "token_endpoint": f"{here}/token",
        "userinfo_endpoint": f"{here}/userinfo",
        "jwks_uri": f"{here}/keys",
        "scopes_supported": list(OPENID_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "email"],
        "authorization_response_iss_parameter_supported": True,
        "request_uri_parameter_supported": False,
    }


def key_set(settings: Settings) -> dict[str, Any]:
    """The public key that ID tokens can be checked with (RFC 7517)."""
    key = OKPAlgorithm.to_jwk(_key(settings.secret_key).public_key(), as_dict=True)
    return {"keys": [{**key, "kid": _key_id(settings.secret_key), "use": "sig", "alg": ALGORITHM}]}


def _id_token(login: Login, client_id: str, nonce: str, base_url: str, settings: Settings) -> str:
    now = utcnow()
    claims = {
        "iss": issuer(base_url),
        "sub": str(login.user_id),
        "aud": client_id,
        "iat": now,
        "exp": now + LIFETIME_OF_ID_TOKEN,
        "auth_time": int(login.created_at.timestamp()),
        **({"nonce": nonce} if nonce else {}),
    }
    secret = settings.secret_key
    return jwt.encode(claims, _key(secret), algorithm=ALGORITHM, headers={"kid": _key_id(secret)})


def _is_answered(challenge: str, verifier: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest.decode(), challenge)


@lru_cache(maxsize=8)
def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"myapp ID tokens").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=8)
def _key_id(secret: str) -> str:
    # Another secret, another key, another name: who has kept the old key sees that it is not this one.
    return hashlib.sha256(_key(secret).public_key().public_bytes_raw()).hexdigest()[:16]
