"""Query parameters: what is converted, what is refused and how it is said."""

import pytest

ROOT = "/query-params"
TITLES = ["First steps", "Path parameters", "Query parameters", "Headers", "Cookies"]

ACCEPTED = [
    ("posts/", TITLES),
    ("posts/?skip=1&limit=2", TITLES[1:3]),
    ("posts/?limit=2&limit=1", TITLES[:1]),
    ("posts/?unknown=1", TITLES),
    ("posts/a", {"post_id": "a", "body": "A post with a long body"}),
    ("posts/a?q=x+y&short=yes", {"post_id": "a", "q": "x y"}),
    ("posts/a?short=TRUE", {"post_id": "a"}),
    ("posts/a?short=0&q=", {"post_id": "a", "body": "A post with a long body"}),
    ("users/1/posts/a?reader=ada", {"user_id": 1, "post_id": "a", "reader": "ada", "skip": 0, "limit": None}),
    ("users/1/posts/a?reader=&limit=3", {"user_id": 1, "post_id": "a", "reader": "", "skip": 0, "limit": 3}),
    ("rated/?at_least=4", {"at_least": "4.0", "since": None, "exact": None}),
    ("rated/?at_least=inf&since=2026-01-02&exact=oN", {"at_least": "inf", "since": "2026-01-02", "exact": True}),
    ("state/", {"state": "published", "order": "newest"}),
    ("state/?state=draft&order=oldest", {"state": "draft", "order": "oldest"}),
    ("mixed/?key=5", {"key": "5", "kind": "str", "limit": 10, "ratio": None}),
    ("mixed/?key=a&limit=all&ratio=2", {"key": "a", "kind": "str", "limit": "all", "ratio": 2}),
    ("mixed/?key=a&limit=5&ratio=2.5", {"key": "a", "kind": "str", "limit": 5, "ratio": 2.5}),
    ("tags/", {"tag": None}),
    ("tags/?tag=a", {"tag": ["a"]}),
    ("tags/?tag=b&tag=a&tag=b", {"tag": ["b", "a", "b"]}),
    ("tags/default/", {"tag": ["flask", "python"]}),
    ("tags/default/?tag=", {"tag": [""]}),
    ("numbers/?post_id=3&post_id=2&group=b&group=a&group=b", {"post_id": [3, 2], "group": ["a", "b"]}),
    ("alias/?post-query=x", {"q": "x"}),
    ("alias/?q=x", {"q": None}),
    ("described/?post-query=flask", {"q": "flask"}),
    ("hidden/?secret=s", {"q": None, "secret": "s"}),
    ("checks/length/", {"q": None}),
    ("checks/length/?q=%C3%A9%C3%A9%C3%A9", {"q": "ééé"}),
    ("checks/pattern/", {"q": "fixed query"}),
    ("checks/required/?q=abc", {"q": "abc"}),
    ("checks/bounds/", {"page": 1, "ratio": None, "step": None}),
    ("checks/bounds/?page=999&ratio=1&step=-10", {"page": 999, "ratio": 1.0, "step": -10}),
    ("checks/slug/?slug=post-One", {"slug": "post-one"}),
    ("checks/slug/", {"slug": None}),
    ("checks/slug/default/", {"slug": "post-welcome"}),
    ("checks/slug/default/?slug=draft-One", {"slug": "draft-one"}),
    ("checks/tags/?tag=a&tag=b", {"tag": ["a", "b"]}),
    ("models/posts/", {"limit": 100, "offset": 0, "order_by": "created", "tags": []}),
    ("models/posts/?limit=5&tags=a&tags=b&x=1", {"limit": 5, "offset": 0, "order_by": "created", "tags": ["a", "b"]}),
    ("models/strict/?offset=5", {"limit": 100, "offset": 5, "order_by": "created", "tags": []}),
    ("models/two/?page=2&name=ada", {"number": 2, "size": 20, "author": "ada"}),
    ("models/optional/", {"number": None}),
    ("models/optional/?page=3", {"number": 3}),
]

