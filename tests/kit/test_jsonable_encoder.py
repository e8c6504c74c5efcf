"""`jsonable_encoder` called directly, with each of its keywords, beside FastAPI's."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pytest
from fastapi.encoders import jsonable_encoder as theirs
from pydantic import BaseModel
from pydantic import Field as PydanticField

from myapp.kit import Field
from myapp.kit import jsonable_encoder as ours
from myapp.kit.models import schema_for


class State(enum.Enum):
    """An enumeration."""

    DRAFT = "draft"


class TheirAuthor(BaseModel):
    """FastAPI's models."""

    name: str = PydanticField(alias="fullName")
    email: str | None = None


class TheirPost(BaseModel):
    """A model with others inside."""

    title: str
    state: State = State.DRAFT
    price: Decimal = Decimal("1.50")
    written: dt.datetime = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    author: TheirAuthor | None = None
    readers: list[TheirAuthor] = []
    notes: dict[str, Any] = {}


@dataclass
class OurAuthor:
    """The kit's."""

    name: str = Field(alias="fullName")
    email: str | None = None


@dataclass
class OurPost:
    """The same model."""

    title: str
    state: State = State.DRAFT
    price: Decimal = Decimal("1.50")
    written: dt.datetime = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    author: OurAuthor | None = None
    readers: list[OurAuthor] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)


POSTS: list[dict[str, Any]] = [
    {"title": "Bare"},
    {"title": "Set to its default", "state": "draft", "author": None},
    {
        "title": "Full",
        "price": "2",
        "author": {"fullName": "Ada", "email": None},
        "readers": [{"fullName": "Bob", "email": "bob@example.com"}, {"fullName": "Eve"}],
        "notes": {"none": None, "_sa_note": 1, "list": [None, 1]},
    },
]

KEYWORDS: list[dict[str, Any]] = [
    {},
    {"by_alias": False},
    {"exclude_unset": True},
    {"exclude_defaults": True},
    {"exclude_none": True},
    {"exclude_none": True, "exclude_unset": True, "by_alias": False},
    {"include": {"title", "author"}},
    {"include": ["title", "author"]},
    {"include": {"author": {"name"}, "readers": {0: True}}},
    {"exclude": {"title", "author"}},
    {"exclude": ("title", "notes")},
    {"exclude": {"author": {"email"}, "readers": {"__all__": {"name"}}}},
    {"exclude": {"readers": {0: {"email"}}}},
    {"include": {"title", "price"}, "exclude": {"price"}},
    {"include": set()},
    {"exclude": set()},
    {"sqlalchemy_safe": False},
    {"exclude_none": True, "sqlalchemy_safe": False},
    {"custom_encoder": {Decimal: lambda value: f"{value} EUR"}},
    {"custom_encoder": {object: lambda value: "anything"}},
    {"custom_encoder": {State: lambda value: value.name, type(None): lambda value: "none"}},
]


def posts(number: int) -> tuple[Any, Any]:
    """The same post as a model of each side."""
    return TheirPost(**POSTS[number]), read(POSTS[number])


def read(data: dict[str, Any]) -> OurPost:
    """The post as a request would have brought it, with what was set in it."""
    post = schema_for(OurPost)().load(data)
    assert isinstance(post, OurPost)
    return post


def answer(encode: Any, value: Any, keywords: dict[str, Any]) -> Any:
    """What comes out, or the class of what is raised."""
    try:
        return encode(value, **keywords)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("number", range(len(POSTS)))
@pytest.mark.parametrize("keywords", KEYWORDS, ids=lambda keywords: ",".join(keywords))
def test_models(number: int, keywords: dict[str, Any]) -> None:
    """A model, alone, in a list and in a dict, is written alike, whatever is left out of it."""
    left, right = posts(number)
    for wrap in (lambda post: post, lambda post: [post, post], lambda post: {"post": post, "title": None}):
        assert answer(ours, wrap(right), keywords) == answer(theirs, wrap(left), keywords)


class Row:
    """An object with attributes, like SQLAlchemy's."""

    def __init__(self) -> None:
        self._sa_instance_state = "SQLAlchemy's"
        self.title = "Row"
        self.author = None
        self.price = Decimal("1.50")


class Pairs:
    """An object that gives pairs."""

    def __iter__(self) -> Any:
        return iter([("title", "Pairs"), ("author", None)])


class Word(str):
    """A text of a class of its own."""


VALUES: dict[str, Any] = {
    "row": Row(),
    "pairs": Pairs(),
    "dict": {"title": 1, "author": None, "_sa": 2, 3: None, State.DRAFT: State.DRAFT},
    "deep dict": {"title": {"title": None, "other": 1}, "author": [{"title": 1, "author": None}]},
    "list": [None, {"title": None}, {"author": Decimal("1")}],
    "tuple": (1, {"price": Decimal("1.5")}),
    "deque": deque([1, Decimal("2")]),
    "frozenset": frozenset({1}),
    "decimal": Decimal("1.50"),
    "moments": [dt.datetime(2026, 1, 2, tzinfo=dt.UTC), dt.date(2026, 1, 2), dt.time(1, 2), dt.timedelta(hours=1)],
    "uuid": uuid.UUID(int=1),
    "path": PurePosixPath("/a/b"),
    "bytes": b"bytes",
    "word": Word("a word"),
    "state": State.DRAFT,
    "none": None,
    "number": 1.5,
    "object": object(),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("keywords", KEYWORDS, ids=lambda keywords: ",".join(keywords))
def test_other_values(name: str, keywords: dict[str, Any]) -> None:
    """So is any other value, or the same kind of error comes."""
    assert answer(ours, VALUES[name], keywords) == answer(theirs, VALUES[name], keywords)


def test_a_custom_encoder_for_a_class_wins_over_one_for_its_base() -> None:
    """The very class is looked for first, then the bases in the order in which they are given."""
    encoders: dict[type, Any] = {str: lambda value: "str", Word: lambda value: "Word"}
    assert ours([Word("a"), "b"], custom_encoder=encoders) == theirs([Word("a"), "b"], custom_encoder=encoders)
    assert ours(Word("a"), custom_encoder=encoders) == "Word"
