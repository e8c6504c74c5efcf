"""What pages of other sites, and people with a browser's developer tools, would try: cookies, redirects, hosts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from myapp.accounts import mail
from myapp.extensions import db
from myapp.models import Base, Role, User
from myapp.passwords import hash_password
from myapp.settings import Environment, Settings, SettingsError
from tests.parity.database import PASSWORD

EVIL = "https://evil.example"
ADMIN = "admin@example.com"


@pytest.fixture
def site(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """An application with one administrator, which one other site may call."""
    app = make_app(replace(settings, allowed_origins=("https://friend.example",)))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.session.add(User(email=ADMIN, password_hash=hash_password(PASSWORD), role=Role.ADMIN))
        db.session.commit()
    return app


class Browser:
    """Keeps cookies, and reads the forms' token like a page does."""

    def __init__(self, app: Flask, address: str = "203.0.113.9") -> None:
        self.client, self.address = app.test_client(), address

    def get(self, path: str, **options: object) -> TestResponse:
        """GET."""
        return self.client.get(path, environ_overrides={"REMOTE_ADDR": self.address}, **options)

    def post(self, path: str, **fields: str) -> TestResponse:
        """POST a form, with the token that the login page has."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/admin/login/").text)
        data = {"csrf_token": found[1] if found else "", **fields}
        return self.client.post(path, data=data, environ_overrides={"REMOTE_ADDR": self.address})

    def sign_in(self, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Send the login form."""
        return self.post("/admin/login/", email=ADMIN, password=password, **fields)


# Pages of other sites


