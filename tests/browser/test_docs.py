"""The documentation pages as a person sees them: they work offline, and "Try it out" gets an answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Locator

from tests.browser.conftest import Visit


def hosts(visit: Visit) -> set[str]:
    """The hosts that the page asked for anything."""
    return {urlsplit(url).netloc for url in visit.requested if url.startswith("http")}


def opened(visit: Visit, address: str, tag: str, operation_id: str) -> Locator:
    """The operation in Swagger UI, unfolded by the link that leads to it."""
    visit.page.goto(f"{address}/docs#/{tag}/{operation_id}")
    operation = visit.page.locator(f"#operations-{tag}-{operation_id}")
    operation.get_by_role("button", name="Try it out").wait_for()
    return operation


def test_swagger_ui_tries_an_operation(address: str, visit: Visit) -> None:
    """/docs shows the operation, sends it, shows the answer, and asks no other host for anything."""
    operation = opened(visit, address, "path-params", "say_path_params_say__message__get")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("message").fill("good morning")
    operation.get_by_role("button", name="Execute").click()
    body = operation.locator(".live-responses-table .response-col_description .highlight-code").first
    body.wait_for()
    assert '"message": "good morning"' in body.inner_text()
    assert hosts(visit) == {urlsplit(address).netloc}
    assert visit.complaints == []


def test_swagger_ui_shows_a_422(address: str, visit: Visit) -> None:
    """The answer to a wrong body is there to read, with its list of faults."""
    operation = opened(visit, address, "body", "create_post_body_posts__post")
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea").first.fill('{"title": 3}')
    operation.get_by_role("button", name="Execute").click()
    table = operation.locator(".live-responses-table")
    table.wait_for()
    assert "422" in table.inner_text()
    assert "string_type" in table.inner_text()


def test_redoc_shows_the_document(address: str, visit: Visit) -> None:
    """/redoc renders the operations and asks no other host for anything."""
    page = visit.page
    page.goto(f"{address}/redoc")
    page.get_by_text("/path-params/say/{message}").first.wait_for(state="attached")
    assert page.locator("h1").first.inner_text()
    assert hosts(visit) == {urlsplit(address).netloc}
    assert visit.complaints == []
