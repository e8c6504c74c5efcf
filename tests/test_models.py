"""myapp.models and myapp.database: the tables keep their promises on both databases, with and without Flask."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from myapp.database import get_session, make_engine
from myapp.extensions import db
from myapp.models import Base, Post, Role, User


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine without any Flask application, on each kind of database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'plain.sqlite3'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def make_user(email: str = "ada@example.com", **values: object) -> User:
    """A user that can be stored."""
    return User(email=email, password_hash="unusable", **values)


def test_defaults(engine: Engine) -> None:
    """A new user is active, plain and stamped with an aware time; a new post is a draft."""
    before = datetime.now(UTC)
    with Session(engine) as session:
        session.add(make_user(posts=[Post(title="Hello")]))
        session.commit()
    with Session(engine) as session:
        user = session.scalars(select(User)).one()
        assert (user.is_active, user.role) == (True, Role.USER)
        assert user.created_at.tzinfo is UTC
        assert before - timedelta(seconds=1) < user.created_at < datetime.now(UTC) + timedelta(seconds=1)
        (post,) = user.posts
        assert (post.body, post.published, post.author) == (None, False, user)


def test_emails_are_unique_whatever_their_case(engine: Engine) -> None:
    """ADA@example.com finds, and clashes with, ada@Example.com."""
    with Session(engine) as session:
        session.add(make_user("ada@Example.com"))
        session.commit()
        assert session.scalar(select(User.email).where(User.email == "ADA@EXAMPLE.COM")) == "ada@example.com"
        session.add(make_user("ADA@example.com"))
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_post_needs_an_author_that_exists(engine: Engine) -> None:
    """Foreign keys are enforced, on SQLite too."""
    with Session(engine) as session:
        session.add(Post(title="Orphan", author_id=1))
        with pytest.raises(IntegrityError):
            session.commit()


def test_deleting_a_user_deletes_the_posts(engine: Engine) -> None:
    """The database does it, so plain SQL does it too."""
    with Session(engine) as session:
        session.add_all([make_user(posts=[Post(title="One")]), make_user("b@example.com", posts=[Post(title="Two")])])
        session.commit()
        session.delete(session.scalars(select(User).where(User.email == "ada@example.com")).one())
        session.commit()
        assert session.scalars(select(Post.title)).all() == ["Two"]
        session.execute(text("DELETE FROM users"))
        session.commit()
        assert session.scalars(select(Post)).all() == []


def test_times_come_back_in_utc(engine: Engine) -> None:
    """An instant given in another zone reads as the same instant in UTC on both databases."""
    given = datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with Session(engine) as session:
        session.add(make_user(created_at=given))
        session.commit()
    with Session(engine) as session:
        stored = session.scalars(select(User.created_at)).one()
    assert (stored, stored.tzinfo) == (given, UTC)


def test_a_time_without_zone_is_refused(engine: Engine) -> None:
    """Nobody has to guess what it meant."""
    with Session(engine) as session:
        session.add(make_user(created_at=datetime(2026, 7, 1)))
        with pytest.raises(StatementError, match="without a time zone"):
            session.commit()


def test_an_unknown_role_is_refused(engine: Engine) -> None:
    """The column is text, the model is not."""
    with Session(engine) as session:
        session.add(make_user(role="king"))
        with pytest.raises(StatementError, match="king"):
            session.commit()


def test_sqlite_is_prepared(app: Flask) -> None:
    """Write-ahead log, foreign keys and a busy timeout, on the application's own engine."""
    with app.app_context(), db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "synchronous": 1}


def test_flask_sqlalchemy_uses_the_same_models(app: Flask) -> None:
    """`db.session` in a plain view and the session of `get_session` see one database."""
    with app.app_context():
        db.session.add(make_user())
        db.session.commit()
        sessions = get_session()
        assert next(sessions).scalars(select(User.email)).one() == "ada@example.com"
        sessions.close()


def test_a_session_outlives_the_app_context(app: Flask) -> None:
    """A response that streams goes on reading after the context has ended."""
    with app.app_context():
        sessions = get_session()
        session = next(sessions)
        session.add(make_user())
    session.commit()
    assert session.scalars(select(User.email)).one() == "ada@example.com"
    sessions.close()


def test_what_was_not_committed_is_rolled_back(app: Flask) -> None:
    """Closing the dependency ends its transaction."""
    with app.app_context():
        sessions = get_session()
        next(sessions).add(make_user())
        sessions.close()
        assert db.session.scalars(select(User)).all() == []
