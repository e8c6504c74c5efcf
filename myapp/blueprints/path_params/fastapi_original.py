"""Path parameters: strings, numbers, booleans, dates, identifiers, choices and whole paths."""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path

router = APIRouter(prefix="/path-params", tags=["path-params"])


class Rank(StrEnum):
    author = "author"
    editor = "editor"
    admin = "admin"


class Priority(IntEnum):
    low = 1
    high = 2


@router.get("/say/{message}")
async def say(message: str) -> dict[str, str]:
    """Say the message back."""
    return {"message": message}


@router.get("/users/me")
async def read_current_user() -> dict[str, str]:
    """Read the current user; the fixed path is declared before the variable one."""
    return {"user_id": "the current user"}


@router.get("/users/{user_id}")
async def read_user(user_id: int) -> dict[str, int]:
    """Read a user by number."""
    return {"user_id": user_id}


@router.get("/users/{user_id}/posts/{slug}")
async def read_user_post(user_id: int, slug: str) -> dict[str, int | str]:
    """Read a post of a user: two parameters in one path."""
    return {"user_id": user_id, "slug": slug}


@router.get("/ratings/{rating}")
async def read_rating(rating: float) -> dict[str, float]:
    """Read a rating, a number with or without decimals."""
    return {"rating": rating}


@router.get("/published/{published}")
async def read_published(published: bool) -> dict[str, bool]:
    """Read published posts or drafts."""
    return {"published": published}


@router.get("/uploads/{upload_id}")
async def read_upload(upload_id: UUID) -> dict[str, UUID]:
    """Read an upload by its UUID."""
    return {"upload_id": upload_id}


@router.get("/days/{day}")
async def read_day(day: date) -> dict[str, date | int]:
    """Read what was posted on a day."""
    return {"day": day, "weekday": day.isoweekday()}


@router.get("/ranks/{rank}")
async def read_rank(rank: Rank) -> dict[str, Any]:
    """Read what users of a rank may do."""
    if rank is Rank.admin:
        return {"rank": rank, "may": "everything"}
    return {"rank": rank, "may": "write" if rank.value == "author" else "publish"}


@router.get("/priorities/{priority}")
async def read_priority(priority: Priority) -> dict[str, Priority]:
    """Read the posts of one priority, a choice among numbers."""
    return {"priority": priority}


@router.get("/orders/{order}")
async def read_order(order: Literal["newest", "oldest"]) -> dict[str, str]:
    """Read posts in one of two orders."""
    return {"order": order}


@router.get("/files/{file_path:path}")
async def read_file(file_path: str) -> dict[str, str]:
    """Read a file whose path may contain slashes."""
    return {"file_path": file_path}


@router.get("/posts/{post_id}")
async def read_post(post_id: Annotated[int, Path(title="The ID of the post", ge=1, le=1000)]) -> dict[str, int]:
    """Read a post whose number has bounds."""
    return {"post_id": post_id}


@router.get("/scores/{score}")
async def read_score(
    score: Annotated[float, Path(title="Score", description="In steps of a half", gt=0, lt=10.5, multiple_of=0.5)],
) -> dict[str, float]:
    """Read posts with a score between two exclusive bounds."""
    return {"score": score}


@router.get("/tags/{tag}")
async def read_tag(
    tag: Annotated[str, Path(min_length=2, max_length=20, pattern="^[a-z-]+$", examples=["flask"])],
) -> dict[str, str]:
    """Read posts by a tag of limited length and letters."""
    return {"tag": tag}


@router.get("/archive/{month}")
async def read_archive(
    month: Annotated[int, Path(ge=1, le=12, deprecated=True)], q: str | None = None
) -> dict[str, int | str | None]:
    """Read the archive of a month; path and query parameters side by side."""
    return {"month": month, "q": q}
