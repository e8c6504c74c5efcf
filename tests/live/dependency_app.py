"""One application on both sides, for tests of dependencies behind real servers: `:flask_app` and `:fastapi_app`.

GET /events tells what has happened since the last time it was asked.
"""

import asyncio
import itertools
import os
import threading
import time
from typing import Annotated, Any

from tests.kit import both

LIMIT = 3


class Running:
    """How many are inside at once, and the most that ever were."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0

    def enter(self) -> None:
        """One more."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def leave(self) -> None:
        """One less."""
        with self.lock:
            self.now -= 1


def build(lib: Any) -> None:
    """The application."""
    runs: dict[str, Running] = {}

    def running(name: str) -> Running:
        return runs.setdefault(name, Running())

    def function() -> None:
        running("function").enter()
        time.sleep(0.05)
        running("function").leave()

    async def coroutine() -> None:
        running("coroutine").enter()
        await asyncio.sleep(0.05)
        running("coroutine").leave()

    def generator() -> Any:
        running("generator").enter()
        yield
        running("generator").leave()

    async def async_generator() -> Any:
        running("async generator").enter()
        yield
        running("async generator").leave()

    calls = {"function": function, "coroutine": coroutine, "generator": generator, "async generator": async_generator}

    def limited(path: str, name: str, depends: Any) -> None:
        @lib.get(path, dependencies=[depends])
        def view() -> Any:
            return lib.StreamingResponse(chunks()) if name.endswith("generator") else "done"

        def chunks() -> Any:
            yield "begun "
            time.sleep(0.05)
            yield "done"

    for name, call in calls.items():
        shared = lib.Depends(call, max_concurrency=LIMIT)
        for number in (1, 2):
            limited(f"/limited/{name.replace(' ', '-')}/{number}", name, shared)

    @lib.get("/most")
    def most() -> dict[str, int]:
        return {name: run.most for name, run in sorted(runs.items())}

    @lib.get("/health")
    async def health() -> str:
        return "ok"

    @lib.get("/process")
    async def process() -> int:
        return os.getpid()

    @lib.get("/events")
    async def events() -> list[str]:
        seen = list(lib.events)
        lib.events.clear()
        return seen

    # A client that goes away

    def resource() -> Any:
        lib.note("opened")
        try:
            yield "resource"
        except Exception as error:
            lib.note(f"sees {type(error).__name__}")
            raise
        finally:
            lib.note("closed")

    async def async_resource() -> Any:
        lib.note("async opened")
        try:
            yield "resource"
        finally:
            lib.note("async closed")

    Resource = Annotated[str, lib.Depends(resource)]
    AsyncResource = Annotated[str, lib.Depends(async_resource)]
    block = "x" * 65536

    def endless() -> Any:
        try:
            for _ in itertools.count():
                yield block
                time.sleep(0.01)
        finally:
            lib.note("stream ends")

    async def endless_async() -> Any:
        try:
            for _ in itertools.count():
                yield block
                await asyncio.sleep(0.01)
        finally:
            lib.note("stream ends")

    def stream(path: str, options: dict[str, Any], view: Any) -> None:
        view.__annotations__ = {"a": Resource, "b": AsyncResource}
        lib.get(path, **options)(view)

    def returned(a: Any, b: Any) -> Any:
        return lib.StreamingResponse(endless())

    def returned_async(a: Any, b: Any) -> Any:
        return lib.StreamingResponse(endless_async())

    def lines(a: Any, b: Any) -> Any:
        yield from endless()

    async def async_lines(a: Any, b: Any) -> Any:
        async for item in endless_async():
            yield item

    stream("/endless/returned", {}, returned)
    stream("/endless/returned-async", {}, returned_async)
    stream("/endless/lines", {}, lines)
    stream("/endless/async-lines", {}, async_lines)

    def events_of(a: Any, b: Any) -> Any:
        yield from endless()

    stream("/endless/events", {"response_class": lib.EventSourceResponse}, events_of)

    # WebSockets

    @lib.websocket("/echo/{name}")
    async def echo(websocket: lib.WebSocket, name: str, a: Resource, b: AsyncResource, n: int = 0) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(f"{text} {name} {n}")
        lib.note("gone")

    @lib.websocket("/waits")
    async def waits(websocket: lib.WebSocket, b: AsyncResource) -> None:
        await websocket.accept()
        await websocket.send_text("waiting")
        try:
            await asyncio.sleep(0.5)
            await websocket.receive_text()
        except lib.WebSocketDisconnect as end:
            lib.note(f"disconnected {end.code}")
            raise

    @lib.websocket("/large")
    async def large(websocket: lib.WebSocket) -> None:
        await websocket.accept("chat", headers=[(b"x-one", b"1")])
        data = await websocket.receive_bytes()
        await websocket.send_bytes(data)
        await websocket.send_json({"length": len(data)})
        await websocket.close(4001, "enough")


fastapi_app = both._fastapi(build)[1].app
flask_app = both._flask(build)[1].app
