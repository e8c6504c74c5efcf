"""Handling errors: HTTPException, the 422, what nobody foresaw, and handlers of an application's own."""

import pytest

ROOT = "/handling-errors"


def test_http_exceptions(side):
    """An HTTPException carries a text, any JSON or the status's own words, and headers."""
    missing = side.get(f"{ROOT}/authors/bob")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Author not found"})
    assert missing.headers["x-error"] == "unknown author"
    assert side.get(f"{ROOT}/authors/ada").json() == {"name": "Ada Lovelace"}
    taken = side.put(f"{ROOT}/authors/ada")
    assert (taken.status_code, taken.json()) == (409, {"detail": {"taken": "ada", "free": ["ada2", "ada3"]}})
    refused = side.delete(f"{ROOT}/authors/ada")
    assert (refused.status_code, refused.json()) == (403, {"detail": "Forbidden"})


def test_validation_errors(side):
    """A 422 lists everything that is wrong, wherever it was found."""
    answer = side.get(f"{ROOT}/pages/zero?size=101")
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": [
            {
                "type": "int_parsing",
                "loc": ["path", "page"],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "zero",
            },
            {
                "type": "less_than_equal",
                "loc": ["query", "size"],
                "msg": "Input should be less than or equal to 100",
                "input": "101",
                "ctx": {"le": 100},
            },
        ]
    }


def test_unforeseen_errors(side):
    """What nobody foresaw is a 500 that tells nothing; the operation is not in the document."""
    answer = side.get(f"{ROOT}/unforeseen")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"{ROOT}/unforeseen" not in side.document["paths"]


def test_another_status_without_a_token(side):
    """A subclass of a security scheme says what is raised when nobody is logged in."""
    refused = side.get(f"{ROOT}/desk")
    assert (refused.status_code, refused.json()) == (403, {"detail": "Not authenticated"})
    assert side.get(f"{ROOT}/desk", headers={"authorization": "Bearer x"}).json() == {"scheme": "Bearer"}


ITEMS = [
    {"title": "towel", "size": 3},
    {"title": "towel", "size": "XL"},
    {"title": 1},
    [],
    "towel",
    None,
]


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "application/json"])
@pytest.mark.parametrize("item", ITEMS, ids=repr)
def test_own_validation_handler(both, item, accept):
    """The handler of the 422 sees the faults and the body, and may leave the answer to the default one."""
    theirs, ours = (side.post(f"{ROOT}/own/items/", json=item, headers={"accept": accept}) for side in both)
    assert ours.status_code == theirs.status_code
    if accept == "application/json":
        assert ours.json() == theirs.json()
    else:
        assert ours.text == theirs.text
    assert ours.headers["content-type"] == theirs.headers["content-type"]
    assert ours.status_code == (200 if item == ITEMS[0] else 400 if accept == "text/plain" else 422)
    if accept == "application/json" and item != ITEMS[0]:
        assert ours.json()["body"] == item


def test_faults_outside_of_a_body(both):
    """Without a body there is none to send back; a body that is no JSON is sent back as FastAPI does."""
    json = {"accept": "application/json", "content-type": "application/json"}
    for method, url, content in (("GET", "/items/x", None), ("POST", "/items/", b"{"), ("POST", "/items/", b"")):
        theirs, ours = (side.request(method, f"{ROOT}/own{url}", content=content, headers=json) for side in both)
        assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())
        assert ours.status_code == 422


@pytest.mark.parametrize(
    ("method", "url", "status", "detail"),
    [
        ("GET", "/items/3", 418, "Nope! I don't like 3."),
        ("DELETE", "/items/3", 405, "Method Not Allowed"),
    ],
)
def test_own_http_handler(side, method, url, status, detail):
    """The handler of the parent class sees what views raise and what the router refuses, and adds to the answer."""
    answer = side.request(method, f"{ROOT}/own{url}")
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    assert answer.headers["x-error"] == str(status)
    assert answer.headers.get("x-number") == ("3" if status == 418 else None)


@pytest.mark.parametrize("url", ["/nothing", "/items/4"])
def test_own_handler_of_a_status(both, url):
    """A handler of a status has it to itself, whoever has raised it: that of the parent class adds nothing."""
    theirs, ours = (side.get(f"{ROOT}/own{url}") for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.json() == {"detail": f"There is nothing at {ROOT}/own{url}"}
    assert "x-error" not in {*ours.headers, *theirs.headers}


def test_a_limit_of_the_whole_application(both):
    """A body that is announced as too large is refused before any view or handler is asked."""
    headers = {"content-type": "application/json"}
    for size, status in ((10_000, 200), (10_001, 413)):
        body = b'{"title": "towel", "size": 3}'.ljust(size)
        theirs, ours = (side.post(f"{ROOT}/own/items/", content=body, headers=headers) for side in both)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        assert ours.status_code == status
        assert "x-error" not in {*ours.headers, *theirs.headers}
    assert ours.text == "Content Too Large"


def test_own_exceptions(side):
    """An exception of the application's own has a handler of its own."""
    answer = side.get(f"{ROOT}/own/unicorns/yolo")
    assert answer.status_code == 418
    assert answer.json() == {"message": f"Oops! yolo did something at {ROOT}/own/unicorns/yolo"}
    assert side.get(f"{ROOT}/own/unicorns/ada").json() == {"unicorn_name": "ada"}


def test_handlers_stay_where_they_are(side):
    """The handlers of the inner application change nothing outside of it."""
    assert "x-error" not in side.get(f"{ROOT}/nothing").headers
    faults = side.get(f"{ROOT}/pages/0", headers={"accept": "text/plain"})
    assert (faults.status_code, list(faults.json())) == (422, ["detail"])


def test_documents(both):
    """The inner application has a document of its own; a replaced handler does not change it."""
    theirs, ours = (side.get(f"{ROOT}/own/openapi.json").json() for side in both)
    assert ours == theirs
    assert "422" in ours["paths"]["/items/"]["post"]["responses"]
