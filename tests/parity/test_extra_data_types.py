"""Extra data types: each type in each place, in and out, and `jsonable_encoder`."""

import pytest

ROOT = "/extra-data-types"
ID = "c892496f-b1fd-4b91-bdb8-b46f92df1716"
EVENT = {
    "name": "Reading",
    "start": "2026-01-02T03:04:05+01:00",
    "opens": "18:30",
    "takes": "PT1H30M",
    "days": ["2026-01-02", 1767398400],
    "price": "1.10",
    "seats": [7, 7],
    "rows": [3],
    "mood": "merry",
    "token": "s\u00e9same",
    "host": "127.0.0.1",
    "gateway": "2001:db8::1",
    "organizer": ID.replace("-", "").upper(),
}
EVENT_OUT = {
    "name": "Reading",
    "start": "2026-01-02T03:04:05+01:00",
    "opens": "18:30:00",
    "takes": "PT1H30M",
    "days": ["2026-01-02", "2026-01-03"],
    "price": "1.10",
    "seats": [7],
    "rows": [3],
    "mood": "merry",
    "token": "s\u00e9same",
    "host": "127.0.0.1",
    "gateway": "2001:db8::1",
    "organizer": ID,
}
QUERY = f"at=18:30&within=PT1M30S&price=1.10&mood=calm&address=::1&ids={ID}"


def test_the_page_s_example(side) -> None:
    """Moments and durations are converted, and can be counted with."""
    body = {"start": "2026-01-02T03:00:00Z", "end": 1767326400, "process_after": "PT30M", "repeat_at": "04:00:00"}
    answer = side.put(f"{ROOT}/processes/{ID}", json=body)
    assert answer.status_code == 200
    assert answer.json() == {
        "process_id": ID,
        "start": "2026-01-02T03:00:00Z",
        "end": "2026-01-02T04:00:00Z",
        "process_after": "PT30M",
        "repeat_at": "04:00:00",
        "start_process": "2026-01-02T03:30:00Z",
        "duration": "PT30M",
    }


@pytest.mark.parametrize("start", ["2026-01-02T03:00:00", "9999-12-31T23:59:59Z"])
def test_moments_that_can_t_be_compared(side, start) -> None:
    """One without a time zone, or one past the last year, is refused by the view."""
    body = {"start": start, "end": "2026-01-02T03:00:00Z", "process_after": 60}
    answer = side.put(f"{ROOT}/processes/{ID}", json=body)
    assert (answer.status_code, answer.json()) == (400, {"detail": "These moments can't be compared"})


def test_without_a_response_model(side) -> None:
    """In path and query; out of them a duration and a decimal are numbers."""
    answer = side.get(f"{ROOT}/days/2026-01-02?{QUERY}")
    assert answer.content == (
        b'{"day":"2026-01-02","at":"18:30:00","within":90.0,"price":1.1,"mood":"calm","address":"::1",'
        b'"ids":["' + ID.encode() + b'"]}'
    )


def test_with_a_response_model(side) -> None:
    """The same through a model: a duration is ISO 8601, a decimal is a string."""
    answer = side.get(f"{ROOT}/days/2026-01-02/model?{QUERY}")
    assert answer.content == (
        b'{"day":"2026-01-02","at":"18:30:00","within":"PT1M30S","price":"1.10","mood":"calm","address":"::1",'
        b'"ids":["' + ID.encode() + b'"]}'
    )


@pytest.mark.parametrize(
    ("url", "type_"),
    [
        ("/days/2026-02-30", "date_from_datetime_parsing"),
        ("/days/2026-01-02?at=25:00", "time_parsing"),
        ("/days/2026-01-02?within=soon", "time_delta_parsing"),
        ("/days/2026-01-02?price=NaN", "finite_number"),
        ("/days/2026-01-02?price=1.123", "decimal_max_places"),
        ("/days/2026-01-02?mood=sad", "enum"),
        ("/days/2026-01-02?ids=7", "uuid_parsing"),
        ("/moods/sad", "enum"),
        ("/hosts/256.0.0.1", "ip_v4_address"),
    ],
)
def test_faults(both, url, type_) -> None:
    """What can't be converted is a 422 that says why, in the same words on both sides."""
    theirs, ours = (side.get(ROOT + url) for side in both)
    assert (theirs.status_code, ours.status_code) == (422, 422)
    assert ours.json() == theirs.json()
    assert [fault["type"] for fault in ours.json()["detail"]] == [type_]


