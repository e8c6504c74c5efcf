"""The embedded broker: a kombu transport over a directory, for the processes and threads of one machine.

A message is a file in `messages/`. Whoever takes it locks it (`flock`) and deletes it when it is acknowledged; the lock
of a process that dies is gone with it, so its messages are there for the others at once, with how often they were lost
in their names. Those that are lost again and again, that are rejected or that can't be read end in `dead/` and in the
log; moved back into `messages/` by hand, they are delivered again.

kombu's own transport over a directory deletes a message when it is taken, shows half-written ones, and keeps one table
of bindings for the whole process, so that a thread may publish before the queue is known and the message is dropped;
its transport over SQLAlchemy forgets what a dead worker had taken. Here a message that no queue would get is refused
with an OperationalError. There is no fan-out, and so no remote control of workers. Every message that is taken and not
acknowledged keeps a file open. For more than one machine, or thousands of messages, take Redis or RabbitMQ.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Final
from urllib.parse import quote

from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

URL: Final = "on-disk://localhost"
# kombu finds a transport by its URL's scheme, which can't be a Python name with capitals.
TRANSPORT_ALIASES["on-disk"] = f"{__name__}:Transport"

#: How many processes a message may lose before it is no longer handed out to be worked on.
MOST_LOSSES: Final = 5
#: The header that says how many it has lost: RabbitMQ's name for it, which its quorum queues send.
LOSSES_HEADER: Final = "x-delivery-count"

# When it was published, an id, how many processes it has lost, and its queue.
_NAME = re.compile(r"(?P<message>\d+_[0-9a-f-]+)(?:_(?P<losses>\d+))?\.(?P<queue>.+)\.msg")

logger = logging.getLogger(__name__)


def transport_options(folder: Path) -> dict[str, Any]:
    """Return `broker_transport_options` for a broker in this folder, which is made when it is first used."""
    # Seconds between two looks into the folder: how long a task waits for an idle worker.
    return {"folder": str(folder), "polling_interval": 0.2}


@dataclass(frozen=True)
class Taken:
    """A message that this connection holds: the open file whose lock says so, and the names it has now and had."""

    descriptor: int
    path: Path
    before: Path

    def settle(self, destination: Path | None = None) -> None:
        """Delete it or move it, and let go of it."""
        try:
            if destination is None:
                self.path.unlink(missing_ok=True)
            else:
                self.path.rename(destination)
        finally:
            # Closing alone would not do while a forked child has the file open too.
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)
            os.close(self.descriptor)


class QoS(virtual.QoS):  # type: ignore[misc]
    """Acknowledging deletes the file; rejecting for good moves it to `dead/`."""

    def ack(self, delivery_tag: str) -> None:
        """Delete the message."""
        self.channel.settle(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give the message back as one that was lost, or bury it."""
        self.channel.reject(delivery_tag, requeue)
        super().ack(delivery_tag)


