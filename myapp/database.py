"""Engines and sessions: what Flask-SQLAlchemy leaves to the application.

`get_session` is the session dependency of FastAPI's tutorial/sql-databases page. `db.session` still works in plain
views; the kit's views take a session as a dependency instead, because a scoped session ends with the app context, which
is before a streamed response has been sent, and because a dependency can be overridden in a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from .extensions import db

if TYPE_CHECKING:
    from .settings import Settings

# Seconds. SQLite waits in C, so a gevent worker stands still meanwhile: a write transaction must not wait for anything
# but the database between its first statement and its commit.
SQLITE_BUSY_TIMEOUT = 5
POSTGRESQL_CONNECT_TIMEOUT = 5
POOL_TIMEOUT = 10


def engine_options(url: str, pool_size: int) -> dict[str, Any]:
    """Return what `create_engine` (and SQLALCHEMY_ENGINE_OPTIONS) takes for this database.

    In: the database's URL and how many connections one worker process keeps. Errors show no statement's values: a hash
    of a password would be in the log, and on the page that shows a trace while debugging.
    """
    return {**_connections(url, pool_size), "hide_parameters": True}


def _connections(url: str, pool_size: int) -> dict[str, Any]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            # A database in memory belongs to its connection, so all threads must share that one.
            return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        return {
            "connect_args": {"timeout": SQLITE_BUSY_TIMEOUT},
            "pool_size": pool_size,
            # Opening a file costs little, and a request that streams keeps its connection for long.
            "max_overflow": -1,
        }
    return {
        "connect_args": {"connect_timeout": POSTGRESQL_CONNECT_TIMEOUT},
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": POOL_TIMEOUT,
        # One round trip a request: without it the first request of each connection fails after the server restarts.
        "pool_pre_ping": True,
    }


def prepare(engine: Engine) -> Engine:
    """Make every connection of an SQLite engine keep foreign keys and write-ahead; return the engine.

    Listens on this engine only, so other engines in the process keep their ways.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def make_engine(url: str, pool_size: int = 5) -> Engine:
    """Return an engine that needs no Flask application, with the options of the application's own."""
    return prepare(create_engine(url, **engine_options(url, pool_size)))


def init_app(app: Flask, settings: Settings) -> None:
    """Bind Flask-SQLAlchemy to the application; opens no connection."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url, settings.database_pool_size)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def get_session() -> Iterator[Session]:
    """Yield a session for one request: a dependency, to be used as `Annotated[Session, Depends(get_session)]`.

    Needs the app context only to find the engine; the session itself lives until the generator is closed. What was not
    committed is rolled back.
    """
    # What was committed stays as it is: the answer is written from it, and would else read it once more.
    with Session(db.engine, expire_on_commit=False) as session:
        yield session


def leave_connections(app: Flask) -> None:
    """Give a forked process connections of its own; the parent's stay open for the parent.

    Two processes that talk over one inherited connection read each other's answers. Called by gunicorn's `post_fork`
    when the application was loaded before the fork.
    """
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)


def _set_pragmas(connection: Any, record: Any) -> None:
    # A file keeps journal_mode; the other two are settings of the connection, and SQLite's defaults are off and FULL.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()
