"""Callbacks and webhooks: a subscription is called at once, and then at every event that it asks for."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from pydantic import BaseModel, Field, HttpUrl
from sqlalchemy import func, select

from myapp.blueprints.callbacks_webhooks.addresses import Refused, target_of
from myapp.blueprints.callbacks_webhooks.fastapi_original_webhooks import Signature
from myapp.models import DeliveryState, User, WebhookDelivery, WebhookEvent, WebhookSubscription
from myapp.twin_dependencies import ActiveUser, Limit, RowId, SessionDep, SettingsDep, Skip

router = APIRouter(prefix="/callbacks-webhooks", tags=["callbacks-webhooks"])
callbacks_router = APIRouter(responses={410: {"description": "Ends the subscription"}})

MAX_SUBSCRIPTIONS = 20


class NewSubscription(BaseModel):
    url: HttpUrl
    events: list[WebhookEvent] = Field(min_length=1, max_length=10)


class SubscriptionUpdate(BaseModel):
    active: bool


class SubscriptionPublic(BaseModel):
    id: int
    url: str
    events: list[WebhookEvent]
    active: bool
    created_at: datetime
    failures: int = Field(description="Deliveries given up since the last that was accepted")


class SubscriptionCreated(SubscriptionPublic):
    secret: str = Field(description="Signs what is sent; shown only here")


class DeliveryPublic(BaseModel):
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


class PingData(BaseModel):
    subscription_id: int


class Ping(BaseModel):
    type: Literal["ping"]
    timestamp: datetime
    data: PingData


class Refusal(BaseModel):
    detail: str


@callbacks_router.post("{$request.body.url}", status_code=204)
def ping(body: Ping, signature: Annotated[Signature, Header()]) -> None:
    """Sent once to the new subscription's address: does it answer, and does it know the signature?"""


def get_subscription(subscription_id: RowId, user: ActiveUser, session: SessionDep) -> WebhookSubscription:
    subscription = session.get(WebhookSubscription, subscription_id)
    if subscription is None or subscription.owner_id != user.id:
        raise HTTPException(status_code=404, detail="Subscription not found")
    return subscription


SubscriptionDep = Annotated[WebhookSubscription, Depends(get_subscription)]


@router.post(
    "/subscriptions/",
    response_model=SubscriptionCreated,
    status_code=201,
    callbacks=callbacks_router.routes,
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


@router.get("/subscriptions/", response_model=list[SubscriptionPublic])
def read_subscriptions(user: ActiveUser, session: SessionDep) -> Any:
    """List your subscriptions."""
    own = select(WebhookSubscription).where(WebhookSubscription.owner_id == user.id)
    return session.scalars(own.order_by(WebhookSubscription.id)).all()


@router.get("/subscriptions/{subscription_id}", response_model=SubscriptionPublic)
def read_subscription(subscription: SubscriptionDep) -> Any:
    """Read one of your subscriptions; it may have been switched off by its receiver, or by failures."""
    return subscription


@router.patch("/subscriptions/{subscription_id}", response_model=SubscriptionPublic)
def update_subscription(change: SubscriptionUpdate, subscription: SubscriptionDep, session: SessionDep) -> Any:
    """Switch a subscription off, or on again: then it gets a ping, and its failures are forgotten."""
    subscription.active = change.active
    session.commit()
    return subscription


@router.delete("/subscriptions/{subscription_id}", status_code=204)
def delete_subscription(subscription: SubscriptionDep, session: SessionDep) -> None:
    """End a subscription, with what is still to be sent to it."""
    session.delete(subscription)
    session.commit()


@router.get("/subscriptions/{subscription_id}/deliveries/", response_model=list[DeliveryPublic])
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
