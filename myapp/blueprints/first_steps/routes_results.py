"""What a path operation may return, and what its response model makes of it."""

# mypy: disable-error-code="no-untyped-def"
# The first operations have no return type: without one there is no response model.

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from myapp.blueprints.first_steps.schemas import Mood, Point, Writer, WriterCard, WriterRecord
from myapp.kit import operation

bp = Blueprint("results", __name__, url_prefix="/results")


@bp.get("/none")
@operation()
def return_none():
    """Return nothing."""


@bp.get("/text")
@operation()
def return_text():
    """Return a string."""
    return "Hello"


@bp.get("/number")
@operation()
def return_number():
    """Return a number."""
    return 42


@bp.get("/list")
@operation()
def return_list():
    """Return a list."""
    return [1, "two", None]


@bp.get("/dataclass")
@operation()
def return_dataclass():
    """Return an object of a standard dataclass."""
    return Point(x=1, y=2)


@bp.get("/datetime")
@operation()
def return_datetime():
    """Return a moment."""
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@bp.get("/set")
@operation()
def return_set():
    """Return a set."""
    return {1, 2, 3}


@bp.get("/decimal")
@operation()
def return_decimal():
    """Return a decimal number."""
    return Decimal("1.10")


@bp.get("/nested")
@operation()
def return_nested():
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


@bp.get("/writer")
@operation()
def return_writer() -> Writer:
    """Return a writer, without what the return type does not name."""
    return WriterRecord(name="Ada", email="ada@example.com")


@bp.get("/writers")
@operation()
def return_writers() -> list[Writer]:
    """Return a list of writers, each without secrets."""
    return [
        WriterRecord(name="Ada", email="ada@example.com"),
        Writer(name="Bob", email="bob@example.com", credit=Decimal(2)),
    ]


@bp.get("/card")
@operation(response_model=WriterCard)
def return_card() -> Any:
    """Return more than the response model lets out."""
    return {"name": "Ada", "posts": "3", "hashed_password": "$argon2id$secret"}


@bp.get("/ratings")
@operation()
def return_ratings() -> dict[str, float]:
    """Return ratings by name."""
    return {"ada": 4.5, "bob": 3}


@bp.get("/either")
@operation(response_model=None, responses={200: {"content": {"text/plain": {}}}})
def return_either(plain: bool = False) -> Response | dict[str, Any]:
    """Return a response or a dict, with no response model."""
    return Response("plain", mimetype="text/plain", headers={"X-Plain": "yes"}) if plain else {"plain": False}


@bp.get("/csv")
@operation(responses={200: {"content": {"text/csv": {}}}})
def return_csv() -> Response:
    """Return a response that is sent as it is."""
    return Response("title\nFirst steps\n", mimetype="text/csv", headers={"Cache-Control": "no-store"})


@bp.post("/accepted")
@operation(status_code=HTTPStatus.ACCEPTED)
def return_accepted() -> dict[str, str]:
    """Accept a post for later."""
    return {"state": "queued"}


@bp.get("/broken")
@operation(response_model=list[int], include_in_schema=False)
def return_broken() -> Any:
    """Break the promise of the response model."""
    return ["not a number"]
