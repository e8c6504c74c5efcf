"""Bodies that are more than one model's attributes: a list or dictionary with a name, unions, other names, tuples."""

from collections import Counter
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Body
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    HttpUrl,
    RootModel,
    Tag,
    ValidationInfo,
    field_validator,
    with_config,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

router = APIRouter(prefix="/models")


class Tags(RootModel[list[Annotated[str, Field(min_length=1, max_length=20)]]]):
    """What a post is about, in the order of the alphabet."""

    @field_validator("root")
    @classmethod
    def in_order(cls, value: list[str]) -> list[str]:
        return sorted(set(value))


class Titles(RootModel[dict[Literal["de", "en", "fr"], str]]):
    """A title in some languages."""


class Heading(BaseModel):
    kind: Literal["heading"]
    text: str = Field(max_length=100)


class Paragraph(BaseModel):
    kind: Literal["paragraph"]
    text: str


class Picture(BaseModel):
    kind: Literal["picture"]
    url: HttpUrl


Block = Annotated[Heading | Paragraph | Picture, Field(discriminator="kind")]


class Link(BaseModel):
    url: HttpUrl
    text: str | None = None


class Illustration(BaseModel):
    url: HttpUrl
    caption: str = Field(max_length=200)


def shape_of(cover: Any) -> str | None:
    if isinstance(cover, dict | Illustration):
        return "illustration"
    return "link" if isinstance(cover, str | HttpUrl) else None


Cover = Annotated[
    Annotated[HttpUrl, Tag("link")] | Annotated[Illustration, Tag("illustration")], Discriminator(shape_of)
]


class Campaign(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    first_day: date
    last_day: date

    @field_validator("last_day")
    @classmethod
    def not_before_the_first(cls, value: date, info: ValidationInfo) -> date:
        if "first_day" in info.data and value < info.data["first_day"]:
            raise ValueError("a campaign ends after it has begun")
        return value


class Imported(BaseModel):
    """A post as other systems export it."""

    title: str = Field(validation_alias=AliasChoices("title", "headline"))
    author: str | None = Field(default=None, validation_alias=AliasChoices("author", AliasPath("meta", "author")))


class Position(NamedTuple):
    latitude: float
    longitude: float


@with_config(ConfigDict(extra="forbid"))
class Device(TypedDict, total=False):
    name: str
    width: int


class Visit(BaseModel):
    position: Position
    device: Device


@router.post("/tags/")
async def create_tags(tags: Tags) -> Tags:
    """Take a list that has a name and a validator."""
    return tags


@router.post("/titles/")
async def create_titles(titles: Titles) -> Titles:
    """Take a dictionary that has a name."""
    return titles


@router.post("/blocks/")
async def create_blocks(blocks: list[Block]) -> dict[str, int]:
    """Take a list of models of several kinds, which say themselves which they are."""
    return Counter(block.kind for block in blocks)


@router.post("/references/")
async def create_references(references: list[int | Link]) -> list[int | Link]:
    """Take a list of other posts' numbers and of links to elsewhere."""
    return references


@router.post("/covers/")
async def create_cover(cover: Annotated[Cover, Body()]) -> Cover:
    """Take a link, or a link with words to it: a function tells which of the two came."""
    return cover


@router.post("/campaigns/")
async def create_campaign(campaign: Campaign) -> Campaign:
    """Take a model in camel case, one attribute of which is checked against another."""
    return campaign


@router.post("/imports/")
async def import_post(post: Imported) -> Imported:
    """Take a model whose attributes have several names, or stand deeper in the body."""
    return post


@router.post("/visits/")
async def create_visit(visit: Visit) -> dict[str, Any]:
    """Take a tuple with names and a dictionary with known keys."""
    return {"north": visit.position.latitude > 0, "position": visit.position, "device": visit.device}
