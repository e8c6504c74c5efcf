"""Path parameters: what is converted, what is refused and how it is said."""

import pytest

ROOT = "/path-params"

ACCEPTED = [
    ("say/hello", {"message": "hello"}),
    ("say/hello%20w%C3%B6rld%20%F0%9F%8C%8D", {"message": "hello wörld 🌍"}),
    ("say/100%25", {"message": "100%"}),
    ("users/me", {"user_id": "the current user"}),
    ("users/3", {"user_id": 3}),
    ("users/-3", {"user_id": -3}),
    ("users/+3", {"user_id": 3}),
    ("users/3.0", {"user_id": 3}),
    ("users/1_000", {"user_id": 1000}),
    ("users/7/posts/first-steps", {"user_id": 7, "slug": "first-steps"}),
    ("ratings/4", {"rating": 4.0}),
    ("ratings/4.5", {"rating": 4.5}),
    ("ratings/1e3", {"rating": 1000.0}),
    ("ratings/nan", {"rating": None}),
    ("published/on", {"published": True}),
    ("published/YES", {"published": True}),
    ("published/0", {"published": False}),
    ("uploads/C892496F-b1fd-4b91-bdb8-b46f92df1716", {"upload_id": "c892496f-b1fd-4b91-bdb8-b46f92df1716"}),
    ("days/2026-01-02", {"day": "2026-01-02", "weekday": 5}),
    ("days/2026-01-02T00:00:00", {"day": "2026-01-02", "weekday": 5}),
    ("ranks/author", {"rank": "author", "may": "write"}),
    ("ranks/admin", {"rank": "admin", "may": "everything"}),
    ("priorities/2", {"priority": 2}),
    ("orders/newest", {"order": "newest"}),
    ("files/readme.md", {"file_path": "readme.md"}),
    ("files/home/ada/notes.txt", {"file_path": "home/ada/notes.txt"}),
    ("files//home/ada/notes.txt", {"file_path": "/home/ada/notes.txt"}),
    ("files/a//b/", {"file_path": "a//b/"}),
    ("files/a%2Fb", {"file_path": "a/b"}),
    ("files/", {"file_path": ""}),
    ("posts/1000", {"post_id": 1000}),
    ("scores/10", {"score": 10.0}),
    ("scores/9.9999999999", {"score": 9.9999999999}),
    ("tags/flask", {"tag": "flask"}),
    ("archive/12?q=x", {"month": 12, "q": "x"}),
]

REFUSED = [
    ("users/ada", "int_parsing", "user_id", "ada"),
    ("users/3.5", "int_parsing", "user_id", "3.5"),
    ("users/%20", "int_parsing", "user_id", " "),
    ("ratings/high", "float_parsing", "rating", "high"),
    ("published/maybe", "bool_parsing", "published", "maybe"),
    ("uploads/42", "uuid_parsing", "upload_id", "42"),
    ("days/2026-02-30", "date_from_datetime_parsing", "day", "2026-02-30"),
    ("days/2026-01-02T03:04:05", "date_from_datetime_inexact", "day", "2026-01-02T03:04:05"),
    ("ranks/guest", "enum", "rank", "guest"),
    ("priorities/3", "enum", "priority", "3"),
    ("orders/best", "literal_error", "order", "best"),
    ("posts/0", "greater_than_equal", "post_id", "0"),
    ("posts/1001", "less_than_equal", "post_id", "1001"),
    ("scores/0", "greater_than", "score", "0"),
    ("scores/10.5", "less_than", "score", "10.5"),
    ("scores/0.3", "multiple_of", "score", "0.3"),
    ("scores/nan", "less_than", "score", "nan"),
    ("scores/-inf", "greater_than", "score", "-inf"),
    ("tags/x", "string_too_short", "tag", "x"),
    ("tags/abcdefghijklmnopqrstuvwxyz", "string_too_long", "tag", "abcdefghijklmnopqrstuvwxyz"),
    ("tags/FLASK", "string_pattern_mismatch", "tag", "FLASK"),
    ("archive/13", "less_than_equal", "month", "13"),
]


@pytest.mark.parametrize(("path", "body"), ACCEPTED)
def test_accepted(side, path, body):
    """A segment that its type can be made of arrives converted."""
    answer = side.get(f"{ROOT}/{path}")
    assert (answer.status_code, answer.json()) == (200, body)


@pytest.mark.parametrize(("path", "kind", "name", "given"), REFUSED)
def test_refused(side, path, kind, name, given):
    """A segment that its type or bounds refuse is a 422, never a 404."""
    answer = side.get(f"{ROOT}/{path}")
    assert answer.status_code == 422
    assert [(fault["type"], fault["loc"], fault["input"]) for fault in answer.json()["detail"]] == [
        (kind, ["path", name], given)
    ]


@pytest.mark.parametrize("path", [row[0] for row in ACCEPTED + REFUSED])
def test_same_answer(both, path):
    """Both sides send the same status, type and body, messages and contexts included."""
    fastapi, flask = (side.get(f"{ROOT}/{path}") for side in both)
    assert (flask.status_code, flask.headers["content-type"]) == (fastapi.status_code, fastapi.headers["content-type"])
    assert flask.content == fastapi.content


def test_several_faults(side):
    """All path parameters are checked before anything is answered."""
    answer = side.get(f"{ROOT}/users/x/posts/a/b")
    assert answer.status_code == 404
    assert side.get(f"{ROOT}/users/x/posts/a").json()["detail"][0]["loc"] == ["path", "user_id"]


def test_choices_in_the_document(side):
    """An enum is a schema of its own with its values; a literal lists them in place."""
    document = side.document
    assert document["components"]["schemas"]["Rank"] == {
        "type": "string",
        "enum": ["author", "editor", "admin"],
        "title": "Rank",
    }
    assert document["components"]["schemas"]["Priority"]["enum"] == [1, 2]
    order = document["paths"][f"{ROOT}/orders/{{order}}"]["get"]["parameters"][0]["schema"]
    assert order == {"enum": ["newest", "oldest"], "type": "string", "title": "Order"}


def test_bounds_in_the_document(side):
    """Bounds and titles are in the document, exclusive bounds as such."""
    paths = side.document["paths"]
    (post_id,) = paths[f"{ROOT}/posts/{{post_id}}"]["get"]["parameters"]
    assert post_id == {
        "name": "post_id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "maximum": 1000, "minimum": 1, "title": "The ID of the post"},
    }
    (score,) = paths[f"{ROOT}/scores/{{score}}"]["get"]["parameters"]
    assert (score["schema"]["exclusiveMinimum"], score["schema"]["exclusiveMaximum"]) == (0, 10.5)
    assert (score["schema"]["multipleOf"], score["description"]) == (0.5, "In steps of a half")
    month = paths[f"{ROOT}/archive/{{month}}"]["get"]["parameters"][0]
    assert month["deprecated"] is True


def test_path_converter_in_the_document(side):
    """The converter is not part of the documented path."""
    assert f"{ROOT}/files/{{file_path}}" in side.document["paths"]
