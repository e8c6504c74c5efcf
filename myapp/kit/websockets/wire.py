"""The bytes of one WebSocket: the socket that the WSGI server hands over, and simple-websocket on top of it.

Pairs the part that uvicorn has in FastAPI (https://fastapi.tiangolo.com/advanced/websockets/#websockets-client) with
gunicorn's and Werkzeug's `environ`: both put the client's socket there, and leave it alone until the view returns. What
of that an `AsyncWebSocket` needs too (`client_socket`, `opening_response`, `WireOptions`) is here.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import simple_websocket
from websockets.extensions.permessage_deflate import enable_server_permessage_deflate
from websockets.http11 import Request as OpeningRequest
from websockets.http11 import Response as OpeningResponse
from websockets.server import ServerProtocol
from werkzeug.exceptions import BadRequest
from wsproto.events import AcceptConnection
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import RemoteProtocolError

from .deflate import Deflate

BACKLOG: Final = 32  # messages read before the view asked for them; then TCP makes the client wait
SEND_TIMEOUT: Final = 20.0  # seconds that a client may take to read what was sent
CLOSE_TIMEOUT: Final = 5.0  # seconds that it may take to answer a close frame
NO_HANDSHAKE: Final = "no valid WebSocket handshake"
_KEYS: Final = ("werkzeug.socket", "gunicorn.socket")


@dataclass(frozen=True, kw_only=True)
class WireOptions:
    """What uvicorn has as `--ws-max-size` and `--ws-ping-interval`, with its defaults."""

    max_size: int = 16 * 1024 * 1024
    ping_interval: float | None = 20.0


class _Socket:
    """The client's socket as simple-websocket is to see it: whole frames go out, and reading waits for the view."""

    def __init__(self, sock: Any) -> None:
        self.connection: Wire | None = None
        self._sock = sock
        self._sock.settimeout(SEND_TIMEOUT)
        self._writing = threading.Lock()
        self.room = threading.Condition()

    def fileno(self) -> int:
        return int(self._sock.fileno())

    def send(self, data: bytes) -> int:
        """All of it, or OSError; a pong never lands inside another thread's frame."""
        with self._writing:
            try:
                self._sock.sendall(data)
            except TimeoutError:
                # Half a frame has gone out; nothing may follow it.
                self.abort()
                raise
        return len(data)

    def recv(self, size: int) -> bytes:
        """What has come, once there is room for another message. Silence is no fault: the timeout is for sending."""
        connection = self.connection
        if connection is not None:
            with self.room:
                self.room.wait_for(lambda: connection.has_room or not connection.connected)
        while True:
            try:
                data: bytes = self._sock.recv(size)
                return data
            except TimeoutError:
                if connection is not None and not connection.connected:
                    raise

    def close(self) -> None:
        """Say that nothing more will be sent, and read what the client still sends until it has closed, too.

        Closing at once could take a close frame back that the client has not read yet: what it sends to a closed socket
        is answered with a reset, which empties its own buffer. The server closes the socket.
        """
        deadline = time.monotonic() + CLOSE_TIMEOUT
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self._sock.settimeout(left)
                if not self._sock.recv(65536):
                    break
        if self.connection is not None:
            # simple-websocket may have woken the view a moment before it called the connection closed.
            self.connection.event.set()

    def abort(self) -> None:
        """End both directions now."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class Wire(simple_websocket.Server):  # type: ignore[misc]
    """An accepted WebSocket. `send`, `receive` and `close` are simple-websocket's.

    Raises BadRequest for a request that is no valid handshake, RuntimeError where there is no socket to speak on.
    """

    def __init__(
        self,
        environ: Mapping[str, Any],
        options: WireOptions,
        subprotocol: str | None,
        headers: Sequence[tuple[bytes, bytes]],
    ) -> None:
        key = _socket_key(environ)
        self._answer = AcceptConnection(
            subprotocol=subprotocol, extensions=[Deflate(options.max_size)], extra_headers=list(headers)
        )
        self._wire = _Socket(environ[key])
        super().__init__(
            {**environ, key: self._wire},
            receive_bytes=65536,
            ping_interval=options.ping_interval,
            max_message_size=options.max_size,
        )

    def handshake(self) -> None:
        """Accept, with the subprotocol and the headers that the view chose; simple-websocket knows neither."""
        # wsproto asks less of a handshake, and fails where a header is not ASCII.
        opening_response(ServerProtocol(extensions=enable_server_permessage_deflate(None)), self.environ)
        try:
            self.ws.receive_data(opening_bytes(self.environ))
            next(self.ws.events())
        except (RemoteProtocolError, StopIteration) as error:
            raise BadRequest(NO_HANDSHAKE) from error
        self.sock.send(self.ws.send(self._answer))
        self.connected = True
        # Until the client says something else (RFC 6455, section 7.1.5).
        self.close_reason = CloseReason.ABNORMAL_CLOSURE
        self._wire.connection = self

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        """The next message, as simple-websocket gives it; makes room for another."""
        if self.input_buffer:
            # A few KB may be thousands of messages. Between two of them whoever else is in this process has a turn.
            time.sleep(0)
        try:
            received: str | bytes | None = super().receive(timeout)
            return received
        finally:
            with self._wire.room:
                self._wire.room.notify_all()

    @property
    def has_room(self) -> bool:
        """Whether another message may be read: fewer than BACKLOG wait, and together they are less than one may be."""
        waiting, most = tuple(self.input_buffer), self.max_message_size
        return len(waiting) < BACKLOG and (not most or sum(map(len, waiting)) < most)

    @property
    def close_code(self) -> int:
        """Why the connection is closed: what the client said, or what was found wrong with it."""
        if self.max_message_size and self.incoming_message_len > self.max_message_size:
            return int(CloseReason.MESSAGE_TOO_BIG)
        return int(self.close_reason)

    def finish(self) -> None:
        """Wait for the client's side of the close, not for ever; nothing can be written to the socket afterwards."""
        with self._wire.room:
            self._wire.room.notify_all()
        self.thread.join(CLOSE_TIMEOUT)
        if self.thread.is_alive():
            self._wire.abort()
            self.thread.join(CLOSE_TIMEOUT)


def client_socket(environ: Mapping[str, Any]) -> Any:
    """The client's socket, as the server uses it. Raises RuntimeError where there is none."""
    return environ[_socket_key(environ)]


def opening_bytes(environ: Mapping[str, Any]) -> bytes:
    """The handshake as the client sent it, which the server has read already: its first line and its headers."""
    headers = ((name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_"))
    lines = (f"{name}: {value}".encode("latin-1") for name, value in headers)
    return b"\r\n".join([b"GET / HTTP/1.1", *lines, b"", b""])


def opening_response(protocol: ServerProtocol, environ: Mapping[str, Any]) -> OpeningResponse:
    """The acceptance of the client's handshake. Raises BadRequest for one that RFC 6455 does not allow."""
    protocol.receive_data(opening_bytes(environ))
    opening = next(iter(protocol.events_received()), None)
    response = protocol.accept(opening) if isinstance(opening, OpeningRequest) else None
    if response is None or response.status_code != 101:
        raise BadRequest(NO_HANDSHAKE)
    return response


def _socket_key(environ: Mapping[str, Any]) -> str:
    key = next((name for name in _KEYS if name in environ), None)
    if key is None:
        raise RuntimeError(
            "a WebSocket needs the client's socket, which gunicorn and `flask run` give; "
            "in tests use myapp.kit.testing.TestClient"
        )
    return key
