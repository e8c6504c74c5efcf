"""Lists of posts: pages by offset and by cursor, `Link`, the total, filters and sorting."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from myapp.models import Post
from tests.parity.database import NOW
from tests.parity.test_sql_databases import postgresql_side  # noqa: F401 - a fixture

POSTS, FEED = "/sql-databases/lists/posts/", "/sql-databases/lists/feed/"


@pytest.fixture
def rows(side, request):
    """A session on the side's own database, to write behind its back."""
    engine = create_engine(request.getfixturevalue(f"{side.name}_seat").database.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def ids(answer):
    """The numbers of the posts on a page."""
    assert answer.status_code == 200, answer.text
    return [post["id"] for post in answer.json()]


def links(answer):
    """What `Link` says, by relation."""
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["link"])}


def faults(answer):
    """The type and place of each fault of a 422."""
    assert answer.status_code == 422, answer.text
    return [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]]


def joined(pages):
    """All pages as one."""
    return [number for page in pages for number in page]


def follow(side, url, relation="next"):
    """The numbers on each page from `url` on."""
    pages = []
    while url:
        answer = side.get(url)
        pages.append(ids(answer))
        url = links(answer).get(relation, "").removeprefix("http://testserver")
    return pages


@pytest.mark.over_the_wire
@pytest.mark.parametrize(
    ("query", "expected", "relations"),
    [
        ("", [6, 5, 4, 3, 2, 1], {"first": 0, "last": 0}),
        ("?limit=2", [6, 5], {"first": 0, "next": 2, "last": 4}),
        ("?limit=2&offset=2", [4, 3], {"first": 0, "prev": 0, "next": 4, "last": 4}),
        ("?limit=2&offset=4", [2, 1], {"first": 0, "prev": 2, "last": 4}),
        ("?limit=4&offset=3", [3, 2, 1], {"first": 0, "prev": 0, "last": 4}),
        ("?limit=2&offset=100", [], {"first": 0, "prev": 4, "last": 4}),
        ("?limit=6", [6, 5, 4, 3, 2, 1], {"first": 0, "last": 0}),
        ("?title__icontains=nothing", [], {"first": 0, "last": 0}),
        ("?limit=100&offset=9007199254740991", [], {"first": 0, "prev": 0, "last": 0}),
    ],
)
def test_pages(side, query, expected, relations):
    """A page, how many there are in all, and where the others are."""
    answer = side.get(POSTS + query)
    assert ids(answer) == expected
    assert answer.headers["x-total-count"] == ("0" if "nothing" in query else "6")
    found = {relation: int(re.search(r"offset=(\d+)", url)[1]) for relation, url in links(answer).items()}
    assert found == relations
    assert all(re.match(rf"http://testserver{POSTS}\?", url) for url in links(answer).values())


def test_links_keep_the_rest(both):
    """Links keep what was asked for beside the page, in its order, quoted so that no header is broken."""
    url = f"{POSTS}?title__icontains=O+%22%3E%C3%A9&limit=1&author_id__in=1&author_id__in=2&sort=title&offset=1"
    fastapi, flask = (side.get(url) for side in both)
    kept = "title__icontains=O+%22%3E%C3%A9&author_id__in=1&author_id__in=2&sort=title&limit=1&offset="
    assert links(flask)["first"] == f"http://testserver{POSTS}?{kept}0"
    assert flask.headers["link"] == fastapi.headers["link"]


