"""Fixtures: `side` runs a test against both applications, `both` gives the pair, `live_side` goes over real servers.

    def test_hello(side):
        assert side.get("/first-steps/").json() == {"Hello": "World"}

Both sides have the same rows (`database.seed`) before every test, whatever the test before it wrote, and the same
clock. A test marked `over_the_wire` runs again on real gunicorn and real uvicorn.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine

from tests.parity import apps, differences
from tests.parity.database import NOW, Database, make_template
from tests.parity.sides import Name, Side
from tests.parity.transports import ASGI, WSGI


@dataclass(frozen=True)
class Seated:
    """A side and the database that it alone uses."""

    side: Side
    database: Database


@pytest.fixture(scope="package")
def template() -> Iterator[sqlite3.Connection]:
    """The seeded database that both sides' files are copied from."""
    with apps.cheap_hashes():
        connection = make_template()
        yield connection
        connection.close()


@pytest.fixture(scope="package")
def flask_seat(template, tmp_path_factory) -> Iterator[Seated]:
    """The Flask application, once a session."""
    database = Database(tmp_path_factory.mktemp("flask") / "app.sqlite3", template)
    app = apps.flask_app(database, tmp_path_factory.mktemp("data"))
    side = Side("flask", WSGI(app), app=app, overrides=app.extensions["api"].dependency_overrides)
    yield Seated(side, database)
    apps.dispose(app)
    database.close()


@pytest.fixture(scope="package")
def fastapi_seat(template, tmp_path_factory) -> Iterator[Seated]:
    """The twin, once a session, its lifespan running."""
    database = Database(tmp_path_factory.mktemp("fastapi") / "app.sqlite3", template)
    app = apps.fastapi_app(database)
    transport = ASGI(app)
    yield Seated(Side("fastapi", transport, app=app, overrides=app.dependency_overrides), database)
    transport.close()
    database.close()


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Both applications see the same time, so that `created_at` and tokens are equal."""
    with time_machine.travel(NOW, tick=False):
        yield


def _fresh(seat: Seated) -> Iterator[Side]:
    seat.database.reset()
    seat.side.overrides.clear()
    yield seat.side
    seat.side.overrides.clear()


@pytest.fixture(params=["fastapi", "flask"])
def side(request, clock) -> Iterator[Side]:
    """One side after the other, in process, with the seed rows and no overrides."""
    name: Name = request.param
    yield from _fresh(request.getfixturevalue(f"{name}_seat"))


@pytest.fixture
def both(fastapi_seat, flask_seat, clock) -> Iterator[tuple[Side, Side]]:
    """The FastAPI side and the Flask side together, for comparing their answers."""
    for seat in (fastapi_seat, flask_seat):
        seat.database.reset()
        seat.side.overrides.clear()
    yield fastapi_seat.side, flask_seat.side
    for seat in (fastapi_seat, flask_seat):
        seat.side.overrides.clear()


COUNTS = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def record_parity(request) -> Callable[[int], None]:
    """Count an operation and the requests that were generated for it, for the line at the end of the run."""
    counts = request.config.stash.setdefault(COUNTS, {})

    def record(requests: int) -> None:
        counts[request.node.name] = requests

    return record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was compared."""
    if counts := config.stash.get(COUNTS, None):
        terminalreporter.section("parity")
        terminalreporter.line(
            f"{len(counts)} operations, {sum(counts.values())} generated requests, "
            f"{len(differences.KEPT)} differences kept"
        )
