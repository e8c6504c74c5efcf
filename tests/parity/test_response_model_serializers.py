"""How a model is written: both sides ask the same functions and send the same bytes."""

import pytest

from tests.parity.compare import Case, check

ROOT = "/response-model/serializers"
TICKET = {"title": "Evening", "holder": "ada@example.com", "price": "9.5", "starts": "2026-01-02T19:30:59+01:00"}
STAGE = {"width": 7.5, "load": "2e3"}
VENUE = {"name": "Hall", "at": {"latitude": 52, "longitude": 13.4}, "capacity": 80}


@pytest.mark.parametrize("path", ["tickets/", "tickets/stored/", "points/", "stages/", "venues/", "venues/names/"])
@pytest.mark.parametrize(
    "body",
    [
        *(TICKET, {**TICKET, "note": "late"}, {**TICKET, "price": "-1", "holder": 3}, {**TICKET, "holder": ""}),
        *({**TICKET, "starts": 0}, VENUE, {**VENUE, "at": {"latitude": 91}}, {"latitude": 1, "longitude": 2}),
        *(STAGE, {"width": -1, "load": "x"}, {}),
    ],
    ids=["ticket", "note", "wrong", "empty", "moment", "venue", "nowhere", "point", "stage", "unstable", "nothing"],
)
def test_same(both, path, body):
    """Status and body are the same for each of the models."""
    check(Case.posting(f"{ROOT}/{path}", body), *both)


def test_a_ticket(side):
    """A type's function writes the price, one around the usual way the holder, the model's own the moment."""
    written = {"title": "Evening", "holder": "a…", "price": "9.50 EUR", "starts": "2026-01-02 19:30+01:00"}
    assert side.post(f"{ROOT}/tickets/", json=TICKET).json() == written
    assert side.post(f"{ROOT}/tickets/", json={**TICKET, "note": "x"}).json() == {**written, "note": "x"}
    stored = side.post(f"{ROOT}/tickets/stored/", json=TICKET).json()
    assert stored == {"ticket": written, "short": {"title": "Evening"}}


def test_a_stage(side):
    """One function writes two attributes, and is told which."""
    assert side.post(f"{ROOT}/stages/", json=STAGE).json() == {"width": "7.5 m", "load": "2000 kg"}


def test_a_venue(side):
    """A model's function decides what the whole becomes, also within another model; names are the wire's or its own.

    The function may ask which of the names are wanted.
    """
    assert side.post(f"{ROOT}/points/", json=VENUE["at"]).json() == [13.4, 52]
    written = {"name": "Hall", "at": [13.4, 52]}
    assert side.post(f"{ROOT}/venues/", json=VENUE).json() == {"@type": "venue", **written, "seats": 80}
    assert side.post(f"{ROOT}/venues/names/", json=VENUE).json() == {"type": "venue", **written, "capacity": 80}


def test_subclasses(side):
    """What a subclass adds goes out where it is declared so, and nowhere else."""
    assert side.get(f"{ROOT}/happenings/").json() == [{"title": "Evening"}, {"title": "Reading"}]
    whole = [{"title": "Evening", "band": "The Parsers"}, {"title": "Reading"}]
    assert side.get(f"{ROOT}/happenings/whole/").json() == whole
    assert side.get(f"{ROOT}/happenings/pages/").json() == {"items": [{"title": "Evening"}], "total": 2}
    assert side.get(f"{ROOT}/happenings/pages/?size=0").json() == {"items": [], "total": 2}


def test_document(side):
    """The document says what is written, not what the model has; a generic model has the name of its item."""
    schemas = side.document["components"]["schemas"]
    assert schemas["Point-Output"] == {"type": "array", "items": {"type": "number"}}
    assert schemas["Ticket-Output"]["properties"]["price"] == {"type": "string", "title": "Price"}
    assert schemas["Page_Happening_"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Happening"}
