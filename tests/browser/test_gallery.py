"""The site as a person sees it: narrow and wide, light and dark, without a network."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from myapp.blueprints import FOLDERS
from tests.browser.conftest import Visit


def test_pages_keep_to_their_policy(address: str, visit: Visit) -> None:
    """Every page of the site, and one that is not there: nothing is refused by its Content-Security-Policy.

    That a breach would be seen is shown at the end.
    """
    page = visit.page
    pages = ["", *(f"built-ins/{folder.replace('_', '-')}" for folder in FOLDERS)]
    for path in (*pages, "built-ins/nowhere", "nowhere"):
        answer = page.goto(f"{address}/{path}", wait_until="load")
        assert answer is not None
        assert answer.status == (200 if path in pages else 404)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert page.locator("h1").count() == 1
        # an inline style is one that the error page has, and has named
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui"), path
    assert visit.complaints == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("getComputedStyle(document.body).color !== 'rgb(255, 0, 0)'")
    assert len(visit.complaints) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_pages_fit(address: str, visit: Visit, width: int, scheme: str) -> None:
    """From the index to a folder's page: nothing is wider than the screen, nothing is fetched from elsewhere."""
    page = visit.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="Query parameters").click()
    page.wait_for_url("**/built-ins/query-params")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    fastapi, flask = page.locator(".fastapi").first.bounding_box(), page.locator(".flask").first.bounding_box()
    assert fastapi is not None
    assert flask is not None
    assert (fastapi["y"] == flask["y"]) is (width == 1440)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 31)"}[scheme]
    assert {urlsplit(url).netloc for url in visit.requested} == {urlsplit(address).netloc}
    assert visit.complaints == []
