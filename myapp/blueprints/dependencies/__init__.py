"""FastAPI's `Depends` is the kit's `Depends`: a Flask view asks in its signature for what a function or class makes.

## What FastAPI gives

A dependency is any callable. Its own parameters are read from the request, checked and documented as if the view had
them, and it may depend on others to any depth. Each is called once in a request. One that yields cleans up after the
response, and sees the exception when there was one. Tests put another callable in its place.

## What matches it here

| FastAPI | Flask |
|---|---|
| `page: Annotated[dict, Depends(page_of)]`, or an alias of that | the same, read by `@operation()` |
| a class, `Depends()` for short; an instance with `__call__` | the same |
| sub-dependencies, one call a request, `use_cache=False` | the same; the cache lives as long as the request |
| parameters of a dependency in the body, the headers, the cookies | the same; they are in the document too |
| `dependencies=[...]` on operation, router, inclusion, app | likewise: `operation`, `router_options`, the `Api` |
| code after `yield` runs when the response has been sent | the same, by `Response.call_on_close` |
| `Depends(scope="function")`: code after `yield` runs before the response is sent | the same |
| `Depends(max_concurrency=2)`: so many calls at once, in one process | the same; the others wait |
| an error of the view is thrown in at `yield`, to be raised again | the same; to keep it to oneself is a 500 |
| `app.dependency_overrides[dep] = fake` | `api.dependency_overrides[dep] = fake`, kept per application |

Order: JSON that cannot be decoded is refused first; then dependencies are called, outermost lists first, so that a 401
from one of them beats a 422 about the body; then every fault found is reported at once.

## What differs

Nothing that a client sees. FastAPI keeps state on `request.state` and `request.app.state`; Flask's places are `flask.g`
and `current_app.extensions`, as `routes_yield.py` shows.

## When not to use it

What concerns every response alike (a header, a log line) is a Flask `after_request` hook. What needs nothing from the
request and no clean-up is a plain function call. Do not use `before_request` for authentication: its parameters are in
no document, and it cannot be overridden in a test.
"""
