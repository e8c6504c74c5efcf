"""A subscriber's own server, on a port of this machine: what it got, and what it answers."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The server: it answers with each of `statuses` in turn, and then with the last one for ever."""

    port: int
    statuses: list[int]
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """An address on it."""
        return f"http://{self.host}/hooks"

    def wait_for(self, count: int, seconds: float = 30) -> list[Call]:
        """Return what came, once that is so many calls."""
        deadline = time.monotonic() + seconds
        while len(self.calls) < count:
            assert time.monotonic() < deadline, f"{len(self.calls)} calls instead of {count}"
            time.sleep(0.02)
        return list(self.calls)


@contextmanager
def receiver(*statuses: int, certificate: Path | None = None) -> Iterator[Receiver]:
    """Run a receiver, over TLS with a file that holds a key and its certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.calls.append(Call(self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            self.send_response(state.statuses[min(len(state.calls), len(state.statuses)) - 1])
            for name, value in {"Content-Length": "0", **state.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of a client that left."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    state = Receiver(server.server_address[1], list(statuses) or [204])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
