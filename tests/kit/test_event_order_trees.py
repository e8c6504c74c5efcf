"""The order of events, for graphs of dependencies in which several things fail in one request.

Beside the products of test_event_order.py (one or two dependencies, one fault each) stand graphs of up to six, drawn at
random: of every kind, each needed by any of the others and declared for the application, an inclusion, a router, a
decorator or an argument, each time with a scope and a `use_cache` of its own. An application has error handlers or
none, which answer, or raise something else. In one request up to three of the dependencies fail, before their `yield`
or after it, and what another makes of an error that it sees is to raise it again, to turn it into another, or to
keep it; the view fails in any of its ways, on its way out when it streams; background tasks run or fail.

The same graphs are drawn in every run, unless with `--random`; 40 requests for each of `--parity-examples`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins
from tests.kit.direct import Direct, unlogged
from tests.kit.test_event_order import BASES, FAILING_EXITS, KINDS, STREAMS, OwnError, dependency, settled, view_of

PLACES = ("outer", "include", "router", "decorator", "argument")
HANDLED = ("http", "own", "invalid", "response", "plain", "any", "418", "500")
LAST = ("any", "500")
FAULTS = ("http", "own", "child", "plain", "invalid", "status")


@dataclass(frozen=True)
class Need:
    """That something depends on the dependency of this name."""

    name: str
    scope: str | None
    use_cache: bool


@dataclass(frozen=True)
class Graph:
    """Kinds of dependencies by name, what each needs, what the operation needs in which place, and its view."""

    kinds: dict[str, str]
    needs: dict[str, tuple[Need, ...]]
    places: dict[str, tuple[Need, ...]]
    view: str
    #: Which of the dependencies read a number from the query, as the view does.
    reading: frozenset[str]


@dataclass
class Application:
    """What is handled, by whom each handler's answer is made, and the operations."""

    handlers: dict[str, str]
    graphs: list[Graph] = field(default_factory=list)


def drawn(rng: random.Random) -> Graph:
    """One graph."""
    kinds: dict[str, str] = {}
    needs: dict[str, tuple[Need, ...]] = {}

    def need(name: str, *, function: bool = True) -> Need:
        scopes = (None, None, "request", "function") if function else (None, None, "request")
        return Need(name, rng.choice(scopes), rng.random() > 0.25)

    for name in "abcdef"[: rng.randint(1, 6)]:
        kinds[name] = rng.choice(KINDS if rng.random() < 0.3 else ("generator", *BASES))
        chosen = rng.sample(list(needs), min(len(needs), rng.choice((0, 0, 1, 1, 2))))
        needs[name] = tuple(need(other, function=False) for other in chosen)
    places: dict[str, list[Need]] = {place: [] for place in PLACES}
    last = list(kinds)[-1]
    for name in (last, *rng.choices(list(kinds), k=rng.randint(0, 3))):
        places[rng.choice((*PLACES, "argument", "argument"))].append(need(name))
    view = rng.choice(("def", "async def", "direct", "wrong", *STREAMS[:2], *STREAMS))
    reading = frozenset(name for name in kinds if rng.random() < 0.2)
    return Graph(kinds, needs, {place: tuple(found) for place, found in places.items()}, view, reading)


def happens(rng: random.Random, graph: Graph) -> dict[str, str]:
    """What happens in one request."""
    plan: dict[str, str] = {"view": rng.choice(("", "", "http", "plain", "own", "invalid"))}
    if graph.view in STREAMS and plan["view"] == "own":
        plan["view"] = ""
    generators = [name for name, kind in graph.kinds.items() if kind.endswith("generator")]
    for name in rng.sample(list(graph.kinds), min(len(graph.kinds), rng.choice((0, 1, 1, 2, 3)))):
        errors = [f"{when} {error}" for when in ("turn", "turn", "after", "before") for error in FAULTS]
        actions = (*errors, "swallow", "swallow", "never", "twice") if name in generators else errors[-len(FAULTS) :]
        plan[name] = rng.choice(actions)
    for name in ("view", *graph.kinds):
        if rng.random() < 0.15:
            plan[f"{name} task"] = rng.choice(("task", "task", "broken task"))
    return plan


def declared(lib: Any, graph: Graph, common: dict[str, Any]) -> dict[str, list[Any]]:
    """What `dependencies=[...]` has in each place, and the arguments; each dependency has the `common` ones too."""
    calls: dict[str, Any] = {}

    def depends(need: Need) -> Any:
        return lib.Depends(calls[need.name], scope=need.scope, use_cache=need.use_cache)

    for name, kind in graph.kinds.items():
        below = {f"on_{need.name}": Annotated[Any, depends(need)] for need in graph.needs[name]}
        number = {"n": int} if name in graph.reading else {}
        calls[name] = dependency(lib, name, kind, {**common, **below, **number})
    return {place: [depends(need) for need in needs] for place, needs in graph.places.items()}


