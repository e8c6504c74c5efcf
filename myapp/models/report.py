"""Reports: what a Celery task makes of the posts, and how far it has come."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, utcnow

if TYPE_CHECKING:
    from .user import User


class ReportState(enum.StrEnum):
    """Waiting in the queue, taken by a worker, finished, or given up."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Report(Base):
    """A report that somebody asked for. The row outlives the message in the queue, so nothing is lost unseen."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ReportState] = mapped_column(
        Enum(
            ReportState,
            native_enum=False,
            length=20,
            validate_strings=True,
            values_callable=lambda states: [state.value for state in states],
        ),
        default=ReportState.PENDING,
    )
    # Per cent.
    progress: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(300))
    # Names of files in the folder for reports, without a path.
    html_file: Mapped[str | None] = mapped_column(String(100))
    csv_file: Mapped[str | None] = mapped_column(String(100))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)

    owner: Mapped[User | None] = relationship()

    def __repr__(self) -> str:
        return f"<Report {self.id} {self.state}>"
