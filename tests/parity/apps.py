"""The two applications, each on a database of its own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from myapp import create_app, passwords
from myapp.accounts import logins
from myapp.extensions import db
from myapp.models import webhook
from myapp.settings import ROOT, Environment, Settings
from tests.parity import sides
from tests.parity.database import Database


def settings(database: Database, data_dir: Path = ROOT / "instance") -> Settings:
    """What both applications are told; they sign with the same secret."""
    return Settings(
        env=Environment.TESTING,
        data_dir=data_dir,
        database_url=database.url,
        api_keys=("a key", "another key"),
        log_level="CRITICAL",
    )


def flask_app(database: Database, data_dir: Path) -> Any:
    """`create_app()` on this database. Faults become 500 answers, as under a server; TESTING alone would raise them."""
    app = create_app(settings(database, data_dir))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def dispose(app: Any) -> None:
    """Close the Flask application's database connections."""
    with app.app_context():
        db.engine.dispose()


def fastapi_app(database: Database, data_dir: Path | None = None) -> Any:
    """The twin on this database; its other files go to `data_dir`, beside the database's by default."""
    import tests.left_open  # noqa: F401
    from myapp.twin import create_twin

    return create_twin(database.url, demonstration=False, settings=settings(database, data_dir or database.path.parent))


class CheapHasher(Argon2Hasher):
    """Argon2 with the least work and always the same salt.

    Generated requests register thousands of users, no test here is about a hash's strength, and the rows that two sides
    have written can be compared as a whole when equal passwords have equal hashes.
    """

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Hash with the fixed salt."""
        return super().hash(password, salt=salt or b"sixteen bytes...")


@contextmanager
def fixed_chance() -> Iterator[None]:
    """Make every webhook's secret and message id the same, so that both sides' answers and rows can be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook, "token_bytes", bytes)
        yield


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """Replace the application's hasher by the cheap one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHash((CheapHasher(),)))
        yield


#: How many tokens each side has made since its rows were put back.
TOKENS: Counter[str] = Counter()


@contextmanager
def predictable_tokens() -> Iterator[None]:
    """Logins and refresh tokens that are random otherwise: the same on both sides, and each another one."""

    one_at_a_time = Lock()

    def next_token() -> str:
        with one_at_a_time:
            TOKENS[sides.sending] += 1
            return f"token-{TOKENS[sides.sending]}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logins, "new_token", next_token)
        yield


def forget(side: sides.Side) -> None:
    """Put back what a side in this process remembers outside of its database: counted attempts and tokens."""
    TOKENS[side.name] = 0
    if side.app is None:
        return
    if side.name == "fastapi":
        side.app.state.throttle.reset()
    else:
        side.app.extensions["throttle"].reset()
