"""The Celery tasks that send what the outbox holds, shared by both sides.

A delivery is sent at least once. Its row decides who sends it and when: a task changes the row before it acts, and acts
only if nobody else did so first. So a message that comes twice does nothing the second time, and one that is lost is
made up for by `relay`, which beat starts every half minute.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from celery import shared_task
from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from myapp.extensions import db
from myapp.models import DeliveryState, User, WebhookDelivery, WebhookSubscription, utcnow
from myapp.queue import BrokerUnavailable, enqueue
from myapp.settings import Settings

from .addresses import Refused
from .sending import reason, send, signature

MAX_ATTEMPTS = 9
#: After so many deliveries in a row that were given up, a subscription is switched off.
MAX_FAILURES = 10
LONGEST_WAIT = timedelta(hours=12)
#: Longer waits are left to `relay`: brokers give a message that a worker holds for long to another one.
LONGEST_COUNTDOWN = timedelta(minutes=5)
#: How long a delivery that a task has taken is left alone; longer than any attempt.
LEASE = timedelta(minutes=2)
BATCH = 500
KEPT_FOR = timedelta(days=30)

SWITCHED_OFF = "The subscription is switched off"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """What an attempt needs; the row stays locked by nobody meanwhile."""

    delivery_id: int
    subscription_id: int
    number: int
    url: str
    secret: str = field(repr=False)
    message_id: str
    payload: str


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: the receiver's status, or why there is none, and whether to try again."""

    status: int | None = None
    error: str | None = None
    retried: bool = False

    @property
    def state(self) -> DeliveryState:
        """What the delivery is now, unless it has been tried too often."""
        if self.retried:
            return DeliveryState.PENDING
        return DeliveryState.DELIVERED if self.error is None else DeliveryState.FAILED


@shared_task(name="webhooks.relay", ignore_result=True)
def relay() -> None:
    """Hand every delivery that is due to a worker. Raises BrokerUnavailable; what is left then is due again later."""
    celery = current_app.extensions["celery"]
    with Session(db.engine) as session:
        due = _due(session)
        session.commit()
    for delivery_id, attempts in due:
        enqueue(celery, deliver, delivery_id, attempts)
    if len(due) == BATCH:
        enqueue(celery, relay)


def _due(session: Session) -> list[tuple[int, int]]:
    """Take what is due, and nothing that another relay takes at the same moment."""
    now = utcnow()
    delivery = WebhookDelivery
    waiting = select(delivery.id, delivery.attempts, delivery.next_attempt_at).where(
        delivery.state == DeliveryState.PENDING, delivery.next_attempt_at <= now
    )
    rows = session.execute(waiting.order_by(delivery.next_attempt_at, delivery.id).limit(BATCH)).all()
    taken = []
    for row in rows:
        same = (delivery.id == row.id, delivery.next_attempt_at == row.next_attempt_at)
        if _changed(session, update(delivery).where(*same).values(next_attempt_at=now + LEASE)):
            taken.append((row.id, row.attempts))
    return taken


@shared_task(name="webhooks.deliver", ignore_result=True)
def deliver(delivery_id: int, attempts: int) -> None:
    """Try to send a delivery that has been tried so many times; note what came of it, and when to try again."""
    settings: Settings = current_app.extensions["settings"]
    attempt = _begin(delivery_id, attempts)
    if attempt is None:
        logger.info("delivery %d needs no attempt after %d", delivery_id, attempts)
        return
    outcome = _try(attempt, settings)
    logger.info("delivery %d, attempt %d: %s", delivery_id, attempt.number, outcome.error or outcome.status)
    wait = _end(attempt, outcome, settings)
    if wait is not None and wait <= LONGEST_COUNTDOWN:
        try:
            enqueue(
                current_app.extensions["celery"], deliver, delivery_id, attempt.number, countdown=wait.total_seconds()
            )
        except BrokerUnavailable:
            logger.warning("delivery %d will be tried again when beat finds it", delivery_id)


