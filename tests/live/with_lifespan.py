"""An application whose lifespan writes to a file when a process enters and leaves it: gunicorn …:app."""

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from flask import Flask

from myapp.extensions import db
from myapp.kit import Api, operation, state

LOG = Path(os.environ["MYAPP_DATA_DIR"]) / "lifespan.log"


def write(event: str) -> None:
    """Append a line: what happened in which process."""
    with LOG.open("a") as file:
        file.write(f"{event} {os.getpid()}\n")


@asynccontextmanager
async def lifespan(app: Flask) -> AsyncIterator[dict[str, int]]:
    """Say when it is entered and left; fail when the environment says so."""
    if os.environ.get("FAIL_AT_START"):
        raise RuntimeError("the model could not be loaded")
    write("entered")
    yield {"process": os.getpid()}
    write("left")


app = Flask(__name__)
# With --preload, deploy/gunicorn.conf.py gives each worker database connections of its own.
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)
Api(lifespan=lifespan).init_app(app)


if os.environ.get("UNREADABLE"):

    @app.get("/unreadable")
    @operation()
    def unreadable(thread: threading.Thread) -> None:
        """Ask a request for what it can't hold."""


@app.get("/health")
@operation()
def health() -> dict[str, int]:
    """Say by which process the state was made."""
    return {"process": state.process, "answering": os.getpid()}
