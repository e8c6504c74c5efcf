"""FastAPI's `@router.websocket` is the kit's `@websocket(bp, ...)`, plain or `async`; a hub carries what rooms say.

## What FastAPI gives

A WebSocket route reads path, query, headers, cookies and dependencies like any other, accepts the handshake or refuses
it, and sends and receives text, bytes and JSON. `WebSocketDisconnect` says that the client has gone,
`WebSocketException` closes with a code. The documentation broadcasts to a list of connections in one process.

## What matches it here

| FastAPI | Flask |
|---|---|
| `@router.websocket("/rooms/{room}", dependencies=[...])` | `@websocket(bp, "/rooms/<room>", dependencies=[...])` |
| an `async def` view: `websocket: WebSocket` | the same: `websocket: AsyncWebSocket` |
| `await websocket.accept(subprotocol=..., headers=...)` | the same; plain views (`WebSocket`) do not `await` |
| `await websocket.receive_text()`, `send_json`, `iter_bytes`, `close` | the same |
| `HTTPConnection`, for dependencies of path operations and WebSockets | the same |
| a fault in a parameter, `WebSocketException` or `close()` before `accept()` | the same: HTTP 403 |
| `HTTPException` before `accept()`, also from a security scheme | the same: its own status, headers and JSON |
| `WebSocketException(1008)` after `accept()` | the same: that close code and reason |
| a handler of one's own exceptions takes `(websocket, exc)` | the error alone, whose `error.websocket` it may close |
| `yield` dependencies end when the view does, and see its exception | the same |
| uvicorn's `--ws-max-size`, `--ws-ping-interval` | `websocket(..., max_size=, ping_interval=)`, with its defaults |
| a `ConnectionManager`, for one process | `hub.subscribe`, `hub.publish`: in this process, or by Redis for all |
| `TestClient(app).websocket_connect(...)` | `myapp.kit.testing.TestClient`; a view's WebSocketDisconnect stays in it |

A WebSocket that trusts a cookie, or a token that a browser sends by itself, lets the pages of other sites speak in the
visitor's name; the dependency `SameOrigin()` refuses those.

A room's token is checked again before each message that its member sends, and before what comes to them, at most once a
second: a login that has ended, a deactivated user or an expired token closes with 1008. Where nothing is said, the
socket of a silent member stays open, and hears nothing.

## What differs

An exception in a view closes with 1011, and a view that returns with 1000; uvicorn drops the connection in both cases
(1006). A client that can't follow a room is closed with 1013 instead of delaying all others, as
are all clients of a room when Redis is lost; until it is back, joining is refused with 503. A plain view talks through
simple-websocket in the thread (or greenlet) of its request. An `async def` view runs on the application's event loop,
which reads and writes the socket itself, through the websockets library; the greenlet only waits, and messages take no
way through it. TLS must then end in a proxy, not in gunicorn. Either keeps its request, its context and its `yield`
dependencies for as long as the client stays: a database session must not be held open over that time (`Member`
closes its own). A client that does not answer a ping within 20 seconds has gone. At TERM open sockets are closed with
1012, as by uvicorn; a hook in `deploy/gunicorn.conf.py` does that.

## When not to use it

Messages to the client only are server-sent events: plain HTTP, with reconnection built into the browser. Behind
gunicorn take the gevent worker (each of 200 sockets in a room took some 190 KB of memory) or `gthread` with more
threads than sockets; under `sync` one socket stops the worker.
"""