def test_walk(side):
    """Following `next` gives every post once, and `prev` leads back."""
    assert follow(side, f"{POSTS}?limit=4&sort=title") == [[3, 5, 1, 2], [4, 6]]
    assert follow(side, f"{POSTS}?limit=3&offset=5", "prev") == [[1], [4, 3, 2], [6, 5, 4]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "limit=0&offset=-1",
            [("greater_than_equal", ["query", "limit"]), ("greater_than_equal", ["query", "offset"])],
        ),
        ("limit=101", [("less_than_equal", ["query", "limit"])]),
        ("offset=9007199254740992", [("less_than_equal", ["query", "offset"])]),
        ("sort=password_hash", [("string_pattern_mismatch", ["query", "sort"])]),
        ("sort=title,", [("string_pattern_mismatch", ["query", "sort"])]),
        ("sort=title,--id", [("string_pattern_mismatch", ["query", "sort"])]),
        ("sort=", [("string_pattern_mismatch", ["query", "sort"])]),
        ("sort=title%0A", [("string_pattern_mismatch", ["query", "sort"])]),
        ("body__icontains=x", [("extra_forbidden", ["query", "body__icontains"])]),
        ("title=x", [("extra_forbidden", ["query", "title"])]),
        ("title__regex=x", [("extra_forbidden", ["query", "title__regex"])]),
        ("author__email=x", [("extra_forbidden", ["query", "author__email"])]),
        ("author_id__in=1&author_id__in=x", [("int_parsing", ["query", "author_id__in", 1])]),
        ("author_id__in=2147483648", [("less_than_equal", ["query", "author_id__in", 0])]),
        ("title__icontains=a%00b", [("string_pattern_mismatch", ["query", "title__icontains"])]),
        ("published=maybe", [("bool_parsing", ["query", "published"])]),
        ("created_at__gte=yesterday", [("datetime_from_date_parsing", ["query", "created_at__gte"])]),
        ("created_at__lt=0001-01-01T00:00:00%2B10:00", [("value_error", ["query", "created_at__lt"])]),
        (f"title__icontains={'x' * 301}", [("string_too_long", ["query", "title__icontains"])]),
    ],
)
def test_wrong_queries(side, query, expected):
    """What is not declared, or not of its type, is a 422, and no column is reached by it."""
    assert faults(side.get(f"{POSTS}?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title__icontains=ON", [5, 2, 1]),
        ("title__icontains=%25", []),
        ("title__icontains=_", []),
        ("title__icontains=%5C", []),
        ("title__icontains=%26amp;", [4]),
        ("published=false", [6, 3]),
        ("published=0&author_id__in=3", [6]),
        ("author_id__in=1&author_id__in=3", [6, 5, 3, 1]),
        ("author_id__in=99", []),
        ("created_at__gte=2026-11-05T12:00:00.123456Z", [6, 5]),
        ("created_at__gte=2026-11-05T13:00:00.123456%2B01:00", [6, 5]),
        ("created_at__gte=2026-11-05T12:00:00.123456", [6, 5]),
        ("created_at__lt=2026-11-05T12:00:00.123456Z", [4, 3, 2, 1]),
        ("created_at__gte=2026-11-02&created_at__lt=2026-11-04&published=true", [2]),
        ("published=true&published=false", [6, 3]),
    ],
)
@pytest.mark.parametrize("url", [POSTS, FEED])
def test_filters(side, url, query, expected):
    """Conditions all have to hold; the wildcards of LIKE mean themselves; a time without a zone is UTC."""
    assert ids(side.get(f"{url}?{query}")) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created_at", [1, 2, 3, 4, 5, 6]),
        ("-created_at", [6, 5, 4, 3, 2, 1]),
        ("title", [3, 5, 1, 2, 4, 6]),
        ("-title", [6, 4, 2, 1, 5, 3]),
        ("-title,created_at", [6, 4, 2, 1, 5, 3]),
        ("title,-title", [3, 5, 1, 2, 4, 6]),
    ],
)
@pytest.mark.parametrize("url", [POSTS, FEED])
def test_sorting(side, url, sort, expected):
    """Either way, by one column or several; the first mention of a column counts."""
    assert ids(side.get(f"{url}?sort={sort}")) == expected
    assert joined(follow(side, f"{url}?sort={sort}&limit=2")) == expected


def test_equal_posts_have_an_order(side, rows):
    """Posts that are equal in what they are sorted by are told apart by their numbers, on every page."""
    for post in rows.scalars(select(Post)):
        post.title, post.created_at = "Same", NOW
    rows.commit()
    for url in (POSTS, FEED):
        assert joined(follow(side, f"{url}?sort=title,-created_at&limit=1")) == [6, 5, 4, 3, 2, 1]
        assert joined(follow(side, f"{url}?sort=created_at,title&limit=4")) == [1, 2, 3, 4, 5, 6]


@pytest.mark.over_the_wire
def test_feed(side):
    """The first page by no cursor, the next by that of `Link`; the last has no `next`; nothing is counted."""
    first = side.get(f"{FEED}?limit=4")
    assert ids(first) == [6, 5, 4, 3]
    assert set(links(first)) == {"first", "next"}
    assert "x-total-count" not in first.headers
    second = side.get(links(first)["next"].removeprefix("http://testserver"))
    assert ids(second) == [2, 1]
    assert set(links(second)) == {"first", "prev"}
    assert links(second)["first"] == f"http://testserver{FEED}?limit=4"
    back = side.get(links(second)["prev"].removeprefix("http://testserver"))
    assert ids(back) == [6, 5, 4, 3]
    assert set(links(back)) == {"first", "next"}
    assert follow(side, links(back)["next"].removeprefix("http://testserver")) == [[2, 1]]


def test_back_and_forth(side):
    """`prev` leads back through the same posts, page by page; from the middle there is a way to both sides."""
    first = side.get(f"{FEED}?limit=2")
    middle = side.get(links(first)["next"].removeprefix("http://testserver"))
    assert (ids(middle), list(links(middle))) == ([4, 3], ["first", "prev", "next"])
    last = links(middle)["next"].removeprefix("http://testserver")
    assert follow(side, last, "prev") == [[2, 1], [4, 3], [6, 5]]


