"""Fixtures for every test, and the servers and the browser that some of them need.

- `own_time`: a clock of the processor's time that other tests don't lengthen.
- `settings`, `app`, `client`: an application on an SQLite file of its own, with the tables made and no rows;
  `make_app(settings)` makes others.
- `postgresql_url`, `redis_url`, `rabbitmq_url`: real servers; `postgresql_url` is an empty database made for the test
  and dropped after it. A test that asks for one is marked `services` by that.
- `nginx`: the path of the program; marks the test `services`.
- `chromium`: the path of a browser for Playwright's `executable_path`; marks the test `browser`.

What is missing is skipped, and the end of the run says how to get it. MYAPP_TEST_REQUIRE=services,browser makes a
missing one end the run at its beginning. Addresses come from MYAPP_TEST_POSTGRESQL_URL, MYAPP_TEST_REDIS_URL,
MYAPP_TEST_RABBITMQ_URL and MYAPP_TEST_CHROMIUM.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from myapp import create_app
from myapp.extensions import db
from myapp.models import Base
from myapp.settings import Environment, Settings


@dataclass(frozen=True)
class Need:
    """Something outside Python that tests use: which fixture gives it, whether it is here, and how to get it."""

    kind: str
    fixture: str
    where: str | None
    how: str


def _answers(url: str) -> str | None:
    parts = make_url(url)
    try:
        socket.create_connection((parts.host or "127.0.0.1", parts.port or 0), 1).close()
    except OSError:
        return None
    return url


def _postgresql() -> str | None:
    url = make_url(os.environ.get("MYAPP_TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres"))
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()
    return url.render_as_string(hide_password=False)


def _chromium() -> str | None:
    given = os.environ.get("MYAPP_TEST_CHROMIUM")
    names = [given] if given else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for path in map(shutil.which, names) if path), None)


def _nginx() -> str | None:
    # openssl makes the certificate that it is tested with. Debian keeps nginx where only root's PATH looks.
    return shutil.which("openssl") and (shutil.which("nginx") or shutil.which("/usr/sbin/nginx"))


def _needs() -> list[Need]:
    return [
        Need(
            "services",
            "postgresql_url",
            _postgresql(),
            "PostgreSQL does not answer: apt-get install postgresql, or set MYAPP_TEST_POSTGRESQL_URL (a role that may "
            "create databases)",
        ),
        Need(
            "services",
            "redis_url",
            _answers(os.environ.get("MYAPP_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")),
            "Redis does not answer: apt-get install redis-server, or set MYAPP_TEST_REDIS_URL",
        ),
        Need(
            "services",
            "rabbitmq_url",
            _answers(os.environ.get("MYAPP_TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")),
            "RabbitMQ does not answer: apt-get install rabbitmq-server, or set MYAPP_TEST_RABBITMQ_URL",
        ),
        Need("services", "nginx", _nginx(), "there is no nginx or no openssl: apt-get install nginx openssl"),
        Need(
            "browser",
            "chromium",
            _chromium(),
            "there is no Chromium: apt-get install chromium, or set MYAPP_TEST_CHROMIUM to its path",
        ),
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How hard the parity suite (tests/parity/test_generated.py) tries."""
    group = parser.getgroup("parity")
    group.addoption("--parity-examples", type=int, default=30, help="generated requests an operation (default: 30)")
    group.addoption("--random", action="store_true", help="other generated requests in each run, to explore")


NEEDS = pytest.StashKey[dict[str, Need]]()


def pytest_configure(config: pytest.Config) -> None:
    """Look once for the servers and the browser; end here when a required one is missing."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # So does a shell with what it starts in the background; servers that inherit it don't hear a test's Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # The processes of pytest-xdist must give tests the same names, and some names show sets; another order in each run.
    os.environ.setdefault("PYTHONHASHSEED", str(random.randrange(2**32)))
    needs = _needs()
    config.stash[NEEDS] = {need.fixture: need for need in needs}
    required = {kind.strip() for kind in os.environ.get("MYAPP_TEST_REQUIRE", "").split(",") if kind.strip()}
    if unknown := required - {need.kind for need in needs}:
        raise pytest.UsageError(f"MYAPP_TEST_REQUIRE: services and browser are known, not {', '.join(sorted(unknown))}")
    if missing := [need.how for need in needs if need.kind in required and need.where is None]:
        raise pytest.UsageError("required by MYAPP_TEST_REQUIRE and missing:\n  - " + "\n  - ".join(missing))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that use a server or the browser, so that `-m 'not services'` finds them all."""
    needs = config.stash[NEEDS]
    for item in items:
        for name in getattr(item, "fixturenames", ()):
            if name in needs:
                item.add_marker(needs[name].kind)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what this run could not test and how to get it."""
    missing = [need for need in config.stash[NEEDS].values() if need.where is None]
    if missing:
        terminalreporter.section("not tested here")
        for need in missing:
            terminalreporter.line(f"{need.kind}: {need.how}")


def _need(config: pytest.Config, fixture: str) -> str:
    need = config.stash[NEEDS][fixture]
    if need.where is None:
        pytest.skip(need.how)
    return need.where


@pytest.fixture
def own_time() -> Iterator[Callable[[], float]]:
    """The processor's time for this test alone: what other tests have left is not collected meanwhile."""
    gc.disable()
    yield time.process_time
    gc.enable()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for one test: nothing from the environment or `.env`, data in a directory of its own."""
    return Settings(env=Environment.TESTING, data_dir=tmp_path)


@pytest.fixture
def make_app() -> Iterator[Callable[[Settings], Flask]]:
    """`create_app`, for applications whose database connections are closed after the test."""
    with ExitStack() as applications:

        def make(settings: Settings) -> Flask:
            app = create_app(settings)
            with app.app_context():
                applications.callback(db.engine.dispose)
            return app

        yield make


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """An application with empty tables."""
    app = make_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Flask's test client of `app`."""
    return app.test_client()


@pytest.fixture
def postgresql_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """An empty PostgreSQL database."""
    server = make_url(_need(pytestconfig, "postgresql_url"))
    name = f"myapp_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        # FORCE: a test that failed may have left connections open.
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def redis_url(pytestconfig: pytest.Config) -> str:
    """A Redis server, shared: use keys of your own."""
    return _need(pytestconfig, "redis_url")


@pytest.fixture(scope="session")
def rabbitmq_url(pytestconfig: pytest.Config) -> str:
    """A RabbitMQ server, shared: use queues of your own."""
    return _need(pytestconfig, "rabbitmq_url")


@pytest.fixture(scope="session")
def nginx(pytestconfig: pytest.Config) -> str:
    """The path of nginx."""
    return _need(pytestconfig, "nginx")


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> str:
    """The path of Chromium, for Playwright's `executable_path`."""
    return _need(pytestconfig, "chromium")
