"""Posts: what users write."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, utcnow

if TYPE_CHECKING:
    from .user import User

TITLE_LENGTH = 300


class Post(Base):
    """A post of one author; deleting the author deletes it."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str | None] = mapped_column(Text)
    # With its old value: whether this is news to anybody depends on it.
    published: Mapped[bool] = mapped_column(default=False, active_history=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    # Counts the changes, whoever makes them: the database adds one in the statement that changes a row.
    version: Mapped[int] = mapped_column(default=1, server_default="1", onupdate=text("version + 1"))
    # No database indexes the referring side of a foreign key by itself (SQLite and PostgreSQL don't).
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)

    author: Mapped[User] = relationship(back_populates="posts")

    def __repr__(self) -> str:
        return f"<Post {self.id} {self.title!r}>"
