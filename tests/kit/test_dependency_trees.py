"""Random trees of dependencies that fail in random places: the same happens in the same order on both sides."""

import inspect
import random
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from tests.kit.both import Twins


class OwnError(Exception):
    """One that the application has a handler for."""


def failure(lib: Any, rng: random.Random, chance: float) -> Callable[[], Exception] | None:
    """What makes an error, or None most of the time."""
    made = rng.choice([lambda: lib.HTTPException(418, "teapot"), OwnError, ValueError])
    return made if rng.random() < chance else None


def dependency(lib: Any, rng: random.Random, name: str, kind: str, below: dict[str, Any]) -> Callable[..., Any]:
    """A function, coroutine or generator that notes what happens to it and may fail before, in or after `yield`."""
    enter, leave, turn = failure(lib, rng, 0.08), failure(lib, rng, 0.08), failure(lib, rng, 0.15)
    swallows = rng.random() < 0.08

    def start() -> None:
        lib.note(f"enter {name}")
        if enter:
            raise enter()

    def see(error: Exception) -> None:
        # the two frameworks have two names for an error of their own
        lib.note(f"{name} sees {'it' if isinstance(error, NameError | RuntimeError) else type(error).__name__}")
        if turn:
            raise turn() from None
        if not swallows:
            raise error

    def end() -> None:
        lib.note(f"exit {name}")
        if leave:
            raise leave()

    def function(**values: Any) -> str:
        start()
        return name

    async def coroutine(**values: Any) -> str:
        start()
        return name

    def generator(**values: Any) -> Any:
        start()
        try:
            yield name
        except Exception as error:
            see(error)
        finally:
            end()

    async def async_generator(**values: Any) -> Any:
        start()
        try:
            yield name
        except Exception as error:
            see(error)
        finally:
            end()

    kinds = {"function": function, "coroutine": coroutine, "generator": generator, "async generator": async_generator}
    made: Any = kinds[kind]
    made.__annotations__ = below
    only = inspect.Parameter.KEYWORD_ONLY
    made.__signature__ = inspect.Signature([inspect.Parameter(key, only, annotation=below[key]) for key in below])
    return made


def tree(seed: int) -> Callable[[Any], None]:
    """What builds the application of this seed."""

    def build(lib: Any) -> None:
        rng = random.Random(seed)

        @lib.exception_handler(OwnError)
        def handle(request, error):
            lib.note("handler")
            return lib.JSONResponse({"own": True}, status_code=419)

        def depends(call: Any, scopes: tuple[str | None, ...]) -> Any:
            return lib.Depends(call, use_cache=rng.random() > 0.25, scope=rng.choice(scopes))

        known: list[Any] = []
        for number in range(rng.randint(2, 6)):
            kind = rng.choice(["function", "coroutine", "generator", "generator", "async generator"])
            scopes = (None, None, "request") if kind.endswith("generator") else (None, None, "request", "function")
            chosen = rng.sample(known, min(len(known), rng.randint(0, 2)))
            below = {f"d{i}": Annotated[Any, depends(call, scopes)] for i, call in enumerate(chosen)}
            if rng.random() < 0.3:
                below["q"] = int
            known.append(dependency(lib, rng, str(number), kind, below))
        listed = [
            depends(call, (None, None, "request", "function")) for call in rng.sample(known, rng.randint(1, len(known)))
        ]
        error, wrong, streams, breaks = (
            failure(lib, rng, 0.4),
            rng.random() < 0.1,
            rng.random() < 0.2,
            rng.random() < 0.3,
        )

        def chunks():
            lib.note("one")
            yield b"one"
            if breaks:
                raise ValueError
            lib.note("two")
            yield b"two"

        @lib.get("/", dependencies=listed, response_model=int if wrong else None)
        def view():
            lib.note("view")
            if error:
                raise error()
            return "wrong" if wrong else lib.StreamingResponse(chunks(), media_type="text/plain") if streams else 1

    return build


@pytest.mark.parametrize("seed", range(80))
def test_random_trees(seed):
    """Enter, exit, what is seen, handlers and responses agree, for requests that validate and one that does not."""
    twins = Twins(tree(seed))
    for url in ("/?q=1", "/?q=x", "/?q=1"):
        twins.events(f"GET {url}")
