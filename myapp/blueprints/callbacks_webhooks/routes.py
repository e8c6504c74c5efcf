"""Callbacks and webhooks: a subscription is called at once, and then at every event that it asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from sqlalchemy import func, select

from myapp.blueprints.callbacks_webhooks.addresses import Refused, target_of
from myapp.blueprints.callbacks_webhooks.routes_webhooks import Signature
from myapp.dependencies import ActiveUser, Limit, RowId, SessionDep, SettingsDep, Skip
from myapp.kit import Depends, Field, Header, HTTPException, HttpUrl, Query, Response, operation, router_options
from myapp.models import DeliveryState, User, WebhookDelivery, WebhookEvent, WebhookSubscription

bp = Blueprint("callbacks_webhooks", __name__, url_prefix="/callbacks-webhooks")
router_options(bp, tags=["callbacks-webhooks"])
callbacks = Blueprint("callbacks", __name__)
router_options(callbacks, responses={410: {"description": "Ends the subscription"}})

MAX_SUBSCRIPTIONS = 20


@dataclass
class NewSubscription:
    url: HttpUrl
    events: list[WebhookEvent] = Field(min_length=1, max_length=10)


@dataclass
class SubscriptionUpdate:
    active: bool


@dataclass
class SubscriptionPublic:
    id: int
    url: str
    events: list[WebhookEvent]
    active: bool
    created_at: datetime
    failures: int = Field(description="Deliveries given up since the last that was accepted")


@dataclass
class SubscriptionCreated(SubscriptionPublic):
    secret: str = Field(description="Signs what is sent; shown only here")


@dataclass
class DeliveryPublic:
    id: int
    message_id: str
    event: str
    state: DeliveryState
    attempts: int
    status: int | None
    error: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None


@dataclass
class PingData:
    subscription_id: int


@dataclass
class Ping:
    type: Literal["ping"]
    timestamp: datetime
    data: PingData


@dataclass
class Refusal:
    detail: str


@callbacks.post("{$request.body.url}")
@operation(status_code=204)
def ping(body: Ping, signature: Annotated[Signature, Header()]) -> None:
    """Sent once to the new subscription's address: does it answer, and does it know the signature?"""


def get_subscription(subscription_id: RowId, user: ActiveUser, session: SessionDep) -> WebhookSubscription:
    subscription = session.get(WebhookSubscription, subscription_id)
    if subscription is None or subscription.owner_id != user.id:
        raise HTTPException(status_code=404, detail="Subscription not found")
    return subscription


SubscriptionDep = Annotated[WebhookSubscription, Depends(get_subscription)]


@bp.post("/subscriptions/")
@operation(
    response_model=SubscriptionCreated,
    status_code=201,
    callbacks=[callbacks],
    responses={400: {"model": Refusal}, 409: {"model": Refusal}},
)
def create_subscription(
    new: NewSubscription, user: ActiveUser, session: SessionDep, settings: SettingsDep, response: Response
) -> Any:
    """Subscribe an address to events; it gets a ping at once. The secret is shown only now."""
    url = str(new.url)
    try:
        target_of(url, settings)
    except Refused as refusal:
        raise HTTPException(status_code=400, detail=str(refusal)) from None
    # One at a time: PostgreSQL locks the user's row here, and SQLite, which has no such lock, itself at the insert.
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    subscription = WebhookSubscription(url=url, events=sorted(set(new.events)), owner_id=user.id)
    session.add(subscription)
    session.flush()
    own = select(func.count()).where(WebhookSubscription.owner_id == user.id)
    if session.scalars(own).one() > MAX_SUBSCRIPTIONS:
        raise HTTPException(status_code=409, detail=f"A user has {MAX_SUBSCRIPTIONS} subscriptions at most")
    session.commit()
    response.headers["Location"] = f"/callbacks-webhooks/subscriptions/{subscription.id}"
    return subscription


@bp.get("/subscriptions/")
@operation(response_model=list[SubscriptionPublic])
def read_subscriptions(user: ActiveUser, session: SessionDep) -> Any:
    """List your subscriptions."""
    own = select(WebhookSubscription).where(WebhookSubscription.owner_id == user.id)
    return session.scalars(own.order_by(WebhookSubscription.id)).all()


@bp.get("/subscriptions/<subscription_id>")
@operation(response_model=SubscriptionPublic)
def read_subscription(subscription: SubscriptionDep) -> Any:
    """Read one of your subscriptions; it may have been switched off by its receiver, or by failures."""
    return subscription


@bp.patch("/subscriptions/<subscription_id>")
@operation(response_model=SubscriptionPublic)
def update_subscription(change: SubscriptionUpdate, subscription: SubscriptionDep, session: SessionDep) -> Any:
    """Switch a subscription off, or on again: then it gets a ping, and its failures are forgotten."""
    subscription.active = change.active
    session.commit()
    return subscription


@bp.delete("/subscriptions/<subscription_id>")
@operation(status_code=204)
def delete_subscription(subscription: SubscriptionDep, session: SessionDep) -> None:
    """End a subscription, with what is still to be sent to it."""
    session.delete(subscription)
    session.commit()


@bp.get("/subscriptions/<subscription_id>/deliveries/")
@operation(response_model=list[DeliveryPublic])
def read_deliveries(
    subscription: SubscriptionDep,
    session: SessionDep,
    state: Annotated[DeliveryState | None, Query()] = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Any:
    """List what was sent to a subscription or will be, the latest first, each with its last attempt."""
    deliveries = select(WebhookDelivery).where(WebhookDelivery.subscription_id == subscription.id)
    if state is not None:
        deliveries = deliveries.where(WebhookDelivery.state == state)
    return session.scalars(deliveries.order_by(WebhookDelivery.id.desc()).offset(skip).limit(limit)).all()
