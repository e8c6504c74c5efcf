"""Each kept difference is still one: a row that heals fails here, and is then taken out of the table."""

import pytest

from tests.parity import differences
from tests.parity.compare import Case, Different, check

REQUESTS = [
    pytest.param(
        case,
        id=f"{row.key}: {case.method} {case.url}",
        marks=pytest.mark.xfail(raises=Different, strict=True, reason=row.reason),
    )
    for row in differences.KEPT
    for case in row.requests
]


@pytest.mark.parametrize("case", REQUESTS)
def test_kept_difference(case: Case, both) -> None:
    """The request of a row is answered differently (expected, strictly)."""
    check(case, *both)


def test_every_row_is_shown() -> None:
    """A row has requests, or names a test of this file."""
    for row in differences.KEPT:
        assert row.requests or row.shown_by in globals(), row.key
