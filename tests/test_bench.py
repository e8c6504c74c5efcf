"""deploy/bench: its table says plainly who leads, and what is missing is said in one line. A run is not a test."""

import asyncio
import importlib.util
import os
import re
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select

from myapp.database import make_engine
from myapp.models import Post, User
from myapp.twin import create_twin

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import a program of deploy/ as a module."""
    monkeypatch.syspath_prepend(str(DEPLOY))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader(f"deploy_{name}", str(DEPLOY / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def row(name: str, *ratios: float) -> dict[str, Any]:
    """A result whose Flask side is so many times FastAPI's."""
    middle = sorted(ratios)[len(ratios) // 2]
    figures = {"requests_per_second": 1000.0, "p50_ms": 1.0, "p99_ms": 2.0, "cpu_ms": 0.25}
    return {
        "operation": name,
        "fastapi": figures,
        "flask": {**figures, "requests_per_second": 1000 * middle},
        "ratio": {"median": middle, "least": min(ratios), "most": max(ratios)},
    }


def test_table(monkeypatch) -> None:
    """Behind is said first; a spread on both sides of 1 is no lead."""
    report = {
        "versions": {"python": "3.11", "fastapi": {"fastapi": "1"}, "flask": {"flask": "3"}, "both": {}},
        "machine": {"cpu": "a CPU", "cores": 2, "system": "Linux"},
        "load": "wrk",
        "database": "sqlite",
        "sessions": "Session on both sides",
        "results": [row("hello", 0.4, 0.5, 0.6), row("one row", 1.9, 2.0, 2.1), row("create", 0.9, 1.0, 1.1)],
        "worker_memory_mib": {"fastapi": 90, "flask": 80},
    }
    text = load("bench", monkeypatch).table(report)
    assert "hello                    1,000       500   0.50 (0.40-0.60)" in text
    assert text.splitlines()[-7].endswith("1.0     1.0      2.0     2.0     0.25    0.25")
    assert text.splitlines()[-3:] == [
        "Flask is behind: hello (0.50)",
        "Flask leads: one row (2.00)",
        "No clear difference: create (1.00)",
    ]


def test_the_time_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read where the kernel keeps it: what this process knows of itself lies between two readings."""
    bench = load("bench", monkeypatch)
    before = bench.worker_time(os.getpid())
    known = time.process_time()
    while time.process_time() < known + 0.1:
        pass
    # The kernel counts in hundredths of a second.
    assert before - 0.05 <= known <= bench.worker_time(os.getpid()) + 0.05
    assert bench.worker_time(os.getpid()) >= before + 0.05


def test_without_wrk(tmp_path) -> None:
    """Nothing is installed or started without the load generator; one line says how to get it."""
    done = subprocess.run(
        [sys.executable, DEPLOY / "bench"],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "apt-get install wrk" in done.stderr
    assert done.stderr.count("\n") == 1


def test_rows(monkeypatch, tmp_path) -> None:
    """Both databases get the same hundred users and thousand posts."""
    data = load("bench_data.py", monkeypatch)
    url = f"sqlite:///{tmp_path / 'bench.sqlite3'}"
    data.make(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        counts = [connection.scalar(select(func.count()).select_from(model)) for model in (User, Post)]
    engine.dispose()
    assert counts == [100, 1000]


def test_operations_exist(monkeypatch, client) -> None:
    """Every measured operation is one of the document's."""
    paths = client.get("/openapi.json").get_json()["paths"]
    for _, method, target, _ in load("bench", monkeypatch).OPERATIONS:
        pattern = target.partition("?")[0].replace("/1", "/*").replace("/posts/a", "/posts/*")
        found = [path for path in paths if re.sub(r"\{\w+\}", "*", path) == pattern]
        assert any(method.lower() in paths[path] for path in found), target


def test_async_sessions(monkeypatch, postgresql_url: str) -> None:
    """FastAPI's side with async sessions answers as the twin does, and writes what the twin writes, but on its loop."""
    load("bench_data.py", monkeypatch).make(postgresql_url)
    monkeypatch.setenv("MYAPP_TWIN_DATABASE_URL", postgresql_url)
    module = load("bench_async.py", monkeypatch)
    asked: list[str] = []
    event.listen(module.ENGINE.sync_engine, "before_cursor_execute", lambda *each: asked.append(each[2]))

    async def answers(app: FastAPI) -> list[tuple[int, Any]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
            found = [await client.get(f"/sql-databases/posts/{rest}") for rest in ("1", "?limit=100", "5000")]
            for user in (1, 5000):
                body = {"title": "x", "published": True}
                found.append(await client.post(f"/sql-databases/users/{user}/posts/", json=body))
        await module.ENGINE.dispose()
        return [(one.status_code, one.json()) for one in found]

    twin = create_twin(postgresql_url)
    theirs = asyncio.run(answers(twin))
    twin.state.engine.dispose()
    assert asked == []
    ours = asyncio.run(answers(module.app))
    assert len(asked) == 7
    created = ("id", "created_at")
    assert [status for status, _ in ours] == [200, 200, 404, 201, 404]
    assert ours[3][1] | dict.fromkeys(created) == theirs[3][1] | dict.fromkeys(created)
    assert [each for each in ours if each[0] != 201] == [each for each in theirs if each[0] != 201]
