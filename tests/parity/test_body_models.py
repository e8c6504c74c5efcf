"""Bodies that are more than one model's attributes: both sides read them alike, and say the same of what is wrong."""

import pytest

from tests.parity.compare import check_bodies

ROOT = "/body/models"
HEADING = {"kind": "heading", "text": "One"}
LINK = {"url": "https://example.com/a", "text": "A"}
BODIES = {
    "tags": [["b", "a", "b"], [], ["x" * 21, ""], {"root": ["a"]}, "a", None],
    "titles": [{"de": "Eins", "en": "One"}, {}, {"it": "Uno"}, {"de": 1}, []],
    "blocks": [
        [HEADING, {"kind": "picture", "url": "https://example.com/a.png"}, HEADING, {"kind": "paragraph", "text": ""}],
        *([], [{"kind": "table"}], [{"text": "One"}], [{"kind": "picture", "url": "x"}], [3], HEADING),
    ],
    "references": [[3, LINK, "4"], [LINK, {"url": "x"}], [{}], ["x"], [1.5, True, None], {}],
    "covers": [
        LINK["url"],
        *({**LINK, "caption": "A"}, {"url": "x", "caption": "a" * 201}, "x", LINK, {}, 3, [LINK["url"]], None),
    ],
    "campaigns": [
        {"firstDay": "2026-01-02", "lastDay": "2026-01-03"},
        *({"firstDay": "2026-01-02", "lastDay": "2026-01-01"}, {"firstDay": "x", "lastDay": "2026-01-01"}),
        *({"first_day": "2026-01-02", "last_day": "2026-01-03"}, {}),
    ],
    "imports": [
        *({"title": "a"}, {"headline": "b", "meta": {"author": "Ada"}}, {"title": "a", "headline": "b"}),
        *({"title": "a", "author": "Ada", "meta": {"author": "B"}}, {"meta": {"author": 3}}, {"headline": None}),
        *({"title": "a", "meta": []}, {"title": "a", "author": 3}),
    ],
    "visits": [
        {"position": [1, 2], "device": {"name": "a", "width": "3"}},
        *({"position": {"latitude": -1, "longitude": 2}, "device": {}}, {"position": [1], "device": {"width": "x"}}),
        *({"position": [1, 2, 3], "device": []}, {"position": "x", "device": {"height": 3}}),
    ],
}


@pytest.mark.parametrize("path", BODIES)
def test_same(both, path):
    """Status and body are the same, whatever is sent; the first of each is taken."""
    taken, *others = check_bodies(f"{ROOT}/{path}/", BODIES[path], *both)
    assert taken == 200
    assert 422 in others


def test_models_with_a_root(side):
    """A root model is its root on the wire, and its validator's answer goes out."""
    assert side.post(f"{ROOT}/tags/", json=["b", "a", "b"]).json() == ["a", "b"]
    assert side.post(f"{ROOT}/titles/", json={"de": "Eins"}).json() == {"de": "Eins"}


def test_a_fault_in_one_of_several_kinds(side):
    """A model that says what it is is judged as that one; without that, as each that it could be."""
    (fault,) = side.post(f"{ROOT}/blocks/", json=[{"kind": "picture", "url": "x"}]).json()["detail"]
    assert fault["loc"] == ["body", 0, "picture", "url"]
    faults = side.post(f"{ROOT}/references/", json=["x"]).json()["detail"]
    assert [fault["loc"] for fault in faults] == [["body", 0, "int"], ["body", 0, "Link"]]


def test_a_kind_that_a_function_tells(side):
    """A function says which member it is, of what comes in and of what goes out; a fault has that member's tag."""
    illustration = {"url": LINK["url"], "caption": "A"}
    for cover in (LINK["url"], illustration):
        assert side.post(f"{ROOT}/covers/", json=cover).json() == cover
    (fault,) = side.post(f"{ROOT}/covers/", json=LINK).json()["detail"]
    assert (fault["type"], fault["loc"]) == ("missing", ["body", "illustration", "caption"])
    (fault,) = side.post(f"{ROOT}/covers/", json=3).json()["detail"]
    assert (fault["type"], fault["loc"]) == ("union_tag_not_found", ["body"])


def test_a_dictionary_with_known_keys(side):
    """What it says of itself beside its class holds: no other key is taken."""
    wrong = side.post(f"{ROOT}/visits/", json={"position": [1, 2], "device": {"height": 3}})
    assert [(fault["type"], fault["loc"]) for fault in wrong.json()["detail"]] == [
        ("extra_forbidden", ["body", "device", "height"])
    ]


def test_names(side):
    """A value is found under each of its names, and by its path."""
    imported = side.post(f"{ROOT}/imports/", json={"headline": "One", "meta": {"author": "Ada"}})
    assert imported.json() == {"title": "One", "author": "Ada"}
    late = side.post(f"{ROOT}/campaigns/", json={"firstDay": "2026-01-02", "lastDay": "2026-01-01"})
    assert late.json()["detail"][0]["msg"] == "Value error, a campaign ends after it has begun"