@pytest.mark.parametrize(
    "origin",
    [
        *(EVIL, "null", "https://friend.example.evil.example", "https://evil-friend.example", "http://friend.example"),
        *("https://friend.example:8443", "https://FRIEND.example.evil", "https://friend.example/", "*", "file://"),
    ],
)
@pytest.mark.parametrize("path", ["/security/users/me", "/security/token", "/admin/"])
def test_another_site_reads_nothing(site: Flask, origin: str, path: str) -> None:
    """No page but a friend's is told that it may read an answer, and none that it may send cookies along."""
    client = site.test_client()
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for answer in (client.get(path, headers={"Origin": origin}), client.options(path, headers=asked)):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_friend_reads_with_credentials(site: Flask) -> None:
    """The named site is named back, never "*", which browsers refuse together with credentials; caches are told why."""
    answer = site.test_client().get("/security/users/me", headers={"Origin": "https://friend.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]


def test_any_site_without_credentials(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    """Where any site may read, in development, none gets cookies sent along."""
    client = make_app(replace(settings, allowed_origins=("*",))).test_client()
    answer = client.get("/first-steps/", headers={"Origin": EVIL, "Cookie": "session=x"})
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_form_of_another_site(site: Flask) -> None:
    """A form without this page's token changes nothing, with the administrator's cookie too: 400."""
    browser = Browser(site)
    assert browser.sign_in().status_code == 303
    for path in ("/admin/user/new/", "/admin/user/delete/", "/admin/user/action/", "/admin/logout/", "/admin/login/"):
        for token in ("", "x", "IjEi.x.y"):
            answer = browser.client.post(path, data={"csrf_token": token, "id": "1", "email": "evil@example.com"})
            assert answer.status_code == 400, path
    assert browser.get("/admin/").status_code == 200


def test_cookies_open_no_api(site: Flask) -> None:
    """The administrator's cookie is none of the API's credentials, so no other site can use it there."""
    browser = Browser(site)
    browser.sign_in()
    for path in ("/security/users/me", "/security/users", "/security/basic"):
        assert browser.get(path).status_code == 401


# Where the login leads


TARGETS = [
    *("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example"),
    *("https:evil.example", "javascript:alert(1)", "data:text/html,x", "/admin/../evil", "/admin/%2e%2e/x"),
    *("/admin//evil.example", "/admin/\\evil", "/admin/\r\nSet-Cookie: evil=1", "/admin/\tx", "/admin/%5cevil"),
    *("http://localhost@evil.example/admin/", "evil.example", " //evil.example", "/%09/evil.example", "/admin"),
    *("/security/users", "/admin/login/"),
]


@pytest.mark.parametrize("target", TARGETS)
def test_open_redirect(site: Flask, target: str) -> None:
    """After the login a visitor is in this administration, wherever a link to the login would have them sent."""
    browser = Browser(site)
    shown = browser.get("/admin/login/", query_string={"next": target}).text
    assert "evil.example" not in re.sub(r'value="[^"]*"', "", shown)
    answer = browser.sign_in(next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    assert "evil" not in str(answer.headers.getlist("Set-Cookie"))


# Sessions


def test_session_fixation(site: Flask) -> None:
    """A cookie that somebody has planted before the login is not the one after it, and nothing in it counts."""
    thief = Browser(site)
    thief.get("/admin/login/")
    planted = thief.client.get_cookie("session")
    assert planted is not None
    victim = Browser(site)
    victim.client.set_cookie("session", planted.value)
    assert victim.sign_in().status_code == 303
    mine = victim.client.get_cookie("session")
    assert mine is not None
    assert mine.value != planted.value
    assert thief.get("/admin/").status_code == 303


def test_cookie_flags(make_app: Callable[[Settings], Flask], tmp_path: Path) -> None:
    """The session's cookie is for https, for no script, and for no other site's forms."""
    app = make_app(Settings(env=Environment.PRODUCTION, data_dir=tmp_path, secret_key="k" * 40))
    answer = app.test_client().get("/admin/login/", base_url="https://localhost")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_other_password_ends_the_session(site: Flask) -> None:
    """A stolen session ends when its owner changes the password by way of the API."""
    browser = Browser(site)
    browser.sign_in()
    client = site.test_client()
    pair = client.post("/security/token", data={"username": ADMIN, "password": PASSWORD}).get_json()
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    body = {"current_password": PASSWORD, "new_password": "another password"}
    assert client.post("/security/account/change-password", json=body, headers=headers).status_code == 204
    assert browser.get("/admin/").status_code == 303


# Guessing


def test_guessing_at_the_administration(site: Flask) -> None:
    """The sixth guess is answered by the form, 429 and when to come back; the owner gets in from elsewhere."""
    browser = Browser(site)
    assert [browser.sign_in("wrong").status_code for _ in range(5)] == [403] * 5
    answer = browser.sign_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert re.search(r"Too many attempts\. Try again in \d+ seconds", answer.text)
    assert 'name="password"' in answer.text
    assert Browser(site, "198.51.100.7").sign_in().status_code == 303


def test_guesses_count_wherever_they_are_made(site: Flask) -> None:
    """The API's token and the administration's login are two doors with one counter."""
    browser = Browser(site)
    for _ in range(5):
        data = {"username": ADMIN, "password": "wrong"}
        browser.client.post("/security/token", data=data, environ_overrides={"REMOTE_ADDR": browser.address})
    assert browser.sign_in().status_code == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"])
def test_another_address_by_a_header(site: Flask, header: str) -> None:
    """Who claims another address with each guess is counted all the same: only a trusted proxy may say so."""
    client = site.test_client()
    data = {"username": ADMIN, "password": "wrong"}
    codes = [
        client.post("/security/token", data=data, headers={header: f"198.51.100.{number}"}).status_code
        for number in range(7)
    ]
    assert codes == [401] * 5 + [429] * 2


def test_address_from_a_trusted_proxy(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    """Behind a trusted proxy each of its clients has a counter, and can't choose another by a header of its own."""
    app = make_app(replace(settings, trusted_proxies=("127.0.0.1",)))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    client, data = app.test_client(), {"username": ADMIN, "password": "wrong"}

    def guess(forwarded: str) -> int:
        return client.post("/security/token", data=data, headers={"X-Forwarded-For": forwarded}).status_code

    # What the client has sent stands before what the proxy has added.
    assert [guess(f"192.0.2.{number}, 203.0.113.5") for number in range(6)] == [401] * 5 + [429]
    assert guess("203.0.113.6") == 401


# Mail


def test_host_of_mailed_links(site: Flask, tmp_path: Path) -> None:
    """Where a mailed link leads is the settings' business: no Host, no header of a proxy changes it."""
    client = site.test_client()
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}):
        answer = client.post("/security/account/forgot-password", json={"email": ADMIN}, headers=headers)
        assert answer.status_code == 202
        site.extensions["celery"].tasks["accounts.mail_reset"](ADMIN)
        site.extensions["celery"].tasks["accounts.mail_sign_up"]("new@example.com")
    texts = [path.read_text() for path in (site.extensions["settings"].data_dir / "mail").glob("*.eml")]
    assert len(texts) == 4
    for text in texts:
        assert "evil" not in text
        assert "http://127.0.0.1:8000/" in text


@pytest.mark.parametrize("address", ["x@example.com\r\nBcc: all@example.com", "x@example.com\nX-Evil: 1"])
def test_headers_of_mail(address: str) -> None:
    """An address with a line break becomes no second header: there is no such mail."""
    with pytest.raises(ValueError, match=r"newline|linefeed|CR"):
        mail.known_message(address, Settings())


def test_names_of_mail_files(settings: Settings) -> None:
    """An address with slashes names a file in the folder for mail, and only its owner may read it."""
    mail.deliver(mail.known_message("../../x@example.com", settings), settings)
    (path,) = (settings.data_dir / "mail").iterdir()
    assert path.stat().st_mode & 0o077 == 0


# Production


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({}, "MYAPP_SECRET_KEY must be set"),
        ({"MYAPP_SECRET_KEY": "a development secret that everyone can read"}, "MYAPP_SECRET_KEY must be set"),
        ({"MYAPP_SECRET_KEY": "short"}, "at least 32"),
        ({"MYAPP_DEBUG": "1"}, "MYAPP_DEBUG"),
        ({"MYAPP_ALLOWED_ORIGINS": "*"}, "MYAPP_ALLOWED_ORIGINS"),
        ({"MYAPP_ALLOWED_ORIGINS": "http://friend.example"}, "MYAPP_ALLOWED_ORIGINS"),
        ({"MYAPP_SMTP_URL": "smtp://mail.example"}, "MYAPP_SITE_URL"),
        ({"MYAPP_SMTP_URL": "smtp://mail.example", "MYAPP_SITE_URL": "http://example.com"}, "MYAPP_SITE_URL"),
    ],
)
def test_unsafe_in_production(variables: dict[str, str], fault: str) -> None:
    """Production does not start with a public secret, debugging, any site's pages, or links that anybody can read."""
    good = {} if "SECRET" in fault or "32" in fault else {"MYAPP_SECRET_KEY": "k" * 40}
    with pytest.raises(SettingsError, match=fault):
        Settings.load({"MYAPP_ENV": "production", **good, **variables}, env_file=None)
