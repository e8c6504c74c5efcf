"""FastAPI's errors are `myapp.kit.HTTPException` and Flask's error handlers, which answer in FastAPI's shape.

## What FastAPI gives

`raise HTTPException(404, detail=...)` ends a request anywhere below the view; the detail is any JSON. What does not
validate is a 422 that lists every fault with its place. An unknown URL and a wrong verb are JSON too; what nobody
foresaw is a plain 500. `@app.exception_handler(...)` replaces any of these answers, and may call the default one.

## What matches it here

| FastAPI | Flask |
|---|---|
| `raise HTTPException(404, detail=..., headers=...)` | `myapp.kit.HTTPException`, the same |
| the 422's `type`, `loc`, `msg`, `input`, `ctx` | the same, from marshmallow's messages (`myapp/kit/errors.py`) |
| `{"detail": "Not Found"}`, `{"detail": "Method Not Allowed"}` | the same, also for `flask.abort` |
| `@app.exception_handler(Unicorn)` | `@app.errorhandler(Unicorn)`, or a blueprint's |
| `@app.exception_handler(404)` | `@app.errorhandler(404)` |
| `@app.exception_handler(RequestValidationError)` | `@app.errorhandler(RequestValidationError)` |
| `exc.errors()`, `exc.body` | the same |
| a handler of `StarletteHTTPException` | of `werkzeug.exceptions.HTTPException`, the parent of all |
| `await http_exception_handler(request, exc)` and its siblings, reused | `http_exception_handler(error)`, `return`ed |
| a handler of `WebSocketRequestValidationError`, `WebSocketException` | the same; the WebSocket is `error.websocket` |
| `make_not_authenticated_error` for another status | the same |

Handlers of the whole application are shown in an application of its own below `/handling-errors/own`, on both sides, so
that they change nothing elsewhere.

## What differs

A handler is given the error only: the request is `flask.request`. Flask makes an `InternalServerError` of what nobody
handles and gives it to a handler of Werkzeug's parent class as well, which FastAPI does not. A blueprint may have
handlers of its own; FastAPI knows those of an application only. A dict from a handler is written by Flask, which sorts
its keys unless `app.json.sort_keys` is off. Outside of the API's paths an error is a page
(`myapp/errors.py`).

## When not to use it

A page for people has no use for JSON: a bare view's `abort(404)` is answered with a page.
"""
