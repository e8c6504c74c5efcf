"""What `WebSocket` and `AsyncWebSocket` share: the handshake, where both sides are, and the ways in which one ends.

Pairs https://fastapi.tiangolo.com/reference/websockets/ and
https://fastapi.tiangolo.com/reference/exceptions/#fastapi.WebSocketException with the request that asks for one.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from flask import Request
from werkzeug.wrappers import Response

from ..connection import HTTPConnection
from ..encoders import jsonable_encoder
from ..errors import EndpointContext, described
from .wire import WireOptions

Mode = Literal["text", "binary"]
AcceptHeaders = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]

#: In a request's environ, from a test client: where the code and reason of a refusal go, which a client never sees.
REFUSALS: Final = "kit.websocket.refusals"
LONGEST_REASON: Final = 123  # bytes: a control frame has 125, and the code takes two
NOT_ACCEPTED: Final = "not connected: accept() comes first, and nothing after the client has gone"
NOT_OPEN: Final = "not connected: accept() comes first, and nothing after close()"


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

    A handler of the application (`@app.errorhandler(WebSocketException)`) finds the WebSocket in its `websocket`.
    https://fastapi.tiangolo.com/reference/exceptions/#fastapi.WebSocketException
    """

    websocket: Any = None

    def __init__(self, code: int, reason: str | None = None) -> None:
        self.code = code
        self.reason = reason or ""
        super().__init__(code, self.reason)


class WebSocketRequestValidationError(WebSocketException):
    """A parameter of the handshake does not validate. `reason` is the list of faults, which only a test client sees.

    https://fastapi.tiangolo.com/reference/exceptions/#fastapi.exceptions.WebSocketRequestValidationError
    """

    def __init__(self, errors: Sequence[Any], *, endpoint_ctx: EndpointContext | None = None) -> None:
        super().__init__(1008)
        self._errors = errors
        self.endpoint_ctx = endpoint_ctx
        self.reason: Any = jsonable_encoder(errors)

    def errors(self) -> Sequence[Any]:
        """The faults, as those of a RequestValidationError."""
        return self._errors

    def __str__(self) -> str:
        return described(self._errors, self.endpoint_ctx)


class Handshake(HTTPConnection):
    """A request that asks for a WebSocket, and what became of it; headers and parameters are the request's."""

    scheme = "ws"

    def __init__(self, request: Request, options: WireOptions) -> None:
        super().__init__(request)
        self.client_state = WebSocketState.CONNECTING
        self.application_state = WebSocketState.CONNECTING
        self._options = options
        self._closed_with: int | None = None
        self._closed_for: Any = None
        self._going_away_with: int | None = None
        #: for the route: what `send_denial_response()` was given
        self.denial_response: Response | None = None

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the client offers, in its order."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return [name.strip() for name in offered.split(",") if name.strip()]

    @property
    def accepted(self) -> bool:
        """Whether the handshake is over: from then on nothing can be answered in HTTP."""
        return self.client_state is not WebSocketState.CONNECTING

    @property
    def closed_with(self) -> tuple[int, Any]:
        """The code and reason of a close from this side; 1000 before there is one."""
        return self._closed_with or 1000, self._closed_for or ""

    def end(self, code: int, reason: str | None = None) -> None:
        """For the route, in the thread of its request: close, unless that has been done."""
        raise NotImplementedError

    def finish(self) -> None:
        """For the route, at last: leave a socket to the server to which nothing can be written any more."""
        raise NotImplementedError

    def go_away(self, code: int) -> None:
        """For a server that stops, in any thread: close, at once or when it is accepted; nothing is waited for.

        The view gets WebSocketDisconnect, also from what it sends; a `close()` of its own does nothing any more.
        """
        raise NotImplementedError

    def deny(self, response: Response) -> None:
        """Answer the handshake in HTTP. Raises RuntimeError once it has been answered."""
        if self.application_state is not WebSocketState.CONNECTING:
            raise RuntimeError("send_denial_response() comes before accept() and close(), once")
        self.application_state = WebSocketState.DISCONNECTED
        self.denial_response = response

    def _may_accept(self) -> None:
        if self.application_state is not WebSocketState.CONNECTING:
            raise RuntimeError("accept() was called before, or close() was")

    def _may_receive(self) -> None:
        if not self.accepted or self.client_state is not WebSocketState.CONNECTED:
            raise RuntimeError(NOT_ACCEPTED)

    def _may_send(self) -> None:
        if self.application_state is not WebSocketState.CONNECTED:
            if self.accepted and self._going_away_with is not None:
                raise WebSocketDisconnect(self._going_away_with)
            raise RuntimeError(NOT_OPEN)

    def _closes(self, code: int, reason: Any) -> bool:
        """Note that it is closed, and why; False when that has been done because the server stops."""
        if self.application_state is WebSocketState.DISCONNECTED:
            if self._going_away_with is not None:
                return False
            raise RuntimeError("close() was called before")
        if self.accepted and not _can_be_sent(code):
            raise ValueError(f"{code} is no code that a close frame may have")
        self.application_state = WebSocketState.DISCONNECTED
        self._closed_with, self._closed_for = code, reason
        return True

    def _is_connected(self) -> None:
        self.client_state = self.application_state = WebSocketState.CONNECTED


def header_bytes(headers: AcceptHeaders | None) -> list[tuple[bytes, bytes]]:
    """The headers of an acceptance as they go out."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return [(_bytes(name), _bytes(value)) for name, value in pairs]


def fitting(reason: str | None) -> str:
    """The reason as a close frame can hold it: 123 bytes of UTF-8."""
    return (reason or "").encode(errors="replace")[:LONGEST_REASON].decode(errors="ignore")


def json_text(data: Any) -> str:
    """JSON as FastAPI writes it into a WebSocket."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def is_text(mode: str) -> bool:
    """Whether JSON goes as text. Raises RuntimeError for a mode that there is not."""
    if mode not in ("text", "binary"):
        raise RuntimeError('the mode is "text" or "binary"')
    return mode == "text"


def message_of(received: str | bytes) -> dict[str, Any]:
    """A message in ASGI's form."""
    return {"type": "websocket.receive", "text" if isinstance(received, str) else "bytes": received}


def disconnect_of(gone: WebSocketDisconnect) -> dict[str, Any]:
    """The end in ASGI's form."""
    return {"type": "websocket.disconnect", "code": gone.code, "reason": gone.reason}


def no_message(message: Mapping[str, Any]) -> RuntimeError:
    """The error for an ASGI message that is none of accept, send and close."""
    return RuntimeError(f"websocket.accept, websocket.send and websocket.close can be sent, not {message['type']!r}")


def text_of(received: str | bytes) -> str:
    """The message if it is text; else KeyError, as in FastAPI."""
    if not isinstance(received, str):
        raise KeyError("text")
    return received


def bytes_of(received: str | bytes) -> bytes:
    """The message if it is binary; else KeyError, as in FastAPI."""
    if not isinstance(received, bytes):
        raise KeyError("bytes")
    return received


def _can_be_sent(code: int) -> bool:
    """RFC 6455, section 7.4: 1004 means nothing, 1005, 1006 and 1015 are what one side finds by itself."""
    return (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) or 3000 <= code <= 4999


def _bytes(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text
