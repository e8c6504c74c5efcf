"""Lifespan: what is prepared once a process, and what each request makes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from flask import Blueprint, Flask

from myapp.kit import Depends, Query, operation, router_options, state


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
async def lifespan(app: Flask) -> AsyncIterator[dict[str, Any]]:
    scorer = Scorer()
    app.extensions["starts"] = app.extensions.get("starts", 0) + 1
    yield {"scorer": scorer, "starts": app.extensions["starts"]}
    scorer.close()


bp = Blueprint("lifespan", __name__, url_prefix="/lifespan")
router_options(bp, tags=["lifespan"])


@bp.get("/score")
@operation()
async def read_score(text: Annotated[str, Query(max_length=1000)]) -> dict[str, int]:
    """Score a text with the model that was loaded before the first request."""
    return {"score": state.scorer.score(text)}


@bp.get("/state")
@operation()
async def read_state() -> dict[str, Any]:
    """Show that the model is there, and how often it was loaded."""
    return {"starts": state.starts, "closed": state.scorer.closed}


def remember_reader(reader: str) -> None:
    state.reader = reader


@bp.get("/readers/<reader>")
@operation(dependencies=[Depends(remember_reader)])
async def read_reader() -> dict[str, str]:
    """Read what a dependency has left in the state of this request."""
    return {"reader": state.reader}


@bp.get("/readers")
@operation()
async def read_nobody() -> dict[str, bool]:
    """Find nothing there: each request begins with what the lifespan yielded."""
    return {"reader": hasattr(state, "reader")}
