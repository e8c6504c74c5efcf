"""The outbox: an event's deliveries are rows of the very transaction that makes the event.

A post that is rolled back announces nothing, and a post that is committed loses nothing, whatever becomes of this
process or the queue: what is due is in the table, and the queue only hears that there is something. Any session on an
engine that is watched takes part, whichever view, administration page or script uses it; SQL that goes past its objects
(`insert(Post)`, `update(Post)`) does not.

https://docs.sqlalchemy.org/en/20/orm/session_events.html
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from celery import Celery
from flask import Flask
from sqlalchemy import Engine, event, insert, inspect, select
from sqlalchemy.orm import Session

from myapp.extensions import db
from myapp.models import Post, User, WebhookDelivery, WebhookEvent, WebhookSubscription, utcnow
from myapp.queue import BrokerUnavailable, enqueue

from .tasks import relay

logger = logging.getLogger(__name__)

PING: Final = "ping"
_QUEUE: Final = "webhook_queue"
_WAITING: Final = "webhooks_waiting"


def watch(engine: Engine, celery: Celery) -> None:
    """Let sessions on this engine write deliveries, and tell this queue's workers of them after the commit."""
    engine.update_execution_options(**{_QUEUE: celery})


def init_app(app: Flask) -> None:
    """Watch the application's engine."""
    with app.app_context():
        watch(db.engine, app.extensions["celery"])


def _queue(session: Session) -> Celery | None:
    return session.get_bind().get_execution_options().get(_QUEUE)


@event.listens_for(Session, "after_flush")
def write_deliveries(session: Session, flush_context: Any) -> None:
    """Write a row for each subscription that wants to hear of what was just flushed.

    One that is new, or switched on again, gets a ping.
    """
    posts = _news(session)
    joined = [one for one in session.new if isinstance(one, WebhookSubscription)]
    joined += [one for one in session.dirty if isinstance(one, WebhookSubscription) and _switched_on(one)]
    if not (posts or joined) or _queue(session) is None:
        return
    rows = [_row(PING, {"subscription_id": one.id}, one.id) for one in joined]
    if posts:
        wanted = select(WebhookSubscription.id, WebhookSubscription.events).join(WebhookSubscription.owner)
        wanted = wanted.where(WebhookSubscription.active, User.is_active).order_by(WebhookSubscription.id)
        subscriptions = session.execute(wanted).all()
        for kind, post in posts:
            data = {"id": post.id, "title": post.title, "author_id": post.author_id}
            rows += [_row(kind, data, number) for number, events in subscriptions if kind in events]
    if rows:
        session.execute(insert(WebhookDelivery), rows)
        session.info[_WAITING] = True


def _news(session: Session) -> list[tuple[WebhookEvent, Post]]:
    found = [(WebhookEvent.NEW_POST, one) for one in session.new if isinstance(one, Post) and one.published]
    for one in session.dirty:
        if isinstance(one, Post) and one.published:
            changed = inspect(one).attrs
            if changed.published.history.has_changes():
                found.append((WebhookEvent.NEW_POST, one))
            elif changed.title.history.has_changes() or changed.body.history.has_changes():
                found.append((WebhookEvent.UPDATED_POST, one))
    return sorted(found, key=lambda pair: pair[1].id)


def _switched_on(subscription: WebhookSubscription) -> bool:
    return subscription.active and inspect(subscription).attrs.active.history.has_changes()


def _row(kind: str, data: dict[str, Any], subscription_id: int) -> dict[str, Any]:
    moment = utcnow().isoformat().replace("+00:00", "Z")
    # str(): an Enum is no plain text to every database driver.
    payload = json.dumps({"type": str(kind), "timestamp": moment, "data": data}, ensure_ascii=False)
    return {"event": str(kind), "payload": payload, "subscription_id": subscription_id}


@event.listens_for(Session, "after_commit")
def announce(session: Session) -> None:
    """Tell the workers that something is due: one message a commit, however many subscriptions there are."""
    if session.in_nested_transaction() or not session.info.pop(_WAITING, False):
        return
    queue = _queue(session)
    if queue is not None:
        try:
            enqueue(queue, relay)
        except BrokerUnavailable:
            logger.warning("the webhooks that are due wait for beat, since the broker is down")


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    """Announce nothing that was taken back."""
    session.info.pop(_WAITING, None)
