"""The order of events on WebSocket routes, for the graphs of dependencies of test_event_order_trees.py.

Up to three dependencies fail, before the handshake or after it, and the view in any of its ways; the client stays to
the end, sends what does not validate, or leaves. 5 conversations for each of `--parity-examples`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins
from tests.kit.test_event_order import handle_own_errors
from tests.kit.test_event_order_trees import FAULTS, Graph, declared, drawn
from tests.kit.test_websocket_order import FAILURES, view_of


def add(lib: Any, path: str, graph: Graph, *, plain: bool) -> None:
    """One route of this graph."""
    listed = declared(lib, graph, {"connection": lib.HTTPConnection})
    arguments = {f"a{i}": Annotated[Any, depends] for i, depends in enumerate(listed["argument"])}
    name = path.strip("/")
    outer = lib.router(f"{name}_outer", dependencies=listed["outer"])
    router = lib.router(name, dependencies=listed["router"])
    router.websocket(path, dependencies=listed["decorator"])(view_of(lib, arguments, plain=plain))
    outer.include(router, dependencies=listed["include"])
    lib.include(outer)


def happens(rng: random.Random, graph: Graph) -> dict[str, str]:
    """What happens in one conversation."""
    plan = {"view": rng.choice(("", "", *FAILURES))}
    faults = [fault for fault in FAULTS if fault != "status"]  # a refusal with 204
    for name in rng.sample(list(graph.kinds), min(len(graph.kinds), rng.choice((0, 1, 1, 2, 3)))):
        errors = [f"{when} {error}" for when in ("turn", "turn", "after", "before") for error in faults]
        yields = graph.kinds[name].endswith("generator")
        plan[name] = rng.choice((*errors, "swallow", "never", "twice") if yields else errors[-len(faults) :])
    plan["client"] = rng.choice(("", "", "", "?n=x", "leave"))
    return plan


def built(graphs: list[Graph], *, plain: bool) -> Callable[[Any], None]:
    """What builds an application with a route for each graph."""

    def build(lib: Any) -> None:
        handle_own_errors(lib)
        for number, graph in enumerate(graphs):
            add(lib, f"/v{number}", graph, plain=plain)

    return build


def differences(rng: random.Random, number: int, *, plain: bool) -> Iterator[str]:
    """Have so many conversations with both sides, and tell what differs."""
    graphs = [drawn(rng) for _ in range(number // 4)]
    twins = Twins(built(graphs, plain=plain))
    with twins.fastapi:
        for index, graph in enumerate(graphs):
            for plan in (happens(rng, graph) for _ in range(4)):
                twins.fastapi_lib.plan = twins.flask_lib.plan = plan
                leaves = plan["client"] == "leave"
                path = f"/v{index}" + ("" if leaves else plan["client"])
                ours, theirs = twins.conversations(path, *(("one",) if leaves else ("one", "bye")), leave=leaves)
                if leaves or theirs[1][0][0] == "refused":
                    # FastAPI's test client has gone, and cancels a handler that waits for a thread
                    for noted, _ in (ours, theirs):
                        noted[:] = [each for each in noted if each != "handler"]
                if ours != theirs:
                    yield f"{graph} {plan}\n  FastAPI: {theirs}\n  Flask:   {ours}"


@pytest.mark.parametrize("plain", [False, True], ids=["async view", "plain view"])
def test_graphs(request: pytest.FixtureRequest, plain: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever fails where, before the handshake or after it, the same is received and happens inside."""
    caplog.set_level(logging.CRITICAL)
    number = 5 * request.config.getoption("--parity-examples")
    rng = random.Random(None if request.config.getoption("--random") else 2)
    found = list(differences(rng, number, plain=plain))
    assert not found, f"{len(found)} differ:\n" + "\n\n".join(found[:5])
