"""Types beyond numbers and text: moments, durations, decimals, UUIDs, sets, bytes, enumerations, addresses."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, HTTPException, Query
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, Field

from myapp.blueprints.extra_data_types import fastapi_original_feeds, fastapi_original_own

router = APIRouter(prefix="/extra-data-types", tags=["extra-data-types"])


class Mood(Enum):
    calm = "calm"
    merry = "merry"


class Filters(BaseModel):
    day: date
    at: time | None
    within: timedelta | None
    price: Decimal | None
    mood: Mood | None
    address: IPv4Address | IPv6Address | None
    ids: list[UUID]


class Event(BaseModel):
    name: str
    start: datetime
    opens: time
    takes: timedelta = timedelta(hours=1)
    days: list[date] = Field(default_factory=list)
    price: Decimal = Field(default=Decimal("9.90"), ge=0, max_digits=6, decimal_places=2)
    seats: frozenset[int] = Field(default=frozenset(), max_length=1000)
    rows: set[int] = Field(default_factory=set, max_length=1000)
    mood: Mood = Mood.calm
    token: bytes = b"none"
    host: IPv4Address | None = None
    gateway: IPv6Address | None = None
    organizer: UUID | None = None


class Key(BaseModel):
    model_config = {"val_json_bytes": "base64", "ser_json_bytes": "base64"}

    name: str
    secret: bytes = Field(min_length=1, max_length=64)
    earlier: list[bytes] = []


@router.put("/processes/{process_id}")
async def plan_process(
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


@router.get("/days/{day}", response_model=None)
async def read_day(
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


@router.get("/days/{day}/model")
async def read_day_model(
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


@router.get("/moods/{mood}")
async def read_mood(mood: Mood) -> Mood:
    """Take one of the members of an enumeration."""
    return mood


@router.get("/hosts/{address}")
async def read_host(address: IPv4Address) -> dict[str, IPv4Address | bool]:
    """Take an IP address."""
    return {"address": address, "private": address.is_private}


@router.post("/events/", status_code=201)
async def create_event(event: Event) -> Event:
    """Take and return every type at once."""
    return event


@router.post("/events/plain/")
async def create_plain_event(event: Event) -> dict[str, Any]:
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


@router.put("/events/{event_id}", response_model=None)
async def store_event(event_id: UUID, event: Event) -> Any:
    """Make JSON values of an event, for a store that takes nothing else."""
    stored = {str(event_id): jsonable_encoder(event), "with": jsonable_encoder({event_id: (event.takes, event.price)})}
    return json.loads(json.dumps(stored))


@router.post("/tokens/")
async def count_tokens(tokens: frozenset[bytes]) -> dict[str, int]:
    """Take a set as the whole body: what is in it twice counts once."""
    return {"tokens": len(tokens), "bytes": sum(map(len, tokens))}


@router.post("/keys/")
async def rotate_key(key: Key) -> Key:
    """Take and return bytes that are no text, as base64: the secret turned round, the one that came behind it."""
    return Key(name=key.name, secret=key.secret[::-1], earlier=[key.secret, *key.earlier])


router.include_router(fastapi_original_own.router)
router.include_router(fastapi_original_feeds.router)
