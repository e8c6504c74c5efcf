"""A callable's signature, read once: which arguments come from where, and which other callables it depends on.

Pairs https://fastapi.tiangolo.com/tutorial/dependencies/ and
https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/ with plain functions: `Depends(...)` in a signature is
another callable whose signature is read in the same way; what the arguments themselves are is `myapp.kit.arguments`'s.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Any, Literal

from werkzeug.wrappers import Request, Response

from .arguments import Parameter, declared, parameter_of
from .background import BackgroundTasks
from .connection import HTTPConnection
from .hints import impartial
from .params import Depends, Param, Security, Undefined
from .security import SecurityBase, SecurityScopes
from .websockets.asynchronous import AsyncWebSocket
from .websockets.connection import WebSocket

Kind = Literal["function", "coroutine", "generator", "async generator"]
#: What an argument is by its type alone: the request itself, and what belongs to it.
INJECTED: tuple[type, ...] = (
    *(Request, WebSocket, AsyncWebSocket, HTTPConnection),
    *(Response, BackgroundTasks, SecurityScopes),
)
CacheKey = tuple[Callable[..., Any], tuple[str, ...], str]


@dataclass(eq=False)
class Dependant:
    """A callable and everything that has to be known to call it; the path operation itself is the root of the tree."""

    call: Callable[..., Any]
    kind: Kind = "function"
    name: str | None = None
    path: list[Parameter] = field(default_factory=list)
    query: list[Parameter] = field(default_factory=list)
    header: list[Parameter] = field(default_factory=list)
    cookie: list[Parameter] = field(default_factory=list)
    body: list[Parameter] = field(default_factory=list)
    dependencies: list[Dependant] = field(default_factory=list)
    injected: dict[str, type] = field(default_factory=dict)
    own_scopes: tuple[str, ...] = ()
    outer_scopes: tuple[str, ...] = ()
    use_cache: bool = True
    scope: Literal["function", "request"] | None = None
    semaphore: Semaphore | None = None

    @functools.cached_property
    def scopes(self) -> tuple[str, ...]:
        """The OAuth2 scopes asked for between the path operation and here, in that order."""
        own = (scope for scope in dict.fromkeys(self.own_scopes) if scope not in self.outer_scopes)
        return (*self.outer_scopes, *own)

    @functools.cached_property
    def uses_scopes(self) -> bool:
        """Whether the result may depend on them, so that other scopes mean another call."""
        return bool(
            self.own_scopes
            or SecurityScopes in self.injected.values()
            or self.security_scheme
            or any(dependant.uses_scopes for dependant in self.dependencies)
        )

    @functools.cached_property
    def security_scheme(self) -> SecurityBase | None:
        """The scheme that is called here, if one is."""
        call = inspect.unwrap(impartial(self.call))
        return call if isinstance(call, SecurityBase) else None

    @functools.cached_property
    def cache_key(self) -> CacheKey:
        """What one request computes once: the callable for these scopes, and the scope in which it ends."""
        return self.call, tuple(sorted(set(self.scopes))) if self.uses_scopes else (), self.scope or ""

    @functools.cached_property
    def located(self) -> tuple[Parameter, ...]:
        """The callable's own parameters outside the body, in the order FastAPI reports their faults."""
        return (*self.path, *self.query, *self.header, *self.cookie)

    def flatten(self, *, repeated: bool = False) -> Iterator[Dependant]:
        """This dependant, then those it depends on, depth first, each callable once or as often as it is needed."""
        seen: set[CacheKey] = set()
        pending = [self]
        while pending:
            dependant = pending.pop()
            if dependant.cache_key in seen and not repeated:
                continue
            seen.add(dependant.cache_key)
            yield dependant
            pending.extend(reversed(dependant.dependencies))

    def parameters(self, location: Literal["path", "query", "header", "cookie", "body"]) -> list[Parameter]:
        """The parameters of the whole tree in one location, in the order FastAPI documents them.

        Those of the body as often as they are read: of two that share a name in it, the last is documented.
        """
        tree = self.flatten(repeated=location == "body")
        return [parameter for dependant in tree for parameter in getattr(dependant, location)]


def get_dependant(
    call: Callable[..., Any],
    path_names: frozenset[str],
    *,
    name: str | None = None,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    semaphore: Semaphore | None = None,
    own_scopes: Sequence[str] = (),
    outer_scopes: Sequence[str] = (),
    skip: int = 0,
) -> Dependant:
    """Read the signature of `call`, a view or a dependency, for a URL rule with the given parameter names.

    `skip` leaves out leading arguments (the `self` of a method view); `own_scopes` are those of its `Security`,
    `outer_scopes` those asked for on the way here; `semaphore` limits its calls. Raises TypeError, naming the argument,
    for a type that no marshmallow field reads and for declarations that contradict each other.
    """
    kind = _kind(call)
    if kind.endswith("generator") and scope is None:
        scope = "request"
    dependant = Dependant(call=call, kind=kind, name=name, use_cache=use_cache, scope=scope, semaphore=semaphore)
    dependant.own_scopes, dependant.outer_scopes = tuple(own_scopes), tuple(outer_scopes)
    for argument in _arguments(call)[skip:]:
        try:
            _add(dependant, argument, path_names)
        except TypeError as error:
            where = getattr(call, "__qualname__", repr(call))
            raise TypeError(f"{where}(), argument {argument.name!r}: {error}") from error
    return dependant


