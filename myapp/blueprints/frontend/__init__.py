"""FastAPI's `frontend()` is the kit's `frontend()`: a built single-page application below the API's routes.

## What FastAPI gives

`app.frontend("/", directory="dist")` serves what a front-end tool has built. Routes come first, whatever their order; a
file comes next; a path with neither gets `index.html` where a browser navigates, so that the application's own router
can take over, and stays a 404 for a script or an image that is missing. A `404.html` in the build answers instead. The
directory is checked at the start.

## What matches it here

| FastAPI | Flask |
|---|---|
| `app.frontend("/", directory="dist")` | `frontend(app, "/", directory="dist")` |
| `router.frontend(...)` under a prefix, with the router's dependencies | `frontend(bp, ...)`, with the blueprint's |
| `fallback="auto"`, `"index.html"`, `"404.html"`, `None` | the same |
| `check_dir="auto"`: an error at the start, a warning in development | the same; development is Flask's debug mode |
| ETag, 304, ranges | Flask's `send_file` |

## What differs

FastAPI asks the variable `FASTAPI_ENV` whether this is development; here Flask's debug mode says so.

## When not to use it

A web server in front (nginx, a CDN) serves files without waking Python. Let it, where there is one; this is for a
single process that has to do everything.
"""
