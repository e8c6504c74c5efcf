"""schemathesis with all of its checks against both real servers: what it finds on the Flask side it finds on FastAPI's.

The same generated requests go to both; tests/test_contract.py says what holds on the Flask side without comparison.
"""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from tests.test_contract import operations

pytestmark = pytest.mark.live

load_all_checks()

#: gunicorn takes request lines of 4,094 bytes by default and answers 400 to longer ones; uvicorn's limit is 64 KiB.
LONGEST = 3500
#: Where servers differ: gunicorn drops headers with underscores in their names (tests/parity/differences.py).
LEFT_OUT = {("/header-cookie-params/models/headers/underscores", "get")}
PARTS = ("method", "path_parameters", "headers", "cookies", "query", "body", "media_type", "multipart_content_types")


@pytest.fixture(scope="module")
def schemas(flask_live_seat: Any, fastapi_live_seat: Any) -> list[schemathesis.BaseSchema]:
    """The document with each of the two servers, FastAPI's first."""
    document = flask_live_seat.side.document
    made = []
    for seat in (fastapi_live_seat, flask_live_seat):
        seat.reset()
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=seat.side.origin)
        made.append(schema)
    return made


def failures(case: schemathesis.Case) -> dict[str, str]:
    """What is wrong with the answer to a request, by kind."""
    answer = case.call(timeout=20, headers={"Accept-Encoding": "identity"})
    try:
        case.validate_response(answer, checks=CHECKS.get_all())
    except FailureGroup as group:
        return {type(failure).__name__: f"{answer.status_code} {failure}" for failure in group.exceptions}
    return {}


@pytest.mark.parametrize(("path", "method"), [one for one in operations() if one not in LEFT_OUT])
def test_nothing_that_fastapi_has_not(
    path: str, method: str, schemas: list[schemathesis.BaseSchema], flask_live_seat: Any, fastapi_live_seat: Any
) -> None:
    """Whatever check fails for an answer of the Flask side fails for FastAPI's answer to the same request."""
    theirs, ours = (schema[path][method] for schema in schemas)
    seats = (flask_live_seat, fastapi_live_seat)
    requests = ours.as_strategy()
    # the parsers give up at different places of a broken multipart body; tests/parity/test_forms_files.py has cases
    if "multipart/form-data" not in ours.definition.raw.get("requestBody", {}).get("content", {}):
        requests = requests | ours.as_strategy(GenerationMode.NEGATIVE)

    @settings(
        max_examples=3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def no_worse(case: schemathesis.Case) -> None:
        if len(case.as_curl_command()) > LONGEST:
            return
        for seat in seats:
            seat.database.reset()
        parts = {name: getattr(case, name) for name in PARTS}
        twin = theirs.Case(**parts, _meta=case.meta)
        found = failures(case)
        if found:
            for seat in seats:
                seat.database.reset()
            known = failures(twin)
            assert found.keys() <= known.keys(), f"{case.as_curl_command()}\nFlask: {found}\nFastAPI: {known}"

    # Some operations have nothing in them that could be wrong.
    with suppress(Unsatisfiable):
        no_worse()
