"""WebSockets that meet what they can't take, plain and `async def`: each ends, at once and with a close frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, TextMessage

from myapp.kit import Api, AsyncWebSocket, Depends, SameOrigin, WebSocket, WebSocketDisconnect, websocket
from myapp.kit.testing import TestClient, WebSocketDenialResponse
from myapp.kit.websockets.deflate import Deflate
from tests.frames import COMPRESSED, PING, deflated, frame

KINDS = ["plain", "async"]
UNSENDABLE = [0, 99, 1004, 1005, 1006, 1015, 2999, 5000, 70_000]


@pytest.fixture
def app() -> Flask:
    """Views of both kinds: one closes as it is told in JSON, one sends JSON back."""
    app = Flask(__name__)
    Api().init_app(app)

    @websocket(app, "/plain/close")
    def close(websocket: WebSocket) -> None:
        websocket.accept()
        websocket.close(*websocket.receive_json())

    @websocket(app, "/async/close")
    async def close_async(websocket: AsyncWebSocket) -> None:
        await websocket.accept()
        await websocket.close(*await websocket.receive_json())

    @websocket(app, "/plain/back", dependencies=[Depends(SameOrigin())])
    def send_back(websocket: WebSocket) -> None:
        websocket.accept()
        for one in websocket.iter_json():
            websocket.send_json(one)

    @websocket(app, "/async/back", dependencies=[Depends(SameOrigin())])
    async def send_back_async(websocket: AsyncWebSocket) -> None:
        await websocket.accept()
        async for one in websocket.iter_json():
            await websocket.send_json(one)

    return app


def ending(app: Flask, path: str, text: str) -> tuple[int, str]:
    """Code and reason with which the server closes once it has this text."""
    with TestClient(app).websocket_connect(path) as client:
        client.send_text(text)
        with pytest.raises(WebSocketDisconnect) as closed:
            client.receive_text()
    return closed.value.code, closed.value.reason


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("reason", "sent"),
    [('"x"', "x"), ('"%s"' % ("x" * 200), "x" * 123), ('"%s"' % ("é" * 100), "é" * 61), ('"a\\ud800"', "a?")],
)
def test_reason(app: Flask, kind: str, reason: str, sent: str) -> None:
    """What is too long for a frame is cut between two characters; half a surrogate pair is a question mark."""
    assert ending(app, f"/{kind}/close", f"[4000, {reason}]") == (4000, sent)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", UNSENDABLE)
def test_code_that_no_frame_may_have(app: Flask, kind: str, code: int) -> None:
    """Is a fault of the view, which closes with 1011 like any other."""
    assert ending(app, f"/{kind}/close", f"[{code}]") == (1011, "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ['"\\ud800"', "[" * 20_000, "[" * 20_000 + "]" * 20_000, '{"a":' * 20_000, "{", ""])
def test_json(
    app: Flask, kind: str, text: str, own_time: Callable[[], float], caplog: pytest.LogCaptureFixture
) -> None:
    """What can't be read, or can't be sent, ends the socket with 1011 within a moment, and no other."""
    with TestClient(app).websocket_connect(f"/{kind}/back") as other:
        began = own_time()
        assert ending(app, f"/{kind}/back", text) == (1011, "")
        assert own_time() - began < 5
        other.send_text("[1]")
        assert other.receive_text() == "[1]"
    assert len(caplog.records) == 1  # the view's exception
    assert caplog.records[0].name == app.logger.name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://\u2100", "http://localhost]", "//", ""])
def test_origin_that_is_none(app: Flask, kind: str, origin: str) -> None:
    """It is refused like that of another site."""
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(app).websocket_connect(f"/{kind}/back", headers={"Origin": origin.encode().decode("latin-1")}),
    ):
        pass
    assert (refused.value.code, refused.value.reason) == (1008, "a page of another site")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "header",
    [
        ("Sec-WebSocket-Protocol", "\xe9"),
        ("Sec-WebSocket-Protocol", "a b"),
        ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits="),
        ("Sec-WebSocket-Extensions", "\xe9"),
        ("Sec-WebSocket-Key", "again"),
        ("Sec-WebSocket-Version", "12"),
    ],
)
def test_handshake_that_is_none(app: Flask, kind: str, header: tuple[str, str]) -> None:
    """Is answered with 400."""
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        TestClient(app).websocket_connect(f"/{kind}/back", headers=[header]),
    ):
        pass
    assert refused.value.status_code == 400


# Compressed messages of a plain view


def events(*frames: bytes, max_size: int = 1000) -> list[Event]:
    """What a server's connection makes of a client's frames."""
    deflate = Deflate(max_size)
    assert deflate.accept("permessage-deflate") == ""
    connection = Connection(ConnectionType.SERVER, [deflate])
    connection.receive_data(b"".join(frames))
    return list(connection.events())


def texts(*frames: bytes, max_size: int = 1000) -> str:
    """The text in them."""
    return "".join(one.data for one in events(*frames, max_size=max_size) if isinstance(one, TextMessage))


def test_message_that_unpacks_to_more_than_it_may() -> None:
    """Nothing of it is unpacked beyond the limit, in one frame or several; 0 is no limit."""
    large = "x" * 1_000_000
    packed = deflated(large.encode())
    for frames in (
        [frame(packed, reserved=COMPRESSED)],
        [frame(packed[:9], reserved=COMPRESSED, last=False), frame(packed[9:], 0)],
    ):
        assert len(texts(*frames)) <= 1001
        last = events(*frames)[-1]
        assert isinstance(last, CloseConnection)
        assert last.code == 1009
        assert texts(*frames, max_size=0) == large
    assert texts(frame(deflated(b"x" * 1000), reserved=COMPRESSED)) == "x" * 1000


def test_ping_within_a_compressed_message() -> None:
    """Is no part of it; the next message may be compressed or not."""
    packed, ping = deflated(b"hello " * 9), frame(b"?", PING)
    message = [frame(packed[:3], reserved=COMPRESSED, last=False), ping, frame(packed[3:], 0)]
    assert texts(ping, *message, ping, frame(b"plain"), *message) == "hello " * 9 + "plain" + "hello " * 9


@pytest.mark.parametrize("value", ["=x", "=", "=8", "=99", "=-9", "=1e1"])
@pytest.mark.parametrize("name", ["client_max_window_bits", "server_max_window_bits"])
def test_offer_that_can_not_be_read(name: str, value: str) -> None:
    """Is declined."""
    assert Deflate(1000).accept(f"permessage-deflate; {name}{value}") is None


def test_broken_compression() -> None:
    """Ends the connection with 1007."""
    (end,) = events(frame(b"\xff\xff", reserved=COMPRESSED))
    assert isinstance(end, CloseConnection)
    assert end.code == 1007
