"""How errors are answered: FastAPI's JSON on the API's paths, Flask's own pages elsewhere.

Pairs https://fastapi.tiangolo.com/tutorial/handling-errors/ with `Flask.register_error_handler`: an application
replaces any of these by registering its own for the same class, and may call the one it replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException
from werkzeug.exceptions import InternalServerError
from werkzeug.wrappers import Response as WerkzeugResponse

from myapp.kit.encoders import jsonable_encoder
from myapp.kit.errors import HTTPException, RequestValidationError
from myapp.kit.responses import encoded_bytes, is_body_allowed

if TYPE_CHECKING:
    from myapp.kit.api import ApiState


def register_error_handlers(app: Flask) -> None:
    """Install the handlers below on `app`."""
    app.register_error_handler(RequestValidationError, request_validation_exception_handler)
    app.register_error_handler(WerkzeugHTTPException, werkzeug_exception_handler)


def http_exception_handler(error: HTTPException) -> Response:
    """`{"detail": ...}` with the exception's status and headers; no body where the status allows none."""
    if not is_body_allowed(error.status_code):
        response = current_app.response_class(status=error.status_code)
        del response.headers["Content-Type"]
    else:
        response = _json({"detail": error.detail}, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def request_validation_exception_handler(error: RequestValidationError) -> Response:
    """422 with the list of faults."""
    return _json({"detail": jsonable_encoder(error.errors())}, 422)


def werkzeug_exception_handler(error: WerkzeugHTTPException) -> Response | WerkzeugHTTPException | WerkzeugResponse:
    """Flask's `abort()`, 404, 405 and 500 in FastAPI's shape on the API's paths; unchanged elsewhere.

    A description given to `abort` is the detail, else the status' own phrase is. An unhandled exception is logged by
    Flask and answered in plain text, as FastAPI does, so that nothing of it reaches the client.
    """
    if isinstance(error, HTTPException):
        answer: Response = _handler_of(error.status_code)(error)
        return answer
    state: ApiState = current_app.extensions["api"]
    if not state.answers(request):
        return error
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return current_app.response_class("Internal Server Error", 500, content_type="text/plain; charset=utf-8")
    code = error.code or 500
    default = type(error).description
    detail = error.description if error.description not in (None, default) else HTTPStatus(code).phrase
    response = _json({"detail": detail}, code)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _handler_of(status_code: int) -> Callable[[HTTPException], Any]:
    """What the application has registered for this status (`@app.errorhandler(404)`), or `http_exception_handler`.

    Flask finds such a handler by an exception's class; the status of ours is its instances'. As in FastAPI, the handler
    of 500 is for what nobody expected.
    """
    for name in (*request.blueprints, None) if status_code != 500 else ():
        for handler in current_app.error_handler_spec.get(name, {}).get(status_code, {}).values():
            return current_app.ensure_sync(handler)
    return http_exception_handler


def _json(content: Any, status: int) -> Response:
    return current_app.response_class(encoded_bytes(content), status, mimetype="application/json")
