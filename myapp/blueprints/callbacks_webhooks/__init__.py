"""FastAPI's callbacks and `app.webhooks` are blueprints that no application registers; Celery makes the calls.

## What FastAPI gives

An API may call others: the address that a client named in its request (a callback), or those that its users configured
(a webhook). FastAPI describes such calls as ordinary path operations on a router of their own.
`callbacks=router.routes` puts them into the description of the operation that leads to them; `app.webhooks` is a router
whose operations are at the document's top level under `webhooks`. Making the call is the application's own work.

## What matches it here

| FastAPI | Flask |
|---|---|
| `callbacks_router = APIRouter()`, included nowhere | `callbacks = Blueprint(...)`, registered nowhere |
| `"{$request.body.url}"` | the same text as the rule |
| `callbacks=callbacks_router.routes` | `callbacks=[callbacks]` |
| `APIRouter(callbacks=...)`, `FastAPI(callbacks=...)` | `router_options(bp, callbacks=[...])`, `Api(callbacks=[...])` |
| `@app.webhooks.post("new-post")` | `@api.webhooks.post("new-post")` |
| `FastAPI(webhooks=router)` | `Api(webhooks=bp)` |

The calls are made, on both sides by the same code. Whoever has a token (`/security/token`) subscribes an address with
`POST /callbacks-webhooks/subscriptions/`. It gets a `ping` at once, and `new-post` or `updated-post` whenever a post is
published or a published one is changed: by whichever view, page of the administration or script, as an object of a
SQLAlchemy session.

- **Nothing is lost or invented.** The delivery is a row in the post's own transaction (`outbox.py`). After the commit
  Celery hears that there is something; beat looks every half minute in case it did not.
- **Signed.** [Standard Webhooks](https://www.standardwebhooks.com), by its own library: `webhook-id`,
  `webhook-timestamp`, and HMAC-SHA256 over both and the body in `webhook-signature`. The secret is in the answer to the
  subscription and never shown again. Signing needs it, so the database holds it as it is.
- **Tried again.** 2xx accepts; 410 switches the subscription off; any other answer, redirects too, or none is tried
  again after 5 seconds (`MYAPP_WEBHOOK_RETRY_SECONDS`), then 20, 80 … give or take a fifth, nine times within a day.
  The id stays the same: a receiver may get a message twice and tells by it. What waits for a user who is deactivated
  meanwhile is given up. `.../deliveries/` lists what became of each, with the last attempt's status or fault; so does
  the administration.
- **Not for ever.** Ten deliveries in a row that were given up switch the subscription off, with what still waits for
  it; `failures` counts them, and one that is accepted sets it back. Its owner switches it on again with
  `PATCH .../subscriptions/{id}` and `{"active": true}`, an administrator in the list: it gets a ping, and begins anew.
- **Nobody waits for a receiver but webhooks.** Deliveries have a queue of their own. A Celery worker takes both queues;
  in production `celery worker -Q webhooks` runs beside `celery worker -Q tasks`, so that receivers that let every call
  last its ten seconds hold up no report and no mail.
- **Not into the network that this server is in** (`addresses.py`). The name is looked up once; one address that is
  private, loopback, link-local, multicast or otherwise not public, IPv4 inside IPv6 included, and nobody is called. The
  connection goes to the address that was checked, under the URL's name for `Host` and TLS. No redirect is followed, no
  proxy asked, no more than the head of the answer read, and after ten seconds the connection is cut. Of the ports
  below 1024 only 80 and 443 are called; production calls https only. `MYAPP_TRUSTED_WEBHOOK_HOSTS` lists exceptions.

To try it on this machine, let a receiver listen on port 9000 and start with
`MYAPP_TRUSTED_WEBHOOK_HOSTS=127.0.0.1:9000`.

## What differs

FastAPI leaves the components out that only a callback needs: security schemes, and the body of a 422. Here they are in
the document, so that no reference leads nowhere. A blueprint takes no more views once the document has been made.

## When not to use it

The outbox writes a row for each subscriber while the post is being saved, and deliveries keep no order among each
other; slow receivers hold up other webhooks, two at a time in each worker; for thousands of subscribers or a strict
order take a message broker that they read from. Whoever publishes waits for Celery's broker to take the one message of
a commit, for some seconds if it can't be reached. SQL that goes past the session's objects announces nothing
(`insert(Post)`, `update(Post)`). The ten seconds do not bound the look-up of a name, which the system's resolver does.
Where all calls must leave by a proxy, let that one judge the addresses.
"""
