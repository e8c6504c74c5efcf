"""What a path operation may return, and what its response model makes of it."""

# mypy: disable-error-code="no-untyped-def"
# The first operations have no return type: without one there is no response model.

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response, status
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

router = APIRouter(prefix="/results")


class Mood(Enum):
    calm = "calm"
    merry = "merry"


@dataclass
class Point:
    x: int
    y: int


class Writer(BaseModel):
    name: str
    email: str
    credit: Decimal = Decimal("1.10")
    joined: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class WriterRecord(Writer):
    hashed_password: str = "$argon2id$secret"


class WriterCard(BaseModel):
    name: str
    posts: int = 0


@router.get("/none")
async def return_none():
    """Return nothing."""


@router.get("/text")
async def return_text():
    """Return a string."""
    return "Hello"


@router.get("/number")
async def return_number():
    """Return a number."""
    return 42


@router.get("/list")
async def return_list():
    """Return a list."""
    return [1, "two", None]


@router.get("/dataclass")
async def return_dataclass():
    """Return an object of a standard dataclass."""
    return Point(x=1, y=2)


@router.get("/datetime")
async def return_datetime():
    """Return a moment."""
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@router.get("/set")
async def return_set():
    """Return a set."""
    return {1, 2, 3}


@router.get("/decimal")
async def return_decimal():
    """Return a decimal number."""
    return Decimal("1.10")


@router.get("/nested")
async def return_nested():
    """Return what JSON has no types for, nested."""
    return {
        "id": UUID("c892496f-b1fd-4b91-bdb8-b46f92df1716"),
        "on": date(2026, 1, 2),
        "took": timedelta(minutes=1, seconds=30),
        "mood": Mood.merry,
        "points": (Point(1, 2), Point(3, 4)),
        "file": PurePosixPath("posts/first.md"),
        "bytes": b"raw",
        1: frozenset({7}),
    }


@router.get("/writer")
async def return_writer() -> Writer:
    """Return a writer, without what the return type does not name."""
    return WriterRecord(name="Ada", email="ada@example.com")


@router.get("/writers")
async def return_writers() -> list[Writer]:
    """Return a list of writers, each without secrets."""
    return [
        WriterRecord(name="Ada", email="ada@example.com"),
        Writer(name="Bob", email="bob@example.com", credit=Decimal(2)),
    ]


@router.get("/card", response_model=WriterCard)
async def return_card() -> Any:
    """Return more than the response model lets out."""
    return {"name": "Ada", "posts": "3", "hashed_password": "$argon2id$secret"}


@router.get("/ratings")
async def return_ratings() -> dict[str, float]:
    """Return ratings by name."""
    return {"ada": 4.5, "bob": 3}


@router.get("/either", response_model=None, responses={200: {"content": {"text/plain": {}}}})
async def return_either(plain: bool = False) -> Response | dict[str, Any]:
    """Return a response or a dict, with no response model."""
    return PlainTextResponse("plain", headers={"X-Plain": "yes"}) if plain else {"plain": False}


@router.get("/csv", responses={200: {"content": {"text/csv": {}}}})
async def return_csv() -> Response:
    """Return a response that is sent as it is."""
    return Response("title\nFirst steps\n", media_type="text/csv", headers={"Cache-Control": "no-store"})


@router.post("/accepted", status_code=status.HTTP_202_ACCEPTED)
async def return_accepted() -> dict[str, str]:
    """Accept a post for later."""
    return {"state": "queued"}


@router.get("/broken", response_model=list[int], include_in_schema=False)
async def return_broken() -> Any:
    """Break the promise of the response model."""
    return ["not a number"]
