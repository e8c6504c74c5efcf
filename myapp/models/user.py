"""Users: who signs in and who writes posts."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Enum, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Lowercase, UtcDateTime, utcnow

if TYPE_CHECKING:
    from .post import Post


class Role(enum.StrEnum):
    """What a user may do: write own posts, edit everyone's, look at the administration, or administer the site."""

    USER = "user"
    EDITOR = "editor"
    VIEWER = "viewer"
    ADMIN = "admin"


class User(Base):
    """A user. `password_hash` is what `myapp.passwords.hash_password` returned, never a password."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    # 254 characters is the longest address that a mail server accepts (RFC 5321, erratum 1690).
    email: Mapped[str] = mapped_column(Lowercase(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    # Text rather than a database enum: PostgreSQL's own type needs a migration of another kind for each new role.
    role: Mapped[Role] = mapped_column(
        Enum(
            Role,
            native_enum=False,
            length=20,
            validate_strings=True,
            values_callable=lambda roles: [role.value for role in roles],
        ),
        default=Role.USER,
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    # The database deletes the posts (ON DELETE CASCADE); passive_deletes saves loading them first.
    posts: Mapped[list[Post]] = relationship(
        back_populates="author", cascade="all, delete-orphan", passive_deletes=True, order_by="Post.id"
    )

    def __repr__(self) -> str:
        return f"<User {self.id} {self.email}>"
