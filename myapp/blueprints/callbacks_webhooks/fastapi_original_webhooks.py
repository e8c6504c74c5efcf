"""Webhooks: what users get at the addresses that they configured; given to `FastAPI(webhooks=...)`."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

webhooks = APIRouter()


class PublishedPost(BaseModel):
    id: str
    title: str
    published_at: datetime


@webhooks.post("new-post")
def new_post(body: PublishedPost) -> None:
    """Sent to every subscriber's address when somebody publishes a post."""
