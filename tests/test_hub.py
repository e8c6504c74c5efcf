"""The hub, in this process and through a real Redis."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest
from flask import Flask

from myapp.hub import Hub, HubError, Missed, RedisHub, current_hub
from myapp.settings import Settings


@pytest.fixture(params=["in this process", "redis"])
def hub(request: pytest.FixtureRequest) -> Iterator[Hub]:
    """A hub of each kind."""
    made = RedisHub(request.getfixturevalue("redis_url")) if request.param == "redis" else Hub()
    yield made
    made.close()


@pytest.fixture
def channel() -> str:
    """A channel that nobody else uses."""
    return uuid.uuid4().hex


class Relay:
    """A port that leads to Redis, and can be cut and mended."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._open = True
        self.url = f"redis://127.0.0.1:{self._server.getsockname()[1]}{parts.path}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if not self._open:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._sockets += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        self._open = False
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()

    def mend(self) -> None:
        """Lead to Redis again."""
        self._open = True

    def close(self) -> None:
        """End."""
        self.cut()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def relay(redis_url: str) -> Iterator[Relay]:
    """A way to Redis that can be cut."""
    with closing(Relay(redis_url)) as made:
        yield made


def test_every_subscriber_gets_its_own_copy(hub: Hub, channel: str) -> None:
    """All that are subscribed get every message, in order; other channels and later subscribers get none."""
    with hub.subscribe(channel) as first, hub.subscribe(channel) as second, hub.subscribe(channel + "x") as other:
        for number in range(3):
            hub.publish(channel, {"number": number, "text": "é"})
        messages = [first.get(5) for _ in range(3)]
        assert messages == [second.get(5) for _ in range(3)] == [{"number": number, "text": "é"} for number in range(3)]
        assert other.get(0.05) is None
        with hub.subscribe(channel) as late:
            assert late.get(0.05) is None


def test_get_waits_no_longer_than_it_is_told(hub: Hub, channel: str) -> None:
    """None after the timeout; a message that comes meanwhile ends the wait."""
    with hub.subscribe(channel) as subscription:
        began = time.monotonic()
        assert subscription.get(0.1) is None
        assert 0.09 < time.monotonic() - began < 60
        threading.Timer(0.1, hub.publish, (channel, {"late": True})).start()
        assert subscription.get(5) == {"late": True}


def test_a_closed_subscription_wakes_its_reader(hub: Hub, channel: str) -> None:
    """Closing from elsewhere ends an iteration that waits, and the hub forgets the channel."""
    subscription = hub.subscribe(channel)
    threading.Timer(0.1, subscription.close).start()
    assert list(subscription) == []
    assert subscription.get() is None
    assert hub._subscriptions == {}


def test_what_json_cannot_hold_is_refused(hub: Hub, channel: str) -> None:
    """The publisher hears of it, not the subscribers."""
    with hub.subscribe(channel) as subscription:
        with pytest.raises(TypeError):
            hub.publish(channel, {"when": object()})
        assert subscription.get(0.05) is None


def test_a_slow_subscriber_loses_the_oldest_and_is_told(channel: str) -> None:
    """Its queue is bounded; a quick one on the same channel misses nothing."""
    hub = Hub(capacity=4)
    with hub.subscribe(channel) as slow, hub.subscribe(channel) as quick:
        for number in range(10):
            hub.publish(channel, {"number": number})
            assert quick.get(0) == {"number": number}
        with pytest.raises(Missed):
            slow.get(0)
        assert [slow.get(0) for _ in range(4)] == [{"number": 7}, {"number": 8}, {"number": 9}, None]


def test_many_threads_at_once(hub: Hub, channel: str) -> None:
    """Messages of several publishers reach all subscribers in the same order."""
    with hub.subscribe(channel) as first, hub.subscribe(channel) as second:

        def publish(who: int) -> None:
            for number in range(20):
                hub.publish(channel, {"who": who, "number": number})

        threads = [threading.Thread(target=publish, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        messages = [first.get(5) for _ in range(80)]
        assert messages == [second.get(5) for _ in range(80)]
        for who in range(4):
            assert [message["number"] for message in messages if message and message["who"] == who] == list(range(20))


def test_two_processes_share_redis(redis_url: str, channel: str) -> None:
    """A message published through one connection arrives at another; another database of Redis is another world."""
    other_database = f"{redis_url.rsplit('/', 1)[0]}/9"
    with (
        closing(RedisHub(redis_url)) as here,
        closing(RedisHub(redis_url)) as there,
        closing(RedisHub(other_database)) as elsewhere,
        there.subscribe(channel) as subscription,
        elsewhere.subscribe(channel) as apart,
    ):
        here.publish(channel, {"from": "here"})
        assert subscription.get(5) == {"from": "here"}
        assert apart.get(0.1) is None


def test_a_subscriber_is_told_of_a_gap(relay: Relay, redis_url: str, channel: str) -> None:
    """When the connection breaks the reader is told at once, and again when the hub has made another."""
    with (
        closing(RedisHub(relay.url)) as cut_off,
        closing(RedisHub(redis_url)) as other,
        cut_off.subscribe(channel) as reader,
    ):
        other.publish(channel, {"number": 1})
        assert reader.get(5) == {"number": 1}
        relay.cut()
        with pytest.raises(Missed):
            reader.get(10)
        other.publish(channel, {"number": 2})
        with pytest.raises(HubError, match=r"Redis at 127\.0\.0\.1:\d+ took no message"):
            cut_off.publish(channel, {"number": 3})
        time.sleep(0.3)
        relay.mend()
        with pytest.raises(Missed):
            reader.get(10)
        other.publish(channel, {"number": 4})
        assert reader.get(5) == {"number": 4}
        cut_off.publish(channel, {"number": 5})
        assert reader.get(5) == {"number": 5}


def test_a_redis_that_is_down(relay: Relay, channel: str) -> None:
    """Publishing and subscribing raise an error that says where; nothing stays subscribed."""
    relay.cut()
    with closing(RedisHub(relay.url, patience=0.3)) as hub:
        with pytest.raises(HubError, match=r"Redis at 127\.0\.0\.1:\d+ took no message for"):
            hub.publish(channel, {})
        with pytest.raises(HubError, match=r"can't be listened to: no connection within 0\.3 s"):
            hub.subscribe(channel)
        assert hub._subscriptions == {}


def test_applications_are_independent(make_app: Callable[[Settings], Flask], settings: Settings, channel: str) -> None:
    """Each has a hub of its own, in this process unless the settings name a Redis."""
    one, two = make_app(settings), make_app(settings)
    third = make_app(dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0"))
    with one.app_context():
        assert current_hub() is one.extensions["hub"]
    assert type(one.extensions["hub"]) is Hub
    assert type(third.extensions["hub"]) is RedisHub
    with two.extensions["hub"].subscribe(channel) as subscription:
        one.extensions["hub"].publish(channel, {})
        assert subscription.get(0.05) is None
