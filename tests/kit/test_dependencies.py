"""Dependencies: the pages about them, and what nobody writes there; the answers and the order of events."""

import functools
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins, agree


class OwnError(Exception):
    """Raised by views and dependencies below."""


def test_functions_as_dependencies():
    """A dependency's own parameters are the operation's; an Annotated alias is shared; sync and async ones mix."""

    def build(lib):
        async def common(q: str | None = None, skip: int = 0, limit: int = 100):
            return {"q": q, "skip": skip, "limit": limit}

        def sync_common(
            item_id: int, commons: Annotated[dict, lib.Depends(common)], x: Annotated[str, lib.Header()] = "h"
        ):
            return {**commons, "item_id": item_id, "x": x}

        CommonsDep = Annotated[dict, lib.Depends(common)]

        @lib.get("/items/")
        async def read_items(commons: CommonsDep):
            return commons

        @lib.get("/users/")
        def read_users(commons: CommonsDep, limit: int = 5):
            return [commons, limit]

        @lib.get("/old/{item_id}")
        def read_old(commons: dict = lib.Depends(sync_common)):
            return commons

    agree(
        build,
        *(
            "GET /items/",
            "GET /items/?q=foo&skip=1&limit=2",
            "GET /items/?skip=x&limit=y",
            "GET /users/?limit=3",
            "GET /users/?limit=x",
        ),
        *("GET /old/3", "GET /old/x?skip=y", ("GET /old/3?q=1", {"headers": {"x": "y"}})),
    )


class Pagination:
    """A class whose constructor takes query parameters."""

    def __init__(self, skip: int = 0, limit: Annotated[int, "hint"] = 10) -> None:
        self.skip, self.limit = skip, limit

    def page(self, of: str = "a"):
        """A method that is a dependency when bound."""
        return {"of": of, "skip": self.skip}


class FixedContentQueryChecker:
    """An instance is a parameterised dependency."""

    def __init__(self, content: str) -> None:
        self.content = content

    def __call__(self, q: str = "") -> bool:
        return self.content in q


class AsyncChecker(FixedContentQueryChecker):
    """The same with a coroutine."""

    async def __call__(self, q: str = "") -> bool:
        return self.content in q


class YieldChecker(FixedContentQueryChecker):
    """The same with a generator."""

    def __call__(self, q: str = ""):
        yield self.content in q


@dataclass
class Filters:
    """A dataclass is a class whose arguments are parameters, too."""

    text: str
    size: int = 3


def plain(q: str = "none", factor: int = 1) -> str:
    """A function to make partials of."""
    return q * factor


def decorated(function):
    """A decorator that keeps the signature."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return ["decorated", function(*args, **kwargs)]

    return wrapper


def async_decorated(function):
    """A coroutine around a plain function."""

    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return ["async decorated", function(*args, **kwargs)]

    return wrapper


def pass_through(function):
    """A plain function around a coroutine, whose awaitable it returns."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


async def coroutine(q: str = "c") -> str:
    """A coroutine dependency."""
    return q


def test_every_kind_of_callable():
    """Classes, the Depends() shortcut, instances, partials, methods, lambdas, decorated functions."""

    def build(lib):
        Depends = lib.Depends

        @lib.get("/class/")
        def by_class(
            a: Annotated[Pagination, Depends(Pagination)],
            b: Annotated[Pagination, Depends()],
            c: Pagination = Depends(),
        ):
            return [a.skip, a is b, b is c, c.limit]

        @lib.get("/dataclass/")
        def by_dataclass(filters: Annotated[Filters, Depends()]):
            return [filters.text, filters.size]

        @lib.get("/instance/")
        def by_instance(
            a: Annotated[bool, Depends(FixedContentQueryChecker("bar"))],
            b: Annotated[bool, Depends(AsyncChecker("foo"))],
            c: Annotated[bool, Depends(YieldChecker("foo"))],
        ):
            return [a, b, c]

        @lib.get("/partial/")
        def by_partial(
            a: Annotated[str, Depends(functools.partial(plain, factor=2))],
            b: Annotated[str, Depends(functools.partial(plain, "fixed"))],
            c: Annotated[str, Depends(functools.partial(coroutine, q="p"))],
            d: Annotated[bool, Depends(functools.partial(YieldChecker("x")))],
        ):
            return [a, b, c, d]

        @lib.get("/method/")
        def by_method(
            a: Annotated[dict, Depends(Pagination(7).page)],
            b: Annotated[str, Depends(lambda q="l": q)],
            c: Annotated[list, Depends(decorated(plain))],
            d: Annotated[list, Depends(async_decorated(plain))],
            e: Annotated[str, Depends(pass_through(coroutine))],
        ):
            return [a, b, c, d, e]

    agree(
        build,
        *(
            "GET /class/",
            "GET /class/?skip=3&limit=4",
            "GET /class/?skip=x",
            "GET /dataclass/",
            "GET /dataclass/?text=a&size=1",
        ),
        *(
            "GET /instance/?q=foobar",
            "GET /instance/",
            "GET /partial/",
            "GET /partial/?q=ab&factor=3",
            "GET /partial/?q=ab",
        ),
        *("GET /method/?of=z&q=y", "GET /method/", "GET /partial/?factor=x"),
    )


