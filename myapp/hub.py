"""The hub: live messages between whoever publishes and whoever is listening at this moment.

Pairs the broadcast of https://fastapi.tiangolo.com/advanced/websockets/#handling-disconnections-and-multiple-clients
(which keeps its list of clients in one process and names encode/broadcaster for more) with a queue for each subscriber,
filled in this process or, when `MYAPP_REDIS_URL` is set, by Redis for all processes on all hosts.

    hub = current_app.extensions["hub"]
    hub.publish("posts", {"id": 1})

    with hub.subscribe("posts") as subscription:
        message = subscription.get(timeout=15)      # None when nothing came

Nothing is stored: who isn't subscribed when a message is published never gets it. Who is subscribed gets all of them in
order, or is told that some may be missing (`Missed`): when the connection to Redis is lost, once more when it is back,
and when it read so slowly that its queue was full. Then the oldest messages are dropped, so that one slow reader delays
nobody else and takes no more memory than `capacity` messages.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final

import redis
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

from .settings import Settings

CAPACITY: Final = 100
PATIENCE: Final = 5.0  # seconds that a new subscriber waits for Redis
FIRST_DELAY, LONGEST_DELAY = 0.1, 10.0  # seconds between attempts to reach Redis again; each waits twice as long

logger = logging.getLogger(__name__)


class HubError(Exception):
    """Redis can't be reached, so a message was not published or nothing can be listened to; says where and why."""


class Missed(Exception):
    """Messages may be missing before the next one; whoever needs them reads them from where they are stored."""


