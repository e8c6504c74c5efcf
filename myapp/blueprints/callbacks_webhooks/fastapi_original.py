"""Callbacks: the API tells a client's own API, at the address that the request names, that a post is published."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request
from pydantic import BaseModel, Field, HttpUrl

from myapp.blueprints.callbacks_webhooks.calls import is_allowed, notify

router = APIRouter(prefix="/callbacks-webhooks", tags=["callbacks-webhooks"])
callbacks_router = APIRouter()


class SubmittedPost(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=100)]
    title: str
    body: str | None = None


class PostEvent(BaseModel):
    description: str
    published: bool


class PostEventReceived(BaseModel):
    ok: bool


class PostReceived(BaseModel):
    msg: str


class Refusal(BaseModel):
    detail: str


def get_callback_hosts(request: Request) -> tuple[str, ...]:
    hosts: tuple[str, ...] = request.app.state.settings.callback_hosts
    return hosts


@callbacks_router.post("{$callback_url}/posts/{$request.body.id}", response_model=PostEventReceived)
def post_notification(body: PostEvent) -> None:
    """What the client's API gets once the post is published."""


@router.post("/posts/", callbacks=callbacks_router.routes, responses={400: {"model": Refusal}})
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
