"""The kit takes every keyword that FastAPI and pydantic take, but for those below, each with its reason.

Strict both ways: a keyword that FastAPI gets must be added or listed, one that the kit gets must leave the list.
"""

import inspect
from typing import Any

import fastapi
import fastapi.encoders
import fastapi.responses
import pydantic
import pytest
import starlette.background
from fastapi.staticfiles import StaticFiles

import myapp.kit as kit
from myapp.kit.params import FieldInfo
from myapp.kit.routing import RouterOptions

FLASKS_ROUTE = "Flask's own decorator above takes it"
DEPRECATED = "deprecated there"
DATACLASS = "the standard library's dataclasses have it, or an InitVar"
FIELD = "a marshmallow field in `Annotated` writes it as one likes"
PYDANTIC = "about pydantic's own machinery"

#: What Flask has a name of its own for: their keyword and the kit's.
RENAMED = {
    "include_router": {"router": "bp", "prefix": "url_prefix"},
    "websocket": {"path": "rule", "name": "endpoint"},
}

LEFT_OUT: dict[str, dict[str, str]] = {
    "FastAPI": {
        "telemetry": "OpenTelemetry's own instrumentation of Flask does it",
        "debug": "`flask run --debug`: what is nobody's fault is shown there as FastAPI shows it",
        "routes": DEPRECATED,
        "middleware": "`add_middleware(app, ...)`, on the application that it wraps",
        "exception_handlers": "`app.register_error_handler`, which blueprints have too",
        "on_startup": DEPRECATED,
        "on_shutdown": DEPRECATED,
        "root_path": "deprecated there; a WSGI server or proxy says it (SCRIPT_NAME)",
    },
    "APIRouter": {
        "prefix": "`Blueprint(url_prefix=)`",
        "routes": DEPRECATED,
        "redirect_slashes": "the application's: `Api(redirect_slashes=)`; an included router's has no effect there",
        "default": "what answers where nothing matches is the application's (`app.errorhandler(404)`)",
        "dependency_overrides_provider": "an application's own affair",
        "route_class": "hooks of the blueprint, as the folder `middleware` shows",
        "on_startup": DEPRECATED,
        "on_shutdown": DEPRECATED,
        "lifespan": "the application has one, `Api(lifespan=)`, which may enter others",
    },
    "include_router": {},
    "get": {
        "path": FLASKS_ROUTE,
        "name": FLASKS_ROUTE,
    },
    "api_route": {
        "path": FLASKS_ROUTE,
        "methods": FLASKS_ROUTE,
        "name": FLASKS_ROUTE,
    },
    "websocket": {},
    **{
        name: {"regex": "deprecated there: `pattern`"}
        for name in ("Path", "Query", "Header", "Cookie", "Body", "Form", "File")
    },
    "jsonable_encoder": {},
    "TypeAdapter": {"config": "`model_config` of the class", "_parent_depth": PYDANTIC, "module": PYDANTIC},
    "Depends": {},
    "Security": {},
    **{name: {} for name in ("PlainSerializer", "WrapSerializer", "field_serializer", "model_serializer")},
    "Field": {
        "frozen": DATACLASS,
        "init_var": DATACLASS,
        "extra": DEPRECATED,
    },
    "ConfigDict": {
        "frozen": DATACLASS,
        "validate_assignment": "an attribute of a dataclass takes what is assigned; the response is checked",
        "revalidate_instances": "a response is always checked, an instance in a request is there already",
        "validate_return": PYDANTIC,
        "arbitrary_types_allowed": "a marshmallow field in `Annotated` reads any type",
        "ser_json_inf_nan": FIELD,
        "ser_json_temporal": FIELD,
        "ser_json_timedelta": FIELD,
        "val_temporal_unit": FIELD,
        "url_preserve_empty_path": FIELD,
        "json_encoders": DEPRECATED,
        "json_schema_mode_override": "`Api(separate_input_output_schemas=False)` makes one component of two",
        "polymorphic_serialization": "FastAPI filters by the declared model",
        "use_attribute_docstrings": "`Field(description=)`: the text after an attribute is nothing to Python",
        "hide_input_in_errors": "no effect in FastAPI's 422",
        "regex_engine": "Python's `re`; a pattern that Rust's engine reads otherwise is one for nobody",
        **dict.fromkeys(
            ("cache_strings", "defer_build", "ignored_types", "plugin_settings", "protected_namespaces",
             "schema_generator", "validation_error_cause"),
            PYDANTIC,
        ),
    },
}  # fmt: skip

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
