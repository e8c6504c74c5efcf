"""Demonstration data: a fixed set of users and posts, so that every page and example has something to show.

`flask --app wsgi demo` loads it, into an empty database only: what somebody changed or deleted since stays so. `load`
needs nothing but a session, so the FastAPI twin fills its own database with the same rows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from .extensions import db
from .models import Post, Role, User
from .passwords import hash_password
from .settings import Settings

ADMIN = "admin@example.com"
# Published in the README; the command refuses to run in production.
PASSWORD = "demonstration"

_BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

# e-mail, role, active
_USERS = (
    (ADMIN, Role.ADMIN, True),
    ("edith@example.com", Role.EDITOR, True),
    ("ada@example.com", Role.USER, True),
    ("bruno@example.com", Role.USER, True),
    ("chioma@example.com", Role.USER, True),
    ("dmitri@example.com", Role.USER, True),
    ("emeka@example.com", Role.USER, True),
    ("gone@example.com", Role.USER, False),
)

# author, title, body, published
_POSTS = (
    (ADMIN, "Welcome", "Every page here has two sides: FastAPI's example and the same thing in Flask.", True),
    (ADMIN, "House rules", "Be kind, cite your sources, and keep drafts as drafts.", True),
    (ADMIN, "Maintenance on Sunday", None, False),
    ("edith@example.com", "How we edit", "A post is read by two people before it is published.", True),
    ("edith@example.com", "Style: titles", "At most 300 characters, and far fewer is better.", True),
    ("edith@example.com", "Interview questions", "Where did you start? What surprised you?", False),
    ("ada@example.com", "Notes on the Analytical Engine", "It weaves patterns as the loom weaves flowers.", True),
    ("ada@example.com", "A table of Bernoulli numbers", "Worked by hand first, then by cards.", True),
    ("ada@example.com", "On looping", "A cycle of a cycle is a cycle too.", False),
    ("bruno@example.com", "Pão de queijo", "Tapioca flour, cheese, and a hot oven. Twenty-five minutes.", True),
    ("bruno@example.com", "Feijoada para doze", "Deixe o feijão de molho na véspera.", True),
    ("bruno@example.com", "Shopping list", None, False),
    ("chioma@example.com", "Measuring a bridge", "Three sensors, one winter, and four million rows.", True),
    ("chioma@example.com", "Why medians", "One frozen sensor moves the mean and leaves the median alone.", True),
    ("dmitri@example.com", "Чай и термос", "Заварить крепко, разбавить в дороге.", True),
    ("dmitri@example.com", "Night trains, ranked", "By the quiet, the tea and the hour of arrival.", True),
    ("emeka@example.com", "First marathon", "Start slower than feels right. 🏃", True),
    ("emeka@example.com", "Training log", "Monday: rest. Tuesday: hills.", False),
    ("gone@example.com", "Goodbye", "This account is closed; its post stays.", True),
)


def load(session: Session) -> int:
    """Write the demonstration data unless there are users already; return how many users were written. Commits."""
    if session.scalar(select(User.id).limit(1)) is not None:
        return 0
    users = {
        email: User(
            email=email,
            password_hash=hash_password(PASSWORD),
            role=role,
            is_active=active,
            created_at=_BEGINNING + timedelta(days=number),
        )
        for number, (email, role, active) in enumerate(_USERS)
    }
    session.add_all(users.values())
    session.flush()
    for number, (author, title, body, published) in enumerate(_POSTS):
        written = _BEGINNING + timedelta(days=len(_USERS) + number, hours=number % 9)
        session.add(Post(title=title, body=body, published=published, author=users[author], created_at=written))
    session.commit()
    return len(users)


@click.command("demo")
@with_appcontext
def command() -> None:
    """Load demonstration users and posts into an empty database."""
    settings: Settings = current_app.extensions["settings"]
    if settings.production:
        raise click.ClickException("demonstration users have a published password; not in production")
    with Session(db.engine) as session:
        written = load(session)
    if written:
        click.echo(f"{written} users and {len(_POSTS)} posts written; sign in as {ADMIN} with {PASSWORD!r}")
    else:
        click.echo("there are users already; nothing written")


def init_app(app: Flask) -> None:
    """Add `flask demo`."""
    app.cli.add_command(command)