def _begin(delivery_id: int, attempts: int) -> Attempt | None:
    """Take a delivery that nobody else has taken since; give it up if it is not to be sent any more."""
    delivery = WebhookDelivery
    mine = (delivery.id == delivery_id, delivery.state == DeliveryState.PENDING, delivery.attempts == attempts)
    with Session(db.engine) as session:
        begun = update(delivery).where(*mine).values(attempts=attempts + 1, next_attempt_at=utcnow() + LEASE)
        if not _changed(session, begun):
            return None
        subscription = WebhookSubscription
        columns = (delivery.subscription_id, delivery.message_id, delivery.payload)
        wanted = select(*columns, subscription.url, subscription.secret, subscription.active, User.is_active)
        wanted = wanted.join(delivery.subscription).join(subscription.owner).where(delivery.id == delivery_id)
        row = session.execute(wanted).one()
        # Attempts that came to no end count too: what fails in a way that nobody foresaw is not tried for ever.
        error = "The attempts came to no end" if attempts >= MAX_ATTEMPTS else None
        if not (row.active and row.is_active):
            error = SWITCHED_OFF if not row.active else "The subscription's owner is not active"
        if error is not None:
            given_up = update(delivery).where(delivery.id == delivery_id)
            values = {"state": DeliveryState.FAILED, "attempts": attempts, "error": error, "finished_at": utcnow()}
            session.execute(given_up.values(next_attempt_at=None, **values))
        session.commit()
        if error is not None:
            return None
        return Attempt(delivery_id, row.subscription_id, attempts + 1, row.url, row.secret, row.message_id, row.payload)


def _try(attempt: Attempt, settings: Settings) -> Outcome:
    headers = signature(attempt.secret, attempt.message_id, utcnow(), attempt.payload)
    try:
        status = send(attempt.url, attempt.payload, headers, settings)
    except Refused as refusal:
        return Outcome(error=str(refusal))
    except (OSError, HTTPException) as error:
        logger.info("delivery %d got no answer: %r", attempt.delivery_id, error)
        return Outcome(error=reason(error), retried=attempt.number < MAX_ATTEMPTS)
    if 200 <= status < 300:
        return Outcome(status)
    if status == 410:
        return Outcome(status, "The receiver has ended the subscription")
    return Outcome(status, "The receiver did not accept it", retried=attempt.number < MAX_ATTEMPTS)


def _end(attempt: Attempt, outcome: Outcome, settings: Settings) -> timedelta | None:
    """Write the outcome down; return how long to wait for the next attempt, if there is to be one."""
    now = utcnow()
    wait = wait_after(attempt.number, settings.webhook_retry_seconds) if outcome.retried else None
    values: dict[str, Any] = {"state": outcome.state, "status": outcome.status, "error": outcome.error}
    values["next_attempt_at"] = None if wait is None else now + wait
    values["finished_at"] = now if wait is None else None
    delivery = WebhookDelivery
    with Session(db.engine) as session:
        # Nobody's row any more if the attempt took so long that another one has begun, or if it was deleted.
        mine = (delivery.id == attempt.delivery_id, delivery.attempts == attempt.number)
        counted = _changed(session, update(delivery).where(*mine).values(values)) and wait is None
        failures = _failures(session, attempt.subscription_id, outcome) if counted else 0
        if outcome.status == 410 or failures >= MAX_FAILURES:
            logger.warning("subscription %d is switched off: %s", attempt.subscription_id, outcome.error)
            _switch_off(session, attempt.subscription_id, now)
        session.commit()
    return wait


def _failures(session: Session, subscription_id: int, outcome: Outcome) -> int:
    """Count a delivery that is given up, or forget those before one that was accepted; return how many there are."""
    subscription = WebhookSubscription
    mine = subscription.id == subscription_id
    count = 0 if outcome.state is DeliveryState.DELIVERED else subscription.failures + 1
    session.execute(update(subscription).where(mine).values(failures=count))
    return session.scalars(select(subscription.failures).where(mine)).one_or_none() or 0


def _switch_off(session: Session, subscription_id: int, now: datetime) -> None:
    delivery = WebhookDelivery
    session.execute(update(WebhookSubscription).where(WebhookSubscription.id == subscription_id).values(active=False))
    rest = update(delivery).where(delivery.subscription_id == subscription_id, delivery.state == DeliveryState.PENDING)
    values = {"state": DeliveryState.FAILED, "error": SWITCHED_OFF, "finished_at": now}
    session.execute(rest.values(next_attempt_at=None, **values))


def wait_after(attempt: int, first: float) -> timedelta:
    """How long to wait after an attempt: four times as long after each, give or take a fifth, 12 hours at most.

    Give or take, so that the receivers of one event, or of one fault, are not all called at the same moment again.
    """
    seconds = min(first * 4 ** (attempt - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _changed(session: Session, statement: Any) -> bool:
    """Run an UPDATE; tell whether a row was there to be changed."""
    return bool(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


@shared_task(name="webhooks.clean_up")
def clean_up_deliveries() -> int:
    """Delete what was finished long ago; return how many."""
    delivery = WebhookDelivery
    old = delete(delivery).where(delivery.state != DeliveryState.PENDING, delivery.finished_at < utcnow() - KEPT_FOR)
    with Session(db.engine) as session:
        count = session.execute(old).rowcount  # type: ignore[attr-defined]
        session.commit()
    logger.info("%d old deliveries deleted", count)
    return int(count)
