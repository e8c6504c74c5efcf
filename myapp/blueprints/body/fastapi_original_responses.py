"""What goes out: the response model filters, checks and documents what a view returns."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, EmailStr, Field

router = APIRouter()


class Member(BaseModel):
    email: EmailStr
    full_name: str | None = None


class SignUp(Member):
    password: str = Field(min_length=8)


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
def read_feed() -> list[FeedPost]:
    """Return a hundred posts with their authors and tags."""
    return FEED


@router.get("/posts/preview/", response_model=None, responses={200: {"content": {"text/plain": {}}}})
def preview_post(plain: bool = False) -> PlainTextResponse | dict[str, str]:
    """Return text or JSON: no one model describes both."""
    return PlainTextResponse("Hello") if plain else {"title": "Hello"}


@router.get("/members/broken/", response_model=Member, include_in_schema=False)
def read_broken_member() -> Any:
    """Break the promise of the response model: the client gets a 500, never a wrong body."""
    return {"email": None}


@router.post("/members/", status_code=201)
def create_member(member: SignUp) -> Member:
    """Return what came in, less the password that the response model does not name."""
    return member


@router.get("/members/", response_model=list[Member], response_model_exclude_none=True)
def read_members() -> list[dict[str, Any]]:
    """Leave out what is null, and what the model does not name."""
    return [
        {"email": "ada@example.com", "full_name": "Ada", "password": "analytical"},
        {"email": "grace@example.com", "full_name": None, "password": "compilers"},
    ]
