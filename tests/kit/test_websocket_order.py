"""WebSocket routes and their dependencies: the same answers, frames and order of events as FastAPI, in combination.

The view of FastAPI is `async def`, as the kit's is; a plain view with the same steps is compared as well.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask import Flask, request

import myapp.kit as kit
from myapp.kit.testing import TestClient
from tests.kit.both import Twins
from tests.kit.test_event_order import BASES, SCOPES, Doing, dependency, does, handle_own_errors

PLACES = ("argument", "route", "router", "include", "app", "under")
FAILURES = ("", "close", *(f"{e} {when}" for e in ("http", "own", "plain", "policy") for when in (1, 2)))

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
        if not callable(method):
            return method

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


def view_of(lib: Any, values: dict[str, Any], *, plain: bool) -> Any:
    """A view that accepts, sends, echoes and closes, and fails where the plan says; `values` are its arguments."""
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

    view.__annotations__ = {"websocket": lib.WebSocket, "n": int, **values}
    keyword = inspect.Parameter.KEYWORD_ONLY
    view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, keyword, annotation=hint, default=0 if name == "n" else inspect.Parameter.empty)
            for name, hint in view.__annotations__.items()
        ]
    )
    return plainly(view) if plain and lib.name == "flask" else view


def add(lib: Any, path: str, structure: Structure, *, plain: bool) -> None:
    """One route of this structure."""

    def depends(kind: str, name: str, hints: dict[str, Any]) -> Any:
        return lib.Depends(dependency(lib, name, kind, hints), scope=structure.scope)

    below = {"below": Annotated[Any, depends(structure.a, "b", {"connection": lib.HTTPConnection})]}
    a = depends(structure.a, "a", below if structure.place == "under" else {})
    values = {"a": Annotated[Any, a]} if structure.place in ("argument", "under") else {}
    view = view_of(lib, values, plain=plain)
    if structure.place in ("router", "include"):
        name = path.strip("/")
        router = lib.router(name, **({"dependencies": [a]} if structure.place == "router" else {}))
        router.websocket(path)(view)
        lib.include(router, **({"dependencies": [a]} if structure.place == "include" else {}))
        return
    if structure.place == "app":
        lib.app_dependencies(a)
    lib.websocket(path, dependencies=[a] if structure.place == "route" else [])(view)


def built(structures: list[Structure], *, plain: bool) -> Twins:
    """One application with a route for each."""

    def build(lib: Any) -> None:
        handle_own_errors(lib)
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
            for number, structure in enumerate(group):
                # some of the plans for each structure, others for its neighbours, which differ in the scope only
                every = 4 if place == "argument" else 12
                chosen = list(plans(structure))[structures.index(structure) % every :: every]
                for plan in [*chosen, {"view": "", "query": "?n=x"}, {"view": "", "leave": "yes"}]:
                    twins.fastapi_lib.plan = twins.flask_lib.plan = plan
                    path = f"/v{number}{plan.get('query', '')}"
                    texts = ("one",) if "leave" in plan else ("one", "bye")
                    ours, theirs = twins.conversations(path, *texts, leave="leave" in plan)
                    if ours != theirs:
                        found.append(f"{structure} {plan}\n  FastAPI: {theirs}\n  Flask:   {ours}")
    assert not found, f"{len(found)} differ:\n" + "\n\n".join(found[:5])


def test_everything_in_one_handshake() -> None:
    """Path, query, header, cookie, scopes along the tree, an override; a missing token is a 401 before `accept`."""

    def build(lib: Any) -> None:
        scheme = lib.OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "", "write": ""})

        def user(scopes: Any, token: Any) -> str:
            lib.note(f"user {scopes.scopes}")
            return f"{token} {scopes.scope_str}"

        user.__annotations__ = {"scopes": lib.SecurityScopes, "token": Annotated[str, lib.Depends(scheme)]}

        def room(user: Any, shop: str, x_name: Any, q: int = 0) -> str:
            return f"{user} {shop} {x_name} {q}"

        room.__annotations__ |= {
            "user": Annotated[str, lib.Security(user, scopes=["write"])],
            "x_name": Annotated[str, lib.Header()],
            **{"shop": str, "q": int},
        }

        async def view(websocket: Any, room: Any, session: Any = None) -> None:
            await websocket.accept()
            await websocket.send_text(f"{room} {session}")
            await websocket.close(4000)

        view.__annotations__ = {
            "websocket": lib.WebSocket,
            "room": Annotated[str, lib.Security(room, scopes=["read"])],
            "session": Annotated[str | None, lib.Cookie()],
        }
        lib.websocket("/shops/{shop}/ws", dependencies=[lib.Security(user, scopes=["first"])])(view)
        lib.user = user

    twins = Twins(build)
    token = {"authorization": "Bearer t", "x-name": "n"}

    def same(path: str, **headers: str) -> Any:
        ours, theirs = twins.conversations(path, **headers)
        assert ours == theirs
        return ours[1]

    assert same("/shops/s/ws?q=3", **token, cookie="session=c") == ["t read write s n 3 c", (4000, "")]
    assert same("/shops/s/ws", **token)[0].endswith("0 None")
    assert same("/shops/s/ws", **{"x-name": "n"}) == [(401, b'{"detail":"Not authenticated"}')]
    assert same("/shops/s/ws", authorization="Bearer t")[0][:2] == ("refused", 1008)
    assert same("/shops/s/ws?q=x", **token)[0][2][0]["loc"] == ["query", "q"]
    for lib in (twins.fastapi_lib, twins.flask_lib):
        lib.overrides[lib.user] = lambda: "nobody"
    assert same("/shops/s/ws", **{"x-name": "n"}) == ["nobody s n 0 None", (4000, "")]


def test_dependencies_of_both_kinds_of_route() -> None:
    """`HTTPConnection` is a request here and a WebSocket there; a path operation has no WebSocket to give."""

    def build(lib: Any) -> None:
        def agent(connection: Any) -> str:
            return f"{connection.headers['x-agent']} {connection.query_params['q']} {connection.path_params['name']}"

        agent.__annotations__ = {"connection": lib.HTTPConnection}

        def maybe(websocket: Any = None) -> bool:
            return websocket is not None

        maybe.__annotations__ = {"websocket": lib.WebSocket}
        hints = {"agent": Annotated[str, lib.Depends(agent)], "socket": Annotated[bool, lib.Depends(maybe)]}

        def operation(agent: Any, socket: Any) -> Any:
            return [agent, socket]

        operation.__annotations__ = hints
        lib.get("/agents/{name}")(operation)

        async def view(websocket: Any, agent: Any, socket: Any) -> None:
            await websocket.accept()
            await websocket.send_text(f"{agent} {socket}")
            await websocket.close()

        view.__annotations__ = {"websocket": lib.WebSocket, **hints}
        lib.websocket("/ws/{name}")(view)

    twins = Twins(build)
    twins.agree(("GET /agents/me?q=1", {"headers": {"x-agent": "a"}}))
    ours, theirs = twins.conversations("/ws/me?q=1", **{"x-agent": "a"})
    assert ours == theirs == ([], ["a 1 me True", (1000, "")])


def test_context_and_tasks_of_async_views() -> None:
    """The view sees `flask.request`; tasks of its own may send while it waits for the client."""
    app = Flask("sockets")
    kit.Api().init_app(app)

    @kit.websocket(app, "/ws")
    async def view(websocket: kit.AsyncWebSocket) -> None:
        await websocket.accept()

        async def tick() -> None:
            for number in range(3):
                await websocket.send_text(f"{number} {request.path}")

        async with asyncio.TaskGroup() as group:
            group.create_task(tick())
            text = await websocket.receive_text()
        with pytest.raises(RuntimeError):
            await websocket.accept()
        await websocket.send_json({"text": text})

    with TestClient(app).websocket_connect("/ws") as session:
        assert [session.receive_text() for _ in range(3)] == ["0 /ws", "1 /ws", "2 /ws"]
        session.send_text("done")
        assert session.receive_json() == {"text": "done"}
        with pytest.raises(kit.WebSocketDisconnect) as end:
            session.receive_text()
    assert end.value.code == 1000
