"""What administrators change, under which rules, and what they are told when it can't be."""

from __future__ import annotations

import html
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from myapp.extensions import db
from myapp.models import Post, Report, Role, User
from myapp.passwords import verify_password
from tests.admin.visitor import ADMIN, MODELS, NEW_PASSWORD, PASSWORD, USER, WRITING, Visitor, exists, on_both, one


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("address", WRITING)
def test_every_form_needs_a_token(admin_app: Flask, admin: Visitor, model: str, address: str) -> None:
    """Without a token, with a wrong one and with another visitor's nothing is changed: 400, and the reason in words."""
    theirs = Visitor(admin_app, ADMIN).token()
    for token in ({}, {"csrf_token": "wrong"}, {"csrf_token": theirs}):
        fields = {
            "id": "1",
            "rowid": "1",
            "action": "delete",
            "list_form_pk": "1",
            "title": "x",
            "email": "x@y.de",
            **token,
        }
        answer = admin.client.post(f"/admin/{model}/{address}", data=fields)
        assert answer.status_code == 400
        assert "CSRF" in answer.text
    assert exists(admin_app, Post, id=1, title="First")


@on_both
def test_inline_edit(admin_app: Flask, admin: Visitor) -> None:
    """One cell is changed, and the rest of the row stays."""
    assert admin.post("/admin/post/ajax/update/", list_form_pk="1", title="Changed").status_code == 200
    assert admin.post("/admin/user/ajax/update/", list_form_pk="3", role="editor").status_code == 200
    post, user = one(admin_app, Post, id=1), one(admin_app, User, id=3)
    assert (post.title, post.body, post.published) == ("Changed", "text", True)
    assert (user.role, user.email, user.is_active) == (Role.EDITOR, USER, True)