class Channel(virtual.Channel):  # type: ignore[misc]
    """Messages as files: `<time>_<id>[_<losses>].<queue>.msg`, oldest first."""

    QoS = QoS

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        folder = Path(connection.client.transport_options["folder"])
        self.messages, self.dead = folder / "messages", folder / "dead"
        for made in (folder, self.messages, self.dead):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)

    def basic_publish(self, message: Any, exchange: str, routing_key: str, **kwargs: Any) -> None:
        """Write a message. Raises OperationalError where no queue would get it, and OSError."""
        if exchange and self.typeof(exchange).type == "fanout":
            raise OperationalError("the embedded broker has no fan-out, and so no remote control of workers")
        super().basic_publish(message, exchange, routing_key, **kwargs)

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: str, **kwargs: Any) -> None:
        """Consume from a queue."""

        def settled(message: Any) -> None:
            self.settle(message.delivery_tag)
            callback(message)

        super().basic_consume(queue, no_ack, settled if no_ack else callback, consumer_tag, **kwargs)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> Any:
        """Return the next message, or None."""
        message = super().basic_get(queue, no_ack, **kwargs)
        if message is not None and no_ack:
            self.settle(message.delivery_tag)
        return message

    def settle(self, delivery_tag: str) -> None:
        """Forget a message that somebody is done with; one that is not held any more is no error."""
        if taken := self._taken.pop(delivery_tag, None):
            taken.settle()

    def reject(self, delivery_tag: str, requeue: bool) -> None:
        """Give a message back with its loss counted, or bury it."""
        if taken := self._taken.pop(delivery_tag, None):
            if requeue:
                taken.settle(taken.path)
            else:
                self._bury(taken, "it was rejected")

    @property
    def _taken(self) -> dict[str, Taken]:
        # The connection's: kombu may reject on one channel what another has taken.
        taken: dict[str, Taken] = self.connection.taken
        return taken

    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> Any:
        queues = super()._lookup(exchange, routing_key, default)
        # A topic that nobody listens to is no loss: Celery's events have no listener as a rule.
        if not queues and self.typeof(exchange).type == "direct":
            raise OperationalError(f"no queue gets what is sent to exchange {exchange!r} with key {routing_key!r}")
        return queues

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        # The time of day, not a monotonic clock: that begins anew with the machine, and the order would be lost.
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{quote(queue, safe='')}.msg"
        # A dot in front hides the unfinished file.
        unfinished = self.messages / f".{name}"
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.write(dumps(payload))
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.messages / name)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        folder = os.open(self.messages, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for found in self._waiting(queue):
            if (taken := self._take(found)) is None:
                continue
            losses = int(found["losses"] or 0)
            if losses > MOST_LOSSES:
                self._bury(taken, f"it has lost {losses} processes")
                continue
            try:
                payload = loads(taken.path.read_text(encoding="utf-8"))
                # A new one: what was published to two queues came with the same.
                delivery_tag = payload["properties"]["delivery_tag"] = str(uuid.uuid4())
                payload["headers"][LOSSES_HEADER] = losses
                payload["properties"]["delivery_info"]["redelivered"] = losses > 0
            except (ValueError, KeyError, TypeError) as error:
                self._bury(taken, f"it can't be read: {error!r}")
                continue
            self._taken[delivery_tag] = taken
            return payload
        raise Empty()

    def _waiting(self, queue: str) -> list[re.Match[str]]:
        names = map(_NAME.fullmatch, sorted(os.listdir(self.messages)))
        return [found for found in names if found and found["queue"] == quote(queue, safe="")]

    def _take(self, found: re.Match[str]) -> Taken | None:
        """Lock a message and count it as lost until it is known to be not; None when another process has it."""
        path = self.messages / found[0]
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Since it was opened somebody may have finished it, or given it back under another name.
            if not os.path.samestat(os.stat(path), os.fstat(descriptor)):
                raise FileNotFoundError
            losses = int(found["losses"] or 0) + 1
            counted = self.messages / f"{found['message']}_{losses}.{found['queue']}.msg"
            return Taken(descriptor, path.rename(counted), path)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError | FileNotFoundError):
                return None
            raise

    def _bury(self, taken: Taken, reason: str) -> None:
        found = _NAME.fullmatch(taken.path.name)
        assert found is not None
        grave = self.dead / f"{found['message']}.{found['queue']}.msg"
        taken.settle(grave)
        logger.error("message %s is given up: %s", grave, reason)

    def _restore(self, message: Any) -> None:
        # At an orderly end: it was not lost, and has its place by its name.
        if taken := self._taken.pop(message.delivery_tag, None):
            taken.settle(taken.before)

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        taken = [message for message in map(self._take, self._waiting(queue)) if message]
        for message in taken:
            message.settle()
        return len(taken)


class Transport(virtual.Transport):  # type: ignore[misc]
    """What `broker_url` names."""

    Channel = Channel
    default_port = 0
    driver_type = driver_name = "on-disk"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.taken: dict[str, Taken] = {}

    def driver_version(self) -> str:
        """There is no driver."""
        return "N/A"
