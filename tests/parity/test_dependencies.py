"""Dependencies: what they read, how often they are called, what they refuse, and when they clean up."""

import pytest

ROOT = "/dependencies"
TOKEN = {"x-token": "fake-super-secret-token"}
KEY = {"x-key": "fake-super-secret-key"}
LISTS = {"fastapi": "fastapi_original_lists", "flask": "routes_lists"}
DRAFT = {"title": "Hello"}

ANSWERS = [
    (
        "posts/",
        {},
        {
            "page": {"q": None, "skip": 0, "limit": 2},
            "posts": [{"id": 1, "title": "Hello"}, {"id": 2, "title": "Flask"}],
        },
    ),
    ("posts/?q=a&skip=3", {}, {"page": {"q": "a", "skip": 3, "limit": 2}, "posts": [{"id": 4, "title": "Goodbye"}]}),
    ("users/?limit=5&active=off", {}, {"page": {"q": None, "skip": 0, "limit": 5}, "active": False}),
    ("filters/", {}, {"q": None, "published": True}),
    ("filters/?q=x&published=0", {}, {"q": "x", "published": False}),
    ("words/", {}, {"flask": False, "fastapi": False}),
    ("words/?q=from+fastapi+to+flask", {}, {"flask": True, "fastapi": True}),
    ("last-query/", {}, {"query": None}),
    ("last-query/", {"cookies": {"last_query": "then"}}, {"query": "then"}),
    ("last-query/?q=now", {"cookies": {"last_query": "then"}}, {"query": "now"}),
    ("tickets/", {}, {"first": 1, "same": 1, "fresh": 2}),
    ("limited/", {}, {"borrowed": "one of two"}),
]

REFUSALS = [
    ("posts/?skip=-1&limit=x", [("greater_than_equal", ["query", "skip"]), ("int_parsing", ["query", "limit"])]),
    ("users/?limit=101&active=x", [("less_than_equal", ["query", "limit"]), ("bool_parsing", ["query", "active"])]),
    ("filters/?published=x", [("bool_parsing", ["query", "published"])]),
]


def faults(answer):
    """The type and place of each fault of a 422."""
    assert answer.status_code == 422
    return [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]]


def log(side, run):
    """What the dependencies of a run have written."""
    return side.get(f"{ROOT}/runs/{run}").json()


@pytest.mark.parametrize(("path", "options", "expected"), ANSWERS)
def test_answers(side, path, options, expected):
    """Functions, classes, instances and their sub-dependencies give the view what it asks for."""
    answer = side.get(f"{ROOT}/{path}", **options)
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize(("path", "expected"), REFUSALS)
def test_refusals(side, path, expected):
    """A dependency's parameters are checked as the view's own."""
    assert faults(side.get(f"{ROOT}/{path}")) == expected


@pytest.mark.parametrize(("path", "_"), REFUSALS)
def test_refusals_in_the_same_words(both, path, _):
    """And refused in the same words."""
    fastapi, flask = (side.get(f"{ROOT}/{path}") for side in both)
    assert flask.text == fastapi.text


def test_body_shared_with_a_dependency(side):
    """A dependency takes its part of the body by name, and so does the view."""
    answer = side.post(f"{ROOT}/posts/", json={"author_id": "3", "post": DRAFT})
    assert (answer.status_code, answer.json()) == (201, {"author": "author 3", "post": DRAFT})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"post": DRAFT}, [("missing", ["body", "author_id"])]),
        ({"author_id": 0}, [("greater_than_equal", ["body", "author_id"]), ("missing", ["body", "post"])]),
        (DRAFT, [("missing", ["body", "author_id"]), ("missing", ["body", "post"])]),
        ([], [("missing", ["body", "author_id"]), ("missing", ["body", "post"])]),
    ],
)
def test_body_shared_wrongly(side, body, expected):
    """The faults of both parts are reported together, the dependency's first."""
    assert faults(side.post(f"{ROOT}/posts/", json=body)) == expected


def test_dependency_answers_before_the_body_is_judged(side):
    """An HTTPException of a dependency beats a 422 about the rest of the body."""
    answer = side.post(f"{ROOT}/posts/", json={"author_id": 404, "post": {}})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Author not found"})


@pytest.mark.parametrize(
    ("headers", "body", "status", "expected"),
    [
        (TOKEN | KEY, DRAFT, 200, DRAFT),
        ({"x-token": "wrong"} | KEY, DRAFT, 400, {"detail": "X-Token header invalid"}),
        (TOKEN | {"x-key": "wrong"}, DRAFT, 400, {"detail": "X-Key header invalid"}),
        ({"x-token": "wrong", "x-key": "wrong"}, {}, 400, {"detail": "X-Token header invalid"}),
        ({"x-key": "wrong"}, {}, 400, {"detail": "X-Key header invalid"}),
    ],
)
def test_dependencies_of_an_operation(side, headers, body, status, expected):
    """A list on the decorator runs for its effect, in order, before the body is judged."""
    answer = side.post(f"{ROOT}/protected/", headers=headers, json=body)
    assert (answer.status_code, answer.json()) == (status, expected)


def test_missing_headers_and_body_together(side):
    """What the listed dependencies miss is reported with what the body misses."""
    assert faults(side.post(f"{ROOT}/protected/", json={})) == [
        ("missing", ["header", "x-token"]),
        ("missing", ["header", "x-key"]),
        ("missing", ["body", "title"]),
    ]


