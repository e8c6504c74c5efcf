"""What no client library would send: broken handshakes and frames, and messages that are more than they look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection

from tests.attacks.raw import connected
from tests.attacks.sockets import ADA, CONVERSATIONS, MESSAGE, in_a_room, opened
from tests.frames import BINARY, CLOSE, COMPRESSED, PING, close, deflated, frame
from tests.parity.sides import Side
from tests.parity.test_websockets import frames, room, said

pytestmark = pytest.mark.live

LISTENING = [path for path, one in CONVERSATIONS.items() if MESSAGE in one.given()]
#: The close codes that answer what is sent.
BROKEN = {
    "half a surrogate pair": (frame(b"\xed\xa0\x80"), {1007}),
    "no UTF-8": (frame(b"\xff\xfe"), {1007}),
    "UTF-8 cut off": (frame(b"\xe2\x82"), {1007}),
    "overlong UTF-8": (frame(b"\xc0\xaf"), {1007}),
    "UTF-8 broken in a later frame": (frame(b"a", last=False) + frame(b"\xff", 0), {1007}),
    "compressed without an agreement": (frame(b"x", reserved=COMPRESSED), {1002}),
    "a reserved bit": (frame(b"x", reserved=1), {1002}),
    "an unknown kind": (frame(b"x", 3), {1002}),
    "an unknown control frame": (frame(b"x", 11), {1002}),
    "no mask": (frame(b"x", mask=False), {1002}),
    "a ping in pieces": (frame(b"x", PING, last=False), {1002}),
    "a long ping": (frame(b"x" * 126, PING), {1002}),
    "a continuation of nothing": (frame(b"x", 0), {1002}),
    "a message within another": (frame(b"x", last=False) + frame(b"y"), {1002}),
    "a negative length": (b"\x81\xff" + b"\xff" * 8 + bytes(4), {1002, 1009}),
    "half a close code": (frame(b"x", CLOSE), {1002}),
    "a close code that is never sent": (close(1005), {1002}),
    "a close code that means nothing": (close(999), {1002}),
    "a close code beyond all": (close(65535), {1002}),
    "a reason that is no UTF-8": (close(1000, b"\xff"), {1007}),
    "a reason that looks like headers": (close(4000, b"x\r\nSet-Cookie: evil=1"), {4000}),
}
#: Lines of a handshake for a route that reads its subprotocols, and the statuses that answer them.
HANDSHAKES = {
    b"Sec-WebSocket-Protocol: v1.myapp\rX-Evil: 1": {400},
    b"Sec-WebSocket-Protocol: v1.myapp\0": {400},
    b"Sec-WebSocket-Protocol: v1.myapp\r\n X-Evil: 1": {400},
    # A lone line feed ends a line for gunicorn (RFC 9112, section 2.2, lets it), and for uvicorn nothing.
    b"Sec-WebSocket-Protocol: v1.myapp\nX-Evil: 1": {101, 400},
    b"Sec-WebSocket-Protocol: v1.myapp, \xe9\xff": {400},
    b'Sec-WebSocket-Protocol: v1.myapp, "a b", (c)': {400},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Protocol: x-evil": {101},
    b"Sec-WebSocket-Protocol: v1.myapp" + b", x-evil" * 500: {101},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Extensions: \xe9\xff": {400},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Extensions: ;;;,": {400},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Extensions: x-evil; a=b": {101},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Key: again": {400},
    b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Version: 12": {400},
    **{
        b"Sec-WebSocket-Protocol: v1.myapp\r\nSec-WebSocket-Extensions: permessage-deflate; %s=%s" % (name, bits): codes
        for name in (b"client_max_window_bits", b"server_max_window_bits")
        for bits, codes in ((b"8", {101}), (b"99", {101}), (b"-9", {101}), (b"x", {101}), (b"", {400}), (b"1e1", {101}))
    },
}


def usual(path: str, side: Side, **options: Any) -> ClientConnection:
    """A client at a route, after a usual handshake."""
    values = {place: text for place, text in CONVERSATIONS[path].given().items() if place != MESSAGE}
    return opened(side, path, values, **options)


def code(client: ClientConnection) -> int:
    """That of the server's close frame, after whatever else the server says."""
    *_, end = frames(client)
    assert isinstance(end, tuple)
    return end[0]


def answered(side: Side, lines: bytes) -> tuple[int, bytes]:
    """Status and head of the answer to a handshake with these lines."""
    place = urlsplit(side.origin)
    start = f"GET /websockets/versions HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket"
    given = b"\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    with connected(side) as client:
        client.sendall(start.encode() + given + lines + b"\r\n\r\n")
        received = more = client.recv(65536)
        while more and b"\r\n\r\n" not in received:
            more = client.recv(65536)
            received += more
    return int(received[9:12]), received.partition(b"\r\n\r\n")[0]


