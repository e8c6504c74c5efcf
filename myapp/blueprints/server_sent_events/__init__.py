"""FastAPI's event streams and JSON Lines are Flask views that `yield` under `@operation()`, with pings and resumption.

## What FastAPI gives

A path operation that yields is a stream: JSON Lines by default, server-sent events with
`response_class=EventSourceResponse`, raw chunks with another class. Every item is checked against the declared item
type. `ServerSentEvent` names the event, its id, the time to wait before connecting again. While nothing comes a comment
goes out every 15 seconds.

## What matches it here

| FastAPI | Flask |
|---|---|
| `-> Iterable[Item]`, `-> AsyncIterable[Item]` and `yield` | the same; the kit streams `application/jsonl` |
| `response_class=EventSourceResponse` | `myapp.kit.EventSourceResponse`; `ping_interval` is an attribute of the class |
| `ServerSentEvent(data=, event=, id=, retry=, comment=, raw_data=)` | `myapp.kit.ServerSentEvent`, same keywords |
| `response_class=StreamingResponse`, or a subclass with a `media_type` | `myapp.kit.StreamingResponse`, likewise |
| `Last-Event-ID` as a header parameter | the same |
| a `yield` dependency that is open until the stream has ended | the same |
| a list of listeners in the process | `myapp.hub`: in the process, or Redis for all processes |
| an async generator is cancelled when the client leaves | the same; a plain generator is closed |

`GET /notifications` shows the whole of it, and [a page](/server-sent-events/page) listens to it. The rows are the truth
and the hub is only the bell: a listener subscribes, reads the posts after the last one it has sent, and waits to be
woken. So nothing is lost when a message is (a slow reader, Redis restarting), and nothing comes twice; a listener that
comes while Redis is away finds new posts at each heartbeat. A browser that connects again says in `Last-Event-ID` where
it was. PostgreSQL may commit a lower number after a higher one, which a
listener would then skip; posts are therefore numbered under an advisory lock.

On every gunicorn worker the kit runs a plain generator beside the connection, in a greenlet under gevent and a thread
otherwise, so that pings go out while it waits, at most one item ahead of the client. `deploy/gunicorn.conf.py`'s
gevent worker is the one for many listeners: a gthread or sync worker spends a thread or a process on each.

## What differs

That a client has gone shows when something is written to it, so after a ping or two. A greenlet is then woken up; a
thread can't be, so a generator should never wait without a timeout: this one waits ten seconds and then sends a comment
of its own. In FastAPI a fault in the middle of an event stream reaches `yield` dependencies inside an `ExceptionGroup`;
here it is the exception itself. Flask closes its own `request.files` when the view has returned, which is before a
generator begins; an `UploadFile` is open until the stream ends. SQLite gives the number of the newest post away again
when that is deleted.

## When not to use it

For messages in both directions take a WebSocket. For a handful of changes an hour, asking every minute is cheaper.
"""
