"""Types of one's own: both sides run the same functions at the same moments."""

from urllib.parse import quote

import pytest

from tests.parity.compare import Case, check

ROOT = "/extra-data-types/own"
ISBN = "978-3-16-148410-0"
BOOK = {"isbn": ISBN, "takes": "1:30", "shelf": " ab12 ", "weight": 0.4, "lent": "yes"}
WRONG = {
    "isbn": ["978-3-16-148410-1", "978", "", 9783161484100, None, "९७८३१६१४८४१००"],
    "takes": [-1, "1:x", ":", "90", "9:99:9", 10_001, "200:00", 1.5, None, [1]],
    "shelf": ["abc1", "ab12x", "", 12, "AB12"],
    "copies": [3, 3.0, "3", True, None, 101],
    "weight": [0, "NaN", "inf", "1e400", "0.5", True],
    "lent": [True, "YES", "no", 1, None, []],
}


@pytest.mark.parametrize("name", WRONG)
def test_same(both, name):
    """Status and body are the same, whatever is sent in one place of a good book."""
    for value in WRONG[name]:
        check(Case.posting(f"{ROOT}/books/", {**BOOK, name: value}), *both)


@pytest.mark.parametrize("takes", ["90", "1:30", "1:x", "-1"])
@pytest.mark.parametrize("isbn", [ISBN, "x", "9783161484100", "٣"])
def test_in_the_url(both, isbn, takes):
    """The same types are read from path and query, and complain there alike."""
    check(Case("GET", f"{ROOT}/books/{quote(isbn)}?takes={takes}"), *both)


@pytest.mark.parametrize("order", [{ISBN: 2, "9783161484100": 3}, {ISBN: 0}, {"x": 1}, {}, []])
def test_orders(both, order):
    """Keys go through the functions too: two spellings of one book are one."""
    check(Case.posting(f"{ROOT}/orders/", order), *both)


@pytest.mark.parametrize("pages", [{"first": 3, "last": 5}, {"first": 0, "last": "x"}, {"first": 5, "last": 3}, {}, 3])
def test_excerpts(both, pages):
    """A range is read as a model: what is wrong is wrong with that."""
    _, ours = check(Case.posting(f"{ROOT}/excerpts/", pages), *both)
    assert ours.status_code == 422 or ours.json() == {"pages": 3 if pages["first"] == 3 else 0}


@pytest.mark.parametrize("contents", [{}, {"I": 1, "II": {"1": 7, "2": {}}}, {"I": {"1": {"a": 0}}}, {"I": [1]}, 1])
def test_outlines(both, contents):
    """A type that contains itself is read, refused and written alike, at every level."""
    outline = {"title": "A", "contents": contents}
    _, ours = check(Case.posting(f"{ROOT}/outlines/", outline), *both)
    assert ours.status_code == 422 or ours.json() == outline


def test_named_types_in_the_document(both):
    """Both have a component by the name of each type, which refers to itself."""
    for side in both:
        schemas = side.get("/openapi.json").json()["components"]["schemas"]
        itself = {"$ref": "#/components/schemas/Contents-Input"}
        assert schemas["PageNumber"]["description"] == "As printed."
        assert schemas["Outline-Input"]["properties"]["contents"] == itself
        assert itself in schemas["Contents-Input"]["additionalProperties"]["anyOf"]


def test_a_book(side):
    """Hyphens are taken out, hours become minutes, a shelf is written in capitals, a word becomes a bool."""
    read = {"isbn": "9783161484100", "takes": 90, "shelf": "AB12", "copies": 1, "weight": 0.4, "lent": True}
    assert side.post(f"{ROOT}/books/", json=BOOK).json() == read
    wrong = side.post(f"{ROOT}/books/", json={**BOOK, "isbn": "978-3-16-148410-1", "copies": "2", "lent": "perhaps"})
    faults = [(fault["type"], fault["loc"][-1], fault["msg"]) for fault in wrong.json()["detail"]]
    assert faults == [
        ("value_error", "isbn", "Value error, a digit of this ISBN is wrong"),
        ("int_type", "copies", "Input should be a valid integer"),
        ("value_error", "lent", "Value error, say yes or no"),
    ]
    assert side.post(f"{ROOT}/orders/", json={ISBN: 2, "9783161484100": 3}).json() == {"books": 1, "copies": 3}
