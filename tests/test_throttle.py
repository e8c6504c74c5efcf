"""Whose attempts are counted, and that workers count together; without Redis: tests/parity/test_security_limits.py."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from limits.storage import storage_from_string

from myapp import counters
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


def throttle_of(settings: Settings) -> Throttle:
    """What the settings make of it."""
    uri, options = counters.storage(settings)
    return Throttle(storage_from_string(uri, **options))


def test_workers_share_counters_in_redis(settings: Settings, redis_url: str) -> None:
    """Two processes with one Redis count together; another deployment on it counts for itself."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    shared = replace(settings, redis_url=redis_url, task_queue=name)
    first, second = throttle_of(shared), throttle_of(shared)
    other = throttle_of(replace(shared, task_queue=f"{name}-other"))
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
