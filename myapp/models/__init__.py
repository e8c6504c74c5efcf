"""The application's own data: SQLAlchemy 2 models with typed columns, usable with or without Flask."""

from .base import LARGEST_ID, STORABLE_TEXT, Base, in_utc, utcnow
from .login import Login, RefreshToken
from .post import TITLE_LENGTH, Post
from .report import Report, ReportState
from .user import Role, User
from .webhook import DeliveryState, WebhookDelivery, WebhookEvent, WebhookSubscription

__all__ = [
    "LARGEST_ID",
    "STORABLE_TEXT",
    "TITLE_LENGTH",
    "Base",
    "DeliveryState",
    "Login",
    "Post",
    "RefreshToken",
    "Report",
    "ReportState",
    "Role",
    "User",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookSubscription",
    "in_utc",
    "utcnow",
]
