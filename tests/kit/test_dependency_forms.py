"""What may stand in a signature, and what may be called: every form that FastAPI takes, and as it takes it."""

from __future__ import annotations

import functools
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import fastapi
import pytest

import myapp.kit as kit
from tests.kit import both
from tests.kit.both import Twins, agree
from tests.kit.test_event_order import signed

T = TypeVar("T")


class Repository(Generic[T]):
    """A generic class whose constructor takes a query parameter."""

    def __init__(self, name: str = "items") -> None:
        self.name = name


class Counter:
    """Methods of every kind."""

    start = 1

    def bound(self, by: int = 1) -> int:
        """A method."""
        return self.start + by

    async def bound_async(self, by: int = 1) -> int:
        """An async method."""
        return self.start + by

    @classmethod
    def of_class(cls, by: int = 1) -> int:
        """A class method."""
        return cls.start + by

    @staticmethod
    def static(by: int = 1) -> int:
        """A static method."""
        return by

    def yields(self, by: int = 1) -> Any:
        """A generator method."""
        yield self.start + by


@dataclass
class Page:
    """A dataclass that takes part of its values from the query."""

    skip: int = 0
    limit: Annotated[int, "how many"] = 10


def plain(q: str = "plain") -> str:
    """A function."""
    return q


def positional(q: str = "positional", /, other: int = 1) -> str:
    """Its first argument has no keyword."""
    return q * other


