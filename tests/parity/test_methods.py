"""Every method on every path of the document, those that no operation has among them."""

import re

import pytest

from tests.parity import differences
from tests.parity.compare import Case, check
from tests.parity.generate import LEFT_OUT

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PURGE")


@pytest.mark.over_the_wire
@pytest.mark.parametrize("method", METHODS)
def test_method(method: str, both) -> None:
    """Both sides have it, or both refuse it with 405; the rest is in the table of kept differences."""
    for path in [*both[0].document["paths"], "/first-steps/nowhere"]:
        if f"{method} {path}" in LEFT_OUT:
            continue
        check(Case(method, re.sub(r"\{[^}]*\}", "1", path)), *both, kept=differences.explain)
