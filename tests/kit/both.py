"""One small application written once and built twice: with FastAPI itself, and with Flask and the kit.

A test writes `def build(lib): ...` as FastAPI's documentation would, taking every name from `lib`; `Twins(build)` has a
client for each side. `agree(...)` sends requests to both and compares the answers to the byte; `events(...)` compares
what happened inside, in order: what the application noted with `lib.note(...)`, when the response began and when it was
sent.
"""

from __future__ import annotations

import re
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes

import fastapi
import fastapi.responses
import fastapi.security
import fastapi.sse
import flask
import httpx
import pydantic
import starlette.background
import starlette.exceptions
import werkzeug.exceptions
from fastapi.exceptions import RequestValidationError, ResponseValidationError, WebSocketRequestValidationError
from fastapi.responses import StreamingResponse

import myapp.kit as kit
import tests.left_open  # noqa: F401
from myapp.kit.testing import TestClient as KitTestClient
from myapp.kit.testing import WebSocketDenialResponse

with warnings.catch_warnings():
    # Starlette asks for httpx2, whose client is not the one that speaks WSGI below
    warnings.simplefilter("ignore")
    import starlette.testclient

TestClient = starlette.testclient.TestClient

SENT = {"user-agent": "tests"}
COMPARED = (
    *("content-type", "content-length", "location", "allow", "www-authenticate", "set-cookie", "x-one", "x-two"),
    *("cache-control", "retry-after", "etag", "last-modified", "x-accel-buffering"),
    *("content-disposition", "content-range", "accept-ranges"),
)
SECURITY = (
    *("APIKeyCookie", "APIKeyHeader", "APIKeyQuery", "HTTPAuthorizationCredentials", "HTTPBasic"),
    *("HTTPBasicCredentials", "HTTPBearer", "HTTPDigest", "OAuth2", "OAuth2AuthorizationCodeBearer"),
    *("OAuth2PasswordBearer", "OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict", "OpenIdConnect"),
    "SecurityScopes",
)
RESPONSES = ("FileResponse", "HTMLResponse", "JSONResponse", "PlainTextResponse", "RedirectResponse")
DECLARATIONS = (
    *("PlainValidator", "WrapValidator", "PlainSerializer", "StringConstraints", "Strict", "AliasChoices", "AliasPath"),
    *("AliasGenerator", "field_validator", "model_validator", "computed_field", "field_serializer"),
    *("WrapSerializer", "SerializeAsAny", "model_serializer", "RootModel", "Discriminator", "Tag"),
    *("MISSING", "with_config", "FailFast", "OnErrorOmit", "PrivateAttr", "UrlConstraints", "ValidateAs"),
    "WithJsonSchema",
)
METHODS = ("get", "post", "put", "patch", "delete", "options", "trace", "head")

Request = str | tuple[str, dict[str, Any]]
"""What a client sends: "GET /items/3", or that and httpx's keywords."""


