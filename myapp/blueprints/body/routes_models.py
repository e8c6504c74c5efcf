"""Bodies that are more than one model's attributes: a list or dictionary with a name, unions, other names, tuples."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypedDict

from flask import Blueprint

from myapp.kit import (
    AliasChoices,
    AliasPath,
    Body,
    Discriminator,
    Field,
    HttpUrl,
    ModelConfig,
    RootModel,
    Tag,
    ValidationInfo,
    field_validator,
    operation,
    with_config,
)

bp = Blueprint("models", __name__, url_prefix="/models")


class Tags(RootModel[list[Annotated[str, Field(min_length=1, max_length=20)]]]):
    """What a post is about, in the order of the alphabet."""

    @field_validator("root")
    @classmethod
    def in_order(cls, value: list[str]) -> list[str]:
        return sorted(set(value))


class Titles(RootModel[dict[Literal["de", "en", "fr"], str]]):
    """A title in some languages."""


@dataclass
class Heading:
    kind: Literal["heading"]
    text: str = Field(max_length=100)


@dataclass
class Paragraph:
    kind: Literal["paragraph"]
    text: str


@dataclass
class Picture:
    kind: Literal["picture"]
    url: HttpUrl


Block = Annotated[Heading | Paragraph | Picture, Field(discriminator="kind")]


@dataclass
class Link:
    url: HttpUrl
    text: str | None = None


@dataclass
class Illustration:
    url: HttpUrl
    caption: str = Field(max_length=200)


def shape_of(cover: Any) -> str | None:
    if isinstance(cover, dict | Illustration):
        return "illustration"
    return "link" if isinstance(cover, str) else None


Cover = Annotated[
    Annotated[HttpUrl, Tag("link")] | Annotated[Illustration, Tag("illustration")], Discriminator(shape_of)
]


def to_camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@dataclass
class Campaign:
    model_config: ClassVar = ModelConfig(alias_generator=to_camel)

    first_day: date
    last_day: date

    @field_validator("last_day")
    @classmethod
    def not_before_the_first(cls, value: date, info: ValidationInfo) -> date:
        if "first_day" in info.data and value < info.data["first_day"]:
            raise ValueError("a campaign ends after it has begun")
        return value


@dataclass
class Imported:
    """A post as other systems export it."""

    title: str = Field(validation_alias=AliasChoices("title", "headline"))
    author: str | None = Field(default=None, validation_alias=AliasChoices("author", AliasPath("meta", "author")))


class Position(NamedTuple):
    latitude: float
    longitude: float


@with_config(ModelConfig(extra="forbid"))
class Device(TypedDict, total=False):
    name: str
    width: int


@dataclass
class Visit:
    position: Position
    device: Device


@bp.post("/tags/")
@operation()
def create_tags(tags: Tags) -> Tags:
    """Take a list that has a name and a validator."""
    return tags


@bp.post("/titles/")
@operation()
def create_titles(titles: Titles) -> Titles:
    """Take a dictionary that has a name."""
    return titles


@bp.post("/blocks/")
@operation()
def create_blocks(blocks: list[Block]) -> dict[str, int]:
    """Take a list of models of several kinds, which say themselves which they are."""
    return Counter(block.kind for block in blocks)


@bp.post("/references/")
@operation()
def create_references(references: list[int | Link]) -> list[int | Link]:
    """Take a list of other posts' numbers and of links to elsewhere."""
    return references


@bp.post("/covers/")
@operation()
def create_cover(cover: Annotated[Cover, Body()]) -> Cover:
    """Take a link, or a link with words to it: a function tells which of the two came."""
    return cover


@bp.post("/campaigns/")
@operation()
def create_campaign(campaign: Campaign) -> Campaign:
    """Take a model in camel case, one attribute of which is checked against another."""
    return campaign


@bp.post("/imports/")
@operation()
def import_post(post: Imported) -> Imported:
    """Take a model whose attributes have several names, or stand deeper in the body."""
    return post


@bp.post("/visits/")
@operation()
def create_visit(visit: Visit) -> dict[str, Any]:
    """Take a tuple with names and a dictionary with known keys."""
    return {"north": visit.position.latitude > 0, "position": visit.position, "device": visit.device}
