"""callbacks_webhooks: subscriptions, what is written down for them, and the documents, the same on both sides."""

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from myapp import create_app
from myapp.blueprints.callbacks_webhooks import outbox, tasks
from myapp.blueprints.callbacks_webhooks.fastapi_original import Ping
from myapp.blueprints.callbacks_webhooks.fastapi_original_webhooks import PostEvent
from myapp.extensions import db
from myapp.models import WebhookDelivery, WebhookSubscription
from myapp.settings import Settings
from tests.parity.compare import Case, check
from tests.parity.credentials import bearer, token
from tests.parity.database import NOW, PASSWORD
from tests.parity.test_security_accounts import log_in, postgresql_side  # noqa: F401 - a fixture
from tests.receiver import receiver

ROOT = "/callbacks-webhooks/subscriptions/"
ADA, GRACE = ({"authorization": f"Bearer {token(number, 'posts')}"} for number in (1, 2))
MADE = NOW.isoformat().replace("+00:00", "Z")
SECRET = "whsec_" + "A" * 43 + "="
NEW = {"url": "https://example.com/hooks", "events": ["new-post"]}


def settings_of(side) -> Settings:
    """What this side was told."""
    return side.app.state.settings if side.name == "fastapi" else side.app.extensions["settings"]


def deliveries(side, number=4, **options):
    """What the API lists, as (event, state, attempts, status, error)."""
    answer = side.get(f"{ROOT}{number}/deliveries/", headers=ADA, **options)
    assert answer.status_code == 200
    names = ("event", "state", "attempts", "status", "error")
    return [tuple(delivery[name] for name in names) for delivery in answer.json()]


def test_a_subscription_and_its_ping(side):
    """201 with the secret, which no other answer holds; a ping waits to be sent."""
    answer = side.post(ROOT, json=NEW, headers=ADA)
    public = {"id": 4, **NEW, "active": True, "failures": 0, "created_at": MADE}
    assert (answer.status_code, answer.json()) == (201, {**public, "secret": SECRET})
    assert answer.headers["location"] == f"{ROOT}4"
    assert side.get(f"{ROOT}4", headers=ADA).json() == public
    assert side.get(ROOT, headers=ADA).json()[1:] == [public]
    assert deliveries(side) == [("ping", "pending", 0, None, None)]


def test_events_once_and_in_order(side):
    """An event that is named twice is sent once."""
    new = {**NEW, "events": ["updated-post", "new-post", "updated-post"]}
    assert side.post(ROOT, json=new, headers=ADA).json()["events"] == ["new-post", "updated-post"]


def test_a_published_post_is_announced(side):
    """By every view that publishes one, to every subscriber who wants to hear of it, and to nobody whose has ended."""
    side.post("/sql-databases/users/2/posts/", json={"title": "A draft"})
    assert deliveries(side, 1)[0][0:2] == ("new-post", "pending"), "the seeded one"
    before = len(deliveries(side, 1))
    side.post("/sql-databases/users/2/posts/", json={"title": "Ours", "published": True})
    side.post("/server-sent-events/posts/", json={"title": "Streamed", "author_id": 1})
    side.patch("/sql-databases/posts/3", json={"published": True})
    assert len(deliveries(side, 1)) == before + 3
    side.patch("/sql-databases/posts/1", json={"title": "Better"})
    side.patch("/sql-databases/posts/1", json={"title": "Better", "published": True})
    side.patch("/sql-databases/posts/7", json={"title": "Still a draft"})
    assert [row[0] for row in deliveries(side, 1)] == ["updated-post"] + ["new-post"] * 6
    conditional = "/sql-databases/etags/posts/1"
    tag = side.get(conditional).headers["etag"]
    assert side.patch(conditional, json={"title": "Best"}, headers={"If-Match": tag}).status_code == 200
    assert side.patch(conditional, json={"title": "Worst"}, headers={"If-Match": tag}).status_code == 412
    assert [row[0] for row in deliveries(side, 1)] == ["updated-post"] * 2 + ["new-post"] * 6
    assert side.get(f"{ROOT}2/deliveries/", headers=GRACE).json() == []


def test_the_payloads_are_those_of_the_document(side):
    """What is sent is what the webhook's and the callback's models describe, and nothing besides."""
    side.post(ROOT, json=NEW, headers=ADA)
    side.post("/sql-databases/users/2/posts/", json={"title": "Žluťoučký <kůň>", "published": True})
    engine = side.app.state.engine if side.name == "fastapi" else None
    with side.context(), Session(engine or db.engine) as session:
        written = select(WebhookDelivery).where(WebhookDelivery.subscription_id == 4).order_by(WebhookDelivery.id)
        ping, event = (row.payload for row in session.scalars(written))
    for model, text in ((Ping, ping), (PostEvent, event)):
        read = TypeAdapter(model).validate_json(text, strict=True)
        assert read.model_dump(mode="json") == json.loads(text)
    post = {"id": 7, "title": "Žluťoučký <kůň>", "author_id": 2}
    assert json.loads(event) == {"type": "new-post", "timestamp": MADE, "data": post}


