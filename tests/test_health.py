"""myapp.health: what load balancers are told."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from myapp.settings import Environment, Settings

MakeApp = Callable[[Settings], Flask]


def test_the_process_is_alive(client: FlaskClient) -> None:
    """/health answers JSON that no cache keeps."""
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_with_a_database(client: FlaskClient) -> None:
    """/health/ready asks the database and the broker, here the embedded one."""
    response = client.get("/health/ready")
    assert (response.status_code, response.json) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "broker": "ok"}},
    )


def test_not_ready_without_the_database(make_app: MakeApp, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """503, with the reason in the log and not in the answer; the process itself stays alive."""
    url = f"sqlite:///{tmp_path}/no such directory/db"
    client = make_app(Settings(env=Environment.TESTING, data_dir=tmp_path, database_url=url)).test_client()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json == {"status": "unavailable", "checks": {"database": "unreachable", "broker": "ok"}}
    assert "unable to open database file" in caplog.text
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_not_ready_without_the_broker(settings: Settings, make_app: MakeApp, url: str) -> None:
    """A broker that is not there counts, and a closed port is unready at once."""
    app = make_app(replace(settings, broker_url=url))
    began = time.monotonic()
    response = app.test_client().get("/health/ready")
    assert time.monotonic() - began < 2
    assert response.status_code == 503
    assert response.json == {"status": "unavailable", "checks": {"database": "ok", "broker": "unreachable"}}


@pytest.mark.parametrize("fixture", ["redis_url", "rabbitmq_url"])
@pytest.mark.services
def test_ready_with_a_broker(
    request: pytest.FixtureRequest, settings: Settings, make_app: MakeApp, fixture: str
) -> None:
    """Both kinds of broker are found."""
    app = make_app(replace(settings, broker_url=request.getfixturevalue(fixture)))
    assert app.test_client().get("/health/ready").json == {
        "status": "ok",
        "checks": {"database": "ok", "broker": "ok"},
    }


@pytest.mark.services
def test_ready_with_postgresql(make_app: MakeApp, postgresql_url: str, tmp_path: Path) -> None:
    """The application starts and is ready on PostgreSQL."""
    app = make_app(Settings(env=Environment.TESTING, data_dir=tmp_path, database_url=postgresql_url))
    assert app.test_client().get("/health/ready").status_code == 200
