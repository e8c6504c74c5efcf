"""One request against one path operation: read it, solve its dependencies, call the view, in FastAPI's order of events.

The order
(https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#execution-of-dependencies-with-yield-and-except):
the body is read and decoded; dependencies are solved, each once; every fault is gathered, and if there is one the view
is not called; after the view, `yield` dependencies of scope "function" end, the response is sent, background tasks run,
and `yield` dependencies of scope "request" end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from threading import Semaphore
from typing import Any

from flask import Request, current_app
from marshmallow import ValidationError, missing
from werkzeug.wrappers import Response

from .arguments import Parameter
from .async_context import held_open
from .background import BackgroundTasks
from .connection import HTTPConnection
from .dependant import CacheKey, Dependant
from .errors import UNREADABLE_BODY, Fault, HTTPException, Loc, flatten
from .forms import FormData, reads_content
from .param_models import split
from .received import READERS, Values
from .responses import InjectedResponse
from .security import SecurityScopes
from .uploads import content_of
from .websockets.handshake import Handshake

Call = Callable[..., Any]
Overrides = Callable[[Dependant], Dependant]


class Invocation:
    """What one request has gathered so far: the values already solved, the faults found, the clean-up still owed.

    `override` gives the dependant to solve instead of a declared one, or is None when the application overrides
    nothing; `opened` tells whether a `yield` dependency has been entered.
    """

    def __init__(
        self, request: Request, path: Mapping[str, Any], body: Any, *, embed: bool, override: Overrides | None
    ) -> None:
        self.request = request
        self.body = body
        self.embed = embed
        self.override = override
        self.solved: dict[CacheKey, Any] = {}
        self.errors: list[dict[str, Any]] = []
        self._locations: dict[str, Values] = {"path": {name: [value] for name, value in path.items()}}
        self.request_stack = ExitStack()
        self.function_stack = ExitStack()
        self.opened = False
        self.response: InjectedResponse | None = None
        self.websocket: Handshake | None = None
        self.background: BackgroundTasks | None = None

    def solve(self, dependant: Dependant) -> dict[str, Any] | None:
        """The arguments for `dependant.call`, or None when something is wrong with them (see `errors`)."""
        values: dict[str, Any] = {}
        errors_before = len(self.errors)
        for declared in dependant.dependencies:
            self._provide(declared, values)
        for parameter in dependant.located:
            self._load(parameter, values)
        if dependant.body:
            self._load_body(dependant.body, values)
        for name, kind in dependant.injected.items():
            injected = self._injected(kind, dependant)
            if injected is not missing:
                values[name] = injected
        return values if len(self.errors) == errors_before else None

    def _injected(self, kind: type, dependant: Dependant) -> Any:
        """What an argument of this type is given; a WebSocket is missing where there is none."""
        if kind is BackgroundTasks:
            if self.background is None:
                self.background = BackgroundTasks()
            return self.background
        if kind is Response:
            if self.response is None:
                self.response = InjectedResponse()
            return self.response
        if kind is SecurityScopes:
            return SecurityScopes(dependant.scopes)
        if issubclass(kind, HTTPConnection):
            if self.websocket is not None:
                return self.websocket
            return HTTPConnection(self.request) if kind is HTTPConnection else missing
        return self.request

    def _provide(self, declared: Dependant, values: dict[str, Any]) -> None:
        """Solve one dependency into `values`; one whose own arguments are at fault is not called."""
        used = self.override(declared) if self.override is not None else declared
        arguments = self.solve(used)
        if arguments is None:
            return
        key = declared.cache_key
        if declared.use_cache and key in self.solved:
            result = self.solved[key]
        else:
            result = self._call(used, declared, arguments)
        if declared.name is not None:
            values[declared.name] = result
        self.solved.setdefault(key, result)

    def _call(self, used: Dependant, declared: Dependant, arguments: dict[str, Any]) -> Any:
        """Call what is used; scope and limit are those of what was declared."""
        if used.kind == "function" or used.kind == "coroutine":
            call = used.call if used.kind == "function" else async_to_sync(used.call)
            if declared.semaphore is None:
                return call(**arguments)
            with declared.semaphore:
                return call(**arguments)
        self.opened = True
        manager: AbstractContextManager[Any]
        if used.kind == "generator":
            manager = contextmanager(used.call)(**arguments)
        else:
            manager = held_open(asynccontextmanager(used.call)(**arguments), async_to_sync)
        if declared.semaphore is not None:
            manager = _limited(declared.semaphore, manager)
        stack = self.function_stack if declared.scope == "function" else self.request_stack
        return stack.enter_context(manager)

    def _load(self, parameter: Parameter, values: dict[str, Any]) -> None:
        """Check one value from the URL or the headers, or one model that gathers all the values of its location."""
        location = parameter.info.in_  # type: ignore[union-attr]
        received = self._received(location)
        reader = parameter.reader
        if reader is not None:
            errors_before = len(self.errors)
            self._check(parameter, reader.gather(received), (location,), values)
            self.errors[errors_before:] = map(reader.on_the_wire, self.errors[errors_before:])
            return
        alias = parameter.alias
        found = received.get(alias.lower() if location == "header" else alias)
        if not found and parameter.others:
            for other in parameter.others:
                if found := received.get(other.lower() if location == "header" else other):
                    alias = other
                    break
        if not found:
            raw: Any = missing
        elif parameter.many:
            raw = split(found) if location == "header" else found
        else:
            raw = found[0] if location == "header" else found[-1]
            raw = missing if parameter.drops_empty and not raw else raw
        self._check(parameter, raw, (location, alias), values)

    def _received(self, location: str) -> Values:
        """Every value of one location by its name on the wire, read from the request once."""
        if location not in self._locations:
            self._locations[location] = READERS[location](self.request)
        return self._locations[location]

    def _load_body(self, parameters: Sequence[Parameter], values: dict[str, Any]) -> None:
        if isinstance(self.body, FormData):
            self._load_form(self.body, parameters, values)
            return
        if not (self.embed or getattr(parameters[0].info, "embed", False)):
            self._check(parameters[0], self.body, ("body",), values)
            return
        body = self.body
        for parameter in parameters:
            raw, alias = missing, parameter.alias
            if isinstance(body, Mapping):
                raw, alias = _first_sent(parameter, lambda name: body.get(name, missing))
            elif body is not missing and not isinstance(body, bytes):
                # An object is needed to look the name up in, so even an optional part counts as missing.
                self.errors.append(Fault.of("missing", None).at(("body", parameter.alias), None).as_dict())
                continue
            self._check(parameter, raw, ("body", alias), values)

    def _load_form(self, form: FormData, parameters: Sequence[Parameter], values: dict[str, Any]) -> None:
        """Check fields by name, and models each on the whole form."""
        for parameter in parameters:
            if parameter.form is not None:
                self._check(parameter, parameter.form.gather(form), ("body",), values)
            else:
                raw, alias = _first_sent(parameter, partial(form.value, many=parameter.many))
                raw = content_of(raw) if reads_content(parameter.field) else raw
                self._check(parameter, raw, ("body", alias), values)

    def _check(self, parameter: Parameter, raw: Any, loc: Loc, values: dict[str, Any]) -> None:
        if raw is missing and not parameter.info.required:
            raw = parameter.info.get_default()
            if not parameter.info.validate_default:
                values[parameter.name] = raw
                return
        try:
            try:
                values[parameter.name] = parameter.field.deserialize(raw)
            except ValidationError as error:
                self.errors.extend(flatten(error.messages, None if raw is missing else raw, loc))
        except RecursionError as error:
            # JSON that could just be read, nested too deeply to be looked through
            raise HTTPException(400, UNREADABLE_BODY) from error


def _first_sent(parameter: Parameter, value_of: Callable[[str], Any]) -> tuple[Any, str]:
    """The value under the first of the parameter's names that was sent, and that name; else `missing` and its own."""
    for name in (parameter.alias, *parameter.others):
        if (value := value_of(name)) is not missing:
            return value, name
    return missing, parameter.alias


@contextmanager
def _limited(semaphore: Semaphore, manager: AbstractContextManager[Any]) -> Iterator[Any]:
    with semaphore, manager as value:
        yield value


def async_to_sync(call: Call) -> Call:
    """`call` as a function that waits for what it returns, by the application's own bridge (`Flask.async_to_sync`).

    `call` need not be a coroutine function itself: a decorator's function may hand on the awaitable of one.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        async def awaited() -> Any:
            return await call(*args, **kwargs)

        return current_app.async_to_sync(awaited)()

    return run
