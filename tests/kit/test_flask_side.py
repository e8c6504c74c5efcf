"""What only Flask has, beside operations: class-based views, decorators, hooks, several applications, threads."""

import functools
import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, ClassVar

import flask
import pytest
from flask import Blueprint, Flask, g, request, url_for
from flask.views import MethodView, View

from myapp.kit import Api, Depends, Header, HTTPException, Response, include_router, operation, router_options
from myapp.kit.detached import detached_operations

Events = list[str]


def new_app(**options: Any) -> Flask:
    """An application with the kit installed."""
    app = Flask("flask_side")
    Api(**options).init_app(app)
    return app


@pytest.fixture
def app() -> Flask:
    """An application with the kit installed."""
    return new_app()


def resource(events: Events, name: str = "resource") -> Callable[[], Iterator[str]]:
    """A `yield` dependency that notes what happens to it."""

    def dependency() -> Iterator[str]:
        events.append(f"enter {name}")
        try:
            yield name
        except BaseException as error:
            events.append(f"sees {type(error).__name__}")
            raise
        finally:
            events.append(f"exit {name}")

    return dependency


def test_method_views(app):
    """Each method of a class-based view is an operation of its own; `self` is Flask's."""

    class Items(MethodView):
        init_every_request = False

        def __init__(self, greeting: str) -> None:
            self.greeting = greeting

        @operation()
        def get(self, item_id: int, q: str = "d") -> list[str | int]:
            return [self.greeting, item_id, q]

        @operation(status_code=201)
        def post(self, item_id: int, body: dict[str, int]) -> dict[str, int]:
            return body

        def put(self, item_id: str) -> str:
            return "plain"

    app.add_url_rule("/items/<item_id>", view_func=Items.as_view("items", "hello"))
    client = app.test_client()
    assert client.get("/items/3?q=x").json == ["hello", 3, "x"]
    assert client.get("/items/x").status_code == 422
    assert client.post("/items/3", json={"a": "1"}).json == {"a": 1}
    assert client.post("/items/3", json=[]).status_code == 422
    assert client.put("/items/3").text == "plain"
    assert client.delete("/items/3").json == {"detail": "Method Not Allowed"}


def test_a_view_of_one_method(app):
    """A class with `dispatch_request` is one operation for all methods that it lists."""

    class Items(View):
        methods: ClassVar = ["GET", "POST"]

        @operation()
        def dispatch_request(self, item_id: int) -> int:
            return item_id

    app.add_url_rule("/items/<item_id>", view_func=Items.as_view("items"))
    client = app.test_client()
    assert (client.get("/items/3").json, client.post("/items/4").json) == (3, 4)
    assert client.get("/items/x").status_code == 422
    (found,) = app.extensions["api"].path_operations()
    assert (found.path, found.methods) == ("/items/{item_id}", ["GET", "POST"])


@pytest.mark.parametrize("around", [False, True], ids=["decorators", "around as_view"])
def test_an_operation_of_a_whole_class(around):
    """The function that Flask makes of a class has no parameters: to read it is refused where it is declared."""

    class Items(MethodView):
        decorators: ClassVar = [] if around else [operation()]

        def get(self, item_id: int) -> int:
            return item_id

    with pytest.raises(TypeError, match=r"^items: @operation\(\) belongs on the methods of a class-based view"):
        operation()(Items.as_view("items"))


def test_decorators_around_a_class(app):
    """Other functions in `decorators` stand around the operations of the class, as around any view."""

    def stamp(view):
        @functools.wraps(view)
        def wrapper(*args, **kwargs):
            response = view(*args, **kwargs)
            response.headers["X-Stamp"] = "1"
            return response

        return wrapper

    class Items(MethodView):
        decorators: ClassVar = [stamp]

        @operation()
        def get(self, item_id: int) -> int:
            return item_id

    app.add_url_rule("/items/<item_id>", view_func=Items.as_view("items"))
    answer = app.test_client().get("/items/3")
    assert (answer.json, answer.headers["X-Stamp"]) == (3, "1")
    assert app.test_client().get("/items/x").status_code == 422


