"""Pages and files on both sides: the same HTML to the byte, escaped, and files that a browser can keep."""

import pytest

PAGES = ["", "?q=first", "?q=nothing%20like%20it", "?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "?q=%C3%A4&q=last"]


@pytest.mark.parametrize("query", PAGES)
def test_lists(both, query) -> None:
    """The list, a search with hits, without, with markup in it: the same page from both sides."""
    theirs, ours = (side.get(f"/templates-static/posts{query}") for side in both)
    assert (ours.status_code, ours.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert ours.text == theirs.text


@pytest.mark.parametrize("slug", ["first-steps", "escaping", "quotes"])
def test_pages(both, slug) -> None:
    """Each post's page is the same from both sides."""
    theirs, ours = (side.get(f"/templates-static/posts/{slug}") for side in both)
    assert ours.status_code == theirs.status_code == 200
    assert ours.text == theirs.text


def test_nothing_is_markup_that_should_be_text(side) -> None:
    """Tags in a title, a body or a search are shown as text; quotes do not end an attribute."""
    page = side.get("/templates-static/posts/escaping").text
    assert "<h1>Why &lt;b&gt; is not bold</h1>" in page
    assert "<script>" not in page
    assert "<script>" not in side.get('/templates-static/posts?q="><script>alert(1)</script>').text


def test_an_unknown_page(side) -> None:
    """There is none: 404 in JSON."""
    answer = side.get("/templates-static/posts/nothing")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Post not found"})


def test_files(side) -> None:
    """A file has its type, its validators, and is sent once; what is missing is a JSON 404, and there is no way out."""
    first = side.get("/templates-static/static/page.css")
    assert (first.status_code, first.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert {"etag", "last-modified", "accept-ranges"} <= set(first.headers)
    again = side.get("/templates-static/static/page.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = side.get("/templates-static/static/page.css", headers={"range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b":root")
    for path in ("missing.css", "..%2Froutes.py", ""):
        answer = side.get(f"/templates-static/static/{path}")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_the_page_links_to_its_style(side) -> None:
    """The address that the template makes for the style sheet is where it is."""
    page = side.get("/templates-static/posts").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert address.endswith("/templates-static/static/page.css")
    assert side.get("/" + address.split("/", 3)[3]).status_code == 200
