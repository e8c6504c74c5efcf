"""Async views and dependencies: waiting for several things at once, on one event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request

router = APIRouter(prefix="/async-views", tags=["async-views"])


class Remote:
    """Stands for an async client of another service: its connections belong to the loop that opened them."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()

    async def ask(self, name: str, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return f"answer of {name}"


async def get_remote(request: Request) -> Remote:
    state = request.app.state
    if not hasattr(state, "remote"):
        state.remote = Remote()
    remote: Remote = state.remote
    return remote


RemoteDep = Annotated[Remote, Depends(get_remote)]


@router.get("/slow")
async def read_slowly(remote: RemoteDep, seconds: Annotated[float, Query(ge=0, le=0.5)] = 0.01) -> dict[str, str]:
    """Wait for one service; other requests are served meanwhile."""
    return {"answer": await remote.ask("one", seconds)}


@router.get("/together")
async def read_together(remote: RemoteDep) -> dict[str, list[str]]:
    """Wait for three services at once; they are done in the order of their speed."""
    done: list[str] = []

    async def ask(name: str, seconds: float) -> str:
        answer = await remote.ask(name, seconds)
        done.append(name)
        return answer

    answers = await asyncio.gather(ask("slow", 0.3), ask("middle", 0.15), ask("fast", 0))
    return {"answers": list(answers), "done": done}


@router.get("/late", responses={504: {"description": "The service took too long"}})
async def read_in_time(remote: RemoteDep, slow: bool = True) -> dict[str, str]:
    """Give up on a service that takes too long."""
    try:
        async with asyncio.timeout(0.1):
            return {"answer": await remote.ask("late", 0.3 if slow else 0)}
    except TimeoutError:
        raise HTTPException(status_code=504, detail="The service took too long") from None


@router.get("/loop")
async def read_loop(remote: RemoteDep) -> dict[str, bool]:
    """Show that this request is served on the loop that the client was made on."""
    return {"same_loop": asyncio.get_running_loop() is remote.loop}


# Sync and async, mixed

reader: ContextVar[str] = ContextVar("reader", default="nobody")


async def open_session(name: Annotated[str, Query(max_length=50)] = "Ann") -> AsyncIterator[list[str]]:
    log = [f"opened for {name}"]
    async with asyncio.timeout(5):
        reader.set(name)
        yield log


def plain_dependency(log: Annotated[list[str], Depends(open_session)]) -> str:
    log.append("plain dependency")
    return reader.get()


async def async_dependency(log: Annotated[list[str], Depends(open_session)]) -> str:
    await asyncio.sleep(0)
    log.append("async dependency")
    return reader.get()


Log = Annotated[list[str], Depends(open_session)]
Plain = Annotated[str, Depends(plain_dependency)]
Async = Annotated[str, Depends(async_dependency)]


@router.get("/mixed/sync")
def read_mixed(log: Log, plain: Plain, other: Async) -> dict[str, list[str]]:
    """Take what sync and async dependencies made, in a sync view."""
    return {"log": log, "readers": [plain, other, reader.get()]}


@router.get("/mixed/async")
async def read_mixed_async(log: Log, plain: Plain, other: Async) -> dict[str, list[str]]:
    """Take what sync and async dependencies made, in an async view."""
    await asyncio.sleep(0)
    return {"log": log, "readers": [plain, other, reader.get()]}