def test_views_of_every_kind():
    """Coroutines, decorated views, partials' keywords, and views that answer with what they are given."""

    def build(lib):
        @lib.get("/async/")
        async def asynchronous(q: str = "a"):
            return q

        @lib.get("/decorated/")
        @decorated
        def decorated_view(q: str = "a"):
            return q

        @lib.get("/async-decorated/")
        @async_decorated
        def async_decorated_view(q: str = "a"):
            return q

        @lib.get("/pass-through/")
        @pass_through
        async def passed_through(q: str = "a"):
            return q

    agree(build, *(f"GET /{path}/?q=x" for path in ("async", "decorated", "async-decorated", "pass-through")))


def test_one_call_a_request():
    """A dependency used at several levels is called once, unless use_cache says otherwise; scopes count apart."""

    def build(lib):
        calls = []

        def counter():
            calls.append(1)
            return len(calls)

        def first(n: Annotated[int, lib.Depends(counter)]):
            return n

        def second(n: Annotated[int, lib.Depends(counter, use_cache=False)], m: Annotated[int, lib.Depends(counter)]):
            return [n, m]

        def held():
            calls.append(1)
            yield len(calls)

        @lib.get("/cached/")
        def cached(
            a: Annotated[int, lib.Depends(counter)],
            b: Annotated[int, lib.Depends(first)],
            c: Annotated[int, lib.Depends(counter)],
        ):
            return [a, b, c]

        @lib.get("/uncached/")
        def uncached(
            a: Annotated[int, lib.Depends(counter, use_cache=False)],
            b: Annotated[list, lib.Depends(second)],
            c: Annotated[int, lib.Depends(counter, use_cache=False)],
            d: Annotated[int, lib.Depends(counter)],
        ):
            return [a, b, c, d]

        @lib.get("/scopes/")
        def scopes(
            a: Annotated[int, lib.Depends(held)],
            b: Annotated[int, lib.Depends(held, scope="function")],
            c: Annotated[int, lib.Depends(held, scope="request")],
            d: Annotated[int, lib.Depends(counter, scope="function")],
            e: Annotated[int, lib.Depends(counter)],
        ):
            return [a, b, c, d, e]

    agree(build, "GET /cached/", "GET /cached/", "GET /uncached/", "GET /uncached/", "GET /scopes/")


