"""The posts as a sequence in which a listener has a place; used by both sides."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from myapp.models import Post

HEARTBEAT = 10.0  # seconds without a message after which the rows are looked at all the same
BATCH = 100
LOCK = 20_150_151  # any number that no other advisory lock of the database has


def posts_after(engine: Engine, number: int) -> list[Post]:
    """Return the next posts after this one, oldest first, no more than BATCH. Keeps no connection."""
    with Session(engine) as session:
        return list(session.scalars(select(Post).where(Post.id > number).order_by(Post.id).limit(BATCH)))


def newest(engine: Engine) -> int:
    """Return the number of the newest post, 0 when there is none."""
    with Session(engine) as session:
        return session.scalar(select(func.max(Post.id))) or 0


def take_turns(session: Session) -> None:
    """Let posts become visible in the order of their numbers: until this transaction ends no other gets past here.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
