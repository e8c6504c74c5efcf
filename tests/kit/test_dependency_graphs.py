"""Random graphs of dependencies that read the request and ask for scopes: the same document, the same answers.

A dependency takes parameters of any location under names that others may use too, `SecurityScopes`, and other
dependencies, by `Depends` or by `Security` with scopes; some are security schemes. Some are overridden, by others with
parameters and dependencies of their own. An operation needs them in `dependencies=[...]` of the application, a router,
its inclusion or its decorator, and as arguments. Requests have some of the values, and some that do not validate.

The same graphs are drawn in every run, unless with `--random`; an application for three of `--parity-examples`.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins

SCOPES = ("read", "write", "admin", "me")
OPERATIONS = 5


def parameter(lib: Any, rng: random.Random, *, body: bool) -> tuple[str, Any, Any]:
    """A name, a declaration, and a default or what stands for none."""
    empty = inspect.Parameter.empty
    declared = [
        ("q", int, 3),
        ("q", Annotated[int, lib.Query(gt=0)], empty),
        ("page", Annotated[int, lib.Query(alias="p", ge=1, description="which")], 1),
        ("tags", Annotated[list[str], lib.Query()], []),
        ("name", str | None, None),
        ("key", str, empty),
        ("x_token", Annotated[str, lib.Header()], empty),
        ("x_token", Annotated[str | None, lib.Header(description="a token")], None),
        ("x_size", Annotated[int, lib.Header()], 1),
        ("session", Annotated[str | None, lib.Cookie()], None),
        ("item_id", int, empty),
        ("item_id", Annotated[int, lib.Path(ge=1, title="which one")], empty),
    ]
    if body:
        declared = [
            ("size", Annotated[int, lib.Body()], empty),
            ("size", Annotated[int, lib.Body(gt=0)], 1),
            ("colour", Annotated[str | None, lib.Body(embed=True)], None),
        ]
    return rng.choice(declared)


def signed(call: Callable[..., Any], arguments: dict[str, tuple[Any, Any]]) -> Any:
    """`call`, which takes any keywords, with a signature of these."""
    only = inspect.Parameter.KEYWORD_ONLY
    call.__annotations__ = {name: hint for name, (hint, _) in arguments.items()}
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, only, annotation=hint, default=value) for name, (hint, value) in arguments.items()]
    )
    return call


def callable_of(lib: Any, rng: random.Random, name: str, known: list[Any], *, body: bool) -> Any:
    """A dependency that answers with what it was given."""
    arguments: dict[str, tuple[Any, Any]] = {}
    for _ in range(rng.choice((0, 1, 1, 2))):
        key, hint, default = parameter(lib, rng, body=False)
        arguments[key] = hint, default
    if body and rng.random() < 0.5:
        key, hint, default = parameter(lib, rng, body=True)
        arguments[key] = hint, default
    for number, call in enumerate(rng.sample(known, min(len(known), rng.choice((0, 1, 1, 2))))):
        arguments[f"d{number}"] = Annotated[Any, needed(lib, rng, call)], inspect.Parameter.empty
    if rng.random() < 0.3:
        arguments["scopes"] = lib.SecurityScopes, inspect.Parameter.empty

    def shown(values: dict[str, Any]) -> Any:
        given = {key: value.scopes if key == "scopes" else value for key, value in values.items()}
        return {name: {key: vars(value) if hasattr(value, "__dict__") else value for key, value in given.items()}}

    def function(**values: Any) -> Any:
        return shown(values)

    async def coroutine(**values: Any) -> Any:
        return shown(values)

    def generator(**values: Any) -> Any:
        yield shown(values)

    async def async_generator(**values: Any) -> Any:
        yield shown(values)

    def nothing(**values: Any) -> None:
        return None

    made = signed(rng.choice((function, function, coroutine, generator, async_generator, nothing)), arguments)
    made.__name__ = name
    return made


def scheme(lib: Any, rng: random.Random) -> Any:
    """One of the security schemes."""
    auto_error = rng.random() < 0.4
    made = [
        lambda: lib.OAuth2PasswordBearer(
            tokenUrl="token", scopes=dict.fromkeys(SCOPES[:2], "x"), auto_error=auto_error, refreshUrl="refresh"
        ),
        lambda: lib.OAuth2AuthorizationCodeBearer(authorizationUrl="a", tokenUrl="t", auto_error=auto_error),
        lambda: lib.HTTPBearer(auto_error=auto_error, bearerFormat="JWT"),
        lambda: lib.HTTPBasic(auto_error=auto_error, realm="here", scheme_name=rng.choice((None, "basic"))),
        lambda: lib.APIKeyHeader(name="x-token", auto_error=auto_error, description="a key"),
        lambda: lib.APIKeyQuery(name="key", auto_error=auto_error),
        lambda: lib.APIKeyCookie(name="session", auto_error=auto_error),
        lambda: lib.OpenIdConnect(openIdConnectUrl="https://a.example", auto_error=auto_error),
    ]
    return rng.choice(made)()


def needed(lib: Any, rng: random.Random, call: Any) -> Any:
    """`Depends` or `Security` on it."""
    use_cache = rng.random() > 0.2
    if rng.random() < 0.4:
        return lib.Security(call, scopes=rng.sample(SCOPES, rng.choice((0, 1, 1, 2))), use_cache=use_cache)
    return lib.Depends(call, use_cache=use_cache, scope=rng.choice((None, None, "request")))


def graph(seed: int | str) -> Callable[[Any], None]:
    """What builds the application of this seed."""

    def build(lib: Any) -> None:
        rng = random.Random(seed)
        body = rng.random() < 0.4
        known: list[Any] = []
        for number in range(rng.randint(4, 7)):
            drawn = scheme(lib, rng) if rng.random() < 0.3 else None
            known.append(drawn or callable_of(lib, rng, f"f{number}", known, body=body))
        overriding = [
            callable_of(lib, rng, f"o{number}", known[:2], body=body and rng.random() < 0.3) for number in range(2)
        ]
        some = {
            place: [needed(lib, rng, call) for call in rng.sample(known, rng.choice((0, 0, 1)))]
            for place in ("app", "router", "include")
        }
        lib.app_dependencies(*some["app"])
        router = lib.router("router", prefix="/r/{item_id}", dependencies=some["router"])
        for number in range(OPERATIONS):
            listed = [needed(lib, rng, call) for call in rng.sample(known, rng.choice((0, 1, 2)))]
            called = rng.sample(known, rng.randint(1, 3))
            arguments = {
                f"a{i}": (Annotated[Any, needed(lib, rng, call)], inspect.Parameter.empty)
                for i, call in enumerate(called)
            }
            key, hint, default = parameter(lib, rng, body=False)
            arguments[key] = hint, default

            def view(**values: Any) -> Any:
                return [vars(value) if hasattr(value, "__dict__") else value for value in values.values()]

            view.__name__ = f"view{number}"
            router.post(f"/{number}", dependencies=listed)(signed(view, arguments))
        lib.include(router, dependencies=some["include"])
        # not the two that the overriding ones may need: neither side would come to an end
        lib.change = dict(zip(rng.sample(known[2:], 2), overriding, strict=True))

    return build


def requests(rng: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """One request for each operation, with some of the values."""

    def some(values: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
        return {name: rng.choice(of) for name, of in values.items() if rng.random() < 0.75}

    for number in range(OPERATIONS):
        query = some({"q": (1, 0, "x"), "p": (1, 2, 0), "tags": (["a", "b"],), "name": ("n",), "key": ("k", "")})
        headers = some({"x-token": ("t",), "x-size": ("2", "x"), "cookie": ("session=s", "other=o")})
        headers |= some({"authorization": ("Bearer t", "Bearer t", "Basic dTpw", "Basic !", "Other", "bearer  t")})
        keywords: dict[str, Any] = {"params": query, "headers": headers}
        if rng.random() < 0.8:
            keywords["json"] = rng.choice(({"size": 2}, {"size": "x"}, {"colour": "c", "size": 1}, 4, {}))
        yield f"POST /r/{rng.choice(('1', '1', '0', 'x'))}/{number}", keywords


def test_graphs(request: pytest.FixtureRequest) -> None:
    """The documents of every application, and the answers before and after something is overridden."""
    rng = random.Random(None if request.config.getoption("--random") else 1)
    for _ in range(request.config.getoption("--parity-examples") // 3):
        seed = rng.randrange(2**32)
        twins = Twins(graph(seed))
        twins.same_document()
        some = random.Random(seed)
        twins.agree(*requests(some), *requests(some))
        for lib in (twins.fastapi_lib, twins.flask_lib):
            lib.overrides.update(lib.change)
        twins.agree(*requests(some), *requests(some))
        twins.same_document()
