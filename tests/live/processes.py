"""Real servers for tests: a gunicorn or a Redis on a free port, and a look at what is still running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**values: str) -> tuple[dict[str, str], str]:
    """An environment without this machine's MYAPP_ variables, and the mark by which `alive` finds its processes."""
    mark = uuid.uuid4().hex
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MYAPP_")}
    clean.pop("WEB_CONCURRENCY", None)
    return {**clean, "MYAPP_ENV": "testing", **values, "TEST_MARK": mark}, mark


def alive(mark: str) -> dict[int, str]:
    """The processes that run with this mark, and their command lines."""
    found = {}
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark.encode() in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # gone meanwhile
    return found


def kill(mark: str) -> None:
    """End whatever a test that failed has left."""
    while left := alive(mark):
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.05)


def poll(url: str, **keywords: Any) -> httpx.Response:
    """A GET of an http address, for those who ask again and again: httpx reads no certificates (30 ms) each time."""
    return httpx.get(url, verify=False, **keywords)


def wait_until_answers(url: str, process: subprocess.Popen[str], seconds: float = 120) -> None:
    """Return when a GET gives 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"ended with status {process.returncode}"
        try:
            if poll(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not answer within {seconds} s")


@dataclass
class Gunicorn:
    """A running master: its address, what it wrote, and how to end it."""

    process: subprocess.Popen[str]
    url: str
    log: Path
    mark: str

    def terminate(self) -> int:
        """TERM; return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def gunicorn(folder: Path, *options: str, app: str = "tests.live.served:app", **environ: str) -> Iterator[Gunicorn]:
    """Run gunicorn with the project's configuration; every process of it is gone afterwards."""
    port = free_port()
    log = folder / "gunicorn.log"
    env, mark = environment(MYAPP_DATA_DIR=str(folder), **environ)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, *options, app],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        yield Gunicorn(process, f"http://127.0.0.1:{port}", log, mark)
    except BaseException:
        print(log.read_text())
        raise
    finally:
        kill(mark)
        process.wait()


def start_redis(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A Redis of the test's own, ready for connections."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return process
        assert time.monotonic() < deadline
        time.sleep(0.02)
