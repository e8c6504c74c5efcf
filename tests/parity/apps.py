"""The two applications, each on a database of its own."""

from typing import Any

from tests.parity.database import Database


def flask_app(database: Database) -> Any:
    """`create_app()` on this database. Faults become 500 answers, as under a server (TESTING alone would raise them)."""
    from myapp import create_app
    from myapp.settings import Settings

    app = create_app(Settings(env="testing", database_url=database.url))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def fastapi_app(database: Database) -> Any:
    """The twin on this database."""
    from myapp.twin import create_twin

    return create_twin(database.url)


def flask_overrides(app: Any) -> Any:
    """The mapping that `api.dependency_overrides[...]` writes to on this application."""
    from myapp.extensions import api

    with app.app_context():
        return api.dependency_overrides
