"""What comes out."""

from dataclasses import dataclass
from datetime import datetime

from myapp.models import ReportState


@dataclass
class Message:
    message: str


@dataclass
class ReportPublic:
    id: int
    state: ReportState
    progress: int
    created_at: datetime
    finished_at: datetime | None
    error: str | None
    html_file: str | None
    csv_file: str | None
