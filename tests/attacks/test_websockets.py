"""Text that is meant for something behind a WebSocket: in its handshake, and in what is said over it."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from myapp.kit import WebSocketDisconnect
from myapp.kit.testing import TestClient
from tests.attacks.sockets import (
    ADA,
    AUTHORIZATION,
    CONVERSATIONS,
    MESSAGE,
    NEGOTIATED,
    ORIGIN,
    arriving,
    converse,
    declared,
    expected,
    guarded,
    in_a_room,
    opened,
    places,
)
from tests.attacks.test_input import FOR_A_DATABASE, FOR_A_HEADER, FOR_FILES
from tests.attacks.texts import Place
from tests.parity.test_websockets import frames, room, said

FOR_A_PARSER = (
    *('{"event": "left", "member": "grace@example.com", "text": ""}', "[" * 900, '"\\ud800"', "null", "NaN", "1e999"),
    *("9" * 900 + ".5", "\x1b[31m\x07\x7f", "\ufeff\u202etxt\ufffe\U0001f389", "%ff%00%ed%a0%80", "{{7*7}}", "self"),
)
#: These make no URL, or one that no server reads.
FOR_A_MESSAGE = ("", " \r\n", "\0", "x" * 1000, "x" * 1001, "\u0142" * 200_000, "[" * 20_000)
#: Origins, with the server's own host where there are braces.
FORGED = (
    *("null", "", "http://[", "//", "{}", "https://evil.example", "https://{}.evil.example", "https://evil.example/{}"),
    *("https://{}@evil.example", "https://evil.example@{}", "https://evil.example, https://{}", "https://{}1"),
)


def test_every_route_is_attacked(flask_seat) -> None:
    """Both applications have the WebSocket routes that are listed here and no other, and declare the same parameters.

    What the twin declares is compared with what Flask's routes, once asked, have read of their views.
    """
    app = flask_seat.side.app
    rules = {re.sub("<(.*?)>", r"{\1}", rule.rule): rule for rule in app.url_map.iter_rules() if rule.websocket}
    assert rules.keys() == declared().keys() == CONVERSATIONS.keys()
    for path, rule in rules.items():
        with suppress(WebSocketDisconnect), TestClient(app).websocket_connect(re.sub("<.*?>", "1", rule.rule)):
            pass
        dependant = app.extensions["api"].websocket_routes[rule.endpoint, rule.rule].dependant
        kinds = ("path", "query", "header", "cookie")
        found: set[Place] = {(kind, one.alias) for kind in kinds for one in dependant.parameters(kind)}
        found |= {AUTHORIZATION for each in dependant.flatten() if each.security_scheme}
        assert found == set(declared()[path])


@pytest.mark.live
@pytest.mark.parametrize("path", CONVERSATIONS)
def test_every_text(path, live_side, live_seat, no_exceptions) -> None:
    """Each text of each route's conversation is the attacker's in turn: path, query, header, cookie, message.

    Where any text will do, what is said and how it ends is what it would be with any other, and holds that very text;
    elsewhere the handshake is refused as documented. Nothing of it is in a header of the answer. No row is written.
    """
    usual = converse(live_side, path, CONVERSATIONS[path].given())
    assert usual.status == 101
    for place in places(path):
        for payload in (*FOR_A_DATABASE, *FOR_A_PARSER, *FOR_A_HEADER, *FOR_FILES, *FOR_A_MESSAGE * (place == MESSAGE)):
            values = {**CONVERSATIONS[path].given(), place: arriving(place, payload)}
            outcome = converse(live_side, path, values)
            if place in NEGOTIATED and outcome.status == 400:
                continue  # no list of names
            assert (outcome.status, outcome.said, outcome.end) == expected(path, place, values), (place, payload)
            assert "evil" not in "".join(outcome.headers.values())
            assert not set("".join(outcome.headers.values())) & set("\r\n\0")
            assert outcome.status != 101 or set(outcome.headers) == set(usual.headers)
    assert not live_seat.database.touched()


@pytest.mark.live
@pytest.mark.parametrize("path", CONVERSATIONS)
def test_pages_of_other_sites(path, live_side, no_exceptions) -> None:
    """A route that reads a cookie or credentials refuses every Origin but its own host's; the others know nobody."""
    host, values = urlsplit(live_side.origin).netloc, CONVERSATIONS[path].given()
    assert converse(live_side, path, {**values, ORIGIN: live_side.origin}).status == 101
    for origin in FORGED:
        outcome = converse(live_side, path, {**CONVERSATIONS[path].given(), ORIGIN: origin.format(host)})
        assert outcome.status == (403 if guarded(path) else 101), origin


@pytest.mark.live
def test_what_others_hear(live_side, no_exceptions) -> None:
    """Whatever is said in a room arrives as that text, at all who are in it; whoever says too much is out, alone."""
    texts = [*FOR_A_DATABASE, *FOR_A_PARSER, *FOR_A_HEADER, *FOR_FILES, *FOR_A_MESSAGE]
    with room(live_side, "attacked", ADA, "grace@example.com") as (ada, grace):
        for text in texts:
            if len(text) <= 1000:
                ada.send(text)
                assert said(ada) == said(grace) == in_a_room("said", text)
        for text in texts:
            if len(text) > 1000:
                values = {**CONVERSATIONS["/websockets/rooms/{room}"].given(), ("path", "room"): "attacked"}
                with opened(live_side, "/websockets/rooms/{room}", values) as other:
                    assert said(ada) == said(grace) == said(other) == in_a_room("joined")
                    other.send(text)
                    assert list(frames(other)) == [(1009, "1000 characters are the limit")]
                assert said(ada) == said(grace) == in_a_room("left")
        grace.send("still here")
        assert said(ada) == said(grace) == in_a_room("said", "still here", "grace@example.com")
