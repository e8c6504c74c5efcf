"""Who it is: by password, or by a token that was given for one. Framework-free, so both sides share it.

Pairs https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/ and
https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/ with the libraries of those pages: PyJWT, and pwdlib in
`myapp.passwords`. A token says whose it is (`sub`), until when (`exp`) and for what (`scope`); it is signed with the
application's secret, so one that either side has given is good on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Role, User
from .passwords import verify_password
from .settings import Settings

# Pinned: whoever lets the token name its own algorithm accepts unsigned ones.
ALGORITHM: Final = "HS256"

#: What a token may be for, and what the document says of it.
SCOPES: Final[Mapping[str, str]] = {"posts": "Read your own posts.", "users": "Read all users."}

_OF_ROLE: Final[Mapping[Role, frozenset[str]]] = {
    Role.USER: frozenset({"posts"}),
    Role.EDITOR: frozenset({"posts"}),
    Role.ADMIN: frozenset({"posts", "users"}),
}


class InvalidToken(Exception):
    """Not a token of this application, or no longer one."""


@dataclass(frozen=True)
class TokenData:
    """What a valid token says."""

    username: str
    scopes: tuple[str, ...]


def permitted(role: Role, scopes: Iterable[str]) -> list[str]:
    """Those of the scopes that the role allows, each once, in the order of SCOPES."""
    asked = set(scopes)
    return [scope for scope in SCOPES if scope in asked and scope in _OF_ROLE[role]]


def get_user(session: Session, username: str) -> User | None:
    """The user with this e-mail address, in whatever case."""
    if "\x00" in username:
        return None  # PostgreSQL has no such text, and says so with an error
    return session.scalar(select(User).where(User.email == username))


def authenticate(session: Session, username: str, password: str) -> User | None:
    """The user whose e-mail address and password these are, active or not; else None.

    It takes as long for an address that nobody has, so that an answer's time does not tell which addresses are known.
    """
    user = get_user(session, username)
    known = verify_password(password, None if user is None else user.password_hash)
    return user if known else None


def create_access_token(user: User, scopes: Iterable[str], settings: Settings) -> str:
    """A signed token for this user, good for `settings.access_token_minutes`."""
    expires = datetime.now(UTC) + timedelta(minutes=settings.access_token_minutes)
    claims = {"sub": user.email, "exp": expires, "scope": " ".join(scopes)}
    return jwt.encode(claims, settings.secret_key, algorithm=ALGORITHM)


def read_access_token(token: str, settings: Settings) -> TokenData:
    """What a token says. Raises InvalidToken for one that is expired, unsigned, changed, or signed by somebody else."""
    try:
        claims = jwt.decode(
            token, settings.secret_key, algorithms=[ALGORITHM], options={"require": ["exp", "sub", "scope"]}
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken(str(error)) from error
    return TokenData(username=claims["sub"], scopes=tuple(str(claims["scope"]).split()))
