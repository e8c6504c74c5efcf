"""The administration as a person uses it: nothing that its pages forbid themselves is needed, and no other host."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.live.processes import ROOT, gunicorn

LOGIN = ("admin@example.com", "demonstration")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application answers, with the demonstration data."""
    folder = tmp_path_factory.mktemp("administrated")
    with gunicorn(folder) as server:
        environ = {**os.environ, "MYAPP_ENV": "testing", "MYAPP_DATA_DIR": str(folder)}
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "demo"], cwd=ROOT, env=environ, check=True)
        yield server.url


@pytest.fixture
def admin(visit: Visit, address: str) -> Iterator[Visit]:
    """A signed-in administrator, whose browser had nothing to complain about at the end."""
    page = visit.page
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/admin/post/")
    page.get_by_label("E-mail").fill(LOGIN[0])
    page.get_by_label("Password").fill(LOGIN[1])
    page.get_by_role("button", name="Sign in").click()
    # Loaded with its scripts: a cell that is clicked before them opens nothing.
    page.wait_for_url(f"{address}/admin/post/", wait_until="load")
    yield visit
    assert visit.complaints == []
    assert {urlsplit(url).netloc for url in visit.requested if url.startswith("http")} == {urlsplit(address).netloc}


def cell(page: Page, title: str, column: str) -> str:
    """The selector of a cell in the row with this title."""
    return f"tr:has(td.col-title:has-text({title!r})) td.col-{column}"


def save(page: Page) -> None:
    """Store the cell that is being edited, and wait until its form is gone (it fades out beside the next one)."""
    page.locator(".editable-submit").click()
    expect(page.locator(".editable-submit")).to_have_count(0)


def test_sign_in_and_out(address: str, admin: Visit) -> None:
    """After the login one is on the page that was asked for; after the way out, at the login again."""
    page = admin.page
    expect(page.locator(".navbar-text")).to_contain_text(LOGIN[0])
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.goto(f"{address}/admin/post/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_search_and_filter(admin: Visit) -> None:
    """A word in the search box and a filter by the author narrow the list; one link shows all again."""
    page = admin.page
    page.get_by_role("searchbox").fill("Bernoulli")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("td.col-title a")).to_have_text(["A table of Bernoulli numbers"])
    page.get_by_role("link", name="show all").click()
    page.get_by_role("button", name="Add filter").click()
    page.locator(".field-filters").get_by_text("Author").click()
    page.locator(".filter-val.form-control").fill("edith")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("td.col-title a")).to_have_count(3)
    expect(page.get_by_text("3 records")).to_be_visible()


def test_inline_edit(address: str, admin: Visit) -> None:
    """A title, a flag and a role are changed in the list itself, and stay changed."""
    page = admin.page
    page.locator(cell(page, "Feijoada", "title")).get_by_role("link").click()
    page.locator(".editable-input input").fill("Feijoada para vinte")
    save(page)
    expect(page.locator("td.col-title").get_by_text("Feijoada para vinte")).to_be_visible()
    page.locator(cell(page, "On looping", "published")).get_by_role("link").click()
    page.locator(".select2-drop-active").get_by_text("Yes").click()
    save(page)
    expect(page.locator(cell(page, "On looping", "published") + " .fa-check")).to_be_visible()
    page.reload()
    expect(page.locator("td.col-title").get_by_text("Feijoada para vinte")).to_be_visible()
    expect(page.locator(cell(page, "On looping", "published") + " .fa-check")).to_be_visible()

    page.goto(f"{address}/admin/user/")
    role = page.locator("tr:has-text('dmitri') .col-role a")
    role.click()
    page.locator(".select2-drop-active").get_by_text("viewer").click()
    save(page)
    expect(role).to_have_text("viewer")
    page.reload()
    expect(role).to_have_text("viewer")


def test_inline_edit_says_what_is_wrong(address: str, admin: Visit) -> None:
    """What can't be stored is said beside the cell; the browser itself notes no more than the status."""
    page = admin.page
    page.goto(f"{address}/admin/user/")
    page.locator("tr:has-text('emeka') .col-email a").click()
    page.locator(".editable-input input").fill("no address")
    page.locator(".editable-submit").click()
    expect(page.locator(".editable-error-block")).to_contain_text("Invalid email address")
    assert [text for text in admin.complaints if "400" not in text] == []
    admin.complaints.clear()


def test_a_title_that_looks_like_a_program_is_text(address: str, admin: Visit) -> None:
    """The inline editor of the library would run such a title (it evaluates what looks like JSON)."""
    page = admin.page
    title = "[document.title = 'run']"
    create(page, address, title)
    expect(page.locator("td.col-title").get_by_text(title)).to_be_visible()
    assert page.title() == "Posts · Administration"
    page.locator("td.col-title").get_by_text(title).click()
    expect(page.locator(".editable-input input")).to_have_value(title)
    assert page.title() == "Posts · Administration"


def create(page: Page, address: str, title: str) -> None:
    """Fill the form of a new post, with the author found by typing."""
    page.goto(f"{address}/admin/post/")
    page.get_by_role("link", name="Create", exact=True).click()
    page.get_by_label("Title").fill(title)
    page.locator(".select2-container").click()
    page.locator(".select2-drop-active input").fill("chiom")
    page.locator(".select2-drop-active").get_by_text("chioma@example.com").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Record was successfully created.")).to_be_visible()
    page.wait_for_load_state("load")


def test_create_edit_delete(address: str, admin: Visit) -> None:
    """A post is written, changed, and deleted after a question that can be answered with no."""
    page = admin.page
    create(page, address, "Written in a browser")
    row = page.locator("tr:has-text('in a browser')")
    row.get_by_title("Edit").click()
    page.get_by_label("Body").fill("With a body")
    page.get_by_label("Published").check()
    page.get_by_role("button", name="Save", exact=True).click()
    row.get_by_title("Show").click()
    expect(page.locator(".as-typed")).to_have_text("With a body")
    page.get_by_role("link", name="List").click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    row.get_by_title("Delete").click()
    expect(row).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_title("Delete").click()
    expect(page.get_by_text("successfully deleted")).to_be_visible()
    expect(row).to_have_count(0)


def test_actions(address: str, admin: Visit) -> None:
    """Ticked rows are changed together."""
    page = admin.page
    page.goto(f"{address}/admin/user/")
    for name in ("bruno", "chioma"):
        page.locator(f"tr:has-text({name!r}) .action-checkbox").check()
    page.get_by_role("button", name="With selected").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("2 records deactivated.")).to_be_visible()
    expect(page.locator("tr:has-text('bruno') .fa-minus-circle")).to_be_visible()


def test_export(admin: Visit, tmp_path: Path) -> None:
    """The list's rows come down as a file."""
    page = admin.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "posts.csv"
    download.value.save_as(file)
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert download.value.suggested_filename.endswith(".csv")
    assert rows[0] == ["ID", "Title", "Author", "Published", "Created (UTC)"]
    assert len(rows) >= 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_pages_fit(address: str, admin: Visit, scheme: str, width: int) -> None:
    """On a phone and on a desk, light and dark: no page is wider than the screen, no heading without contrast."""
    page = admin.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("", "user/", "post/", "report/", "post/new/", "user/edit/?id=2", "post/details/?id=1"):
        page.goto(f"{address}/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page_, text = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
        )
        assert abs(brightness(page_) - brightness(text)) > 150, path
        assert (brightness(page_) < 60) is (scheme == "dark")
    if width == 375:
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def brightness(color: str) -> float:
    """How bright `rgb(…)` is, of 255."""
    return sum(float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]) / 3