@on_both
@pytest.mark.parametrize(
    ("model", "fields", "words"),
    [
        ("post", {"list_form_pk": "1", "title": ""}, "required"),
        ("post", {"list_form_pk": "1", "title": "x" * 301}, "longer than 300"),
        ("post", {"list_form_pk": "99", "title": "x"}, "does not exist"),
        ("post", {"list_form_pk": "abc", "title": "x"}, "does not exist"),
        ("post", {"list_form_pk": "9" * 30, "title": "x"}, "does not exist"),
        ("post", {"title": "x"}, "does not exist"),
        ("user", {"list_form_pk": "3", "email": "no address"}, "Invalid email"),
        ("user", {"list_form_pk": "3", "email": ADMIN}, "exists"),
        ("user", {"list_form_pk": "3", "role": "emperor"}, "Invalid Choice"),
        ("user", {"list_form_pk": "1", "role": "user"}, "your own access"),
        ("user", {"list_form_pk": "1", "email": "a\0b@example.com"}, "NUL"),
    ],
)
def test_inline_edit_says_what_is_wrong(admin: Visitor, model: str, fields: dict[str, Any], words: str) -> None:
    """What is wrong is answered with 400 in plain words, which the list's editor shows beside the cell."""
    answer = admin.post(f"/admin/{model}/ajax/update/", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert "<" not in answer.text


@on_both
def test_create_edit_and_delete(admin_app: Flask, admin: Visitor) -> None:
    """A post's life: its forms show what was stored, and a row's own button deletes it."""
    admin.post("/admin/post/new/", title="New", body="Zeile 1\nZeile 2", author="3", published="y")
    post = one(admin_app, Post, title="New")
    assert (post.author_id, post.published) == (3, True)
    edited = admin.get(f"/admin/post/edit/?id={post.id}").text
    assert "Zeile 2" in edited
    assert USER in edited
    admin.post(f"/admin/post/edit/?id={post.id}", title="Newer", body="", author="5")
    post = one(admin_app, Post, id=post.id)
    assert (post.title, post.body, post.author_id, post.published) == ("Newer", None, 5, False)
    assert "Newer" in admin.get(f"/admin/post/details/?id={post.id}").text
    assert "successfully deleted" in admin.post("/admin/post/delete/", follow=True, id=str(post.id)).text
    assert not exists(admin_app, Post, id=post.id)


@on_both
def test_what_is_wrong_in_a_form_is_said_there(admin_app: Flask, admin: Visitor) -> None:
    """A form that can't be stored comes back with its reasons, and nothing is stored."""
    answer = admin.post("/admin/user/new/", email="no address", role="user", password="short")
    assert "Invalid email" in answer.text
    assert "12 to 128 characters" in answer.text
    assert (
        "already exists"
        in html.unescape(
            admin.post("/admin/user/new/", email=USER.upper(), role="user", password=NEW_PASSWORD).text
        ).lower()
    )
    assert "required" in admin.post("/admin/user/new/", email="new@example.com", role="user").text
    with admin_app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 5


@on_both
def test_passwords_are_set_and_kept(admin_app: Flask, admin: Visitor) -> None:
    """A new user's password is hashed; an empty field keeps it; another one replaces it."""
    admin.post("/admin/user/new/", email="New@Example.com", role="viewer", is_active="y", password=PASSWORD)
    user = one(admin_app, User, email="new@example.com")
    assert verify_password(PASSWORD, user.password_hash)
    assert not hasattr(user, "password")
    Visitor(admin_app, "new@example.com")
    admin.post(f"/admin/user/edit/?id={user.id}", email="new@example.com", role="viewer", is_active="y", password="")
    kept = one(admin_app, User, id=user.id)
    assert kept.password_hash == user.password_hash
    admin.post(f"/admin/user/edit/?id={user.id}", email="new@example.com", role="viewer", password=NEW_PASSWORD)
    changed = one(admin_app, User, id=user.id)
    assert verify_password(NEW_PASSWORD, changed.password_hash)
    assert changed.is_active is False


@on_both
def test_actions(admin_app: Flask, admin: Visitor) -> None:
    """Each action does to the ticked rows what it says, and to no others; what is no row is passed over."""

    def act(model: str, action: str, *ids: object) -> str:
        return admin.post(f"/admin/{model}/action/", follow=True, action=action, rowid=list(map(str, ids))).text

    def shut() -> list[int]:
        with admin_app.app_context():
            return list(db.session.scalars(select(User.id).where(~User.is_active).order_by(User.id)))

    assert "2 records unpublished" in act("post", "unpublish", 1, 2, 99, "abc", "9" * 30, "-1")
    with admin_app.app_context():
        assert set(db.session.scalars(select(Post.id).where(Post.published))) == {3, 4}
    assert "1 record published" in act("post", "publish", 1, 3)
    assert "1 record deactivated" in act("user", "deactivate", 3)
    assert shut() == [3, 4]
    assert "2 records activated" in act("user", "activate", 3, 4)
    assert shut() == []
    assert "2 records deleted" in act("user", "delete", 3, 4)
    assert not exists(admin_app, User, id=3)
    with admin_app.app_context():
        assert db.session.scalars(select(Post.title)).all() == ["First"], "posts go with their author"
        assert db.session.scalars(select(Report.owner_id)).all() == [None], "reports stay without an owner"


def test_nobody_locks_themselves_out(admin_app: Flask, admin: Visitor) -> None:
    """An administrator can't shut, demote or delete the own account, on none of the ways there are."""
    ways: tuple[dict[str, Any], ...] = ({"role": "user", "is_active": "y"}, {"role": "admin"})
    for fields in ways:
        answer = admin.post("/admin/user/edit/?id=1", email=ADMIN, **fields)
        assert "your own access" in html.unescape(answer.text)
    act: dict[str, Any] = {"rowid": "1", "follow": True}
    assert "your own access" in html.unescape(admin.post("/admin/user/action/", action="deactivate", **act).text)
    assert "delete yourself" in html.unescape(admin.post("/admin/user/action/", action="delete", **act).text)
    assert "delete yourself" in html.unescape(admin.post("/admin/user/delete/", follow=True, id="1").text)
    user = one(admin_app, User, email=ADMIN)
    assert user.is_active
    assert user.role is Role.ADMIN
