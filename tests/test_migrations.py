"""migrations/: they build the models' tables on SQLite and PostgreSQL, take them down again, and have not drifted."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from myapp import MIGRATIONS, create_app
from myapp.extensions import db
from myapp.models import Base
from myapp.settings import Environment, Settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database of each kind, in its context."""
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    app = create_app(Settings(env=Environment.TESTING, data_dir=tmp_path, database_url=url))
    with app.app_context():
        yield app
        db.engine.dispose()


def tables() -> set[str]:
    """The tables that the database has."""
    return set(inspect(db.engine).get_table_names())


def test_upgrade_builds_what_the_models_say(app: Flask) -> None:
    """After an upgrade Alembic finds no difference: a changed model without a migration fails here."""
    flask_migrate.upgrade()
    assert tables() == {*Base.metadata.tables, "alembic_version"}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_step_goes_both_ways(app: Flask) -> None:
    """Up and down again, one revision at a time, ends with an empty database; then up once more."""
    revisions = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    for _ in revisions:
        flask_migrate.upgrade(revision="+1")
    for _ in revisions:
        flask_migrate.downgrade(revision="-1")
    assert tables() == {"alembic_version"}
    flask_migrate.upgrade()
    assert tables() == {*Base.metadata.tables, "alembic_version"}


def test_upgrade_keeps_the_data(app: Flask) -> None:
    """A second upgrade of a database in use changes nothing."""
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (email, password_hash, is_active, role, created_at)"
                " VALUES ('ada@example.com', 'x', true, 'user', '2026-01-01 00:00:00+00:00')"
            )
        )
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT email FROM users")).scalars().all() == ["ada@example.com"]


def test_the_history_is_one_line() -> None:
    """Two heads would make `flask db upgrade` stop and ask."""
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
