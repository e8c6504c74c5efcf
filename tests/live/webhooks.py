"""A subscriber of a real deployment: subscribes, and follows a post until its receiver has accepted it."""

from __future__ import annotations

import time
from typing import Any

import httpx
from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from myapp.database import make_engine
from myapp.models import User
from myapp.passwords import hash_password
from tests.receiver import Receiver

EMAIL, PASSWORD = "ada@example.com", "correct horse"


def add_user(database_url: str) -> int:
    """Add an ordinary user; return their number."""
    engine = make_engine(database_url)
    with Session(engine) as session:
        user = User(email=EMAIL, password_hash=hash_password(PASSWORD))
        session.add(user)
        session.commit()
        number = user.id
    engine.dispose()
    return number


def delivered_at_the_third_attempt(url: str, database_url: str, there: Receiver) -> dict[str, Any]:
    """Subscribe a receiver that answers 204, 500, 503, 204; publish a post; return its delivery when that is over."""
    number = add_user(database_url)
    with httpx.Client(base_url=url, timeout=10) as client:
        form = {"username": EMAIL, "password": PASSWORD}
        token = client.post("/security/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"

        new = {"url": there.url, "events": ["new-post"]}
        made = client.post("/callbacks-webhooks/subscriptions/", json=new)
        assert made.status_code == 201, made.text
        secret, place = made.json()["secret"], made.headers["location"]
        (ping,) = there.wait_for(1)
        assert Webhook(secret).verify(ping.body, ping.headers)["type"] == "ping"

        post = client.post(f"/sql-databases/users/{number}/posts/", json={"title": "Hello", "published": True})
        assert post.status_code == 201
        first, second, third = there.wait_for(4)[1:]
        for call in (first, second, third):
            data = {"id": post.json()["id"], "title": "Hello", "author_id": number}
            assert Webhook(secret).verify(call.body, call.headers)["data"] == data
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == third.headers["webhook-id"]
        assert first.headers["webhook-id"] != ping.headers["webhook-id"]
        assert int(third.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])

        deadline = time.monotonic() + 10
        while (delivery := client.get(f"{place}/deliveries/").json()[0])["state"] == "pending":
            assert time.monotonic() < deadline, delivery
            time.sleep(0.1)
        assert (delivery["event"], delivery["state"]) == ("new-post", "delivered")
        assert (delivery["attempts"], delivery["status"], delivery["error"]) == (3, 204, None)
        assert len(there.calls) == 4
        return dict(delivery)
