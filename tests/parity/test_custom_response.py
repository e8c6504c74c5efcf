"""Pages, texts, feeds, redirects, downloads and tables: the same bytes under the same headers from both sides."""

from email.utils import formatdate
from xml.etree import ElementTree

import pytest

from myapp.blueprints.custom_response.writing import FILES, write_feed
from tests.parity.compare import Case, check

PATHS = (
    *("posts/1/page", "posts/2/author", "posts/1/legacy", "posts/1/title", "posts/999/page", "posts/x/title"),
    *("feed", "feed?limit=1", "feed?limit=0", "users.csv", "guide", "guide?filename=a.txt", "guide?filename="),
    *("guide?filename=%E6%97%A5%22%3B.txt", "logo.svg", "sitemap.xml", "texts/posts/1", "texts/posts/1/data"),
    *("texts/posts/0", "texts/posts/999", "files/guide.txt", "files/logo.svg", "files/none.txt", "files/a", "files/.."),
    *("pages/hello/Ada", "pages/hello/%3Cb%3E", "pages/openapi.json", "pages/nothing"),
)


@pytest.mark.over_the_wire
@pytest.mark.parametrize("path", PATHS)
def test_same(both, path) -> None:
    """Status, headers and body are the same."""
    check(Case("GET", f"/custom-response/{path}"), *both)


@pytest.mark.over_the_wire
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *(("PUT", "shelves/novels", None), ("PUT", "shelves/essays", None), ("POST", "theme/", b'{"theme":"dark"}')),
        *(("POST", "theme/", b'{"theme":"red"}'), ("DELETE", "theme/", None), ("GET", "countdown.txt?start=2", None)),
        *(("GET", "countdown.txt", None), ("GET", "countdown.txt?start=101", None)),
    ],
)
def test_beside_the_result(both, method, path, body) -> None:
    """What is said on the response that the view asked for, and what a view yields, is the same."""
    headers = (("content-type", "application/json"),) if body else ()
    check(Case(method, f"/custom-response/argument/{path}", headers, body), *both)


def test_status_cookie_and_header_of_the_moment(side) -> None:
    """A status, a cookie and a header stand beside the result."""
    root = "/custom-response/argument"
    assert [side.put(f"{root}/shelves/{name}").status_code for name in ("poems", "essays")] == [200, 201]
    answer = side.post(f"{root}/theme/", json={"theme": "dark"})
    assert (answer.json(), answer.cookies["theme"]) == ({"theme": "dark"}, "dark")
    assert answer.headers["cache-control"] == "no-store"
    assert "max-age=0" in side.delete(f"{root}/theme/").headers["set-cookie"].lower()
    assert side.get(f"{root}/countdown.txt?start=1").text == "1\n0\n"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("posts/1/page", "text/html; charset=utf-8"),
        ("texts/posts/1", "text/plain; charset=utf-8"),
        ("texts/posts/1/data", "application/json"),
        ("pages/hello/Ada", "text/html; charset=utf-8"),
        ("feed", "application/rss+xml"),
        ("users.csv", "text/csv; charset=utf-8"),
        ("logo.svg", "image/svg+xml"),
        ("sitemap.xml", "application/xml"),
    ],
)
def test_types(side, path, content_type) -> None:
    """Each answer says what it is."""
    answer = side.get(f"/custom-response/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)


def test_a_feed(side) -> None:
    """The feed is XML, with as many posts as were asked for at the most."""
    channel = ElementTree.fromstring(side.get("/custom-response/feed?limit=2").content)[0]
    assert channel.findtext("title") == "Posts"
    assert 1 <= len(channel.findall("item")) <= 2


def test_a_feed_of_odd_titles() -> None:
    """What XML has no place for is left out, and what looks like markup is text."""
    feed = write_feed([{"id": 1, "title": "a\x0b<b>\x00 & \ufffe日本\n"}])
    assert ElementTree.fromstring(feed).findtext("channel/item/title") == "a<b> & 日本\n"


def test_redirects(side) -> None:
    """307 by default, 301 when the view says so; what they lead to is there."""
    author = side.get("/custom-response/posts/1/author")
    legacy = side.get("/custom-response/posts/1/legacy")
    assert (author.status_code, legacy.status_code) == (307, 301)
    assert "content-type" not in author.headers
    assert side.get(author.headers["location"]).status_code == 200


def test_a_download(side) -> None:
    """A name with any letters, and a part of the file for who asks for that."""
    whole = side.get("/custom-response/guide")
    assert whole.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%9Cber%20Posts.txt"
    assert {"etag", "last-modified", "accept-ranges"} <= set(whole.headers)
    part = side.get("/custom-response/guide", headers={"range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"


def test_a_file_that_was_looked_at(side) -> None:
    """Length and date are those that the view has found; a file that is not there is its own 404."""
    found = (FILES / "logo.svg").stat()
    answer = side.get("/custom-response/files/logo.svg")
    assert answer.headers["content-length"] == str(found.st_size)
    assert answer.headers["last-modified"] == formatdate(found.st_mtime, usegmt=True)
    assert side.get("/custom-response/files/none.txt").json() == {"detail": "File not found"}


def test_a_table(side) -> None:
    """The users are a table with a head."""
    answer = side.get("/custom-response/users.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="users.csv"'
    assert answer.text.splitlines()[0] == "id,role"
    assert len(answer.text.splitlines()) > 1
