"""Models that say more of themselves: both sides do the same with what comes in, and write it alike."""

import pytest

from tests.parity.compare import check_bodies

ROOT = "/body/config"
BODIES = {
    "essays": [
        {"title": "  Hello  World "},
        *({"title": "NEWS", "slug": " news "}, {"title": " "}, {"title": "x" * 101}, {"title": "a", "slug": "x" * 101}),
        *({"title": "a", "_remarks": ["b"]}, {"title": "a", "author": "b"}, {"slug": "a"}, {"title": 3}, {}, []),
    ],
    "digests": [
        {"sentTo": "ada@example.com"},
        *({"sentTo": "ada@example.com", "sentAfter": "PT1H", "frequency": "daily"}, {"sent_to": "ada@example.com"}),
        *({"sentTo": "ada@example.com", "sentAfter": 0.5, "frequency": "never"}, {"sentTo": "ada", "sentAfter": "x"}),
        *({"sentTo": "ada@example.com", "sent-after": 3, "subjectLine": "x"}, {}),
    ],
}


@pytest.mark.parametrize("path", BODIES)
def test_same(both, path):
    """Status and body are the same, whatever is sent; the first of each is taken."""
    taken, *others = check_bodies(f"{ROOT}/{path}/", BODIES[path], *both)
    assert taken == 200
    assert 422 in others


def test_an_essay(side):
    """Text is stripped before its limits are looked at; a default is made of what was read before; no more is taken."""
    first = side.post(f"{ROOT}/essays/", json={"title": "  Hello  World "}).json()
    assert first == {"essay": {"title": "Hello  World", "slug": "hello-world"}, "remarks": []}
    loud = side.post(f"{ROOT}/essays/", json={"title": "NEWS", "slug": " latest "}).json()
    assert loud == {"essay": {"title": "NEWS", "slug": "latest"}, "remarks": ["The title is all capitals"]}
    faults = side.post(f"{ROOT}/essays/", json={"title": " ", "_remarks": []}).json()["detail"]
    assert [(fault["type"], fault["loc"]) for fault in faults] == [
        ("string_too_short", ["body", "title"]),
        ("default_factory_not_called", ["body", "slug"]),
        ("extra_forbidden", ["body", "_remarks"]),
    ]


def test_a_digest(side):
    """Each way has its own names; a duration goes out as seconds, a member of an Enum is its value in the code, too."""
    digest = {"sentTo": "ada@example.com", "sentAfter": "PT1M", "frequency": "daily"}
    written = {
        "sent-to": "ada@example.com",
        "sent-after": 60.0,
        "frequency": "daily",
        "subject-line": "Your daily digest",
    }
    assert side.post(f"{ROOT}/digests/", json=digest).json() == written
    plain = side.post(f"{ROOT}/digests/", json={"sentTo": "ada@example.com"}).json()
    assert (plain["sent-after"], plain["subject-line"]) == (300.0, "Your weekly digest")
    schemas = side.document["components"]["schemas"]
    assert list(schemas["Digest-Input"]["properties"]) == ["sentTo", "sentAfter", "frequency"]
    assert list(schemas["Digest-Output"]["properties"]) == ["sent-to", "sent-after", "frequency", "subject-line"]
