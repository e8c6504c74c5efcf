"""What goes out: the response model filters, checks and documents what a view returns."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from myapp.kit import EmailStr, Field, operation

bp = Blueprint("responses", __name__)


@dataclass(kw_only=True)
class Member:
    email: EmailStr
    full_name: str | None = None


@dataclass(kw_only=True)
class SignUp(Member):
    password: str = Field(min_length=8)


@dataclass
class FeedAuthor:
    name: str
    email: EmailStr


@dataclass
class FeedPost:
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


@bp.get("/posts/feed/")
@operation()
def read_feed() -> list[FeedPost]:
    """Return a hundred posts with their authors and tags."""
    return FEED


@bp.get("/posts/preview/")
@operation(response_model=None, responses={200: {"content": {"text/plain": {}}}})
def preview_post(plain: bool = False) -> Response | dict[str, str]:
    """Return text or JSON: no one model describes both."""
    return Response("Hello", mimetype="text/plain") if plain else {"title": "Hello"}


@bp.get("/members/broken/")
@operation(response_model=Member, include_in_schema=False)
def read_broken_member() -> Any:
    """Break the promise of the response model: the client gets a 500, never a wrong body."""
    return {"email": None}


@bp.post("/members/")
@operation(status_code=201)
def create_member(member: SignUp) -> Member:
    """Return what came in, less the password that the response model does not name."""
    return member


@bp.get("/members/")
@operation(response_model=list[Member], response_model_exclude_none=True)
def read_members() -> list[dict[str, Any]]:
    """Leave out what is null, and what the model does not name."""
    return [
        {"email": "ada@example.com", "full_name": "Ada", "password": "analytical"},
        {"email": "grace@example.com", "full_name": None, "password": "compilers"},
    ]
