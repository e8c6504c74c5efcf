"""What pages show, hide, and say to browsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from myapp.extensions import db
from myapp.models import Base, Post
from myapp.settings import Environment, Settings
from tests.admin.visitor import NEW_PASSWORD, PASSWORD, USER, Visitor, addresses, on_both


@on_both
def test_no_page_and_no_file_shows_a_hash(admin_app: Flask, admin: Visitor) -> None:
    """Every GET of every rule, every form sent in good and bad ways: no hash and no password is in any answer."""
    token = admin.token()
    answers = []
    for _, method, path in addresses(admin_app):
        for query in ("", "?id=3", "?search=user", "?name=author&query=u", "?sort=0"):
            if method == "GET" and "/static/" not in path:
                answers.append(admin.get(path + query))
        if method == "POST" and "logout" not in path and "login" not in path:
            fields = {"csrf_token": token, "email": USER, "role": "user", "password": NEW_PASSWORD, "list_form_pk": "3"}
            answers.append(admin.client.post(path + "?id=2", data=fields, follow_redirects=True))
            answers.append(admin.client.post(path + "?id=2", data={**fields, "password": "short"}))
    assert len(answers) > 60
    for answer in answers:
        assert not re.search(rf"argon|password_hash|{PASSWORD}|{NEW_PASSWORD}", answer.text), answer.request.path


@on_both
def test_a_refusal_of_the_database_tells_no_values(
    admin_app: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When two people take one address at the same time, the page says so without the statement; so does the log."""
    monkeypatch.setattr("flask_admin.contrib.sqla.validators.Unique.__call__", lambda *_: None)
    answer = admin.post("/admin/user/new/", email=USER, role="user", password=NEW_PASSWORD)
    assert "The database refused this" in answer.text
    for text in (answer.text, caplog.text):
        assert "INSERT" not in text
        assert "argon" not in text


def test_headers(admin: Visitor) -> None:
    """Every page allows marked scripts and this site's files only, is framed by nobody and kept by nobody."""
    nonces = set()
    for path in ("/admin/", "/admin/post/", "/admin/user/edit/?id=1", "/admin/nothing", "/admin/login/"):
        answer = admin.get(path, follow_redirects=True)
        policy = answer.headers["Content-Security-Policy"]
        mark = re.search(r"script-src 'nonce-([\w-]+)'", policy)
        assert mark
        nonces.add(mark[1])
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert re.findall(r'<script[^>]*nonce="([^"]*)"', answer.text) == [mark[1]] * answer.text.count("<script")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"\son\w+=|(src|href)=\"(https?:)?//", answer.text), (
            "all assets are local, no handlers inline"
        )
    assert len(nonces) == 5
    assert "Content-Security-Policy" not in admin.get("/health").headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/admin/nothing", 404),
        ("GET", "/admin/static/nothing", 404),
        ("GET", "/admin/post/delete/", 405),
        ("POST", "/admin/post/delete/", 400),
        ("GET", "/admin/post/?search=%00", 400),
        ("GET", "/admin/post/ajax/lookup/?name=nobody", 404),
    ],
)
def test_errors_are_pages(admin: Visitor, method: str, path: str, status: int) -> None:
    """The API's JSON errors end where the administration begins."""
    answer = admin.client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "To the dashboard" in answer.text
    assert status != 405 or "POST" in answer.headers["Allow"]


def test_a_fault_is_not_hidden(admin_app: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TypeError in a view is raised as it is (the library would call the view once more); the page tells nothing."""

    def broken(self: object, page: str, **values: Any) -> None:
        raise TypeError("a secret detail")

    monkeypatch.setattr("myapp.admin.dashboard.Dashboard.render", broken)
    with pytest.raises(TypeError, match="a secret detail"):
        admin.get("/admin/")
    admin_app.testing = False
    answer = admin.get("/admin/")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_what_users_typed_is_text(admin_app: Flask, admin: Visitor) -> None:
    """Markup in a title is shown, not run, wherever the title appears."""
    with admin_app.app_context():
        db.session.add(Post(title="<img src=x onerror=alert(1)>", body="<script>alert(2)</script>", author_id=3))
        db.session.commit()
    for path in ("/admin/", "/admin/post/", "/admin/post/details/?id=5", "/admin/post/edit/?id=5"):
        page = admin.get(path).text
        assert "&lt;img src=x" in page
        assert "<img src=x" not in page
        assert "<script>alert" not in page


@on_both
def test_dashboard(admin: Visitor) -> None:
    """The first page counts, shows the newest posts first, and leads to the site and its documents."""
    page = admin.get("/admin/").text
    counts = re.findall(r'class="tile-count">(\d+)<.*?small">([^<]*)<', page, re.DOTALL)
    assert counts == [("5", "4 active"), ("4", "4 published"), ("1", "0 done")]
    assert page.index("Fourth") < page.index("First")
    assert 'href="/"' in page
    assert 'href="/docs"' in page


def test_two_applications_know_nothing_of_each_other(
    tmp_path: Any, make_app: Callable[[Settings], Flask], admin: Visitor
) -> None:
    """Each application has an administration of its own: another's cookie opens nothing."""
    other = make_app(Settings(env=Environment.TESTING, data_dir=tmp_path / "other", secret_key="another"))
    with other.app_context():
        Base.metadata.create_all(db.engine)
    cookie = admin.client.get_cookie("session")
    assert cookie
    client = other.test_client()
    client.set_cookie("session", cookie.value)
    assert client.get("/admin/").status_code == 303
