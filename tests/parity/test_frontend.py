"""The built application on both sides: files, the application's own paths, what stays a 404, and who may see it."""

import pytest

NAVIGATION = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

#: Path, headers, status, and what the answer is.
REQUESTS = [
    ("/frontend/app/", {}, 200, "text/html; charset=utf-8"),
    ("/frontend/app", {}, 307, None),
    ("/frontend/app/index.html", {}, 200, "text/html; charset=utf-8"),
    ("/frontend/app/assets/app.js", {}, 200, "text/javascript; charset=utf-8"),
    ("/frontend/app/assets/style.css", {}, 200, "text/css; charset=utf-8"),
    ("/frontend/app/posts/2", NAVIGATION, 200, "text/html; charset=utf-8"),
    ("/frontend/app/posts/2", {}, 404, "application/json"),
    ("/frontend/app/assets/missing.js", {}, 404, "application/json"),
    ("/frontend/app/..%2Froutes.py", {}, 404, "application/json"),
    ("/frontend/app/assets/..%2F..%2Froutes.py", NAVIGATION, 200, "text/html; charset=utf-8"),
    ("/frontend/api/posts", NAVIGATION, 200, "application/json"),
    ("/frontend/api/nothing", NAVIGATION, 404, "application/json"),
    ("/frontend/staff/", {}, 422, "application/json"),
    ("/frontend/staff/assets/app.js", {"x-badge": "guest"}, 403, "application/json"),
    ("/frontend/staff/assets/app.js", {"x-badge": "staff"}, 200, "text/javascript; charset=utf-8"),
    ("/frontend/staff/missing", {"x-badge": "staff", **NAVIGATION}, 404, "application/json"),
]


@pytest.mark.over_the_wire
@pytest.mark.parametrize(("url", "headers", "status", "kind"), REQUESTS)
def test_files_and_fallbacks(side, url, headers, status, kind) -> None:
    """Each path gets its file, the application's page, or a 404."""
    answer = side.get(url, headers=headers)
    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)


def test_only_reading(side) -> None:
    """A POST to a file is not allowed; to anything else it is not found."""
    assert side.post("/frontend/app/assets/app.js").status_code == 405
    assert side.post("/frontend/app/posts/2").status_code == 404


def test_a_second_visit(side) -> None:
    """What the browser has is not sent again."""
    first = side.get("/frontend/app/assets/app.js")
    again = side.get("/frontend/app/assets/app.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_api_below(side) -> None:
    """The application's data: all titles, one, none."""
    assert side.get("/frontend/api/posts").json() == {
        "1": "First steps",
        "2": "Path parameters",
        "3": "Query parameters",
    }
    assert side.get("/frontend/api/posts/2").json() == {"title": "Path parameters"}
    assert side.get("/frontend/api/posts/9").json() == {"detail": "Post not found"}
