"""One small application written once and built twice: with FastAPI itself, and with Flask and the kit.

A test module writes `def build(lib): ...` as FastAPI's documentation would, taking every name from `lib`; `twins(build)` gives a
client for each side, and `same(...)` sends one request to both and compares the answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import fastapi
import httpx
import pydantic
from fastapi.testclient import TestClient
from flask import Flask, Request
from flask import Response as FlaskResponse

import myapp.kit as kit

SENT = {"user-agent": "tests"}
COMPARED = ("content-type", "location", "allow", "www-authenticate", "set-cookie", "content-length")


def _fastapi(build: Callable[[Any], None], **options: Any) -> httpx.Client:
    app = fastapi.FastAPI(**options)
    names = {name: getattr(fastapi, name) for name in ("Path", "Query", "Header", "Cookie", "Body", "Depends", "HTTPException")}
    lib = SimpleNamespace(
        name="fastapi",
        app=app,
        **names,
        Field=pydantic.Field,
        model=_base_model,
        ModelConfig=pydantic.ConfigDict,
        AfterValidator=pydantic.AfterValidator,
        BeforeValidator=pydantic.BeforeValidator,
        HttpUrl=pydantic.HttpUrl,
        EmailStr=pydantic.EmailStr,
        Response=fastapi.Response,
        Request=fastapi.Request,
        RawResponse=lambda content, **keywords: fastapi.Response(content, **keywords),
        jsonable_encoder=fastapi.encoders.jsonable_encoder,
        dump=lambda model, **keywords: pydantic.TypeAdapter(type(model)).dump_python(model, **keywords),
        overrides=app.dependency_overrides,
        exception_handler=app.exception_handler,
        router=_FastAPIRouter,
        route=app.api_route,
        include=lambda router, **keywords: app.include_router(
            router.router, **{("prefix" if key == "url_prefix" else key): value for key, value in keywords.items() if key != "name"}
        ),
        **{method: getattr(app, method) for method in ("get", "post", "put", "patch", "delete", "options", "trace", "head")},
    )
    build(lib)
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False, headers=SENT)


def _base_model(cls: type) -> type:
    """The annotated class as a pydantic model; on the other side `dataclass` makes one of the same text."""
    bases = cls.__bases__ if issubclass(cls, pydantic.BaseModel) else (pydantic.BaseModel,)
    own = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    return type(pydantic.BaseModel)(cls.__name__, bases, own)


class _FastAPIRouter:
    def __init__(self, name: str, prefix: str = "", **options: Any) -> None:
        self.router = fastapi.APIRouter(prefix=prefix, **options)

    def __getattr__(self, method: str) -> Any:
        return getattr(self.router, method)

    def include(self, router: _FastAPIRouter, url_prefix: str = "", **options: Any) -> None:
        self.router.include_router(router.router, prefix=url_prefix, **options)


def _rule(path: str) -> str:
    return re.sub(r"\{(\w+):path\}", r"<path:\1>", path).replace("{", "<").replace("}", ">")


def _decorator(target: Any, method: str) -> Callable[..., Any]:
    def decorate(path: str, **options: Any) -> Callable[..., Any]:
        def apply(view: Callable[..., Any]) -> Callable[..., Any]:
            wrapped = kit.operation(**options)(view)
            endpoint = f"{view.__name__}_{method}_{len(getattr(target, 'view_functions', getattr(target, 'deferred_functions', ())))}"
            target.add_url_rule(_rule(path), endpoint, wrapped, methods=[method.upper()])
            return view

        return apply

    return decorate


class _FlaskRouter:
    def __init__(self, name: str, prefix: str = "", **options: Any) -> None:
        from flask import Blueprint

        self.bp = Blueprint(name, __name__, url_prefix=prefix or None)
        kit.router_options(self.bp, **options)

    def __getattr__(self, method: str) -> Any:
        return _decorator(self.bp, method)

    def include(self, router: _FlaskRouter, url_prefix: str | None = None, **options: Any) -> None:
        _include(self.bp, router, url_prefix, **options)


def _include(target: Any, router: _FlaskRouter, url_prefix: str | None = None, **options: Any) -> None:
    # FastAPI adds the prefix of the inclusion to the router's own; Flask's takes its place
    prefix = (url_prefix or "") + (router.bp.url_prefix or "")
    kit.include_router(target, router.bp, url_prefix=prefix or None, **options)


def _flask(build: Callable[[Any], None], **options: Any) -> httpx.Client:
    app = Flask("twin")
    api = kit.Api(**options)
    api.init_app(app)
    lib = SimpleNamespace(
        name="flask",
        app=app,
        **{
            name: getattr(kit, name)
            for name in (
                *("Path", "Query", "Header", "Cookie", "Body", "Depends", "HTTPException", "Field", "AfterValidator"),
                *("BeforeValidator", "HttpUrl", "EmailStr", "Response", "jsonable_encoder", "dump"),
            )
        },
        model=dataclass,
        ModelConfig=kit.ModelConfig,
        Request=Request,
        RawResponse=lambda content, media_type=None, **keywords: FlaskResponse(content, mimetype=media_type, **keywords),
        overrides=app.extensions["api"].dependency_overrides,
        exception_handler=app.errorhandler,
        router=_FlaskRouter,
        route=lambda path, methods, **keywords: lambda view: app.add_url_rule(
            _rule(path), view.__name__, kit.operation(**keywords)(view), methods=methods
        ),
        include=lambda router, **keywords: _include(app, router, **keywords),
        **{
            method: _decorator(app, method)
            for method in ("get", "post", "put", "patch", "delete", "options", "trace", "head")
        },
    )
    build(lib)
    return httpx.Client(transport=httpx.WSGITransport(app, raise_app_exceptions=False), base_url="http://testserver", headers=SENT)


class Twins:
    """The two sides of one application."""

    def __init__(self, build: Callable[[Any], None], **options: Any) -> None:
        self.fastapi = _fastapi(build, **options)
        self.flask = _flask(build, **options)

    def same(self, method: str, url: str, **request: Any) -> httpx.Response:
        """Send one request to both sides, assert that the answers are the same, and return Flask's."""
        theirs = self.fastapi.request(method, url, **request)
        ours = self.flask.request(method, url, **request)
        assert shown(ours) == shown(theirs), f"{method} {url} {request}"
        return ours

    def same_document(self) -> dict[str, Any]:
        """Assert that both documents are equal, and return it."""
        theirs, ours = self.fastapi.get("/openapi.json").json(), self.flask.get("/openapi.json").json()
        assert ours == theirs
        return dict(ours)


def shown(response: httpx.Response) -> dict[str, Any]:
    """What a client sees of an answer: status, the headers it acts on, and the body."""
    body: Any = response.content
    if response.headers.get("content-type", "").startswith("application/json") and response.content:
        body = response.json()
    headers = {name: response.headers.get_list(name) for name in COMPARED if name in response.headers}
    if body is not response.content:
        headers.pop("content-length", None)
    if "allow" in headers:
        # Flask answers HEAD and OPTIONS by itself: a difference that is kept
        allowed = {method.strip() for method in headers["allow"][0].split(",")}
        headers["allow"] = sorted(allowed - {"HEAD", "OPTIONS"})
    return {"status": response.status_code, "headers": headers, "body": body}
