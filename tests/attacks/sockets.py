"""For a WebSocket route of the applications: a usual conversation, and every place in it that takes text.

Places are the parameters that the route declares, credentials, headers of the handshake, and what is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote

from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIWebSocketRoute, iter_route_contexts
from fastapi.security.base import SecurityBase
from starlette.routing import Mount
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.typing import Subprotocol

from tests.attacks.texts import Place
from tests.parity.sides import Side
from tests.parity.test_websockets import frames, signed

MESSAGE: Place = ("message",)
ORIGIN: Place = ("header", "origin")
AUTHORIZATION: Place = ("header", "authorization")
#: Headers of the protocol itself: what is no list of names, or of extensions, is a 400.
NEGOTIATED: tuple[Place, ...] = (("header", "sec-websocket-protocol"), ("header", "sec-websocket-extensions"))

Values = Mapping[Place, str]


@dataclass(frozen=True)
class Conversation:
    """What is usual at a route: what the handshake has and the client says, and what the server says to that."""

    answers: Callable[[Values], list[Any]]
    given: Callable[[], dict[Place, str]] = dict
    #: what the client says after the message that is an attacker's
    then: tuple[str, ...] = ()
    subprotocols: tuple[str, ...] = ()
    #: the server's close frame; None where the client is the one to close
    ends: tuple[int, str] | None = None
    #: where any text is as good as any other, and how long it may be
    free: Mapping[Place, int] = field(default_factory=dict)


_NUMBERS = count()
_LONG = 10**6
_ITEM, _TOKEN, _ROOM = ("path", "item_id"), ("query", "token"), ("path", "room")
_SESSION = ("cookie", "session")
ADA = "ada@example.com"


def _an_item(values: Values) -> list[Any]:
    identified = {"item_id": values[_ITEM], "cookie_or_token": values.get(_SESSION) or values[_TOKEN], "q": None}
    return [identified, {"item_id": values[_ITEM], "text": values[MESSAGE]}]


def in_a_room(event: str, text: str = "", member: str = ADA) -> dict[str, str]:
    """What everyone in a room is told."""
    return {"event": event, "member": member, "text": text}


CONVERSATIONS = {
    "/websockets/echo": Conversation(
        lambda values: [values[MESSAGE]],
        given=lambda: {MESSAGE: "innocent"},
        free={MESSAGE: _LONG},
    ),
    "/websockets/countdown/{start}": Conversation(
        lambda values: [{"number": 2}, {"number": 1}],
        given=lambda: {("path", "start"): "2"},
        ends=(1000, "Liftoff"),
    ),
    "/websockets/versions": Conversation(
        lambda values: [b"v1.myapp"],
        subprotocols=("v1.myapp",),
        ends=(1000, ""),
    ),
    "/websockets/endings/{how}": Conversation(
        lambda values: [],
        given=lambda: {("path", "how"): "policy"},
        ends=(1008, "Against the rules"),
    ),
    "/websockets/items/{item_id}": Conversation(
        _an_item,
        given=lambda: {_ITEM: "innocent", _TOKEN: "innocent", MESSAGE: "innocent"},
        free={_ITEM: _LONG, _TOKEN: _LONG, _SESSION: _LONG, MESSAGE: _LONG},
    ),
    "/websockets/question": Conversation(
        lambda values: ["Still there?", f"You said {values[MESSAGE]}"],
        given=lambda: {MESSAGE: "innocent"},
        ends=(1000, ""),
        free={MESSAGE: _LONG},
    ),
    # Each conversation in a room of its own: the last one's "left" is none of the next one's business.
    "/websockets/rooms/{room}": Conversation(
        lambda values: [in_a_room("joined"), in_a_room("said", values[MESSAGE])],
        given=lambda: {_ROOM: f"room {next(_NUMBERS)}", _TOKEN: signed(1), MESSAGE: "innocent"},
        free={_ROOM: 50, AUTHORIZATION: _LONG, MESSAGE: 1000},
    ),
    "/testing/dictation": Conversation(
        lambda values: [["opened", values[MESSAGE]]],
        given=lambda: {MESSAGE: "innocent"},
        then=("stop",),
        ends=(4000, "Written down"),
        free={MESSAGE: _LONG},
    ),
}


@cache
def declared() -> dict[str, tuple[Place, ...]]:
    """The twin's WebSocket routes, and the places that each declares."""
    from myapp.twin import create_twin

    return dict(_routes(create_twin("sqlite://").routes))


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[str, tuple[Place, ...]]]:
    for context in iter_route_contexts(routes):
        path = prefix + (context.path or "")
        if isinstance(context.route, Mount):
            yield from _routes(context.route.routes, path)
        elif isinstance(context.route, APIWebSocketRoute):
            parameters = [(one.field_info.in_.value, one.alias) for one in get_flat_params(context.dependant)]
            credentials = [AUTHORIZATION] if _takes_credentials(context.dependant) else []
            yield path, (*parameters, *credentials)


