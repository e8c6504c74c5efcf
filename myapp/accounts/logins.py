"""Logins: a refresh token is good for one use, and gives the next one; using one twice ends the whole login.

Pairs no page of FastAPI's, which leaves this to the application: RFC 6749, section 6, with the rotation that RFC 9700,
section 4.14.2, asks for. Whoever copies a refresh token uses it before or after its owner; the second of the two uses
shows that there are two of them, and since nobody can tell which is the thief, both have to sign in again.

Refresh tokens are random and kept as SHA-256: who reads the database can't use them. Taking one is one UPDATE that only
one of two requests at the same moment can win; the login's row is locked next, so that a new token can't slip past a
revocation under way.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from myapp.authentication import is_open, password_mark
from myapp.models import Login, RefreshToken, User, utcnow
from myapp.models.base import UtcDateTime
from myapp.settings import Settings

logger = logging.getLogger(__name__)


class InvalidRefreshToken(Exception):
    """No refresh token of this application, a used one, or one whose login has ended."""


class NotActive(Exception):
    """The user has been deactivated or deleted since the password was checked."""


def new_token() -> str:
    """256 random bits as text that fits a URL."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def begin(session: Session, user: User, scopes: Iterable[str], settings: Settings) -> tuple[Login, str]:
    """Sign a user in: returns the login and its first refresh token. Commits.

    Raises NotActive. One statement looks and inserts, with the user's row locked: a deactivation at the same moment
    comes before it, or finds the login and ends it.
    """
    values = {
        "id": literal(new_token()),
        "user_id": User.id,
        "password_mark": literal(password_mark(user)),
        "scope": literal(" ".join(scopes)),
        "created_at": literal(utcnow(), UtcDateTime),
        "expires_at": literal(utcnow() + timedelta(days=settings.login_days), UtcDateTime),
    }
    still_active = select(*values.values()).where(User.id == user.id, User.is_active).with_for_update(read=True)
    login = session.scalar(insert(Login).from_select(list(values), still_active).returning(Login))
    if login is None:
        session.rollback()
        raise NotActive
    token = _give(session, login)
    session.commit()
    return login, token


def refresh(session: Session, token: str) -> tuple[Login, User, str]:
    """Use a refresh token up: returns its login, the user, and the next one. Commits.

    Raises InvalidRefreshToken; when this one has been used before, the login has ended by then.
    """
    login, user = use(session, hash_of(token))
    following = _give(session, login)
    session.commit()
    return login, user, following


def use(session: Session, token_hash: str) -> tuple[Login, User]:
    """Use a token up that is known by its hash alone: returns its login and the user, both locked until the commit.

    Raises InvalidRefreshToken as `refresh` does. Does not commit otherwise.
    """
    # One statement that also locks, first of all: SQLite can't turn a read into a write while others write.
    unused = update(RefreshToken).where(RefreshToken.token_hash == token_hash, RefreshToken.used_at.is_(None))
    taken = session.execute(unused.values(used_at=utcnow()).returning(RefreshToken.login_id)).scalar()
    if taken is None:
        _end_if_reused(session, token_hash)
        raise InvalidRefreshToken
    login = session.scalars(select(Login).where(Login.id == taken).with_for_update()).one()
    user = session.scalars(select(User).where(User.id == login.user_id)).one()
    if not (user.is_active and is_open(login, user)):
        session.commit()
        raise InvalidRefreshToken
    return login, user


def end(session: Session, token: str) -> None:
    """Sign out: end the login of a refresh token, used or not; anything else is no error (RFC 7009). Commits."""
    login_id = select(RefreshToken.login_id).where(RefreshToken.token_hash == hash_of(token)).scalar_subquery()
    session.execute(update(Login).where(Login.id == login_id, Login.revoked_at.is_(None)).values(revoked_at=utcnow()))
    session.commit()


def end_all(session: Session, user_id: int) -> None:
    """End every login of a user. Does not commit: it belongs to what makes it necessary.

    The user's row is locked first: a login that begins at the same moment is seen here, or waits for the commit.
    """
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    ended = update(Login).where(Login.user_id == user_id, Login.revoked_at.is_(None))
    session.execute(ended.values(revoked_at=utcnow()))


def clean_up(session: Session) -> int:
    """Delete the logins that have expired, with their tokens; returns how many. Commits."""
    deleted = session.execute(delete(Login).where(Login.expires_at <= utcnow()))
    session.commit()
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def _end_if_reused(session: Session, token_hash: str) -> None:
    used = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == token_hash))
    if used is None:
        return
    ended = update(Login).where(Login.id == used.login_id, Login.revoked_at.is_(None)).values(revoked_at=utcnow())
    if session.execute(ended.returning(Login.user_id)).scalar() is not None:
        logger.warning("a refresh token was used twice: its login has ended")
    session.commit()


def _give(session: Session, login: Login) -> str:
    token = new_token()
    session.add(RefreshToken(login_id=login.id, token_hash=hash_of(token)))
    session.flush()
    return token
