"""The order of events, for every combination of what a dependency is, where it stands and what goes wrong.

A `Structure` is how one operation is built: kinds of dependencies, their scopes and place, the kind of view. A plan
says what happens in one request: who raises what, who swallows it, whether a task is added. The products of both are
sent to FastAPI and to the kit; status, body and the whole sequence of events are compared (enter, view, what each
`yield` dependency sees, exit, handler, beginning and end of the response, background tasks, errors left to the server).

A run takes a sample, 40 requests for each of `--parity-examples` and the same in every run unless with `--random`;
10000 examples take the whole product.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from fastapi.exceptions import FastAPIError

from tests.kit import both
from tests.kit.both import Twins
from tests.kit.direct import Direct, unlogged

BASES = ("function", "coroutine", "generator", "async generator")
WRAPPINGS = ("instance", "method", "partial", "decorated")
KINDS = (*BASES, "class", *(f"{wrapping}, {base}" for wrapping in WRAPPINGS for base in BASES))
SCOPES = (None, "function", "request")
PLACES = ("argument", "decorator", "router", "include", "app")
NESTINGS = ("alone", "beside", "under", "shared", "shared anew")
STREAMS = ("lines", "async lines", "events", "async events", "raw", "async raw", "returned", "async returned")
VIEWS = ("def", "async def", "direct", "wrong", *STREAMS)
ERRORS = ("http", "own", "plain")

Plan = tuple[tuple[str, str], ...]
"""Who does what: ("a", "before http") lets the dependency `a` raise an HTTPException before its `yield`."""


class OwnError(Exception):
    """One that the application has a handler for."""


class ChildError(OwnError):
    """One that the handler of its base is for."""


@dataclass(frozen=True)
class Structure:
    """How one operation is built: `a` is in `place`; `b` is a second dependency, placed as `nesting` says."""

    a: str = "generator"
    scope: str | None = None
    place: str = "argument"
    nesting: str = "alone"
    b: str = "generator"
    b_scope: str | None = None
    view: str = "def"
    tasks: bool = False


def does(base: str, *, seen: bool = True) -> Iterator[str]:
    """What a dependency of this kind may do, besides what it should; when an error is `seen`, also about that."""
    yield from (f"before {error}" for error in ERRORS)
    if base.endswith("generator"):
        yield from (f"after {error}" for error in ERRORS)
        yield from ("never", "twice")
        if seen:
            yield from ("swallow", *(f"turn {error}" for error in ERRORS))


def fails(view: str) -> Iterator[str]:
    """How a view may fail."""
    yield from ("http", "plain") if view in STREAMS else ("http", "own", "plain", "invalid")


def plans_of_one(structure: Structure) -> Iterator[Plan]:
    """Everything that may happen with the dependency `a`, for a view that fails and for one that does not."""
    for failure in ("", *fails(structure.view)):
        yield (("view", failure),)
        for action in does(structure.a, seen=bool(failure)):
            yield (("view", failure), ("a", action))


def plans_of_two(structure: Structure) -> Iterator[Plan]:
    """What may happen with two dependencies."""
    for failure in ("", "plain", "http", "invalid"):
        for a, b in itertools.product(("", *does(structure.a)), ("", *does(structure.b))):
            yield (("view", failure), ("a", a), ("b", b))


def plans_with_tasks(structure: Structure) -> Iterator[Plan]:
    """Tasks of the view and of the dependency, of which one may fail, and what the dependency makes of that."""
    for of_view, of_a in itertools.product(("", "task", "broken task"), repeat=2):
        for failure in ("", *fails(structure.view)):
            for action in ("", *does(structure.a)):
                yield (("view", failure), ("view task", of_view), ("a task", of_a), ("a", action))


def product() -> Iterator[tuple[Structure, Callable[[Structure], Iterator[Plan]]]]:
    """All structures, in the parts that belong together, and what makes the plans for them."""
    for kind, scope, view in itertools.product(KINDS, SCOPES, ("def", "async def")):
        yield Structure(kind, scope, view=view), plans_of_one
    for base, scope, place in itertools.product(BASES, SCOPES, PLACES[1:]):
        yield Structure(base, scope, place), plans_of_one
    for base, scope, view in itertools.product(BASES, SCOPES, VIEWS):
        yield Structure(base, scope, view=view), plans_of_one
    for a, b, nesting in itertools.product(BASES, BASES, NESTINGS[1:]):
        for a_scope, b_scope in itertools.product(SCOPES, SCOPES):
            structure = Structure(a, a_scope, "argument", nesting, b, b_scope)
            if not refused(structure):
                yield structure, plans_of_two
    for base, scope, view in itertools.product(BASES, SCOPES, VIEWS):
        yield Structure(base, scope, view=view, tasks=True), plans_with_tasks


def refused(structure: Structure) -> bool:
    """Whether `a` would outlive what it needs: FastAPI refuses that when the operation is declared."""
    holds = structure.a.endswith("generator") and structure.scope != "function"
    return holds and structure.nesting != "beside" and structure.b_scope == "function"


# One dependency, one view


def signed(call: Callable[..., Any], hints: dict[str, Any], *, method: bool = False) -> Any:
    """`call`, which takes anything, with a signature of these keywords; `n` has a default."""
    call.__annotations__ = dict(hints)
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, keyword, annotation=hint, default=0 if name == "n" else inspect.Parameter.empty)
        for name, hint in hints.items()
    ]
    first = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)] if method else []
    call.__signature__ = inspect.Signature([*first, *parameters])  # type: ignore[attr-defined]
    return call


class Doing:
    """What the functions below do in one request: they note it, and raise what the plan says."""

    def __init__(self, lib: Any, name: str) -> None:
        self.lib, self.name = lib, name

    def error(self, kind: str) -> Exception:
        """A new one."""
        made = {
            "http": lambda: self.lib.HTTPException(418, "teapot"),
            "own": OwnError,
            "child": ChildError,
            "plain": ValueError,
            "invalid": lambda: self.lib.RequestValidationError([{"by": self.name}]),
            "status": lambda: self.lib.HTTPException(204, headers={"x-one": self.name}),
        }
        return made[kind]()

    @property
    def action(self) -> list[str]:
        """What the plan says about this one."""
        return str(self.lib.plan.get(self.name, "")).split()

    def raises(self, when: str) -> None:
        """Raise what the plan wants raised now."""
        if self.action[:1] == [when]:
            raise self.error(self.action[1])

    def enter(self, values: dict[str, Any]) -> str:
        """The beginning, with what was given; the value that is handed on."""
        given = {name: str(value) for name, value in values.items() if name not in ("tasks", "connection")}
        self.lib.note(f"enter {self.name} {given or ''}")
        add_task(self.lib, self.name, values)
        self.raises("before")
        return f"{self.name} of {','.join(given.values())}"

    def see(self, error: Any) -> None:
        """An error at the `yield`. The frameworks have names of their own for some, and FastAPI groups a stream's."""
        if isinstance(error, BaseExceptionGroup):
            (error,) = error.exceptions
        known = isinstance(error, self.lib.HTTPException | OwnError | self.lib.RequestValidationError)
        self.lib.note(f"{self.name} sees {type(error).__name__ if known or type(error) is ValueError else 'another'}")
        self.raises("turn")
        if self.action != ["swallow"]:
            raise error

    def leave(self) -> None:
        """The end."""
        self.lib.note(f"exit {self.name}")
        self.raises("after")