def test_delivered_by_a_worker(side):
    """A worker of this side sends what waits, to a real receiver; the API then says that it was accepted."""
    with receiver(204) as there:
        # A receiver on this machine is none for strangers.
        assert side.post(ROOT, json={**NEW, "url": there.url}, headers=ADA).status_code == 400
        allowed = replace(settings_of(side), trusted_webhook_hosts=(there.host,))
        side.overrides[side.dependencies.get_settings] = lambda: allowed
        worker = create_app(allowed)
        side.post(ROOT, json={**NEW, "url": there.url}, headers=ADA)
        assert deliveries(side, 1)[0] == ("new-post", "pending", 3, None, "The connection was refused")
        with worker.app_context(), Session(db.engine) as session:
            number = session.scalars(select(WebhookDelivery.id).where(WebhookDelivery.subscription_id == 4)).one()
        worker.extensions["celery"].tasks[tasks.deliver.name](number, 0)
    assert deliveries(side) == [("ping", "delivered", 1, 204, None)]
    (call,) = there.calls
    assert (call.path, call.headers["host"]) == ("/hooks", there.host)


def test_only_ones_own(side):
    """Another user's subscription is not found, whatever is done with it."""
    for method, path in (("GET", "1"), ("DELETE", "1"), ("PATCH", "1"), ("GET", "1/deliveries/")):
        body = {"active": False} if method == "PATCH" else None
        answer = side.request(method, ROOT + path, headers=GRACE, json=body)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Subscription not found"})
    assert [one["id"] for one in side.get(ROOT, headers=GRACE).json()] == [2]


def test_switched_off_and_on(side):
    """Nothing is announced while it is off; on again it gets a ping, and its failures are forgotten.

    What it is already, it is without a ping.
    """
    engine = side.app.state.engine if side.name == "fastapi" else None
    with side.context(), Session(engine or db.engine) as session:
        session.execute(update(WebhookSubscription).where(WebhookSubscription.id == 1).values(failures=3))
        session.commit()
    before = len(deliveries(side, 1))
    assert side.get(f"{ROOT}1", headers=ADA).json()["failures"] == 3
    for active, failures in ((False, 3), (False, 3), (True, 0), (True, 0)):
        answer = side.patch(f"{ROOT}1", json={"active": active}, headers=ADA)
        assert answer.status_code == 200
        assert (answer.json()["active"], answer.json()["failures"]) == (active, failures)
        side.post("/sql-databases/users/2/posts/", json={"title": f"While {active}", "published": True})
    assert [row[0] for row in deliveries(side, 1)[:-before]] == ["new-post", "new-post", "ping"]


@pytest.mark.parametrize("body", [{}, {"active": None}, {"active": "perhaps"}, {"failures": 0}, []])
def test_switched_by_something_else(both, body):
    """Both sides name the same faults, and nothing else of a subscription can be changed."""
    headers = (("content-type", "application/json"), *ADA.items())
    answers = check(Case("PATCH", f"{ROOT}1", headers, json.dumps(body).encode()), *both)
    assert [answer.status_code for answer in answers] == [422, 422]


def test_deleted(side):
    """A subscription that is deleted takes its deliveries along."""
    assert side.delete(f"{ROOT}1", headers=ADA).status_code == 204
    assert side.get(f"{ROOT}1/deliveries/", headers=ADA).status_code == 404
    assert side.get(ROOT, headers=ADA).json() == []


def test_pages_of_deliveries(side):
    """The latest first, by state, a page at a time."""
    assert [row[1] for row in deliveries(side, 1)] == ["pending", "failed", "delivered"]
    assert [row[1] for row in deliveries(side, 1, params={"state": "failed"})] == ["failed"]
    assert [row[1] for row in deliveries(side, 1, params={"skip": 1, "limit": 1})] == ["failed"]