def add(lib: Any, path: str, graph: Graph) -> None:
    """One operation of this graph."""
    tasks = {"tasks": lib.BackgroundTasks}
    listed = declared(lib, graph, tasks)
    arguments = {f"a{i}": Annotated[Any, depends] for i, depends in enumerate(listed["argument"])}
    view, options = view_of(lib, graph.view, {"n": int, **tasks, **arguments})
    name = path.strip("/")
    outer = lib.router(f"{name}_outer", dependencies=listed["outer"])
    router = lib.router(name, dependencies=listed["router"])
    router.get(path, dependencies=listed["decorator"], **options)(view)
    outer.include(router, dependencies=listed["include"])
    lib.include(outer)


def handle(lib: Any, application: Application) -> None:
    """The handlers of the application."""
    kinds = {
        "http": lib.HTTPException,
        "own": OwnError,
        "invalid": lib.RequestValidationError,
        "response": lib.ResponseValidationError,
        "plain": ValueError,
        "any": Exception,
        "418": 418,
        "500": 500,
    }
    for number, (name, answer) in enumerate(application.handlers.items()):

        def answered(request: Any, error: Any, name: str = name, answer: str = answer, number: int = number) -> Any:
            lib.note(f"handler of {name}")
            if answer == "answer":
                return lib.JSONResponse({"handled": name}, status_code=500 if name in LAST else 410 + number)
            if answer == "again":
                raise error
            raise {"http": lambda: lib.HTTPException(417, "handled"), "own": OwnError, "plain": LookupError}[answer]()

        lib.exception_handler(kinds[name])(answered)


def applications(number: int, seed: int | None) -> Iterator[tuple[Application, list[tuple[int, dict[str, str]]]]]:
    """Applications of twelve operations, and what is to happen with which of them; `number` requests in all."""
    rng = random.Random(seed)
    while number > 0:
        answers = ("answer", "answer", "answer", "again", "http", "own", "plain")
        handlers = {name: rng.choice(answers) for name in HANDLED if rng.random() < 0.4}
        if not handlers.keys().isdisjoint(LAST):
            # for what the others don't answer: FastAPI has one, and if that fails, the server answers
            handlers.pop(rng.choice(LAST) if handlers.keys() >= set(LAST) else "", None)
            handlers = {name: "plain" if name not in LAST and rng.random() < 0.3 else "answer" for name in handlers}
        graphs = [drawn(rng) for _ in range(12)]
        plans = [(index, happens(rng, graph)) for index, graph in enumerate(graphs) for _ in range(8)]
        yield Application(handlers, graphs), plans[:number]
        number -= len(plans)


def built(application: Application) -> Callable[[Any], None]:
    """What builds the application."""

    def build(lib: Any) -> None:
        handle(lib, application)
        for index, graph in enumerate(application.graphs):
            add(lib, f"/v{index}", graph)

    return build


def differences(application: Application, plans: list[tuple[int, dict[str, str]]]) -> Iterator[str]:
    """Send every request to both sides, and tell what differs."""
    twins = Twins(built(application))
    with Direct(twins) as direct, unlogged():
        for index, plan in plans:
            graph = application.graphs[index]
            twins.fastapi_lib.plan = twins.flask_lib.plan = plan
            ours, theirs = direct.happened(f"/v{index}", "n=x" if plan["view"] == "invalid" else "")
            theirs = without_kept_calls(application, *theirs)
            if "events" in graph.view:
                if any(plan.get(name, "").split()[:1] in FAILING_EXITS for name in graph.kinds):
                    continue
                if fails_while_closing(graph, plan) and "one" in theirs[0] and "error for the server" not in theirs[0]:
                    continue
                ours, theirs = (settled(*side, free=True) for side in (ours, theirs))
            if ours != theirs:
                yield f"{application.handlers} {graph} {plan}\n  FastAPI: {theirs}\n  Flask:   {ours}"


def fails_while_closing(graph: Graph, plan: dict[str, str]) -> bool:
    """Whether events may end in an error while dependencies are closed before the answer: kept (differences.py)."""
    needed = [need for needs in graph.places.values() for need in needs if need.scope == "function"]
    return plan["view"] in ("http", "plain") and any(graph.kinds[need.name].endswith("generator") for need in needed)


def without_kept_calls(application: Application, events: list[str], answer: Any) -> tuple[list[str], Any]:
    """What happened with FastAPI, but for two calls that come to nothing, and that the kit does not make.

    A handler that raises what it was given is called with that again, and the one of all errors is asked for an answer
    when another has begun: differences that are kept (differences.py).
    """
    again = [f"handler of {name}" for name, answers in application.handlers.items() if answers == "again"]
    of_all = [f"handler of {name}" for name in LAST]
    kept: list[str] = []
    for event in events:
        begun = any(before.startswith("response") for before in kept)
        if not (event in again and kept[-1:] == [event]) and not (event in of_all and begun):
            kept.append(event)
    return kept, answer


def test_graphs(request: pytest.FixtureRequest) -> None:
    """Whatever fails where, and whoever makes what of it, FastAPI and the kit do the same in the same order."""
    number = 40 * request.config.getoption("--parity-examples")
    seed = None if request.config.getoption("--random") else 1
    found = [text for application, plans in applications(number, seed) for text in differences(application, plans)]
    assert not found, f"{len(found)} differ:\n" + "\n\n".join(found[:5])
