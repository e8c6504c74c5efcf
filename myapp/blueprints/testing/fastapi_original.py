"""A small application to test: a dependency to replace, a write, a stream, a WebSocket, an error, an async view."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, WebSocket
from pydantic import BaseModel

router = APIRouter(prefix="/testing", tags=["testing"])


class Note(BaseModel):
    text: str


def get_clock() -> datetime:
    return datetime.now(UTC)


def get_notebook() -> Iterator[list[str]]:
    notes: list[str] = ["opened"]
    yield notes
    notes.append("closed")


@router.get("/greeting")
def read_greeting(clock: Annotated[datetime, Depends(get_clock)]) -> dict[str, str]:
    """Greet by the time of day."""
    return {"greeting": "Good morning" if clock.hour < 12 else "Good afternoon"}


@router.post("/notes", status_code=201)
def write_note(note: Note, notebook: Annotated[list[str], Depends(get_notebook)]) -> list[str]:
    """Write a note; an empty one is refused."""
    if not note.text.strip():
        raise HTTPException(status_code=400, detail="A note needs a text")
    notebook.append(note.text)
    return notebook


@router.get("/countdown")
def count_down(start: Annotated[int, Query(ge=0, le=100)] = 3) -> Iterable[int]:
    """Count down, a line for each number."""
    yield from range(start, -1, -1)


@router.websocket("/dictation")
async def take_dictation(websocket: WebSocket, notebook: Annotated[list[str], Depends(get_notebook)]) -> None:
    """Write down what is said, until somebody says stop."""
    await websocket.accept()
    while (text := await websocket.receive_text()) != "stop":
        notebook.append(text)
        await websocket.send_json(notebook)
        if len(notebook) > 100:
            await websocket.close(1009, "The notebook is full")
            return
    await websocket.close(4000, "Written down")


@router.get("/slow")
async def read_slow() -> str:
    """Wait a little, without keeping a thread."""
    await asyncio.sleep(0.01)
    return "done"


@router.get("/broken", include_in_schema=False)
def read_broken() -> str:
    """Fail as a program fails."""
    raise ZeroDivisionError("a mistake in the view")


def create_app(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """An application with nothing but this router, for the tests."""
    app = FastAPI(lifespan=lifespan)
    app.include_router(router)
    return app
