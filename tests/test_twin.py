"""The FastAPI twin as an application of its own: where its rows are, what it starts with, what it says of itself."""

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from myapp import twin
from myapp.about import INFO
from myapp.blueprints import FOLDERS, openapi_tags
from myapp.kit.lifespan import app_lifespan
from myapp.models import Post, User
from myapp.settings import Environment, SettingsError
from tests.live.processes import ROOT, environment
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


def test_mounted_inside_flask(make_app, settings):
    """Below /fastapi there is all of it: its document knows where it is, its rows are its own, its state is there."""
    app = make_app(replace(settings, mount_twin=True))
    client = app.test_client()
    with app_lifespan(app):
        document = client.get("/fastapi/openapi.json").json
        assert document["servers"] == [{"url": "/fastapi"}]
        assert "/path-params/users/{user_id}" in document["paths"]
        assert "/fastapi/openapi.json" in client.get("/fastapi/docs").text
        assert len(client.get("/fastapi/sql-databases/posts/").json) == 19
        assert client.get("/fastapi/background-tasks/notifications/a@example.com").json == []
        assert (settings.data_dir / "myapp_twin.sqlite3").exists()


def test_it_is_mounted_on_demand_only(make_app, settings):
    """Unless it is asked for, nothing is below /fastapi; in production it can't be."""
    assert make_app(settings).test_client().get("/fastapi/openapi.json").status_code == 404
    with pytest.raises(SettingsError, match="MYAPP_MOUNT_TWIN must be off in production"):
        replace(settings, mount_twin=True, env=Environment.PRODUCTION)


@pytest.mark.parametrize("mounted", [False, True])
def test_making_the_application_imports_no_fastapi(tmp_path, mounted):
    """Neither without the twin nor with it: then the first request does."""
    code = (
        "import sys\n"
        "from myapp import create_app\n"
        "client = create_app().test_client()\n"
        "assert client.get('/path-params/users/me').status_code == 200\n"
        "assert not {'fastapi', 'starlette', 'pydantic', 'a2wsgi'} & set(sys.modules)\n"
    )
    environ, _ = environment(MYAPP_DATA_DIR=str(tmp_path), MYAPP_MOUNT_TWIN=str(mounted))
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, check=True, timeout=60)


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
            posts = client.get("/sql-databases/posts/").json()
            assert [post["id"] for post in posts] == list(session.scalars(select(Post.id).order_by(Post.id)))
            assert len(posts) == 19
            assert session.scalar(select(func.count(User.id))) == 8


def test_without_demonstration_data(url):
    """Tables, and no rows, when that is asked for."""
    with running(twin.create_twin(url, demonstration=False)) as client:
        assert client.get("/sql-databases/posts/").json() == []


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
