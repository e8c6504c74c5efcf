"""A decorated view is still the function that it was: to type checkers, and to who calls it, as FastAPI's is.

https://fastapi.tiangolo.com/features/#python-types
"""

import asyncio
import functools
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import flask
import flask.views
import pytest

from myapp.kit import Api, Depends, HTTPException, include_router, operation
from tests.kit.both import Twins, agree

ROOT = Path(__file__).resolve().parents[2]
TYPED = """
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated

import fastapi
from flask import Blueprint, Flask
from flask.views import MethodView

from myapp.kit import Depends, operation

app, bp, original = Flask(__name__), Blueprint("posts", __name__), fastapi.FastAPI()


@dataclass
class Post:
    title: str


def number() -> int:
    return 1


@original.get("/posts/{post_id}")
def fastapis(post_id: int, q: str = "") -> Post:
    return Post(q)


@app.get("/posts/<post_id>")
@operation()
def plain(post_id: int, q: str = "") -> Post:
    reveal_type(post_id)
    return Post(q)


@bp.get("/posts/<post_id>")
@operation(status_code=201)
async def with_a_dependency(post_id: int, found: Annotated[int, Depends(number)]) -> Post:
    return Post("")


@bp.get("/all")
@operation()
def streamed() -> Iterator[Post]:
    yield Post("")


class Posts(MethodView):
    @operation()
    def get(self, post_id: int) -> Post:
        return Post("")


app.add_url_rule("/others/<post_id>", view_func=plain)
reveal_type(plain(3).title)
reveal_type(fastapis(3).title)
plain("three")
fastapis("three")
plain()
plain(3, limit=4)


async def use() -> None:
    reveal_type((await with_a_dependency(3, 4)).title)


reveal_type(plain)
reveal_type(with_a_dependency)
reveal_type(next(streamed()))
reveal_type(Posts().get(3))
"""


def test_type_checkers_know_the_function(tmp_path: Path) -> None:
    """mypy knows parameters and results of a decorated view, and refuses the calls that it refuses of FastAPI's."""
    file = tmp_path / "typed.py"
    file.write_text(TYPED)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", str(file)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    said: dict[str, list[str]] = {}
    for line in result.stdout.splitlines():
        _, number, kind, message = line.split(":", 3)
        said.setdefault(TYPED.splitlines()[int(number) - 1].strip(), []).append(f"{kind.strip()}: {message.strip()}")

    def revealed(code: str) -> str:
        (message,) = said.pop(f"reveal_type({code})")
        return message.split('"')[1].replace("typed.", "").replace("builtins.", "")

    assert revealed("post_id") == "int"
    assert revealed("plain(3).title") == revealed("fastapis(3).title") == "str"
    assert revealed("(await with_a_dependency(3, 4)).title") == "str"
    assert revealed("plain").endswith("View[[post_id: int, q: str =], Post]")
    assert revealed("with_a_dependency").endswith("View[[post_id: int, found: int], typing.Coroutine[Any, Any, Post]]")
    assert revealed("next(streamed())") == revealed("Posts().get(3)") == "Post"
    assert all("error" in said[call][0] for call in ('plain("three")', 'fastapis("three")'))
    refused = ('plain("three")', 'fastapis("three")', "plain()", "plain(3, limit=4)")
    assert set(said) == set(refused), result.stdout + result.stderr


def test_a_view_is_called_as_a_function() -> None:
    """Outside of requests both sides' views return what the function returns; nothing is validated or converted."""
    views: dict[str, list[Callable[..., Any]]] = {}

    def build(lib: Any) -> None:
        router = lib.router("posts", prefix="/posts")

        def keep(view: Callable[..., Any]) -> None:
            views.setdefault(view.__name__, []).append(view)

        @router.get("/{post_id}")
        def read(post_id: int, q: str = "none") -> dict[str, Any]:
            """Read a post."""
            return {"id": post_id, "q": q}

        @router.post("/{post_id}", status_code=201)
        async def write(post_id: int) -> list[int]:
            return [post_id]

        @router.delete("/{post_id}")
        def remove(post_id: int) -> None:
            raise lib.HTTPException(404, "no such post")

        @lib.get("/count")
        def count(found: dict = lib.Depends(read)):
            return found

        for view in (read, write, remove):
            keep(view)
        lib.include(router)

    twins = Twins(build)
    for view in views["read"]:
        assert view(3) == {"id": 3, "q": "none"}
        assert view("3", q=None) == {"id": "3", "q": None}
        assert view.__name__ == "read"
        assert view.__doc__ == "Read a post."
    for view in views["write"]:
        assert asyncio.iscoroutine(found := view(3))
        assert asyncio.run(found) == [3]
    for view in views["remove"]:
        with pytest.raises(Exception, match="no such post") as caught:
            view(3)
        assert caught.value.status_code == 404
    assert len(views["read"]) == 2
    twins.agree("GET /posts/3", "GET /posts/three", "POST /posts/3", "DELETE /posts/3", "GET /count?post_id=3")