def add_task(lib: Any, name: str, values: dict[str, Any]) -> None:
    """Add what the plan says."""
    kind = lib.plan.get(f"{name} task")

    def task() -> None:
        lib.note(f"task of {name}")
        if kind == "broken task":
            raise LookupError

    async def async_task() -> None:
        task()

    if kind:
        values["tasks"].add_task(task if name == "a" else async_task)


def dependency(lib: Any, name: str, kind: str, hints: dict[str, Any]) -> Any:
    """A callable of this kind."""
    doing = Doing(lib, name)

    def function(*args: Any, **values: Any) -> str:
        return doing.enter(values)

    async def coroutine(*args: Any, **values: Any) -> str:
        return doing.enter(values)

    def generator(*args: Any, **values: Any) -> Any:
        given = doing.enter(values)
        if doing.action == ["never"]:
            return
        try:
            yield given
            if doing.action == ["twice"]:
                yield given
        except Exception as error:
            doing.see(error)
        finally:
            doing.leave()

    async def async_generator(*args: Any, **values: Any) -> Any:
        given = doing.enter(values)
        if doing.action == ["never"]:
            return
        try:
            yield given
            if doing.action == ["twice"]:
                yield given
        except Exception as error:
            doing.see(error)
        finally:
            doing.leave()

    if kind == "class":

        def init(self: Any, **values: Any) -> None:
            self.value = doing.enter(values)

        return type("Class", (), {"__init__": signed(init, hints, method=True), "__str__": lambda self: self.value})
    wrapping, _, base = kind.rpartition(", ")
    bases = {"function": function, "coroutine": coroutine, "generator": generator, "async generator": async_generator}
    call = bases[base]
    if wrapping in ("instance", "method"):
        instance = type("Instance", (), {"__call__": signed(call, hints, method=True), "provide": call})()
        return instance if wrapping == "instance" else instance.provide
    signed(call, hints)
    if wrapping == "partial":
        return functools.partial(functools.partial(call))
    if wrapping == "decorated":

        @functools.wraps(call)
        def wrapper(*args: Any, **values: Any) -> Any:
            return call(*args, **values)

        return wrapper
    return call


