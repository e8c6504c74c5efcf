"""`WebSocket`: what a plain view does with one, in FastAPI's words.

Pairs https://fastapi.tiangolo.com/reference/websockets/ with simple-websocket. A method waits like any other call of a
Flask view (a thread waits, or a greenlet while others run), so there is no `await`; `AsyncWebSocket` has the same
methods for an `async def` view.
"""

from __future__ import annotations

import _thread
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flask import Request
from simple_websocket import ConnectionClosed
from werkzeug.wrappers import Response
from wsproto.utilities import LocalProtocolError

from .handshake import (
    AcceptHeaders,
    Handshake,
    Mode,
    WebSocketDisconnect,
    WebSocketState,
    bytes_of,
    disconnect_of,
    fitting,
    header_bytes,
    is_text,
    json_text,
    message_of,
    no_message,
    text_of,
)
from .wire import Wire, WireOptions


class WebSocket(Handshake):
    """One client's WebSocket, from the handshake on. Several threads may send at once; one may receive.

    `headers`, `cookies`, `query_params` and `path_params` are those of the handshake.
    """

    def __init__(self, request: Request, options: WireOptions) -> None:
        super().__init__(request, options)
        self._wire: Wire | None = None
        self._sending = threading.Lock()

    def accept(self, subprotocol: str | None = None, headers: AcceptHeaders | None = None) -> None:
        """Finish the handshake, with one of the client's `subprotocols` and with further response headers.

        Raises RuntimeError for a second call, and BadRequest for a request that is no valid handshake.
        """
        self._may_accept()
        self._wire = Wire(self.request.environ, self._options, subprotocol, header_bytes(headers))
        self._is_connected()
        if self._going_away_with is not None:
            self.close(self._going_away_with)

    def receive_text(self) -> str:
        """The next message. Raises WebSocketDisconnect, and KeyError for a binary message, as FastAPI does."""
        return text_of(self._receive())

    def receive_bytes(self) -> bytes:
        """The next message. Raises WebSocketDisconnect, and KeyError for a text message, as FastAPI does."""
        return bytes_of(self._receive())

    def receive_json(self, mode: Mode = "text") -> Any:
        """The next message, decoded. Raises as the others do, and JSONDecodeError."""
        return json.loads(self.receive_text() if is_text(mode) else self.receive_bytes())

    def iter_text(self) -> Iterator[str]:
        """Every message until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield self.receive_text()

    def iter_bytes(self) -> Iterator[bytes]:
        """Every message until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield self.receive_bytes()

    def iter_json(self) -> Iterator[Any]:
        """Every message, decoded, until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield self.receive_json()

    def send_text(self, data: str) -> None:
        """Send a text message. Raises WebSocketDisconnect when the client has gone, or reads nothing for long."""
        self._send(data)

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message. Raises as `send_text` does."""
        self._send(data)

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send JSON, written as FastAPI writes it. Raises as `send_text` does."""
        as_text, text = is_text(mode), json_text(data)
        self._send(text if as_text else text.encode())

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close; before `accept()`, refuse the handshake with HTTP 403. A frame holds 123 bytes of the reason.

        Raises RuntimeError for a second call, and ValueError for a code that no close frame may have.
        """
        if self._closes(code, reason) and self._wire is not None:
            # A client that has gone needs no telling.
            with self._sending, suppress(ConnectionClosed, LocalProtocolError, OSError):
                self._wire.close(code, fitting(reason))

    def send_denial_response(self, response: Response) -> None:
        """Before `accept()`, answer in HTTP with this response. Raises RuntimeError later, and for a second call."""
        self.deny(response)

    def receive(self) -> dict[str, Any]:
        """The next message in ASGI's form, `websocket.receive` or `websocket.disconnect`.

        Raises RuntimeError before `accept()`: WSGI has no `websocket.connect`, the request is that; and after the end.
        """
        try:
            return message_of(self._receive())
        except WebSocketDisconnect as gone:
            return disconnect_of(gone)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send an ASGI message: `websocket.accept`, `.send` or `.close`. Raises RuntimeError for any other."""
        if message["type"] == "websocket.accept":
            self.accept(message.get("subprotocol"), message.get("headers"))
        elif message["type"] == "websocket.send":
            self._send(message["bytes"] if message.get("text") is None else message["text"])
        elif message["type"] == "websocket.close":
            self.close(message.get("code", 1000), message.get("reason"))
        else:
            raise no_message(message)

    def end(self, code: int, reason: str | None = None) -> None:
        """See `Handshake`."""
        with suppress(RuntimeError):
            self.close(code, reason)

    def finish(self) -> None:
        """See `Handshake`."""
        if self._wire is not None:
            self._wire.finish()

    def go_away(self, code: int) -> None:
        """See `Handshake`."""
        self._going_away_with = code
        if self.accepted:
            # In a thread of its own: one after the other, a client that reads nothing would keep the rest waiting, and
            # under load every wait of a greenlet takes as long as a message of each other socket.
            _thread.start_new_thread(self.end, (code,))

    def _receive(self) -> str | bytes:
        self._may_receive()
        assert self._wire is not None
        try:
            received = self._wire.receive()
        except ConnectionClosed:
            self.client_state = WebSocketState.DISCONNECTED
            raise self._disconnect(self._wire) from None
        assert received is not None
        return received

    def _send(self, data: str | bytes) -> None:
        self._may_send()
        assert self._wire is not None
        with self._sending:
            try:
                self._wire.send(data)
            except (ConnectionClosed, LocalProtocolError, OSError):
                raise self._disconnect(self._wire) from None

    def _disconnect(self, wire: Wire) -> WebSocketDisconnect:
        if self._closed_with is not None:
            return WebSocketDisconnect(self._closed_with)
        return WebSocketDisconnect(wire.close_code, wire.close_message)