def test_malformed_json_comes_first(side):
    """The body is decoded before any dependency is called."""
    headers = {"x-token": "wrong", "x-key": "wrong", "content-type": "application/json"}
    assert faults(side.post(f"{ROOT}/protected/", headers=headers, content="{")) == [("json_invalid", ["body", 1])]


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        (TOKEN | KEY, 204, None),
        (TOKEN | {"x-key": "wrong"}, 400, "X-Key header invalid"),
        ({"x-token": "wrong", "x-key": "wrong"}, 400, "X-Token header invalid"),
    ],
)
def test_dependencies_of_a_router(side, headers, status, detail):
    """A router's list comes before the operation's."""
    answer = side.delete(f"{ROOT}/staff/posts/1", headers=headers)
    assert answer.status_code == status
    assert answer.content == b"" if detail is None else answer.json() == {"detail": detail}


def test_router_list_guards_every_operation(side):
    """Each operation of the router passes its dependency."""
    assert faults(side.get(f"{ROOT}/staff/posts/")) == [("missing", ["header", "x-token"])]
    assert side.get(f"{ROOT}/staff/posts/", headers=TOKEN).json() == [{"id": 1, "title": "For the staff"}]


def test_clean_up_in_reverse_order(side):
    """What was opened first is closed last, and all of it after the view."""
    answer = side.post(f"{ROOT}/runs/nested-{side.name}/nested")
    assert answer.json() == {"inner": "inner in outer"}
    expected = ["outer opens", "inner opens", "view", "inner closes", "outer closes"]
    assert log(side, f"nested-{side.name}")[-5:] == expected


def test_clean_up_after_the_stream(side):
    """Scope "function" ends before the first byte; scope "request" after the last."""
    answer = side.post(f"{ROOT}/runs/streamed/streamed")
    assert (answer.text, answer.headers["content-type"]) == (
        "0 of outer\n1 of outer\n2 of outer\n",
        "text/plain; charset=utf-8",
    )
    opened = ["outer opens", "brief opens", "brief closes"]
    assert log(side, "streamed")[-7:] == [*opened, "chunk 0", "chunk 1", "chunk 2", "outer closes"]


def test_error_turned_into_an_answer(side):
    """A dependency may catch the view's error and raise an HTTPException."""
    answer = side.post(f"{ROOT}/runs/translated/translated")
    assert (answer.status_code, answer.json()) == (409, {"detail": "Translated: lost"})
    assert log(side, "translated")[-1] == "translates lost"


def test_http_exception_seen_on_its_way(side):
    """A dependency that raises an HTTPException again leaves it as it was, headers included."""
    answer = side.post(f"{ROOT}/runs/refused/refused")
    assert (answer.status_code, answer.json()) == (403, {"detail": "Run refused refused"})
    assert answer.headers["x-reason"] == "shown"
    assert log(side, "refused")[-1] == "saw 403"


def test_swallowed_error(side):
    """An error that a dependency keeps to itself leaves nothing to answer with: a 500."""
    answer = side.post(f"{ROOT}/runs/swallowed/swallowed")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert log(side, "swallowed")[-1] == "swallows"


def test_nothing_opens_when_the_request_is_refused(side):
    """A dependency whose own parameters are wrong is not called."""
    run = "refused-" * 7
    assert faults(side.post(f"{ROOT}/runs/{run}/nested"))[0] == ("string_too_long", ["path", "run"])
    assert log(side, run[:50]) == []


def test_override(side):
    """A test puts another callable in a dependency's place, wherever that is used."""
    module = side.module("dependencies")
    side.overrides[module.page_of] = lambda q="fake": {"q": q, "skip": 1, "limit": 1}
    page = {"q": "fake", "skip": 1, "limit": 1}
    assert side.get(f"{ROOT}/posts/").json() == {"page": page, "posts": [{"id": 2, "title": "Flask"}]}
    assert side.get(f"{ROOT}/users/?limit=900").json() == {"page": page, "active": True}
    side.overrides.clear()
    assert side.get(f"{ROOT}/users/").json()["page"] == {"q": None, "skip": 0, "limit": 2}


def test_override_of_a_sub_dependency(side):
    """So it does for a dependency of a dependency, and for one that is only listed."""
    module = side.module("dependencies")
    side.overrides[module.query_of] = lambda: "overridden"
    assert side.get(f"{ROOT}/last-query/?q=now").json() == {"query": "overridden"}
    side.overrides[getattr(module, LISTS[side.name]).verify_token] = lambda: None
    assert side.get(f"{ROOT}/staff/posts/").status_code == 200


def test_override_with_clean_up(side):
    """An override may yield where the original returns."""
    events = []

    def fake():
        events.append("opens")
        yield "yielded"
        events.append("closes")

    side.overrides[side.module("dependencies").query_of] = fake
    assert side.get(f"{ROOT}/last-query/").json() == {"query": "yielded"}
    assert events == ["opens", "closes"]


def test_parameters_in_the_document(side):
    """The parameters of all dependencies are the operation's, each once."""
    paths = side.document["paths"]

    def parameters(path, method):
        return [(each["in"], each["name"]) for each in paths[f"{ROOT}/{path}"][method]["parameters"]]

    page = [("query", "q"), ("query", "skip"), ("query", "limit")]
    assert parameters("posts/", "get") == page
    assert parameters("users/", "get") == [("query", "active"), *page]
    assert parameters("words/", "get") == [("query", "q")]
    assert parameters("last-query/", "get") == [("query", "q"), ("cookie", "last_query")]
    assert sorted(parameters("staff/posts/{post_id}", "delete")) == [
        ("header", "x-key"),
        ("header", "x-token"),
        ("path", "post_id"),
    ]
    assert parameters("runs/{run}/nested", "post") == [("path", "run")]
    body = paths[f"{ROOT}/posts/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(side.document["components"]["schemas"][body["$ref"].split("/")[-1]]["properties"]) == {
        "author_id",
        "post",
    }