def view_of(lib: Any, kind: str, hints: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A view of this kind, and what is to be declared with it."""
    doing = Doing(lib, "view")

    def enter(values: dict[str, Any]) -> str:
        lib.note(f"view {[str(value) for name, value in values.items() if name != 'tasks']}")
        add_task(lib, "view", values)
        return "result"

    def fail() -> None:
        if doing.action and doing.action[0] in ERRORS:
            raise doing.error(doing.action[0])

    def plain(**values: Any) -> Any:
        result = enter(values)
        fail()
        return lib.RawResponse(result, media_type="text/plain") if kind == "direct" else result

    async def coroutine(**values: Any) -> Any:
        return plain(**values)

    def chunks(values: dict[str, Any]) -> Any:
        plan = lib.plan
        try:
            lib.note("one")
            yield "one"
            fail()
            lib.note("two")
            yield "two"
        finally:
            if lib.plan is plan:  # else it was left to the garbage collector
                lib.note("stream ends")

    async def async_chunks(values: dict[str, Any]) -> Any:
        plan = lib.plan
        try:
            lib.note("one")
            yield "one"
            fail()
            lib.note("two")
            yield "two"
        finally:
            if lib.plan is plan:  # else it was left to the garbage collector
                lib.note("stream ends")

    def generator(**values: Any) -> Any:
        enter(values)
        yield from chunks(values)

    async def async_generator(**values: Any) -> Any:
        enter(values)
        async for chunk in async_chunks(values):
            yield chunk

    def returning(**values: Any) -> Any:
        enter(values)
        return lib.StreamingResponse((async_chunks if kind == "async returned" else chunks)(values))

    async def async_returning(**values: Any) -> Any:
        return returning(**values)

    views = {
        "async def": coroutine,
        **dict.fromkeys(("lines", "events", "raw"), generator),
        **dict.fromkeys(("async lines", "async events", "async raw"), async_generator),
        "returned": returning,
        "async returned": async_returning,
    }
    options: dict[str, Any] = {"wrong": {"response_model": int}}.get(kind, {})
    if "events" in kind:
        options = {"response_class": lib.EventSourceResponse}
    if "raw" in kind:
        options = {"response_class": lib.StreamingClass}
    return signed(views.get(kind, plain), hints), options


# Applications of many operations


def add(lib: Any, path: str, structure: Structure) -> None:
    """One operation of this structure."""

    def depends(call: Any, scope: str | None, **options: Any) -> Any:
        return lib.Depends(call, scope=scope, **options)

    tasks = {"tasks": lib.BackgroundTasks} if structure.tasks else {}
    b = dependency(lib, "b", structure.b, {})
    on_b = Annotated[Any, depends(b, structure.b_scope, use_cache=structure.nesting != "shared anew")]
    below_a = {"below": on_b} if structure.nesting in ("under", "shared", "shared anew") else {}
    a = depends(dependency(lib, "a", structure.a, {**tasks, **below_a}), structure.scope)
    arguments: dict[str, Any] = {"n": int, **tasks}
    if structure.place == "argument":
        arguments["a"] = Annotated[Any, a]
    if structure.nesting in ("beside", "shared", "shared anew"):
        arguments["b"] = on_b
    view, options = view_of(lib, structure.view, arguments)
    if structure.place in ("router", "include"):
        name = path.strip("/")
        router = lib.router(name, **({"dependencies": [a]} if structure.place == "router" else {}))
        router.get(path, **options)(view)
        lib.include(router, **({"dependencies": [a]} if structure.place == "include" else {}))
        return
    if structure.place == "app":
        lib.app_dependencies(a)
    lib.get(path, dependencies=[a] if structure.place == "decorator" else [], **options)(view)


def handle_own_errors(lib: Any) -> None:
    """Give the application a handler of `OwnError`, which notes that it was called."""

    @lib.exception_handler(OwnError)
    def handle(request: Any, error: Any) -> Any:
        lib.note("handler")
        return lib.JSONResponse({"own": True}, status_code=419)


def differences(cases: list[tuple[Structure, Plan]]) -> Iterator[str]:
    """Build one application of all structures, send every request to both sides, and tell what differs."""
    paths = {structure: f"/v{number}" for number, structure in enumerate(dict.fromkeys(s for s, _ in cases))}

    def build(lib: Any) -> None:
        handle_own_errors(lib)
        for structure, path in paths.items():
            add(lib, path, structure)

    twins = Twins(build)
    with Direct(twins) as direct, unlogged():
        for structure, plan in cases:
            happens = dict(plan)
            twins.fastapi_lib.plan = twins.flask_lib.plan = happens
            query = "n=x" if happens.get("view") == "invalid" else ""
            ours, theirs = direct.happened(paths[structure], query)
            if structure.view in ("events", "async events"):
                if structure.scope == "function" and happens.get("a", "").split()[:1] in FAILING_EXITS:
                    continue
                ours, theirs = (settled(*side, free=structure.scope == "function") for side in (ours, theirs))
            if ours != theirs:
                yield f"{structure} {plan}\n  FastAPI: {theirs}\n  Flask:   {ours}"


FAILING_EXITS = (["after"], ["twice"])
"""How a dependency fails once the generator of events has begun: FastAPI raises it in a task group, and answers 500."""


def settled(events: list[str], answer: dict[str, Any], *, free: bool) -> Any:
    """What is certain of a stream of events: FastAPI runs the generator in a task beside the one that sends.

    `free`: what ends before the response is sent may do so before or after the generator begins.
    """
    events = [event for event in events if event not in ("response 200", "sent")]
    body = None if "error for the server" in events else answer["body"]
    return sorted(events) if free else events, answer["status"], body


def chosen(number: int, seed: int | None) -> Iterator[list[tuple[Structure, Plan]]]:
    """A sample of the product, in lists that one application each can serve.

    Every structure in turn, as to build one costs as much as four requests: it gets as many.
    """
    rng = random.Random(seed)
    structures = list(dict(product()).items())
    every = max(4, number // len(structures))
    cases: list[tuple[Structure, Plan]] = []
    for structure, make in rng.sample(structures, min(len(structures), number // every)):
        plans = list(make(structure))
        cases += [(structure, plan) for plan in rng.sample(plans, min(every, len(plans)))]
    shared = [case for case in cases if case[0].place != "app"]
    alone = [case for case in cases if case[0].place == "app"]
    size = 60 * every
    yield from (shared[start : start + size] for start in range(0, len(shared), size))
    yield from (list(group) for _, group in itertools.groupby(alone, key=lambda case: case[0]))


def test_order_of_events(request: pytest.FixtureRequest) -> None:
    """Whatever happens where, FastAPI and the kit do the same in the same order."""
    number = 40 * request.config.getoption("--parity-examples")
    seed = None if request.config.getoption("--random") else 1
    found = [difference for cases in chosen(number, seed) for difference in differences(cases)]
    assert not found, f"{len(found)} differ:\n" + "\n\n".join(found[:5])


def test_what_outlives_what_it_needs() -> None:
    """A dependency that is held until after the response can't need one that ends before; both refuse to be built."""

    def build(structure: Structure) -> Callable[[Any], None]:
        def declare(lib: Any) -> None:
            add(lib, "/", structure)
            if lib.name == "flask":
                lib.app.extensions["api"].path_operations()

        return declare

    for a, b, a_scope, b_scope in itertools.product(KINDS, BASES, SCOPES, SCOPES):
        structure = Structure(a, a_scope, nesting="under", b=b, b_scope=b_scope)
        if refused(structure):
            for side, error in ((both._fastapi, FastAPIError), (both._flask, TypeError)):
                with pytest.raises(error, match="cannot depend on"):
                    side(build(structure))
