"""Flask-Limiter: how many requests a client may send to what needs no login. Guesses are `myapp.throttle`'s.

Pairs no page of FastAPI's. The limiter belongs to the application: Flask-Limiter keeps its counters in the extension
object, and one that is made at import would be shared by every application of the process. So the views are wrapped
here, by their endpoints, and not where they are written.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit

from . import counters
from .kit import HTTPException
from .kit.exception_handlers import http_exception_handler
from .settings import Settings
from .throttle import RATES, REFUSAL, Throttle, client_key, seconds_until

BLUEPRINT = "security.account"


def init_app(app: Flask, settings: Settings) -> None:
    """Make the application's counters, and limit its views. After the blueprints."""
    uri, options = counters.storage(settings)
    limiter = Limiter(
        lambda: client_key(request.remote_addr or ""),
        strategy="moving-window",
        storage_uri=uri,
        storage_options=options,
        on_breach=_refuse,
    )
    # Its hooks look for limits in every request, which makes a small one a good third slower; a wrapped view looks for
    # itself. So the hooks go to an application that serves nothing.
    limiter.init_app(Flask(__name__))
    app.extensions["limiter"] = {limiter}
    app.extensions["throttle"] = Throttle(limiter.storage)
    for name, rate in RATES.items():
        endpoint = f"{BLUEPRINT}.{name}"
        app.view_functions[endpoint] = limiter.limit(rate)(app.view_functions[endpoint])  # type: ignore[assignment]


def too_many_attempts(retry_after: int) -> HTTPException:
    """The 429 (RFC 6585) of every limit, with the seconds to wait."""
    return HTTPException(429, REFUSAL, {"Retry-After": str(retry_after)})


def _refuse(limit: RequestLimit) -> Response:
    # The exact time of the oldest request's end; `limit.reset_at` is cut to a second.
    return http_exception_handler(too_many_attempts(seconds_until(limit.window.reset_time)))
