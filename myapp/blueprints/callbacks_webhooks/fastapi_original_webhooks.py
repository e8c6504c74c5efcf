"""Webhooks: what subscribers get at their addresses; given to `FastAPI(webhooks=...)`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from myapp.models import WebhookEvent

webhooks = APIRouter(responses={410: {"description": "Ends the subscription"}})


class Signature(BaseModel):
    webhook_id: str = Field(description="The same in every attempt: whoever keeps it takes no event twice")
    webhook_timestamp: int = Field(description="When this attempt was made, in seconds since 1970")
    webhook_signature: str = Field(
        description='"v1," and the HMAC-SHA256, in base64, of id, timestamp and body, joined by dots'
    )


class PostData(BaseModel):
    id: int
    title: str
    author_id: int


class PostEvent(BaseModel):
    type: WebhookEvent
    timestamp: datetime
    data: PostData


@webhooks.post("new-post", status_code=204)
def new_post(body: PostEvent, signature: Annotated[Signature, Header()]) -> None:
    """Sent to subscribers when somebody publishes a post. Any 2xx accepts it; other answers are tried again."""


@webhooks.post("updated-post", status_code=204)
def updated_post(body: PostEvent, signature: Annotated[Signature, Header()]) -> None:
    """Sent to subscribers when the title or the text of a published post is changed."""
