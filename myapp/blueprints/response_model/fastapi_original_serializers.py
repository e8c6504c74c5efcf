"""How a model is written: serializers of a type, an attribute and the whole, subclasses, pages, other names."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Query
from fastapi.encoders import jsonable_encoder
from pydantic import (
    BaseModel,
    Field,
    FieldSerializationInfo,
    PlainSerializer,
    SerializationInfo,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    WrapSerializer,
    field_serializer,
    model_serializer,
)

router = APIRouter(prefix="/serializers")

Item = TypeVar("Item")


def in_euros(price: Decimal) -> str:
    return f"{price:.2f} EUR"


def masked(email: str, handler: SerializerFunctionWrapHandler) -> str:
    written: str = handler(email)
    return f"{written[:1]}…"


Price = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2), PlainSerializer(in_euros, return_type=str)]
Masked = Annotated[str, WrapSerializer(masked)]


class Ticket(BaseModel):
    title: str = Field(max_length=100)
    holder: Masked
    price: Price
    starts: datetime
    note: str | None = Field(default=None, exclude_if=lambda note: note is None)

    @field_serializer("starts")
    def without_seconds(self, starts: datetime) -> str:
        return starts.isoformat(" ", "minutes")


class Point(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)

    @model_serializer
    def as_geojson(self) -> list[float]:
        return [self.longitude, self.latitude]


class Stage(BaseModel):
    width: float = Field(ge=0)
    load: float = Field(ge=0)

    @field_serializer("width", "load")
    def with_unit(self, amount: float, info: FieldSerializationInfo) -> str:
        return f"{amount:g} {'m' if info.field_name == 'width' else 'kg'}"


class Venue(BaseModel):
    name: str
    at: Point
    capacity: int = Field(default=0, serialization_alias="seats")

    @model_serializer(mode="wrap")
    def with_type(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return {"@type" if info.by_alias else "type": "venue", **handler(self)}


class Happening(BaseModel):
    title: str


class Concert(Happening):
    band: str


class Page(BaseModel, Generic[Item]):
    """One page of a long list."""

    items: list[Item]
    total: int


HAPPENINGS = [Concert(title="Evening", band="The Parsers"), Happening(title="Reading")]


@router.post("/tickets/")
async def create_ticket(ticket: Ticket) -> Ticket:
    """Write a price, an address and a moment in ways of their own."""
    return ticket


@router.post("/tickets/stored/", response_model=None)
async def store_ticket(ticket: Ticket) -> Any:
    """Make JSON values of a model in the same ways, for a store that takes nothing else."""
    return json.loads(
        json.dumps({"ticket": jsonable_encoder(ticket), "short": jsonable_encoder(ticket, include={"title"})})
    )


@router.post("/points/")
async def create_point(point: Point) -> Point:
    """Write a model as a list."""
    return point


@router.post("/stages/")
async def create_stage(stage: Stage) -> Stage:
    """Write numbers with units: one function for both, which is told the attribute."""
    return stage


@router.post("/venues/")
async def create_venue(venue: Venue) -> Venue:
    """Write a model with more than it has, one within it as a list."""
    return venue


@router.post("/venues/names/", response_model_by_alias=False)
async def create_venue_by_name(venue: Venue) -> Venue:
    """Write a model's attributes under their own names."""
    return venue


@router.get("/happenings/")
async def read_happenings() -> list[Happening]:
    """Write of an instance what the declared model has, whatever its class has more."""
    return HAPPENINGS


@router.get("/happenings/whole/")
async def read_whole_happenings() -> list[SerializeAsAny[Happening]]:
    """Write of an instance all that its class has."""
    return HAPPENINGS


@router.get("/happenings/pages/")
async def read_happenings_page(size: Annotated[int, Query(ge=0, le=10)] = 1) -> Page[Happening]:
    """Write a page of models: a generic model, with the items' model in the brackets."""
    return Page(items=HAPPENINGS[:size], total=len(HAPPENINGS))