def test_decorators_above_and_below(app):
    """Ordinary decorators work on both sides of `@operation`: below they wrap the view, above they see the response."""

    def shout(view):
        @functools.wraps(view)
        def wrapper(*args, **kwargs):
            return view(*args, **kwargs).upper()

        return wrapper

    def stamp(view):
        @functools.wraps(view)
        def wrapper(*args, **kwargs):
            if "stop" in request.args:
                return "stopped", 403
            response = view(*args, **kwargs)
            response.headers["X-Stamp"] = "1"
            return response

        return wrapper

    @app.get("/<name>")
    @stamp
    @operation()
    @shout
    def view(name: str, n: int = 1) -> str:
        return name * n

    client = app.test_client()
    answer = client.get("/ab?n=2")
    assert (answer.json, answer.headers["X-Stamp"]) == ("ABAB", "1")
    assert client.get("/ab?n=x").status_code == 422
    assert (client.get("/ab?stop=1").text, client.get("/ab?stop=1").status_code) == ("stopped", 403)


def test_decorators_that_hide_the_operation(app):
    """A decorator without `functools.wraps` would leave out all checks, a login's too: the application says so."""

    def careless(view):
        def wrapper(*args, **kwargs):
            return view(*args, **kwargs)

        return wrapper

    def login() -> None:
        raise HTTPException(401)

    @app.get("/<int:number>")
    @careless
    @careless
    @operation(dependencies=[Depends(login)])
    def secret(number: int) -> str:
        return "secret"

    with pytest.raises(TypeError, match=r"hides the operation .*secret\(\): it needs functools.wraps"):
        app.extensions["api"].path_operations()
    assert app.test_client().get("/1").status_code == 500


def keep(view):
    """A decorator that changes nothing."""

    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)

    return wrapper


def refuse() -> None:
    """A login that nobody passes."""
    raise HTTPException(401)


@pytest.mark.parametrize("above", [[], [keep]], ids=["first", "second"])
@pytest.mark.parametrize("between", [[], [keep]], ids=["next", "apart"])
@pytest.mark.parametrize("below", [[], [keep]], ids=["bare", "wrapped"])
def test_operation_above_its_route(app, above, between, below):
    """Flask has been given the function below the operation, without its login: the application refuses to serve it."""

    def all_of(decorators):
        return lambda view: functools.reduce(lambda inner, decorator: decorator(inner), decorators, view)

    @all_of(above)
    @operation(dependencies=[Depends(refuse)])
    @all_of(between)
    @app.get("/")
    @all_of(below)
    def secret() -> str:
        return "secret"

    assert app.test_client().get("/").status_code == 500
    with pytest.raises(TypeError, match=r"secret\(\) is served without its operation: put the route above @operation"):
        app.extensions["api"].path_operations()


def test_operation_above_the_route_of_a_blueprint(app):
    """The same in a blueprint, whether an application has it or it only describes calls."""
    bp = Blueprint("secrets", __name__)

    @operation(dependencies=[Depends(refuse)])
    @bp.get("/")
    def secret() -> str:
        return "secret"

    with pytest.raises(TypeError, match="served without its operation"):
        detached_operations(bp)
    app.register_blueprint(bp)
    assert app.test_client().get("/").status_code == 500


def test_one_function_plainly_and_as_an_operation(app):
    """Whoever makes an operation of a function that Flask has as well means both; so does who serves what is inside."""

    def plain(name: str = "plain") -> str:
        return name

    views = {"plain": plain, "operation": operation(dependencies=[Depends(refuse)])(plain)}

    @operation(dependencies=[Depends(refuse)])
    def closed(name: str = "closed") -> str:
        return name

    views |= {"closed": closed, "inside": closed.__wrapped__, "inside and more": keep(closed.__wrapped__)}
    on_one_line = "add(view := lambda: 'one'); operation(view)"
    exec(on_one_line, {"operation": operation(), "add": lambda view: views.update({"one line": view})})
    for number in range(2):

        def again() -> str:
            return "again"

        operation()(views.setdefault("first", again))
        views[f"loop {number}"] = again
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view)
    unused = operation(dependencies=[Depends(refuse)])(plain)
    client = app.test_client()
    answers = {name: client.get(f"/{name}").status_code for name in views}
    assert answers == {name: 401 if name in ("operation", "closed") else 200 for name in views}
    assert len(app.extensions["api"].path_operations()) == 2
    assert unused() == "plain"


