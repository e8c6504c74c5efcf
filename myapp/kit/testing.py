"""`TestClient`: Flask's test client, which opens WebSockets as well and, by `with`, enters the lifespan.

Pairs https://fastapi.tiangolo.com/advanced/testing-websockets/ and https://fastapi.tiangolo.com/advanced/testing-events/
with `FlaskClient`. At a WebSocket the application runs in a thread of the test's own process and speaks over a pair of
sockets, without a port, so breakpoints, fakes and `dependency_overrides` work as they do with a request.

    with TestClient(app) as client:  # the lifespan runs from here to the end of the block
        with client.websocket_connect("/websockets/echo") as websocket:
            websocket.send_text("hello")
            assert websocket.receive_text() == "hello"
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from contextvars import copy_context
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import urlencode

from flask import Flask
from flask.signals import got_request_exception
from flask.testing import EnvironBuilder, FlaskClient
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from .lifespan import app_lifespan, can_enter
from .websockets.handshake import REFUSALS, Mode, WebSocketDisconnect, json_text

TIMEOUT: Final = 5.0  # seconds that anything may take before a test fails


class WebSocketDenialResponse(WebSocketDisconnect):
    """The handshake was answered in HTTP: `status_code`, `headers`, `content`, `text` and `json()`, as in FastAPI."""

    def __init__(self, status_code: int, headers: Headers, content: bytes) -> None:
        super().__init__(1006)
        self.status_code = status_code
        self.headers = headers
        self.content = content

    def __str__(self) -> str:
        return f"{self.status_code} {self.text}".strip()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.content)


class TestClient(FlaskClient):
    """Flask's `app.test_client()`; as `app.test_client_class` it is what that gives. Its cookies go with handshakes.

    `with TestClient(app) as client:` is the lifespan of an application that has none open, as in FastAPI; and the
    context of the last request stays for the block to look at, as with Flask's own client.
    """

    __test__ = False  # nothing for pytest to collect

    def __init__(self, app: Flask, response_wrapper: Any = None, use_cookies: bool = True, **options: Any) -> None:
        super().__init__(app, response_wrapper or app.response_class, use_cookies, **options)
        self._lifespan = ExitStack()

    def __enter__(self) -> Self:
        if can_enter(self.application):
            self._lifespan.enter_context(app_lifespan(self.application))
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lifespan:
            super().__exit__(kind, error, trace)

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> WebSocketTestSession:
        """A WebSocket to this URL, to be opened by `with`, which closes it with 1000 at its end if it still is open.

        `with` raises WebSocketDisconnect, with the code and reason, for what is closed before it was accepted, which
        a server answers with HTTP 403; WebSocketDenialResponse, a subclass, for any other answer in HTTP; and, where
        `app.testing` is set, what the view raised.
        """
        url = re.sub("^ws(?=s?://)", "http", url)
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        sent = Headers(headers)
        if cookies:
            sent.add("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))
        return WebSocketTestSession(self, url, sent, subprotocols or ())


class WebSocketTestSession:
    """The client's end. What receives raises WebSocketDisconnect with the code and reason that the server closed with,
    KeyError for the other kind of message, and TimeoutError when nothing comes within `timeout` seconds.
    """

    def __init__(self, client: TestClient, url: str, headers: Headers, subprotocols: Sequence[str]) -> None:
        #: what the server chose of the offered subprotocols
        self.accepted_subprotocol: str | None = None
        #: what the server sent with its acceptance, in order
        self.extra_headers: list[tuple[bytes, bytes]] = []
        self._client, self._url, self._headers = client, url, headers
        self._subprotocols = [Subprotocol(name) for name in subprotocols] or None
        self._stack = ExitStack()
        self._answer: WebSocketDenialResponse | None = None
        self._refusals: list[tuple[int, Any]] = []
        self._error: BaseException | None = None

    def __enter__(self) -> WebSocketTestSession:
        near, far = socket.socketpair()
        self._thread = threading.Thread(target=copy_context().run, args=(self._serve, near), name="websocket")
        self._thread.start()
        try:
            self._connection = self._stack.enter_context(self._connected(far))
        except (OSError, EOFError, WebSocketException):
            self._ended()
            if self._refusals:
                raise WebSocketDisconnect(*self._refusals[-1]) from None
            if self._answer is not None and self._answer.status_code != 101:
                raise self._answer from None
            raise
        response = self._connection.response
        assert response is not None
        self.accepted_subprotocol = self._connection.subprotocol
        self.extra_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers.raw_items()
            if not name.lower().startswith(("upgrade", "connection", "date", "sec-websocket-"))
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._ended()

    def send_text(self, data: str) -> None:
        """Send a text message; one to a socket that is closed is lost, as in FastAPI's client."""
        with suppress(ConnectionClosed):
            self._connection.send(data)

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message, as `send_text` does."""
        with suppress(ConnectionClosed):
            self._connection.send(data)

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send JSON, as a text message unless told otherwise."""
        if mode == "text":
            self.send_text(json_text(data))
        else:
            self.send_bytes(json_text(data).encode())

    def send(self, message: Mapping[str, Any]) -> None:
        """Send an ASGI message, `websocket.receive` or `websocket.disconnect`, as FastAPI's client does."""
        if message["type"] == "websocket.disconnect":
            self.close(message.get("code", 1000), message.get("reason"))
        elif message.get("text") is not None:
            self.send_text(message["text"])
        else:
            self.send_bytes(message["bytes"])

    def receive(self, timeout: float = TIMEOUT) -> dict[str, Any]:
        """The next message in ASGI's form: `websocket.send` with `text` or `bytes`, or `websocket.close`."""
        try:
            received = self._connection.recv(timeout)
        except ConnectionClosed as closed:
            code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd is not None else (1006, "")
            return {"type": "websocket.close", "code": code, "reason": reason}
        return {"type": "websocket.send", "text" if isinstance(received, str) else "bytes": received}

    def receive_text(self, timeout: float = TIMEOUT) -> str:
        """The next message, which must be text."""
        return cast(str, self._message(timeout)["text"])

    def receive_bytes(self, timeout: float = TIMEOUT) -> bytes:
        """The next message, which must be binary."""
        return cast(bytes, self._message(timeout)["bytes"])

    def receive_json(self, mode: Mode = "text", timeout: float = TIMEOUT) -> Any:
        """The next message, decoded."""
        return json.loads(self._message(timeout)["text" if mode == "text" else "bytes"])

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close from the client's side."""
        self._connection.close(code, reason or "")

    def _message(self, timeout: float) -> dict[str, Any]:
        message = self.receive(timeout)
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"], message["reason"])
        return message

    def _connected(self, sock: socket.socket) -> ClientConnection:
        return connect(
            "ws://localhost/",
            sock=sock,
            subprotocols=self._subprotocols,
            compression=None,
            open_timeout=TIMEOUT,
            ping_interval=None,
            close_timeout=TIMEOUT,
            max_size=None,
            proxy=None,
        )

    def _ended(self) -> None:
        """Wait until the view has returned. Raises what it raised where the application is being tested."""
        self._thread.join(TIMEOUT)
        app = self._client.application
        if self._error is not None and (app.testing or app.config["PROPAGATE_EXCEPTIONS"]):
            raise self._error

    def _serve(self, near: socket.socket) -> None:
        """What a server does with one handshake, in a thread of its own."""
        app, thread = self._client.application, threading.get_ident()

        def note(sender: Any, exception: BaseException, **extra: Any) -> None:
            if threading.get_ident() == thread:
                self._error = exception

        try:
            with got_request_exception.connected_to(note):
                body, status, headers = run_wsgi_app(app, self._environ(near), buffered=True)
            self._answer = WebSocketDenialResponse(int(status[:3]), headers, b"".join(body))
        except Exception as error:
            self._error = error
        finally:
            # the view's own thread may have closed it
            with suppress(OSError):
                near.shutdown(socket.SHUT_RDWR)
            near.close()

    def _environ(self, near: socket.socket) -> dict[str, Any]:
        protocol = ServerProtocol()
        opening: Any = None
        while not isinstance(opening, Request):
            protocol.receive_data(near.recv(65536))
            opening = next(iter(protocol.events_received()), None)
        del opening.headers["Host"], opening.headers["User-Agent"]
        headers = [*opening.headers.raw_items(), *self._headers]
        environ: dict[str, Any] = EnvironBuilder(self._client.application, self._url, headers=headers).get_environ()
        # Werkzeug's client would put the cookies that it keeps in the place of those given here.
        given = environ.get("HTTP_COOKIE")
        self._client._add_cookies_to_wsgi(environ)
        cookies = "; ".join(filter(None, (environ.pop("HTTP_COOKIE", None), given)))
        return {
            **self._client.environ_base,
            **environ,
            **({"HTTP_COOKIE": cookies} if cookies else {}),
            "wsgi.multithread": True,
            "werkzeug.socket": near,
            REFUSALS: self._refusals,
        }
