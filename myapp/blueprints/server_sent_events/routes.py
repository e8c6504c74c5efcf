"""Events for new posts, an export line by line, and smaller streams: views that yield."""

import asyncio
import logging
from collections.abc import AsyncIterable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from flask import Blueprint
from sqlalchemy import select

from myapp.blueprints.server_sent_events.feed import HEARTBEAT, newest, posts_after, take_turns
from myapp.blueprints.server_sent_events.schemas import Announcement, PostLine, Prompt, Tick
from myapp.dependencies import EngineDep, SessionDep
from myapp.hub import Hub, HubError, Missed, Subscription, current_hub
from myapp.kit import (
    Depends,
    EventSourceResponse,
    Header,
    HTTPException,
    Query,
    ServerSentEvent,
    operation,
    router_options,
)
from myapp.models import LARGEST_ID, Post, User

logger = logging.getLogger(__name__)

bp = Blueprint("server_sent_events", __name__, url_prefix="/server-sent-events")
router_options(bp, tags=["server-sent-events"])

CHANNEL = "posts"

HubDep = Annotated[Hub, Depends(current_hub)]


def listen(hub: Hub) -> Subscription:
    """Listen for new posts. With Redis away nobody rings, and a listener has the heartbeat until it connects again."""
    try:
        return hub.subscribe(CHANNEL)
    except HubError as error:
        logger.warning("a listener will find new posts at its heartbeat: %s", error)
        return Hub().subscribe(CHANNEL)


@bp.post("/posts/")
@operation(status_code=201)
def create_post(new: Announcement, session: SessionDep, hub: HubDep) -> PostLine:
    """Publish a post, and tell everybody who listens."""
    if session.get(User, new.author_id) is None:
        raise HTTPException(status_code=404, detail="User not found")
    take_turns(session)
    post = Post(title=new.title, body=new.body, author_id=new.author_id, published=True)
    session.add(post)
    session.commit()
    try:
        hub.publish(CHANNEL, {"id": post.id})
    except HubError as error:
        logger.warning("the listeners will find post %d at their next heartbeat: %s", post.id, error)
    return PostLine.of(post)


@bp.get("/notifications")
@operation(response_class=EventSourceResponse)
def stream_notifications(
    engine: EngineDep,
    hub: HubDep,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int | None, Query(ge=1, le=1000)] = None,
) -> Iterable[ServerSentEvent]:
    """Send an event for each new post, and first for those after `Last-Event-ID`; end after `limit` of them."""
    last = newest(engine) if last_event_id is None else last_event_id
    sent = 0
    with listen(hub) as bell:
        while True:
            posts = posts_after(engine, last)
            for post in posts:
                yield ServerSentEvent(data=PostLine.of(post), event="post", id=str(post.id), retry=2000)
                last, sent = post.id, sent + 1
                if sent == limit:
                    return
            if not posts:
                message = None
                with suppress(Missed):  # the rows miss nothing
                    message = bell.get(HEARTBEAT)
                if message is None:
                    yield ServerSentEvent(comment="ping")


@bp.get("/posts.jsonl")
@operation()
def export_posts(session: SessionDep) -> Iterable[PostLine]:
    """Export every post, a JSON document a line."""
    posts = session.scalars(select(Post).order_by(Post.id).execution_options(yield_per=500))
    yield from map(PostLine.of, posts)


@bp.get("/latest")
@operation(response_class=EventSourceResponse)
def stream_latest(session: SessionDep, count: Annotated[int, Query(ge=1, le=100)] = 10) -> Iterable[PostLine]:
    """Send the latest posts as events, each checked against its model."""
    for post in session.scalars(select(Post).order_by(Post.id.desc()).limit(count)):
        yield PostLine.of(post)


@bp.get("/countdown")
@operation(response_class=EventSourceResponse)
async def count_down(
    start: Annotated[int, Query(ge=0, le=10)] = 3, pause: Annotated[float, Query(ge=0, le=0.1)] = 0
) -> AsyncIterable[Tick]:
    """Count down, from an async generator."""
    for left in range(start, -1, -1):
        yield Tick(left)
        await asyncio.sleep(pause)


@bp.post("/words")
@operation(response_class=EventSourceResponse)
def stream_words(prompt: Prompt) -> Iterable[ServerSentEvent]:
    """Send a text back word by word, as a language model would: events in answer to a POST."""
    for number, word in enumerate(prompt.text.split()):
        yield ServerSentEvent(data=word, event="word", id=str(number))
    yield ServerSentEvent(raw_data="[DONE]", event="done")


@bp.get("/page")
def show_notifications() -> str:
    """Show a page that listens."""
    return Path(__file__).with_name("page.html").read_text()
