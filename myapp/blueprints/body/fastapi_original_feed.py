"""A long answer of nested models; `deploy/bench` measures it."""

from fastapi import APIRouter
from pydantic import BaseModel, EmailStr

router = APIRouter()


class FeedAuthor(BaseModel):
    name: str
    email: EmailStr


class FeedPost(BaseModel):
    id: int
    title: str
    body: str | None
    author: FeedAuthor
    tags: list[str]


FEED = [
    FeedPost(
        id=number,
        title=f"Post {number}",
        body=f"What is said in post {number}." if number % 10 else None,
        author=FeedAuthor(name=f"Author {number % 7}", email=f"author{number % 7}@example.com"),
        tags=["flask", "fastapi", f"tag-{number % 5}"],
    )
    for number in range(1, 101)
]


@router.get("/posts/feed/")
async def read_feed() -> list[FeedPost]:
    """Return a hundred posts with their authors and tags."""
    return FEED
