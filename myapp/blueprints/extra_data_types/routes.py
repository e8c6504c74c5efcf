"""Types beyond numbers and text: moments, durations, decimals, UUIDs, sets, bytes, enumerations, addresses."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint

from myapp.blueprints.extra_data_types import routes_feeds, routes_own
from myapp.blueprints.extra_data_types.schemas import Event, Filters, Key, Mood
from myapp.kit import Body, HTTPException, Query, jsonable_encoder, operation, router_options

bp = Blueprint("extra_data_types", __name__, url_prefix="/extra-data-types")
router_options(bp, tags=["extra-data-types"])


@bp.put("/processes/<process_id>")
@operation()
def plan_process(
    process_id: UUID,
    start: Annotated[datetime, Body()],
    end: Annotated[datetime, Body()],
    process_after: Annotated[timedelta, Body()],
    repeat_at: Annotated[time | None, Body()] = None,
) -> dict[str, Any]:
    """Plan a process: what came in, and what follows from it."""
    try:
        start_process = start + process_after
        duration = end - start_process
    except (TypeError, OverflowError) as error:
        # one of them has a time zone and the other none, or there is no such year
        raise HTTPException(status_code=400, detail="These moments can't be compared") from error
    return {
        "process_id": process_id,
        "start": start,
        "end": end,
        "process_after": process_after,
        "repeat_at": repeat_at,
        "start_process": start_process,
        "duration": duration,
    }


@bp.get("/days/<day>")
@operation(response_model=None)
def read_day(
    day: date,
    at: time | None = None,
    within: timedelta | None = None,
    price: Annotated[Decimal | None, Query(max_digits=6, decimal_places=2)] = None,
    mood: Mood | None = None,
    address: IPv4Address | IPv6Address | None = None,
    ids: Annotated[list[UUID], Query()] = [],  # noqa: B006
) -> dict[str, Any]:
    """Answer with what was asked for, without a response model: a duration and a decimal are numbers."""
    return {"day": day, "at": at, "within": within, "price": price, "mood": mood, "address": address, "ids": ids}


@bp.get("/days/<day>/model")
@operation()
def read_day_model(
    day: date,
    at: time | None = None,
    within: timedelta | None = None,
    price: Annotated[Decimal | None, Query(max_digits=6, decimal_places=2)] = None,
    mood: Mood | None = None,
    address: IPv4Address | IPv6Address | None = None,
    ids: Annotated[list[UUID], Query()] = [],  # noqa: B006
) -> Filters:
    """Answer with the same through a response model: a duration is ISO 8601, a decimal is a string."""
    return Filters(day=day, at=at, within=within, price=price, mood=mood, address=address, ids=ids)


@bp.get("/moods/<mood>")
@operation()
def read_mood(mood: Mood) -> Mood:
    """Take one of the members of an enumeration."""
    return mood


@bp.get("/hosts/<address>")
@operation()
def read_host(address: IPv4Address) -> dict[str, IPv4Address | bool]:
    """Take an IP address."""
    return {"address": address, "private": address.is_private}


@bp.post("/events/")
@operation(status_code=201)
def create_event(event: Event) -> Event:
    """Take and return every type at once."""
    return event


@bp.post("/events/plain/")
@operation()
def create_plain_event(event: Event) -> dict[str, Any]:
    """Return some of them in a dict, where nothing but their Python types is known."""
    return {
        "start": event.start,
        "takes": event.takes,
        "price": event.price,
        "seats": sorted(event.seats),
        "token": event.token,
        "gateway": event.gateway,
        "event": event,
    }


@bp.put("/events/<event_id>")
@operation(response_model=None)
def store_event(event_id: UUID, event: Event) -> Any:
    """Make JSON values of an event, for a store that takes nothing else."""
    stored = {str(event_id): jsonable_encoder(event), "with": jsonable_encoder({event_id: (event.takes, event.price)})}
    return json.loads(json.dumps(stored))


@bp.post("/tokens/")
@operation()
def count_tokens(tokens: frozenset[bytes]) -> dict[str, int]:
    """Take a set as the whole body: what is in it twice counts once."""
    return {"tokens": len(tokens), "bytes": sum(map(len, tokens))}


@bp.post("/keys/")
@operation()
def rotate_key(key: Key) -> Key:
    """Take and return bytes that are no text, as base64: the secret turned round, the one that came behind it."""
    return Key(name=key.name, secret=key.secret[::-1], earlier=[key.secret, *key.earlier])


bp.register_blueprint(routes_own.bp)
bp.register_blueprint(routes_feeds.bp)