def test_broken_handshakes(live_side, no_exceptions) -> None:
    """Each is refused, or accepted as if nothing were there; nothing of it is in the answer, and none is a fault."""
    for lines, statuses in HANDSHAKES.items():
        status, head = answered(live_side, lines)
        assert status in statuses, (lines, head)
        assert b"evil" not in head.lower()


@pytest.mark.parametrize("path", LISTENING)
def test_broken_frames(path, live_side, exceptions_are_uvicorns) -> None:
    """Each ends its own connection, with the code of RFC 6455."""
    for name, (sent, codes) in BROKEN.items():
        with usual(path, live_side, compression=None) as client:
            client.socket.sendall(sent)
            assert code(client) in codes, name
    assert live_side.get("/health").status_code == 200


def test_what_others_hear_of_broken_frames(live_side, exceptions_are_uvicorns) -> None:
    """Who is in a room with their sender hears who has come and gone."""
    with room(live_side, "broken", ADA) as (ada,):
        for sent, codes in BROKEN.values():
            with opened(live_side, *_joining("broken"), compression=None) as client:
                assert said(client) == said(ada) == in_a_room("joined")
                client.socket.sendall(sent)
                assert code(client) in codes
            assert said(ada) == in_a_room("left")


def _joining(name: str) -> tuple[str, Any]:
    path = "/websockets/rooms/{room}"
    return path, {**CONVERSATIONS[path].given(), ("path", "room"): name}


@pytest.mark.parametrize("path", LISTENING)
def test_bytes_for_text(path, live_side) -> None:
    """A route that reads text fails with bytes, as FastAPI's does: 1011, or dropped by uvicorn (a kept difference)."""
    with usual(path, live_side) as client:
        client.send(b"\0\xff")
        assert code(client) == (1011 if live_side.name == "flask" else 1006)


def too_large() -> Iterator[tuple[list[bytes], str | None]]:
    """Messages of more than 16 MiB, as they go out: in one frame, in many, and in a few KB; and the compression."""
    large, piece = b"x" * (17 << 20), b"x" * (1 << 20)
    packed = deflated(large)
    assert len(packed) < 20_000
    yield [frame(large)], None
    yield [frame(large, BINARY)], None
    yield [frame(b"", last=False), *[frame(piece, 0, last=False)] * 17], None
    yield [frame(packed, reserved=COMPRESSED)], "deflate"
    yield [frame(packed[:9], reserved=COMPRESSED, last=False), frame(packed[9:], 0)], "deflate"


@pytest.mark.parametrize("path", LISTENING)
def test_too_large_a_message(path, live_side, exceptions_are_uvicorns) -> None:
    """It is refused with 1009 within a moment."""
    for pieces, compression in too_large():
        began = time.perf_counter()
        with usual(path, live_side, compression=compression) as client:
            with suppress(OSError):  # it may be refused before all of it is sent
                for one in pieces:
                    client.socket.sendall(one)
            assert code(client) == 1009
        assert time.perf_counter() - began < 10
    assert live_side.get("/health").status_code == 200


def test_pings_within_a_message(live_side, no_exceptions) -> None:
    """A ping between the frames of a message is no part of it, whether it is compressed or not."""
    text = "hello " * 50
    packed = deflated(text.encode())
    first, *others = (packed[at : at + 5] for at in range(0, len(packed), 5))
    with usual("/websockets/echo", live_side, compression="deflate") as client:
        for _ in range(2):
            client.socket.sendall(frame(b"", PING) + frame(first, reserved=COMPRESSED, last=False))
            for one in others:
                client.socket.sendall(frame(b"?", PING) + frame(one, 0, last=False))
            client.socket.sendall(frame(b"", 0))
            assert client.recv(timeout=5) == text
            client.socket.sendall(frame(b"one ", last=False) + frame(b"", PING) + frame(b"two", 0))
            assert client.recv(timeout=5) == "one two"


def test_many_messages_at_once(live_side, no_exceptions) -> None:
    """A thousand in 10 KB keep nobody out: all in the room hear each of them, in order."""
    texts = [str(number) for number in range(1000)]
    with room(live_side, "many", ADA, "grace@example.com") as (ada, grace):
        ada.socket.sendall(b"".join(frame(text.encode()) for text in texts))
        assert live_side.get("/health").status_code == 200
        for client in (ada, grace):
            assert [said(client) for _ in texts] == [in_a_room("said", text) for text in texts]
