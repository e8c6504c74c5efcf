"""The two sides of the parity suite, with its rows, clock and credentials, and the logs of the real servers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.parity.conftest import (
    Seated,
    both,
    clock,
    fastapi_live_seat,
    fastapi_seat,
    flask_live_seat,
    flask_seat,
    hashes,
    live_side,
    new_database,
    pytest_generate_tests,
    side,
    template,
)

__all__ = [
    "both",
    "clock",
    "fastapi_live_seat",
    "fastapi_seat",
    "flask_live_seat",
    "flask_seat",
    "hashes",
    "live_side",
    "new_database",
    "pytest_generate_tests",
    "side",
    "template",
]


@pytest.fixture
def live_seat(live_side, request) -> Seated:
    """The seat of `live_side`: its database too."""
    seat: Seated = request.getfixturevalue(f"{live_side.name}_live_seat")
    return seat


@pytest.fixture
def no_exceptions(live_seat) -> Iterator[None]:
    """The server's log has no exception afterwards that it did not have before."""
    log = live_seat.database.path.with_name("gunicorn.log" if live_seat.side.name == "flask" else "uvicorn.log")
    before = len(log.read_bytes())
    yield
    time.sleep(0.2)  # until what is logged at the end of a request is there
    new = log.read_bytes()[before:].decode(errors="replace")
    assert not re.search("Traceback|ERROR|CRITICAL", new), new[-5000:]


@pytest.fixture
def exceptions_are_uvicorns(live_side, request) -> None:
    """The Flask side logs no exception. uvicorn logs what is no UTF-8, and a view that waits for what never comes."""
    if live_side.name == "flask":
        request.getfixturevalue("no_exceptions")
