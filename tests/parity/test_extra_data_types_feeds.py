"""What another site sends: both sides take the same of it, leave the same out, and complain alike."""

import pytest

from tests.parity.compare import Case, check

URL = "/extra-data-types/feeds/"
FEED = {"source": "https://example.com/feed"}
VALUES = {
    "source": [
        *("gemini://example.com", "https://EXAMPLE.com:443/a b", "http://example.com/", "gemini:feed", "gemini:///a"),
        *("https://example.com/" + "x" * 200, "feed", "", 3, None),
    ],
    "site": ["https://example.com", "gemini://example.com/", None, "x"],
    "color": ["#ff8800", "#F80", "#1000000", "#-1", "#", "#zz", "ff8800", 3, None],
    "items": [
        *([{"title": "One"}, {"title": ""}, 3, {"published": "2026-01-02"}, {"title": "Two", "published": "soon"}], []),
        *([None, [], "x"], {}, None),
    ],
    "ratings": [[1, "2"], ["x", "y", 1.5], [], "x", [None]],
    "extensions": [{"a": [1, {"b": None}], "c": 2.5, "": True}, {}, [], None, {"a": 2**70}],
}


@pytest.mark.parametrize("name", VALUES)
def test_same(both, name):
    """Status and body are the same, whatever is sent in one place of a good feed; the first of each is taken."""
    for number, value in enumerate(VALUES[name]):
        _, ours = check(Case.posting(URL, {**FEED, name: value}), *both)
        assert number or ours.status_code == 200


def test_a_feed(side):
    """Items that are none are left out, a color is written as it was read, other JSON comes back as it was."""
    items = [{"title": "One", "published": "2026-01-02"}, {"title": "Two", "published": "soon"}, "Three"]
    feed = {**FEED, "color": "#ff8800", "items": items, "extensions": {"license": ["MIT", None]}}
    assert side.post(URL, json=feed).json() == {**feed, "site": None, "items": items[:1], "ratings": []}


def test_faults(side):
    """A scheme is one of those allowed; of a list that fails fast the first fault is the only one."""
    faults = side.post(URL, json={"source": "http://example.com", "ratings": ["x", "y"]}).json()["detail"]
    assert [(fault["type"], fault["loc"]) for fault in faults] == [
        ("url_scheme", ["body", "source"]),
        ("int_parsing", ["body", "ratings", 0]),
    ]


def test_document(side):
    """The document says of a color what was written for it; of any JSON it says nothing."""
    properties = side.document["components"]["schemas"]["Feed"]["properties"]
    assert properties["color"]["anyOf"][0] == {"type": "string", "format": "color", "examples": ["#ff8800"]}
    assert properties["extensions"]["additionalProperties"] == {"$ref": "#/components/schemas/JsonValue"}
    assert side.document["components"]["schemas"]["JsonValue"] == {}
