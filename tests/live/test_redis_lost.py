"""What becomes of open sockets and event streams when Redis is killed in the middle, and is started again."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.live.processes import free_port, gunicorn, start_redis
from tests.live.test_websockets import ending, join, said

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="needs a redis-server to kill"),
]


def post_number(lines: Any) -> int:
    """The number of the post that the next event is about."""
    return int(next(json.loads(line[6:])["id"] for line in lines if line.startswith("data: ")))


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "16")], ids=["gevent", "gthread"])
def test_redis_goes_and_comes_back(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Members of a room are closed with 1013 at once, joining is a 503, and works again later; events lose nothing."""
    port = free_port()
    with ExitStack() as stack:
        redis = start_redis(port, tmp_path)
        stack.callback(lambda: (redis.kill(), redis.wait()))
        server = stack.enter_context(gunicorn(tmp_path, *options, MYAPP_REDIS_URL=f"redis://127.0.0.1:{port}/0"))
        assert httpx.post(f"{server.url}/users/1").text == "added"
        address = server.url.replace("http", "ws", 1)
        events = f"{server.url}/server-sent-events"

        def announce(title: str) -> int:
            answer = httpx.post(f"{events}/posts/", json={"title": title, "body": "b", "author_id": 1})
            assert answer.status_code == 201, answer.text
            return int(answer.json()["id"])

        silent = stack.enter_context(join(address, "lobby"))
        assert said(silent) == ("joined", "")
        speaking = stack.enter_context(join(address, "lobby"))
        assert said(silent) == said(speaking) == ("joined", "")
        start = {"Last-Event-ID": "0"}  # without it the stream's place in the rows is taken after its headers
        stream = stack.enter_context(httpx.stream("GET", f"{events}/notifications", headers=start, timeout=20))
        lines = stream.iter_lines()
        first = announce("before")
        assert post_number(lines) == first

        redis.kill()
        redis.wait()
        assert ending(silent)[0] == ending(speaking)[0] == 1013
        with pytest.raises(InvalidStatus) as refused:
            join(address, "lobby", open_timeout=20).__enter__()
        assert refused.value.response.status_code == 503
        during = announce("without Redis")

        redis = start_redis(port, tmp_path)
        assert post_number(lines) == during
        deadline = time.monotonic() + 30
        while True:
            with suppress(InvalidStatus):
                again = stack.enter_context(join(address, "lobby", open_timeout=20))
                break
            assert time.monotonic() < deadline
        assert said(again) == ("joined", "")
        last = announce("after")
        assert post_number(lines) == last
        assert "Traceback" not in server.log.read_text()