def test_what_happens_to_view_arguments(app):
    """A URL value preprocessor or a decorator may take path values away or change them, as for any view."""

    def next_one(view):
        @functools.wraps(view)
        def wrapper(number, **kwargs):
            return view(number=int(number) + 1, **kwargs)

        return wrapper

    @app.url_value_preprocessor
    def language(endpoint, values):
        g.language = (values or {}).pop("language", "none")

    @app.get("/<language>/<number>")
    @next_one
    @operation()
    def view(number: int) -> list[str | int]:
        return [g.language, number]

    assert app.test_client().get("/de/4").json == ["de", 5]
    with app.test_request_context("/de/4"):
        app.preprocess_request()
        assert view(number=7).json == ["de", 8]


def test_several_rules_on_one_view(app):
    """One view at two URLs: what is a path parameter of one is a query parameter of the other."""

    @app.get("/items/")
    @app.get("/items/<item_id>")
    @operation()
    def view(item_id: int = 7) -> int:
        return item_id

    @app.route("/pages/", defaults={"page": 1})
    @app.route("/pages/<int:page>")
    @operation()
    def pages(page: int) -> int:
        return page

    client = app.test_client()
    answers = [client.get(f"/items/{rest}").json for rest in ("", "?item_id=3", "5", "5?item_id=6")]
    assert answers == [7, 3, 5, 5]
    assert (client.get("/pages/").json, client.get("/pages/4").json) == (1, 4)


def test_plain_views_stay_plain(app):
    """A view without `@operation` beside one with it is Flask's own; url_for knows both."""

    @app.get("/plain")
    def plain() -> dict[str, str]:
        return {"to": url_for("operated", item="a b", q=1)}

    @app.get("/operated/<item>")
    @operation()
    def operated(item: str, q: int = 0) -> str:
        return url_for("plain", _external=True)

    client = app.test_client()
    assert client.get("/plain").json == {"to": "/operated/a%20b?q=1"}
    assert client.get("/operated/x").json == "http://localhost/plain"


def test_head_and_options_come_with_a_get(app):
    """Flask answers HEAD and OPTIONS of a GET operation by itself: a difference that is kept."""

    @app.get("/")
    @operation()
    def view() -> str:
        return "text"

    client = app.test_client()
    head = client.head("/")
    assert (head.status_code, head.content_length, head.data) == (200, 6, b"")
    assert set(client.options("/").allow) == {"GET", "HEAD", "OPTIONS"}


def test_applications_do_not_see_each_other():
    """One blueprint on two applications: options, dependencies, overrides and documents are each application's own."""
    bp = Blueprint("shared", __name__)
    router_options(bp, tags=["shared"])

    def settings() -> str:
        return "real"

    def refuse() -> None:
        raise HTTPException(403, "refused")

    @bp.get("/")
    @operation()
    def view(value: Annotated[str, Depends(settings)]) -> str:
        return value

    one, two, three = new_app(title="One"), new_app(title="Two", dependencies=[Depends(refuse)]), new_app()
    include_router(one, bp)
    include_router(two, bp)
    include_router(three, bp, dependencies=[Depends(refuse)])
    one.extensions["api"].dependency_overrides[settings] = lambda: "fake"
    assert one.test_client().get("/").json == "fake"
    assert two.test_client().get("/").json == three.test_client().get("/").json == {"detail": "refused"}
    two.extensions["api"].dependency_overrides[refuse] = lambda: None
    assert two.test_client().get("/").json == "real"
    assert three.test_client().get("/").status_code == 403


def test_applications_are_not_kept_alive():
    """Nothing outside an application refers to it: dropped, it is gone, and its operations with it."""
    app = new_app()

    @app.get("/")
    @operation()
    def view() -> int:
        return 1

    app.test_client().get("/")
    gone = weakref.ref(app)
    del app, view
    gc.collect()
    assert gone() is None


def test_the_kit_must_be_installed():
    """An operation in an application without `Api` says what is missing."""
    app = Flask("bare")

    @app.get("/")
    @operation()
    def view() -> int:
        return 1

    app.testing = True
    with pytest.raises(RuntimeError, match="init_app"):
        app.test_client().get("/")


