"""`Api`: the kit as a Flask extension, taking what `FastAPI(...)` takes.

Pairs https://fastapi.tiangolo.com/reference/fastapi/ with Flask's `init_app`: the object holds what was declared and
may serve several applications; what belongs to one application is in its `app.extensions["api"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Any

from flask import Blueprint, Flask, Request, current_app, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from .after import end_at_the_latest, hand_over
from .body_limit import INHERITED_SIZE, FormLimits, check_limits, limit_body
from .dependant import Dependant, get_dependant
from .detached import detached_operations, operations_of, refuse_hidden
from .event_loop import EventLoop
from .exception_handlers import register_error_handlers
from .frontend import answer as answer_frontend
from .frontend import operation_for
from .lifespan import Lifespan, init_lifespan
from .methods import declared_methods, let_declared_methods_answer
from .openapi import get_openapi
from .openapi.docs import register_docs
from .operation import Operation, PathOperation
from .params import Depends
from .response_classes import Response
from .routing import (
    AnyPathConverter,
    RouterOptions,
    leave_slashes,
    options_for,
    path_format,
    redirect_slashes,
    refuse_double_slash,
)
from .solve import Overrides
from .websockets.handshake import Handshake
from .websockets.route import WebSocketRoute, refuse_mismatch


@dataclass(kw_only=True)
class Api:
    """What an application says of itself as an API; the keywords are FastAPI's.

    `is_api` tells whether a path that no view answers belongs to the API, whose errors are JSON; without it every such
    path does. `webhooks` is a blueprint that no application registers: `@api.webhooks.post("new-post")` describes a
    call that the API will make. Used as `api = Api(title="Posts"); api.init_app(app)`.
    """

    title: str = "FastAPI"
    summary: str | None = None
    description: str = ""
    version: str = "0.1.0"
    openapi_version: str = "3.1.0"
    openapi_url: str | None = "/openapi.json"
    docs_url: str | None = "/docs"
    redoc_url: str | None = "/redoc"
    openapi_tags: Sequence[Mapping[str, Any]] | None = None
    openapi_external_docs: Mapping[str, Any] | None = None
    servers: Sequence[Mapping[str, Any]] | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, Any] | None = None
    license_info: Mapping[str, Any] | None = None
    dependencies: Sequence[Depends] = ()
    responses: Mapping[int | str, Mapping[str, Any]] = dataclass_field(default_factory=dict)
    deprecated: bool | None = None
    include_in_schema: bool = True
    callbacks: Sequence[Blueprint] = ()
    webhooks: Blueprint = dataclass_field(default_factory=lambda: Blueprint("webhooks", __name__))
    default_response_class: type[Response] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    strict_content_type: bool = True
    root_path_in_servers: bool = True
    separate_input_output_schemas: bool = True
    redirect_slashes: bool = True
    swagger_ui_parameters: Mapping[str, Any] | None = None
    swagger_ui_init_oauth: Mapping[str, Any] | None = None
    swagger_ui_oauth2_redirect_url: str | None = "/docs/oauth2-redirect"
    lifespan: Lifespan | None = None
    max_body_size: int | None = None
    form_limits: FormLimits = dataclass_field(default_factory=FormLimits)
    is_api: Callable[[str], bool] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a limit that is none."""
        self.form_limits = check_limits(self.max_body_size, self.form_limits)

    def init_app(self, app: Flask) -> None:
        """Install error handlers, slash redirects and the document with its pages; views may come before or after.

        FastAPI serves a path with a double slash as it is, so the URL map no longer merges them; in views that
        come after, `<path:name>` takes what `{name:path}` takes.
        """
        state = ApiState(self, app)
        app.extensions["api"] = state
        let_declared_methods_answer(app)
        app.url_map.merge_slashes = False
        app.url_map.converters["path"] = AnyPathConverter
        app.async_to_sync = EventLoop().async_to_sync  # type: ignore[method-assign]
        init_lifespan(app, self.lifespan)
        register_error_handlers(app)
        # Flask calls `after_request` functions last registered first: this one sees the response that goes out.
        app.after_request_funcs.setdefault(None, []).insert(0, hand_over)
        app.teardown_request(end_at_the_latest)
        app.before_request(_before_request)
        register_docs(app, self)

    @property
    def dependency_overrides(self) -> dict[Callable[..., Any], Callable[..., Any]]:
        """Of the current application: what is called instead of a dependency. For tests.

        https://fastapi.tiangolo.com/advanced/testing-dependencies/
        """
        state: ApiState = current_app.extensions["api"]
        return state.dependency_overrides

    def path_operations(self) -> list[PathOperation]:
        """Those of the current application, in the order of its URL map: FastAPI's `app.routes`, for `get_openapi`."""
        state: ApiState = current_app.extensions["api"]
        return state.path_operations()

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of the current application: built at the first call, then the same object."""
        state: ApiState = current_app.extensions["api"]
        return state.document


class ApiState:
    """What the kit knows of one application, found as `app.extensions["api"]`."""

    def __init__(self, api: Api, app: Flask) -> None:
        self.api = api
        self.app = app
        self.dependency_overrides: dict[Callable[..., Any], Callable[..., Any]] = {}
        self.websocket_routes: dict[tuple[str, str], WebSocketRoute] = {}
        self.websockets: set[Handshake] = set()
        self._max_body_sizes: dict[tuple[str, str], tuple[int | None, bool]] = {}
        #: Set when the server stops: what the open ones are closed with, and new ones are refused from then on.
        self.websockets_closed_with: int | None = None
        self._found: dict[tuple[Operation, str, str], PathOperation | None] = {}
        self._overriding: dict[tuple[Any, ...], Dependant] = {}

    def path_operation(self, found: Operation, rule: Rule | None) -> PathOperation | None:
        """The operation at the rule that matched, None for one that is elsewhere; the first call works out all."""
        if rule is None:
            return None
        key = (found, rule.endpoint, rule.rule)
        try:
            return self._found[key]
        except KeyError:
            self.path_operations()
            return self._found.setdefault(key, None)

    def path_operations(self) -> list[PathOperation]:
        """Every operation, in the order of the URL map.

        Raises TypeError for a signature that can't be read, and for a hidden operation.
        """
        result = []
        known = dict(self._found)
        for rule in self.app.url_map.iter_rules():
            view = self.app.view_functions.get(rule.endpoint)
            refuse_hidden(view, self.app.view_functions.values())
            for found, methods in operations_of(view, declared_methods(rule)):
                key = (found, rule.endpoint, rule.rule)
                operation = known.get(key)
                if operation is None:
                    router = self.router(rule.endpoint)
                    operation = PathOperation(found, path_format(rule.rule), rule.arguments, router, methods)
                    known[key] = operation
                result.append(operation)
        # all of them or none: a signature that cannot be read must not go unnoticed until its own path is asked for
        self._found = known
        return result

    def router(self, endpoint: str) -> RouterOptions:
        """The options of the application and of the blueprints around an endpoint."""
        outer = RouterOptions(
            dependencies=self.api.dependencies,
            responses=self.api.responses,
            deprecated=self.api.deprecated,
            include_in_schema=self.api.include_in_schema,
            callbacks=self.api.callbacks,
            default_response_class=self.api.default_response_class,
            generate_unique_id_function=self.api.generate_unique_id_function,
            strict_content_type=self.api.strict_content_type,
            max_body_size=self.api.max_body_size,
            form_limits=self.api.form_limits,
        )
        return outer.then(options_for(self.app, endpoint))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        api = self.api
        return get_openapi(
            title=api.title,
            version=api.version,
            openapi_version=api.openapi_version,
            summary=api.summary,
            description=api.description,
            path_operations=self.path_operations(),
            webhooks=detached_operations(api.webhooks),
            tags=api.openapi_tags,
            servers=api.servers,
            terms_of_service=api.terms_of_service,
            contact=api.contact,
            license_info=api.license_info,
            separate_input_output_schemas=api.separate_input_output_schemas,
            external_docs=api.openapi_external_docs,
        )

    def answers(self, request: Request) -> bool:
        """Whether the request is the API's: its view is an operation, or no view answers and the path is the API's."""
        if request.url_rule is not None:
            view = self.app.view_functions.get(request.url_rule.endpoint)
            found = operations_of(view, declared_methods(request.url_rule))
            return hasattr(view, "takes_websockets") or any(True for _ in found)
        return self.api.is_api is None or self.api.is_api(request.path)

    def max_body_size(self, request: Request) -> int | None:
        """How large the request's body may be: as declared nearest to its view, or `MAX_CONTENT_LENGTH` in the API.

        Raises TypeError for a view that hides an operation.
        """
        rule = request.url_rule
        if rule is None:
            frontend = operation_for(request, self)
            declared = (self.api if frontend is None else frontend.router).max_body_size
            in_api = self.answers(request)
        else:
            key = (rule.endpoint, request.method)
            if key not in self._max_body_sizes:
                view = self.app.view_functions.get(rule.endpoint)
                refuse_hidden(view, self.app.view_functions.values())  # nothing else may have looked at it by now
                router = self.router(rule.endpoint)
                for found, _ in operations_of(view, [request.method]):
                    router = router.then(RouterOptions(max_body_size=found.options.max_body_size))
                self._max_body_sizes[key] = router.max_body_size, self.answers(request)
            declared, in_api = self._max_body_sizes[key]
        declared = request.environ.get(INHERITED_SIZE) if declared is None else declared
        return request.max_content_length if declared is None and in_api else declared

    def override(self, path_names: frozenset[str]) -> Overrides | None:
        """How to replace dependencies for a rule with these parameters; None while nothing is overridden.

        As in FastAPI, those that are not are read anew as well: what they need gets every scope once.
        """
        if not self.dependency_overrides:
            return None

        def replaced(declared: Dependant) -> Dependant:
            call = self.dependency_overrides.get(declared.call, declared.call)
            key = (call, path_names, declared.name, declared.scope, declared.scopes)
            if key not in self._overriding:
                self._overriding[key] = get_dependant(
                    call, path_names, name=declared.name, scope=declared.scope, outer_scopes=declared.scopes
                )
            return self._overriding[key]

        return replaced


def _before_request() -> ResponseReturnValue | None:
    """What comes before every view. One function: a hook costs Flask as much as most of what is asked here."""
    state: ApiState = current_app.extensions["api"]
    refused = limit_body(request, state.max_body_size(request))
    if refused is not None:
        return refused
    if request.routing_exception is not None:
        return _answer_unmatched(state.api)
    refuse_double_slash(request)
    return None


def _answer_unmatched(api: Api) -> ResponseReturnValue | None:
    """The answer to a request that no view takes as it is; None leaves it to Flask's error handlers."""
    denied = refuse_mismatch()
    if denied is not None:
        return denied
    refuse_double_slash(request)
    if api.redirect_slashes:
        redirect = redirect_slashes(request_ctx.url_adapter, request)
        if redirect is not None:
            return redirect
    else:
        leave_slashes(request_ctx.url_adapter, request)
    return answer_frontend()
