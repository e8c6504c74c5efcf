"""FastAPI inside Flask, under the servers that people use."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.live.processes import gunicorn

pytestmark = pytest.mark.live


@pytest.mark.parametrize("options", [(), ("-k", "gthread", "--threads", "40")], ids=["gevent", "gthread"])
def test_fastapi_inside_flask(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Forty requests at once to both sides of one process: plain, async and with the lifespan's state; then TERM."""
    paths = [
        "/path-params/users/me",
        "/sql-databases/posts/",
        "/lifespan/score?text=flask",
        "/background-tasks/notifications/a@example.com",
        "/async-views/slow?seconds=0.3",
    ]

    async def ask(url: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            return await asyncio.gather(*(client.get(side + path) for path in paths * 4 for side in ("", "/fastapi")))

    with gunicorn(tmp_path, *options, MYAPP_MOUNT_TWIN="1") as server:
        document = httpx.get(f"{server.url}/fastapi/openapi.json", timeout=30).json()
        assert document["servers"] == [{"url": "/fastapi"}]
        answers = asyncio.run(ask(server.url))
        assert [answer.status_code for answer in answers] == [200] * 40, {a.url: a.text for a in answers}
        assert httpx.get(f"{server.url}/fastapi/path-params/ratings/x").status_code == 422
        assert server.terminate() == 0
        assert "Traceback" not in server.log.read_text()
