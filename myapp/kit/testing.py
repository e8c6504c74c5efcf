"""A WebSocket client for tests of an application.

Pairs https://fastapi.tiangolo.com/advanced/testing-websockets/ with Werkzeug's server, on a free port in a thread of
the test's own process: a WebSocket needs a socket, which Flask's test client has none of, and breakpoints, fakes and
`dependency_overrides` work as they do with that one.

    with websocket_client(app).connect("/websockets/echo") as websocket:
        websocket.send_text("hello")
        assert websocket.receive_text() == "hello"
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import simple_websocket
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from wsproto.events import AcceptConnection, RejectConnection, RejectData, Request
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

from .websockets.handshake import Mode, WebSocketDisconnect

TIMEOUT = 5.0  # seconds that anything may take before a test fails


class WebSocketDenialResponse(Exception):
    """The handshake was answered in HTTP: `status_code`, `headers` (names in lower case), `content`, `json()`."""

    def __init__(self, status_code: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        super().__init__(f"{status_code} {content.decode(errors='replace')}".strip())

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.content)


def websocket_client(app: Flask) -> WebSocketClient:
    """A client of this application; it serves the application while it has a connection open."""
    return WebSocketClient(app)


class WebSocketClient:
    """Opens WebSockets to one application; several may be open at once."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._open = 0
        self._lock = threading.Lock()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def connect(
        self, path: str, *, headers: Mapping[str, str] | None = None, subprotocols: Sequence[str] = ()
    ) -> Iterator[WebSocketSession]:
        """A WebSocket to this path (with its query), closed with 1000 at the end of the block if it still is open.

        Raises WebSocketDenialResponse when the handshake is refused.
        """
        port = self._start()
        try:
            session = WebSocketSession(_Client(f"ws://127.0.0.1:{port}{path}", list(subprotocols), dict(headers or {})))
            try:
                yield session
            finally:
                session.end()
        finally:
            self._stop()

    def _start(self) -> int:
        with self._lock:
            if self._server is None:
                self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
                self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
                self._thread.start()
            self._open += 1
            return self._server.server_port

    def _stop(self) -> None:
        with self._lock:
            self._open -= 1
            if self._open == 0 and self._server is not None and self._thread is not None:
                self._server.shutdown()
                self._thread.join()
                self._server.server_close()
                self._server = None


class WebSocketSession:
    """The client's end; the methods that receive raise WebSocketDisconnect with the code that the server closed with,
    and TimeoutError when nothing comes.
    """

    def __init__(self, client: _Client) -> None:
        self._client = client
        #: what the server chose of the offered subprotocols
        self.accepted_subprotocol: str | None = client.subprotocol
        #: what the server sent with its acceptance, names in lower case
        self.extra_headers: Mapping[str, str] = client.extra_headers

    def send_text(self, data: str) -> None:
        """Send a text message."""
        self._send(data)

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self._send(data)

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send JSON, as a text message unless told otherwise."""
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        self._send(text if mode == "text" else text.encode())

    def receive(self, timeout: float = TIMEOUT) -> str | bytes:
        """The next message, text or binary."""
        try:
            received: str | bytes | None = self._client.receive(timeout)
        except simple_websocket.ConnectionClosed:
            raise self._disconnect() from None
        if received is None:
            raise TimeoutError(f"no message within {timeout} s")
        return received

    def receive_text(self, timeout: float = TIMEOUT) -> str:
        """The next message, which must be text."""
        received = self.receive(timeout)
        assert isinstance(received, str), f"a binary message came: {received!r}"
        return received

    def receive_bytes(self, timeout: float = TIMEOUT) -> bytes:
        """The next message, which must be binary."""
        received = self.receive(timeout)
        assert isinstance(received, bytes), f"a text message came: {received!r}"
        return received

    def receive_json(self, mode: Mode = "text", timeout: float = TIMEOUT) -> Any:
        """The next message, decoded."""
        return json.loads(self.receive_text(timeout) if mode == "text" else self.receive_bytes(timeout))

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close from the client's side."""
        with suppress(simple_websocket.ConnectionClosed, LocalProtocolError, OSError):
            self._client.close(code, reason)

    def end(self) -> None:
        """Close, and wait until the server has; called at the end of the block."""
        self.close()
        self._client.thread.join(TIMEOUT)

    def _send(self, data: str | bytes) -> None:
        try:
            self._client.send(data)
        except (simple_websocket.ConnectionClosed, LocalProtocolError, OSError):
            raise self._disconnect() from None

    def _disconnect(self) -> WebSocketDisconnect:
        return WebSocketDisconnect(int(self._client.close_reason), self._client.close_message)


class _Client(simple_websocket.Client):  # type: ignore[misc]
    """simple-websocket's client, which keeps a refusal's body and what came along with the acceptance."""

    connected: bool
    subprotocol: str | None
    extra_headers: dict[str, str]

    def handshake(self) -> None:
        """Ask for the WebSocket. Raises WebSocketDenialResponse."""
        asked = Request(
            host=f"{self.host}:{self.port}",
            target=self.path,
            subprotocols=self.subprotocols,
            extra_headers=[(name.encode(), value.encode()) for name, value in self.extra_headeers],
        )
        self.sock.settimeout(TIMEOUT)
        self.sock.sendall(self.ws.send(asked))
        refused: RejectConnection | None = None
        content = b""
        while not self.connected:
            self.ws.receive_data(self.sock.recv(65536) or None)
            for event in self.ws.events():
                if isinstance(event, AcceptConnection):
                    self.subprotocol = event.subprotocol
                    self.extra_headers = _names(event.extra_headers)
                    self.close_reason = CloseReason.ABNORMAL_CLOSURE
                    self.connected = True
                    break
                if isinstance(event, RejectConnection):
                    refused = event
                if isinstance(event, RejectData):
                    content += event.data
                if refused is not None and (not refused.has_body or getattr(event, "body_finished", False)):
                    self.sock.close()
                    raise WebSocketDenialResponse(refused.status_code, _names(refused.headers), content)
        self.sock.settimeout(None)
        # Frames that came in the same packet. After a close frame the reader is to find the end of the connection.
        if not self._handle_events():
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_WR)
        self.connected = True


def _names(headers: Any) -> dict[str, str]:
    return {bytes(name).decode("latin-1").lower(): bytes(value).decode("latin-1") for name, value in headers}


class _Quiet(WSGIRequestHandler):
    """Writes no line for each request; what fails is logged by the application."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