def test_hooks_around_operations(app):
    """A `before_request` that answers keeps the operation from running; `after_request` sees what goes out."""
    events: Events = []

    @app.before_request
    def before():
        if request.args.get("stop"):
            return {"stopped": True}, 202
        g.started = True
        return None

    @app.after_request
    def after(response):
        events.append(f"after {response.status_code}")
        response.headers["X-After"] = "1"
        return response

    @app.teardown_request
    def teardown(error):
        events.append("teardown")

    @app.get("/")
    @operation(dependencies=[Depends(resource(events))])
    def view(fail: bool = False) -> bool:
        events.append("view")
        if fail:
            raise HTTPException(409)
        return bool(g.started)

    client = app.test_client()
    assert client.get("/?stop=1").json == {"stopped": True}
    assert events == ["after 202", "teardown"]
    events.clear()
    with client.get("/") as answer:
        assert (answer.json, answer.headers["X-After"]) == (True, "1")
    assert events == ["enter resource", "view", "after 200", "teardown", "exit resource"]
    events.clear()
    assert client.get("/?fail=1").status_code == 409
    assert events == ["enter resource", "view", "sees HTTPException", "exit resource", "after 409", "teardown"]


@pytest.mark.parametrize("replaced", ["response", "fails", "fails twice"])
def test_hooks_that_replace_the_response(app, replaced):
    """Whatever a hook makes of the response, the dependencies end, once, and not before it is known what goes out."""
    events: Events = []
    failures = {"fails": 1, "fails twice": 2}.get(replaced, 0)

    @app.after_request
    def after(response):
        nonlocal failures
        events.append("after")
        if replaced == "response":
            return flask.Response("another")
        if failures:
            failures -= 1
            raise RuntimeError("in the hook")
        return response

    @app.get("/")
    @operation(dependencies=[Depends(resource(events))])
    def view() -> int:
        return 1

    with app.test_client().get("/") as answer:
        assert answer.status_code == (200 if replaced == "response" else 500)
    assert [event for event in events if event != "after"][-1] == "exit resource"
    assert events.count("exit resource") == 1


def stream(events: Events, fail: bool = False) -> Iterator[bytes]:
    """Two chunks, noted as they go."""
    try:
        events.append("chunk")
        yield b"one"
        if fail:
            raise ValueError("in the stream")
        events.append("chunk")
        yield b"two"
    finally:
        events.append("stream closed")


def streaming_app(events: Events) -> Flask:
    """An application whose operations stream while a dependency is open."""
    app = new_app()

    @app.get("/")
    @operation()
    def view(held: Annotated[str, Depends(resource(events))], fail: bool = False) -> flask.Response:
        events.append("view")
        return flask.Response(stream(events, fail))

    @app.get("/context")
    @operation()
    def context(held: Annotated[str, Depends(resource(events))]) -> flask.Response:
        @flask.stream_with_context
        def generate() -> Iterator[str]:
            yield request.path
            yield flask.current_app.name

        return flask.Response(generate())

    @app.get("/file")
    @operation()
    def file(held: Annotated[str, Depends(resource(events))]) -> flask.Response:
        return flask.send_file(__file__, mimetype="text/plain")

    return app


def test_streams_end_before_dependencies():
    """A `yield` dependency stays open while the response streams, and ends when the client has all of it."""
    events: Events = []
    client = streaming_app(events).test_client()
    with client.get("/") as answer:
        assert answer.data == b"onetwo"
    assert events == ["enter resource", "view", "chunk", "chunk", "stream closed", "exit resource"]
    with client.get("/context") as answer:
        assert answer.text == "/contextflask_side"
    with client.get("/file") as answer:
        assert answer.text.startswith('"""What only Flask has')
    assert events[-1] == "exit resource"


def test_streams_that_the_client_leaves():
    """A response that is closed early closes the stream, then the dependency, which sees no error."""
    events: Events = []
    environ = flask.testing.EnvironBuilder(streaming_app(events), "/").get_environ()
    app = streaming_app(events)
    body = app(environ, lambda *args: None)
    assert next(iter(body)) == b"one"
    assert events == ["enter resource", "view", "chunk"]
    body.close()
    assert events[3:] == ["stream closed", "exit resource"]
    events.clear()
    # a server may close what it never began to send
    app(environ, lambda *args: None).close()
    assert events == ["enter resource", "view", "exit resource"]


