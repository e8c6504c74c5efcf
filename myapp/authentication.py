"""Who it is: by password, or by a token that was given for one. Framework-free, so both sides share it.

Pairs https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/ and
https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/ with the libraries of those pages: PyJWT, and pwdlib in
`myapp.passwords`. Every token says who made it and for whom (`iss`, `aud`), what it is (`type`: one that was mailed to
set a password opens nothing else), whose it is (`sub`: the user's number, which an address that changes hands does not
take along) and until when (`exp`). An access token also says for what (`scope`) and of which login it is (`sid`):
looking up the user takes that row along, so that a login which has ended ends its tokens at once.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import LARGEST_ID, Login, Role, User, utcnow
from .passwords import verify_password
from .settings import Settings

# Pinned: whoever lets the token name its own algorithm accepts unsigned ones.
ALGORITHM: Final = "HS256"
ISSUER: Final = "myapp"
AUDIENCE: Final = "myapp-api"

#: What a token may be for, and what the document says of it.
SCOPES: Final[Mapping[str, str]] = {"posts": "Read your own posts.", "users": "Read and change all users."}

#: The scope that makes a sign-in one of OpenID Connect. Every role has it, and nobody who does not ask for it.
OPENID_SCOPES: Final[Mapping[str, str]] = {"openid": "Know who you are, and your e-mail address.", **SCOPES}

_OF_ROLE: Final[Mapping[Role, frozenset[str]]] = {
    Role.USER: frozenset({"openid", "posts"}),
    Role.EDITOR: frozenset({"openid", "posts"}),
    Role.VIEWER: frozenset({"openid", "posts"}),
    Role.ADMIN: frozenset({"openid", "posts", "users"}),
}


class InvalidToken(Exception):
    """Not a token of this application, not one of the kind that was asked for, or no longer one."""


class TokenType(enum.StrEnum):
    """What a signed token is for; none of them does for another."""

    ACCESS = "access"
    SIGN_UP = "sign-up"
    RESET = "reset"
    CODE = "authorization-code"


@dataclass(frozen=True)
class TokenData:
    """What a valid access token says."""

    user_id: int
    login_id: str
    scopes: tuple[str, ...]


class TokenAnswer(TypedDict):
    """What goes with a new access token; `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def permitted(role: Role, scopes: Iterable[str]) -> list[str]:
    """Those of the scopes that the role allows, each once, in the order of OPENID_SCOPES."""
    asked = set(scopes)
    return [scope for scope in OPENID_SCOPES if scope in asked and scope in _OF_ROLE[role]]


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


def password_mark(user: User) -> str:
    """What stands for the present password in logins and mailed tokens: another password has another one.

    Argon2 salts every hash, so this tells nothing of the password, and the same password set once more counts as new.
    """
    return hashlib.sha256(user.password_hash.encode()).hexdigest()


def create_access_token(login: Login, scopes: Iterable[str], settings: Settings) -> str:
    """A signed token of this login, good for `settings.access_token_minutes`."""
    claims = {"sub": str(login.user_id), "sid": login.id, "scope": " ".join(scopes)}
    return sign(TokenType.ACCESS, claims, timedelta(minutes=settings.access_token_minutes), settings)


def token_answer(login: Login, scopes: Iterable[str], settings: Settings) -> TokenAnswer:
    """What every answer says that gives an access token (RFC 6749, section 5.1), with a new one."""
    scopes = list(scopes)
    return {
        "access_token": create_access_token(login, scopes, settings),
        "token_type": "bearer",
        "expires_in": settings.access_token_minutes * 60,
        "scope": " ".join(scopes),
    }


def read_access_token(token: str, settings: Settings) -> TokenData:
    """What an access token says. Raises InvalidToken for one that is expired, unsigned, changed, or somebody else's."""
    claims = read(TokenType.ACCESS, token, settings, require=("sid", "scope"))
    return TokenData(user_id(claims), str(claims["sid"]), tuple(str(claims["scope"]).split()))


def get_token_user(session: Session, token: TokenData) -> User | None:
    """Whose token it is, active or not; None when there is no such user, or the login has ended."""
    if "\x00" in token.login_id:
        return None
    login_of_user = select(Login, User).join(Login.user).where(Login.id == token.login_id, User.id == token.user_id)
    found = session.execute(login_of_user).one_or_none()
    return found.User if found is not None and is_open(found.Login, found.User) else None


def is_open(login: Login, user: User) -> bool:
    """Tell whether a login has not ended: it expires, is revoked, or the password is changed."""
    ended = login.revoked_at is not None or login.expires_at <= utcnow()
    return not ended and hmac.compare_digest(login.password_mark, password_mark(user))


def sign(kind: TokenType, claims: Mapping[str, Any], lifetime: timedelta, settings: Settings) -> str:
    """A signed token (RFC 7519) of this kind, with these claims, which expires after `lifetime`."""
    now: datetime = utcnow()
    frame = {"iss": ISSUER, "aud": AUDIENCE, "type": kind, "iat": now, "exp": now + lifetime}
    return jwt.encode({**frame, **claims}, settings.secret_key, algorithm=ALGORITHM)


def read(kind: TokenType, token: str, settings: Settings, require: tuple[str, ...] = ()) -> dict[str, Any]:
    """The claims of a token of this kind. Raises InvalidToken for any other, and for one without a required claim."""
    needed = ["iss", "aud", "type", "iat", "exp", "sub", *require]
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.secret_key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": needed},
        )
    except (jwt.InvalidTokenError, UnicodeError) as error:  # half a surrogate pair is in no encoding
        raise InvalidToken(str(error)) from error
    if claims["type"] != kind:
        raise InvalidToken(f"a token of the type {claims['type']!r}, not {kind}")
    return claims


def user_id(claims: Mapping[str, Any]) -> int:
    """The user that `sub` names. Raises InvalidToken for what is no user's number."""
    subject = str(claims["sub"])
    if not (subject.isascii() and subject.isdigit() and len(subject) <= 10 and int(subject) <= LARGEST_ID):
        raise InvalidToken(f"{subject!r} is no user's number")
    return int(subject)
