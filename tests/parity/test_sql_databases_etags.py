"""ETags of posts: 304, 412, 428, and no update that is lost."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from myapp.extensions import db
from myapp.models import WebhookDelivery, WebhookEvent, WebhookSubscription
from tests.parity.test_sql_databases import postgresql_side  # noqa: F401 - a fixture

POSTS = "/sql-databases/etags/posts/"
POST = f"{POSTS}1"
TAG = '"20261101120000123456-1"'
NEXT = '"20261101120000123456-2"'


def refused(answer, status, detail):
    """Whether an answer is this error."""
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    assert "etag" not in answer.headers


def test_read(side):
    """A post comes with its ETag, as a list does; each its own."""
    answer = side.get(POST)
    assert (answer.status_code, answer.json()["id"], answer.headers["etag"]) == (200, 1, TAG)
    whole = side.get(POSTS)
    assert whole.headers["etag"] not in (TAG, "")
    assert not whole.headers["etag"].startswith("W/")


@pytest.mark.over_the_wire
@pytest.mark.parametrize(
    "known", [TAG, f"W/{TAG}", "*", f'"other", {TAG}', f'W/"other" ,  W/{TAG}, "more"', f'"with space", {TAG}']
)
def test_not_modified(side, known):
    """304 without a body, with the ETag, for a client that has this version: weakly compared, of a list, or any."""
    answer = side.get(POST, headers={"If-None-Match": known})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", TAG)
    assert "content-type" not in answer.headers
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("known", ['"other"', NEXT, 'W/"other"', "", ",", '"', "nonsense", 'W/"*"', '"*"'])
def test_modified(side, known):
    """Another tag, and what is none, brings the whole post."""
    answer = side.get(POST, headers={"If-None-Match": known})
    assert (answer.status_code, answer.json()["id"], answer.headers["etag"]) == (200, 1, TAG)


def test_list_not_modified(side):
    """The list's hash holds until a post changes, and holds again when the change is taken back."""
    tag = side.get(POSTS).headers["etag"]
    answer = side.get(POSTS, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert side.patch(POST, json={"title": "New"}, headers={"If-Match": TAG}).status_code == 200
    changed = side.get(POSTS, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    side.patch(POST, json={"title": "Notes on the Analytical Engine"}, headers={"If-Match": NEXT})
    assert side.get(POSTS, headers={"If-None-Match": tag}).status_code == 304


def test_no_post(side):
    """What is not there is a 404, whatever the conditions."""
    for method in ("GET", "PATCH", "DELETE"):
        for headers in ({}, {"If-Match": "*"}, {"If-None-Match": "*"}):
            body = {"json": {}} if method == "PATCH" else {}
            refused(side.request(method, f"{POSTS}99", headers=headers, **body), 404, "Post not found")


@pytest.mark.over_the_wire
@pytest.mark.parametrize("condition", [TAG, "*", f'"old", {TAG}', f'W/"old",{TAG}'])
def test_update(side, condition):
    """The version that the client names is changed, and the answer has the next version's ETag."""
    answer = side.patch(POST, json={"title": "New"}, headers={"If-Match": condition})
    assert (answer.status_code, answer.json()["title"], answer.headers["etag"]) == (200, "New", NEXT)
    assert side.get(POST).headers["etag"] == NEXT


@pytest.mark.parametrize("condition", ['"old"', NEXT, f"W/{TAG}", '"old", "older"', f'"old", W/{TAG}', ",", '"', "*x"])
def test_update_another_version(side, condition):
    """412 when no strong tag of the client's is this version's; nothing is changed."""
    refused(side.patch(POST, json={"title": "New"}, headers={"If-Match": condition}), 412, "Precondition Failed")
    refused(side.delete(POST, headers={"If-Match": condition}), 412, "Precondition Failed")
    assert side.get(POST, headers={"If-None-Match": TAG}).status_code == 304


@pytest.mark.parametrize("headers", [{}, {"If-Match": ""}])
def test_update_without_condition(side, headers):
    """428 for a write that names no version."""
    refused(side.patch(POST, json={"title": "New"}, headers=headers), 428, "Precondition Required")
    refused(side.delete(POST, headers=headers), 428, "Precondition Required")
    assert side.get(POST).headers["etag"] == TAG


def test_invalid_body_first(side):
    """A body that is none is a 422, with or without a condition that would fail."""
    for headers in ({}, {"If-Match": '"old"'}):
        assert side.patch(POST, json={"title": None}, headers=headers).status_code == 422


def test_empty_update(side):
    """Nothing to change leaves the version as it is."""
    answer = side.patch(POST, json={}, headers={"If-Match": TAG})
    assert (answer.status_code, answer.headers["etag"]) == (200, TAG)


def test_delete(side):
    """The version that the client names is deleted; the ETag of what is gone goes with nothing."""
    answer = side.delete(POST, headers={"If-Match": TAG})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "etag" not in answer.headers
    assert side.get(POST).status_code == 404


def test_any_writer_counts(side):
    """A change by an operation that knows nothing of ETags makes another version, too."""
    assert side.patch("/sql-databases/posts/1", json={"published": False}).status_code == 200
    refused(side.patch(POST, json={"title": "New"}, headers={"If-Match": TAG}), 412, "Precondition Failed")


def at_once(side, method, url, bodies):
    """The answers to requests sent together, all holding the same ETag; none writes before all have been compared."""
    tag = side.get(url).headers["etag"]
    barrier = Barrier(len(bodies))

    def wait(state):
        if state.is_update or state.is_delete:
            barrier.wait(timeout=20)

    options = [{"headers": {"If-Match": tag}, **({} if body is None else {"json": body})} for body in bodies]

    async def gather():
        transport = httpx.ASGITransport(app=side.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=side.origin) as client:
            return await asyncio.gather(*(client.request(method, url, **option) for option in options))

    event.listen(Session, "do_orm_execute", wait)
    try:
        if side.name == "fastapi":
            return asyncio.run(gather())
        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(lambda option: side.request(method, url, **option), options))
    finally:
        event.remove(Session, "do_orm_execute", wait)


def announced(side):
    """The titles in what waits to be sent about updated posts."""
    with side.context(), Session(side.app.state.engine if side.name == "fastapi" else db.engine) as session:
        waiting = select(WebhookDelivery).where(WebhookDelivery.event == WebhookEvent.UPDATED_POST)
        return [json.loads(row.payload)["data"]["title"] for row in session.scalars(waiting)]


def one_wins(side, url):
    """Two clients that hold the same version change it together: one does, which is announced; the other is told so."""
    before = announced(side)
    answers = at_once(side, "PATCH", url, [{"title": "Mine"}, {"title": "Yours"}])
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    refused(lost, 412, "Precondition Failed")
    stored = side.get(url)
    assert (stored.json()["title"], stored.headers["etag"]) == (won.json()["title"], won.headers["etag"])
    assert announced(side) == [*before, won.json()["title"]]
    answers = at_once(side, "DELETE", url, [None, None])
    assert sorted(answer.status_code for answer in answers) == [204, 412]


def test_no_lost_update(side):
    """On SQLite: of two writes of one version, that have both passed the comparison, one is done."""
    one_wins(side, POST)


def test_no_lost_update_on_postgresql(postgresql_side):  # noqa: F811
    """On PostgreSQL, too."""
    side = postgresql_side
    user = side.post("/sql-databases/users/", json={"email": "ada@example.com", "password": "a long password"}).json()
    post = side.post(f"/sql-databases/users/{user['id']}/posts/", json={"title": "Hello", "published": True}).json()
    engine = side.app.state.engine if side.name == "fastapi" else None
    with side.context(), Session(engine or db.engine) as session:
        events = [WebhookEvent.UPDATED_POST]
        wanted = {"url": "https://example.com/hooks", "events": events, "secret": "whsec_x", "owner_id": user["id"]}
        session.add(WebhookSubscription(**wanted))
        session.commit()
    one_wins(side, f"{POSTS}{post['id']}")


def test_documented(both):
    """Conditions, statuses and headers are in the document, alike on both sides."""
    for side in both:
        paths = side.document["paths"]
        read, update = paths[POSTS + "{post_id}"]["get"], paths[POSTS + "{post_id}"]["patch"]
        assert [one["name"] for one in read["parameters"]] == ["post_id", "if-none-match"]
        assert set(read["responses"]) == {"200", "304", "422"}
        assert set(read["responses"]["200"]["headers"]) == {"ETag"}
        assert [one["name"] for one in update["parameters"]] == ["post_id", "if-match"]
        assert set(update["responses"]) == {"200", "412", "422", "428"}
