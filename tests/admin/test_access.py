"""Who comes into the administration, how, and for how long."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from myapp import passwords
from myapp.admin import access, login
from myapp.extensions import db
from myapp.models import Report, ReportState, Role, User, WebhookDelivery, WebhookSubscription
from myapp.settings import Environment, Settings
from tests.admin.visitor import (
    ADMIN,
    EDITOR,
    GONE,
    MODELS,
    PASSWORD,
    USER,
    Visitor,
    addresses,
    exists,
    on_both,
)


def test_every_address_is_under_the_gate(admin_app: Flask) -> None:
    """Whatever belongs to the administration has a path that the gate looks at, and the walks below see all of it."""
    walked = addresses(admin_app)
    assert len({endpoint for endpoint, _, _ in walked}) > 30
    assert all(access.concerns_admin(path) for _, _, path in walked)
    under = {rule.endpoint for rule in admin_app.url_map.iter_rules() if rule.rule.startswith("/admin")}
    assert under == {endpoint for endpoint, _, _ in walked}


def test_every_address_refuses_an_anonymous_visitor(admin_app: Flask) -> None:
    """Every method of every rule leads to the login page, but for that page and the files that it loads."""
    client = admin_app.test_client()
    for endpoint, method, path in addresses(admin_app):
        if endpoint in {"admin_login.login", "admin.static"}:
            continue
        answer = client.open(path, method=method)
        assert (answer.status_code, "/admin/login/" in answer.location) == (303, True), (method, path)
    assert client.get("/admin/what/is/not").status_code == 303


def test_every_writing_address_refuses_a_viewer(admin_app: Flask, viewer: Visitor) -> None:
    """A viewer's POST with a good token is refused everywhere but at the way out; so are the forms themselves."""
    token = viewer.token()
    for endpoint, method, path in addresses(admin_app):
        if method == "POST" and not endpoint.startswith("admin_login."):
            form = {
                "csrf_token": token,
                "id": "3",
                "rowid": "3",
                "action": "delete",
                "list_form_pk": "3",
                "email": "x@y.de",
            }
            assert viewer.client.post(path, data=form).status_code == 403, path
    for model in MODELS:
        assert viewer.get(f"/admin/{model}/new/").status_code == 403
        assert viewer.get(f"/admin/{model}/edit/?id=1").status_code == 403
    assert exists(admin_app, User, id=3, email=USER)


def test_a_viewer_sees_no_way_to_change_anything(viewer: Visitor) -> None:
    """Lists offer a viewer no creation, no inline edit, no actions and no deletion, yet the export."""
    for model in MODELS:
        page = viewer.get(f"/admin/{model}/").text
        assert "Export CSV" in page
        for word in ("x-editable", "data-action", "Delete", "/new/", "/edit/"):
            assert f'"{word}' not in page.replace(f"/admin/{model}", ""), (model, word)
        assert viewer.get(f"/admin/{model}/details/?id=1").status_code == 200


def test_nobody_changes_reports(admin_app: Flask, admin: Visitor) -> None:
    """An administrator reads reports too: creating, editing and deleting one leads back to the list."""
    assert "running" in admin.get("/admin/report/").text
    assert "40 %" in admin.get("/admin/report/").text
    for path in ("new/", "edit/?id=1"):
        assert admin.get(f"/admin/report/{path}").status_code == 302
    admin.post("/admin/report/delete/", id="1")
    admin.post("/admin/report/action/", action="delete", rowid="1")
    assert exists(admin_app, Report, id=1, state=ReportState.RUNNING)


def test_webhooks_are_read_and_their_secrets_are_not(admin_app: Flask, admin: Visitor) -> None:
    """Subscriptions and deliveries can be looked at, searched, filtered and exported; no secret is anywhere."""
    with admin_app.app_context():
        secret = db.session.scalars(select(WebhookSubscription.secret)).one()
    for model, shown in (("subscription", "new-post"), ("delivery", "ping")):
        for path in ("", "?search=example.com", "?sort=1", "details/?id=1", "export/csv/"):
            page = admin.get(f"/admin/{model}/{path}").text
            assert shown in page, (model, path)
            assert secret not in page
            assert "whsec_" not in page
        for path in ("new/", "edit/?id=1"):
            assert admin.get(f"/admin/{model}/{path}").status_code == 302
        admin.post(f"/admin/{model}/delete/", id="1")
        admin.post(f"/admin/{model}/action/", action="delete", rowid="1")
    assert exists(admin_app, WebhookSubscription, id=1)
    assert exists(admin_app, WebhookDelivery, id=1)


def test_a_subscription_is_switched_off_and_on(admin_app: Flask, admin: Visitor) -> None:
    """The list says how often it failed; on again it is forgiven, and gets a ping."""
    with admin_app.app_context():
        db.session.execute(update(WebhookSubscription).values(failures=7))
        db.session.commit()
    assert "Failures" in admin.get("/admin/subscription/").text
    admin.post("/admin/subscription/action/", action="deactivate", rowid="1")
    assert exists(admin_app, WebhookSubscription, id=1, active=False, failures=7)
    admin.post("/admin/subscription/action/", action="activate", rowid="1")
    assert exists(admin_app, WebhookSubscription, id=1, active=True, failures=0)
    assert exists(admin_app, WebhookDelivery, id=2, event="ping")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ADMIN, "wrong"),
        (ADMIN, ""),
        (ADMIN, PASSWORD + " " * 200),
        ("nobody@example.com", PASSWORD),
        ("x" * 300, PASSWORD),
        (GONE, PASSWORD),
        (USER, PASSWORD),
        (EDITOR, PASSWORD),
    ],
)
def test_a_refusal_never_says_why(admin_app: Flask, email: str, password: str) -> None:
    """A wrong password, an unknown address, an inactive user and another role all read the same."""
    visitor = Visitor(admin_app)
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 403
    assert login.REFUSAL in html.unescape(answer.text)
    assert visitor.get("/admin/").status_code == 303


