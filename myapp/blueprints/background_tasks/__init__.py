"""FastAPI's `BackgroundTasks` runs when Werkzeug closes the response; heavy work is Celery's on both sides.

## What FastAPI gives

A view or a dependency asks for `BackgroundTasks` and adds functions to it, which run in the same process once the
response has been sent. For heavy work that other processes should do, its documentation names Celery.

## What matches it here

| FastAPI | Flask |
|---|---|
| `background_tasks: BackgroundTasks`, one object for the view and its dependencies | the same |
| `add_task(func, *args, **kwargs)`, for functions and async functions | the same |
| `background=BackgroundTask(func, ...)` of a response, which replaces those of the argument | the same |
| response sent, then tasks in order, then `yield` dependencies end | the same, by `Response.call_on_close` |
| a task that fails stops those after it; the server logs the error | the same |
| Celery with its own configuration | `myapp/queue.py`: a Celery object for each application, tasks in its context |
| `make_report.delay(...)` | `enqueue(...)`: with the request's id, and a 503 when the broker is down |

The report's row in the database holds state, progress and result, so a client asks the API and not the queue.
`202 Accepted` names the row in `Location`. Tasks may run twice and do no harm then (`acks_late`; brokers deliver at
least once). A nightly task deletes old reports and gives up those whose worker is gone.

The broker and the result store are files in the data directory unless `MYAPP_BROKER_URL` and `MYAPP_RESULT_BACKEND` say
otherwise:

    celery -A myapp.celery_app worker
    celery -A myapp.celery_app beat          # one in the whole deployment

A worker ends in order when its main process gets TERM (`KillMode=mixed` under systemd): what it has begun is finished
first. What a process had begun that is killed is begun again:

| killed | what happens |
|---|---|
| the child that makes the report (out of memory, say) | its worker sends the task again, three times at most |
| the whole worker, on the embedded broker | the next worker gets it at once; after five such losses it is given up |
| the same on RabbitMQ | the next worker gets it at once, however often |
| the same on Redis | the next worker gets it an hour after it was taken (`VISIBILITY_TIMEOUT`) |

A report that is given up, or takes longer than ten minutes, is marked as failed. The embedded broker keeps the message
of a task that was given up in `celery/dead/`, and its log says so; `mv` it to `celery/messages/` to try again.

On several machines the data directory has to be shared, since the files of the reports are there.

## What differs

Nothing that a client sees. In tests, Flask's client runs the tasks when the response is closed, which
`with client.post(...):` or `buffered=True` do. A tracing middleware that forgets to close the response (PEP 3333 asks
it to) keeps background tasks from running.

## When not to use it

A task after the response dies with its process and holds a worker meanwhile (all of it with `-k sync`): take it for
what takes a moment and may be lost. What must happen belongs into Celery, what must happen at a certain time to beat.
"""
