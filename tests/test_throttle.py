"""The counters of attempts: in this process, in Redis for several, and here again when Redis is gone."""

from __future__ import annotations

import socket
import time
import uuid
from dataclasses import replace
from types import SimpleNamespace

import pytest
from limits.errors import StorageError

from myapp import throttle as throttle_module
from myapp.settings import Settings
from myapp.throttle import Throttle, TooManyAttempts, account_key, client_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("testclient", "testclient"),
    ],
)
def test_what_a_client_is(address: str, key: str) -> None:
    """An IPv4 address, or the network that an IPv6 client has to itself."""
    assert client_key(address) == key


def test_what_an_account_is() -> None:
    """An address in whatever case, of whatever length, and not readable in the counter's name."""
    assert account_key("Ada@Example.com") == account_key("ada@example.com") != account_key("ada@example.org")
    assert len(account_key("x" * 100_000 + "\ud800")) == 32


def test_workers_share_counters_in_redis(settings: Settings, redis_url: str) -> None:
    """Two processes with one Redis count together; another deployment on it counts for itself."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    shared = replace(settings, redis_url=redis_url, task_queue=name)
    first, second = Throttle(shared), Throttle(shared)
    other = Throttle(replace(shared, task_queue=f"{name}-other"))
    try:
        for number in range(5):
            (first if number % 2 else second).attempt("192.0.2.1", "ada@example.com")
        for throttle in (first, second):
            with pytest.raises(TooManyAttempts) as refused:
                throttle.attempt("192.0.2.1", "ada@example.com")
            assert 0 < refused.value.retry_after <= 60
        other.attempt("192.0.2.1", "ada@example.com")
        first.succeeded("192.0.2.1", "ada@example.com")
        second.attempt("192.0.2.1", "ada@example.com")
        for number in range(55):
            (first if number % 2 else second).attempt("192.0.2.1", f"user{number}@example.com")
        for room in (False, True):
            if room:
                first.succeeded("192.0.2.1", "user0@example.com")
                second.attempt("192.0.2.1", "user0@example.com")
            with pytest.raises(TooManyAttempts) as refused:
                second.attempt("192.0.2.1", "nobody@example.com")
            assert 0 < refused.value.retry_after <= 60
        other.attempt("192.0.2.1", "nobody@example.com")
    finally:
        first.reset()
        other.reset()


def test_without_redis_each_counts_for_itself(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """A Redis that does not answer neither opens the door nor closes it, and the log says so."""
    caplog.set_level("ERROR", logger="myapp.throttle")
    throttle = Throttle(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    for _ in range(5):
        throttle.attempt("192.0.2.1", "ada@example.com")
    with pytest.raises(TooManyAttempts):
        throttle.attempt("192.0.2.1", "ada@example.com")
    assert "Redis does not answer" in caplog.text


def test_a_login_waits_once_for_a_redis_that_hangs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes connections and never answers is asked once, and once more when the pause is over."""
    now = 1000.0
    clock = SimpleNamespace(monotonic=lambda: now, time=time.time)
    monkeypatch.setattr(throttle_module, "time", clock)
    short = {"socket_timeout": 0.05}
    options = throttle_module.storage_options
    monkeypatch.setattr(throttle_module, "storage_options", lambda settings: {**options(settings), **short})
    with socket.create_server(("127.0.0.1", 0)) as server:
        throttle = Throttle(replace(settings, redis_url=f"redis://127.0.0.1:{server.getsockname()[1]}/0"))
        asked: list[str] = []
        storage = throttle._limiter.storage
        for name in ("get_moving_window", "acquire_entry", "clear"):
            method = getattr(storage, name)

            def watched(*args: object, name: str = name, method: object = method, **options: object) -> object:
                asked.append(name)
                return method(*args, **options)  # type: ignore[operator]

            monkeypatch.setattr(storage, name, watched)
        with pytest.raises(StorageError):
            storage.get_moving_window("key", 1, 1)
        asked.clear()
        throttle.attempt("192.0.2.1", "ada@example.com")
        throttle.succeeded("192.0.2.1", "ada@example.com")
        assert len(asked) == 1
        now += throttle_module.PAUSE
        throttle.attempt("192.0.2.1", "ada@example.com")
        assert len(asked) == 2