def test_views_call_views() -> None:
    """In a request, too, a view that another one calls is the function; so is the view itself, called from within."""

    def build(lib: Any) -> None:
        @lib.get("/posts/{post_id}")
        def read(post_id: int):
            if isinstance(post_id, int) and post_id > 0:
                return {"below": read(post_id - 1)}
            return post_id

        @lib.get("/first")
        def first():
            return [read(0), read("as it came")]

        @lib.get("/awaited")
        async def awaited():
            return [read(1), await later(2)]

        @lib.get("/later")
        async def later(number: int):
            return {"number": number}

        @lib.get("/depends")
        def depends(found: Any = lib.Depends(later)):
            return found

    Twins(build).agree("GET /posts/2", "GET /first", "GET /awaited", "GET /later?number=1", "GET /depends?number=x")
    agree(build, "GET /depends?number=7")


def test_only_the_request_that_led_here_is_answered() -> None:
    """Plain Flask views, hooks and tests with a request at hand call the function; a retry around it answers again."""
    app = flask.Flask(__name__)
    Api().init_app(app)
    attempts: list[int] = []

    def retried(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(**view_args: Any) -> Any:
            try:
                return view(**view_args)
            except ConnectionError:
                return view(**view_args)

        return answer

    @app.get("/posts/<post_id>")
    @retried
    @operation()
    def read(post_id: int) -> dict[str, int]:
        attempts.append(post_id)
        if len(attempts) == 1:
            raise ConnectionError
        return {"id": post_id}

    @app.get("/undecorated")
    def undecorated() -> Any:
        return {"called": read(post_id="x")}

    client = app.test_client()
    assert client.get("/posts/3").get_json() == {"id": 3}
    assert client.get("/posts/x").status_code == 422
    assert client.get("/undecorated").get_json() == {"called": {"id": "x"}}
    assert attempts == [3, 3, "x"]
    with app.app_context():
        assert read(post_id=4) == {"id": 4}
    with app.test_request_context("/undecorated"):
        assert read(post_id=4) == {"id": 4}


def test_blueprints_and_class_based_views() -> None:
    """A view of an included blueprint and the method of a class are functions; of a method, another one may be called.

    FastAPI has no class-based views.
    """
    bp = flask.Blueprint("posts", __name__)

    def double(number: int) -> int:
        return number * 2

    @bp.get("/doubled")
    @operation()
    def doubled(result: Annotated[int, Depends(double)]) -> int:
        return result

    class Posts(flask.views.MethodView):
        @operation()
        def get(self, post_id: int) -> dict[str, int]:
            return {"id": post_id}

        @operation()
        def put(self, post_id: int) -> dict[str, Any]:
            return {"was": self.get(post_id)}

    bp.add_url_rule("/posts/<post_id>", view_func=Posts.as_view("posts"))
    app = flask.Flask(__name__)
    Api().init_app(app)
    include_router(app, bp, url_prefix="/v1")
    include_router(app, bp, url_prefix="/v2", name="v2")
    assert doubled(7) == 7
    assert Posts().get(1) == {"id": 1}
    client = app.test_client()
    assert [client.get(f"/{version}/doubled?number=4").get_json() for version in ("v1", "v2")] == [8, 8]
    assert client.put("/v2/posts/3").get_json() == {"was": {"id": 3}}


def test_an_application_without_the_extension_says_so() -> None:
    """What Flask calls for a request without `Api` names what is missing."""
    app = flask.Flask(__name__)
    app.testing = True

    @app.get("/")
    @operation()
    def read() -> int:
        raise HTTPException(404)

    with pytest.raises(RuntimeError, match=r"read\(\) is an operation: the application needs Api\(\)\.init_app"):
        app.test_client().get("/")


def test_a_partial_as_a_view() -> None:
    """A `functools.partial` of a view has what is left of its parameters, and its class' name."""

    def build(lib):
        def main(shelf, q: str | None = None, n: int = 1):
            return {"shelf": shelf, "q": q, "n": n}

        lib.get("/plain")(functools.partial(main, "foo"))
        lib.get("/keyword")(functools.partial(main, "foo", n=3))

    agree(build, "GET /plain", "GET /plain?q=bar&n=x", "GET /keyword?q=bar")
