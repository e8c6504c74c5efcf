"""The FastAPI twin as an application of its own: where its rows are, what it starts with, what it says of itself."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp import twin
from myapp.about import INFO
from myapp.blueprints import FOLDERS, openapi_tags
from myapp.models import User
from tests.parity.sides import Side
from tests.parity.transports import ASGI


@contextmanager
def running(app):
    """The application, started, behind a client; it is shut down afterwards."""
    transport = ASGI(app)
    try:
        yield Side("fastapi", transport, app=app)
    finally:
        transport.close()


@pytest.fixture
def url(tmp_path):
    """A database that is not there yet."""
    return f"sqlite:///{tmp_path / 'twin.sqlite3'}"


def test_health(url):
    """The process says that it answers."""
    with running(twin.create_twin(url)) as client:
        assert client.get("/health").json() == {"status": "ok"}


def test_demonstration_data_once(url):
    """The first start makes tables and rows, the second leaves them as they are."""
    for _ in range(2):
        app = twin.create_twin(url)
        with running(app) as client, Session(app.state.engine) as session:
            users = client.get("/sql-databases/users/").json()
            assert [user["id"] for user in users] == list(session.scalars(select(User.id).order_by(User.id)))
            assert len(users) == 8


def test_without_demonstration_data(url):
    """Tables, and no rows, when that is asked for."""
    with running(twin.create_twin(url, demonstration=False)) as client:
        assert client.get("/sql-databases/users/").json() == []


def test_database_beside_the_application_s(monkeypatch, tmp_path):
    """Without a URL of its own the twin's database is named after the application's, in a directory that it makes."""
    monkeypatch.delenv("MYAPP_TWIN_DATABASE_URL", raising=False)
    monkeypatch.delenv("MYAPP_DATABASE_URL", raising=False)
    monkeypatch.setenv("MYAPP_DATA_DIR", str(tmp_path / "data"))
    assert twin.database_url() == f"sqlite:///{tmp_path / 'data' / 'myapp_twin.sqlite3'}"
    assert (tmp_path / "data").is_dir()
    monkeypatch.setenv("MYAPP_DATABASE_URL", "postgresql://app:secret@db/posts")
    assert twin.database_url() == "postgresql+psycopg://app:secret@db/posts_twin"


def test_database_of_its_own(monkeypatch, url):
    """`uvicorn myapp.twin:app` takes `MYAPP_TWIN_DATABASE_URL`, and makes the application once."""
    monkeypatch.setenv("MYAPP_TWIN_DATABASE_URL", url)
    monkeypatch.delitem(vars(twin), "app", raising=False)
    assert str(twin.app.state.engine.url) == url
    assert twin.app is twin.app
    monkeypatch.delitem(vars(twin), "app")
    with pytest.raises(AttributeError, match="nothing"):
        twin.nothing  # noqa: B018


def test_document(url):
    """The twin's document says what the Flask side's says of itself, and each page describes its tag."""
    document = twin.create_twin(url).openapi()
    assert document["info"] == INFO
    assert document["tags"] == openapi_tags()
    assert [tag["name"].replace("-", "_") for tag in document["tags"]] == list(FOLDERS)
    assert all(tag["description"] for tag in document["tags"])
