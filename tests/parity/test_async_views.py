"""Async views: several waits at once, one loop, and sync and async functions that work together."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

ROOT = "/async-views"


@pytest.mark.over_the_wire
def test_waiting_together(side):
    """Three services are asked at once: the fast one is done first, the answers keep their order."""
    answer = side.get(f"{ROOT}/together").json()
    assert answer["done"] == ["fast", "middle", "slow"]
    assert answer["answers"] == ["answer of slow", "answer of middle", "answer of fast"]


def test_a_time_limit(side):
    """What takes too long is given up, what does not is answered."""
    late = side.get(f"{ROOT}/late")
    assert (late.status_code, late.json()) == (504, {"detail": "The service took too long"})
    assert side.get(f"{ROOT}/late?slow=false").json() == {"answer": "answer of late"}


@pytest.mark.over_the_wire
def test_one_loop(side):
    """Every request is served on the loop on which the first one made the client."""
    assert [side.get(f"{ROOT}/loop").json() for _ in range(5)] == [{"same_loop": True}] * 5


@pytest.mark.parametrize("view", ["sync", "async"])
def test_sync_and_async_dependencies(side, view):
    """They share one session and see the context variable that it set, in views of both kinds."""
    answer = side.get(f"{ROOT}/mixed/{view}", params={"name": "Bob"}).json()
    assert answer == {"log": ["opened for Bob", "plain dependency", "async dependency"], "readers": ["Bob"] * 3}
    again = side.get(f"{ROOT}/mixed/{view}").json()
    assert again["readers"] == ["Ann"] * 3


def test_faults(side):
    """Parameters of async views are checked like any other."""
    answer = side.get(f"{ROOT}/slow?seconds=3")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "less_than_equal"


@pytest.mark.live
@pytest.mark.parametrize("name", ["fastapi_live_seat", "flask_live_seat"])
def test_requests_overlap(request, name):
    """Twenty requests that of half a second each take less than the ten seconds they take in turn, on both servers."""
    import httpx

    side = request.getfixturevalue(name).side
    with httpx.Client(timeout=30) as client, ThreadPoolExecutor(20) as pool:
        began = time.perf_counter()
        url = f"{side.origin}{ROOT}/slow?seconds=0.5"
        statuses = list(pool.map(lambda _: client.get(url).status_code, range(20)))
    assert statuses == [200] * 20
    assert time.perf_counter() - began < 8
