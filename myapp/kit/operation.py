"""`@operation(...)`: an ordinary Flask view becomes what FastAPI calls a path operation.

Pairs https://fastapi.tiangolo.com/tutorial/path-operation-configuration/ with Flask's view functions. The decorator
keeps the view and what is declared about it; `PathOperation` is that view at one URL rule of one application, with
everything that a request needs worked out beforehand: who depends on whom, which field checks which value, how the
result is written.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, request
from marshmallow import missing
from marshmallow.fields import Field as MarshmallowField
from werkzeug.wrappers import Response

from .after import end_after_response, run_after, swallowed
from .arguments import Parameter
from .body_limit import FormLimits, check_limits
from .dependant import Dependant, get_dependant, listed_dependants, return_hint
from .encoders import jsonable_encoder
from .errors import EndpointContext, RequestValidationError, endpoint_context
from .etag import Conditional, ETag
from .forms import read_form
from .params import Body, Depends, Form, Undefined
from .received import read_body
from .response_classes import Response as KitResponse
from .responses import encoded_bytes, is_body_allowed, json_bytes, make_response, make_response_of
from .routing import RouterOptions
from .serialize import Serializer, SerializerOptions
from .solve import Invocation, async_to_sync
from .streaming import Streaming
from .typehints import field_for
from .views import P, R, View, make_view

if TYPE_CHECKING:
    from .api import ApiState


@dataclass(frozen=True, kw_only=True)
class OperationOptions(SerializerOptions):
    """`@operation(...)`: the signature of the view below drives validation, injection, serialization, documentation.

    The keywords are those of FastAPI's path operation decorators, with their meaning and defaults. It goes between
    Flask's route decorator and the view; `etag` is the kit's own. https://fastapi.tiangolo.com/reference/apirouter/
    """

    response_model: Any = Undefined
    response_class: type[KitResponse] | None = None
    status_code: int | None = None
    tags: Sequence[str | Enum] = ()
    dependencies: Sequence[Depends] = ()
    summary: str | None = None
    description: str | None = None
    response_description: str = "Successful Response"
    responses: Mapping[int | str, Mapping[str, Any]] = field(default_factory=dict)
    deprecated: bool | None = None
    operation_id: str | None = None
    include_in_schema: bool = True
    callbacks: Sequence[Blueprint] = ()
    openapi_extra: Mapping[str, Any] | None = None
    generate_unique_id_function: Callable[[PathOperation], str] | None = None
    strict_content_type: bool | None = None
    etag: ETag | None = None
    max_body_size: int | None = None
    form_limits: FormLimits = field(default_factory=FormLimits)

    def __post_init__(self) -> None:
        """Raises ValueError for a limit that is none."""
        object.__setattr__(self, "form_limits", check_limits(self.max_body_size, self.form_limits))

    def __call__(self, view: Callable[P, R]) -> View[P, R]:
        """The view that Flask is to call; for everybody else it stays the function that it was."""
        return make_view(view, Operation(view, self))


operation = OperationOptions


@dataclass(frozen=True, eq=False)
class Operation:
    """A view and what its decorator declared, before it is known at which URLs of which application it will answer."""

    view: Callable[..., Any]
    options: OperationOptions

    @property
    def skip(self) -> int:
        """How many leading arguments are not the request's: one for the method of a class-based view."""
        return int(next(iter(inspect.signature(self.view).parameters), "") == "self")


