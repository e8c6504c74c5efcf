"""A real Celery worker beside a real gunicorn."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.live.processes import ROOT, alive, environment, kill


@dataclass
class Worker:
    """A running worker: its main process, what it wrote, and the mark of all its processes."""

    process: subprocess.Popen[bytes]
    log: Path
    mark: str

    @property
    def children(self) -> list[int]:
        """The processes that run its tasks."""
        return sorted(set(alive(self.mark)) - {self.process.pid})


@contextmanager
def running_worker(folder: Path, app: str = "myapp.celery_app", queues: str = "", **environ: str) -> Iterator[Worker]:
    """Run a worker on a data directory until the block ends. Every process of it is gone afterwards.

    In: the folder, where the Celery object is, and the queues that it takes, by default all.
    """
    log = folder / f"worker-{uuid.uuid4().hex}.log"
    env, mark = environment(MYAPP_DATA_DIR=str(folder), **environ)
    command = [sys.executable, "-m", "celery", "--quiet", "-A", app, "worker", "-n", f"{mark}@%h"]
    command += ["-Q", queues] if queues else []
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True)
    try:
        deadline = time.monotonic() + 40
        while " ready." not in log.read_text():
            assert process.poll() is None, f"ended with status {process.returncode}"
            assert time.monotonic() < deadline, "the worker is not ready"
            time.sleep(0.1)
        yield Worker(process, log, mark)
    except BaseException:
        print(log.read_text())
        raise
    finally:
        kill(mark)
        process.wait(10)


@contextmanager
def worker(folder: Path, **environ: str) -> Iterator[Path]:
    """Run a worker until the block ends; give its log."""
    with running_worker(folder, **environ) as running:
        yield running.log


def finished_report(url: str, request_id: str = "a-report") -> dict[str, Any]:
    """Ask for a report and return it when it is finished; both files have been downloaded."""
    with httpx.Client(base_url=url, timeout=10) as client:
        asked = client.post("/background-tasks/reports/", headers={"X-Request-ID": request_id})
        assert asked.status_code == 202, asked.text
        place = asked.headers["location"]
        deadline = time.monotonic() + 30
        while (report := client.get(place).json())["state"] in {"pending", "running"}:
            assert time.monotonic() < deadline, report
            time.sleep(0.1)
        assert report["state"] == "done", report
        assert "<svg" in client.get(f"{place}/files/html").text
        assert client.get(f"{place}/files/csv").text.startswith("by,name,posts")
        return dict(report)