def test_a_single_value(side) -> None:
    """A member of an enumeration and an IP address, as a path parameter and as the whole answer."""
    assert side.get(f"{ROOT}/moods/merry").content == b'"merry"'
    assert side.get(f"{ROOT}/hosts/10.0.0.1").json() == {"address": "10.0.0.1", "private": True}


def test_in_a_body(side) -> None:
    """Every type in a model, in and out; what is left out has its default."""
    answer = side.post(f"{ROOT}/events/", json=EVENT)
    assert (answer.status_code, answer.json()) == (201, EVENT_OUT)
    least = side.post(f"{ROOT}/events/", json={"name": "", "start": 0, "opens": 0}).json()
    assert (least["start"], least["opens"]) == ("1970-01-01T00:00:00Z", "00:00:00Z")
    assert (least["takes"], least["price"], least["seats"], least["token"]) == ("PT1H", "9.90", [], "none")


def test_every_fault_of_a_body(both) -> None:
    """A body in which everything is wrong is refused with the same list."""
    body = dict.fromkeys(EVENT, "x") | {"price": "1234567", "seats": ["x", 1.5], "days": ["2026-01-02T03:04:05"]}
    theirs, ours = (side.post(f"{ROOT}/events/", json=body) for side in both)
    assert (theirs.status_code, ours.status_code) == (422, 422)
    assert ours.json() == theirs.json()
    assert len(ours.json()["detail"]) >= len(EVENT) - 2


def test_in_a_dict(both) -> None:
    """Beside each other in a dict of anything: the same bytes on both sides."""
    theirs, ours = (side.post(f"{ROOT}/events/plain/", json=EVENT) for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.json()["takes"] == "PT1H30M"
    assert ours.json()["event"] == EVENT_OUT


def test_jsonable_encoder(side) -> None:
    """A model becomes what it would be in an answer; other values by their type, also as keys."""
    answer = side.put(f"{ROOT}/events/{ID}", json=EVENT)
    assert answer.json() == {ID: EVENT_OUT, "with": {ID: [5400.0, 1.1]}}


def test_a_set_as_the_body(side) -> None:
    """What is in a set twice counts once."""
    assert side.post(f"{ROOT}/tokens/", json=["a", "a", "\u00e9"]).json() == {"tokens": 2, "bytes": 3}


def test_formats_in_the_document(side) -> None:
    """The document names the format of each; a decimal is another thing going in than coming out."""
    event = side.document["components"]["schemas"]["Event-Input"]["properties"]
    formats = {name: schema["format"] for name, schema in event.items() if "format" in schema}
    assert formats["start"] == "date-time"
    assert formats["opens"] == "time"
    assert formats["takes"] == "duration"
    assert event["days"]["items"]["format"] == "date"
    assert event["seats"]["uniqueItems"] is True


def test_base64(side) -> None:
    """Bytes that are no text come and go as base64, in either alphabet and with or without padding."""
    for sent in ("_-8=", "/+8=", "_-8"):
        answer = side.post(f"{ROOT}/keys/", json={"name": "k", "secret": sent, "earlier": ["aGVs"]})
        assert answer.json() == {"name": "k", "secret": "7_8=", "earlier": ["_-8=", "aGVs"]}
    schema = side.document["components"]["schemas"]["Key"]["properties"]["secret"]
    assert schema["contentEncoding"] == "base64"


def test_what_is_no_base64(both) -> None:
    """It is refused in the same words; a limit is one of bytes, not of letters."""
    for sent in ("!", "a", "ab", "abcd=", "", "a" * 88, 5, None):
        theirs, ours = (side.post(f"{ROOT}/keys/", json={"name": "k", "secret": sent}) for side in both)
        assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())
        assert ours.status_code == 422


@pytest.mark.parametrize("name", ["seats", "rows"])
def test_sets_are_bounded(both, name) -> None:
    """A set takes a thousand numbers: many more could be chosen so that each one is compared with all before it."""
    event = {"name": "Concert", "start": "2025-01-02T03:04:05", "opens": "10:00"}
    for count, status in ((1000, 201), (1001, 422)):
        body = event | {name: [number * (2**61 - 1) for number in range(count)]}
        theirs, ours = (side.post("/extra-data-types/events/", json=body) for side in both)
        assert (theirs.status_code, ours.status_code) == (status, status)
        assert status == 201 or ours.json() == theirs.json()
