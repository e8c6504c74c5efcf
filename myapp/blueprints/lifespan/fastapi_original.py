"""Lifespan: what is prepared once a process, and what each request makes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request


class Scorer:
    """Stands for a model that takes long to load."""

    def __init__(self) -> None:
        self.weights = {"flask": 3, "fastapi": 3, "python": 2}
        self.closed = False

    def score(self, text: str) -> int:
        return sum(self.weights.get(word, 0) for word in text.lower().split())

    def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    scorer = Scorer()
    app.state.starts = getattr(app.state, "starts", 0) + 1
    yield {"scorer": scorer, "starts": app.state.starts}
    scorer.close()


router = APIRouter(prefix="/lifespan", tags=["lifespan"], lifespan=lifespan)


@router.get("/score")
async def read_score(text: Annotated[str, Query(max_length=1000)], request: Request) -> dict[str, int]:
    """Score a text with the model that was loaded before the first request."""
    return {"score": request.state.scorer.score(text)}


@router.get("/state")
async def read_state(request: Request) -> dict[str, Any]:
    """Show that the model is there, and how often it was loaded."""
    return {"starts": request.state.starts, "closed": request.state.scorer.closed}


def remember_reader(reader: str, request: Request) -> None:
    request.state.reader = reader


@router.get("/readers/{reader}", dependencies=[Depends(remember_reader)])
async def read_reader(request: Request) -> dict[str, str]:
    """Read what a dependency has left in the state of this request."""
    return {"reader": request.state.reader}


@router.get("/readers")
async def read_nobody(request: Request) -> dict[str, bool]:
    """Find nothing there: each request begins with what the lifespan yielded."""
    return {"reader": hasattr(request.state, "reader")}
