"""A subscriber of a real deployment: subscribes, and follows a post until its receiver has accepted it."""

from __future__ import annotations

import time
from typing import Any

import httpx
from standardwebhooks import Webhook

from tests.receiver import Receiver

PASSWORD = "correct horse"


def delivered_at_the_third_attempt(url: str, there: Receiver) -> dict[str, Any]:
    """Subscribe a receiver that answers 204, 500, 503, 204; publish a post; return its delivery when that is over."""
    with httpx.Client(base_url=url, timeout=10) as client:
        user = client.post("/sql-databases/users/", json={"email": "ada@example.com", "password": PASSWORD}).json()
        form = {"username": user["email"], "password": PASSWORD}
        token = client.post("/security/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"

        new = {"url": there.url, "events": ["new-post"]}
        made = client.post("/callbacks-webhooks/subscriptions/", json=new)
        assert made.status_code == 201, made.text
        secret, place = made.json()["secret"], made.headers["location"]
        (ping,) = there.wait_for(1)
        assert Webhook(secret).verify(ping.body, ping.headers)["type"] == "ping"

        post = client.post(f"/sql-databases/users/{user['id']}/posts/", json={"title": "Hello", "published": True})
        assert post.status_code == 201
        first, second, third = there.wait_for(4)[1:]
        for call in (first, second, third):
            data = {"id": post.json()["id"], "title": "Hello", "author_id": user["id"]}
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