def _add(dependant: Dependant, argument: inspect.Parameter, path_names: frozenset[str]) -> None:
    hint, info, depends = declared(argument)
    if depends is not None:
        if depends.dependency is None and (hint is Any or not callable(hint)):
            raise TypeError("Depends() without an argument needs a class as the annotation")
        sub = get_dependant(
            depends.dependency or hint,
            path_names,
            name=argument.name,
            use_cache=depends.use_cache,
            scope=depends.scope,
            semaphore=depends.semaphore,
            own_scopes=_scopes_of(depends),
            outer_scopes=(*dependant.outer_scopes, *dependant.own_scopes),
        )
        held = dependant.kind.endswith("generator") and dependant.scope == "request"
        if held and depends.scope == "function":
            raise TypeError('a dependency with `yield` of scope "request" cannot depend on one of scope "function"')
        dependant.dependencies.append(sub)
    elif info is None and (kind := injected_kind(hint)) is not None:
        dependant.injected[argument.name] = kind
    else:
        parameter = parameter_of(argument, hint, info, path_names)
        location = parameter.info.in_ if isinstance(parameter.info, Param) else "body"
        getattr(dependant, location).append(parameter)


def injected_kind(hint: Any) -> type | None:
    """Which of `INJECTED` an argument of this type is; None for a value that is read or provided."""
    if not inspect.isclass(hint):
        return None
    return next((kind for kind in INJECTED if issubclass(hint, kind)), None)


def listed_dependants(dependencies: Iterable[Depends], path_names: frozenset[str]) -> list[Dependant]:
    """What `dependencies=[...]` names: called for its effect, before the dependencies of the view itself.

    Raises TypeError for a `Depends()` that names nothing: there is no annotation to tell what it is.
    """
    return [
        get_dependant(
            _named(depends),
            path_names,
            scope=depends.scope,
            semaphore=depends.semaphore,
            own_scopes=_scopes_of(depends),
        )
        for depends in dependencies
    ]


def _named(depends: Depends) -> Callable[..., Any]:
    if depends.dependency is None:
        raise TypeError("Depends() without an argument can't stand in `dependencies=[...]`")
    return depends.dependency


def _scopes_of(depends: Depends) -> Sequence[str]:
    """The scopes that a `Security(...)` asks for; `Depends(...)` asks for none."""
    return (depends.scopes or ()) if isinstance(depends, Security) else ()


def _arguments(call: Callable[..., Any]) -> list[inspect.Parameter]:
    """The arguments of `call` with their type hints evaluated, `Annotated` kept."""
    # of `Repository[Item]`, whose own signature says nothing
    call = typing.get_origin(call) or call
    target = impartial(call)
    if inspect.isclass(target):
        target = target.__new__ if target.__init__ is object.__init__ else target.__init__
    elif not inspect.isroutine(target):
        target = type(target).__call__
    hints = _hints(inspect.unwrap(target))
    return [
        argument.replace(annotation=hints.get(argument.name, argument.annotation))
        for argument in inspect.signature(call).parameters.values()
        if argument.kind not in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD)
    ]


def _hints(function: Any) -> dict[str, Any]:
    """The type hints of the arguments; what is returned may be of a type imported for the type checker only."""
    arguments = {name: hint for name, hint in getattr(function, "__annotations__", {}).items() if name != "return"}
    known = types.SimpleNamespace(__annotations__=arguments)
    return typing.get_type_hints(known, getattr(function, "__globals__", {}), include_extras=True)


def return_hint(view: Callable[..., Any]) -> Any:
    """What a view says it returns; Undefined when it does not say."""
    known = inspect.unwrap(impartial(inspect.unwrap(view)))
    return typing.get_type_hints(known, include_extras=True).get("return", Undefined)


def _kind(call: Callable[..., Any]) -> Kind:
    """How `call` gives its result: as it says itself, or the function it wraps, or the `__call__` of its class."""
    outer = impartial(call)
    inner = impartial(inspect.unwrap(outer))
    candidates = [outer, inner]
    if not inspect.isclass(inner):
        methods = [type(candidate).__call__ for candidate in candidates]
        candidates += [*methods, *map(inspect.unwrap, methods)]
    if any(map(inspect.isasyncgenfunction, candidates)):
        return "async generator"
    if any(map(inspect.isgeneratorfunction, candidates)):
        return "generator"
    return "coroutine" if any(map(inspect.iscoroutinefunction, candidates)) else "function"