def _fastapi(build: Callable[[Any], None], **options: Any) -> tuple[httpx.Client, Any]:
    app = fastapi.FastAPI(**options)
    names = ("Path", "Query", "Header", "Cookie", "Body", "Form", "Depends", "Security", "HTTPException")
    names += ("File", "UploadFile", "Request", "Response", "BackgroundTasks")
    events: list[Any] = []
    lib = SimpleNamespace(
        name="fastapi",
        app=app,
        events=events,
        note=events.append,
        **{name: getattr(fastapi, name) for name in names},
        **{name: getattr(fastapi.security, name) for name in SECURITY},
        Field=pydantic.Field,
        model=_base_model,
        ModelConfig=pydantic.ConfigDict,
        AfterValidator=pydantic.AfterValidator,
        BeforeValidator=pydantic.BeforeValidator,
        HttpUrl=pydantic.HttpUrl,
        EmailStr=pydantic.EmailStr,
        Json=pydantic.Json,
        RawResponse=fastapi.Response,
        **{name: getattr(pydantic, name) for name in DECLARATIONS},
        **{name: getattr(fastapi.responses, name) for name in RESPONSES},
        BackgroundTask=starlette.background.BackgroundTask,
        StreamingResponse=StreamingResponse,
        StreamingClass=StreamingResponse,
        EventSourceResponse=fastapi.sse.EventSourceResponse,
        ServerSentEvent=fastapi.sse.ServerSentEvent,
        RouterHTTPException=starlette.exceptions.HTTPException,
        RequestValidationError=RequestValidationError,
        ResponseValidationError=ResponseValidationError,
        WebSocketRequestValidationError=WebSocketRequestValidationError,
        jsonable_encoder=fastapi.encoders.jsonable_encoder,
        dump=lambda model, **keywords: pydantic.TypeAdapter(type(model)).dump_python(model, **keywords),
        overrides=app.dependency_overrides,
        app_dependencies=lambda *depends: app.router.dependencies.extend(depends),
        exception_handler=app.exception_handler,
        router=_FastAPIRouter,
        route=app.api_route,
        websocket=app.websocket,
        WebSocket=fastapi.WebSocket,
        HTTPConnection=fastapi.requests.HTTPConnection,
        WebSocketException=fastapi.WebSocketException,
        WebSocketDisconnect=fastapi.WebSocketDisconnect,
        include=lambda router, **keywords: _include_fastapi(app, router, **keywords),
        **{method: getattr(app, method) for method in METHODS},
    )
    build(lib)
    recorded = _RecordingASGI(app, events.append)
    client = TestClient(recorded, raise_server_exceptions=False, follow_redirects=False, headers=SENT)
    return client, lib


def _base_model(cls: type) -> type:
    """The annotated class as a pydantic model; on the other side `dataclass` makes one of the same text."""
    if issubclass(cls, pydantic.BaseModel):
        return cls  # a subclass of one that has been made here
    own = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    return type(pydantic.BaseModel)(cls.__name__, (pydantic.BaseModel,), own)


class _FastAPIRouter:
    def __init__(self, name: str, prefix: str = "", **options: Any) -> None:
        self.router = fastapi.APIRouter(prefix=prefix, **options)

    def __getattr__(self, method: str) -> Any:
        return getattr(self.router, method)

    def include(self, router: _FastAPIRouter, **options: Any) -> None:
        _include_fastapi(self.router, router, **options)


def _include_fastapi(target: Any, router: _FastAPIRouter, name: str = "", url_prefix: str = "", **options: Any) -> None:
    target.include_router(router.router, prefix=url_prefix, **options)


class _RecordingASGI:
    """Notes when the application begins to answer, when the last byte is sent, and an error that a server would log.

    An error is the server's only once an answer other than a 500 has begun: FastAPI hands it those of a 500 as well.
    """

    def __init__(self, app: Any, note: Callable[[Any], None]) -> None:
        self.app, self.note = app, note
        self.done = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            self.done.clear()
            try:
                await self._websocket(scope, receive, send)
            finally:
                self.done.set()
            return
        status = 500

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self.note(f"response {status}")
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                self.note("sent")
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            if status == 500:
                raise
            self.note("error for the server")

    async def _websocket(self, scope: Any, receive: Any, send: Any) -> None:
        """What uvicorn does when a handshake is left unanswered; and for an open one what the kit does."""
        sent = ""

        async def following(message: Any) -> None:
            nonlocal sent
            sent = message["type"]
            await send(message)

        code = 1000
        try:
            await self.app(scope, receive, following)
        except Exception:
            code = 1011
        if not sent:
            await send({"type": "websocket.http.response.start", "status": 500, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b"Internal Server Error"})
        elif sent in ("websocket.accept", "websocket.send"):
            await send({"type": "websocket.close", "code": code, "reason": ""})


