"""The page that listens, in a real browser: a post appears as it is written, also after the connection broke."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.conftest import Visit

PATH = "/server-sent-events"


@pytest.fixture(scope="module")
def author(address: str) -> str:
    """The application's address, once it has its first user."""
    httpx.post(f"{address}/users/1").raise_for_status()
    return address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_post_appears(author: str, visit: Visit, scheme: str) -> None:
    """Written on the page or elsewhere, each post is listed once; nothing overflows 375 px or asks another host."""
    page = visit.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{author}{PATH}/page")
    page.get_by_text("Listening.").wait_for()
    page.get_by_label("Title").fill(f"From the page, {scheme}")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text(f"From the page, {scheme}").wait_for()
    elsewhere = {"title": "<b>From elsewhere</b> " + "x" * 200, "author_id": 1}
    httpx.post(f"{author}{PATH}/posts/", json=elsewhere).raise_for_status()
    page.get_by_text("<b>From elsewhere</b>").wait_for()
    assert page.locator("#posts li").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 31)"}[scheme]
    assert {urlsplit(url).netloc for url in visit.requested if not url.startswith("data:")} == {urlsplit(author).netloc}
    assert visit.complaints == []


def test_the_browser_resumes(author: str, visit: Visit) -> None:
    """The server ends the stream after each event, and posts are written while nobody listens: each is listed once."""
    page = visit.page
    page.goto(f"{author}{PATH}/page?limit=1")
    page.get_by_text("Listening.").wait_for()
    titles = [f"post {number}" for number in range(3)]
    for title in titles:
        httpx.post(f"{author}{PATH}/posts/", json={"title": title, "author_id": 1}).raise_for_status()
    page.get_by_text(titles[-1]).wait_for()
    assert [item.split("No.")[0] for item in page.locator("#posts li").all_inner_texts()] == [
        f"{title}\n" for title in reversed(titles)
    ]


def test_an_unknown_author(author: str, visit: Visit) -> None:
    """The server's refusal is shown."""
    page = visit.page
    page.goto(f"{author}{PATH}/page")
    page.get_by_label("Title").fill("x")
    page.get_by_label("Number of the author").fill("99")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("User not found").wait_for()
