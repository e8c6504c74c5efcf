"""A callable's signature, read once: which arguments come from where, and which other callables it depends on.

Pairs FastAPI's inference (https://fastapi.tiangolo.com/tutorial/body/#request-body-path-query-parameters and
https://fastapi.tiangolo.com/tutorial/dependencies/) with marshmallow fields: a name in the URL rule is a path
parameter, a simple type a query parameter, a dataclass or Schema the body, `Depends(...)` another callable read in the
same way.
"""

from __future__ import annotations

import copy
import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args, get_origin

from marshmallow import Schema
from marshmallow.fields import Field as MarshmallowField
from werkzeug.wrappers import Request, Response

from myapp.kit.param_models import ModelReader
from myapp.kit.params import Body, Depends, FieldInfo, Header, Param, Path, Query, Undefined
from myapp.kit.typehints import field_for, is_scalar, is_sequence, schema_in

Kind = Literal["function", "coroutine", "generator", "async generator"]


@dataclass(eq=False)
class Parameter:
    """An argument read from the request: its name in the code, on the wire (`alias`), the field that checks it."""

    name: str
    alias: str
    info: Param | Body
    field: MarshmallowField[Any]
    annotation: Any
    many: bool = False
    model: Schema | None = None
    reader: ModelReader | None = None


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
    request_name: str | None = None
    response_name: str | None = None
    use_cache: bool = True
    scope: Literal["function", "request"] | None = None

    @property
    def cache_key(self) -> tuple[Callable[..., Any], str]:
        """What one request computes once: the callable, and the scope in which it ends."""
        return self.call, self.scope or ""

    @functools.cached_property
    def located(self) -> tuple[Parameter, ...]:
        """The callable's own parameters outside the body, in the order FastAPI reports their faults."""
        return (*self.path, *self.query, *self.header, *self.cookie)

    def flatten(self) -> Iterator[Dependant]:
        """This dependant, then those it depends on, depth first, each callable once."""
        seen: set[tuple[Callable[..., Any], str]] = set()
        pending = [self]
        while pending:
            dependant = pending.pop()
            if dependant.cache_key in seen:
                continue
            seen.add(dependant.cache_key)
            yield dependant
            pending.extend(reversed(dependant.dependencies))

    def parameters(self, location: Literal["path", "query", "header", "cookie", "body"]) -> list[Parameter]:
        """The parameters of the whole tree in one location, in the order FastAPI documents them."""
        return [parameter for dependant in self.flatten() for parameter in getattr(dependant, location)]


def get_dependant(
    call: Callable[..., Any],
    path_names: frozenset[str],
    *,
    name: str | None = None,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    skip: int = 0,
) -> Dependant:
    """Read the signature of `call`, a view or a dependency, for a URL rule with the given parameter names.

    `skip` leaves out leading arguments (the `self` of a method view). Raises TypeError, naming the argument, for a type
    that no marshmallow field reads and for declarations that contradict each other.
    """
    kind = _kind(call)
    if kind.endswith("generator") and scope is None:
        scope = "request"
    dependant = Dependant(call=call, kind=kind, name=name, use_cache=use_cache, scope=scope)
    for argument in _arguments(call)[skip:]:
        try:
            _add(dependant, argument, path_names)
        except TypeError as error:
            where = getattr(call, "__qualname__", repr(call))
            raise TypeError(f"{where}(), argument {argument.name!r}: {error}") from error
    return dependant


def _add(dependant: Dependant, argument: inspect.Parameter, path_names: frozenset[str]) -> None:
    hint, info, depends = _declared(argument)
    if depends is not None:
        if depends.dependency is None and not callable(hint):
            raise TypeError("Depends() without an argument needs a class as the annotation")
        sub = get_dependant(
            depends.dependency or hint,
            path_names,
            name=argument.name,
            use_cache=depends.use_cache,
            scope=depends.scope,
        )
        held = dependant.kind.endswith("generator") and dependant.scope == "request"
        if held and depends.scope == "function":
            raise TypeError('a dependency with `yield` of scope "request" cannot depend on one of scope "function"')
        dependant.dependencies.append(sub)
    elif info is None and inspect.isclass(hint) and issubclass(hint, Request):
        dependant.request_name = argument.name
    elif info is None and inspect.isclass(hint) and issubclass(hint, Response):
        dependant.response_name = argument.name
    else:
        parameter = _parameter(argument, hint, info, is_path=argument.name in path_names)
        location = parameter.info.in_ if isinstance(parameter.info, Param) else "body"
        getattr(dependant, location).append(parameter)


