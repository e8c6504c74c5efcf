"""Webhooks: what users get at the addresses that they configured; given to `Api(webhooks=...)`."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint

from myapp.kit import operation

webhooks = Blueprint("webhooks", __name__)


@dataclass
class PublishedPost:
    id: str
    title: str
    published_at: datetime


@webhooks.post("new-post")
@operation()
def new_post(body: PublishedPost) -> None:
    """Sent to every subscriber's address when somebody publishes a post."""
