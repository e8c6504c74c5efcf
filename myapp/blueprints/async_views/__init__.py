"""FastAPI's `async def` views and dependencies are the same functions here, run on one event loop a process.

## What FastAPI gives

A view or dependency that is `async def` runs on the server's event loop; many wait there at once for other services,
in one thread. One that is plain `def` runs in a pool of 40 threads. Both kinds mix freely. An async client lives as
long as the application, because the loop that its connections belong to does.

## What matches it here

| FastAPI | Flask |
|---|---|
| the server's event loop | one loop a process, in a thread of its own (`myapp/kit/event_loop.py`) |
| `async def` views and dependencies, `await`, `asyncio.gather` | the same; plain Flask views may be `async def`, too |
| `async def` dependencies with `yield` | the same, each entered and left by one task |
| what a dependency sets in a `ContextVar`, the view sees | the same |
| 40 threads for plain `def` | gunicorn's greenlets (1,000 a worker) or threads |

The kit replaces `Flask.async_to_sync`, Flask's hook for awaiting. The request's greenlet hands the coroutine to the
loop and waits, and the others go on: one worker answers two hundred requests that wait for half a second each in one or
two seconds, not in a hundred.
`tests/live/test_async_views.py` measures that, and what happens without: Flask's own bridge starts a loop for
each request in the thread that all greenlets share, a thread runs one at a time, and requests that overlap get a 500.

## What differs

Nothing that a client sees. `flask.request` and `flask.g` work in coroutines. With FastAPI, what a plain `def`
dependency sets in a `ContextVar` is lost with its thread's context; here the view sees it.

## When not to use it

Where the driver is not async: under gevent a plain `def` view already waits without holding anybody up, and a database
session of SQLAlchemy's is plain. `async def` pays where one request waits for several things at once, or where a
library offers nothing else. A coroutine that computes, or calls what blocks, holds up every other one, with FastAPI as
well as here.
"""
