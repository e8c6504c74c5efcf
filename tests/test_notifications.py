"""The stream of notifications where Redis can't be reached."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from flask import Flask

from myapp.blueprints.server_sent_events import routes
from myapp.extensions import db
from myapp.hub import RedisHub
from myapp.models import Base, User
from myapp.settings import Settings
from tests.live.processes import free_port


def test_a_stream_that_begins_without_redis(
    request: pytest.FixtureRequest,
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is a 200 that gets every post at its heartbeat: EventSource never tries again after another status."""
    monkeypatch.setattr(routes, "HEARTBEAT", 0.01)
    url = f"redis://127.0.0.1:{free_port()}/0"
    app = make_app(dataclasses.replace(settings, redis_url=url))
    hub = RedisHub(url, patience=0.01)
    request.addfinalizer(hub.close)
    app.extensions["hub"] = hub
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.session.add(User(email="ada@example.com", password_hash="x"))
        db.session.commit()
    client = app.test_client()

    stream = client.get("/server-sent-events/notifications?limit=1", buffered=False)
    assert stream.status_code == 200
    chunks = filter(None, (chunk.decode() for chunk in stream.iter_encoded()))
    assert next(chunks) == ": ping\n\n"
    created = client.post("/server-sent-events/posts/", json={"title": "t", "author_id": 1})
    assert created.status_code == 201
    event = next(chunk for chunk in chunks if not chunk.startswith(":"))
    assert json.loads(event.partition("data: ")[2].splitlines()[0])["id"] == created.json["id"]
    assert list(chunks) == []