def test_so_many_and_no_more(side):
    """A user can't make this server call any number of addresses."""
    for _ in range(19):
        assert side.post(ROOT, json=NEW, headers=ADA).status_code == 201
    answer = side.post(ROOT, json=NEW, headers=ADA)
    assert (answer.status_code, answer.json()) == (409, {"detail": "A user has 20 subscriptions at most"})


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://user@example.com/", 400),
        ("http://:secret@example.com/", 400),
        ("http://127.0.0.1/", 400),
        ("http://127.0.0.1:8000/", 400),
        ("http://0x7f.1/", 400),
        ("http://2130706433/", 400),
        ("http://127.1/", 400),
        ("http://localhost/", 400),
        ("http://LocalHost./", 400),
        ("http://a.localhost/", 400),
        ("http://[::1]/", 400),
        ("http://[::ffff:10.0.0.1]/", 400),
        ("http://[fd00:ec2::254]/", 400),
        ("http://169.254.169.254/latest/meta-data/", 400),
        ("http://example.com:25/", 400),
        ("http://example.com\\@127.0.0.1/", 201),
        ("http://127.0.0.1#@example.com/", 400),
        ("http://127.0.0.1?@example.com/", 400),
        ("file:///etc/passwd", 422),
        ("ftp://example.com/", 422),
        ("gopher://example.com/", 422),
        ("//example.com/", 422),
        ("example.com", 422),
        ("", 422),
    ],
)
def test_addresses_that_are_refused(both, url, status):
    """What needs no look-up is refused at once, alike on both sides; a backslash is a slash, as in browsers."""
    answers = [side.post(ROOT, json={**NEW, "url": url}, headers=ADA) for side in both]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].json().get("detail") == answers[1].json().get("detail")
    assert status == 422 or answers[0].json().get("url") == answers[1].json().get("url")


@pytest.mark.over_the_wire
def test_refused_and_subscribed(side):
    """The same behind real servers, with a token by their own clock and a secret of their own making."""
    form = {"username": "ada@example.com", "password": PASSWORD}
    token_of_now = side.post("/security/token", data=form).json()["access_token"]
    headers = {"authorization": f"Bearer {token_of_now}"}
    refused = side.post(ROOT, json={**NEW, "url": "http://127.0.0.1:9000/"}, headers=headers)
    assert (refused.status_code, refused.json()) == (400, {"detail": "The URL's address is not public"})
    made = side.post(ROOT, json=NEW, headers=headers)
    assert (made.status_code, made.headers["location"]) == (201, f"{ROOT}4")
    assert len(base64.b64decode(made.json()["secret"].removeprefix("whsec_"))) == 32
    (ping,) = side.get(f"{ROOT}4/deliveries/", headers=headers).json()
    assert (ping["event"], ping["state"]) == ("ping", "pending")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "https://example.com/"},
        {**NEW, "events": []},
        {**NEW, "events": ["ping"]},
        {**NEW, "events": ["new-post"] * 11},
        {**NEW, "url": None},
        {**NEW, "url": "https://example.com/" + "x" * 2100},
    ],
)
def test_wrong_bodies(both, body):
    """Both sides name the same faults."""
    content = json.dumps(body).encode()
    headers = (("content-type", "application/json"), *((name, value) for name, value in ADA.items()))
    answers = check(Case("POST", ROOT, headers, content), *both)
    assert [answer.status_code for answer in answers] == [422, 422]


@pytest.mark.parametrize("path", ["", "1", "1/deliveries/"])
def test_nobody_without_a_token(both, path):
    """401 with the challenge, before anything is looked up."""
    answers = check(Case("GET", ROOT + path), *both)
    assert [answer.status_code for answer in answers] == [401, 401]


def test_documented_callbacks(side):
    """The ping stands under the operation's callbacks, its address as written, with the headers of its signature."""
    callbacks = side.document["paths"][ROOT]["post"]["callbacks"]
    described = callbacks["ping"]["{$request.body.url}"]["post"]
    assert described["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Ping"}
    names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
    assert [parameter["name"] for parameter in described["parameters"]] == names
    assert {"204", "410"} <= set(described["responses"])


def test_documented_webhooks(both):
    """The webhooks are at the top level, have no path, and are the same on both sides; each event has one."""
    theirs, ours = (side.document for side in both)
    assert ours["webhooks"].keys() == theirs["webhooks"].keys() == set(outbox.WebhookEvent)
    for name, described in theirs["webhooks"].items():
        assert ours["webhooks"][name]["post"]["requestBody"] == described["post"]["requestBody"]
        assert ours["webhooks"][name]["post"]["responses"] == described["post"]["responses"]
    assert not [path for path in ours["paths"] if "new-post" in path]
    assert [side.post("/new-post", json={}).status_code for side in both] == [404, 404]


def test_no_secret_is_loaded_with_a_list(side):
    """Not even in this process: the column is only read where it is asked for."""
    engine = side.app.state.engine if side.name == "fastapi" else None
    with side.context(), Session(engine or db.engine) as session:
        assert "secret" not in vars(session.scalars(select(WebhookSubscription)).first())


def test_so_many_at_the_same_moment(postgresql_side):  # noqa: F811
    """Parallel requests don't pass the limit either."""
    side, _ = postgresql_side
    headers = bearer(log_in(side).json()["access_token"])
    if side.name == "flask":
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: side.post(ROOT, json=NEW, headers=headers), range(26)))
    else:

        async def gather():
            transport = httpx.ASGITransport(app=side.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=side.origin) as client:
                return await asyncio.gather(*(client.post(ROOT, json=NEW, headers=headers) for _ in range(26)))

        answers = asyncio.run(gather())
    assert sorted(answer.status_code for answer in answers) == [201] * 20 + [409] * 6
