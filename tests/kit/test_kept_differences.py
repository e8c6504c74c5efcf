"""Differences that are kept, each with its reason: strict expected failures, so that one that heals fails the build."""

import pytest

from tests.kit.both import Twins
from tests.kit.differences import DECLARATIONS
from tests.kit.different_apps import HALF_A_PAIR, echoed, echoed_response, limited_text


@pytest.mark.parametrize(
    ("build", "request_"),
    [
        pytest.param(row.build, row.request, marks=pytest.mark.xfail(reason=row.why, raises=AssertionError))
        for row in DECLARATIONS
    ],
)
def test_kept_differences(build, request_):
    """At the same request something else happens or is answered, for the reason given in the table."""
    line, keywords = (request_, {}) if isinstance(request_, str) else request_
    Twins(build).events(line, **keywords)


@pytest.mark.parametrize(
    ("build", "status", "body"),
    [(limited_text, 422, b'"input":"\\ud800"'), (echoed, 200, b'"\\ud800"'), (echoed_response, 200, b'"\\ud800"')],
)
def test_half_a_surrogate_pair(build, status, body):
    """It is quoted, and echoed, as it was sent; text around it stays as it is."""
    flask = Twins(build).flask
    answer = flask.post("/", content=HALF_A_PAIR[1]["content"], headers=HALF_A_PAIR[1]["headers"])
    assert answer.status_code == status
    assert body in answer.content
    around = flask.post("/", content='"é\\udfff😀"'.encode(), headers=HALF_A_PAIR[1]["headers"])
    assert '"é\\udfff😀"'.encode() in around.content
