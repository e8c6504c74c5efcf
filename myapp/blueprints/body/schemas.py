"""What the body holds: dataclasses with the names and constraints of FastAPI's models, and one marshmallow Schema."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from marshmallow import Schema, fields, validate

from myapp.kit import EmailStr, Field, HttpUrl, ModelConfig, computed_field, field_validator, model_validator


@dataclass
class NewPost:
    title: str = Field(title="Title of the post", max_length=300)
    body: str | None = None


@dataclass
class Manuscript:
    title: str
    written: date
    published: date

    @field_validator("title")
    @classmethod
    def titled(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a title is more than white space")
        return value.strip()

    @model_validator(mode="after")
    def published_later(self) -> Self:
        if self.published < self.written:
            raise ValueError("published before it was written")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def days(self) -> int:
        """How long it lay in the drawer."""
        return (self.published - self.written).days


@dataclass
class Author:
    name: str
    email: EmailStr | None = None


@dataclass
class Image:
    url: HttpUrl
    name: str


@dataclass(kw_only=True)
class Article:
    title: str = Field(min_length=1, max_length=300, description="What readers see first", examples=["Hello"])
    minutes: float = Field(gt=0, le=600, multiple_of=0.5, description="How long it takes to read")
    slug: str = Field(pattern="^[a-z0-9-]+$", alias="articleSlug")
    author: Author
    related: set[int] = Field(default_factory=set, max_length=10, description="Ids of related posts")
    images: list[Image] | None = None


@dataclass
class Series:
    name: str
    articles: list[Article] = Field(min_length=1)


@dataclass
class Reply:
    model_config: ClassVar[ModelConfig] = ModelConfig(from_attributes=False)

    author: str
    text: str


@dataclass
class Comment:
    model_config: ClassVar[ModelConfig] = ModelConfig(from_attributes=False)

    author: str
    text: str
    stars: int = 0
    replies: list[Reply] = Field(default_factory=list)


class ReviewSchema(Schema):
    post_id = fields.Integer(required=True, validate=validate.Range(min=1))
    stars = fields.Integer(
        required=True,
        validate=validate.Range(min=1, max=5),
        metadata={"description": "From 1, poor, to 5, excellent"},
    )
    text = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))
    labels = fields.List(fields.String(), load_default=list)
