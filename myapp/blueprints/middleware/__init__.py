"""FastAPI's middleware is WSGI middleware of the same names, added by the kit's `add_middleware`, and Flask's hooks.

## What FastAPI gives

`@app.middleware("http")` wraps every request in a function: it sees the request, calls the rest, and may change the
response. `app.add_middleware(...)` does so with a class; the one added last is outermost. Classes for CORS, gzip and
trusted hosts come with it, and one that redirects to HTTPS. Middleware is an application's; what wraps the operations
of one router is a class of routes (`APIRouter(route_class=...)`).

## What matches it here

| FastAPI | Flask |
|---|---|
| `@app.middleware("http")`: before and after the rest | `before_request` and `after_request` |
| `add_middleware(CORSMiddleware, ...)`: refuses a preflight with 400 | `add_middleware(app, CORSMiddleware, ...)` |
| `add_middleware(GZipMiddleware, minimum_size=500)` | `add_middleware(app, GZipMiddleware, minimum_size=500)` |
| `add_middleware(TrustedHostMiddleware, allowed_hosts=...)` | the same; `TRUSTED_HOSTS` for a plain refusal |
| `add_middleware(HTTPSRedirectMiddleware)`: 307, `wss` for a WebSocket | the same |
| `APIRouter(route_class=MyRoute)` around each operation of a router | the hooks and error handlers of a blueprint |
| `MyRequest.body()`, which unpacks gzip | a `before_request` of the blueprint that replaces `request.stream` |
| a request id, which FastAPI leaves to others | `myapp/logs.py`: in the header, in every line of the log |

The classes are WSGI middleware around `Flask.wsgi_app`, so they wrap Flask's routing, its redirects and its
errors, as Starlette's wrap FastAPI's. Flask-CORS and Flask-Compress were weighed and answer otherwise:
`myapp/kit/cors.py` and `myapp/kit/gzip.py` say how.

Below `/middleware/router` one router unpacks its requests, bounded, since a few bytes of gzip make gigabytes, logs the
body of a 422 (what clients send may be secret: a log is for few eyes), and tells how long a view took.

Middleware belongs to an application, not to a router. To be shown without touching its neighbours, each one is kept to
this folder's URLs (`below=`; a few lines of ASGI on the other side). The application has its own, for all of its URLs,
by its settings: `MYAPP_ALLOWED_ORIGINS`, `MYAPP_ALLOWED_HOSTS`, `MYAPP_COMPRESS_MINIMUM_SIZE`.

## What differs

An error that nobody handles passes FastAPI's middleware by: its 500 has no CORS headers and no `X-Process-Time`, and a
page of another site can't even read the status. Flask makes it a response inside of them, so it has both.

## When not to use it

What needs a value of the request, or should be in the document, is a dependency. Compression and hosts are the proxy's
affair where there is one (`deploy/`). Trusted hosts also refuse a balancer that asks `/health` by address.
"""
