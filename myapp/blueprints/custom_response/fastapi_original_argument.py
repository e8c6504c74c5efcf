"""What goes along with a result: a status, headers and cookies of the moment; and a result that is yielded."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

router = APIRouter(prefix="/argument")

SHELVES = ("novels", "poems")


class Choice(BaseModel):
    theme: Literal["light", "dark"]


class TextStream(StreamingResponse):
    """Text that is sent while it is made."""

    media_type = "text/plain"


def not_stored(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


@router.put("/shelves/{name}", responses={201: {"description": "It is a new one"}})
def put_up_shelf(name: str, response: Response) -> dict[str, str]:
    """Answer 201 instead of 200 for a shelf that was not there."""
    if name not in SHELVES:
        response.status_code = status.HTTP_201_CREATED
    return {"name": name}


@router.post("/theme/", dependencies=[Depends(not_stored)])
def choose_theme(choice: Choice, response: Response) -> Choice:
    """Set a cookie and a header, the one here and the other in a dependency."""
    response.set_cookie("theme", choice.theme, max_age=3600, httponly=True, samesite="lax")
    return choice


@router.delete("/theme/", status_code=204)
def forget_theme(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie("theme")


@router.get("/countdown.txt", response_class=TextStream)
def count_down(start: Annotated[int, Query(ge=0, le=100)] = 3) -> Iterator[str]:
    """Send a text by `yield`, line after line."""
    for number in range(start, -1, -1):
        yield f"{number}\n"
