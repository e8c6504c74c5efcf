"""`WebSocket`: what a view does with one, in FastAPI's words.

Pairs https://fastapi.tiangolo.com/reference/websockets/ with simple-websocket. A method waits like any other call of a
Flask view (a thread waits, or a greenlet while others run), so there is no `await`.
"""

from __future__ import annotations

import enum
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Literal

from flask import Request
from simple_websocket import ConnectionClosed
from werkzeug.datastructures import Headers, MultiDict
from wsproto.utilities import LocalProtocolError

from .wire import Wire, WireOptions

Mode = Literal["text", "binary"]
AcceptHeaders = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]


class WebSocketState(enum.Enum):
    """Where one side of the connection is."""

    CONNECTING = 0
    CONNECTED = 1
    DISCONNECTED = 2


class WebSocketDisconnect(Exception):
    """The client has gone. `code` is its close code: 1005 when it gave none, 1006 when it said nothing at all."""

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        self.code = code
        self.reason = reason or ""
        super().__init__(code, self.reason)


class WebSocketException(Exception):
    """Closes the WebSocket with this code and reason; before `accept()`, refuses the handshake with HTTP 403.

    https://fastapi.tiangolo.com/reference/exceptions/#fastapi.WebSocketException
    """

    def __init__(self, code: int, reason: str | None = None) -> None:
        self.code = code
        self.reason = reason or ""
        super().__init__(code, self.reason)


class WebSocket:
    """One client's WebSocket, from the handshake on. Several threads may send at once; one may receive.

    `headers`, `cookies`, `query_params` and `path_params` are those of the handshake.
    """

    def __init__(self, request: Request, options: WireOptions) -> None:
        self.request = request
        self.state = SimpleNamespace()
        self.client_state = WebSocketState.CONNECTING
        self.application_state = WebSocketState.CONNECTING
        self._options = options
        self._wire: Wire | None = None
        self._sending = threading.Lock()
        self._closed_with: int | None = None
        self._interrupted_with: int | None = None

    @property
    def headers(self) -> Headers:
        """The handshake's headers."""
        return self.request.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """The handshake's cookies."""
        return self.request.cookies

    @property
    def query_params(self) -> MultiDict[str, str]:
        """What stands after the `?`."""
        return self.request.args

    @property
    def path_params(self) -> Mapping[str, Any]:
        """The parts of the path that the rule names."""
        return self.request.view_args or {}

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the client offers, in its order."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return [name.strip() for name in offered.split(",") if name.strip()]

    def accept(self, subprotocol: str | None = None, headers: AcceptHeaders | None = None) -> None:
        """Finish the handshake, with one of the client's `subprotocols` and with further response headers.

        Raises RuntimeError for a second call, and BadRequest for a request that is no valid handshake.
        """
        if self.application_state is not WebSocketState.CONNECTING:
            raise RuntimeError("accept() was called before, or close() was")
        pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
        encoded = [(_bytes(name), _bytes(value)) for name, value in pairs]
        self._wire = Wire(self.request.environ, self._options, subprotocol, encoded)
        self.client_state = self.application_state = WebSocketState.CONNECTED
        if self._interrupted_with is not None:
            self.close(self._interrupted_with)

    def receive_text(self) -> str:
        """The next message. Raises WebSocketDisconnect, and KeyError for a binary message, as FastAPI does."""
        received = self._receive()
        if not isinstance(received, str):
            raise KeyError("text")
        return received

    def receive_bytes(self) -> bytes:
        """The next message. Raises WebSocketDisconnect, and KeyError for a text message, as FastAPI does."""
        received = self._receive()
        if not isinstance(received, bytes):
            raise KeyError("bytes")
        return received

    def receive_json(self, mode: Mode = "text") -> Any:
        """The next message, decoded. Raises as the others do, and JSONDecodeError."""
        return json.loads(self.receive_text() if mode == "text" else self.receive_bytes())

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
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        self._send(text if mode == "text" else text.encode())

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close; before `accept()`, refuse the handshake with HTTP 403. Raises RuntimeError for a second call."""
        if self.application_state is WebSocketState.DISCONNECTED:
            if self._interrupted_with is not None:
                return
            raise RuntimeError("close() was called before")
        self.application_state = WebSocketState.DISCONNECTED
        self._closed_with = code
        if self._wire is not None:
            # A client that has gone needs no telling.
            with self._sending, suppress(ConnectionClosed, LocalProtocolError, OSError):
                self._wire.close(code, reason)

    def interrupt(self, code: int) -> None:
        """For a server that stops: close, at once or when it is accepted. The view gets WebSocketDisconnect."""
        self._interrupted_with = code
        if self.accepted:
            self.close(code)

    def finish(self) -> None:
        """For the route: leave a socket to the server to which nothing can be written any more."""
        if self._wire is not None:
            self._wire.finish()

    @property
    def accepted(self) -> bool:
        """Whether the handshake is over: from then on nothing can be answered in HTTP."""
        return self._wire is not None

    def _receive(self) -> str | bytes:
        if self._wire is None or self.client_state is not WebSocketState.CONNECTED:
            raise RuntimeError("not connected: accept() comes first, and nothing after the client has gone")
        try:
            received = self._wire.receive()
        except ConnectionClosed:
            self.client_state = WebSocketState.DISCONNECTED
            raise self._disconnect() from None
        assert received is not None
        return received

    def _send(self, data: str | bytes) -> None:
        if self._wire is None or self.application_state is not WebSocketState.CONNECTED:
            if self._wire is not None and self._interrupted_with is not None:
                raise self._disconnect()
            raise RuntimeError("not connected: accept() comes first, and nothing after close()")
        with self._sending:
            try:
                self._wire.send(data)
            except (ConnectionClosed, LocalProtocolError, OSError):
                raise self._disconnect() from None

    def _disconnect(self) -> WebSocketDisconnect:
        assert self._wire is not None
        if self._closed_with is not None:
            return WebSocketDisconnect(self._closed_with)
        return WebSocketDisconnect(self._wire.close_code, self._wire.close_message)


def _bytes(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text
