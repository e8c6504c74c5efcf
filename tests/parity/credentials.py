"""Credentials of the seeded users, for requests to operations that ask for some."""

import base64
import hashlib
from datetime import timedelta
from typing import Any, Final

import httpx
import jwt

from myapp.accounts import logins
from myapp.authentication import ALGORITHM, AUDIENCE, ISSUER, TokenType, sign
from myapp.settings import DEVELOPMENT_SECRET, Settings
from tests.parity.database import NOW, PASSWORD

#: By number; nobody has the last one.
USERS: Final = {1: "ada@example.com", 2: "grace@example.com", 3: "edsger@example.com", 99: "nobody@example.com"}


def token(
    user: object,
    scope: str | None,
    *,
    key: Any = DEVELOPMENT_SECRET,
    algorithm: str = ALGORITHM,
    **changes: Any,
) -> str:
    """An access token as the applications sign it, at the time that the suite's clock shows, of the seeded login.

    Other claims are `changes`; one that is None is left out.
    """
    claims = {
        **{"iss": ISSUER, "aud": AUDIENCE, "type": "access", "sub": str(user), "sid": f"login-{user}", "scope": scope},
        **{"iat": NOW, "exp": NOW + timedelta(minutes=30), **changes},
    }
    return jwt.encode({name: claim for name, claim in claims.items() if claim is not None}, key, algorithm)


def bearer(text: str) -> dict[str, str]:
    """The headers that carry a token."""
    return {"authorization": f"Bearer {text}"}


def basic(user: str, password: str) -> str:
    """The value of an Authorization header for HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def digest(challenge: str, target: str, user: str = "ann", key: str = "a key") -> str:
    """The value of an Authorization header with which httpx answers a challenge of HTTP Digest."""
    request = httpx.Request("GET", f"http://testserver{target}")
    flow = httpx.DigestAuth(user, key).auth_flow(request)
    next(flow)
    refusal = httpx.Response(401, headers={"www-authenticate": challenge}, request=request)
    return flow.send(refusal).headers["authorization"]


VERIFIER: Final = "v" * 43
CHALLENGE: Final = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT_URI: Final = "http://testserver/docs/oauth2-redirect"


CLIENT: Final = {"client_id": "docs", "redirect_uri": REDIRECT_URI}
#: What exchanges a code, but for the code.
EXCHANGE: Final = {"grant_type": "authorization_code", "code_verifier": VERIFIER, **CLIENT}


def code_form(refresh_token: str = "refresh-1") -> dict[str, str]:
    """What exchanges a code of the seeded login that the token belongs to, good for an hour, at the clock's time."""
    claims = {"sub": "1", "jti": logins.hash_of(refresh_token), "code_challenge": CHALLENGE, "nonce": "", **CLIENT}
    return {**EXCHANGE, "code": sign(TokenType.CODE, claims, timedelta(hours=1), Settings())}


#: The headers of an administrator.
ADMINISTRATOR: Final = bearer(token(1, "posts users"))

#: Headers that sign somebody in, and some that nearly do.
HEADERS: Final = (
    *(("authorization", f"Bearer {token(user, scope)}") for user in USERS for scope in ("", "posts", "posts users")),
    *(("authorization", basic(user, password)) for user in USERS.values() for password in (PASSWORD, "wrong", "")),
    ("authorization", f"bearer {token(1, 'users', exp=NOW - timedelta(minutes=1))}"),
    ("authorization", f"Bearer {token(1, 'users')[:-1]}"),
    ("authorization", f"Bearer {token(1, 'users', type='reset')}"),
    *(("authorization", text) for text in ("", "Bearer", "Basic", "Basic Og==", "Basic YQ", "Basic ====", "Digest a")),
    *(("x-api-key", text) for text in ("a key", "another key", "a", "")),
    *(("cookie", text) for text in ('api_key="a key"', "api_key=a key", "api_key=", "api_key")),
)
