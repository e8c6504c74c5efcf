"""The two sides of the parity suite, with its rows, clock and credentials."""

from __future__ import annotations

from tests.parity.conftest import (
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
