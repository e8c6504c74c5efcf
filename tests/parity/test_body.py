"""Request bodies: what is taken, what is refused and how it is said, what goes out."""

import json

import pytest

ROOT = "/body"
JSON = {"content-type": "application/json"}
ARTICLE = {
    "title": "Hello",
    "minutes": 2.5,
    "articleSlug": "hello-1",
    "author": {"name": "Ada", "email": "ada@example.com"},
    "related": [3, 1, 3],
    "images": [{"url": "http://example.com", "name": "front"}],
}
STORED_ARTICLE = ARTICLE | {"related": [1, 3], "images": [{"url": "http://example.com/", "name": "front"}]}
MODELS = [
    "Article",
    "Author",
    "Comment",
    "Manuscript-Input",
    "Manuscript-Output",
    "FeedAuthor",
    "FeedPost",
    "Image",
    "NewPost",
]
MODELS += ["Reply", "Review", "Series"]
POST = {"title": "Hello"}
STORED_POST = {"title": "Hello", "body": None}

ACCEPTED = [
    ("POST", "posts/", {"title": "Hello"}, 200, STORED_POST),
    ("POST", "posts/", {"title": "x" * 300, "body": "é"}, 200, {"title": "x" * 300, "body": "é"}),
    ("POST", "posts/", {"title": "", "unknown": 1}, 200, {"title": "", "body": None}),
    ("PUT", "posts/7?notify=yes", POST, 200, {"post_id": 7, "notify": True, "post": STORED_POST}),
    (
        "POST",
        "posts/signed/",
        {"post": POST, "author": {"name": "Ada"}, "priority": "5"},
        201,
        {"post": STORED_POST, "author": {"name": "Ada", "email": None}, "priority": 5},
    ),
    (
        "POST",
        "posts/signed/",
        {"post": POST, "author": {"name": "Ada", "email": "ADA@Example.COM"}},
        201,
        {"post": STORED_POST, "author": {"name": "Ada", "email": "ADA@example.com"}, "priority": 3},
    ),
    ("POST", "posts/embedded/", {"post": POST}, 200, STORED_POST),
    ("POST", "posts/optional/", POST, 200, STORED_POST),
    ("POST", "posts/optional/", None, 200, None),
    ("POST", "articles/", ARTICLE, 201, STORED_ARTICLE),
    (
        "POST",
        "articles/",
        {key: ARTICLE[key] for key in ("title", "minutes", "articleSlug", "author")},
        201,
        ARTICLE | {"related": [], "images": None},
    ),
    ("POST", "series/", {"name": "All", "articles": [ARTICLE]}, 200, {"name": "All", "articles": [STORED_ARTICLE]}),
    ("POST", "images/", ARTICLE["images"], 200, STORED_ARTICLE["images"]),
    ("POST", "images/", [], 200, []),
    ("POST", "ratings/", {"1": 2, "30": "4.5"}, 200, {"1": 2.0, "30": 4.5}),
    ("POST", "ratings/", {}, 200, {}),
    ("POST", "comments/", {"author": "a", "text": "b"}, 200, {"author": "a", "text": "b", "stars": 0, "replies": []}),
    (
        "POST",
        "comments/",
        {"author": "a", "text": "b", "stars": 2, "replies": [{"author": "c", "text": "d", "more": 1}]},
        200,
        {"author": "a", "text": "b", "stars": 2, "replies": [{"author": "c", "text": "d"}]},
    ),
    ("POST", "reviews/", {"post_id": 1, "stars": 5}, 200, {"post_id": 1, "stars": 5, "text": None, "labels": []}),
    (
        "POST",
        "reviews/",
        {"post_id": "1", "stars": 5.0, "text": "Good", "labels": ["a"], "unknown": 1},
        200,
        {"post_id": 1, "stars": 5, "text": "Good", "labels": ["a"]},
    ),
]

