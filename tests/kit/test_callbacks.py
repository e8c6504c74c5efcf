"""Callbacks and webhooks in the document are as FastAPI writes them.

Each application is written once for each side, since FastAPI takes a router's routes where the kit takes a blueprint.
"""

import warnings
from dataclasses import dataclass
from typing import Annotated, Any

import fastapi
import fastapi.security
import flask
import flask.views
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import myapp.kit as kit
from tests.kit.both import Twins

EXPRESSION = "{$callback_url}/posts/{$request.body.id}"


@dataclass
class Event:
    """What a receiver gets."""

    description: str


@dataclass
class Received:
    """What it answers."""

    ok: bool


class Calls:
    """A router of described calls, on both sides the same: `routes` is what `callbacks=` takes."""

    def __init__(self, lib: Any, **options: Any) -> None:
        self.lib = lib
        if lib.name == "fastapi":
            self.router = fastapi.APIRouter(**options)
            self.routes: Any = self.router.routes
        else:
            self.router = flask.Blueprint("calls", __name__)
            kit.router_options(self.router, **options)
            self.routes = [self.router]

    def add(self, path: str, view: Any, methods: tuple[str, ...] = ("POST",), **options: Any) -> None:
        """Describe a call."""
        if self.lib.name == "fastapi":
            self.router.add_api_route(path, view, methods=list(methods), **options)
        else:
            self.router.add_url_rule(path, view.__name__, kit.operation(**options)(view), methods=list(methods))


def notify(body: Event) -> Any:
    """Say that something happened."""


def remind(body: Event, token: str, after: int = 3) -> Any:
    """Say it again."""


def ask(number: int) -> Any:
    """Ask for something."""


def ask_nobody() -> Any:
    """Ask for nothing."""


def same_document(build: Any, **options: Any) -> dict[str, Any]:
    """Assert that both documents are the same and valid; return the document."""
    document = Twins(build, **options).same_document()
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())
    return document


def test_callbacks_of_an_operation() -> None:
    """The calls stand under the functions' names and the expressions as they were written; models are components."""

    def build(lib: Any) -> None:
        calls = Calls(lib)
        calls.add(EXPRESSION, notify, response_model=Received, status_code=202)
        calls.add("{$callback_url}/reminders", remind, methods=("PUT",), tags=["late"], summary="Again")

        @lib.post("/posts/", callbacks=calls.routes)
        def create_post(post: Event, callback_url: str | None = None) -> Any: ...

    document = same_document(build)
    callbacks = document["paths"]["/posts/"]["post"]["callbacks"]
    assert list(callbacks) == ["notify", "remind"]
    assert list(callbacks["notify"]) == [EXPRESSION]
    assert {"Event", "Received"} <= set(document["components"]["schemas"])


def test_path_parameters_of_a_callback() -> None:
    """A name in braces that an argument has is a path parameter."""

    def build(lib: Any) -> None:
        calls = Calls(lib)
        calls.add("/questions/{number}", ask, methods=("GET",))

        @lib.post("/posts/", callbacks=calls.routes)
        def create_post(post: Event) -> Any: ...

    document = same_document(build)
    item = document["paths"]["/posts/"]["post"]["callbacks"]["ask"]["/questions/{number}"]
    assert [each["in"] for each in item["get"]["parameters"]] == ["path"]


def test_callbacks_of_routers_and_applications() -> None:
    """The application's callbacks, the router's and the operation's add up."""

    def twin(name: str) -> Any:
        first, second, third = (Calls(type("Lib", (), {"name": name})) for _ in range(3))
        first.add("{$callback_url}/first", notify)
        second.add("{$callback_url}/second", remind)
        third.add("{$callback_url}/third/{number}", ask, methods=("GET",))
        return first.routes, second.routes, third.routes

    first, second, third = twin("fastapi")
    theirs = fastapi.FastAPI(callbacks=first)
    router = fastapi.APIRouter(callbacks=second)

    @router.post("/posts/", callbacks=third)
    def create_post(post: Event) -> Any: ...

    theirs.include_router(router)

    first, second, third = twin("flask")
    app = flask.Flask("ours")
    api = kit.Api(callbacks=first)
    api.init_app(app)
    bp = flask.Blueprint("posts", __name__)
    kit.router_options(bp, callbacks=second)
    bp.post("/posts/")(kit.operation(callbacks=third)(create_post))
    app.register_blueprint(bp)
    with app.app_context():
        ours = api.openapi()
    assert ours == theirs.openapi()
    assert list(ours["paths"]["/posts/"]["post"]["callbacks"]) == ["notify", "remind", "ask"]


def test_options_of_the_calls_themselves() -> None:
    """The options of the router around the calls count, those of the application around the operation do not."""

    def build(lib: Any) -> None:
        calls = Calls(lib, tags=["calls"], responses={404: {"description": "Gone"}}, deprecated=True)
        calls.add(EXPRESSION, notify)
        calls.add("{$callback_url}/hidden", remind, include_in_schema=False)

        @lib.post("/posts/", callbacks=calls.routes, openapi_extra={"x-calls": 2})
        def create_post(post: Event) -> Any: ...

    call = same_document(build, responses={500: {"description": "Broken"}})["paths"]["/posts/"]["post"]["callbacks"]
    assert call["notify"][EXPRESSION]["post"]["tags"] == ["calls"]
    assert list(call["notify"][EXPRESSION]["post"]["responses"]) == ["200", "404", "422"]
    assert call["remind"] == {"{$callback_url}/hidden": {}}


