"""What the views take and return: dataclasses with the names and constraints of FastAPI's models."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar
from uuid import UUID

from myapp.kit import Field, ModelConfig


class Mood(Enum):
    calm = "calm"
    merry = "merry"


@dataclass
class Filters:
    day: date
    at: time | None
    within: timedelta | None
    price: Decimal | None
    mood: Mood | None
    address: IPv4Address | IPv6Address | None
    ids: list[UUID]


@dataclass
class Event:
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


@dataclass
class Key:
    model_config: ClassVar = ModelConfig(val_json_bytes="base64", ser_json_bytes="base64")

    name: str
    secret: bytes = Field(min_length=1, max_length=64)
    earlier: list[bytes] = Field(default=[])
