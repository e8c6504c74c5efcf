"""myapp.users: `flask create-user`."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp.extensions import db
from myapp.models import Base, Role, User
from myapp.passwords import verify_password
from tests.live.processes import ROOT, environment

PASSWORD = "correct horse battery"


def create_user(app: Flask, *arguments: str, typed: str = "") -> Result:
    """Run the command with what somebody types."""
    return app.test_cli_runner().invoke(args=["create-user", *arguments], input=typed)


def users(app: Flask) -> list[User]:
    """Who is there."""
    with app.app_context(), Session(db.engine) as session:
        return list(session.scalars(select(User).order_by(User.id)))


def test_the_first_administrator(app: Flask) -> None:
    """The password is asked for twice, never shown, and fits; the address is stored in lower case."""
    result = create_user(app, "First@Example.com", "--role", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (result.exit_code, PASSWORD in result.output) == (0, False)
    assert "first@example.com can sign in; role: admin" in result.output
    (user,) = users(app)
    assert (user.email, user.role, user.is_active) == ("first@example.com", Role.ADMIN, True)
    assert verify_password(PASSWORD, user.password_hash)
    client = app.test_client()
    token = client.get("/admin/login/").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "email": "first@example.com", "password": PASSWORD}
    assert client.post("/admin/login/", data=form).status_code == 303
    assert client.get("/admin/user/").status_code == 200


def test_from_standard_input(app: Flask) -> None:
    """For scripts: one line, without its end; a user is a plain user unless told otherwise."""
    assert create_user(app, "second@example.com", "--password-stdin", typed=f"{PASSWORD}\r\n").exit_code == 0
    (user,) = users(app)
    assert user.role is Role.USER
    assert verify_password(PASSWORD, user.password_hash)


def test_the_prompt_asks_again(app: Flask) -> None:
    """After a password that is too short, and after two that differ."""
    typed = ["short", PASSWORD, "another one, longer", PASSWORD, PASSWORD]
    result = create_user(app, "third@example.com", typed="".join(f"{line}\n" for line in typed))
    assert result.exit_code == 0
    assert "a password has 12 to 128 characters" in result.output
    assert len(users(app)) == 1


@pytest.mark.parametrize("email", ["first@example.com", "FIRST@example.com"])
def test_an_address_that_is_taken(app: Flask, email: str) -> None:
    """Nothing is asked and nothing written."""
    create_user(app, "first@example.com", "--password-stdin", typed=PASSWORD)
    result = create_user(app, email, "--role", "admin")
    assert (result.exit_code, result.output) == (
        1,
        "Error: there is a user first@example.com already; nothing written\n",
    )
    assert [user.role for user in users(app)] == [Role.USER]


@pytest.mark.parametrize(
    ("arguments", "typed", "reason"),
    [
        (["nobody"], "", "Invalid value for EMAIL: An email address must have an @-sign."),
        (["a@example.com", "--password-stdin"], "short\n", "a password has 12 to 128 characters"),
        (["a@example.com", "--password-stdin"], "x" * 129, "a password has 12 to 128 characters"),
        (["a@example.com", "--password-stdin"], "", "a password has 12 to 128 characters"),
        (["a@example.com", "--role", "root"], "", "'root' is not one of 'user', 'editor', 'viewer', 'admin'"),
        (["a@example.com", PASSWORD], "", "unexpected extra argument"),
    ],
)
def test_what_is_refused(app: Flask, arguments: list[str], typed: str, reason: str) -> None:
    """With the reason, and without a user."""
    result = create_user(app, *arguments, typed=typed)
    assert result.exit_code == 2
    assert reason in result.output
    assert users(app) == []


def test_without_tables(app: Flask) -> None:
    """Says what to run, without a traceback."""
    with app.app_context():
        Base.metadata.drop_all(db.engine)
    result = create_user(app, "a@example.com", "--password-stdin", typed=PASSWORD)
    assert result.exit_code == 1
    assert "has `flask db upgrade` been run? no such table: users" in result.output


def test_the_command_as_the_readme_has_it(tmp_path: Path) -> None:
    """A process of its own, in production: migrate, then add the administrator."""
    environ, _ = environment(MYAPP_DATA_DIR=str(tmp_path), MYAPP_ENV="production", MYAPP_SECRET_KEY="s" * 32)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environ, check=True, capture_output=True)
    command = [*flask, "create-user", "root@example.com", "--role", "admin", "--password-stdin"]
    done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True, input=PASSWORD)
    assert done.stdout == "root@example.com can sign in; role: admin\n"
