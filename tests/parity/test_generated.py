"""For every operation of the twin's document: generated requests get the same answer, and leave the same rows, on
both sides.

`--parity-examples N` sets how many requests an operation gets. They are the same in every run unless `--random` is
given; what a random run finds is added to test_found.py.
"""

from contextlib import suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable

from tests.parity import differences
from tests.parity.compare import Case, check
from tests.parity.conftest import Seated
from tests.parity.generate import FEWER, LEFT_OUT, OperationUnderTest


@cache
def documented() -> list[OperationUnderTest]:
    """What the twin's document lists; building the document needs no database."""
    from myapp.twin import create_twin

    found = OperationUnderTest.all_of(create_twin("sqlite://").openapi())
    assert LEFT_OUT.keys() | FEWER.keys() <= {str(operation) for operation in found}
    return found


def operations() -> list[OperationUnderTest]:
    """Those that get generated requests."""
    return [operation for operation in documented() if str(operation) not in LEFT_OUT]


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_same_answers(operation, fastapi_seat: Seated, flask_seat: Seated, clock, request, record_parity) -> None:
    """Generated requests, valid and broken: same status, headers, body and rows."""
    options = request.config.option
    seats = (fastapi_seat, flask_seat)
    count = 0

    @settings(
        max_examples=min(options.parity_examples, FEWER.get(str(operation), options.parity_examples)),
        derandomize=not options.random,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(case=operation.requests())
    def same(case: Case) -> None:
        nonlocal count
        assume(not differences.concern(operation, case))
        count += 1
        for seat in seats:
            seat.reset()
        check(case, fastapi_seat.side, flask_seat.side, kept=differences.explain)
        if any(seat.database.touched() for seat in seats):
            assert fastapi_seat.database.dump() == flask_seat.database.dump(), f"the rows differ after {case.curl()}"

    with suppress(Unsatisfiable):
        same()
    record_parity(count)
