"""Dependencies that clean up after themselves: what each writes to a run's log can be read afterwards."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Request
from fastapi.responses import StreamingResponse


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    yield {"events": deque(maxlen=1000)}


router = APIRouter(prefix="/runs", lifespan=lifespan)


def log_of(run: Annotated[str, Path(max_length=50)], request: Request) -> Callable[[str], None]:
    events = request.state.events
    return lambda event: events.append((run, event))


Log = Annotated[Callable[[str], None], Depends(log_of)]


def open_outer(log: Log) -> Iterator[str]:
    log("outer opens")
    try:
        yield "outer"
    finally:
        log("outer closes")


def open_inner(log: Log, outer: Annotated[str, Depends(open_outer)]) -> Iterator[str]:
    log("inner opens")
    try:
        yield f"inner in {outer}"
    finally:
        log("inner closes")


def open_briefly(log: Log) -> Iterator[None]:
    log("brief opens")
    yield
    log("brief closes")


@router.get("/{run}")
def read_events(run: Annotated[str, Path(max_length=50)], request: Request) -> list[str]:
    """Read a run's log."""
    return [event for name, event in request.state.events if name == run]


@router.post("/{run}/nested")
def run_nested(log: Log, inner: Annotated[str, Depends(open_inner)]) -> dict[str, str]:
    """Close in the reverse order of opening, after the view."""
    log("view")
    return {"inner": inner}


@router.post("/{run}/streamed", responses={200: {"content": {"text/plain": {}}}})
def run_streamed(
    log: Log,
    outer: Annotated[str, Depends(open_outer)],
    brief: Annotated[None, Depends(open_briefly, scope="function")],
) -> StreamingResponse:
    """Close what is scoped to the function before the first byte, the rest after the last."""

    def chunks() -> Iterator[str]:
        for number in range(3):
            log(f"chunk {number}")
            yield f"{number} of {outer}\n"

    return StreamingResponse(chunks(), media_type="text/plain")


def translate_errors(log: Log) -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        log(f"translates {error}")
        raise HTTPException(status_code=409, detail=f"Translated: {error}") from error


@router.post(
    "/{run}/translated", dependencies=[Depends(translate_errors)], responses={409: {"description": "Translated"}}
)
def run_translated(run: str) -> None:
    """Fail with an error that the dependency turns into an answer."""
    raise LookupError("lost")


def watch_errors(log: Log) -> Iterator[None]:
    try:
        yield
    except HTTPException as error:
        log(f"saw {error.status_code}")
        raise


@router.post("/{run}/refused", dependencies=[Depends(watch_errors)], responses={403: {"description": "Refused"}})
def run_refused(run: str) -> None:
    """Refuse: the dependency sees the HTTPException on its way."""
    raise HTTPException(status_code=403, detail=f"Run {run} refused", headers={"X-Reason": "shown"})


def swallow_errors(log: Log) -> Iterator[None]:
    try:
        yield
    except LookupError:
        log("swallows")


@router.post("/{run}/swallowed", dependencies=[Depends(swallow_errors)], include_in_schema=False)
def run_swallowed(run: str) -> None:
    """Fail with an error that the dependency keeps to itself: the answer is a 500."""
    raise LookupError("lost")
