"""FastAPI's `app.mount()` is the kit's `mount()` over Werkzeug's dispatcher: whole applications below a path.

## What FastAPI gives

`app.mount("/blog", blog)` puts one application inside another. The inner one is whole: its own title, its own
`/openapi.json` and `/docs`, which know below which path they are. A WSGI application can be mounted through an adapter.

## What matches it here

| FastAPI | Flask |
|---|---|
| `app.mount("/blog", blog)`, another `FastAPI()` | `mount(app, "/blog", blog)`, another `Flask` with its own `Api` |
| `/blog/docs`, `servers: [{"url": "/blog"}]` | the same, from `SCRIPT_NAME` |
| a Flask application through a2wsgi's `WSGIMiddleware` | no adapter: it is WSGI already |
| a FastAPI application, mounted as it is | `ASGIApplication("package.module:app")`, through a2wsgi's `ASGIMiddleware` |

The last row is the way to move: an existing FastAPI application runs inside Flask, under gunicorn's gevent worker,
until its operations have been rewritten one by one. It is imported at its first request. Its lifespan is entered then,
its requests get the state, and it is left with the process (an application that FastAPI mounts never enters its own).

`MYAPP_MOUNT_TWIN=1` shows it with all of the FastAPI side of this site, below `/fastapi`: `/fastapi/docs` knows where
it is, and its rows are in a database of its own. Without the setting nothing here imports FastAPI.

## What differs

The outer application's hooks do not see the requests of a mounted one, nor does `MAX_CONTENT_LENGTH` (a declared
`max_body_size` does), whereas FastAPI's middleware does; wrap `app.wsgi_app` for what must see everything. WebSockets
of a mounted ASGI application are not carried over, and it is not told when a client leaves an endless stream: keep
those where an ASGI server runs them.

## When not to use it

Blueprints share documents, errors and settings, and are the better choice inside one team. Mount what has its own life.
"""