def test_the_page_before_is_gone(side, rows):
    """Where nothing is left before a page, going back gives an empty one that leads to the first."""
    following = links(side.get(f"{FEED}?limit=2"))["next"].removeprefix("http://testserver")
    back = links(side.get(following))["prev"].removeprefix("http://testserver")
    for number in (5, 6):
        rows.delete(rows.get(Post, number))
    rows.commit()
    answer = side.get(back)
    assert (ids(answer), set(links(answer))) == ([], {"first"})


def test_rows_come_and_go(side, rows):
    """While a client pages, posts are written and deleted, its last one too: it misses none and sees none twice."""
    first = side.get(f"{FEED}?limit=2")
    assert ids(first) == [6, 5]
    rows.add(Post(title="Newest", author_id=1, created_at=NOW + timedelta(days=1)))
    rows.commit()
    # By offset the fifth post is seen once more: that is what cursors are for.
    assert ids(side.get(f"{POSTS}?limit=2&offset=2")) == [5, 4]
    rows.delete(rows.get(Post, 5))
    rows.delete(rows.get(Post, 3))
    rows.commit()
    following = links(first)["next"].removeprefix("http://testserver")
    assert joined(follow(side, following)) == [4, 2, 1]


def cursor_of(side, query=""):
    """The cursor that a list gives out."""
    return re.search(r"cursor=([^&>]+)", links(side.get(f"{FEED}?limit=2{query}"))["next"])[1]


BAD = {
    "detail": [
        {
            "type": "value_error",
            "loc": ["query", "cursor"],
            "msg": "Value error, not a cursor of this list in this order",
            "ctx": {"error": {}},
        }
    ]
}


@pytest.mark.parametrize("change", ["", "x", "cut", "forged", "é", "%00", "W10.x", ".", "%3C"])
def test_bad_cursors(side, change):
    """What the list has not given out, or somebody has changed, is a 422 that names the cursor."""
    good = cursor_of(side)
    cursor = {"cut": good[:-1], "forged": good[:-1] + ("A" if good[-1] != "A" else "B"), "": ""}.get(change, change)
    answer = side.get(f"{FEED}?cursor={cursor}")
    detail = answer.json()["detail"]
    del detail[0]["input"]
    assert (answer.status_code, {"detail": detail}) == (422, BAD)


def test_cursor_of_another_order(side):
    """A cursor belongs to the order that it was given out for; filters may change on the way."""
    cursor = cursor_of(side)
    assert faults(side.get(f"{FEED}?sort=title&cursor={cursor}")) == [("value_error", ["query", "cursor"])]
    assert faults(side.get(f"{FEED}?sort=created_at&cursor={cursor}")) == [("value_error", ["query", "cursor"])]
    assert ids(side.get(f"{FEED}?published=true&cursor={cursor}")) == [4, 2, 1]
    by_title = cursor_of(side, "&sort=-title")
    assert ids(side.get(f"{FEED}?sort=-title&cursor={by_title}")) == [2, 1, 5, 3]


def test_same_cursors(both):
    """Both sides give out the same cursors, so a client may go from one to the other."""
    fastapi, flask = both
    for query in ("", "&sort=title,created_at", "&sort=-title"):
        cursor = cursor_of(flask, query)
        assert cursor == cursor_of(fastapi, query)
        pages = [side.get(f"{FEED}?limit=2{query}&cursor={cursor}") for side in both]
        assert pages[0].headers["link"] == pages[1].headers["link"]


def test_on_postgresql(postgresql_side):  # noqa: F811
    """PostgreSQL filters, sorts and pages as SQLite does."""
    side = postgresql_side
    user = side.post("/sql-databases/users/", json={"email": "ada@example.com", "password": "a long password"}).json()
    for title in ("b 50%", "A", "a 500", "C"):
        side.post(f"/sql-databases/users/{user['id']}/posts/", json={"title": title})
    for url in (POSTS, FEED):
        pages = follow(side, f"{url}?limit=2&sort=-created_at")
        assert [len(page) for page in pages] == [2, 2]
        assert joined(pages) == sorted(joined(pages), reverse=True)
        titles = [post["title"] for post in side.get(f"{url}?title__icontains=A&sort=created_at").json()]
        assert titles == ["A", "a 500"]
        assert [post["title"] for post in side.get(f"{url}?title__icontains=0%25").json()] == ["b 50%"]
        assert side.get(f"{url}?author_id__in={user['id']}&created_at__gte=2026-11-22T12:00:00Z").status_code == 200
