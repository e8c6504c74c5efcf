"""Requests that once got different answers, found by generated requests: fixed cases from then on.

A new one: run `pytest tests/parity/test_generated.py --random --parity-examples 2000` and copy the `Case(...)` that
it prints.
"""

import pytest

from tests.parity import differences
from tests.parity.compare import Case, check

JSON = (("content-type", "application/json"),)

FOUND = {
    "true is not 1 in int | bool": Case("PATCH", "/first-steps/posts/0"),
    "a redirect keeps the query as it was": Case("GET", "/query-params/mixed?a[b]=c&key=0&key="),
    "a redirect leaves brackets unquoted": Case("GET", "/path-params/published/%5Bfalse%5D/"),
    "two leading slashes are another path": Case("GET", "//query-params/checks/bounds/?ratio=1.0"),
    "405 comes before a redirect": Case(
        "POST", "/body/posts/signed?a", JSON, b'{"post": {"title": ""}, "author": {"name": ""}}'
    ),
    "slashes too many on another method's path": Case("GET", "/body/posts/feed///"),
    "a cookie with a space": Case("GET", "/header-cookie-params/models/cookies", (("cookie", "last_post=1 day"),)),
    "a cookie with brackets": Case(
        "GET", "/header-cookie-params/models/cookies/known", (("cookie", 'session_id=[""]'),)
    ),
}


@pytest.mark.over_the_wire
@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND.keys())
def test_found(case: Case, both) -> None:
    """A request that once got two answers gets one."""
    check(case, *both, kept=differences.explain)
