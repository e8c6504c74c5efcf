"""Events for new posts, an export line by line, and smaller streams: path operations that yield."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from myapp.blueprints.server_sent_events.feed import HEARTBEAT, newest, posts_after, take_turns
from myapp.models import LARGEST_ID, STORABLE_TEXT, Post, User
from myapp.twin_dependencies import EngineDep, SessionDep


class Announcement(BaseModel):
    title: str = Field(min_length=1, max_length=300, pattern=STORABLE_TEXT)
    author_id: int = Field(ge=1, le=LARGEST_ID)
    body: str | None = Field(default=None, pattern=STORABLE_TEXT)


class PostLine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    body: str | None
    author_id: int
    created_at: datetime


class Tick(BaseModel):
    left: int


class Prompt(BaseModel):
    text: str = Field(max_length=2000)


class Bells:
    """Wakes the listeners of this process. For several, a broker would ring."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.hung: set[asyncio.Event] = set()

    def ring(self) -> None:
        self.loop.call_soon_threadsafe(self.ring_here)

    def ring_here(self) -> None:
        for bell in self.hung:
            bell.set()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self.hung.add(bell)
        try:
            yield bell
        finally:
            self.hung.discard(bell)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    yield {"bells": Bells()}


router = APIRouter(prefix="/server-sent-events", tags=["server-sent-events"], lifespan=lifespan)


def get_bells(request: Request) -> Any:
    return request.state.bells


BellsDep = Annotated[Bells, Depends(get_bells)]


@router.post("/posts/", status_code=201)
def create_post(new: Announcement, session: SessionDep, bells: BellsDep) -> PostLine:
    """Publish a post, and tell everybody who listens."""
    if session.get(User, new.author_id) is None:
        raise HTTPException(status_code=404, detail="User not found")
    take_turns(session)
    post = Post(title=new.title, body=new.body, author_id=new.author_id, published=True)
    session.add(post)
    session.commit()
    bells.ring()
    return PostLine.model_validate(post)


@router.get("/notifications", response_class=EventSourceResponse)
async def stream_notifications(
    engine: EngineDep,
    bells: BellsDep,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int | None, Query(ge=1, le=1000)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Send an event for each new post, and first for those after `Last-Event-ID`; end after `limit` of them."""
    last = await run_in_threadpool(newest, engine) if last_event_id is None else last_event_id
    sent = 0
    with bells.listen() as bell:
        while True:
            posts = await run_in_threadpool(posts_after, engine, last)
            for post in posts:
                data = PostLine.model_validate(post)
                yield ServerSentEvent(data=data, event="post", id=str(post.id), retry=2000)
                last, sent = post.id, sent + 1
                if sent == limit:
                    return
            if not posts:
                try:
                    await asyncio.wait_for(bell.wait(), HEARTBEAT)
                    bell.clear()
                except TimeoutError:
                    yield ServerSentEvent(comment="ping")


@router.get("/posts.jsonl")
def export_posts(session: SessionDep) -> Iterable[PostLine]:
    """Export every post, a JSON document a line."""
    posts = session.scalars(select(Post).order_by(Post.id).execution_options(yield_per=500))
    yield from map(PostLine.model_validate, posts)


@router.get("/latest", response_class=EventSourceResponse)
def stream_latest(session: SessionDep, count: Annotated[int, Query(ge=1, le=100)] = 10) -> Iterable[PostLine]:
    """Send the latest posts as events, each checked against its model."""
    for post in session.scalars(select(Post).order_by(Post.id.desc()).limit(count)):
        yield PostLine.model_validate(post)


@router.get("/countdown", response_class=EventSourceResponse)
async def count_down(
    start: Annotated[int, Query(ge=0, le=10)] = 3, pause: Annotated[float, Query(ge=0, le=0.1)] = 0
) -> AsyncIterable[Tick]:
    """Count down, from an async generator."""
    for left in range(start, -1, -1):
        yield Tick(left=left)
        await asyncio.sleep(pause)


@router.post("/words", response_class=EventSourceResponse)
def stream_words(prompt: Prompt) -> Iterable[ServerSentEvent]:
    """Send a text back word by word, as a language model would: events in answer to a POST."""
    for number, word in enumerate(prompt.text.split()):
        yield ServerSentEvent(data=word, event="word", id=str(number))
    yield ServerSentEvent(raw_data="[DONE]", event="done")


@router.get("/page", response_class=HTMLResponse, include_in_schema=False)
def show_notifications() -> str:
    """Show a page that listens."""
    return Path(__file__).with_name("page.html").read_text()
