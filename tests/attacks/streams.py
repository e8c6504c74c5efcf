"""Views that hold something open while they answer: `gunicorn tests.attacks.streams:app`, for test_left_streams.py."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from flask import Flask, request

from myapp.kit import Api, Depends, EventSourceResponse, FileResponse, StreamingResponse, UploadFile, operation
from myapp.kit.gzip import GZipMiddleware
from myapp.kit.middleware import add_middleware

app = Flask(__name__)
Api().init_app(app)
add_middleware(app, GZipMiddleware, below="/gzip")

CHUNK = os.urandom(64 * 1024)
LARGE = Path(tempfile.mkdtemp(dir=os.environ["MYAPP_DATA_DIR"])) / "large.bin"
with LARGE.open("wb") as sparse:
    sparse.truncate(256 << 20)
held: list[str] = []


def holding() -> Iterator[None]:
    """What a request holds: its path, in a list, until the dependency is closed."""
    path = request.path
    held.append(path)
    try:
        yield
    finally:
        held.remove(path)


Held = Annotated[None, Depends(holding)]


@app.get("/health")
def health() -> dict[str, Any]:
    """Tell what is held, how many descriptors are open and how many MB of memory are used."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {"held": held, "files": len(os.listdir("/proc/self/fd")), "memory": int(line.split()[1]) // 1024}


@app.get("/chunks")
@app.get("/gzip/chunks", endpoint="gzip_chunks")
@operation(response_class=StreamingResponse)
def chunks(held: Held) -> Iterable[bytes]:
    """Send chunks for ever."""
    while True:
        yield CHUNK


@app.get("/chunks-async")
@operation(response_class=StreamingResponse)
async def chunks_async(held: Held) -> AsyncIterable[bytes]:
    """The same, on the event loop."""
    while True:
        yield CHUNK
        await asyncio.sleep(0)


class Events(EventSourceResponse):
    """Events with a ping ten times a second."""

    ping_interval = 0.1


@app.get("/events")
@operation(response_class=Events)
def events(held: Held) -> Iterable[str]:
    """Send events for ever, large ones and then none."""
    for _ in range(100):
        yield "x" * 64 * 1024
    while True:
        time.sleep(0.05)
        yield "late"


@app.get("/silence")
@operation(response_class=Events)
async def silence(held: Held) -> AsyncIterable[str]:
    """Send nothing but pings."""
    await asyncio.sleep(3600)
    yield "never"


@app.get("/file")
@operation()
def file(held: Held) -> FileResponse:
    """Send a large file."""
    return FileResponse(LARGE)


@app.get("/slow")
@operation()
def slow(held: Held) -> str:
    """Send 8 MB, after a while."""
    time.sleep(0.2)
    return "x" * (8 << 20)


@app.post("/upload")
@operation()
def upload(held: Held, file: UploadFile) -> int:
    """Take a file."""
    return file.size or 0
