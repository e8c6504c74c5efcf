"""Async views under real gunicorn: two hundred at once in one worker."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.live.processes import gunicorn

pytestmark = pytest.mark.live

# The client is a process of its own: 200 threads of this one would be measured along with the server.
CLIENT = """
import asyncio, sys, time, httpx

async def main(url):
    limits = httpx.Limits(max_connections=250)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client:
        began = time.perf_counter()
        answers = await asyncio.gather(*(client.get(url) for _ in range(200)))
        print(time.perf_counter() - began, *(answer.status_code for answer in answers))

asyncio.run(main(sys.argv[1]))
"""


def two_hundred(url: str) -> tuple[float, Counter[str]]:
    """Send 200 requests at once: the seconds until the last answer, and how often each status came."""
    done = subprocess.run([sys.executable, "-c", CLIENT, url], capture_output=True, text=True, timeout=120, check=True)
    seconds, *statuses = done.stdout.split()
    return float(seconds), Counter(statuses)


def test_two_hundred_at_once(tmp_path: Path) -> None:
    """Half a second each, one gevent worker: all answered in less than half the hundred seconds they take in turn."""
    with gunicorn(tmp_path, app="wsgi:app") as server:
        url = f"{server.url}/async-views/slow?seconds=0.5"
        two_hundred(f"{server.url}/async-views/loop")  # connections and modules, before the clock runs
        seconds, statuses = two_hundred(url)
        assert statuses == {"200": 200}
        assert 0.5 <= seconds < 40
        began = time.perf_counter()
        assert server.terminate() == 0
        assert time.perf_counter() - began < 10


def test_without_the_kit(tmp_path: Path) -> None:
    """Flask's own bridge under gevent: requests that overlap are answered with 500."""
    pytest.importorskip("asgiref", reason="Flask's own async views need asgiref (pip install flask[async])")
    with gunicorn(tmp_path, app="tests.live.plainly_async:app") as server:
        _, statuses = two_hundred(f"{server.url}/async-views/slow")
        assert statuses["500"] > 100
