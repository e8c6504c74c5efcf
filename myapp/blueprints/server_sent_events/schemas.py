"""What goes in and what the streams' items are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from myapp.kit import Field
from myapp.models import LARGEST_ID, STORABLE_TEXT, Post


@dataclass
class Announcement:
    title: str = Field(min_length=1, max_length=300, pattern=STORABLE_TEXT)
    author_id: int = Field(ge=1, le=LARGEST_ID)
    body: str | None = Field(default=None, pattern=STORABLE_TEXT)


@dataclass
class PostLine:
    id: int
    title: str
    body: str | None
    author_id: int
    created_at: datetime

    @classmethod
    def of(cls, post: Post) -> Self:
        return cls(post.id, post.title, post.body, post.author_id, post.created_at)


@dataclass
class Tick:
    left: int


@dataclass
class Prompt:
    text: str = Field(max_length=2000)