def twice(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that does."""

    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return [function(*args, **kwargs)] * 2

    return wrapper


FORMS: dict[str, Any] = {
    "method": Counter().bound,
    "async-method": Counter().bound_async,
    "class-method": Counter.of_class,
    "static-method": Counter.static,
    "generator-method": Counter().yields,
    "partial-of-method": functools.partial(Counter().bound, by=7),
    "lambda": lambda q="lambda": q,
    "decorated": twice(plain),
    "partial-of-decorated": functools.partial(twice(plain), q="p"),
    "cached": functools.lru_cache(plain),
    "type": str,
    "positional": positional,
}


@pytest.mark.parametrize("name", FORMS)
def test_what_may_be_called(name: str) -> None:
    """Methods of every kind, partials, lambdas, decorated and cached functions; or neither side can."""

    def build(lib: Any) -> None:
        def view(a: Any) -> Any:
            return a

        view.__annotations__ = {"a": Annotated[Any, lib.Depends(FORMS[name])]}
        lib.get("/")(view)

    def accepted(side: Any) -> bool:
        try:
            _, lib = side(build)
            if lib.name == "flask":
                lib.app.extensions["api"].path_operations()
        except Exception:
            return False
        return True

    assert accepted(both._flask) == accepted(both._fastapi)
    if accepted(both._fastapi):
        agree(build, "GET /", "GET /?by=3&q=x", "GET /?by=x&other=2", "GET /?args=1&kwargs=2", "GET /?object=1")


def test_classes() -> None:
    """`Depends()` on a class and on a dataclass; as default and in `Annotated`."""

    def build(lib: Any) -> None:
        def view(a: Any, b: Any, c: Any, d: Any = lib.Depends()) -> Any:
            return [a.name, b.skip, b.limit, c.name, d.skip, a is c]

        view.__annotations__ = {
            "a": Annotated[Repository, lib.Depends()],
            "b": Annotated[Page, lib.Depends()],
            "c": Annotated[Any, lib.Depends(Repository)],
            "d": Page,
        }
        lib.get("/")(view)

    agree(build, "GET /", "GET /?name=n&skip=3&limit=4&q=x", "GET /?skip=x&limit=y")


def test_what_only_the_kit_can_call() -> None:
    """A generic class with its parameter: FastAPI reads nothing of its constructor, and asks the query for `args`."""

    def build(lib: Any) -> None:
        def view(a: Any, b: Any) -> Any:
            return [a.name, b.name]

        view.__annotations__ = {
            "a": Annotated[Repository[int], lib.Depends()],
            "b": Annotated[Any, lib.Depends(Repository[str])],
        }
        lib.get("/")(view)

    twins = Twins(build)
    assert twins.fastapi.get("/?name=n").json()["detail"][0]["loc"] == ["query", "args"]
    assert twins.flask.get("/?name=n").json() == ["n", "n"]


def test_shared_aliases() -> None:
    """An alias serves many signatures, also inside another alias; the last of several markers counts."""

    def build(lib: Any) -> None:
        def session(name: str = "db") -> str:
            return name

        Session = Annotated[str, lib.Depends(session)]

        def user(session: Session, token: Annotated[str, lib.Header()] = "anonymous") -> str:
            return f"{token} on {session}"

        user.__annotations__["session"] = Session
        user.__annotations__["token"] = Annotated[str, lib.Header()]
        User = Annotated[str, lib.Depends(user)]

        def add(path: str, hints: dict[str, Any]) -> None:
            def view(a: Any, b: Any) -> Any:
                return [a, b]

            view.__annotations__ = hints
            lib.get(path)(view)

        add("/both", {"a": Session, "b": User})
        add("/nested", {"a": Annotated[Session, "a note"], "b": Annotated[User, lib.Depends(session)]})
        add("/other", {"a": Annotated[Session, lib.Depends(user)], "b": Annotated[str, "only a note"]})

    requests = "GET /both", ("GET /both?name=x", {"headers": {"token": "t"}}), "GET /nested", "GET /other?b=1"
    agree(build, *requests, "GET /other")


def test_type_aliases() -> None:
    """`type X = Annotated[...]` (PEP 695), and the same through `typing.TypeAliasType`."""
    if sys.version_info < (3, 12):
        pytest.skip("Python 3.12 has the statement")

    def build(lib: Any) -> None:
        def session(name: str = "db") -> str:
            return name

        def view(a: Any, b: Any) -> Any:
            return [a, b]

        view.__annotations__ = {
            "a": typing.TypeAliasType("SessionDep", Annotated[str, lib.Depends(session)]),
            "b": typing.TypeAliasType("Number", Annotated[int, lib.Query(ge=3)]),
        }
        lib.get("/")(view)

    agree(build, "GET /?b=3", "GET /?b=2&name=x", "GET /")


def test_a_default_that_only_a_closure_knows() -> None:
    """`Depends` as a default value is no text: it works wherever the dependency was defined."""

    def build(lib: Any) -> None:
        def local(q: str = "local") -> str:
            return q

        @lib.get("/default")
        def by_default(a: str = lib.Depends(local), n: int = 1) -> Any:
            return [a, n]

    agree(build, "GET /default", "GET /default?q=x&n=2", "GET /default?n=x")


def test_text_that_names_something_local() -> None:
    """What only a closure knows can't be found again: FastAPI drops the dependency and reads the argument from the
    query, without a word; the kit refuses to be built, so that no check is lost.
    """

    def build(lib: Any) -> None:
        Depends = lib.Depends

        @lib.get("/")
        def view(a: Annotated[str, Depends(plain)]) -> Any:
            return a

        if lib.name == "flask":
            lib.app.extensions["api"].path_operations()

    client, _ = both._fastapi(build)
    assert client.get("/").json()["detail"][0]["loc"] == ["query", "a"]
    with pytest.raises(NameError, match="Depends"):
        both._flask(build)


def test_limits_are_positive_integers() -> None:
    """What is no limit is refused, where it is written."""
    for module in (fastapi, kit):
        for wrong in (0, -1, True, 1.5, "3"):
            with pytest.raises(ValueError, match="max_concurrency must be a positive integer or None"):
                module.Depends(plain, max_concurrency=wrong)
        assert module.Depends(plain, max_concurrency=2).max_concurrency == 2
        assert module.Depends(plain).max_concurrency is None


def test_overrides_of_several_applications() -> None:
    """Each has its own; one operation in two applications, nested routers, another document than the override's."""

    def build(lib: Any) -> None:
        def settings(name: str = "real") -> str:
            return name

        def user(settings: str, x: str = "x") -> str:
            return f"{settings} {x}"

        user.__annotations__ = {"settings": Annotated[str, lib.Depends(settings)], "x": str}

        def view(user: Any) -> Any:
            return user

        view.__annotations__ = {"user": Annotated[str, lib.Depends(user)]}
        inner = lib.router("inner", prefix="/inner")
        inner.get("/")(view)
        outer = lib.router("outer", prefix="/outer")
        outer.include(inner)
        lib.include(outer)
        lib.get("/")(view)
        lib.settings, lib.user = settings, user

    first, second = Twins(build), Twins(build)
    requests = "GET /", "GET /outer/inner/?name=n&x=y", "GET /?number=3", "GET /outer/inner/?number=x"
    before = first.same_document()

    async def fake(number: int) -> str:
        return f"fake {number}"

    for lib in (first.fastapi_lib, first.flask_lib):
        lib.overrides[lib.settings] = fake
    answers = [answer.text for answer in first.agree(*requests)]
    assert '"fake 3 x"' in answers
    assert first.same_document() == before, "the document is that of what was declared"
    assert not [answer for answer in second.agree(*requests) if "fake" in answer.text]
    for lib in (first.fastapi_lib, first.flask_lib):
        lib.overrides.clear()
    first.agree(*requests)


def test_cache_across_scopes() -> None:
    """One value for each set of security scopes and each `scope`; none is reused with `use_cache=False`."""

    def build(lib: Any) -> None:
        def scheme(scopes: Any) -> str:
            lib.note(f"scheme {scopes.scopes}")
            return ",".join(scopes.scopes)

        scheme.__annotations__ = {"scopes": lib.SecurityScopes}

        def session() -> Any:
            lib.note("session")
            yield object()
            lib.note("session ends")

        def repository(session: Any, scheme: Any) -> Any:
            return session

        on_session = Annotated[Any, lib.Depends(session)]
        on_scheme = Annotated[str, lib.Security(scheme, scopes=["b"])]
        repository.__annotations__ = {"session": on_session, "scheme": on_scheme}

        def view(**values: Any) -> Any:
            session = values["session"]
            return [session is values[name] for name in ("again", "brief", "fresh", "below")] + [values["scheme"]]

        hints = {
            "session": on_session,
            "again": on_session,
            "brief": Annotated[Any, lib.Depends(session, scope="function")],
            "fresh": Annotated[Any, lib.Depends(session, use_cache=False)],
            "below": Annotated[Any, lib.Security(repository, scopes=["a"])],
            "scheme": Annotated[str, lib.Security(scheme, scopes=["b", "a"])],
            "other": Annotated[str, lib.Security(scheme, scopes=["c"])],
        }
        lib.get("/")(signed(view, hints))

    twins = Twins(build)
    events = twins.events("GET /")
    assert events.count("session") == 3
    twins.same_document()
    twins.agree("GET /")
