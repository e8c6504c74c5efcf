"""Flask's own way with an async view, without the kit: gunicorn tests.live.plainly_async:app."""

import asyncio

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@app.get("/async-views/slow")
async def read_slowly() -> dict[str, str]:
    """Wait for half a second."""
    await asyncio.sleep(0.5)
    return {"answer": "answer of one"}
