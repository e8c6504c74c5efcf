"""The application with a few views that only a test wants: `gunicorn tests.live.served:app`."""

import asyncio
import fcntl
import itertools
import logging
import os
import time
from collections.abc import AsyncIterable, Iterable
from typing import Annotated, Any

from flask import request
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from myapp import create_app
from myapp.authentication import password_mark
from myapp.blueprints.server_sent_events import routes
from myapp.extensions import db
from myapp.hub import Hub, current_hub
from myapp.kit import BackgroundTasks, Depends, EventSourceResponse, ServerSentEvent, operation
from myapp.models import Base, Login, Post, User
from tests.parity.database import FOREVER

app = create_app()

#: What a listener has not been told of stays unknown: no look at the rows makes up for it while a test runs.
routes.HEARTBEAT = 3600.0

with app.app_context():
    with (app.extensions["settings"].data_dir / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers at once would be in each other's way
        Base.metadata.create_all(db.engine)
    # A connection that is open when the master forks, with --preload.
    with db.engine.connect() as connection:
        connection.execute(select(1))


@app.before_request
def say_who_serves() -> None:
    """For a client that has a name, write down which process has it."""
    if name := request.headers.get("X-Name"):
        logging.getLogger("myapp.tests").info("%s is served by %d", name, os.getpid())


@app.get("/sleep/<float:seconds>")
def sleep(seconds: float) -> str:
    """Wait in Python."""
    time.sleep(seconds)
    return "slept"


turns = itertools.count(1)


@app.get("/turn")
def turn() -> str:
    """Tell the how manyth request to this view this is."""
    return str(next(turns))


@app.get("/database-sleep/<float:seconds>")
def database_sleep(seconds: float) -> str:
    """Wait in PostgreSQL."""
    with Session(db.engine) as session:
        session.execute(select(func.pg_sleep(seconds)))
    return "slept"


@app.get("/whose-connection")
def whose_connection() -> dict[str, int | None]:
    """Tell which process answers, and which PostgreSQL process serves it."""
    with Session(db.engine) as session:
        return {"worker": os.getpid(), "backend": session.scalar(text("SELECT pg_backend_pid()"))}


@app.get("/who")
def who() -> dict[str, str | None]:
    """Tell by which scheme and from which address the request seems to come."""
    return {"scheme": request.scheme, "visitor": request.remote_addr}


@app.post("/users/<int:number>")
def add_user(number: int) -> str:
    """Read, then write."""
    with Session(db.engine) as session:
        session.scalar(select(func.count(User.id)))
        user = User(email=f"user{number}@example.com", password_hash="unusable")
        login = Login(id=f"login-{number}", user=user, password_mark=password_mark(user), scope="", expires_at=FOREVER)
        session.add(login)
        session.commit()
    return "added"


class QuickEvents(EventSourceResponse):
    """Events with a ping five times a second."""

    ping_interval = 0.2


@app.get("/quick")
@operation(response_class=QuickEvents)
def quick(hub: Annotated[Hub, Depends(current_hub)]) -> Iterable[Any]:
    """Send what comes on a channel, waiting for it in Python."""
    with hub.subscribe("quick") as subscription:
        while True:
            message = subscription.get(1)
            if message is not None:
                yield message
            else:
                yield ServerSentEvent(comment="nothing")


@app.get("/quick-async")
@operation(response_class=QuickEvents)
async def quick_async(hub: Annotated[Hub, Depends(current_hub)]) -> AsyncIterable[int]:
    """Send one number, then wait for ever on the event loop."""
    with hub.subscribe("quick"):
        yield 1
        await asyncio.sleep(3600)


@app.post("/quick/<int:number>")
def publish(number: int) -> str:
    """Send to whoever is on the channel."""
    current_hub().publish("quick", {"number": number})
    return "published"


@app.get("/listeners")
def listeners() -> str:
    """Tell how many subscriptions there are in this process."""
    return str(len(current_hub()._everybody()))


@app.post("/fill/<int:number>")
def fill(number: int) -> str:
    """Write that many posts of a thousand letters."""
    with Session(db.engine) as session:
        author = User(email="filler@example.com", password_hash="unusable")
        session.add(author)
        session.flush()
        row = {"title": "one of many", "body": "x" * 1000, "author_id": author.id}
        for _ in range(0, number, 1000):
            session.execute(insert(Post), [row] * 1000)
        session.commit()
    return "filled"


@app.post("/leave-behind/<int(signed=True):seconds>")
@operation(include_in_schema=False)
def leave_behind(seconds: int, tasks: BackgroundTasks) -> str:
    """Answer, and leave a task that takes so long."""
    tasks.add_task(work, seconds)
    return "answered"


def work(seconds: int) -> None:
    """Take time."""
    if seconds < 0:
        raise ValueError("a task of less than no time")
    time.sleep(seconds)
    logging.getLogger("myapp.tests").info("the task is over")