def test_bodies_in_dependencies():
    """Body parameters of dependencies and of the view are embedded together, or are one and the same by name."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: float = 1

        @lib.model
        class User:
            username: str

        def item_dep(item: Item):
            return item.name

        def user_dep(user: User):
            return user.username

        def nested(item: Item, name: Annotated[str, lib.Depends(item_dep)]):
            return [item.price, name]

        def embedded(item: Annotated[Item, lib.Body(embed=True)]):
            return item.name

        @lib.post("/dep-only/")
        def dep_only(name: Annotated[str, lib.Depends(item_dep)]):
            return name

        @lib.post("/same-name/")
        def same_name(
            item: Item, name: Annotated[str, lib.Depends(item_dep)], both: Annotated[list, lib.Depends(nested)]
        ):
            return [item, name, both]

        @lib.post("/other-name/")
        def other_name(user: User, name: Annotated[str, lib.Depends(item_dep)]):
            return [user, name]

        @lib.post("/two-deps/")
        def two_deps(user: Annotated[str, lib.Depends(user_dep)], name: Annotated[str, lib.Depends(item_dep)]):
            return [user, name]

        @lib.post("/embedded/")
        def with_embedded(name: Annotated[str, lib.Depends(embedded)]):
            return name

        @lib.post("/embedded-below/")
        def embedded_below(item: Item, name: Annotated[str, lib.Depends(embedded)]):
            return [item, name]

    item, user = {"name": "n", "price": 2}, {"username": "u"}
    bodies: list[Any] = [
        item,
        user,
        {"item": item, "user": user},
        {"item": user, "user": item},
        {"item": item},
        [item],
        None,
        "text",
    ]
    paths = ("dep-only", "same-name", "other-name", "two-deps", "embedded", "embedded-below")
    agree(
        build,
        *((f"POST /{path}/", {"json": body}) for path in paths for body in bodies),
        *(f"POST /{path}/" for path in paths),
    )


def test_a_dependency_comes_before_the_faults():
    """A 401 raised by a dependency beats a 422; one whose own arguments are wrong is not called, others are."""

    def build(lib):
        def allowed(token: Annotated[str, lib.Header()] = "no"):
            lib.note(f"allowed? {token}")
            if token != "yes":
                raise lib.HTTPException(401, "Go away", headers={"WWW-Authenticate": "Bearer"})

        def number(n: int):
            lib.note(f"number {n}")
            return n

        def below(n: Annotated[int, lib.Depends(number)], m: int = 0):
            lib.note("below")
            return n

        @lib.model
        class Item:
            name: str

        @lib.put("/items/{item_id}", dependencies=[lib.Depends(allowed)])
        def update(item_id: int, item: Item, n: Annotated[int, lib.Depends(below)]):
            lib.note("view")
            return [item_id, item, n]

    twins = Twins(build)
    assert twins.events("PUT /items/x?n=y", json={}) == ["allowed? no", "response 401", "sent"]
    yes = {"headers": {"token": "yes"}}
    assert twins.events("PUT /items/x?n=y", json={}, **yes) == ["allowed? yes", "response 422", "sent"]
    assert twins.events("PUT /items/x?n=1&m=z", json={}, **yes) == ["allowed? yes", "number 1", "response 422", "sent"]
    assert twins.events("PUT /items/x?n=1", json=[], **yes)[-3:] == ["below", "response 422", "sent"]
    assert twins.events("PUT /items/1?n=1", json={"name": "n"}, **yes)[-3:] == ["view", "response 200", "sent"]
    # malformed JSON is found before any dependency is asked
    assert twins.events("PUT /items/1?n=1", content="{", headers={"content-type": "application/json"}) == [
        "response 422",
        "sent",
    ]


def test_lists_of_dependencies():
    """Those of the application, of the routers around, of the inclusion and of the decorator run in this order."""

    def noting(lib, name):
        def dependency(q: int = 0):
            lib.note(name)

        return lib.Depends(dependency)

    def build(lib):
        inner = lib.router("inner", prefix="/inner", dependencies=[noting(lib, "inner")])
        outer = lib.router("outer", prefix="/outer", dependencies=[noting(lib, "outer")])

        def own():
            lib.note("own")

        @inner.get("/", dependencies=[noting(lib, "decorator 1"), noting(lib, "decorator 2")])
        def view(own: Annotated[None, lib.Depends(own)]):
            lib.note("view")

        @lib.get("/plain/")
        def plain_view():
            lib.note("plain")

        outer.include(inner, url_prefix="/there", dependencies=[noting(lib, "inner included")])
        lib.include(outer, url_prefix="/api", dependencies=[noting(lib, "outer included")])

    twins = Twins(build)
    names = ["outer included", "outer", "inner included", "inner", "decorator 1", "decorator 2", "own", "view"]
    assert twins.events("GET /api/outer/there/inner/") == [*names, "response 200", "sent"]
    assert twins.events("GET /plain/") == ["plain", "response 200", "sent"]
    twins.agree("GET /api/outer/there/inner/?q=x", "GET /plain/?q=x")


def test_dependencies_of_the_application():
    """`FastAPI(dependencies=[...])` runs before all operations, and only for them."""
    import fastapi

    import myapp.kit as kit

    def reject(token: str = "none"):
        raise (fastapi if token == "f" else kit).HTTPException(400, "rejected")

    theirs, ours = fastapi.Depends(reject), kit.Depends(reject)

    def build(lib):
        @lib.get("/a/")
        def view():
            return 1

    twins = Twins.__new__(Twins)
    from tests.kit import both

    twins.fastapi, twins.fastapi_lib = both._fastapi(build, dependencies=[theirs])
    twins.flask, twins.flask_lib = both._flask(build, dependencies=[ours])
    assert twins.fastapi.get("/a/?token=f").json() == twins.flask.get("/a/?token=k").json() == {"detail": "rejected"}
    twins.agree("GET /nowhere/", "POST /a/")


YIELD_PATHS = [
    *(
        "/fine/",
        "/http/",
        "/own/",
        "/plain-error/",
        "/streamed/",
        "/stream-fails/",
        "/direct/",
        "/enter-fails/",
        "/exit-fails/",
    ),
    *(
        "/exit-http/",
        "/swallow/",
        "/swallow-function/",
        "/turned/",
        "/function-turned/",
        "/function/",
        "/function-exit-fails/",
    ),
    *(
        "/function-exit-http/",
        "/invalid/",
        "/nested-turned/",
        "/async/",
        "/async-swallow/",
        "/async-turned/",
        "/bad-response/",
    ),
    *(
        "/async-function/",
        "/enter-http/",
        "/never-yields/",
        "/finally-return/",
        "/cached/",
        "/invalid-open/?n=x",
        "/twice/",
    ),
]


def build_yields(lib):
    """One application with a path for each way in which a `yield` dependency may go."""
    Depends, note = lib.Depends, lib.note

    def resource(name, *, enter=None, leave=None, turn=None, swallow=False):
        def dependency():
            note(f"enter {name}")
            if enter is not None:
                raise enter
            try:
                yield name
            except BaseException as error:
                # two frameworks have two names for an error of their own
                note(f"{name} sees {'it' if name == 'quiet' else type(error).__name__}")
                if turn is not None:
                    raise turn from None
                if not swallow:
                    raise
            finally:
                note(f"exit {name}")
                if leave is not None:
                    raise leave

        return dependency

    async def async_resource():
        note("enter async")
        try:
            yield "async"
        except Exception as error:
            note(f"async sees {type(error).__name__}")
            raise
        finally:
            note("exit async")

    async def async_swallow():
        try:
            yield "async"
        except Exception as error:
            note(f"async swallows {type(error).__name__}")

    async def async_turned():
        try:
            yield "async"
        except Exception as error:
            note(f"async turns {type(error).__name__}")
            raise lib.HTTPException(418, "turned") from error

    a, b, c = resource("a"), resource("b"), resource("c")

    def on_top(a: Annotated[str, Depends(a)]):
        note("enter on top")
        try:
            yield a + "+"
        finally:
            note("exit on top")

    @lib.exception_handler(OwnError)
    def handle(request, error):
        note("handler")
        return lib.JSONResponse({"own": str(error)}, status_code=419)

    def view(path, *dependencies, result=None, error=None, **options):
        @lib.get(path, dependencies=[Depends(d) if callable(d) else d for d in dependencies], **options)
        def operation():
            note("view")
            if error is not None:
                raise error
            return result

    http, own = lib.HTTPException(404, "http", headers={"x-one": "1"}), OwnError("mine")
    view("/fine/", a, on_top, b)
    view("/http/", a, b, error=http)
    view("/own/", a, b, error=own)
    view("/plain-error/", a, error=ValueError("v"))
    view("/enter-fails/", a, resource("b", enter=ValueError("v")), c)
    view("/enter-http/", a, resource("b", enter=http), c)
    view("/exit-fails/", a, resource("b", leave=ValueError("v")), c)
    view("/exit-http/", a, resource("b", leave=http), c)
    view("/swallow/", a, resource("b", swallow=True), c, error=ValueError("v"))
    view("/turned/", a, resource("b", turn=http), c, error=ValueError("v"))
    view("/nested-turned/", resource("a", turn=own), resource("b", turn=http), error=ValueError("v"))
    view("/function/", a, Depends(b, scope="function"), Depends(c, scope="function"))
    quiet = resource("quiet", turn=ValueError("q"))
    view("/swallow-function/", quiet, Depends(resource("b", swallow=True), scope="function"), error=ValueError("v"))
    view("/function-turned/", a, Depends(resource("b", turn=http), scope="function"), error=ValueError("v"))
    view("/function-exit-fails/", a, Depends(resource("b", leave=ValueError("v")), scope="function"))
    view("/function-exit-http/", a, Depends(resource("b", leave=http), scope="function"), Depends(c, scope="function"))
    view("/async/", async_resource, a)
    view("/async-swallow/", async_swallow, a, error=ValueError("v"))
    view("/async-turned/", a, async_turned, error=ValueError("v"))
    view("/async-function/", a, Depends(async_resource, scope="function"), error=http)
    view("/bad-response/", a, Depends(b, scope="function"), result="x", response_model=int)
    view("/cached/", on_top, a, on_top)
    view("/twice/", Depends(a, use_cache=False), Depends(a, use_cache=False))

    def never():
        note("never")
        return
        yield

    view("/never-yields/", a, never)

    def finally_return():
        try:
            yield
        finally:
            note("returns")
            return  # noqa: B012

    view("/finally-return/", finally_return, error=ValueError("v"))

    @lib.get("/invalid/", dependencies=[Depends(a)])
    def invalid(n: int):
        note("view")

    @lib.get("/invalid-open/")
    def invalid_open(n: int, a: Annotated[str, Depends(a)], b: Annotated[str, Depends(b, scope="function")]):
        note("view")

    def chunks(fails=False):
        note("stream 1")
        yield b"one "
        if fails:
            raise ValueError("in the stream")
        note("stream 2")
        yield b"two"
        note("stream ends")

    @lib.get("/streamed/")
    def streamed(a: Annotated[str, Depends(a)], b: Annotated[str, Depends(b, scope="function")]):
        note("view")
        return lib.StreamingResponse(chunks(), media_type="text/plain")

    @lib.get("/stream-fails/")
    def stream_fails(a: Annotated[str, Depends(a)]):
        note("view")
        return lib.StreamingResponse(chunks(fails=True), media_type="text/plain")

    @lib.get("/direct/")
    def direct(a: Annotated[str, Depends(a)]):
        return lib.RawResponse("direct", media_type="text/plain")


@pytest.mark.parametrize("path", YIELD_PATHS)
def test_the_order_of_events(path):
    """Enter, view, exit, handler, response: what happens with `yield` dependencies happens in FastAPI's order."""
    Twins(build_yields).events(f"GET {path}")


