"""The site: every folder has an entry and a page made of the files that run."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from myapp import blueprints
from myapp.gallery.built_in import BuiltIn
from myapp.gallery.markup import markdown_as_html, source_as_html


def text_of(page: str) -> str:
    """The page's text without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_the_index_lists_every_folder(client: FlaskClient) -> None:
    """Each folder's title links to its page, with the sentence that says what matches."""
    page = client.get("/").text
    for folder in blueprints.FOLDERS:
        assert f'href="/built-ins/{folder.replace("_", "-")}"' in page
        assert blueprints.match(folder).replace("`", "") in text_of(page)


@pytest.mark.parametrize("folder", blueprints.FOLDERS)
def test_a_page_shows_both_sides_as_they_are(client: FlaskClient, folder: str) -> None:
    """Every file of the folder is on its page to the letter, originals beside their match."""
    built_in = BuiltIn(folder)
    shown = text_of(client.get(f"/built-ins/{built_in.slug}").text)
    sources = [source for pair in built_in.pairs for source in pair] + built_in.others
    assert built_in.pairs
    for source in sources:
        assert source.path.read_text().strip() in shown
    files = {path for path in sources[0].path.parent.glob("*.py") if path.name != "__init__.py"}
    assert files <= {source.path for source in sources}


def test_a_page_links_to_where_it_leads(client: FlaskClient) -> None:
    """To /docs at the folder's tag, to FastAPI's page, to the tests and to its neighbours."""
    page = client.get("/built-ins/path-params").text
    for link in ("/docs#/path-params", "https://fastapi.tiangolo.com/tutorial/path-params/", "#tests"):
        assert f'href="{link}"' in page
    assert 'rel="prev" href="/built-ins/first-steps"' in page
    assert 'rel="next" href="/built-ins/query-params"' in page


def test_an_unknown_built_in(client: FlaskClient) -> None:
    """There is no page for a folder that is not there."""
    assert client.get("/built-ins/nothing").status_code == 404


def test_styles(client: FlaskClient) -> None:
    """The style sheets are served, the coloured code in two palettes."""
    with client.get("/static/site.css") as sheet:
        assert sheet.mimetype == "text/css"
    assert "prefers-color-scheme: dark" in client.get("/highlight.css").text


def test_no_markup_gets_through() -> None:
    """HTML in a docstring or in a source file is shown, not used."""
    assert "<script>" not in markdown_as_html("a <script>alert(1)</script>")
    assert "<script>" not in source_as_html("x = '<script>'", "x.py")
    assert "&lt;script&gt;" in source_as_html("<script>", "notes.unknown")


@pytest.mark.parametrize("path", ["/", "/built-ins/body", "/built-ins/nothing", "/account/forgot"])
def test_browsers_take_a_page_for_what_it_is(client: FlaskClient, path: str) -> None:
    """Every page of the site says that its type is not to be guessed."""
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"
