"""Errors outside of the API are pages; within it they stay JSON, as FastAPI's.

Pairs https://fastapi.tiangolo.com/tutorial/handling-errors/ with `Flask.register_error_handler`. In production a page
has the request's id and nothing else of what went wrong, so that whoever reports it can be found in the log; with
debugging on, a page about an exception shows the trace, and under `flask run --debug` Werkzeug's debugger does.
"""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from .kit.exception_handlers import has_debugger, http_exception_handler, report, unhandled_exception_handler
from .page_headers import error_policy


def init_app(app: Flask) -> None:
    """Install the pages, in place of the kit's handlers for the same classes, which they call. After `Api.init_app`."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, answer_unhandled)


def answer(error: HTTPException) -> Any:
    """JSON on the API's paths; elsewhere a page."""
    answered = http_exception_handler(error)
    if answered is not error:
        return answered
    return error.response if error.response is not None else page(error)


def answer_unhandled(error: Exception) -> Response:
    """With debugging on, the trace; raises the error again for Flask to log it, and `answer` to answer, otherwise."""
    state = current_app.extensions["api"]
    if current_app.debug and not current_app.testing and not has_debugger() and not state.answers(request):
        report(error)
        return page(InternalServerError(), trace="".join(traceback.format_exception(error)))
    return unhandled_exception_handler(error)


def page(error: HTTPException, trace: str = "") -> Response:
    """A page about the error, with its status and headers (`Allow`, `Retry-After`)."""
    code = error.code or 500
    response = current_app.make_response(
        render_template(
            "error.html",
            code=code,
            phrase=HTTPStatus(code).phrase,
            # A description of a 500 could tell what is inside.
            description=error.description if code < 500 else None,
            request_id=g.get("request_id"),
            site_name=current_app.extensions["settings"].site_name,
            trace=trace,
        )
    )
    response.status_code = code
    response.headers["Content-Security-Policy"] = error_policy(response.get_data())
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value
    return response
