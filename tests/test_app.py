"""create_app: applications in one process know nothing of each other, and the usual commands find them."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from myapp.extensions import db
from myapp.models import Base, User
from myapp.settings import Environment, Settings
from tests.live.processes import ROOT, environment

MakeApp = Callable[[Settings], Flask]


def test_two_applications_share_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    """Each has its settings, its database and its rows."""
    apps = []
    for name in ("one", "two"):
        app = make_app(Settings(env=Environment.TESTING, data_dir=tmp_path / name, secret_key=name))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            db.session.add(User(email=f"{name}@example.com", password_hash="unusable"))
            db.session.commit()
        apps.append(app)
    for app, name in zip(apps, ("one", "two"), strict=True):
        assert app.config["SECRET_KEY"] == app.extensions["settings"].secret_key == name
        with app.app_context():
            assert db.session.scalars(select(User.email)).all() == [f"{name}@example.com"]


def test_cookies_are_secure_in_production(make_app: MakeApp, tmp_path: Path) -> None:
    """The session goes over https only there, and nowhere else where there is none."""
    app = make_app(Settings(env=Environment.PRODUCTION, data_dir=tmp_path, secret_key="s" * 32))
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert make_app(Settings(env=Environment.TESTING, data_dir=tmp_path)).config["SESSION_COOKIE_SECURE"] is False


def flask(*arguments: str, data: Path, text: str = "", app: Sequence[str] = ("--app", "wsgi")) -> str:
    """Run `flask` as its user does; return what it prints."""
    env, _ = environment(MYAPP_DATA_DIR=str(data))
    command = [sys.executable, "-m", "flask", *app, *arguments]
    result = subprocess.run(command, cwd=ROOT, env=env, input=text, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.live
def test_the_usual_commands(tmp_path: Path) -> None:
    """routes, openapi, db upgrade, db check, demo and shell do what Flask's users expect of them."""
    assert "/health/ready" in flask("routes", data=tmp_path)
    # `.flaskenv` names the application.
    assert "/health/ready" in flask("routes", data=tmp_path, app=())
    assert '"openapi":' in flask("openapi", data=tmp_path)
    flask("db", "upgrade", data=tmp_path)
    assert "No new upgrade operations detected" in flask("db", "check", data=tmp_path)
    assert "8 users" in flask("demo", data=tmp_path)
    # `app` is what every Flask shell has.
    assert "myapp.sqlite3" in flask("shell", data=tmp_path, text="print(app.config['SQLALCHEMY_DATABASE_URI'])\n")
