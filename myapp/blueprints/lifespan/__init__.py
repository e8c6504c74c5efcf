"""FastAPI's `lifespan` is the kit's `Api(lifespan=...)`: one context manager around each process that serves.

## What FastAPI gives

`FastAPI(lifespan=...)` takes an async context manager. What stands before its `yield` runs once, before the first
request; what stands after it runs once, when the server stops. A mapping that it yields is the beginning of every
request's `request.state`. `with TestClient(app)` runs it in tests; a plain `TestClient(app)` does not.

## What matches it here

Flask has no such place (`before_first_request` is gone since 2.3), but every server has hooks:

| process | entered | left |
|---|---|---|
| gunicorn (`deploy/gunicorn.conf.py`) | `post_worker_init` calls `startup(app)` | `worker_exit` calls `shutdown(app)` |
| Celery worker | `worker_process_init` | `worker_process_shutdown` |
| `flask run`, servers without hooks | before the first request | at the end of the interpreter |
| tests | `with app_lifespan(app):` | at the end of the block |

The context manager may be async, then it runs on the same event loop as the views, or a plain one. It is given the
application. `myapp.kit.state` is `request.state`: it begins with what was yielded, each request has its own.

When entering fails, gunicorn's worker ends with the error and the master with it, as uvicorn does: no process serves
half prepared. Every worker process has a lifespan of its own, forked children of one included.

## What differs

Nothing that a client sees. FastAPI also takes a `lifespan` on a router; here the application's is the place that calls
the others, as `myapp/lifespan.py` does, in an order that can be read. A worker that is killed (`kill -9`, out of
memory) leaves nothing, with either server.

## When not to use it

For what belongs to the whole deployment and not to each process: migrations, a scheduled job. Four workers would run
it four times, at the same moment. What is cheap and may be missing is better made when it is first asked for.
"""