def test_exits_come_after_the_response():
    """The order itself, spelled out for one request: last in, first out, once the response has been sent."""
    events = Twins(build_yields).events("GET /fine/")
    enter = ["enter a", "enter on top", "enter b", "view"]
    assert events == [*enter, "response 200", "sent", "exit b", "exit on top", "exit a"]


def test_values_of_yield_dependencies_nest():
    """A `yield` dependency on another one ends before it; both values arrive."""

    def build(lib):
        async def outer():
            lib.note("enter outer")
            yield "outer"
            lib.note("exit outer")

        def middle(outer: Annotated[str, lib.Depends(outer)]):
            lib.note("enter middle")
            yield outer + " middle"
            lib.note("exit middle")

        async def inner(middle: Annotated[str, lib.Depends(middle)], outer: Annotated[str, lib.Depends(outer)]):
            lib.note("enter inner")
            yield middle + " inner " + outer
            lib.note("exit inner")

        @lib.get("/")
        def view(value: Annotated[str, lib.Depends(inner)]):
            return value

        @lib.get("/function/")
        async def function(value: Annotated[str, lib.Depends(inner, scope="function")]):
            return value

    twins = Twins(build)
    assert twins.events("GET /")[-3:] == ["exit inner", "exit middle", "exit outer"]
    assert twins.events("GET /function/")[-2:] == ["exit middle", "exit outer"]


