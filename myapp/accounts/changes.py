"""What happens to an account: it begins with a mailed token, gets another password, and is closed.

A mailed token is a signed one with a purpose (`type`) and a short life, and works once: a sign-up's is worth nothing
when its address has an account, and a reset's is bound to the password that it replaces and the address it went to.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from myapp.authentication import InvalidToken, TokenType, password_mark, read, sign, user_id
from myapp.models import User
from myapp.passwords import hash_password
from myapp.settings import Settings

from . import logins

SIGN_UP_LIFETIME = timedelta(hours=24)
# Not shorter than the window of `myapp.throttle.MAILS`.
RESET_LIFETIME = timedelta(hours=1)


class ChangedMeanwhile(Exception):
    """The password that was checked is not the present one any more."""


def sign_up_token(email: str, settings: Settings) -> str:
    """A token that lets whoever gets it, by mail, open an account with this address."""
    return sign(TokenType.SIGN_UP, {"sub": email.lower()}, SIGN_UP_LIFETIME, settings)


def sign_up(session: Session, token: str, password: str, settings: Settings) -> User:
    """Open an account with the address that a token was mailed to; always an ordinary one. Commits.

    Raises InvalidToken, also when the address has an account already.
    """
    email = read(TokenType.SIGN_UP, token, settings)["sub"]
    user = User(email=email, password_hash=hash_password(password))
    session.add(user)
    try:
        session.commit()
    except IntegrityError:  # the database decides: a look-up beforehand would lose the race
        session.rollback()
        raise InvalidToken("there is an account with this address") from None
    return user


def reset_token(user: User, settings: Settings) -> str:
    """A token that lets whoever gets it, by mail, set this user's password while it and the address are as now."""
    claims = {"sub": str(user.id), "mark": password_mark(user), "email": user.email.lower()}
    return sign(TokenType.RESET, claims, RESET_LIFETIME, settings)


def reset_password(session: Session, token: str, password: str, settings: Settings) -> None:
    """Set the password of the user whom a token was mailed to, and end every login. Commits. Raises InvalidToken."""
    claims = read(TokenType.RESET, token, settings, require=("mark", "email"))
    user = session.get(User, user_id(claims))
    if user is None or not user.is_active:
        raise InvalidToken("there is no such user any more")
    if (password_mark(user), user.email) != (claims["mark"], claims["email"]):
        raise InvalidToken("the password or the address is another one by now")
    if not _set_password(session, user, password):
        raise InvalidToken("somebody else was faster")


def change_password(session: Session, user: User, new: str) -> None:
    """Set another password for who has given the present one, and end every login. Commits. Raises ChangedMeanwhile."""
    if not _set_password(session, user, new):
        raise ChangedMeanwhile


def deactivate(session: Session, user: User) -> None:
    """Close an account, and end every login: made active again, it begins with none. Commits."""
    user.is_active = False
    logins.end_all(session, user.id)
    session.commit()


def _set_password(session: Session, user: User, password: str) -> bool:
    """Replace the password that was checked, and no other: of two changes at the same moment one wins. Commits."""
    known, replacement = user.password_hash, hash_password(password)
    changed = update(User).where(User.id == user.id, User.password_hash == known).returning(User.id)
    if session.execute(changed.values(password_hash=replacement)).scalar() is None:
        session.rollback()
        return False
    logins.end_all(session, user.id)
    session.commit()
    return True
