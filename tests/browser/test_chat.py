"""The chat page with two people on it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from myapp import demo
from tests.browser.conftest import Visit


@pytest.fixture
def other(visit: Visit) -> Iterator[Page]:
    """A page in a second window that shares nothing with the first: a telephone, with dark colours."""
    browser = visit.page.context.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(viewport={"width": 375, "height": 667}, color_scheme="dark")
    page = context.new_page()
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield page
    context.close()


def join(page: Page, address: str, email: str, room: str, password: str = demo.PASSWORD) -> None:
    """Open the page, fill in the form and send it."""
    page.goto(f"{address}/websockets/chat")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Room").fill(room)
    page.get_by_role("button", name="Join").click()


def say(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()


def test_two_people_chat(demonstration: str, visit: Visit, other: Page) -> None:
    """What one says appears on both pages as text, whatever is in it; who comes and goes is said."""
    page = visit.page
    join(page, demonstration, demo.ADMIN, "lobby")
    expect(page.get_by_role("heading")).to_have_text("Room lobby")
    join(other, demonstration, "ada@example.com", "lobby")
    expect(page.get_by_text("ada@example.com joined")).to_be_visible()
    say(page, "hello <b>Ada</b>")
    say(other, "hello yourself")
    for each in (page, other):
        expect(each.get_by_role("listitem").filter(has_text=f"{demo.ADMIN}hello <b>Ada</b>")).to_be_visible()
        expect(each.get_by_role("listitem").filter(has_text="ada@example.comhello yourself")).to_be_visible()
    other.get_by_role("button", name="Leave").click()
    expect(other.get_by_role("button", name="Join")).to_be_visible()
    expect(page.get_by_text("ada@example.com left")).to_be_visible()
    assert visit.complaints == []
    assert {urlsplit(url).netloc for url in visit.requested} == {urlsplit(demonstration).netloc}


def test_a_small_dark_screen(demonstration: str, other: Page) -> None:
    """At 375 px nothing is wider than the screen, however long a word is, and the colours are dark."""
    join(other, demonstration, "ada@example.com", "narrow")
    say(other, "x" * 300)
    expect(other.get_by_role("listitem").last).to_contain_text("xxx")
    assert other.evaluate("document.documentElement.scrollWidth") <= 375
    channels = other.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(channels) < 60


def test_a_wrong_password(demonstration: str, visit: Visit) -> None:
    """The page says so, and stays where it is."""
    join(visit.page, demonstration, "ada@example.com", "lobby", password="wrong")
    expect(visit.page.get_by_role("status")).to_have_text("Incorrect username or password")
    expect(visit.page.get_by_role("button", name="Join")).to_be_visible()


def test_a_message_beyond_the_limit(demonstration: str, visit: Visit) -> None:
    """The server's reason for closing is shown; the page's own limit is taken away for that."""
    page = visit.page
    join(page, demonstration, "ada@example.com", "long")
    page.get_by_label("Message", exact=True).evaluate("input => input.removeAttribute('maxlength')")
    say(page, "x" * 1001)
    expect(page.get_by_role("status")).to_have_text("You left: 1000 characters are the limit")
