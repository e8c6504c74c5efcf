"""One SQLite database a side, with the same rows, put back in well under a millisecond.

The rows are written once, into a template in memory. SQLite's backup API copies its pages into the side's file, through
SQLite's own locks, so the application's open connections stay valid. `PRAGMA data_version` says whether any other
connection has written since the last copy: a test that only read costs nothing to reset.
"""

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from myapp.authentication import password_mark
from myapp.models import (
    Base,
    DeliveryState,
    Login,
    Post,
    RefreshToken,
    Role,
    User,
    WebhookDelivery,
    WebhookSubscription,
)

#: What the clock says in every parity test, so that a row created now is the same on both sides.
NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)

#: When the seeded logins end, which tests of real servers meet at the real time.
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)

#: The demonstration login of every seeded user.
PASSWORD = "correct horse"


def seed(session: Session) -> None:
    """Three users, a login each, six posts, three subscriptions: an inactive user, a draft, a long title, odd text.

    A login's refresh token is `refresh-` and the user's number.
    """
    from myapp.passwords import hash_password

    password_hash = hash_password(PASSWORD)
    ada = User(id=1, email="ada@example.com", role=Role.ADMIN)
    grace = User(id=2, email="grace@example.com", role=Role.EDITOR)
    edsger = User(id=3, email="edsger@example.com", role=Role.USER, is_active=False)
    for user in (ada, grace, edsger):
        user.password_hash = password_hash
        user.created_at = NOW.replace(hour=user.id)
    session.add_all([ada, grace, edsger])
    for user in (ada, grace, edsger):
        login = Login(id=f"login-{user.id}", user=user, password_mark=password_mark(user), scope="posts users")
        login.created_at, login.expires_at = NOW, FOREVER
        token_hash = hashlib.sha256(f"refresh-{user.id}".encode()).hexdigest()
        session.add(RefreshToken(id=user.id, login=login, token_hash=token_hash))
    posts = [
        ("Notes on the Analytical Engine", "It weaves algebraical patterns.", True, ada),
        ("On bugs", "The first was a moth.", True, grace),
        ("A draft", None, False, ada),
        ("Zażółć gęślą jaźń <b>&amp;</b> 日本語 🎉", 'quotes " and \\ and\nnewlines', True, grace),
        ("Goto considered harmful", "", True, edsger),
        ("x" * 300, "a long title", False, edsger),
    ]
    for number, (title, body, published, author) in enumerate(posts, start=1):
        session.add(
            Post(
                id=number,
                title=title,
                body=body,
                published=published,
                author=author,
                created_at=NOW.replace(day=number),
            )
        )
    seed_webhooks(session)
    session.commit()


def seed_webhooks(session: Session) -> None:
    """A subscription that hears of every post, one that has ended, and one of a user who is inactive; deliveries.

    Past the session, whose outbox would add pings.
    """
    subscriptions = [(1, True), (2, False), (3, True)]
    session.execute(
        insert(WebhookSubscription),
        [
            {
                "id": owner,
                "url": f"https://hooks.example.com/{owner}",
                "events": ["new-post", "updated-post"],
                "secret": "whsec_" + "A" * 44,
                "active": active,
                "owner_id": owner,
                "created_at": NOW.replace(day=owner),
            }
            for owner, active in subscriptions
        ],
    )
    outcomes = [
        (DeliveryState.DELIVERED, 204, None, None),
        (DeliveryState.FAILED, 500, "The receiver did not accept it", None),
        (DeliveryState.PENDING, None, "The connection was refused", NOW.replace(day=30)),
    ]
    session.execute(
        insert(WebhookDelivery),
        [
            {
                "id": number,
                "message_id": f"msg_{number}",
                "event": "new-post",
                "payload": "{}",
                "state": state,
                "attempts": number,
                "status": status,
                "error": error,
                "subscription_id": 1,
                "created_at": NOW.replace(day=number),
                "next_attempt_at": next_attempt_at,
                "finished_at": NOW.replace(day=number) if next_attempt_at is None else None,
            }
            for number, (state, status, error, next_attempt_at) in enumerate(outcomes, start=1)
        ],
    )


def make_template() -> sqlite3.Connection:
    """An in-memory database with every table and the seed rows."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        seed(session)
    return connection


class Database:
    """A side's database file."""

    def __init__(self, path: Path, template: sqlite3.Connection) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._template = template
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._copy()

    def _copy(self) -> None:
        self._template.backup(self._connection)
        self._version = self.version()

    def version(self) -> int:
        """Another number after anything was written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def reset(self) -> bool:
        """Put the seed rows back if anything was written; says whether it was."""
        if not self.touched():
            return False
        self._copy()
        return True

    def touched(self) -> bool:
        """Whether anything was written since the last reset."""
        return self.version() != self._version

    def dump(self) -> list[str]:
        """Every row as SQL text, to compare what two sides have written."""
        return list(self._connection.iterdump())

    def close(self) -> None:
        """Close this connection; the applications own theirs."""
        self._connection.close()