REFUSED = [
    ("posts/?skip=a&limit=b", [("int_parsing", ["query", "skip"], "a"), ("int_parsing", ["query", "limit"], "b")]),
    ("posts/?skip=", [("int_parsing", ["query", "skip"], "")]),
    ("posts/a?short=maybe", [("bool_parsing", ["query", "short"], "maybe")]),
    ("users/x/posts/a", [("int_parsing", ["path", "user_id"], "x"), ("missing", ["query", "reader"], None)]),
    ("rated/", [("missing", ["query", "at_least"], None)]),
    ("rated/?at_least=1&since=today", [("date_from_datetime_parsing", ["query", "since"], "today")]),
    ("state/?state=x&order=x", [("enum", ["query", "state"], "x"), ("literal_error", ["query", "order"], "x")]),
    (
        "mixed/?key=1&limit=some",
        [
            ("int_parsing", ["query", "limit", "int"], "some"),
            ("literal_error", ["query", "limit", "literal['all']"], "some"),
        ],
    ),
    ("numbers/", [("missing", ["query", "post_id"], None)]),
    (
        "numbers/?post_id=1&post_id=x&group=c",
        [("int_parsing", ["query", "post_id", 1], "x"), ("literal_error", ["query", "group", 0], "c")],
    ),
    ("numbers/?post_id=1&post_id=2&post_id=3&post_id=4", [("too_long", ["query", "post_id"], ["1", "2", "3", "4"])]),
    ("described/?post-query=ab", [("string_too_short", ["query", "post-query"], "ab")]),
    ("checks/length/?q=ab", [("string_too_short", ["query", "q"], "ab")]),
    (f"checks/length/?q={'x' * 51}", [("string_too_long", ["query", "q"], "x" * 51)]),
    ("checks/pattern/?q=ABC", [("string_pattern_mismatch", ["query", "q"], "ABC")]),
    ("checks/required/", [("missing", ["query", "q"], None)]),
    ("checks/required-or-none/", [("missing", ["query", "q"], None)]),
    (
        "checks/bounds/?page=0&ratio=0&step=3",
        [
            ("greater_than_equal", ["query", "page"], "0"),
            ("greater_than", ["query", "ratio"], "0"),
            ("multiple_of", ["query", "step"], "3"),
        ],
    ),
    ("checks/slug/?slug=one", [("value_error", ["query", "slug"], "one")]),
    ("checks/slug/default/?slug=", [("value_error", ["query", "slug"], "")]),
    ("checks/tags/?tag=a&tag=b&tag=c", [("too_long", ["query", "tag"], ["a", "b", "c"])]),
    ("checks/tags/?tag=a&tag=12345678901", [("string_too_long", ["query", "tag", 1], "12345678901")]),
    ("models/posts/?limit=101", [("less_than_equal", ["query", "limit"], "101")]),
    ("models/strict/?x=1&x=2", [("extra_forbidden", ["query", "x"], ["1", "2"])]),
    (
        "models/strict/?x=1&limit=0",
        [("greater_than", ["query", "limit"], "0"), ("extra_forbidden", ["query", "x"], "1")],
    ),
    (
        "models/two/?page=0",
        [("greater_than_equal", ["query", "page"], "0"), ("missing", ["query", "name"], {"page": "0"})],
    ),
    ("models/optional/?page=0", [("greater_than_equal", ["query", "page"], "0")]),
]


@pytest.mark.parametrize(("path", "body"), ACCEPTED)
def test_accepted(side, path, body):
    """A query that fits the signature arrives converted, with the defaults filled in."""
    answer = side.get(f"{ROOT}/{path}")
    assert (answer.status_code, answer.json()) == (200, body)


@pytest.mark.parametrize(("path", "faults"), REFUSED)
def test_refused(side, path, faults):
    """A query that does not fit is a 422 that names every parameter at fault."""
    answer = side.get(f"{ROOT}/{path}")
    assert answer.status_code == 422
    assert [(fault["type"], fault["loc"], fault["input"]) for fault in answer.json()["detail"]] == faults


@pytest.mark.parametrize("path", [row[0] for row in ACCEPTED] + [row[0] for row in REFUSED])
def test_same_answer(both, path):
    """Both sides send the same status, type and body, messages and contexts included."""
    fastapi, flask = (side.get(f"{ROOT}/{path}") for side in both)
    assert (flask.status_code, flask.headers["content-type"]) == (fastapi.status_code, fastapi.headers["content-type"])
    assert flask.content == fastapi.content


def parameters(side, path):
    """The documented parameters of the GET operation at `path`, by name."""
    found = side.document["paths"][f"{ROOT}{path}"]["get"].get("parameters", [])
    return {parameter["name"]: parameter for parameter in found}


def test_described_parameter(side):
    """Title, description, examples and deprecation are in the document, under the alias."""
    assert parameters(side, "/described/") == {
        "post-query": {
            "name": "post-query",
            "in": "query",
            "required": False,
            "deprecated": True,
            "description": "Words to look for in the posts that have a good match",
            "schema": {
                "anyOf": [{"type": "string", "minLength": 3}, {"type": "null"}],
                "title": "Query string",
                "description": "Words to look for in the posts that have a good match",
                "examples": ["flask"],
                "deprecated": True,
            },
        }
    }


def test_hidden_parameter(side):
    """A parameter may work without being in the document."""
    assert list(parameters(side, "/hidden/")) == ["q"]


def test_required_parameter(side):
    """A parameter without a default is required in the document, whatever its type allows."""
    assert parameters(side, "/checks/required-or-none/")["q"]["required"] is True
    assert parameters(side, "/checks/length/")["q"]["required"] is False


def test_model_parameters(side):
    """The fields of a model are documented as parameters, one by one."""
    assert list(parameters(side, "/models/posts/")) == ["limit", "offset", "order_by", "tags"]
    assert list(parameters(side, "/models/two/")) == ["page", "page-size", "name"]


def test_checked_default(side):
    """A default that is checked is documented as it was written."""
    assert parameters(side, "/checks/slug/default/")["slug"]["schema"]["default"] == "post-Welcome"


def test_list_parameters(side):
    """A list is an array of its items' type, with its default."""
    assert parameters(side, "/tags/default/")["tag"]["schema"] == {
        "type": "array",
        "items": {"type": "string"},
        "default": ["flask", "python"],
        "title": "Tag",
    }
    numbers = parameters(side, "/numbers/")["post_id"]["schema"]
    assert (numbers["minItems"], numbers["maxItems"]) == (1, 3)