class _RecordingWSGI:
    """The same on the other side."""

    def __init__(self, app: Any, note: Callable[[Any], None]) -> None:
        self.app, self.note = app, note

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        def noting(status: str, *rest: Any) -> Any:
            self.note(f"response {status[:3]}")
            return start_response(status, *rest)

        return _RecordedBody(self.app(environ, noting), self.note)


class _RecordedBody:
    def __init__(self, body: Any, note: Callable[[Any], None]) -> None:
        self.body, self.note = body, note

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.body
        except Exception:
            self.note("error for the server")
        else:
            self.note("sent")

    def close(self) -> None:
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        except Exception:
            self.note("error for the server")


class _WSGITransport(httpx.WSGITransport):
    """httpx's, with PATH_INFO as PEP 3333 has it (bytes as latin-1), and repeated headers joined as servers do."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = unquote_to_bytes(request.url.raw_path.partition(b"?")[0]).decode("latin-1")
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        app = self.app

        def corrected(environ: Any, start_response: Any) -> Any:
            known = {name: value for name, value in headers.items() if name in environ}
            return app({**environ, **known, "PATH_INFO": path, "wsgi.input_terminated": True}, start_response)

        transport = httpx.WSGITransport(corrected, raise_app_exceptions=False)  # type: ignore[arg-type]
        return transport.handle_request(request)


def _rule(path: str) -> str:
    return re.sub(r"\{(\w+):path\}", r"<path:\1>", path).replace("{", "<").replace("}", ">")


def _decorator(target: Any, methods: list[str]) -> Callable[..., Any]:
    def decorate(path: str, **options: Any) -> Callable[..., Any]:
        def apply(view: Callable[..., Any]) -> Callable[..., Any]:
            known = getattr(target, "view_functions", None) or getattr(target, "deferred_functions", ())
            name = getattr(view, "__name__", "view")
            operation = kit.operation(**options)(view)
            target.add_url_rule(_rule(path), f"{name}_{len(known)}", operation, methods=[m.upper() for m in methods])
            return operation

        return apply

    return decorate


def _websocket(target: Any, path: str, **options: Any) -> Callable[..., Any]:
    return kit.websocket(target, _rule(path), endpoint=re.sub(r"\W", "_", path), **options)


class _FlaskRouter:
    def __init__(self, name: str, prefix: str = "", **options: Any) -> None:
        self.bp = flask.Blueprint(name, __name__, url_prefix=_rule(prefix) or None)
        kit.router_options(self.bp, **options)

    def __getattr__(self, method: str) -> Any:
        return _decorator(self.bp, [method])

    def websocket(self, path: str, **options: Any) -> Any:
        return _websocket(self.bp, path, **options)

    def include(self, router: _FlaskRouter, **options: Any) -> None:
        _include_flask(self.bp, router, **options)


def _include_flask(target: Any, router: _FlaskRouter, url_prefix: str | None = None, **options: Any) -> None:
    # FastAPI adds the prefix of the inclusion to the router's own; Flask's takes its place
    prefix = _rule(url_prefix or "") + (router.bp.url_prefix or "")
    kit.include_router(target, router.bp, url_prefix=prefix or None, **options)


def _flask(build: Callable[[Any], None], **options: Any) -> tuple[httpx.Client, Any]:
    app = flask.Flask("twin")
    api = kit.Api(**options)
    api.init_app(app)
    events: list[Any] = []
    names = (
        *("Path", "Query", "Header", "Cookie", "Body", "Form", "Depends", "Security", "HTTPException"),
        *SECURITY,
        *("Field", "AfterValidator", "Response", "BackgroundTasks", "File", "UploadFile"),
        *(
            "BeforeValidator",
            "HttpUrl",
            "EmailStr",
            "Json",
            "ModelConfig",
            "RequestValidationError",
            "ResponseValidationError",
            "WebSocketRequestValidationError",
        ),
        *("jsonable_encoder", "dump"),
        *DECLARATIONS,
    )
    lib = SimpleNamespace(
        name="flask",
        app=app,
        events=events,
        note=events.append,
        **{name: getattr(kit, name) for name in names},
        model=dataclass,
        Request=flask.Request,
        RawResponse=kit.Response,
        **{name: getattr(kit, name) for name in RESPONSES},
        BackgroundTask=kit.BackgroundTask,
        StreamingResponse=kit.StreamingResponse,
        StreamingClass=kit.StreamingResponse,
        EventSourceResponse=kit.EventSourceResponse,
        ServerSentEvent=kit.ServerSentEvent,
        RouterHTTPException=werkzeug.exceptions.HTTPException,
        overrides=app.extensions["api"].dependency_overrides,
        app_dependencies=lambda *depends: setattr(api, "dependencies", (*api.dependencies, *depends)),
        exception_handler=lambda kind: lambda handler: app.register_error_handler(kind, _with_request(handler)),
        router=_FlaskRouter,
        route=lambda path, methods, **keywords: _decorator(app, methods)(path, **keywords),
        websocket=lambda path, **keywords: _websocket(app, path, **keywords),
        WebSocket=kit.AsyncWebSocket,
        HTTPConnection=kit.HTTPConnection,
        WebSocketException=kit.WebSocketException,
        WebSocketDisconnect=kit.WebSocketDisconnect,
        include=lambda router, **keywords: _include_flask(app, router, **keywords),
        **{method: _decorator(app, [method]) for method in METHODS},
    )
    build(lib)
    transport = _WSGITransport(_RecordingWSGI(app, events.append))  # type: ignore[arg-type]
    return httpx.Client(transport=transport, base_url="http://testserver", headers=SENT), lib


def _with_request(handler: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda error: handler(flask.request, error)


class Twins:
    """The two sides of one application."""

    def __init__(self, build: Callable[[Any], None], **options: Any) -> None:
        self.fastapi, self.fastapi_lib = _fastapi(build, **options)
        self.flask, self.flask_lib = _flask(build, **options)

    def same(self, method: str, url: str, **request: Any) -> httpx.Response:
        """Send one request to both sides, assert that the answers are the same, and return Flask's."""
        theirs = self.fastapi.request(method, url, **request)
        ours = self.flask.request(method, url, **request)
        assert shown(ours) == shown(theirs), f"{method} {url} {request}"
        return ours

    def agree(self, *requests: Request) -> list[httpx.Response]:
        """Send every request to both sides, assert that all answers are the same, and return Flask's."""
        differences, answers = [], []
        for request in requests:
            line, keywords = (request, {}) if isinstance(request, str) else request
            method, url = line.split(" ", 1)
            theirs = self.fastapi.request(method, url, **keywords)
            answers.append(ours := self.flask.request(method, url, **keywords))
            if shown(ours) != shown(theirs):
                differences.append(f"{line} {keywords or ''}\n  FastAPI: {shown(theirs)}\n  Flask:   {shown(ours)}")
        assert not differences, f"{len(differences)} of {len(requests)} answers differ:\n" + "\n".join(differences)
        return answers

    def events(self, line: str, **keywords: Any) -> list[Any]:
        """Send one request to both sides; assert that the same happened in the same order, and return what did."""
        ours, theirs = self.happened(line, **keywords)
        assert ours == theirs, f"{line}\n  FastAPI: {theirs}\n  Flask:   {ours}"
        return ours[0]

    def happened(self, line: str, **keywords: Any) -> list[tuple[list[Any], dict[str, Any]]]:
        """Send one request to both sides; what happened with Flask, and what with FastAPI: events, and the answer."""
        method, url = line.split(" ", 1)
        result = []
        for client, lib in ((self.flask, self.flask_lib), (self.fastapi, self.fastapi_lib)):
            lib.events.clear()
            answer = shown(client.request(method, url, **keywords))
            result.append((list(lib.events), answer))
        return result

    def conversations(self, path: str, *texts: str, leave: bool = False, **headers: str) -> list[tuple[Any, Any]]:
        """Open a WebSocket on both sides, send the texts, receive until the end; what happened, and what was received.

        Flask first. The end is the code and reason of the close, or the status and body of a refusal; `leave` closes
        after one message more than there are texts. What uvicorn drops (1006), because the view failed or returned, is
        closed with the kit's codes here: a difference that is kept.
        """
        result = []
        for connect, lib in (
            (KitTestClient(self.flask_lib.app).websocket_connect, self.flask_lib),
            (self.fastapi.websocket_connect, self.fastapi_lib),  # type: ignore[attr-defined]
        ):
            lib.events.clear()
            done = self.fastapi.app.done if lib is self.fastapi_lib else None  # type: ignore[attr-defined]
            received = _conversation(connect, path, texts, headers, done, leave=leave)
            if lib is self.flask_lib:
                deadline = time.monotonic() + 5
                while lib.app.extensions["api"].websockets:
                    assert time.monotonic() < deadline, "the view goes on"
                    time.sleep(0.001)
            result.append((list(lib.events), received))
        return result

    def same_document(self) -> dict[str, Any]:
        """Assert that both documents are equal, and return it."""
        theirs, ours = self.fastapi.get("/openapi.json").json(), self.flask.get("/openapi.json").json()
        assert ours == theirs
        return dict(ours)


