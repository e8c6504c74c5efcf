"""Streams: events for new posts with resumption, the export line by line, pings, and clients that leave."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.parity.compare import Case, check

ROOT = "/server-sent-events"
NEW = {"title": "A new post", "author_id": 1}


def events(lines):
    """The events in a stream as dicts, comments under the key ""."""
    event = {}
    for line in lines:
        if line:
            field, _, value = line.partition(": ")
            event[field.rstrip(":")] = value
        elif event:
            yield event
            event = {}


@contextmanager
def listening(side, **headers) -> Iterator[Iterator[dict[str, str]]]:
    """The events of an open connection to a real server."""
    with httpx.stream("GET", f"{side.origin}{ROOT}/notifications", headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield events(answer.iter_lines())


def test_create_post(both):
    """A post is stored and shown; an unknown author is a 404; wrong bodies are 422s."""
    wrong = ({"title": ""}, {**NEW, "author_id": 0}, {**NEW, "title": "a\0"}, {**NEW, "body": "\0"}, [])
    for body in (NEW, {**NEW, "body": "text"}, {**NEW, "author_id": 99}, *wrong):
        case = Case.posting(f"{ROOT}/posts/", body)
        _, answer = check(case, *both)
        assert body not in wrong or answer.status_code == 422


@pytest.mark.over_the_wire
def test_resume(both):
    """`Last-Event-ID` gives the posts after that one, in order, with ids to go on from."""
    for number in ("0", "3", "5"):
        case = Case("GET", f"{ROOT}/notifications?limit={6 - int(number)}", (("last-event-id", number),))
        _, answer = check(case, *both)
        found = list(events(answer.text.split("\n")))
        assert [int(event["id"]) for event in found] == list(range(int(number) + 1, 7))
        assert {event["event"] for event in found} == {"post"}
        assert [json.loads(event["data"])["id"] for event in found] == [int(event["id"]) for event in found]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001", "limit="])
@pytest.mark.parametrize("last", ["-1", "x", "2147483648", "1.5", ""])
def test_wrong_parameters(both, query, last):
    """Faults are found before the stream begins, so they are ordinary 422s."""
    _, answer = check(Case("GET", f"{ROOT}/notifications?{query}", (("last-event-id", last),)), *both)
    assert answer.status_code == 422


@pytest.mark.over_the_wire
def test_export(both):
    """Every post on a line of its own, as JSON."""
    _, answer = check(Case("GET", f"{ROOT}/posts.jsonl"), *both)
    assert answer.headers["content-type"] == "application/jsonl"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.over_the_wire
@pytest.mark.parametrize("path", ["latest", "latest?count=2", "countdown", "countdown?start=0", "countdown?pause=0.01"])
def test_events(both, path):
    """Plain items as events, from plain and async generators."""
    _, answer = check(Case("GET", f"{ROOT}/{path}"), *both)
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-cache", "no")


@pytest.mark.over_the_wire
@pytest.mark.parametrize("text", ["", "two words", 'é\n日本 "quoted" <b>', " spaces  and\ttabs "])
def test_events_in_answer_to_a_post(both, text):
    """Words come back as events, then the end as raw data."""
    body = json.dumps({"text": text}).encode()
    _, answer = check(Case("POST", f"{ROOT}/words", (("content-type", "application/json"),), body), *both)
    found = list(events(answer.text.split("\n")))
    assert [json.loads(event["data"]) for event in found[:-1]] == text.split()
    assert found[-1] == {"event": "done", "data": "[DONE]"}


def test_page(both):
    """Both sides send the same page, which names no other host."""
    _, answer = check(Case("GET", f"{ROOT}/page"), *both)
    assert "//" not in answer.text


def test_an_event_arrives_while_the_stream_is_open(live_side):
    """Who listens hears of a post at once, and of the one after it."""
    with listening(live_side) as found:
        for title in ("first", "second"):
            created = live_side.post(f"{ROOT}/posts/", json={**NEW, "title": title}).json()
            event = next(found)
            assert json.loads(event["data"]) == created
            assert event["id"] == str(created["id"])


def test_a_break_loses_nothing(live_side):
    """What was written while nobody listened comes first after connecting again, and nothing comes twice."""
    with listening(live_side) as found:
        first = live_side.post(f"{ROOT}/posts/", json=NEW).json()["id"]
        assert next(found)["id"] == str(first)
    missed = [live_side.post(f"{ROOT}/posts/", json=NEW).json()["id"] for _ in range(3)]
    with listening(live_side, **{"Last-Event-ID": str(first)}) as found:
        assert [int(next(found)["id"]) for _ in missed] == missed
        later = live_side.post(f"{ROOT}/posts/", json=NEW).json()["id"]
        assert next(found)["id"] == str(later)


def test_writers_at_once(live_side):
    """Forty posts by eight writers: each arrives once, in order, across breaks."""
    seen = ["6"]
    with ThreadPoolExecutor(8) as pool:
        url = f"{live_side.origin}{ROOT}/posts/"
        answers = pool.map(lambda _: httpx.post(url, json=NEW, timeout=20).status_code, range(40))
        while len(seen) < 41:
            with listening(live_side, **{"Last-Event-ID": seen[-1]}) as found:
                seen += [next(found)["id"] for _ in range(min(10, 41 - len(seen)))]
        assert set(answers) == {201}
    assert [int(number) for number in seen] == list(range(6, 47))