class Subscription:
    """One reader's queue on one channel, from `Hub.subscribe`; a context manager that ends the subscription."""

    def __init__(self, leave: Callable[[Subscription], None], capacity: int) -> None:
        self.closed = False
        self._leave = leave
        self._capacity = capacity
        self._queue: deque[str | None] = deque()  # None stands where messages may be missing
        self._changed = threading.Condition()

    def get(self, timeout: float | None = None) -> dict[str, Any] | None:
        """The next message; None when none came within `timeout` seconds, or the subscription has ended.

        Raises Missed, once for each gap, where messages may be missing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self.closed, timeout)
            if not self._queue:
                return None
            text = self._queue.popleft()
        if text is None:
            raise Missed("live messages may be missing: the reader was too slow, or Redis could not be reached")
        message: dict[str, Any] = json.loads(text)
        return message

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Every message until the subscription ends. Raises Missed as `get` does."""
        while not self.closed:
            message = self.get()
            if message is not None:
                yield message

    def put(self, text: str | None) -> None:
        """Queue a message in JSON, or the mark of a gap; for the hub. Never waits: a full queue loses its oldest."""
        with self._changed:
            self._queue.append(text)
            if len(self._queue) > self._capacity:
                # the mark takes the place of the first of the two
                self._queue.popleft()
                self._queue[0] = None
            self._changed.notify_all()

    def close(self) -> None:
        """End the subscription and wake whoever waits in `get`; messages still queued are dropped."""
        self._leave(self)
        with self._changed:
            self.closed = True
            self._queue.clear()
            self._changed.notify_all()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Hub:
    """Publishes to the subscribers in this process. Threads and greenlets may use it at once."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._lock = threading.Lock()

    def publish(self, channel: str, message: Mapping[str, Any]) -> None:
        """Give every subscriber of the channel a copy of the message.

        Raises TypeError for what JSON can't hold and, with Redis, HubError when it can't be reached.
        """
        self._deliver(channel, json.dumps(message))

    def subscribe(self, channel: str) -> Subscription:
        """Listen: what is published once this has returned will arrive.

        Raises HubError when Redis, if there is one, can't be reached.
        """

        def leave(subscription: Subscription) -> None:
            with self._lock:
                self._subscriptions.get(channel, set()).discard(subscription)
                if not self._subscriptions.get(channel):
                    self._subscriptions.pop(channel, None)

        subscription = Subscription(leave, self._capacity)
        with self._lock:
            self._subscriptions.setdefault(channel, set()).add(subscription)
        return subscription

    def close(self) -> None:
        """End every subscription."""
        for subscription in self._everybody():
            subscription.close()

    def _deliver(self, channel: str, text: str) -> None:
        with self._lock:
            # Inside the lock, so that all subscribers get two messages published at once in the same order.
            for subscription in self._subscriptions.get(channel, ()):
                subscription.put(text)

    def _everybody(self) -> list[Subscription]:
        with self._lock:
            return [subscription for group in self._subscriptions.values() for subscription in group]


class RedisHub(Hub):
    """Publishes through Redis to the subscribers in all processes that use the same URL.

    One connection a process listens to all channels: subscribing costs Redis nothing, and a subscriber is never late.
    """

    def __init__(self, url: str, *, capacity: int = CAPACITY, patience: float = PATIENCE) -> None:
        super().__init__(capacity=capacity)
        # No retries: redis-py would hide a gap from the subscribers, and keep a publisher waiting.
        self._client = redis.Redis.from_url(
            url,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=2,
            socket_timeout=5,
            health_check_interval=10,
        )
        arguments = self._client.connection_pool.connection_kwargs
        self._where = f"Redis at {arguments.get('host', 'localhost')}:{arguments.get('port', 6379)}"
        # Redis keeps databases apart, but not their channels.
        self._prefix = f"myapp:{arguments.get('db', 0)}:"
        self._patience = patience
        self._listening = threading.Event()
        self._closing = threading.Event()
        self._listener: threading.Thread | None = None

    def publish(self, channel: str, message: Mapping[str, Any]) -> None:
        """See `Hub.publish`."""
        text = json.dumps(message)
        try:
            self._client.publish(self._prefix + channel, text)
        except redis.RedisError as error:
            raise HubError(f"{self._where} took no message for {channel!r}: {error}") from error

    def subscribe(self, channel: str) -> Subscription:
        """See `Hub.subscribe`."""
        subscription = super().subscribe(channel)
        with self._lock:
            # Now and not in __init__: a process that forks would leave its thread behind.
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="hub", daemon=True)
                self._listener.start()
        if not self._listening.wait(self._patience):
            subscription.close()
            raise HubError(f"{self._where} can't be listened to: no connection within {self._patience} s")
        return subscription

    def close(self) -> None:
        """End every subscription and the connections."""
        self._closing.set()
        super().close()
        if self._listener is not None:
            self._listener.join()
        self._client.close()

    def _listen(self) -> None:
        """Hand on what Redis sends; when the connection is lost, make another and say that there was a gap."""
        delay = FIRST_DELAY
        before = False
        while not self._closing.is_set():
            try:
                with self._client.pubsub() as pubsub:  # type: ignore[no-untyped-call]
                    pubsub.psubscribe(self._prefix + "*")
                    while not self._closing.is_set():
                        received = pubsub.get_message(timeout=0.5)
                        if received is None:
                            continue
                        if received["type"] == "pmessage":
                            self._deliver(received["channel"].removeprefix(self._prefix), received["data"])
                        elif received["type"] == "psubscribe":
                            self._begin(again=before)
                            before, delay = True, FIRST_DELAY
            except (redis.RedisError, OSError) as error:
                if self._listening.is_set():
                    # Now, and not only once Redis is back: until then a reader would wait for what can't come.
                    self._listening.clear()
                    self._mark_gap()
                logger.warning("%s does not answer; live messages are late or missing: %s", self._where, error)
                self._closing.wait(delay)
                delay = min(2 * delay, LONGEST_DELAY)

    def _begin(self, *, again: bool) -> None:
        if again:
            logger.info("%s is back", self._where)
            self._mark_gap()
        self._listening.set()

    def _mark_gap(self) -> None:
        for subscription in self._everybody():
            subscription.put(None)


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application a hub of its own, as `app.extensions["hub"]`; it opens no connection before it is used."""
    app.extensions["hub"] = RedisHub(settings.redis_url) if settings.redis_url else Hub()


def current_hub() -> Hub:
    """The current application's hub; also a dependency: `hub: Annotated[Hub, Depends(current_hub)]`."""
    hub: Hub = current_app.extensions["hub"]
    return hub
