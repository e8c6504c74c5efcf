"""The embedded broker: kombu's transport over a directory, made safe for several processes on one machine.

kombu's own writes a message into a file that a worker may already see, and half a message read is a message lost. Here
a message appears whole, by a rename, and the file that says which queues there are is made under a lock. A message
that a worker has taken is put back when the worker ends in order; for one that is killed there is the report's row
(`clean_up_reports`). For more than one machine, or thousands of messages, take Redis or RabbitMQ.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

URL = "on-disk://localhost"
# kombu finds a transport by its URL's scheme, which can't be a Python name with capitals.
TRANSPORT_ALIASES["on-disk"] = f"{__name__}:Transport"


def transport_options(folder: Path) -> dict[str, Any]:
    """Return `broker_transport_options` for a broker in this folder, which is made when it is first used."""
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "taken"),
        "control_folder": str(folder / "control"),
        # Seconds between two looks into the folder: how long a task waits for an idle worker.
        "polling_interval": 0.2,
    }


class Channel(filesystem.Channel):  # type: ignore[misc]
    """Messages as files: `<time>_<id>.<queue>.msg`, oldest first."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        for folder in (self.data_folder_in, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        # The time of day, not kombu's monotonic clock: that begins anew with the machine, and the order would be lost.
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        # A dot in front hides the unfinished file from `_get`, which looks at what follows the first dot.
        unfinished = folder / f".{name}"
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(dumps(payload))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)

    def _get(self, queue: str) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder, name)
            try:
                # A rename within one file system: of two workers that want the message, one gets it.
                Path(self.data_folder_in, name).rename(taken)
            except FileNotFoundError:
                continue
            payload = loads(taken.read_text(encoding="utf-8"))
            taken.unlink()
            return payload
        raise Empty()

    def _queue_bind(self, *args: Any) -> None:
        with self._locked():
            super()._queue_bind(*args)

    def get_table(self, exchange: str) -> Any:
        """Return which queues an exchange fills."""
        with self._locked():
            return super().get_table(exchange)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.control_folder / "lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class Transport(filesystem.Transport):  # type: ignore[misc]
    """What `broker_url` names."""

    Channel = Channel
