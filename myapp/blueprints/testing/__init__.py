"""FastAPI's `TestClient` is Flask's `app.test_client()`, with the kit's `dependency_overrides` beside it.

## What FastAPI gives

`TestClient(app)` sends requests without a server and raises what the application raised; `app.dependency_overrides`
puts a fake in the place of a dependency: settings, a session, the current user. `httpx.AsyncClient` does the same
inside an async test.

## What matches it here

| FastAPI | Flask |
|---|---|
| `TestClient(app)` | `app.test_client()` |
| `client.post(url, json=...)`, `answer.json()` | `client.post(url, json=...)`, `answer.json` |
| server errors are raised in the test | the same with `app.testing = True` |
| `app.dependency_overrides[get_clock] = fake` | `app.extensions["api"].dependency_overrides[get_clock] = fake` |
| `with client.websocket_connect(url) as websocket:` | the same, with the kit's `TestClient(app)`, a `FlaskClient` |
| `with TestClient(app) as client:` runs the lifespan | the same, with the kit's `TestClient(app)` |
| `AsyncClient(transport=ASGITransport(app))` in an async test | `await asyncio.to_thread(client.get, url)` |
| settings or database swapped by an override | by an override, or `create_app(Settings(...))` for all of it |

The tests below are run by the project's own suite, each against its side. This whole project is tested in the same way:
`tests/parity/` has one body of tests for both applications.

## What differs

Flask closes a response, and with it what waits for its end (`yield` dependencies, background tasks), when the test
reads it to its end or leaves `with client.get(...)`; FastAPI's client always has by the time it returns. A WebSocket
runs in a thread over a pair of sockets, no port; what receives gives up with TimeoutError after five seconds.

## When not to use it

What only a real server does (workers, time-outs, disconnects) has to be tested on one: `tests/live/` starts gunicorn.
"""
