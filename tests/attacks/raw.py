"""Requests byte by byte: what no client library would send, and connections that are left in the middle."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.parity.sides import Side

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Raw:
    """One answer: its status, its header lines with names in lower case, and the rest of what came."""

    status: int
    headers: dict[str, str]
    rest: bytes


@contextmanager
def connected(side: Side | str, seconds: float = 5) -> Iterator[socket.socket]:
    """A connection to a side's server, or to an address."""
    place = urlsplit(side if isinstance(side, str) else side.origin)
    with socket.create_connection((place.hostname, place.port), seconds) as client:
        yield client


def head(method: str, path: str, *lines: str) -> bytes:
    """The head of a request with these lines besides its Host."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode("latin-1")


def everything(client: socket.socket) -> bytes:
    """What comes until the server closes the connection, or says no more."""
    received = bytearray()
    with suppress(OSError):
        while more := client.recv(65536):
            received += more
    return bytes(received)


def parsed(received: bytes) -> Raw | None:
    """The first answer in what was received; None for nothing."""
    if not received:
        return None
    start, _, rest = received.partition(b"\r\n\r\n")
    first, *lines = start.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Raw(int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, rest)


def sent(side: Side | str, *pieces: bytes, ended: bool = False, seconds: float = 5) -> Raw | None:
    """The answer to these bytes, and whatever follows it; `ended` says at once that no more will come."""
    with connected(side, seconds) as client:
        with suppress(OSError):  # it may be refused before all of it is sent
            for piece in pieces:
                client.sendall(piece)
            if ended:
                client.shutdown(socket.SHUT_WR)
        return parsed(everything(client))
