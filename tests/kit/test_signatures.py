"""The kit takes every keyword that FastAPI and pydantic take, but for those in keywords.py, each with its reason.

Strict both ways: a keyword that FastAPI gets must be added or listed, one that the kit gets must leave the list.
"""

import inspect
from typing import Any

import fastapi
import fastapi.encoders
import fastapi.openapi.docs
import fastapi.responses
import pydantic
import pytest
import starlette.background
from fastapi.staticfiles import StaticFiles

import myapp.kit as kit
import myapp.kit.openapi
from myapp.kit import types
from myapp.kit.params import FieldInfo
from myapp.kit.routing import RouterOptions
from tests.kit.keywords import LEFT_OUT, NAMES

#: What Flask has a name of its own for: their keyword and the kit's.
RENAMED = {
    "include_router": {"router": "bp", "prefix": "url_prefix"},
    "websocket": {"path": "rule", "name": "endpoint"},
}

#: What the kit has beside FastAPI's: its own idea, or Flask's.
ADDED: dict[str, set[str]] = {
    # an attribute of the application there
    "FastAPI": {"openapi_version", "is_api"},
    "include_router": {"target", "name", "strict_content_type"},
    # an attribute of the route there
    "get": {"strict_content_type", "etag"},
    "api_route": {"strict_content_type", "etag"},
    "websocket": {"target", "max_size", "ping_interval"},
    "Security": {"scope", "max_concurrency"},
    # a ReDoc that is a JavaScript module, as newer ones are
    "get_redoc_html": {"redoc_js_is_module"},
}


def names(callable: Any) -> set[str]:
    """The keywords that may be given, without those that only gather others."""
    parameters = inspect.signature(callable).parameters.values()
    return {each.name for each in parameters if each.name != "self" and each.kind is not each.VAR_KEYWORD}


def ours(name: str) -> set[str]:
    """The keywords of the kit's match."""
    if name == "FastAPI":
        return names(kit.Api)
    if name == "APIRouter":
        return names(RouterOptions)
    if name == "include_router":
        return names(RouterOptions) | names(kit.include_router)
    if name in ("get", "api_route"):
        return names(kit.operation)
    if name == "ConfigDict":
        return names(kit.ModelConfig)
    if name in ("Path", "Query", "Header", "Cookie", "Body", "Form", "File", "Field"):
        own = names(getattr(kit, name)) | names(FieldInfo)
        # handed on to the standard library
        own |= {"init", "repr", "kw_only"} if name == "Field" else set()
        return own | (names(kit.Body) - {"embed"} if name in ("Form", "File") else set())
    if name.endswith("_html"):
        return names(getattr(myapp.kit.openapi, name))
    return names(getattr(kit, name))


def theirs(name: str) -> set[str]:
    """The keywords of FastAPI or pydantic."""
    if name == "ConfigDict":
        return set(pydantic.ConfigDict.__annotations__)
    if name == "Field":
        return names(pydantic.Field) | {"extra"}
    if name in ("include_router", "get", "api_route", "websocket"):
        return names(getattr(fastapi.APIRouter, name))
    if name == "jsonable_encoder":
        return names(fastapi.encoders.jsonable_encoder)
    if name.endswith("_html"):
        return names(getattr(fastapi.openapi.docs, name))
    return names(getattr(fastapi, name) if hasattr(fastapi, name) else getattr(pydantic, name))


@pytest.mark.parametrize("name", LEFT_OUT)
def test_keywords(name: str) -> None:
    """Each keyword is there, or is listed with a reason; each of the kit's own is known."""
    renamed = RENAMED.get(name, {})
    original = {renamed.get(keyword, keyword) for keyword in theirs(name)}
    assert original - ours(name) == LEFT_OUT[name].keys()
    added = ours(name) - original
    if name in ("Path", "Query", "Header", "Cookie", "Body", "Form", "File", "Field"):
        # one class carries what any of them takes
        added -= names(pydantic.Field) | names(fastapi.Query)
    assert added == ADDED.get(name, set())


def test_names() -> None:
    """Every name of pydantic's is in the kit, or in `myapp.kit.types`, or is listed with a reason."""
    # errors and warnings of its own; what is no error of a client's is Python's or marshmallow's here
    original = {name for name in pydantic.__all__ if not name.startswith("Pydantic")}
    assert {name for name in original if not (hasattr(kit, name) or hasattr(types, name))} == NAMES.keys()


def parameters(callable: Any) -> list[tuple[str, Any, Any]]:
    """Each parameter's name, kind and default, in their order."""
    return [(each.name, each.kind, each.default) for each in inspect.signature(callable).parameters.values()]


RESPONSES = (
    *("Response", "HTMLResponse", "PlainTextResponse", "JSONResponse", "RedirectResponse", "StreamingResponse"),
    *("FileResponse", "EventSourceResponse"),
)


@pytest.mark.parametrize("name", RESPONSES)
def test_responses(name: str) -> None:
    """A response class is made in the same way: the same parameters in the same order, with the same defaults."""
    assert parameters(getattr(kit, name)) == parameters(getattr(fastapi.responses, name))


@pytest.mark.parametrize("method", ["set_cookie", "delete_cookie", "render"])
def test_methods_of_responses(method: str) -> None:
    """So are their methods called."""
    assert parameters(getattr(kit.Response, method)) == parameters(getattr(fastapi.Response, method))


@pytest.mark.parametrize("name", ["BackgroundTask", "BackgroundTasks"])
def test_background(name: str) -> None:
    """Background tasks, too."""
    ours, theirs = getattr(kit, name), getattr(starlette.background, name)
    assert parameters(ours) == parameters(theirs)
    if hasattr(theirs, "add_task"):
        assert parameters(ours.add_task) == parameters(theirs.add_task)


def test_static_files() -> None:
    """`static_files` takes what `StaticFiles` takes, beside where it is mounted."""
    ours = [each for each in parameters(kit.static_files) if each[0] not in ("target", "path", "name")]
    assert ours == parameters(StaticFiles)
