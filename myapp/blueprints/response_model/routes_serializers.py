"""How a model is written: serializers of a type, an attribute and the whole, subclasses, pages, other names."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from flask import Blueprint

from myapp.kit import (
    Field,
    PlainSerializer,
    Query,
    SerializationInfo,
    SerializeAsAny,
    WrapSerializer,
    field_serializer,
    jsonable_encoder,
    model_serializer,
    operation,
)

bp = Blueprint("serializers", __name__, url_prefix="/serializers")

Item = TypeVar("Item")


def in_euros(price: Decimal) -> str:
    return f"{price:.2f} EUR"


def masked(email: str, handler: Callable[[str], str]) -> str:
    return f"{handler(email)[:1]}…"


Price = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2), PlainSerializer(in_euros, return_type=str)]
Masked = Annotated[str, WrapSerializer(masked)]


@dataclass(kw_only=True)
class Ticket:
    title: str = Field(max_length=100)
    holder: Masked
    price: Price
    starts: datetime
    note: str | None = Field(default=None, exclude_if=lambda note: note is None)

    @field_serializer("starts")
    def without_seconds(self, starts: datetime) -> str:
        return starts.isoformat(" ", "minutes")


@dataclass
class Point:
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)

    @model_serializer
    def as_geojson(self) -> list[float]:
        return [self.longitude, self.latitude]


@dataclass
class Stage:
    width: float = Field(ge=0)
    load: float = Field(ge=0)

    @field_serializer("width", "load")
    def with_unit(self, amount: float, info: SerializationInfo) -> str:
        return f"{amount:g} {'m' if info.field_name == 'width' else 'kg'}"


@dataclass
class Venue:
    name: str
    at: Point
    capacity: int = Field(default=0, serialization_alias="seats")

    @model_serializer(mode="wrap")
    def with_type(self, handler: Callable[[Any], dict[str, Any]], info: SerializationInfo) -> dict[str, Any]:
        return {"@type" if info.by_alias else "type": "venue", **handler(self)}


@dataclass
class Happening:
    title: str


@dataclass
class Concert(Happening):
    band: str


@dataclass
class Page(Generic[Item]):
    """One page of a long list."""

    items: list[Item]
    total: int


HAPPENINGS = [Concert(title="Evening", band="The Parsers"), Happening(title="Reading")]


@bp.post("/tickets/")
@operation()
def create_ticket(ticket: Ticket) -> Ticket:
    """Write a price, an address and a moment in ways of their own."""
    return ticket


@bp.post("/tickets/stored/")
@operation(response_model=None)
def store_ticket(ticket: Ticket) -> Any:
    """Make JSON values of a model in the same ways, for a store that takes nothing else."""
    return json.loads(
        json.dumps({"ticket": jsonable_encoder(ticket), "short": jsonable_encoder(ticket, include={"title"})})
    )


@bp.post("/points/")
@operation()
def create_point(point: Point) -> Point:
    """Write a model as a list."""
    return point


@bp.post("/stages/")
@operation()
def create_stage(stage: Stage) -> Stage:
    """Write numbers with units: one function for both, which is told the attribute."""
    return stage


@bp.post("/venues/")
@operation()
def create_venue(venue: Venue) -> Venue:
    """Write a model with more than it has, one within it as a list."""
    return venue


@bp.post("/venues/names/")
@operation(response_model_by_alias=False)
def create_venue_by_name(venue: Venue) -> Venue:
    """Write a model's attributes under their own names."""
    return venue


@bp.get("/happenings/")
@operation()
def read_happenings() -> list[Happening]:
    """Write of an instance what the declared model has, whatever its class has more."""
    return HAPPENINGS


@bp.get("/happenings/whole/")
@operation()
def read_whole_happenings() -> list[SerializeAsAny[Happening]]:
    """Write of an instance all that its class has."""
    return HAPPENINGS


@bp.get("/happenings/pages/")
@operation()
def read_happenings_page(size: Annotated[int, Query(ge=0, le=10)] = 1) -> Page[Happening]:
    """Write a page of models: a generic model, with the items' model in the brackets."""
    return Page(items=HAPPENINGS[:size], total=len(HAPPENINGS))
