"""FastAPI's path operations are ordinary Flask views under one decorator, `@operation()`.

## What FastAPI gives

`@app.get("/")` over a function is an operation: whatever the function returns becomes JSON, the return type checks
and filters it, errors are JSON, and the operation appears at `/docs`. `APIRouter` groups operations that share a
prefix, tags, dependencies and documented responses.

## What matches it here

| FastAPI | Flask |
|---|---|
| `@app.get`, `post`, `put`, `patch`, `delete` | the same names on `flask.Flask` and `flask.Blueprint` |
| `@app.options`, `head`, `trace`, `api_route` | `@bp.route(..., methods=[...])` |
| `add_api_route("/version", read_version)` | `add_url_rule("/version", view_func=operation()(read_version))` |
| `FastAPI()` with `/docs`, `/redoc`, `/openapi.json` | `myapp.kit.Api().init_app(app)`; apispec writes the document |
| a result as JSON, the return type as its model | `myapp.kit.operation`, over marshmallow fields |
| `response_model`, `status_code`, `summary`, `deprecated`, `openapi_extra`, … | the same keywords of `operation` |
| `APIRouter(prefix, tags, dependencies, responses)` | `Blueprint(url_prefix=...)` and `myapp.kit.router_options` |
| `include_router(...)`, also twice or with options | `register_blueprint`, or `myapp.kit.include_router` with options |
| `request: Request`, `request.url_for` | `flask.request`; `HTTPConnection.url_for`, with the host as it came |
| a redirect (307) when only the last slash is wrong | the kit does it; Flask alone says 308 one way and 404 the other |

A response model is a dataclass or a marshmallow Schema (`schemas.py` has both). It lets out what it names and nothing
else, so a subclass with a password in it is safe to return; a result that does not fit is a 500, never a wrong body.
Without a return type anything goes: `None` is `null`, a string is a JSON string, sets, decimals and dates are written
too. A `Response` is sent as it is.

## What differs

- Flask answers `HEAD` and `OPTIONS` for every `GET` that has no view of its own for them; FastAPI says 405.
- Otherwise the order of routes does not matter: Werkzeug prefers a fixed path to a variable one.
- A blueprint is closed once it is registered; a FastAPI router takes routes afterwards too.
- A blueprint that is registered twice needs a second `name`, since endpoint names are unique.

## When not to use it

Pages, redirects and downloads need no `@operation`: a bare Flask view beside it works as ever and stays out of the
document.
"""
