"""Webhooks: who wants to be called about what, and each call with what became of it."""

from __future__ import annotations

import base64
import enum
from datetime import datetime
from secrets import token_bytes
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .base import Base, UtcDateTime, utcnow

if TYPE_CHECKING:
    from .user import User


class WebhookEvent(enum.StrEnum):
    """What can be subscribed to."""

    NEW_POST = "new-post"
    UPDATED_POST = "updated-post"


class DeliveryState(enum.StrEnum):
    """Still to be sent (for the first time or again), accepted by the receiver, or given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


def new_secret() -> str:
    """Return a signing secret in the form of https://www.standardwebhooks.com."""
    return "whsec_" + base64.b64encode(token_bytes(32)).decode()


def new_message_id() -> str:
    """Return what a receiver tells events apart by."""
    return f"msg_{token_bytes(16).hex()}"


class WebhookSubscription(Base):
    """A user's address that is called about events. It goes with the user.

    A receiver that answers 410 switches it off, and so do too many failures.
    """

    __tablename__ = "webhook_subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Text: the normal form of an address may be longer than what was sent.
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(JSON)
    # Signing needs the secret itself, so no hash would do. Deferred: what lists subscriptions does not hold it.
    secret: Mapped[str] = mapped_column(String(100), default=new_secret, deferred=True)
    active: Mapped[bool] = mapped_column(default=True)
    # Deliveries that were given up since the last one that was accepted.
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)

    owner: Mapped[User] = relationship()

    @validates("active")
    def _begin_anew(self, name: str, active: bool) -> bool:
        """Whoever switches it on again forgives the failures."""
        if active:
            self.failures = 0
        return active

    def __repr__(self) -> str:
        return f"<WebhookSubscription {self.id} {self.url!r}>"


class WebhookDelivery(Base):
    """One event for one subscription: what is sent, and how it went so far.

    The row is written in the transaction that it tells of, and outlives any message in the queue.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(40), default=new_message_id)
    event: Mapped[str] = mapped_column(String(40))
    # The very text that is sent and signed, the same in every attempt.
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(
        Enum(
            DeliveryState,
            native_enum=False,
            length=20,
            validate_strings=True,
            values_callable=lambda states: [state.value for state in states],
        ),
        default=DeliveryState.PENDING,
    )
    attempts: Mapped[int] = mapped_column(default=0)
    # Of the last attempt: what the receiver answered, or why there was no answer.
    status: Mapped[int | None] = mapped_column()
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("webhook_subscriptions.id", ondelete="CASCADE"), index=True)

    subscription: Mapped[WebhookSubscription] = relationship()

    def __repr__(self) -> str:
        return f"<WebhookDelivery {self.id} {self.event} {self.state}>"