def test_streams_that_fail():
    """An exception in a stream reaches the dependency and the server."""
    events: Events = []
    app = streaming_app(events)
    body = app(flask.testing.EnvironBuilder(app, "/?fail=1").get_environ(), lambda *args: None)
    with pytest.raises(ValueError, match="in the stream"):
        list(body)
    body.close()
    assert events == ["enter resource", "view", "chunk", "stream closed", "sees ValueError", "exit resource"]


def test_clean_up_may_use_the_application(app):
    """Code after `yield` runs when the request is gone, and still in a context of its application."""
    seen = []

    def dependency():
        yield
        seen.append((flask.current_app.name, flask.has_request_context()))

    @app.get("/")
    @operation(dependencies=[Depends(dependency)])
    def view() -> int:
        return 1

    app.test_client().get("/").close()
    assert seen == [("flask_side", False)]


def test_requests_in_threads(app):
    """Requests that overlap have their own values; the first ones may come at the same time."""
    barrier = threading.Barrier(8, timeout=10)

    def number(n: int) -> int:
        barrier.wait()
        return n

    @app.get("/")
    @operation()
    def view(a: Annotated[int, Depends(number)], n: int, response: Response) -> list[int]:
        response.headers["X-N"] = str(n)
        return [a, n]

    def ask(n: int) -> tuple[Any, str]:
        answer = app.test_client().get(f"/?n={n}")
        return answer.json, answer.headers["X-N"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(16))) == [([n, n], str(n)) for n in range(16)]


def test_request_contexts(app):
    """A view can be called in a test_request_context, as any view of Flask's."""

    @app.post("/<item>")
    @operation(status_code=201)
    def view(item: int, body: dict[str, int], x_key: Annotated[str, Header()] = "k") -> list[Any]:
        return [item, body, x_key]

    with app.test_request_context("/3", method="POST", json={"a": 1}, headers={"X-Key": "z"}):
        response = view(item="3")
        assert (response.status_code, response.json) == (201, [3, {"a": 1}, "z"])
    with app.test_request_context("/3", method="POST", json={"a": 1}):
        assert app.dispatch_request().json == [3, {"a": 1}, "k"]


def test_blueprints_with_handlers_of_their_own(app):
    """A blueprint's error handlers and hooks come before the application's."""
    bp = Blueprint("bp", __name__, url_prefix="/bp")

    @bp.errorhandler(HTTPException)
    def handle(error):
        return {"bp": error.detail}, error.status_code

    @bp.before_request
    def before():
        if "stop" in request.args:
            raise HTTPException(401, "stopped")

    @bp.get("/")
    @operation()
    def view() -> None:
        raise HTTPException(418, "tea")

    app.register_blueprint(bp)
    client = app.test_client()
    assert (client.get("/bp/").status_code, client.get("/bp/").json) == (418, {"bp": "tea"})
    assert client.get("/bp/?stop").json == {"bp": "stopped"}


def test_a_signature_that_cannot_be_read(app):
    """A mistake in one signature is told by every request until it is mended, naming the view and the argument."""

    @app.get("/good")
    @operation()
    def good() -> int:
        return 1

    @app.get("/bad")
    @operation()
    def bad(thread: threading.Thread) -> int:
        return 1

    app.testing = True
    for path in ("/good", "/bad", "/good"):
        with pytest.raises(TypeError, match=r"bad\(\), argument 'thread'"):
            app.test_client().get(path)


def test_views_of_response_types(app):
    """Tuples of Flask's kind are data to an operation: what it returns is its result."""

    @app.get("/")
    @operation()
    def view() -> Any:
        return "body", 201

    assert app.test_client().get("/").json == ["body", 201]


def test_json_of_the_request_is_still_there(app):
    """The body that the kit has read is still Flask's to give: `request.get_json()` and `request.get_data()`."""

    @app.post("/")
    @operation()
    def view(body: dict[str, int]) -> list[Any]:
        return [body, request.get_json(), request.get_data(as_text=True)]

    assert app.test_client().post("/", json={"a": 1}).json == [{"a": 1}, {"a": 1}, '{"a": 1}']
