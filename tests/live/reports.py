"""A report in whose middle a real worker is, with ways to wait for what comes next."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests.live.workers import Worker, running_worker

APP = "tests.live.slow_reports"


class Asked:
    """A report that was asked for."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.url = client.post("/background-tasks/reports/").headers["Location"]

    def now(self) -> dict[str, Any]:
        """How far it is."""
        return dict(self.client.get(self.url).get_json())

    def until(self, *states: str, seconds: float = 30) -> dict[str, Any]:
        """Wait for a state."""
        deadline = time.monotonic() + seconds
        while (report := self.now())["state"] not in states:
            assert time.monotonic() < deadline, report
            time.sleep(0.1)
        return report


def under_way(folder: Path, number: int, seconds: float = 30) -> int:
    """Wait until so many processes have come to the middle of a report; return the last one's id."""
    deadline = time.monotonic() + seconds
    log = folder / "under-way"
    while not log.exists() or len(log.read_text().splitlines()) < number:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(log.read_text().splitlines()[number - 1])


@contextmanager
def asked(client: FlaskClient, folder: Path, **environ: str) -> Iterator[tuple[Asked, Worker]]:
    """A report in the middle of which a worker is."""
    report = Asked(client)
    with running_worker(folder, APP, **environ) as worker:
        under_way(folder, 1)
        assert report.now()["state"] == "running"
        yield report, worker
