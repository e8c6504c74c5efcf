"""Callbacks: the API tells a client's own API, at the address that the request names, that a post is published."""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, current_app

from myapp.blueprints.callbacks_webhooks.calls import is_allowed, notify
from myapp.kit import BackgroundTasks, Depends, Field, HTTPException, HttpUrl, operation, router_options

bp = Blueprint("callbacks_webhooks", __name__, url_prefix="/callbacks-webhooks")
router_options(bp, tags=["callbacks-webhooks"])
callbacks = Blueprint("callbacks", __name__)


@dataclass
class SubmittedPost:
    id: Annotated[str, Field(min_length=1, max_length=100)]
    title: str
    body: str | None = None


@dataclass
class PostEvent:
    description: str
    published: bool


@dataclass
class PostEventReceived:
    ok: bool


@dataclass
class PostReceived:
    msg: str


@dataclass
class Refusal:
    detail: str


def get_callback_hosts() -> tuple[str, ...]:
    hosts: tuple[str, ...] = current_app.extensions["settings"].callback_hosts
    return hosts


@callbacks.post("{$callback_url}/posts/{$request.body.id}")
@operation(response_model=PostEventReceived)
def post_notification(body: PostEvent) -> None:
    """What the client's API gets once the post is published."""


@bp.post("/posts/")
@operation(callbacks=[callbacks], responses={400: {"model": Refusal}})
def create_post(
    post: SubmittedPost,
    background_tasks: BackgroundTasks,
    hosts: Annotated[tuple[str, ...], Depends(get_callback_hosts)],
    callback_url: HttpUrl | None = None,
) -> PostReceived:
    """Publish a post; then call the client's API, if it says where that is."""
    if callback_url is not None:
        if not is_allowed(str(callback_url), hosts):
            raise HTTPException(status_code=400, detail="The host of callback_url is not allowed")
        background_tasks.add_task(notify, str(callback_url), post.id, f"{post.title} is published")
    return PostReceived(msg="Post received")