def test_overrides():
    """What is called instead may take other parameters, yield, or depend on others; nothing of it stays behind."""

    def build(lib):
        Depends, note = lib.Depends, lib.note

        def settings(name: str = "real"):
            return name

        def resource():
            note("enter real")
            yield "real"
            note("exit real")

        def user(settings: Annotated[str, Depends(settings)]):
            return f"user of {settings}"

        @lib.get("/{item}")
        def view(
            item: int,
            settings: Annotated[str, Depends(settings)],
            user: Annotated[str, Depends(user)],
            resource: Annotated[str, Depends(resource)],
        ):
            return [item, settings, user, resource]

        def fake_settings(other: int, item: str):
            return f"fake {other} {item}"

        def fake_resource(settings: Annotated[str, Depends(settings)]):
            note("enter fake")
            yield f"fake on {settings}"
            note("exit fake")

        async def fake_user():
            return "fake user"

        lib.fakes = {settings: fake_settings, resource: fake_resource, user: fake_user}
        lib.settings, lib.resource, lib.user = settings, resource, user

    twins = Twins(build)
    libs = (twins.fastapi_lib, twins.flask_lib)
    requests = ("GET /3", "GET /3?other=5", "GET /3?other=x", "GET /x?name=n")
    twins.agree(*requests)
    for name in ("settings", "resource", "user"):
        for lib in libs:
            lib.overrides[getattr(lib, name)] = lib.fakes[getattr(lib, name)]
        twins.agree(*requests)
        twins.events("GET /3?other=5")
    for lib in libs:
        lib.overrides[lib.resource] = lambda: "a lambda"
        del lib.overrides[lib.settings]
    twins.agree(*requests)
    for lib in libs:
        lib.overrides.clear()
    twins.agree(*requests)
    assert twins.flask.get("/3").json() == [3, "real", "user of real", "real"]


