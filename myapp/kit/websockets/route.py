"""`websocket(bp, "/path")`: a function becomes what answers WebSockets there.

Pairs https://fastapi.tiangolo.com/advanced/websockets/ with Werkzeug's `websocket=True` rules. Until the view accepts,
the request is an HTTP request like any other, and every refusal is an HTTP answer; from then on it ends with a close
frame, whatever happens, and never with bytes of HTTP.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Flask, current_app, request
from flask.globals import request_ctx
from flask.signals import got_request_exception
from marshmallow import missing
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule, WebsocketMismatch
from werkzeug.wrappers import Response

from ..dependant import get_dependant, listed_dependants
from ..errors import endpoint_context
from ..exception_handlers import has_handler
from ..params import Depends
from ..routing import RouterOptions, options_for, path_format
from ..solve import Invocation, async_to_sync
from .asynchronous import AsyncWebSocket
from .connection import WebSocket
from .handshake import (
    REFUSALS,
    WebSocketDisconnect,
    WebSocketRequestValidationError,
    WebSocketState,
)
from .wire import WireOptions

if TYPE_CHECKING:
    from ..api import ApiState

View = TypeVar("View", bound=Callable[..., Awaitable[None] | None])


def websocket(
    target: Flask | Blueprint,
    rule: str,
    *,
    endpoint: str | None = None,
    dependencies: Sequence[Depends] = (),
    max_size: int = WireOptions.max_size,
    ping_interval: float | None = WireOptions.ping_interval,
) -> Callable[[View], View]:
    """Answer WebSockets at `rule`: FastAPI's `@router.websocket(path)`.

    A plain function takes the `WebSocket`, an `async def` view the `AsyncWebSocket` (by these type hints), whose
    methods are awaited on the event loop; and both take Path, Query, Header, Cookie, Depends and Security as a path
    operation does. What the view raises closes the connection. `dependencies` are called before it,
    after those of the application and of the blueprints around it. A message of more than `max_size` characters or
    bytes ends the connection with 1009; a client that has not answered a ping when the next one is due, with 1008.
    """
    options = WireOptions(max_size=max_size, ping_interval=ping_interval)

    def decorate(view: View) -> View:
        def answer(**path_params: Any) -> Response:
            state: ApiState | None = current_app.extensions.get("api")
            if state is None:
                raise RuntimeError(f"{view.__qualname__}() takes WebSockets: the application needs Api().init_app(app)")
            found = request.url_rule
            assert found is not None
            key = (found.endpoint, found.rule)
            if key not in state.websocket_routes:
                outer = RouterOptions(dependencies=state.api.dependencies).then(options_for(state.app, found.endpoint))
                declared = (*outer.dependencies, *dependencies)
                state.websocket_routes[key] = WebSocketRoute(view, found, declared, options)
            return state.websocket_routes[key].respond(state, path_params)

        answer.__name__, answer.__doc__, answer.__wrapped__ = view.__name__, view.__doc__, view  # type: ignore[attr-defined]
        answer.takes_websockets = True  # type: ignore[attr-defined]
        target.add_url_rule(rule, endpoint or view.__name__, answer, websocket=True)
        return view

    return decorate


class WebSocketRoute:
    """One view at one rule of one application. Raises TypeError for a signature that no handshake can fill."""

    def __init__(
        self, view: Callable[..., Any], rule: Rule, dependencies: Sequence[Depends], options: WireOptions
    ) -> None:
        self.view = view
        self.options = options
        self.path_names = frozenset(rule.arguments)
        self.dependant = get_dependant(view, self.path_names)
        if self.dependant.kind.endswith("generator"):
            raise TypeError(f"{view.__qualname__}(): a WebSocket's view does not yield")
        is_async = self.dependant.kind == "coroutine"
        self.call = async_to_sync(view) if is_async else view
        self.kind: type[WebSocket | AsyncWebSocket] = AsyncWebSocket if is_async else WebSocket
        self.dependant.dependencies[:0] = listed_dependants(dependencies, self.path_names)
        if body := self.dependant.parameters("body"):
            raise TypeError(f"{view.__qualname__}(), argument {body[0].name!r}: a handshake has no body")
        other = WebSocket if is_async else AsyncWebSocket
        if any(other in dependant.injected.values() for dependant in self.dependant.flatten()):
            raise TypeError(
                f"{view.__qualname__}(): a plain view and its dependencies take WebSocket, an `async def` view and its "
                "dependencies AsyncWebSocket; HTTPConnection is for dependencies of both"
            )

    def respond(self, state: ApiState, path: Mapping[str, Any]) -> Response:
        """Run the view on the current request.

        Before the handshake: what is raised is Flask's to answer, and 403 without a body is the answer to a parameter
        that does not validate, to WebSocketException and to `close()`, whatever is raised later. After it: a
        WebSocketException closes with its own code, an exception that has a handler of its own as that one says, any
        other with 1011, and a view that returns with 1000. A server that stops takes no more.
        """
        websocket = self.kind(request._get_current_object(), self.options)  # type: ignore[attr-defined]
        state.websockets.add(websocket)
        try:
            # Checked once it is in the set: `close_websockets` finds it there, or it is refused here.
            if state.websockets_closed_with is not None:
                return current_app.response_class(status=503)
            try:
                self._run(websocket, state, path)
            except Exception as error:
                self._answer(error, websocket)
            if websocket.application_state is WebSocketState.CONNECTING:
                raise RuntimeError(f"{self.view.__qualname__}() returned without accept() or close()")
        except WebSocketDisconnect:
            pass
        except Exception as error:
            if websocket.application_state is WebSocketState.CONNECTING:
                raise
            websocket.end(1011)
            if not isinstance(error, WerkzeugHTTPException):
                got_request_exception.send(current_app._get_current_object(), exception=error)  # type: ignore[attr-defined]
            current_app.log_exception(sys.exc_info())
        finally:
            if websocket.accepted:
                websocket.end(1000)
                websocket.finish()
            state.websockets.discard(websocket)
        if websocket.denial_response is not None:
            return websocket.denial_response
        return current_app.response_class(status=101) if websocket.accepted else denial(*websocket.closed_with)

    def _run(self, websocket: WebSocket | AsyncWebSocket, state: ApiState, path: Mapping[str, Any]) -> None:
        invocation = Invocation(request, path, missing, embed=False, override=state.override(self.path_names))
        invocation.websocket = websocket
        with invocation.request_stack, invocation.function_stack:
            arguments = invocation.solve(self.dependant)
            if arguments is None:
                where = f"WS {request.script_root}{path_format(str(request.url_rule))}"
                context = endpoint_context(self.view, where)
                raise WebSocketRequestValidationError(invocation.errors, endpoint_ctx=context)
            self.call(**arguments)

    def _answer(self, error: Exception, websocket: WebSocket | AsyncWebSocket) -> None:
        """Close, or refuse, as the application's error handler says; by default the kit's.

        Raises the error that nobody handles, and one that is answered in HTTP when the WebSocket is open.
        """
        if not has_handler(error):
            raise error
        with suppress(AttributeError):  # an exception may have slots
            error.websocket = websocket  # type: ignore[attr-defined]
        answer: Any = current_app.handle_user_exception(error)
        if answer is None:
            return
        if websocket.application_state is WebSocketState.CONNECTING:
            websocket.deny(current_app.make_response(answer))
        elif websocket.application_state is WebSocketState.CONNECTED:
            raise error


def close_websockets(app: Flask, code: int = 1012) -> None:
    """Close all that are open in this process, as uvicorn does when it is told to stop; for the hooks of a server.

    Returns at once. The views get WebSocketDisconnect; the clients a code that tells them to come back (1012, "service
    restart"), also those whose handshake is under way. Later ones are answered with 503.
    """
    state: ApiState = app.extensions["api"]
    state.websockets_closed_with = code
    for websocket in list(state.websockets):
        websocket.go_away(code)


def denial(code: int = 1000, reason: Any = "") -> Response:
    """FastAPI's refusal of a handshake, as uvicorn sends it: 403 without a body. Only a test client learns the code."""
    request.environ.get(REFUSALS, []).append((code, reason))
    response = current_app.response_class(status=403)
    del response.headers["Content-Type"]
    return response


def refuse_mismatch() -> Response | None:
    """403 for a handshake where no WebSocket is, 404 for another request where one is.

    Werkzeug answers 400 to both and redirects handshakes. FastAPI looks for WebSockets among its WebSockets only.
    """
    failure = request.routing_exception
    if failure is None:
        return None
    upgrades = {part.strip().lower() for part in request.environ.get("HTTP_CONNECTION", "").split(",")}
    if "upgrade" in upgrades and request.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
        return denial()
    if isinstance(failure, MethodNotAllowed) and request_ctx.url_adapter is not None:
        try:
            request_ctx.url_adapter.match(method="GET")
        except WebsocketMismatch:
            raise NotFound from None
        except (WerkzeugHTTPException, RequestRedirect):
            return None
    if isinstance(failure, WebsocketMismatch):
        raise NotFound
    return None
