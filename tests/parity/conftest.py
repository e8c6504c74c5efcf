"""Fixtures: `side` runs a test against both applications, `both` gives the pair.

    def test_hello(side):
        assert side.get("/first-steps/").json() == {"Hello": "World"}

Both sides have the same rows (`database.seed`) before every test, whatever the test before it wrote, and the same
clock. A test marked `over_the_wire` runs again on real gunicorn and real uvicorn, whose clock is the real one and whose
dependencies can't be overridden; those runs are marked `live`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine

from myapp.kit import app_lifespan
from tests.parity import apps, differences, servers
from tests.parity.database import NOW, Database, make_template
from tests.parity.sides import Side
from tests.parity.transports import ASGI, WSGI


@dataclass(frozen=True)
class Seated:
    """A side and the database that it alone uses."""

    side: Side
    database: Database

    def reset(self) -> None:
        """The seed rows, no overrides."""
        self.database.reset()
        self.side.overrides.clear()
        apps.forget(self.side)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `side` and `both` their parameters: in process, and over the wire where a test is marked so."""
    live = metafunc.definition.get_closest_marker("over_the_wire") is not None
    if "side" in metafunc.fixturenames:
        names = [pytest.param(name) for name in ("fastapi", "flask")]
        names += [pytest.param(f"{name}_live", marks=pytest.mark.live) for name in ("fastapi", "flask") if live]
        metafunc.parametrize("side", names, indirect=True)
    if "live_side" in metafunc.fixturenames:
        names = [pytest.param(f"{name}_live", marks=pytest.mark.live) for name in ("fastapi", "flask")]
        metafunc.parametrize("live_side", names, indirect=True)
    if "both" in metafunc.fixturenames and live:
        metafunc.parametrize(
            "both", ["", pytest.param("_live", marks=pytest.mark.live)], indirect=True, ids=["", "live"]
        )


@pytest.fixture(scope="session")
def template() -> Iterator[sqlite3.Connection]:
    """The seeded database that both sides' files are copied from."""
    with apps.cheap_hashes():
        connection = make_template()
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def new_database(template, tmp_path_factory) -> Iterator[Callable[[str], Database]]:
    """Makes a seeded database in a folder of its own."""
    made: list[Database] = []

    def make(name: str) -> Database:
        made.append(Database(tmp_path_factory.mktemp(name) / "app.sqlite3", template))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(scope="session")
def flask_seat(new_database) -> Iterator[Seated]:
    """The Flask application, once a session, its lifespan running."""
    database = new_database("flask")
    app = apps.flask_app(database, database.path.parent)
    side = Side("flask", WSGI(app), app=app, overrides=app.extensions["api"].dependency_overrides)
    with app_lifespan(app):
        yield Seated(side, database)
    apps.dispose(app)


@pytest.fixture(scope="session")
def fastapi_seat(new_database) -> Iterator[Seated]:
    """The twin, once a session, its lifespan running."""
    database = new_database("fastapi")
    app = apps.fastapi_app(database)
    transport = ASGI(app)
    yield Seated(Side("fastapi", transport, app=app, overrides=app.dependency_overrides), database)
    transport.close()


@pytest.fixture(scope="session")
def flask_live_seat(new_database) -> Iterator[Seated]:
    """The Flask application behind gunicorn, once a session."""
    database = new_database("flask_live")
    with servers.live_flask(database, database.path.parent) as side:
        yield Seated(side, database)


@pytest.fixture(scope="session")
def fastapi_live_seat(new_database) -> Iterator[Seated]:
    """The twin behind uvicorn, once a session."""
    database = new_database("fastapi_live")
    with servers.live_fastapi(database, database.path.parent) as side:
        yield Seated(side, database)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Both applications see the same time, so that `created_at` and tokens are equal."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def hashes() -> Iterator[None]:
    """Passwords are hashed quickly, and equal ones alike; tokens are the same on both sides."""
    with apps.cheap_hashes(), apps.predictable_tokens():
        yield


@pytest.fixture(autouse=True)
def chance() -> Iterator[None]:
    """Secrets and message ids are the same on both sides."""
    with apps.fixed_chance():
        yield


@pytest.fixture
def side(request, clock) -> Iterator[Side]:
    """One side after the other, with the seed rows and no overrides."""
    seat: Seated = request.getfixturevalue(f"{request.param}_seat")
    seat.reset()
    yield seat.side
    seat.side.overrides.clear()


@pytest.fixture
def live_side(request) -> Side:
    """One side after the other behind its real server, with the seed rows: what WebSockets and streams need."""
    seat: Seated = request.getfixturevalue(f"{request.param}_seat")
    seat.reset()
    return seat.side


@pytest.fixture
def both(request, clock) -> Iterator[tuple[Side, Side]]:
    """The FastAPI side and the Flask side together, for comparing their answers."""
    suffix = getattr(request, "param", "")
    seats: list[Seated] = [request.getfixturevalue(f"{name}{suffix}_seat") for name in ("fastapi", "flask")]
    for seat in seats:
        seat.reset()
    yield seats[0].side, seats[1].side
    for seat in seats:
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
