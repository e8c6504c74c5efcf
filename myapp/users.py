"""`flask --app wsgi create-user EMAIL --role admin`: the first administrator, and any other user.

The password is asked for twice, or read from standard input; as an argument it would stand in the shell's history and
in the list of processes.
"""

from __future__ import annotations

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from .extensions import db
from .models import Role, User
from .passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, hash_password


@click.command("create-user")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.USER.value, show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
@with_appcontext
def command(email: str, role: str, password_stdin: bool) -> None:
    """Add a user; the password is asked for."""
    email = read_email(email)
    try:
        with Session(db.engine) as session:
            taken = session.scalar(select(User.id).where(User.email == email)) is not None
        if taken:
            raise click.ClickException(f"there is a user {email} already; nothing written")
        if password_stdin:
            password = read_password(sys.stdin.readline().rstrip("\r\n"))
        else:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True, value_proc=read_password)
        with Session(db.engine) as session:
            session.add(User(email=email, password_hash=hash_password(password), role=Role(role)))
            session.commit()
    except IntegrityError:
        raise click.ClickException(f"there is a user {email} already; nothing written") from None
    except DBAPIError as error:
        raise click.ClickException(
            f"the database does not take it; is it there, and has `flask db upgrade` been run? {error.orig}"
        ) from None
    click.echo(f"{email} can sign in; role: {role}")


def read_email(text: str) -> str:
    """Return an address as it is stored. Raises BadParameter for what is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from None


def read_password(text: str) -> str:
    """Return a password. Raises BadParameter, after which a prompt asks again, for one of an unfit length."""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise click.BadParameter(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return text


def init_app(app: Flask) -> None:
    """Add `flask create-user`."""
    app.cli.add_command(command)