REFUSED = [
    ("posts/", {}, [("missing", ["body", "title"])]),
    ("posts/", {"title": "x" * 301}, [("string_too_long", ["body", "title"])]),
    ("posts/", {"title": 1, "body": []}, [("string_type", ["body", "title"]), ("string_type", ["body", "body"])]),
    ("posts/", {"title": None}, [("string_type", ["body", "title"])]),
    ("posts/", [], [("model_attributes_type", ["body"])]),
    ("posts/", "text", [("model_attributes_type", ["body"])]),
    ("posts/", None, [("missing", ["body"])]),
    (
        "posts/signed/",
        {"post": POST, "priority": 6},
        [("missing", ["body", "author"]), ("less_than_equal", ["body", "priority"])],
    ),
    (
        "posts/signed/",
        {"post": 1, "author": {}},
        [("model_attributes_type", ["body", "post"]), ("missing", ["body", "author", "name"])],
    ),
    (
        "posts/signed/",
        [1],
        [("missing", ["body", "post"]), ("missing", ["body", "author"]), ("missing", ["body", "priority"])],
    ),
    ("posts/signed/", None, [("missing", ["body", "post"]), ("missing", ["body", "author"])]),
    ("posts/embedded/", POST, [("missing", ["body", "post"])]),
    ("posts/optional/", {}, [("missing", ["body", "title"])]),
    (
        "articles/",
        {"title": "", "minutes": 0.3, "slug": "x", "author": {"name": 1, "email": "a@localhost"}},
        [
            ("string_too_short", ["body", "title"]),
            ("multiple_of", ["body", "minutes"]),
            ("missing", ["body", "articleSlug"]),
            ("string_type", ["body", "author", "name"]),
            ("value_error", ["body", "author", "email"]),
        ],
    ),
    (
        "articles/",
        ARTICLE
        | {"minutes": 0, "articleSlug": "No!", "related": list(range(11)), "images": [{"url": "ftp://example.com"}]},
        [
            ("greater_than", ["body", "minutes"]),
            ("string_pattern_mismatch", ["body", "articleSlug"]),
            ("too_long", ["body", "related"]),
            ("url_scheme", ["body", "images", 0, "url"]),
            ("missing", ["body", "images", 0, "name"]),
        ],
    ),
    ("articles/", ARTICLE | {"related": {"1": 2}}, [("set_type", ["body", "related"])]),
    ("articles/", ARTICLE | {"related": [1, "x"]}, [("int_parsing", ["body", "related", 1])]),
    ("series/", {"name": "All", "articles": []}, [("too_short", ["body", "articles"])]),
    ("series/", {"name": "All", "articles": [ARTICLE, 3]}, [("model_attributes_type", ["body", "articles", 1])]),
    ("images/", {}, [("list_type", ["body"])]),
    (
        "images/",
        [{"url": "nonsense", "name": "x"}, None],
        [("url_parsing", ["body", 0, "url"]), ("model_attributes_type", ["body", 1])],
    ),
    ("ratings/", {"one": 1, "2": "x"}, [("int_parsing", ["body", "one", "[key]"]), ("float_parsing", ["body", "2"])]),
    ("ratings/", [], [("dict_type", ["body"])]),
    ("comments/", {"author": "a"}, [("missing", ["body", "text"])]),
    ("comments/", [], [("dataclass_type", ["body"])]),
    ("comments/", {"author": "a", "text": "b", "replies": [1]}, [("dataclass_type", ["body", "replies", 0])]),
    (
        "comments/",
        {"author": "a", "text": "b", "replies": [{}]},
        [("missing", ["body", "replies", 0, "author"]), ("missing", ["body", "replies", 0, "text"])],
    ),
    (
        "reviews/",
        {"post_id": 0, "stars": 1.5},
        [("greater_than_equal", ["body", "post_id"]), ("int_from_float", ["body", "stars"])],
    ),
    (
        "reviews/",
        {"post_id": 1, "stars": 6, "text": "x" * 1001, "labels": [1]},
        [
            ("less_than_equal", ["body", "stars"]),
            ("string_too_long", ["body", "text"]),
            ("string_type", ["body", "labels", 0]),
        ],
    ),
]