def _takes_credentials(dependant: Any) -> bool:
    return isinstance(dependant.call, SecurityBase) or any(map(_takes_credentials, dependant.dependencies))


def guarded(path: str) -> bool:
    """Whether the route reads a cookie or credentials, and so must look at the Origin."""
    return any(place[0] == "cookie" or place == AUTHORIZATION for place in declared()[path])


def places(path: str) -> list[Place]:
    """Every place of the route that takes text."""
    return list(dict.fromkeys((*declared()[path], *CONVERSATIONS[path].given(), ORIGIN, *NEGOTIATED)))


def arriving(place: Place, text: str) -> str:
    """What of the text can stand in this place, as the server reads it: the bytes of a header are latin-1 to it."""
    if place[0] in ("header", "cookie"):
        apart = '\x7f;," \\' if place[0] == "cookie" else "\x7f"
        kept = "".join(letter for letter in text if letter >= " " and letter not in apart)
        return kept.strip().encode().decode("latin-1")
    return text


def opened(side: Side, path: str, values: Values, **options: Any) -> ClientConnection:
    """The handshake, with the values in their places."""
    query, headers, cookies = [], [], []
    for (place, *name), value in values.items():
        if place == "path":
            path = path.replace("{" + str(name[0]) + "}", quote(value, safe=""))
        elif place == "query":
            query.append(f"{name[0]}={quote(value, safe='')}")
        elif place == "header":
            headers.append((str(name[0]), value))
        elif place == "cookie":
            cookies.append(f"{name[0]}={value}")
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    return side.websocket(path + "?" * bool(query) + "&".join(query), additional_headers=headers, **options)


@dataclass(frozen=True)
class Outcome:
    """What came of a conversation: the handshake's answer, what was said, and the close frame or the refusal's body."""

    status: int
    headers: Mapping[str, str]
    said: list[Any]
    end: Any


def expected(path: str, place: Place, values: Values) -> tuple[int, list[Any], Any]:
    """Status, what is said, and the end, with a text in this place that is not the usual one."""
    usual, text = CONVERSATIONS[path], values[place]
    will_do = len(text) <= usual.free.get(place, -1) and (place[0] != "path" or (bool(text) and "/" not in text))
    if will_do or place in NEGOTIATED or (place == ORIGIN and not guarded(path)):
        return 101, usual.answers(values), usual.ends or (1000, "")
    if place == MESSAGE:
        return 101, usual.answers(values)[:-1], (1009, f"{usual.free[place]} characters are the limit")
    return 403, [], b""


def converse(side: Side, path: str, values: Values) -> Outcome:
    """Have the conversation with these values."""
    usual = CONVERSATIONS[path]
    subprotocols = [Subprotocol(name) for name in usual.subprotocols] or None
    try:
        client = opened(side, path, values, subprotocols=subprotocols, compression=None)
    except InvalidStatus as refusal:
        response = refusal.response
        return Outcome(response.status_code, response.headers, [], bytes(response.body or b""))
    assert client.response is not None
    answers, said = usual.answers(values), []
    with client:
        for text in (*([values[MESSAGE]] if MESSAGE in values else []), *usual.then):
            with suppress(ConnectionClosed):
                client.send(text)
        if usual.ends is None:
            with suppress(ConnectionClosed):
                said.extend(client.recv(timeout=5) for _ in answers)
            client.close()
        *later, end = frames(client)
    told: list[Any] = [*said, *later]
    # Decoded where JSON is expected.
    for number, (one, like) in enumerate(zip(told, answers, strict=False)):
        told[number] = one if isinstance(like, str | bytes) else json.loads(one)
    return Outcome(101, client.response.headers, told, end)
