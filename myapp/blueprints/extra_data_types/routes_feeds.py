"""What another site sends: addresses with limits, items that may be wrong, any JSON, and a type that is described."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from flask import Blueprint

from myapp.kit import (
    AnyUrl,
    BeforeValidator,
    FailFast,
    Field,
    HttpUrl,
    OnErrorOmit,
    PlainSerializer,
    UrlConstraints,
    WithJsonSchema,
    operation,
)
from myapp.kit.types import JsonValue

bp = Blueprint("feeds", __name__, url_prefix="/feeds")


def from_hex(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ValueError("a color is # and six hexadecimal digits")
    return int(value[1:], 16)


def to_hex(color: int) -> str:
    return f"#{color:06x}"


Color = Annotated[
    int,
    BeforeValidator(from_hex),
    PlainSerializer(to_hex, return_type=str),
    WithJsonSchema({"type": "string", "format": "color", "examples": ["#ff8800"]}),
]
Source = Annotated[AnyUrl, UrlConstraints(allowed_schemes=["https", "gemini"], host_required=True, max_length=200)]


@dataclass
class FeedItem:
    title: str = Field(min_length=1, max_length=100)
    published: date | None = None


@dataclass
class Feed:
    source: Source
    site: HttpUrl | None = None
    color: Color | None = None
    items: list[OnErrorOmit[FeedItem]] = Field(default_factory=list)
    ratings: Annotated[list[int], FailFast()] = Field(default_factory=list, max_length=1000)
    extensions: dict[str, JsonValue] = Field(default_factory=dict)


@bp.post("/")
@operation()
def import_feed(feed: Feed) -> Feed:
    """Take a feed: what is no item is left out, and of the ratings the first that is wrong is told."""
    return feed
