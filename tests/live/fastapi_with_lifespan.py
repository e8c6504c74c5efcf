"""A FastAPI application whose lifespan fails when the environment says so, and whose process is known; for uvicorn."""

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load nothing."""
    if os.environ.get("FAIL_AT_START"):
        raise RuntimeError("the model could not be loaded")
    yield


app = FastAPI(lifespan=lifespan)


if os.environ.get("UNREADABLE"):

    @app.get("/unreadable")
    def unreadable(thread: threading.Thread) -> None:
        """Ask a request for what it can't hold."""


@app.get("/health")
def health() -> dict[str, int]:
    """Say which process answers."""
    return {"answering": os.getpid()}
