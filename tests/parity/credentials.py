"""Credentials of the seeded users, for requests to operations that ask for some."""

import base64
from datetime import timedelta
from typing import Final

import jwt

from myapp.authentication import ALGORITHM
from myapp.settings import DEVELOPMENT_SECRET
from tests.parity.database import NOW, PASSWORD

USERS: Final = ("ada@example.com", "grace@example.com", "edsger@example.com", "nobody@example.com")


def token(user: str, scope: str, minutes: int = 30) -> str:
    """A token as the applications sign it, at the time that the suite's clock shows."""
    claims = {"sub": user, "exp": NOW + timedelta(minutes=minutes), "scope": scope}
    return jwt.encode(claims, DEVELOPMENT_SECRET, ALGORITHM)


def basic(user: str, password: str) -> str:
    """The value of an Authorization header for HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


#: Headers that sign somebody in, and some that nearly do.
HEADERS: Final = (
    *(("authorization", f"Bearer {token(user, scope)}") for user in USERS for scope in ("", "posts", "posts users")),
    *(("authorization", basic(user, password)) for user in USERS for password in (PASSWORD, "wrong", "")),
    ("authorization", f"bearer {token(USERS[0], 'users', minutes=-1)}"),
    ("authorization", f"Bearer {token(USERS[0], 'users')[:-1]}"),
    *(("authorization", text) for text in ("", "Bearer", "Basic", "Basic Og==", "Basic YQ", "Basic ====", "Digest a")),
    *(("x-api-key", text) for text in ("a key", "another key", "a", "")),
    *(("cookie", text) for text in ('api_key="a key"', "api_key=a key", "api_key=", "api_key")),
)
