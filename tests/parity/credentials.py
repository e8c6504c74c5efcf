"""Credentials of the seeded users, for requests to operations that ask for some."""

import base64
from datetime import timedelta
from typing import Any, Final

import jwt

from myapp.authentication import ALGORITHM, AUDIENCE, ISSUER
from myapp.settings import DEVELOPMENT_SECRET
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
