"""An application to administrate, and who does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from myapp.extensions import db
from myapp.models import Base, Post, Report, ReportState, Role, User, WebhookSubscription
from myapp.settings import Settings
from tests.admin.visitor import ADMIN, EDITOR, GONE, USER, VIEWER, Visitor, password_hash


@pytest.fixture
def admin_app(request: pytest.FixtureRequest, settings: Settings, make_app: Callable[[Settings], Flask]) -> Flask:
    """Five users, four posts, a report and a subscription; on SQLite unless `on_both` says otherwise."""
    if getattr(request, "param", "sqlite") == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue("postgresql_url"))
    app = make_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        roles = {ADMIN: Role.ADMIN, VIEWER: Role.VIEWER, USER: Role.USER, GONE: Role.ADMIN, EDITOR: Role.EDITOR}
        users = {
            email: User(email=email, role=role, is_active=email != GONE, password_hash=password_hash())
            for email, role in roles.items()
        }
        db.session.add_all(users.values())
        db.session.flush()
        for number, title in enumerate(("First", "Second", "=1+1", "Fourth")):
            written = datetime(2026, 1, 1 + number, tzinfo=UTC)
            author = users[USER if number else EDITOR]
            db.session.add(Post(title=title, body="text", published=True, author=author, created_at=written))
            db.session.flush()
        db.session.add(Report(state=ReportState.RUNNING, progress=40, owner=users[USER]))
        # The outbox adds a delivery: the ping.
        db.session.add(WebhookSubscription(url="https://example.com/", events=["new-post"], owner=users[USER]))
        db.session.commit()
    return app


@pytest.fixture
def admin(admin_app: Flask) -> Visitor:
    """A signed-in administrator."""
    return Visitor(admin_app, ADMIN)


@pytest.fixture
def viewer(admin_app: Flask) -> Visitor:
    """A signed-in viewer."""
    return Visitor(admin_app, VIEWER)