# The body as bytes, its Content-Type or None, the type and loc of the only fault
RAW = [
    (b"", "application/json", "missing", ["body"]),
    (b"{", "application/json", "json_invalid", ["body", 1]),
    (b'{"title" "x"}', "application/json", "json_invalid", ["body", 9]),
    (b"{'title': 'x'}", "application/json", "json_invalid", ["body", 1]),
    (b'{"title": "x"} y', "application/json", "json_invalid", ["body", 15]),
    (b"null", "application/json", "model_attributes_type", ["body"]),
    (b"true", "application/json", "model_attributes_type", ["body"]),
    (b'{"title": "x"}', "text/plain", "model_attributes_type", ["body"]),
    (b'{"title": "x"}', "application/x-www-form-urlencoded", "model_attributes_type", ["body"]),
    (b'{"title": "x"}', None, "model_attributes_type", ["body"]),
    (b'{"title": 1}', "application/vnd.api+json", "string_type", ["body", "title"]),
    (b'{"title": 1}', "application/json; charset=utf-8", "string_type", ["body", "title"]),
]


def faults(answer):
    """The type and place of each fault of a 422."""
    assert answer.status_code == 422
    return [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]]


def same(both, method, url, **options):
    """The answers of both sides are the same to the byte; returns one of them."""
    fastapi, flask = (side.request(method, url, **options) for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    assert flask.headers.get("content-type") == fastapi.headers.get("content-type")
    return flask


@pytest.mark.parametrize(("method", "path", "body", "status", "expected"), ACCEPTED)
def test_accepted(side, method, path, body, status, expected):
    """A body that fits the signature arrives converted, and comes back through the response model."""
    options = {} if body is None else {"json": body}
    answer = side.request(method, f"{ROOT}/{path}", **options)
    assert (answer.status_code, answer.json()) == (status, expected)


@pytest.mark.parametrize(("path", "body", "expected"), REFUSED)
def test_refused(side, path, body, expected):
    """Everything that is wrong with a body is said at once, with the place of each fault."""
    options = {} if body is None else {"json": body}
    assert faults(side.post(f"{ROOT}/{path}", **options)) == expected


@pytest.mark.parametrize(("content", "content_type", "fault", "loc"), RAW)
def test_raw(side, content, content_type, fault, loc):
    """Malformed JSON, and JSON that is not called so, is a 422 as well."""
    headers = {} if content_type is None else {"content-type": content_type}
    assert faults(side.post(f"{ROOT}/posts/", content=content, headers=headers)) == [(fault, loc)]


@pytest.mark.parametrize(("path", "body", "_"), REFUSED)
def test_refused_in_the_same_words(both, path, body, _):
    """Type, place, message, input and context of every fault are the same to the byte."""
    same(both, "POST", f"{ROOT}/{path}", **({} if body is None else {"json": body}))


@pytest.mark.parametrize(("content", "content_type", "fault", "loc"), RAW)
def test_raw_in_the_same_words(both, content, content_type, fault, loc):
    """So are the answers to bodies that are no JSON."""
    same(
        both,
        "POST",
        f"{ROOT}/posts/",
        content=content,
        headers={} if content_type is None else {"content-type": content_type},
    )


@pytest.mark.parametrize("depth", [10, 300, 600, 100_000])
@pytest.mark.parametrize(
    ("opening", "middle", "closing"), [("[", "", "]"), ('{"title":', "1", "}")], ids=["lists", "dicts"]
)
def test_refused_however_deep(both, depth, opening, middle, closing):
    """Hundreds of levels are shown in the fault; a hundred thousand are no JSON that any Python can read."""
    content = opening * depth + middle + closing * depth
    answer = same(both, "POST", f"{ROOT}/posts/", content=content, headers=JSON)
    assert answer.status_code == (400 if depth == 100_000 else 422)


@pytest.mark.parametrize(("method", "path", "body", "status", "expected"), ACCEPTED)
def test_accepted_in_the_same_bytes(both, method, path, body, status, expected):
    """Numbers, keys and their order come out alike."""
    same(both, method, f"{ROOT}/{path}", **({} if body is None else {"json": body}))


@pytest.mark.parametrize(
    ("content_type", "status"), [(None, 200), ("application/json", 200), ("text/plain", 422), ("", 200)]
)
def test_lenient(both, content_type, status):
    """`strict_content_type=False` takes a body without a Content-Type for JSON, and no other one."""
    headers = {} if content_type is None else {"content-type": content_type}
    answer = same(both, "POST", f"{ROOT}/lenient/posts/", content=json.dumps(POST), headers=headers)
    assert answer.status_code == status


def test_every_location_is_reported_together(side):
    """Path, query and body faults are in one answer, in this order."""
    answer = side.put(f"{ROOT}/posts/0?notify=perhaps", json={})
    assert faults(answer) == [
        ("greater_than_equal", ["path", "post_id"]),
        ("bool_parsing", ["query", "notify"]),
        ("missing", ["body", "title"]),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_json_in_other_encodings(both, encoding):
    """What `json.loads` reads from bytes is read, in whatever encoding."""
    same(both, "POST", f"{ROOT}/posts/", content=json.dumps(POST).encode(encoding), headers=JSON)


def test_undecodable_bytes(both):
    """Bytes that are no text are a 400."""
    assert same(both, "POST", f"{ROOT}/posts/", content=b'{"title": "\xff"}', headers=JSON).status_code == 400


def test_feed(side):
    """A hundred posts with nested authors and tags."""
    feed = side.get(f"{ROOT}/posts/feed/").json()
    assert len(feed) == 100
    assert feed[9] == {
        "id": 10,
        "title": "Post 10",
        "body": None,
        "author": {"name": "Author 3", "email": "author3@example.com"},
        "tags": ["flask", "fastapi", "tag-0"],
    }


def test_feed_in_the_same_bytes(both):
    """A long list comes out alike."""
    same(both, "GET", f"{ROOT}/posts/feed/")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/body/posts/signed", 405),  # PUT /body/posts/{post_id} matches as it is
        ("GET", "/body/posts/feed", 405),
        ("POST", "/body/articles", 307),
        ("GET", "//body/posts/feed/", 404),
        ("GET", "//body/posts/feed", 404),
        ("GET", "/body//posts/feed/", 404),
    ],
)
def test_slashes(side, method, path, status):
    """Another method at the path as it is comes before a redirect to one with a slash; double slashes match nothing."""
    assert side.request(method, path).status_code == status


