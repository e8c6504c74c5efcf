"""The `testing` folder: its application on both sides, and the tests that it shows, which run here."""

import json
import warnings
from collections.abc import Callable
from types import ModuleType

import pytest
from websockets.exceptions import ConnectionClosed

from myapp.blueprints.testing import routes_tests

with warnings.catch_warnings():
    # Starlette would rather have httpx2, which the folder's pages do not need.
    warnings.simplefilter("ignore")
    from myapp.blueprints.testing import fastapi_original_tests


def shown(module: ModuleType) -> dict[str, Callable[[], None]]:
    """The tests of a module by their names."""
    return {name: test for name, test in vars(module).items() if name.startswith("test_")}


@pytest.mark.parametrize("test", shown(fastapi_original_tests).values(), ids=shown(fastapi_original_tests))
def test_as_fastapi_shows_it(test: Callable[[], None]) -> None:
    """A test of the FastAPI side passes as it stands on the page."""
    test()


@pytest.mark.parametrize("test", shown(routes_tests).values(), ids=shown(routes_tests))
def test_as_flask_shows_it(test: Callable[[], None]) -> None:
    """A test of the Flask side passes as it stands on the page."""
    test()


def test_both_sides_show_the_same_tests() -> None:
    """Each test has its counterpart, in the same order, with what it shows."""
    theirs, ours = shown(fastapi_original_tests), shown(routes_tests)
    assert list(ours) == list(theirs)


REQUESTS = [
    ("GET", "/testing/greeting", None),
    ("POST", "/testing/notes", {"text": "Buy milk"}),
    ("POST", "/testing/notes", {"text": ""}),
    ("POST", "/testing/notes", {}),
    ("GET", "/testing/countdown", None),
    ("GET", "/testing/countdown?start=101", None),
    ("GET", "/testing/slow", None),
    ("GET", "/testing/broken", None),
]


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
def test_answers(both, method, url, body) -> None:
    """The application answers alike, its mistake included."""
    options = {} if body is None else {"json": body}
    theirs, ours = (side.request(method, url, **options) for side in both)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)


def test_a_notebook_that_is_full(live_side) -> None:
    """After a hundred notes the dictation is closed as too big, and every note was answered."""
    with live_side.websocket("/testing/dictation") as client:
        for number in range(100):
            client.send(str(number))
            assert len(json.loads(client.recv(timeout=5))) == number + 2
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=5)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1009, "The notebook is full")
