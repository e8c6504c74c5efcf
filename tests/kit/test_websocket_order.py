"""WebSocket routes and their dependencies: the same answers, frames and order of events as FastAPI, in combination.

The view of FastAPI is `async def`, as the kit's is; a plain view with the same steps is compared as well.
"""

from __future__ import annotations

import inspect
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

import myapp.kit as kit
from tests.kit.both import Twins
from tests.kit.test_event_order import BASES, SCOPES, Doing, OwnError, dependency, does

PLACES = ("argument", "route", "router", "include", "app", "under")
FAILURES = ("", "returns", "close", *(f"{e} {when}" for e in ("http", "own", "plain", "policy") for when in (1, 2)))

Plan = dict[str, str]


@dataclass(frozen=True)
class Structure:
    """How one route is built."""

    a: str = "generator"
    scope: str | None = None
    place: str = "argument"


class Plainly:
    """A plain WebSocket under the methods of an async one, so that one text is both kinds of view."""

    def __init__(self, websocket: kit.WebSocket) -> None:
        self.websocket = websocket

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.websocket, name)

        async def call(*args: Any, **keywords: Any) -> Any:
            return method(*args, **keywords)

        return call

    async def iter_text(self) -> AsyncIterator[str]:
        """Every message."""
        for text in self.websocket.iter_text():
            yield text


def plainly(steps: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """The async view `steps` as a plain one."""

    def view(websocket: kit.WebSocket, **values: Any) -> None:
        with pytest.raises(StopIteration):
            steps(Plainly(websocket), **values).send(None)

    signature = inspect.signature(steps)
    changed = [
        parameter.replace(annotation=kit.WebSocket) if parameter.name == "websocket" else parameter
        for parameter in signature.parameters.values()
    ]
    view.__signature__ = inspect.Signature(changed)  # type: ignore[attr-defined]
    view.__annotations__ = {p.name: p.annotation for p in changed}
    return view


def add(lib: Any, path: str, structure: Structure, *, plain: bool) -> None:
    """One route of this structure."""
    doing = Doing(lib, "view")

    def fail(when: int) -> None:
        error = (lib.plan.get("view", "") + " ").partition(f" {when}")
        if error[1]:
            made = {"policy": lambda: lib.WebSocketException(1008, "against the rules")}
            raise made[error[0]]() if error[0] in made else doing.error(error[0])

    async def view(websocket: Any, n: int = 0, **values: Any) -> None:
        lib.note(f"view {[str(value) for value in values.values()]}")
        fail(1)
        if lib.plan.get("view") == "close":
            await websocket.close(4001)
            return
        await websocket.accept()
        await websocket.send_text("accepted")
        fail(2)
        async for text in websocket.iter_text():
            lib.note(text)
            await websocket.send_text(f"{text} {n}")
            if text == "bye":
                break
        else:
            lib.note("gone")
            return
        await websocket.close(4000, "bye")

    def depends(kind: str, name: str, hints: dict[str, Any]) -> Any:
        return lib.Depends(dependency(lib, name, kind, hints), scope=structure.scope)

    below = {"below": Annotated[Any, depends(structure.a, "b", {"connection": lib.HTTPConnection})]}
    a = depends(structure.a, "a", below if structure.place == "under" else {})
    values = {"a": Annotated[Any, a]} if structure.place in ("argument", "under") else {}
    view.__annotations__ = {"websocket": lib.WebSocket, "n": int, **values}
    keyword = inspect.Parameter.KEYWORD_ONLY
    view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, keyword, annotation=hint, default=0 if name == "n" else inspect.Parameter.empty)
            for name, hint in view.__annotations__.items()
        ]
    )
    declared = plainly(view) if plain and lib.name == "flask" else view
    if structure.place in ("router", "include"):
        name = path.strip("/")
        router = lib.router(name, **({"dependencies": [a]} if structure.place == "router" else {}))
        router.websocket(path)(declared)
        lib.include(router, **({"dependencies": [a]} if structure.place == "include" else {}))
        return
    if structure.place == "app":
        lib.app_dependencies(a)
    lib.websocket(path, dependencies=[a] if structure.place == "route" else [])(declared)


def built(structures: list[Structure], *, plain: bool) -> Twins:
    """One application with a route for each."""

    def build(lib: Any) -> None:
        @lib.exception_handler(OwnError)
        def handle(request: Any, error: Any) -> Any:
            lib.note("handler")
            return lib.JSONResponse({"own": True}, status_code=419)

        for number, structure in enumerate(structures):
            add(lib, f"/v{number}", structure, plain=plain)

    return Twins(build)


def plans(structure: Structure) -> Iterator[Plan]:
    """What may happen with a view that ends in each of the ways there are, and with one dependency."""
    for failure in FAILURES:
        yield {"view": failure}
    for failure, action in itertools.product(("", "plain 1", "policy 2"), does(structure.a)):
        yield {"view": failure, "a": action}


@pytest.mark.parametrize("plain", [False, True], ids=["async view", "plain view"])
@pytest.mark.parametrize("place", PLACES)
def test_order_of_events(place: str, plain: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever fails before the handshake or after it: what is received and what happens inside are the same."""
    caplog.set_level(logging.CRITICAL)
    structures = [Structure(base, scope, place) for base in BASES for scope in SCOPES]
    groups = [[structure] for structure in structures[::5]] if place == "app" else [structures]
    found = []
    for group in groups:
        twins = built(group, plain=plain)
        with twins.fastapi:
            for (number, structure), turn in zip(enumerate(group), itertools.cycle(range(4)), strict=False):
                # some of the plans for each structure: neighbours differ in the scope only
                chosen = list(plans(structure))[turn :: 4 if place == "argument" else 15]
                for plan in [*chosen, {"view": "", "query": "?n=x"}, {"view": "", "leave": "yes"}]:
                    twins.fastapi_lib.plan = twins.flask_lib.plan = plan
                    path = f"/v{number}{plan.get('query', '')}"
                    texts = ("one",) if "leave" in plan else ("one", "bye")
                    ours, theirs = twins.conversations(path, *texts, leave="leave" in plan)
                    if "accepted" in theirs[1] and "handler" in theirs[0]:
                        # an error handler makes an HTTP answer, for which it is too late; FastAPI calls it all the same
                        theirs[0].remove("handler")
                    if ours != theirs:
                        found.append(f"{structure} {plan}\n  FastAPI: {theirs}\n  Flask:   {ours}")
    assert not found, f"{len(found)} differ:\n" + "\n\n".join(found[:5])
