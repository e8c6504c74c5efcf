"""FastAPI's callbacks and `app.webhooks` are blueprints that no application registers: documented, without a route.

## What FastAPI gives

An API may call others: the address that a client named in its request (a callback), or those that its users configured
(a webhook). FastAPI describes such calls as ordinary path operations on a router of their own.
`callbacks=router.routes` puts them into the description of the operation that leads to them; `app.webhooks` is a router
whose operations are at the document's top level under `webhooks`. Making the call is the application's own work.

## What matches it here

| FastAPI | Flask |
|---|---|
| `callbacks_router = APIRouter()`, included nowhere | `callbacks = Blueprint(...)`, registered nowhere |
| `"{$callback_url}/posts/{$request.body.id}"` | the same text as the rule |
| `callbacks=callbacks_router.routes` | `callbacks=[callbacks]` |
| `APIRouter(callbacks=...)`, `FastAPI(callbacks=...)` | `router_options(bp, callbacks=[...])`, `Api(callbacks=[...])` |
| `@app.webhooks.post("new-post")` | `@api.webhooks.post("new-post")` |
| `FastAPI(webhooks=router)` | `Api(webhooks=bp)` |

`POST /callbacks-webhooks/posts/` really makes its call, as a background task with `http.client`: no redirect is
followed and no proxy asked, five seconds are the limit, and a failure is a line in the log.

A client that names an address makes the server call it (server-side request forgery). So the address must be http or
https, and its host one of `MYAPP_CALLBACK_HOSTS`, with the port where it is not the scheme's own. The default is none:
every `callback_url` gets a 400.

## What differs

FastAPI leaves the components out that only a callback needs: security schemes, and the body of a 422. Here they are in
the document, so that no reference leads nowhere. A blueprint takes no more views once the document has been made.

## When not to use it

A call that must arrive belongs into Celery, which tries again; a background task dies with its process.
"""