def _conversation(
    connect: Any, path: str, texts: tuple[str, ...], headers: dict[str, str], done: Any, *, leave: bool
) -> Any:
    received: list[Any] = []
    opened = False
    try:
        with connect(path, headers=headers) as session:
            opened = True
            try:
                with suppress(kit.WebSocketDisconnect):
                    for text in texts:
                        session.send_text(text)
                while not (leave and len(received) > len(texts)):
                    received.append(session.receive_text())
            finally:
                if done is not None:  # Starlette's client cancels what the application has still to do
                    session.close()
                    assert done.wait(5), "the view goes on"
    except (WebSocketDenialResponse, starlette.testclient.WebSocketDenialResponse) as denial:
        # to an open socket there is no answer in HTTP: uvicorn refuses to send one
        received.append((1011, "") if opened else (denial.status_code, denial.content))
    except (kit.WebSocketDisconnect, fastapi.WebSocketDisconnect) as end:
        # a server refuses with 403 what is closed before it was accepted
        received.append((end.code, end.reason) if opened else ("refused", end.code, end.reason))
    return received


def agree(build: Callable[[Any], None], *requests: Request, **options: Any) -> list[httpx.Response]:
    """Build the application twice; assert that documents and answers are the same; return Flask's answers."""
    twins = Twins(build, **options)
    twins.same_document()
    return twins.agree(*requests)


def shown(response: httpx.Response) -> dict[str, Any]:
    """What a client sees of an answer: status, the headers it acts on, and the body."""
    headers = {name: response.headers.get_list(name) for name in COMPARED if name in response.headers}
    if "allow" in headers:
        # Flask answers HEAD and OPTIONS by itself: a difference that is kept
        allowed = {method.strip() for method in headers["allow"][0].split(",")}
        headers["allow"] = sorted(allowed - {"HEAD", "OPTIONS"})
    if "set-cookie" in headers:
        headers["set-cookie"] = [_cookie(value) for value in headers["set-cookie"]]
    return {"status": response.status_code, "headers": headers, "body": response.content}


def _cookie(header: str) -> dict[str, str]:
    """A cookie as a browser reads it; a date says nothing that Max-Age does not say."""
    (cookie,) = SimpleCookie(header).values()
    attributes = {name: str(value).lower() for name, value in cookie.items() if value}
    if "max-age" in attributes:
        attributes.pop("expires", None)
    return {cookie.key: cookie.value, **attributes}