def _declared(argument: inspect.Parameter) -> tuple[Any, FieldInfo | None, Depends | None]:
    """The bare type hint, the Param or Body that describes it if there is one, and the Depends if there is one."""
    annotation: Any = argument.annotation
    if type(annotation).__name__ == "TypeAliasType":
        annotation = annotation.__value__
    hint = Any if annotation is inspect.Parameter.empty else annotation
    info: FieldInfo | None = None
    depends: Depends | None = None
    if get_origin(annotation) is Annotated:
        hint, *extras = get_args(annotation)
        chosen = next((extra for extra in reversed(extras) if isinstance(extra, Param | Body | Depends)), None)
        if isinstance(chosen, Depends):
            depends = chosen
        elif chosen is not None:
            if not chosen.required:
                raise TypeError("set the default value with `=`, not inside `Annotated`")
            info = copy.copy(chosen)
    value = argument.default
    if isinstance(value, Depends | Param | Body):
        if info is not None or depends is not None:
            raise TypeError("declared both in `Annotated` and as the default value")
        if isinstance(value, Depends):
            depends = value
        else:
            info = copy.copy(value)
    elif info is not None and value is not inspect.Parameter.empty:
        info.default = Undefined if value is ... else value
    return hint, info, depends


def _parameter(argument: inspect.Parameter, hint: Any, info: FieldInfo | None, *, is_path: bool) -> Parameter:
    if info is None:
        default = Undefined if argument.default is inspect.Parameter.empty else argument.default
        if is_path:
            info = Path()
        elif is_scalar(argument.annotation if argument.annotation is not inspect.Parameter.empty else Any):
            info = Query(default)
        else:
            info = Body(default)
    assert isinstance(info, Param | Body)
    if is_path and not isinstance(info, Path):
        raise TypeError(f"a name in the URL rule cannot be declared with {type(info).__name__}()")
    if is_path and not info.required:
        raise TypeError("path parameters cannot have default values")
    alias = info.validation_alias or info.alias
    if alias is None:
        hyphens = isinstance(info, Header) and info.convert_underscores
        alias = argument.name.replace("_", "-") if hyphens else argument.name
    schema = info.schema if isinstance(info, Body) else None
    annotation = (
        schema
        if schema is not None
        else hint
        if argument.annotation is inspect.Parameter.empty
        else argument.annotation
    )
    marshmallow_field = field_for(annotation, info)
    model = schema_in(marshmallow_field) if isinstance(info, Param) else None
    reader = None
    if isinstance(info, Param) and model is not None:
        reader = ModelReader(model, info, optional=marshmallow_field.allow_none)
    if isinstance(info, Path) and not is_scalar(hint):
        raise TypeError("path parameters must be of a simple type")
    if isinstance(info, Query) and model is None and not (is_scalar(hint) or is_sequence(hint)):
        raise TypeError(f"{hint!r} cannot be read from the query string")
    return Parameter(
        argument.name, alias, info, marshmallow_field, hint, many=is_sequence(hint), model=model, reader=reader
    )


def _arguments(call: Callable[..., Any]) -> list[inspect.Parameter]:
    """The arguments of `call` with their type hints evaluated, `Annotated` kept."""
    target = _impartial(call)
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


def _impartial(call: Any) -> Any:
    while isinstance(call, functools.partial):
        call = call.func
    return call


def _kind(call: Callable[..., Any]) -> Kind:
    """How `call` gives its result: as it says itself, or the function it wraps, or the `__call__` of its class."""
    outer = _impartial(call)
    inner = _impartial(inspect.unwrap(outer))
    candidates = [outer, inner]
    if not inspect.isclass(inner):
        methods = [type(candidate).__call__ for candidate in candidates]
        candidates += [*methods, *map(inspect.unwrap, methods)]
    if any(map(inspect.isasyncgenfunction, candidates)):
        return "async generator"
    if any(map(inspect.isgeneratorfunction, candidates)):
        return "generator"
    return "coroutine" if any(map(inspect.iscoroutinefunction, candidates)) else "function"
