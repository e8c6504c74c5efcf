"""What deploy/bench needs of the application's packages; runs under `.venv`.

python bench_data.py make URL       tables and rows: 100 users, 1,000 posts, the same at every call
python bench_data.py drop URL       drop a PostgreSQL database that `make` has made
python bench_data.py versions       versions of what is measured, as JSON
"""

import json
import platform
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import URL, create_engine, insert, make_url, text

from myapp.database import make_engine
from myapp.models import Base, Post, User

PACKAGES = {
    "fastapi": ("fastapi", "starlette", "pydantic", "uvicorn", "uvloop", "httptools", "asyncpg"),
    "flask": ("flask", "werkzeug", "marshmallow", "gunicorn", "gevent", "orjson"),
    "both": ("sqlalchemy", "psycopg"),
}


def _server(url: URL):
    """Connect beside the database that is to be made or dropped."""
    return create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")


def make(address: str) -> None:
    """Make the database where that needs a command, the tables and the rows."""
    url = make_url(address)
    if url.get_backend_name() == "postgresql":
        drop(address)
        engine = _server(url)
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
        engine.dispose()
    engine = make_engine(address)
    Base.metadata.create_all(engine)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    users = [{"email": f"user{number}@example.com", "password_hash": "unusable"} for number in range(1, 101)]
    posts = [
        {
            "title": f"Post {number}",
            "body": "Lorem ipsum dolor sit amet. " * 8,
            "published": number % 2 == 0,
            "created_at": began + timedelta(minutes=number),
            "author_id": number % 100 + 1,
        }
        for number in range(1, 1001)
    ]
    with engine.begin() as connection:
        connection.execute(insert(User), [{**user, "created_at": began} for user in users])
        connection.execute(insert(Post), posts)
    engine.dispose()


def drop(address: str) -> None:
    """Drop a PostgreSQL database if it is there."""
    url = make_url(address)
    engine = _server(url)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
    engine.dispose()


def versions() -> None:
    """Print the versions."""
    found = {side: {name: version(name) for name in names} for side, names in PACKAGES.items()}
    print(json.dumps({"python": platform.python_version(), **found}))


if __name__ == "__main__":
    {"make": make, "drop": drop, "versions": versions}[sys.argv[1]](*sys.argv[2:])
