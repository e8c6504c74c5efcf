"""The single-page application of the `frontend` folder, used as a person does."""

from __future__ import annotations

from tests.browser.conftest import Visit


def test_it_routes_by_itself(address: str, visit: Visit) -> None:
    """The list leads to a post without a page load; that post's address opens it again, and back leads back."""
    page = visit.page
    page.goto(f"{address}/frontend/app/")
    page.get_by_role("link", name="Path parameters").click()
    page.get_by_role("heading", name="Path parameters").wait_for()
    assert page.url == f"{address}/frontend/app/posts/2"
    page.reload()
    page.get_by_role("heading", name="Path parameters").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Posts").wait_for()
    assert visit.complaints == []
