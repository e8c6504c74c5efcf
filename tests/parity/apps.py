"""The two applications, each on a database of its own."""

from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from myapp import create_app, passwords
from myapp.extensions import db
from myapp.settings import Environment, Settings
from tests.parity.database import Database


def flask_app(database: Database, data_dir: Path) -> Any:
    """`create_app()` on this database. Faults become 500 answers, as under a server (TESTING alone would raise them)."""
    app = create_app(Settings(env=Environment.TESTING, data_dir=data_dir, database_url=database.url, log_level="CRITICAL"))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def dispose(app: Any) -> None:
    """Close the Flask application's database connections."""
    with app.app_context():
        db.engine.dispose()


def fastapi_app(database: Database) -> Any:
    """The twin on this database."""
    from myapp.twin import create_twin

    return create_twin(database.url, demonstration=False)


@contextmanager
def cheap_hashes() -> Any:
    """Argon2 with the least work: generated requests register thousands of users, and no test is about its strength."""
    with pytest.MonkeyPatch.context() as patch:
        hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", PasswordHash((hasher,)))
        yield
