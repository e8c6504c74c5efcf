"""Accounts as a person meets them: the pages behind mailed links, and the login after too many attempts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp import create_app, demo
from myapp.accounts import logins, tasks
from myapp.database import make_engine
from myapp.extensions import db
from myapp.models import User
from myapp.settings import Environment, Settings
from tests.browser.conftest import Visit
from tests.browser.test_authorize import dialog, executed, opened, scheme
from tests.live.processes import gunicorn


class Place(NamedTuple):
    """Where the application answers, and what it writes its mail to."""

    address: str
    settings: Settings


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The application with the demonstration's users, and its data in a folder of its own."""
    folder = tmp_path_factory.mktemp("accounts")
    url = f"sqlite:///{folder / 'app.sqlite3'}"
    settings = Settings(env=Environment.TESTING, data_dir=folder, database_url=url)
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        demo.load(db.session())
        db.engine.dispose()
    with gunicorn(folder, app="wsgi:app", MYAPP_DATABASE_URL=url) as server:
        yield Place(server.url, settings)


def link_in_mail(place: Place, task: object, email: str) -> str:
    """The link in the mail that a worker writes: what waits in the queue is done here, by hand."""
    app = create_app(place.settings)
    app.extensions["celery"].tasks[task.name](email)  # type: ignore[attr-defined]
    with app.app_context():
        db.engine.dispose()
    latest = max((place.settings.data_dir / "mail").glob("*.eml"))
    text = message_from_bytes(latest.read_bytes(), policy=policy.default).get_content()
    found = re.search(r"/account/\S+#token=\S+", text)
    assert found, text
    return place.address + found[0]


def said(page: Page) -> object:
    """The line in which the page says what happened."""
    return expect(page.locator("#said"))


def test_forgotten_password(place: Place, visit: Visit) -> None:
    """From the login by way of a mail to a new password, which signs in; the link works once and leaves the address."""
    page = visit.page
    page.goto(f"{place.address}/admin/")
    page.get_by_role("link", name="Forgotten password").click()
    page.get_by_label("E-mail").fill(demo.ADMIN)
    page.get_by_role("button", name="Send me a mail").click()
    said(page).to_have_text("If this address can be used, a mail is on its way to it.")

    link = link_in_mail(place, tasks.mail_reset, demo.ADMIN)
    page.goto(link)
    expect(page).to_have_url(f"{place.address}/account/reset")
    page.get_by_label("New password").fill("another demonstration")
    page.get_by_role("button", name="Set the password").click()
    said(page).to_have_text("Done. You can sign in with your new password.")

    page.goto("about:blank")
    page.goto(link)
    page.get_by_label("New password").fill("a third one, by a thief")
    page.get_by_role("button", name="Set the password").click()
    said(page).to_contain_text("used already or is too old")

    page.goto(f"{place.address}/admin/login/")
    page.get_by_label("E-mail").fill(demo.ADMIN)
    page.get_by_label("Password", exact=True).fill("another demonstration")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{place.address}/admin/")
    assert visit.complaints == []


def test_sign_up(place: Place, visit: Visit) -> None:
    """An address, a mail, a password: an account that gets a token."""
    page = visit.page
    page.goto(f"{place.address}/account/sign-up")
    page.get_by_label("E-mail").fill("new@example.com")
    page.get_by_role("button", name="Send me a mail").click()
    said(page).to_contain_text("a mail is on its way")
    page.goto(link_in_mail(place, tasks.mail_sign_up, "new@example.com"))
    page.get_by_label("New password").fill("a long password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("#said")).not_to_be_empty()
    data = {"username": "new@example.com", "password": "a long password"}
    assert httpx.post(f"{place.address}/security/token", data=data).json()["scope"] == "posts"
    assert visit.complaints == []


def test_login_after_too_many_attempts(place: Place, visit: Visit, tmp_path: Path) -> None:
    """The sixth wrong password is answered by the same form, which says when to try again."""
    page = visit.page
    page.goto(f"{place.address}/admin/login/")
    for _ in range(6):
        page.get_by_label("E-mail").fill("edith@example.com")
        page.get_by_label("Password", exact=True).fill("wrong")
        page.get_by_role("button", name="Sign in").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"Too many attempts\. Try again in \d+ seconds"))
    expect(page.get_by_label("E-mail")).to_have_value("edith@example.com")
    page.screenshot(path=str(tmp_path / "too-many.png"))
    assert visit.complaints == []


def test_authorize_after_too_many_attempts(place: Place, visit: Visit, tmp_path: Path) -> None:
    """The Authorize dialog of /docs says that there were too many attempts."""
    page = opened(visit, place.address)
    modal = dialog(page)
    part = scheme(modal, "OAuth2PasswordBearer")
    for _ in range(6):
        part.get_by_label("username:").fill("bruno@example.com")
        part.get_by_label("password:").fill("wrong")
        part.get_by_role("button", name="Apply given OAuth2 credentials").click()
        expect(part.locator(".errors").first).to_contain_text(re.compile("UNAUTHORIZED|TOO MANY", re.IGNORECASE))
    expect(part.locator(".errors").first).to_contain_text(re.compile("TOO MANY", re.IGNORECASE))
    page.set_viewport_size({"width": 1200, "height": 800})
    page.screenshot(path=str(tmp_path / "dialog.png"))


def test_login_that_ends(place: Place, visit: Visit) -> None:
    """A login that has ended is a 401 in /docs from one moment to the next; logging in once more opens it again."""
    page = opened(visit, place.address)
    authorize(page)
    row = executed(page, "read_users_me_security_users_me_get")
    expect(row).to_contain_text("ada@example.com")

    engine = make_engine(place.settings.database_url)
    with Session(engine) as session:
        user = session.scalars(select(User).where(User.email == "ada@example.com")).one()
        logins.end_all(session, user.id)
        session.commit()
    engine.dispose()
    execute = page.locator("#operations-security-read_users_me_security_users_me_get").get_by_role(
        "button", name="Execute"
    )
    execute.click()
    expect(row).to_contain_text("Could not validate credentials")

    modal = dialog(page)
    scheme(modal, "OAuth2PasswordBearer").get_by_role("button", name="Remove authorization").click()
    modal.get_by_role("button", name="Close", exact=True).first.click()
    authorize(page)
    execute.click()
    expect(row).to_contain_text("ada@example.com")
    assert visit.complaints == []


def authorize(page: Page) -> None:
    """Log in by the dialog."""
    modal = dialog(page)
    part = scheme(modal, "OAuth2PasswordBearer")
    part.get_by_label("username:").fill("ada@example.com")
    part.get_by_label("password:").fill(demo.PASSWORD)
    part.get_by_role("button", name="Apply given OAuth2 credentials").click()
    part.get_by_role("button", name="Remove authorization").wait_for()
    modal.get_by_role("button", name="Close", exact=True).first.click()
