"""A browser without JavaScript, and looks at the database beside it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from myapp.extensions import db
from myapp.models import Base
from myapp.passwords import hash_password

PASSWORD = "a password for tests"
NEW_PASSWORD = "another password for tests"
ADMIN, VIEWER, USER = "admin@example.com", "viewer@example.com", "user@example.com"
GONE, EDITOR = "gone@example.com", "editor@example.com"
MODELS = ("user", "post", "report", "subscription", "delivery")
WRITING = ("new/", "edit/?id=1", "delete/", "action/", "ajax/update/")


Model = TypeVar("Model", bound=Base)

#: Marks a test of what the two databases might do differently.
on_both = pytest.mark.parametrize("admin_app", ["sqlite", "postgresql"], indirect=True)


@cache
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return hash_password(PASSWORD)


class Visitor:
    """A browser without JavaScript: keeps cookies and sends the token of the last page with each form."""

    def __init__(self, app: Flask, email: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if email is not None:
            answer = self.sign_in(email)
            assert answer.status_code == 303, answer.text

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.client.get(path, buffered=True, **options)

    def token(self) -> str:
        """The token of a form that this visitor sees."""
        page = self.get("/admin/login/", follow_redirects=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def post(self, path: str, follow: bool = False, **fields: Any) -> TestResponse:
        """POST a form as a page of the administration does."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields}, follow_redirects=follow)

    def sign_in(self, email: str, password: str = PASSWORD, **fields: Any) -> TestResponse:
        """Send the login form."""
        return self.post("/admin/login/", email=email, password=password, **fields)


def exists(app: Flask, model: type[Base], **values: Any) -> bool:
    """Whether there is a row with these values."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).filter_by(**values)) == 1


def one(app: Flask, model: type[Model], **values: Any) -> Model:
    """The one row with these values, read afresh."""
    with app.app_context():
        return db.session.scalars(select(model).filter_by(**values)).one()


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every rule of the administration: endpoint, method, and a path that matches."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in {"admin", "admin_login", *MODELS}:
            path = rule.rule.replace("<export_type>", "csv").replace("<path:filename>", "admin/js/form.js")
            found += [(rule.endpoint, method, path) for method in rule.methods or ()]
    return found
