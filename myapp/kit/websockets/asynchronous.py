"""`AsyncWebSocket`: what an `async def` view does with one, with `await`, on the application's event loop.

Pairs https://fastapi.tiangolo.com/reference/websockets/ with the websockets library, which uvicorn uses too. The
client's socket is read and written by the event loop itself; the request's greenlet or thread only waits for the view.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

from flask import Request, current_app
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import enable_server_permessage_deflate
from websockets.server import ServerProtocol
from werkzeug.wrappers import Response

from ..event_loop import native_socket
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
from .wire import CLOSE_TIMEOUT, WireOptions, client_socket, opening_response

QUEUE: Final = 4  # frames read before the view asked for them, each of `max_size` at most


class AsyncWebSocket(Handshake):
    """One client's WebSocket, from the handshake on. Several tasks may send at once; one may receive.

    `headers`, `cookies`, `query_params` and `path_params` are those of the handshake.
    """

    def __init__(self, request: Request, options: WireOptions) -> None:
        super().__init__(request, options)
        self._connection: Connection | None = None

    async def accept(self, subprotocol: str | None = None, headers: AcceptHeaders | None = None) -> None:
        """Finish the handshake, with one of the client's `subprotocols` and with further response headers.

        Raises RuntimeError for a second call, and BadRequest for a request that is no valid handshake.
        """
        self._may_accept()
        self._connection = await _connected(self.request.environ, self._options, subprotocol, header_bytes(headers))
        self._is_connected()
        if self._going_away_with is not None:
            await self.close(self._going_away_with)

    async def receive_text(self) -> str:
        """The next message. Raises WebSocketDisconnect, and KeyError for a binary message, as FastAPI does."""
        return text_of(await self._receive())

    async def receive_bytes(self) -> bytes:
        """The next message. Raises WebSocketDisconnect, and KeyError for a text message, as FastAPI does."""
        return bytes_of(await self._receive())

    async def receive_json(self, mode: Mode = "text") -> Any:
        """The next message, decoded. Raises as the others do, and JSONDecodeError."""
        return json.loads(await (self.receive_text() if is_text(mode) else self.receive_bytes()))

    async def iter_text(self) -> AsyncIterator[str]:
        """Every message until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield await self.receive_text()

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Every message until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield await self.receive_bytes()

    async def iter_json(self) -> AsyncIterator[Any]:
        """Every message, decoded, until the client goes."""
        with suppress(WebSocketDisconnect):
            while True:
                yield await self.receive_json()

    async def send_text(self, data: str) -> None:
        """Send a text message. Raises WebSocketDisconnect when the client has gone."""
        await self._send(data)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message. Raises as `send_text` does."""
        await self._send(data)

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send JSON, written as FastAPI writes it. Raises as `send_text` does."""
        as_text, text = is_text(mode), json_text(data)
        await self._send(text if as_text else text.encode())

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close; before `accept()`, refuse the handshake with HTTP 403. A frame holds 123 bytes of the reason.

        Raises RuntimeError for a second call, and ValueError for a code that no close frame may have.
        """
        if self._closes(code, reason) and self._connection is not None:
            await self._connection.close(code, fitting(reason))

    async def send_denial_response(self, response: Response) -> None:
        """Before `accept()`, answer in HTTP with this response. Raises RuntimeError later, and for a second call."""
        self.deny(response)

    async def receive(self) -> dict[str, Any]:
        """The next message in ASGI's form, `websocket.receive` or `websocket.disconnect`.

        Raises RuntimeError before `accept()`: WSGI has no `websocket.connect`, the request is that; and after the end.
        """
        try:
            return message_of(await self._receive())
        except WebSocketDisconnect as gone:
            return disconnect_of(gone)

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send an ASGI message: `websocket.accept`, `.send` or `.close`. Raises RuntimeError for any other."""
        if message["type"] == "websocket.accept":
            await self.accept(message.get("subprotocol"), message.get("headers"))
        elif message["type"] == "websocket.send":
            await self._send(message["bytes"] if message.get("text") is None else message["text"])
        elif message["type"] == "websocket.close":
            await self.close(message.get("code", 1000), message.get("reason"))
        else:
            raise no_message(message)

    def end(self, code: int, reason: str | None = None) -> None:
        """See `Handshake`."""
        if self.application_state is not WebSocketState.DISCONNECTED:
            current_app.async_to_sync(self._end)(code, reason)

    def finish(self) -> None:
        """See `Handshake`."""
        if self._connection is not None:
            current_app.async_to_sync(self._connection.wait_closed)()
            with suppress(OSError):
                client_socket(self.request.environ).shutdown(socket.SHUT_RDWR)

    def go_away(self, code: int) -> None:
        """See `Handshake`."""
        self._going_away_with = code
        if self._connection is not None and self.accepted:
            asyncio.run_coroutine_threadsafe(self._end(code), self._connection.loop)

    async def _end(self, code: int, reason: str | None = None) -> None:
        with suppress(RuntimeError):
            await self.close(code, reason)

    async def _receive(self) -> str | bytes:
        self._may_receive()
        assert self._connection is not None
        try:
            return await self._connection.recv()
        except ConnectionClosed:
            self.client_state = WebSocketState.DISCONNECTED
            raise self._disconnect(self._connection) from None

    async def _send(self, data: str | bytes) -> None:
        self._may_send()
        assert self._connection is not None
        # Before the library has begun to send: what UTF-8 can't hold fails the view, and not the connection.
        encoded = data.encode() if isinstance(data, str) else data
        try:
            await self._connection.send(encoded, text=isinstance(data, str) or None)
        except ConnectionClosed:
            raise self._disconnect(self._connection) from None

    def _disconnect(self, connection: Connection) -> WebSocketDisconnect:
        if self._closed_with is not None:
            return WebSocketDisconnect(self._closed_with)
        return WebSocketDisconnect(connection.close_code or 1006, connection.close_reason)


async def _connected(
    environ: Mapping[str, Any], options: WireOptions, subprotocol: str | None, headers: list[tuple[bytes, bytes]]
) -> Connection:
    """Accept the handshake on the client's socket. Raises as `Wire` does, and RuntimeError for a socket with TLS."""
    sock = client_socket(environ)
    if isinstance(sock, ssl.SSLSocket):
        raise RuntimeError("an `async def` WebSocket can't speak TLS itself: end TLS in the proxy in front")
    protocol = ServerProtocol(extensions=enable_server_permessage_deflate(None), max_size=options.max_size)
    response = opening_response(protocol, environ)
    if subprotocol is not None:
        response.headers["Sec-WebSocket-Protocol"] = subprotocol
    for name, value in headers:
        response.headers[name.decode("latin-1")] = value.decode("latin-1")
    connection = Connection(
        protocol,
        ping_interval=options.ping_interval,
        ping_timeout=options.ping_interval,
        close_timeout=CLOSE_TIMEOUT,
        max_queue=QUEUE,
    )
    protocol.send_response(response)
    # A second descriptor of the same socket: the server keeps its own, and is not told of anything that is read.
    await connection.loop.connect_accepted_socket(lambda: connection, native_socket(os.dup(sock.fileno())))
    connection.send_data()
    connection.start_keepalive()
    return connection