def test_document(side):
    """Titles, constraints, aliases, sets and formats are in the document."""
    schemas = side.document["components"]["schemas"]
    title = schemas["NewPost"]["properties"]["title"]
    assert (title["title"], title["maxLength"]) == ("Title of the post", 300)
    assert schemas["NewPost"]["required"] == ["title"]
    article = schemas["Article"]["properties"]
    assert article["related"]["uniqueItems"] is True
    assert (article["minutes"]["exclusiveMinimum"], article["minutes"]["maximum"]) == (0, 600)
    assert article["articleSlug"]["pattern"] == "^[a-z0-9-]+$"
    assert schemas["Image"]["properties"]["url"]["format"] == "uri"
    paths = side.document["paths"]
    ratings = paths["/body/ratings/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert ratings["additionalProperties"] == {"type": "number"}


def test_a_manuscript_is_checked_as_a_whole(both):
    """A validator of one attribute, one of the object, and an attribute that is computed."""
    draft = {"title": " Hello ", "written": "2026-01-01", "published": "2026-01-03"}
    wrong = [{"title": " "}, {"published": "2025-12-31"}, {"written": "soon"}, {"title": 1, "published": None}]
    for side in both:
        assert side.post(f"{ROOT}/manuscripts/", json=draft).json() == draft | {"title": "Hello", "days": 2}
    for change in wrong:
        answers = [side.post(f"{ROOT}/manuscripts/", json=draft | change) for side in both]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert answers[0].json() == answers[1].json()
    assert answers[1].json()["detail"][0]["loc"] == ["body", "title"]


def test_same_schemas_in_the_document(both):
    """Every model of this folder is described alike."""
    fastapi, flask = (side.document["components"]["schemas"] for side in both)
    for name in MODELS:
        assert flask.get(name) == fastapi[name]


def test_dictionaries_with_numbers_for_keys_are_bounded(both) -> None:
    """A thousand are taken: many more could be chosen so that each one is compared with all before it."""
    for count, status in ((1000, 200), (1001, 422)):
        body = {str(number * (2**61 - 1)): 1.5 for number in range(count)}
        theirs, ours = (side.post("/body/ratings/", json=body) for side in both)
        assert (theirs.status_code, ours.status_code) == (status, status)
        assert ours.json() == theirs.json()
