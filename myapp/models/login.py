"""Logins, and the refresh tokens that each has used up: what can be taken back of a token, which itself can't."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, utcnow

if TYPE_CHECKING:
    from .user import User


class Login(Base):
    """One time that somebody signed in by the API: a family of tokens, which ends as a whole.

    It is good until it expires, is revoked, or the user's password is another one than `password_mark` was made of.
    """

    __tablename__ = "logins"

    # Random, so that a token's `sid` is nobody's but this login's, in any database.
    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    password_mark: Mapped[str] = mapped_column(String(64))
    # What was asked for and allowed, separated by spaces; a new access token is never for more.
    scope: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    def __repr__(self) -> str:
        return f"<Login of user {self.user_id} until {self.expires_at}>"


class RefreshToken(Base):
    """A refresh token of a login, by its SHA-256 alone. Used ones stay as long as the login, to be known again."""

    __tablename__ = "refresh_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    login_id: Mapped[str] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    login: Mapped[Login] = relationship()

    def __repr__(self) -> str:
        return f"<RefreshToken {self.id}>"