class PathOperation:
    """One view at one URL rule of one application: what answers a request, and what the document describes.

    `path` is the rule in OpenAPI's notation and `path_names` are the names in it; `router` holds the options of the
    application and of the blueprints around the view; `methods` are those it declares.
    """

    def __init__(
        self, found: Operation, path: str, path_names: Iterable[str], router: RouterOptions, methods: Sequence[str]
    ) -> None:
        options = found.options
        self.view = found.view
        self.name: str = getattr(self.view, "__name__", type(self.view).__name__)
        self.path = path
        self.methods = methods
        self.router = router.then(
            RouterOptions(
                tags=options.tags,
                dependencies=options.dependencies,
                responses=options.responses,
                deprecated=options.deprecated,
                include_in_schema=options.include_in_schema,
                callbacks=options.callbacks,
                default_response_class=options.response_class,
                generate_unique_id_function=options.generate_unique_id_function,
                strict_content_type=options.strict_content_type,
                max_body_size=options.max_body_size,
                form_limits=options.form_limits,
            )
        )
        self.options = options
        self.response_class = self.router.default_response_class
        self.path_names = frozenset(path_names)
        self.conditional = Conditional(options.etag, self.path_names, methods) if options.etag is not None else None
        self.solved = self.dependant = self._read(found.skip)
        if self.conditional is not None and self.conditional.dependant is not None:
            # Solved after all others: what is at fault with those that it shares is reported once.
            shared = [*self.solved.dependencies, self.conditional.dependant]
            self.dependant = replace(self.solved, dependencies=shared)
        self.call = async_to_sync(self.view) if self.dependant.kind == "coroutine" else self.view
        self.body_parameters: list[Parameter] = self.dependant.parameters("body")
        self.embed = _embeds(self.body_parameters)
        of_body = self.body_parameters if self.embed else self.body_parameters[:1]
        self.is_form = any(isinstance(parameter.info, Form) for parameter in of_body)
        self.streaming = self._streaming()
        self.response_field = None if self.streaming else self._response_field()
        self.response_fields: dict[int | str, MarshmallowField[Any]] = {
            status: field_for(response["model"])
            for status, response in self.router.responses.items()
            if response.get("model") is not None
        }
        self._refuse_bodies()
        self.serializer: Serializer | None = None
        if self.response_field is not None:
            self.serializer = Serializer(self.response_field, options, self._context)

    def respond(self, state: ApiState, args: tuple[Any, ...], view_args: Mapping[str, Any]) -> Response:
        """Answer the current request; `args` are the leading arguments that are not the request's.

        `view_args` are the path parameters as Flask, or a decorator between Flask and the operation, hands them on.

        Raises RequestValidationError with every fault found, ResponseValidationError for a result that breaks the
        response model, and whatever a dependency or the view raises; each has passed through the open `yield`
        dependencies by then.
        """
        body: Any = missing
        if self.is_form:
            body = read_form(request, self.router.form_limits)
        elif self.body_parameters:
            strict = self.router.strict_content_type is not False
            body = read_body(request, self._context, strict_content_type=strict)
        override = state.override(self.path_names)
        invocation = Invocation(request, view_args, body, embed=self.embed, override=override)
        response: Response | None = None
        with invocation.request_stack as request_stack:
            answer: Response | None = None
            with invocation.function_stack:
                arguments = invocation.solve(self.solved)
                if arguments is None:
                    sent = None if body is missing else body
                    raise RequestValidationError(invocation.errors, sent, endpoint_ctx=self._context())
                if self.conditional is None:
                    answer = self._response(self.call(*args, **arguments), invocation)
                else:
                    answer = self.conditional.respond(invocation, partial(self._answer, args, arguments, invocation))
            if answer is None:
                raise swallowed(self.name)
            if invocation.opened:
                end_after_response(request_stack.pop_all(), of=self.name)
            if invocation.background is not None:
                run_after(answer, invocation.background)
            response = answer
        if response is None:
            raise swallowed(self.name)
        return response

    def _context(self) -> EndpointContext:
        return endpoint_context(self.view, f"{request.method} {request.script_root}{self.path}")

    def _answer(self, args: tuple[Any, ...], arguments: dict[str, Any], invocation: Invocation) -> Response:
        return self._response(self.call(*args, **arguments), invocation)

    def _response(self, result: Any, invocation: Invocation) -> Response:
        if self.streaming is not None:
            return self.streaming.response(result, self.options.status_code, invocation.response)
        if isinstance(result, Response):
            return result
        if self.response_class is not None:
            data = jsonable_encoder(result) if self.serializer is None else self.serializer(result)
            return make_response_of(self.response_class, data, self.options.status_code, invocation.response)
        content = encoded_bytes(result) if self.serializer is None else json_bytes(self.serializer(result))
        return make_response(current_app, content, self.options.status_code, invocation.response)

    @property
    def tags(self) -> list[str | Enum]:
        """The application's, the blueprints' and its own, in this order; for `generate_unique_id_function`."""
        return list(self.router.tags)

    @property
    def media_type(self) -> str | None:
        """What the response's class says that it writes."""
        return "application/json" if self.response_class is None else self.response_class.media_type

    @property
    def default_status(self) -> int:
        """The declared status code, or that of the response's class."""
        if self.options.status_code is not None or self.response_class is None:
            return int(self.options.status_code or 200)
        parameter = inspect.signature(self.response_class.__init__).parameters.get("status_code")
        return parameter.default if parameter and isinstance(parameter.default, int) else 200

    @property
    def summary(self) -> str:
        """The declared summary, or the view's name in words."""
        return self.options.summary or self.name.replace("_", " ").title()

    @property
    def description(self) -> str:
        """The declared description, or the view's docstring up to a form feed."""
        text = self.options.description or inspect.cleandoc(self.view.__doc__ or "")
        return text.split("\f")[0].strip()

    @property
    def unique_id(self) -> str:
        """The operationId: declared, made by a function, or as FastAPI makes it from name, path and first method."""
        if self.options.operation_id:
            return self.options.operation_id
        if self.router.generate_unique_id_function:
            return self.router.generate_unique_id_function(self)
        name = re.sub(r"\W", "_", self.name + self.path)
        return f"{name}_{self.methods[0].lower()}"

    def _read(self, skip: int) -> Dependant:
        root = get_dependant(self.view, self.path_names, scope="function", skip=skip)
        root.dependencies[:0] = listed_dependants(self.router.dependencies, self.path_names)
        return root

    def _streaming(self) -> Streaming | None:
        """How a view that yields is streamed. `response_class` chooses among the ways to stream."""
        options = self.options
        if not self.dependant.kind.endswith("generator"):
            return None
        hint = return_hint(self.view) if options.response_model is Undefined else Undefined
        return Streaming(self.response_class, hint, options, self._context)

    def _refuse_bodies(self) -> None:
        """Raise TypeError for a model of an answer whose status allows no body."""
        described = [*self.response_fields, *([self.options.status_code] if self.response_field is not None else [])]
        for status in described:
            if isinstance(status, int) and not is_body_allowed(status):
                raise TypeError(f"{self.name}(): a response with status code {int(status)} has no body to describe")

    def _response_field(self) -> MarshmallowField[Any] | None:
        model = self.options.response_model
        if model is Undefined:
            model = return_hint(self.view)
        if model in (Undefined, None, type(None)) or (inspect.isclass(model) and issubclass(model, Response)):
            return None
        return field_for(model)


def _embeds(body: list[Parameter]) -> bool:
    """Whether the body is an object with the parameters' names, rather than the one parameter itself.

    A form is one, unless a single model takes all of it.
    """
    if len({parameter.name for parameter in body}) > 1:
        return True
    if not body or not isinstance(body[0].info, Body):
        return False
    first = body[0]
    if first.form is not None:
        return any(other.form is None or other.annotation is not first.annotation for other in body[1:])
    return bool(body[0].info.embed) or isinstance(first.info, Form)
