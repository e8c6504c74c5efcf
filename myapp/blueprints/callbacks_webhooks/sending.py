"""One signed call to a receiver's address, bounded in every direction. Both sides use it.

The signature is that of https://www.standardwebhooks.com, made by its own library. The request is `http.client`'s, over
a socket that is connected here: it looks up no name, follows no redirect and asks no proxy, whatever the environment
says.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from threading import Timer

from standardwebhooks import Webhook

from myapp.settings import Settings

from .addresses import addresses_of, connect, target_of

#: Seconds for a whole call: connecting, TLS, sending, and the head of the answer. Its body is not read at all.
TIMEOUT = 10.0


def send(url: str, body: str, headers: dict[str, str], settings: Settings) -> int:
    """POST a JSON text; return the answer's status.

    Raises Refused if the address may not be called, and OSError or `http.client.HTTPException` if there is no answer.
    """
    target = target_of(url, settings)
    addresses = addresses_of(target)
    began = time.monotonic()
    plain = connect(addresses, TIMEOUT)
    with plain, _cut_off(plain, TIMEOUT - (time.monotonic() - began)):
        if target.secure:
            # The name of the URL, not the address, is what the certificate must be for.
            name = target.host.rstrip(".")
            carrier: socket.socket = ssl.create_default_context().wrap_socket(plain, server_hostname=name)
        else:
            carrier = plain
        with carrier:
            connection = HTTPConnection(target.host, target.port)
            connection.sock = carrier
            fields = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": "myapp", **headers}
            connection.request("POST", target.path, body.encode(), fields)
            return connection.getresponse().status


@contextmanager
def _cut_off(connection: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after so many seconds: a socket's own timeout begins anew with every byte that comes.

    The copy is of the plain socket, since TLS keeps state that another thread must not touch.
    """
    spare = connection.dup()

    def cut() -> None:
        with suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        spare.close()


def signature(secret: str, message_id: str, moment: datetime, body: str) -> dict[str, str]:
    """Return the headers by which the receiver knows that the message is genuine, whole, and not an old one.

    In: the subscription's secret, the message's id, the aware time of this attempt, and the text that is sent.
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body),
    }


def reason(error: Exception) -> str:
    """Say to a subscriber why there was no answer, without what the exception says of this machine."""
    if isinstance(error, ssl.SSLError):
        return "The TLS connection failed: is the certificate valid for this name?"
    if isinstance(error, socket.gaierror):
        return "The name could not be found"
    if isinstance(error, TimeoutError):
        return "There was no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "The connection was refused"
    if isinstance(error, HTTPException):
        return "The answer was no HTTP, or ended too soon"
    return "The connection failed"
