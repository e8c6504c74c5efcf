"""Header and cookie parameters: what is read, what is refused and how it is said."""

import pytest

ROOT = "/header-cookie-params"

ACCEPTED = [
    ("user-agent", {"user-agent": "Mosaic/1.0"}, None, {"User-Agent": "Mosaic/1.0"}),
    ("user-agent", {"USER-AGENT": "Mosaic/1.0"}, None, {"User-Agent": "Mosaic/1.0"}),
    ("required", {"x-reader-id": "7"}, None, {"x_reader_id": 7}),
    ("alias", {"x-post-token": "abc"}, None, {"token": "abc"}),
    ("alias", {"token": "abc"}, None, {"token": "none"}),
    ("underscores", {"accept-language": "de"}, None, {"strange_header": None}),
    ("tokens", {}, None, {"X-Token values": None}),
    ("tokens", {"x-token": "a"}, None, {"X-Token values": ["a"]}),
    ("tokens", [("x-token", "a"), ("x-token", "b")], None, {"X-Token values": ["a", "b"]}),
    ("tokens", {"x-token": ""}, None, {"X-Token values": [""]}),
    ("hidden", {"x-secret": "s"}, None, {"x_secret": "s"}),
    (
        "models/headers",
        {"save-data": "on", "x-tag": "a"},
        None,
        {"host": "testserver", "save_data": True, "if_modified_since": None, "traceparent": None, "x_tag": ["a"]},
    ),
    ("models/headers/known", {"x-post": "2"}, None, {"host": "testserver", "x_post": 2}),
    ("cookie", {}, None, {"last_post": None}),
    ("cookie", {}, {"last_post": "3"}, {"last_post": 3}),
    ("cookie", {"cookie": 'other=1; last_post="3"; x'}, None, {"last_post": 3}),
    ("cookie/required", {}, {"session-id": "abc"}, {"session": "abc"}),
    ("models/cookies", {}, {"session_id": "abc"}, {"session_id": "abc", "last_post": None, "theme": "light"}),
    (
        "models/cookies",
        {},
        {"session_id": "abc", "last_post": "3", "other": "1"},
        {"session_id": "abc", "last_post": 3, "theme": "light"},
    ),
    ("models/cookies/known", {}, {"session_id": "abc", "theme": "dark"}, {"session_id": "abc", "theme": "dark"}),
]

REFUSED = [
    ("required", {}, None, [("missing", ["header", "x-reader-id"])]),
    ("required", {"x-reader-id": "x"}, None, [("int_parsing", ["header", "x-reader-id"])]),
    ("required", {"x-reader-id": "0"}, None, [("greater_than_equal", ["header", "x-reader-id"])]),
    ("alias", {"x-post-token": "ab"}, None, [("string_too_short", ["header", "X-Post-Token"])]),
    ("models/headers", {}, None, [("missing", ["header", "save-data"])]),
    ("models/headers", {"save-data": "x"}, None, [("bool_parsing", ["header", "save-data"])]),
    ("models/headers/underscores", {}, None, [("missing", ["header", "save_data"])]),
    ("models/headers/known", {"x-tool": "plumbus"}, None, [("extra_forbidden", ["header", "x-tool"])]),
    ("cookie", {}, {"last_post": "x"}, [("int_parsing", ["cookie", "last_post"])]),
    ("cookie/required", {}, None, [("missing", ["cookie", "session-id"])]),
    ("cookie/required", {}, {"session-id": "x" * 33}, [("string_too_long", ["cookie", "session-id"])]),
    ("models/cookies", {}, None, [("missing", ["cookie", "session_id"])]),
    (
        "models/cookies",
        {},
        {"last_post": "x"},
        [("missing", ["cookie", "session_id"]), ("int_parsing", ["cookie", "last_post"])],
    ),
    (
        "models/cookies/known",
        {},
        {"session_id": "abc", "santa_tracker": "1"},
        [("extra_forbidden", ["cookie", "santa_tracker"])],
    ),
]


@pytest.mark.parametrize(("path", "headers", "cookies", "body"), ACCEPTED)
def test_accepted(side, path, headers, cookies, body):
    """A header or cookie that fits the signature arrives converted."""
    answer = side.get(f"{ROOT}/{path}", headers=headers, cookies=cookies)
    assert (answer.status_code, answer.json()) == (200, body)


@pytest.mark.parametrize(("path", "headers", "cookies", "faults"), REFUSED)
def test_refused(side, path, headers, cookies, faults):
    """One that does not fit is a 422 that names it as it is spelled on the wire."""
    answer = side.get(f"{ROOT}/{path}", headers=headers, cookies=cookies)
    assert answer.status_code == 422
    assert [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]] == faults


@pytest.mark.parametrize(("path", "headers", "cookies"), [row[:3] for row in ACCEPTED + REFUSED])
def test_same_answer(both, path, headers, cookies):
    """Both sides send the same status, type and body, messages and contexts included."""
    fastapi, flask = (side.get(f"{ROOT}/{path}", headers=headers, cookies=cookies) for side in both)
    assert (flask.status_code, flask.headers["content-type"]) == (fastapi.status_code, fastapi.headers["content-type"])
    assert flask.json() == fastapi.json()


def parameters(side, path):
    """The documented parameters of the GET operation at `path`: name, location, whether required."""
    found = side.document["paths"][f"{ROOT}{path}"]["get"].get("parameters", [])
    return [(parameter["name"], parameter["in"], parameter["required"]) for parameter in found]


def test_document(side):
    """The document names headers and cookies as a client sends them, and leaves the hidden one out."""
    assert parameters(side, "/user-agent") == [("user-agent", "header", False)]
    assert parameters(side, "/required") == [("x-reader-id", "header", True)]
    assert parameters(side, "/alias") == [("X-Post-Token", "header", False)]
    assert parameters(side, "/underscores") == [("strange_header", "header", False)]
    assert parameters(side, "/hidden") == []
    assert parameters(side, "/cookie/required") == [("session-id", "cookie", True)]
    assert parameters(side, "/models/headers")[:2] == [("host", "header", True), ("save-data", "header", True)]
    assert parameters(side, "/models/headers/underscores")[1] == ("save_data", "header", True)
    assert parameters(side, "/models/cookies")[0] == ("session_id", "cookie", True)