def test_a_described_call_is_no_route() -> None:
    """Nobody can ask for a callback or a webhook."""

    def build(lib: Any) -> None:
        calls = Calls(lib)
        calls.add("/callback", ask, methods=("GET",))
        lib.get("/posts/", callbacks=calls.routes)(ask)

    twins = Twins(build)
    assert [answer.status_code for answer in twins.agree("GET /callback?number=1", "GET /posts/?number=1")] == [
        404,
        200,
    ]


def webhooks_of(name: str, options: dict[str, Any] | None = None) -> Any:
    """A router or blueprint of webhooks."""
    calls = Calls(type("Lib", (), {"name": name}), **(options or {}))
    calls.add("new-post", notify, response_model=Received)
    calls.add("new-post", ask, methods=("GET",))
    calls.add("reminder", remind, methods=("PUT",), operation_id="remind_them")
    calls.add("hidden", ask_nobody, include_in_schema=False)
    return calls.router


@pytest.mark.parametrize("options", [{}, {"tags": ["hooks"], "responses": {410: {"description": "Unsubscribed"}}}])
def test_webhooks(options: dict[str, Any]) -> None:
    """They stand at the top level under their names, with the methods of one name together; no path is one."""
    theirs = fastapi.FastAPI(webhooks=webhooks_of("fastapi", options), responses={500: {"description": "Broken"}})
    app = flask.Flask("ours")
    api = kit.Api(webhooks=webhooks_of("flask", options), responses={500: {"description": "Broken"}})
    api.init_app(app)
    ours = app.test_client().get("/openapi.json").get_json()
    assert ours == theirs.openapi()
    assert not list(OpenAPIV31SpecValidator(ours).iter_errors())
    assert {name: list(item) for name, item in ours["webhooks"].items()} == {
        "new-post": ["post", "get"],
        "reminder": ["put"],
    }
    assert ours["paths"] == {}
    assert "Event" in ours["components"]["schemas"]


def test_webhooks_by_decorator() -> None:
    """`@api.webhooks.post("new-post")` as `@app.webhooks.post("new-post")`; two applications of one Api have them."""
    theirs = fastapi.FastAPI()
    theirs.webhooks.post("new-post")(notify)
    api = kit.Api()
    api.webhooks.post("new-post")(kit.operation()(notify))
    for name in ("one", "two"):
        app = flask.Flask(name)
        api.init_app(app)
        with app.app_context():
            assert api.openapi() == theirs.openapi()
    with pytest.raises(AssertionError, match="already been registered"):
        api.webhooks.post("too-late")(kit.operation()(ask))


def test_no_webhooks() -> None:
    """An application without webhooks has no such key."""
    assert "webhooks" not in same_document(lambda lib: None)


def test_class_based_views() -> None:
    """The methods of a class-based view may describe calls, too."""

    class Hooks(flask.views.MethodView):
        @kit.operation()
        def post(self, body: Event) -> Any:
            """Say that something happened."""

    api = kit.Api()
    api.webhooks.add_url_rule("new-post", view_func=Hooks.as_view("hooks"))
    app = flask.Flask("ours")
    api.init_app(app)
    with app.app_context():
        assert list(api.openapi()["webhooks"]["new-post"]) == ["post"]


def test_the_same_operation_id_twice() -> None:
    """Both sides warn when callbacks of one name are described at two operations."""

    def build(lib: Any) -> None:
        calls = Calls(lib)
        calls.add(EXPRESSION, notify)
        lib.post("/one", callbacks=calls.routes)(notify)
        lib.put("/two", callbacks=calls.routes)(remind)

    twins = Twins(build)
    seen = []
    for client in (twins.fastapi, twins.flask):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client.get("/openapi.json")
        seen.append([str(each.message) for each in caught])
    assert len(seen[1]) == 1
    assert seen[1] == seen[0]


def test_components_that_only_a_callback_needs() -> None:
    """FastAPI leaves out the security schemes and the 422's body that callbacks alone refer to; here they are there."""
    token = {"fastapi": fastapi.security.HTTPBearer, "flask": kit.HTTPBearer}

    def build(lib: Any) -> None:
        def guarded(body: Event, key: Annotated[Any, lib.Depends(token[lib.name]())]) -> Any: ...

        def read_posts() -> Any: ...

        calls = Calls(lib)
        calls.add(EXPRESSION, guarded)
        lib.get("/posts/", callbacks=calls.routes)(read_posts)

    twins = Twins(build)
    theirs, ours = (client.get("/openapi.json").json() for client in (twins.fastapi, twins.flask))
    assert ours["paths"] == theirs["paths"]
    assert set(theirs["components"]) == {"schemas"}
    assert set(theirs["components"]["schemas"]) == {"Event"}
    assert set(ours["components"]["schemas"]) == {"Event", "HTTPValidationError", "ValidationError"}
    assert set(ours["components"]["securitySchemes"]) == {"HTTPBearer"}
