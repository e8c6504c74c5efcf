"""The Authorize dialog of /docs as a person uses it: log in, and protected operations answer."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from myapp import demo
from tests.browser.conftest import Visit


def executed(page: Page, operation_id: str) -> Locator:
    """The answer that Swagger UI shows after "Try it out" and "Execute"."""
    operation = page.locator(f"#operations-security-{operation_id}")
    if operation.get_by_role("button", name="Try it out").count() == 0:
        operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    row = operation.locator(".live-responses-table tbody tr").first
    row.wait_for()
    return row


def opened(visit: Visit, address: str) -> Page:
    """/docs, in a window so tall that Swagger UI, which leaves out what is far from sight, shows every operation."""
    page = visit.page
    page.set_viewport_size({"width": 1440, "height": 20000})
    page.goto(f"{address}/docs")
    page.locator("#operations-tag-security").wait_for()
    return page


def dialog(page: Page) -> Locator:
    """The Authorize dialog, opened by its button."""
    page.locator(".auth-wrapper .btn.authorize").first.click()
    modal = page.locator(".modal-ux")
    modal.wait_for()
    return modal


def scheme(modal: Locator, title: str) -> Locator:
    """One scheme's part of the dialog."""
    return modal.locator(".auth-container").filter(has=modal.page.locator("h4", has_text=title))


def test_log_in_and_call(demonstration: str, visit: Visit) -> None:
    """A demo user logs in by password; "Try it out" then sends the token, and the answer is theirs; logged out, 401."""
    page = opened(visit, demonstration)
    assert "401" in executed(page, "read_users_me_security_users_me_get").inner_text()

    modal = dialog(page)
    part = scheme(modal, "OAuth2PasswordBearer")
    expect(part).to_contain_text("security/token")
    part.get_by_label("username:").fill("ada@example.com")
    part.get_by_label("password:").fill(demo.PASSWORD)
    part.get_by_text("select all").click()
    part.get_by_role("button", name="Apply given OAuth2 credentials").click()
    part.get_by_role("button", name="Remove authorization").wait_for()
    modal.get_by_role("button", name="Close", exact=True).first.click()

    me = page.locator("#operations-security-read_users_me_security_users_me_get")
    me.get_by_role("button", name="Execute").click()
    row = me.locator(".live-responses-table tbody tr").first
    expect(row).to_contain_text('"email": "ada@example.com"')
    expect(row).to_contain_text("200")
    expect(executed(page, "read_own_posts_security_users_me_posts_get")).to_contain_text(
        "Notes on the Analytical Engine"
    )
    # ada's role has no scope "users", whatever was ticked
    expect(executed(page, "read_accounts_security_users_get")).to_contain_text("Not enough permissions")

    modal = dialog(page)
    scheme(modal, "OAuth2PasswordBearer").get_by_role("button", name="Remove authorization").click()
    modal.get_by_role("button", name="Close", exact=True).first.click()
    me.get_by_role("button", name="Execute").click()
    expect(row).to_contain_text("Not authenticated")
    assert visit.complaints == []


def test_wrong_password(demonstration: str, visit: Visit) -> None:
    """A wrong password is told in the dialog."""
    page = opened(visit, demonstration)
    modal = dialog(page)
    part = scheme(modal, "OAuth2PasswordBearer")
    part.get_by_label("username:").fill("ada@example.com")
    part.get_by_label("password:").fill("wrong")
    part.get_by_role("button", name="Apply given OAuth2 credentials").click()
    expect(part.locator(".errors").first).to_contain_text("UNAUTHORIZED")


def test_api_key(demonstration: str, visit: Visit) -> None:
    """An API key given in the dialog is sent in its header."""
    page = opened(visit, demonstration)
    modal = dialog(page)
    part = scheme(modal, "APIKeyHeader")
    part.locator("input").fill("a key")
    part.get_by_role("button", name="Apply credentials").click()
    modal.get_by_role("button", name="Close", exact=True).first.click()
    expect(executed(page, "read_with_key_security_api_key_get")).to_contain_text("Come in")


def signed_in_on_the_page(visit: Visit, part: Locator, username: str) -> None:
    """Authorize by the application's own sign-in page, which Swagger UI opens in a window of its own."""
    part.get_by_text("select all").click()
    expect(part.get_by_label("client_id:")).to_have_value("docs")
    with visit.page.expect_popup() as opened_window:
        part.get_by_role("button", name="Apply given OAuth2 credentials").click()
    page = opened_window.value
    page.on("console", visit.complain)
    page.get_by_label("E-mail").fill(username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Incorrect username or password")
    expect(page.get_by_label("E-mail")).to_have_value(username)
    page.get_by_label("Password").fill(demo.PASSWORD)
    with page.expect_event("close"):
        page.get_by_role("button", name="Sign in").click()
    part.get_by_role("button", name="Remove authorization").wait_for()


def test_authorization_code(demonstration: str, visit: Visit) -> None:
    """A demo user signs in on a page of their own, and the dialog exchanges the code for a token, with PKCE."""
    page = opened(visit, demonstration)
    modal = dialog(page)
    signed_in_on_the_page(visit, scheme(modal, "OAuth2AuthorizationCodeBearer"), "ada@example.com")
    modal.get_by_role("button", name="Close", exact=True).first.click()
    row = executed(page, "read_code_user_security_openid_me_get")
    expect(row).to_contain_text('"email": "ada@example.com"')
    assert visit.complaints == []


def test_openid_connect(demonstration: str, visit: Visit) -> None:
    """The dialog finds out by itself where to sign in, and the token opens what the scope `openid` is for."""
    page = opened(visit, demonstration)
    modal = dialog(page)
    part = scheme(modal, "OpenIdConnect").filter(has_text="authorization_code")
    signed_in_on_the_page(visit, part, "edith@example.com")
    modal.get_by_role("button", name="Close", exact=True).first.click()
    row = executed(page, "read_user_info_security_openid_userinfo_get")
    expect(row).to_contain_text('"email": "edith@example.com"')
    assert visit.complaints == []


def test_digest(demonstration: str, visit: Visit) -> None:
    """Digest is the browser's own: it answers the challenge, with what a person types where it asks for that."""
    browser = visit.page.context.browser
    assert browser is not None
    context = browser.new_context(http_credentials={"username": "ann", "password": "a key"})
    page = opened(Visit(context.new_page()), demonstration)
    expect(executed(page, "read_digest_user_security_digest_get")).to_contain_text('"username": "ann"')