def test_responses_from_dependencies():
    """A dependency sets status, headers and cookies of the response on the way."""

    def build(lib):
        def first(response: lib.Response):
            response.headers["X-One"] = "1"
            response.set_cookie("a", "b")
            response.status_code = 203

        def second(response: lib.Response):
            response.headers["X-Two"] = "2"
            response.headers["X-One"] = "1b"

        @lib.get("/")
        def view(
            response: lib.Response, a: Annotated[None, lib.Depends(first)], b: Annotated[None, lib.Depends(second)]
        ):
            response.set_cookie("c", "d", httponly=True, max_age=5)
            return "x"

        @lib.get("/changed/", dependencies=[lib.Depends(first)], status_code=201)
        def changed():
            return "x"

        @lib.get("/raises/", dependencies=[lib.Depends(first)])
        def raises():
            raise lib.HTTPException(400, "x")

        @lib.get("/direct/", dependencies=[lib.Depends(first)])
        def direct():
            return lib.JSONResponse({"a": 1})

        @lib.get("/deleted/")
        def deleted(response: lib.Response):
            response.delete_cookie("gone")
            return None

    agree(build, *(f"GET /{path}" for path in ("", "changed/", "raises/", "direct/", "deleted/")))


def test_declarations_that_contradict_themselves():
    """What FastAPI refuses when an application is written, the kit refuses, too."""
    import myapp.kit as kit
    from myapp.kit.dependant import get_dependant, listed_dependants

    def generator():
        yield

    def longer(x: Annotated[Any, kit.Depends(generator, scope="function")]):
        yield

    def both(x: Annotated[int, kit.Query()] = kit.Query(default=1)):
        """Declared twice."""

    def default(x: Annotated[int, kit.Query(default=1)] = 1):
        """A default in the wrong place."""

    def two_things(x: Annotated[int, kit.Depends(generator)] = kit.Depends(generator)):
        """Depends twice."""

    def path_default(item: Annotated[int, kit.Path()] = 3):
        """A path parameter with a default."""

    def query_of_objects(q: Annotated[dict, kit.Query()]):
        """An object in the query string."""

    def unreadable(q: Twins):
        """A class nobody knows."""

    def nothing(x=kit.Depends()):
        """Depends on what no annotation names."""

    for call in (longer, both, default, two_things, path_default, query_of_objects, unreadable, nothing):
        with pytest.raises(TypeError):
            get_dependant(call, frozenset({"item"}))
    with pytest.raises(TypeError, match="without an argument"):
        listed_dependants([kit.Depends()], frozenset())


CREDENTIALS: list[dict[str, str]] = [{}, {"authorization": "user"}, {"authorization": "admin"}]


@pytest.mark.parametrize("headers", CREDENTIALS, ids=str)
@pytest.mark.parametrize("path", ["/items/1", "/items/q", "/items/1?skip=x", "/items/q?skip=x"])
def test_a_chain_of_dependencies(path, headers):
    """Session, repository, user, administrator: what a real application stacks, with every way to be turned away."""

    def build(lib):
        def session():
            lib.note("open")
            try:
                yield "session"
            except lib.HTTPException:
                lib.note("rollback")
                raise
            finally:
                lib.note("close")

        def repository(session: Annotated[str, lib.Depends(session)]):
            return f"repository of {session}"

        def user(
            session: Annotated[str, lib.Depends(session)], authorization: Annotated[str | None, lib.Header()] = None
        ):
            if authorization is None:
                raise lib.HTTPException(401, "Not authenticated", headers={"WWW-Authenticate": "Bearer"})
            return authorization

        def admin(user: Annotated[str, lib.Depends(user)]):
            if user != "admin":
                raise lib.HTTPException(403, {"user": user})
            return user

        @lib.get("/items/{item}")
        def read(
            item: int,
            page: Annotated[Pagination, lib.Depends()],
            repository: Annotated[str, lib.Depends(repository)],
            admin: Annotated[str, lib.Depends(admin)],
        ):
            return [item, page.skip, repository, admin]

    twins = Twins(build)
    twins.same_document()
    assert twins.events(f"GET {path}", headers=headers)[-1] in ("sent", "close")
