"""How errors are answered: FastAPI's JSON on the API's paths, Flask's own pages elsewhere.

Pairs https://fastapi.tiangolo.com/tutorial/handling-errors/ with `Flask.register_error_handler`: an application
replaces any of these by registering its own for the same class, and may call the one it replaces. They have the names
of `fastapi.exception_handlers`, and take the error alone, as Flask's handlers do: the request is `flask.request`, the
WebSocket is the error's: `error.websocket`, of every class. A handler of what a WebSocket's view raises closes that;
what it returns is the answer to a handshake left open.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from http.client import responses
from typing import TYPE_CHECKING, Any, overload

from flask import Flask, Response, current_app, got_request_exception, request
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException
from werkzeug.exceptions import InternalServerError
from werkzeug.wrappers import Response as WerkzeugResponse

from .encoders import jsonable_encoder
from .errors import UNREADABLE_BODY, HTTPException, RequestValidationError
from .responses import encoded_bytes, is_body_allowed
from .websockets.handshake import WebSocketException, WebSocketRequestValidationError

if TYPE_CHECKING:
    from .api import ApiState


def register_error_handlers(app: Flask) -> None:
    """Install the handlers below on `app`, and let what one of the application's handlers raises be handled in turn."""
    app.register_error_handler(RequestValidationError, request_validation_exception_handler)
    app.register_error_handler(WerkzeugHTTPException, http_exception_handler)
    app.register_error_handler(Exception, unhandled_exception_handler)
    app.register_error_handler(WebSocketException, websocket_exception_handler)
    app.register_error_handler(WebSocketRequestValidationError, websocket_request_validation_exception_handler)
    app.handle_user_exception = _handling(app.handle_user_exception)  # type: ignore[method-assign, assignment]


def _handling(flasks: Callable[[Exception], Any]) -> Callable[[Exception], Any]:
    """Flask's `handle_user_exception`, which handles once more what an error handler raises.

    A handler of an application's own error may raise `HTTPException(404)`: in FastAPI the route looks for a handler,
    and then the application does. What that one raises is an error that nobody handles, there and here.
    """

    def handle(error: Exception) -> Any:
        handler = _handler_of(error.status_code) if isinstance(error, HTTPException) else None
        return flasks(error) if handler is None else current_app.ensure_sync(handler)(error)

    def handle_user_exception(error: Exception) -> Any:
        try:
            return handle(error)
        except Exception as raised:
            if raised is error:
                raise
            return handle(raised)

    return handle_user_exception


def _handler_of(status_code: int) -> Callable[[HTTPException], Any] | None:
    """What the application has registered for this status (`@app.errorhandler(404)`).

    Flask finds such a handler, before those of exceptions, by an exception's class; the status of ours is its
    instances'. As in FastAPI, the handler of 500 is for what nobody expected.
    """
    for name in (*request.blueprints, None) if status_code != 500 else ():
        for handler in current_app.error_handler_spec.get(name, {}).get(status_code, {}).values():
            return handler
    return None


def has_handler(error: Exception) -> bool:
    """Whether the application, or a blueprint of the request, has a handler of this error and not of every one."""
    known = (current_app.error_handler_spec.get(name, {}).get(None, {}) for name in (*request.blueprints, None))
    kinds = [kind for kind in type(error).__mro__ if issubclass(kind, Exception) and kind is not Exception]
    return any(kind in handlers for handlers in known for kind in kinds)


@overload
def http_exception_handler(error: HTTPException) -> Response: ...
@overload
def http_exception_handler(error: WerkzeugHTTPException) -> Response | WerkzeugHTTPException | WerkzeugResponse: ...
def http_exception_handler(error: WerkzeugHTTPException) -> Response | WerkzeugHTTPException | WerkzeugResponse:
    """`{"detail": ...}` with the exception's status and headers; no body where the status allows none.

    Also of Flask's `abort()`, 404, 405 and 500, on the API's paths; elsewhere those are left as they are. A description
    given to `abort` is the detail, else the status' own phrase is. An unhandled exception is logged by Flask and
    answered in plain text, as FastAPI does, so that nothing of it reaches the client.
    https://fastapi.tiangolo.com/tutorial/handling-errors/#reuse-fastapis-exception-handlers
    """
    if isinstance(error, HTTPException):
        return _answer(error.status_code, error.detail, error.headers or {})
    state: ApiState = current_app.extensions["api"]
    if not state.answers(request):
        return error
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return current_app.response_class("Internal Server Error", 500, content_type="text/plain; charset=utf-8")
    code = error.code or 500
    default = type(error).description
    detail = error.description if error.description not in (None, default) else responses.get(code, "")
    return _answer(code, detail, {k: v for k, v in error.get_headers() if k.lower() != "content-type"})


def request_validation_exception_handler(error: RequestValidationError) -> Response:
    """422 with the list of faults; 400 where the input among them is nested too deeply to be written."""
    try:
        return _json({"detail": jsonable_encoder(error.errors())}, 422)
    except RecursionError:
        return _json({"detail": UNREADABLE_BODY}, 400)


def websocket_exception_handler(error: WebSocketException) -> Response:
    """Close the exception's WebSocket with its code and reason; before `accept()`, refuse the handshake with 403."""
    error.websocket.end(error.code, error.reason)
    return current_app.response_class(status=403)


def websocket_request_validation_exception_handler(error: WebSocketRequestValidationError) -> Response:
    """The same for a handshake whose parameters do not validate: code 1008, and the faults as the reason.

    A WebSocket that a dependency has accepted by then is closed without them: the reason in a frame is a short text.
    """
    error.websocket.end(error.code, None if error.websocket.accepted else error.reason)
    return current_app.response_class(status=403)


def unhandled_exception_handler(error: Exception) -> Response:
    """With `app.debug`, an exception that nothing handles is answered with its trace, as `FastAPI(debug=True)` does.

    Otherwise, and where Werkzeug's debugger can show it to a browser, raises it again: Flask logs it, and the handler
    above answers.
    """
    state: ApiState = current_app.extensions["api"]
    debugger = has_debugger() and "text/html" in request.headers.get("Accept", "")
    if not current_app.debug or current_app.testing or debugger or not state.answers(request):
        raise error
    return trace_of(error)


def has_debugger() -> bool:
    """Whether Werkzeug's debugger is around the application, by the key that it leaves for Flask."""
    return "werkzeug.debug.preserve_context" in request.environ


def trace_of(error: Exception) -> Response:
    """500 with the trace in plain text, after logging it. For development only."""
    report(error)
    text = "".join(traceback.format_exception(error))
    return current_app.response_class(text, 500, content_type="text/plain; charset=utf-8")


def report(error: Exception) -> None:
    """Do what Flask does with an exception that nothing handles: tell its signal and its log."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
    app.log_exception((type(error), error, error.__traceback__))


def _answer(status: int, detail: Any, headers: Mapping[str, str]) -> Response:
    if is_body_allowed(status):
        response = _json({"detail": detail}, status)
    else:
        response = current_app.response_class(status=status)
        del response.headers["Content-Type"]
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _json(content: Any, status: int) -> Response:
    return current_app.response_class(encoded_bytes(content), status, mimetype="application/json")
