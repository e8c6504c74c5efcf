"""Request bodies as FastAPI has them: a Pydantic model (or a dataclass) in the signature is the JSON body."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, EmailStr, Field, HttpUrl, computed_field, field_validator, model_validator

from myapp.blueprints.body import fastapi_original_config, fastapi_original_feed, fastapi_original_models

router = APIRouter(prefix="/body", tags=["body"])
lenient_router = APIRouter(prefix="/lenient", strict_content_type=False)


class NewPost(BaseModel):
    title: str = Field(title="Title of the post", max_length=300)
    body: str | None = None


class Manuscript(BaseModel):
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


class Author(BaseModel):
    name: str
    email: EmailStr | None = None


class Image(BaseModel):
    url: HttpUrl
    name: str


class Article(BaseModel):
    title: str = Field(min_length=1, max_length=300, description="What readers see first", examples=["Hello"])
    minutes: float = Field(gt=0, le=600, multiple_of=0.5, description="How long it takes to read")
    slug: str = Field(pattern="^[a-z0-9-]+$", alias="articleSlug")
    author: Author
    related: set[int] = Field(default_factory=set, max_length=10, description="Ids of related posts")
    images: list[Image] | None = None


class Series(BaseModel):
    name: str
    articles: list[Article] = Field(min_length=1)


class Review(BaseModel):
    post_id: int = Field(ge=1)
    stars: int = Field(ge=1, le=5, description="From 1, poor, to 5, excellent")
    text: str | None = Field(default=None, max_length=1000)
    labels: list[str] = Field(default_factory=list)


@dataclass
class Reply:
    author: str
    text: str


@dataclass
class Comment:
    author: str
    text: str
    stars: int = 0
    replies: list[Reply] = field(default_factory=list)


@router.post("/posts/")
async def create_post(post: NewPost) -> NewPost:
    """Take a post from the JSON body."""
    return post


@router.put("/posts/{post_id}")
async def replace_post(post_id: Annotated[int, Path(ge=1)], post: NewPost, notify: bool = False) -> dict[str, Any]:
    """Take one value from the path, one from the query and a model from the body."""
    return {"post_id": post_id, "notify": notify, "post": post}


@router.post("/posts/signed/", status_code=201)
async def create_signed_post(
    post: NewPost, author: Author, priority: Annotated[int, Body(ge=1, le=5)] = 3
) -> dict[str, Any]:
    """Take two models and a number, each under its own name in the body."""
    return {"post": post, "author": author, "priority": priority}


@router.post("/posts/embedded/")
async def create_embedded_post(post: Annotated[NewPost, Body(embed=True)]) -> NewPost:
    """Take a single model under its own name in the body."""
    return post


@router.post("/posts/optional/")
async def create_optional_post(post: NewPost | None = None) -> NewPost | None:
    """Take a post, or nothing at all."""
    return post


@router.post("/articles/", status_code=201)
async def create_article(article: Article) -> Article:
    """Take nested models, a set and URLs."""
    return article


@router.post("/series/")
async def create_series(series: Series) -> Series:
    """Take models within models within a list."""
    return series


@router.post("/images/")
async def create_images(images: list[Image]) -> list[Image]:
    """Take a list as the whole body."""
    return images


@router.post("/ratings/")
async def create_ratings(ratings: Annotated[dict[int, float], Body(max_length=1000)]) -> dict[int, float]:
    """Take an object whose keys are numbers."""
    return ratings


@router.post("/comments/")
async def create_comment(comment: Comment) -> Comment:
    """Take and return standard dataclasses, nested."""
    return comment


@router.post("/reviews/", response_model=Review)
async def create_review(review: Review) -> Any:
    """Take a model that the Flask side writes as a marshmallow Schema."""
    return review


@router.post("/manuscripts/", status_code=201)
async def take_manuscript(manuscript: Manuscript) -> Manuscript:
    """Take a model that checks its attributes, and how they fit together."""
    return manuscript


@lenient_router.post("/posts/")
async def create_lenient_post(post: NewPost) -> NewPost:
    """Take a body that does not say that it is JSON."""
    return post


router.include_router(lenient_router)
router.include_router(fastapi_original_feed.router)
router.include_router(fastapi_original_models.router)
router.include_router(fastapi_original_config.router)
