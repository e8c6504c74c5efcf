"""A small application to test: a dependency to replace, a write, a stream, a WebSocket, an error, an async view."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from flask import Blueprint, Flask

from myapp.kit import Api, Depends, HTTPException, Query, WebSocket, operation, router_options, websocket
from myapp.kit.lifespan import Lifespan

bp = Blueprint("testing", __name__, url_prefix="/testing")
router_options(bp, tags=["testing"])


@dataclass
class Note:
    text: str


def get_clock() -> datetime:
    return datetime.now(UTC)


def get_notebook() -> Iterator[list[str]]:
    notes: list[str] = ["opened"]
    yield notes
    notes.append("closed")


@bp.get("/greeting")
@operation()
def read_greeting(clock: Annotated[datetime, Depends(get_clock)]) -> dict[str, str]:
    """Greet by the time of day."""
    return {"greeting": "Good morning" if clock.hour < 12 else "Good afternoon"}


@bp.post("/notes")
@operation(status_code=201)
def write_note(note: Note, notebook: Annotated[list[str], Depends(get_notebook)]) -> list[str]:
    """Write a note; an empty one is refused."""
    if not note.text.strip():
        raise HTTPException(status_code=400, detail="A note needs a text")
    notebook.append(note.text)
    return notebook


@bp.get("/countdown")
@operation()
def count_down(start: Annotated[int, Query(ge=0, le=100)] = 3) -> Iterable[int]:
    """Count down, a line for each number."""
    yield from range(start, -1, -1)


@websocket(bp, "/dictation")
def take_dictation(websocket: WebSocket, notebook: Annotated[list[str], Depends(get_notebook)]) -> None:
    """Write down what is said, until somebody says stop."""
    websocket.accept()
    while (text := websocket.receive_text()) != "stop":
        notebook.append(text)
        websocket.send_json(notebook)
        if len(notebook) > 100:
            websocket.close(1009, "The notebook is full")
            return
    websocket.close(4000, "Written down")


@bp.get("/slow")
@operation()
async def read_slow() -> str:
    """Wait a little, without keeping a thread."""
    await asyncio.sleep(0.01)
    return "done"


@bp.get("/broken")
@operation(include_in_schema=False)
def read_broken() -> str:
    """Fail as a program fails."""
    raise ZeroDivisionError("a mistake in the view")


def create_app(lifespan: Lifespan | None = None) -> Flask:
    """An application with nothing but this blueprint, for the tests."""
    app = Flask(__name__)
    app.testing = True
    Api(lifespan=lifespan).init_app(app)
    app.register_blueprint(bp)
    return app