def test_an_unknown_user_costs_a_hash_too(admin_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is hashed once whether or not there is such a user, so the time tells nothing."""
    hashed = []

    def watched(function: Callable[..., Any], *args: Any) -> Any:
        hashed.append(args[0])
        return function(*args)

    monkeypatch.setattr(passwords, "_in_a_thread", watched)
    for email in (ADMIN, "nobody@example.com", GONE, USER):
        Visitor(admin_app).sign_in(email, "wrong")
    assert hashed == ["wrong"] * 4


@on_both
def test_the_address_is_compared_without_case(admin_app: Flask) -> None:
    """Addresses are lower case in the database; who types another case comes in."""
    assert Visitor(admin_app).sign_in(ADMIN.upper()).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/admin/post/?search=a%20b", "/admin/post/?search=a%20b"),
        ("/admin/post/?search=//evil.example", "/admin/post/?search=//evil.example"),
        ("", "/admin/"),
        ("https://evil.example/admin/", "/admin/"),
        ("//evil.example/admin/", "/admin/"),
        ("/\\evil.example/admin/", "/admin/"),
        ("/admin//evil.example", "/admin/"),
        ("/admin/\\evil.example", "/admin/"),
        ("/admin/../../evil", "/admin/"),
        ("/admin/%2e%2e/evil", "/admin/"),
        ("/admin/\r\nX-Evil: 1", "/admin/"),
        ("\t//evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("http://[evil", "/admin/"),
        ("/docs", "/admin/"),
        ("/admin/login/", "/admin/"),
    ],
)
def test_the_login_leads_nowhere_else(admin_app: Flask, wanted: str, reached: str) -> None:
    """After signing in one gets to the page of the administration that was asked for, never to another site."""
    assert Visitor(admin_app).sign_in(ADMIN, next=wanted).location == reached


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_forms_lead_nowhere_else(admin: Visitor, target: str) -> None:
    """The library's own parameter for where to go after a form is no way out either."""
    changed = admin.post(f"/admin/post/edit/?{urlencode({'id': 1, 'url': target})}", title="First", author="3")
    assert changed.location.startswith("/admin/post/")
    assert admin.post("/admin/post/delete/", id="99", url=target).location.startswith("/admin/post/")


def test_signing_in_begins_a_new_session(admin_app: Flask) -> None:
    """What was in the session before counts no more: neither a planted value nor the token of the login form."""
    visitor = Visitor(admin_app)
    old = visitor.token()
    with visitor.client.session_transaction() as planted:
        planted["planted"] = "by somebody"
    visitor.sign_in(ADMIN)
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
    refused = visitor.client.post("/admin/post/delete/", data={"id": "1", "csrf_token": old})
    assert refused.status_code == 400


def test_signing_out_needs_a_form(admin: Visitor) -> None:
    """A link can't sign anybody out; the form with its token can."""
    assert admin.get("/admin/logout/").status_code == 405
    assert admin.client.post("/admin/logout/").status_code == 400
    assert admin.get("/admin/").status_code == 200
    assert "You have signed out" in admin.post("/admin/logout/", follow=True).text
    assert admin.get("/admin/").status_code == 303


@on_both
@pytest.mark.parametrize(
    "change", [{"password_hash": "another"}, {"is_active": False}, {"role": Role.USER}, None], ids=str
)
def test_a_session_ends_with_the_account(admin_app: Flask, admin: Visitor, change: dict[str, Any] | None) -> None:
    """Another password, an account shut or demoted, or deleted: the session is over at once."""
    with admin_app.app_context():
        user = db.session.scalars(select(User).filter_by(email=ADMIN)).one()
        for name, value in (change or {}).items():
            setattr(user, name, value)
        if change is None:
            db.session.delete(user)
        db.session.commit()
    assert admin.get("/admin/").status_code == 303


def test_a_session_ends_by_itself(admin_app: Flask, admin: Visitor) -> None:
    """Twelve hours after signing in one has to do it again."""
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=access.SESSION_HOURS, minutes=1)):
        assert admin.get("/admin/").status_code == 303


def test_the_cookie_has_its_flags(tmp_path: Any, make_app: Callable[[Settings], Flask]) -> None:
    """In production the session's cookie goes over https only, to this site only, and no script reads it."""
    app = make_app(Settings(env=Environment.PRODUCTION, secret_key="s" * 64, data_dir=tmp_path))
    answer = app.test_client().get("/admin/login/", base_url="https://example.com")
    cookie = answer.headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_over_https_a_form_comes_from_this_host(admin_app: Flask) -> None:
    """Behind TLS the token alone is not enough: the browser must say that the form was this host's."""
    client = admin_app.test_client()
    page = client.get("/admin/login/", base_url="https://example.com").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "email": ADMIN, "password": PASSWORD}
    for referrer, status in (("", 400), ("https://evil.example/", 400), ("https://example.com/admin/login/", 303)):
        headers = {"Referer": referrer} if referrer else {}
        answer = client.post("/admin/login/", data=form, headers=headers, base_url="https://example.com")
        assert answer.status_code == status, referrer


def test_the_api_knows_nothing_of_sessions(admin: Visitor) -> None:
    """The administration's cookies change no answer of the API, and none says that it depends on them."""
    for path in ("/sql-databases/posts/", "/openapi.json", "/health"):
        answer = admin.get(path)
        assert answer.status_code == 200
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers
