"""Errors: HTTPException, the 422, handlers of an application's own, and what nobody handles."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

import flask
import pytest
import werkzeug.exceptions

import myapp.kit as kit
from tests.kit.both import Twins, agree


class UnicornException(Exception):
    """An exception of the application's own."""

    def __init__(self, name: str = "none") -> None:
        self.name = name


class ChildException(UnicornException):
    """One that its parent's handler takes."""


DETAILS: list[Any] = [
    "Item not found",
    {"reason": "x", "n": [1, None]},
    ["a", 1],
    0,
    1.5,
    True,
    None,
    "",
    "é\u2028",
    [],
    {},
]


@pytest.mark.parametrize("detail", DETAILS, ids=repr)
def test_details_are_any_json(detail):
    """`HTTPException(404, detail=...)` answers with `{"detail": ...}`, whatever JSON that is."""

    def build(lib):
        @lib.get("/")
        def view():
            raise lib.HTTPException(status_code=404, detail=detail, headers={"X-One": "There goes my error"})

    agree(build, "GET /")


def test_statuses():
    """Any status may be raised; one that allows no body has none; the default detail is its phrase, if it has one."""
    statuses = [400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 503, 204, 304, 205, 299, 499, 599, HTTPStatus.GONE]

    def build(lib):
        @lib.get("/{index}")
        def view(index: int):
            raise lib.HTTPException(statuses[index])

        @lib.get("/detailed/{index}")
        def detailed(index: int):
            raise lib.HTTPException(statuses[index], "detail", headers={"x-one": "1"})

    agree(build, *(f"GET /{path}{index}" for path in ("", "detailed/") for index in range(len(statuses))))


def test_handlers_of_own_exceptions():
    """The handler of the class, or of the nearest parent, answers; for views, dependencies and their clean-up alike."""

    def build(lib):
        @lib.exception_handler(UnicornException)
        def handle(request, error):
            return lib.JSONResponse(
                {"message": f"{error.name} at {request.url}"}, status_code=418, headers={"x-one": "1"}
            )

        def fails(name: str = "dep"):
            raise ChildException(name)

        @lib.get("/view")
        def view(name: str = "view"):
            raise UnicornException(name)

        @lib.get("/child")
        async def child():
            raise ChildException("child")

        @lib.get("/dependency", dependencies=[lib.Depends(fails)])
        def dependency():
            return 1

        @lib.get("/other")
        def other():
            raise KeyError("other")

    agree(build, "GET /view?name=a", "GET /child", "GET /dependency", "GET /other", "GET /view?name=a&name=b")


def test_own_422():
    """The handler of RequestValidationError sees the errors and the body; the default one can be reused."""

    def build(lib):
        @lib.model
        class Item:
            title: str
            size: int

        @lib.exception_handler(lib.RequestValidationError)
        def handle(request, error):
            problems = [f"{list(each['loc'])}: {each['msg']}" for each in error.errors()]
            return lib.JSONResponse({"detail": problems, "body": error.body}, status_code=400)

        @lib.post("/items/")
        def create(item: Item, q: int = 0):
            return item

    json = {"content-type": "application/json"}
    agree(
        build,
        *(("POST /items/", {"json": body}) for body in ({"title": "t", "size": "XL"}, {}, [], "text", 3)),
        *(("POST /items/", {"content": content, "headers": json}) for content in (b"{", b'{"a":1}x', b"", b"\xff")),
        "POST /items/?q=x",
    )


def test_own_handler_of_http_exceptions():
    """A handler for the framework's HTTPException sees those of views; one for the router's class sees all."""

    def build_own(lib):
        @lib.exception_handler(lib.HTTPException)
        def handle(request, error):
            return lib.JSONResponse({"own": error.detail}, status_code=error.status_code, headers=error.headers)

        views(lib)

    def build_router(lib):
        @lib.exception_handler(lib.RouterHTTPException)
        def handle(request, error):
            return lib.JSONResponse(
                {"routers": True}, status_code=getattr(error, "status_code", getattr(error, "code", None))
            )

        views(lib)

    def build_both(lib):
        build_own(lib)

        @lib.exception_handler(lib.RouterHTTPException)
        def handle(request, error):
            return lib.JSONResponse(
                {"both": True}, status_code=getattr(error, "status_code", getattr(error, "code", None))
            )

    def build_status(lib):
        @lib.exception_handler(404)
        def handle(request, error):
            return lib.JSONResponse({"four": "oh four"}, status_code=404)

        @lib.exception_handler(405)
        def handle_405(request, error):
            return lib.JSONResponse({"four": "oh five"}, status_code=405)

        views(lib)

    def views(lib):
        @lib.get("/{status}")
        def view(status: int):
            raise lib.HTTPException(status, "detail", headers={"x-one": "1"})

    for build in (build_own, build_router, build_both, build_status):
        agree(build, "GET /404", "GET /400", "GET /no/such/path", "POST /404", "GET /x")


def test_unhandled_errors():
    """What nobody handles is a plain 500 that tells nothing; a handler of Exception or 500 replaces that."""

    def views(lib):
        @lib.get("/boom")
        def boom():
            raise RuntimeError("secret")

        @lib.get("/http")
        def http():
            raise lib.HTTPException(500, "told")

        @lib.get("/wrong", response_model=int)
        def wrong():
            return "x"

        @lib.get("/nan")
        def nan():
            return {"n": float("nan")}

        @lib.get("/unknown")
        def unknown():
            return object()

        @lib.get("/ok")
        def ok():
            return 1

    def build_exception(lib):
        @lib.exception_handler(Exception)
        def handle(request, error):
            return lib.JSONResponse({"oops": True}, status_code=500)

        views(lib)

    def build_handler_fails(lib):
        @lib.exception_handler(UnicornException)
        def handle(request, error):
            raise KeyError("in the handler")

        @lib.get("/unicorn")
        def unicorn():
            raise UnicornException()

        views(lib)

    def build_response_error(lib):
        @lib.exception_handler(lib.ResponseValidationError)
        def handle(request, error):
            return lib.JSONResponse({"errors": len(error.errors()), "body": error.body}, status_code=502)

        views(lib)

    paths = [f"GET /{path}" for path in ("boom", "http", "wrong", "nan", "unknown", "ok", "nowhere", "unicorn")]
    for build in (views, build_exception, build_handler_fails, build_response_error):
        agree(build, *paths)


def test_the_500_handler_sees_the_exception():
    """Flask's handler of 500 is given what Flask gives it: an InternalServerError that knows the exception."""
    app = flask.Flask("errors")
    kit.Api().init_app(app)

    @app.get("/")
    @kit.operation()
    def view() -> None:
        raise ValueError("known")

    @app.errorhandler(500)
    def handle(error: werkzeug.exceptions.InternalServerError) -> tuple[str, int]:
        return str(error.original_exception), 500

    assert app.test_client().get("/").text == "known"


def test_abort_in_an_operation():
    """`flask.abort` is answered in FastAPI's shape: its description is the detail, a response goes out as it is."""
    app = flask.Flask("errors")
    kit.Api().init_app(app)

    @app.get("/<int:code>")
    @kit.operation()
    def view(code: int, description: str | None = None) -> None:
        flask.abort(code, description=description)

    @app.get("/response")
    @kit.operation()
    def response() -> None:
        flask.abort(flask.Response("as it is", 403))

    client = app.test_client()
    assert (client.get("/404").status_code, client.get("/404").json) == (404, {"detail": "Not Found"})
    assert client.get("/418?description=short").json == {"detail": "short"}
    assert client.get("/413").json == {"detail": HTTPStatus(413).phrase}
    assert client.get("/500").json == {"detail": "Internal Server Error"}
    assert client.get("/503?description=").json == {"detail": ""}
    assert (client.get("/response").status_code, client.get("/response").text) == (403, "as it is")


def test_http_exceptions_are_werkzeugs():
    """The kit's HTTPException is one of Werkzeug's, as FastAPI's is one of Starlette's: Flask's hooks may raise it."""
    assert issubclass(kit.HTTPException, werkzeug.exceptions.HTTPException)
    app = flask.Flask("errors")
    kit.Api().init_app(app)

    @app.before_request
    def check() -> None:
        if flask.request.args.get("stop"):
            raise kit.HTTPException(401, ["stop"], headers={"WWW-Authenticate": "Basic"})

    @app.get("/")
    def view() -> str:
        return "plain view"

    answer = app.test_client().get("/?stop=1")
    assert (answer.status_code, answer.json, answer.headers["WWW-Authenticate"]) == (401, {"detail": ["stop"]}, "Basic")
    error = kit.HTTPException(404, "x")
    assert (error.code, error.status_code, str(error), repr(error)) == (
        *(404, 404, "404: x"),
        "HTTPException(status_code=404, detail='x')",
    )


def test_pages_beside_the_api():
    """Plain views of the same application keep Flask's HTML errors where `is_api` says that a path is not the API's."""
    app = flask.Flask("errors")
    kit.Api(is_api=lambda path: path.startswith("/api")).init_app(app)

    @app.get("/page")
    def page() -> None:
        flask.abort(403)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    @app.get("/api/x")
    @kit.operation()
    def x() -> int:
        return 1

    client = app.test_client()
    for path, status in (("/page", 403), ("/broken", 500), ("/nowhere", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert "secret" not in answer.text
    assert client.post("/page").mimetype == "text/html"
    assert client.get("/api/nowhere").json == {"detail": "Not Found"}
    assert client.post("/api/x").json == {"detail": "Method Not Allowed"}


def test_the_text_of_a_validation_error():
    """`str()` of the exception counts the faults and lists them, for logs."""
    error = kit.RequestValidationError([{"type": "missing", "loc": ["query", "q"]}])
    assert str(error).startswith("1 validation error:")


def test_faults_show_what_was_sent():
    """`input` and `ctx` of a 422 are JSON whatever was at fault."""

    def build(lib):
        def refuse(value: Any):
            raise ValueError("never")

        @lib.get("/")
        def view(
            a: Annotated[float, lib.Query(gt=0)] = 1,
            b: Annotated[str, lib.AfterValidator(refuse)] = "x",
            c: Annotated[int, lib.Query(multiple_of=3)] = 3,
        ):
            return [a, b, c]

    agree(build, "GET /?a=-1e400&b=x&c=4", "GET /?a=nan", "GET /", "GET /?b=%F0%9F%98%80")


def test_no_answer_is_shared():
    """Exceptions raised again and again keep nothing of an earlier request."""

    def build(lib):
        error = lib.HTTPException(400, {"n": 1}, headers={"x-one": "1"})

        def held():
            try:
                yield
            except Exception as caught:
                lib.note(repr(caught))
                raise

        @lib.get("/", dependencies=[lib.Depends(held)])
        def view():
            raise error

    twins = Twins(build)
    assert twins.events("GET /") == twins.events("GET /")


def test_what_is_wrong_with_a_result():
    """A ResponseValidationError says of every fault where in the result it is."""

    def build(lib):
        @lib.exception_handler(lib.ResponseValidationError)
        def handle(request, error):
            return lib.JSONResponse(lib.jsonable_encoder(error.errors()), status_code=500)

        @lib.model
        class Inner:
            n: int

        @lib.model
        class Item:
            name: str
            inner: Inner
            many: list[Inner] = lib.Field(default_factory=list)

        results: list[Any] = [
            *({}, {"name": 1, "inner": {"n": "x"}}, {"name": "a", "inner": None, "many": [{"n": 1}, {"n": "y"}, 3]}),
            *(None, 5, [], {"name": "a", "inner": {"n": 1}, "many": {}}),
        ]

        @lib.get("/one/{i}", response_model=Item)
        def one(i: int):
            return results[i]

        @lib.get("/list/{i}")
        def several(i: int) -> list[Item]:
            return [results[i]]

        @lib.get("/dict/{i}")
        def named(i: int) -> dict[str, Item | None]:
            return {"k": results[i]}

    agree(build, *(f"GET /{path}/{i}" for path in ("one", "list", "dict") for i in range(7)))


def test_errors_are_as_they_were_found() -> None:
    """`errors()` holds tuples, inputs as they were read and the exceptions of validators; `str()` tells the view."""

    def build(lib):
        def positive(value):
            if value < 0:
                raise ValueError("negative")
            return value

        @lib.exception_handler(lib.RequestValidationError)
        def handle(request, error):
            kinds = [type(each.get("ctx", {}).get("error")) for each in error.errors()]
            return lib.PlainTextResponse(f"{error}\n{kinds}")

        @lib.exception_handler(lib.ResponseValidationError)
        def report(request, error):
            return lib.PlainTextResponse(str(error), status_code=500)

        @lib.post("/items/{item_id}")
        def create(item_id: int, sizes: list[Annotated[int, lib.AfterValidator(positive)]], up: dt.date = dt.date.max):
            raise AssertionError

        @lib.get("/broken")
        def broken() -> list[int]:
            return ["x", dt.date.min]

    agree(
        build,
        ("POST /items/a?up=b", {"json": [1, "x", -2]}),
        ("POST /items/1", {"json": [-1]}),
        ("POST /items/1", {"content": b"{", "headers": {"content-type": "application/json"}}),
        "GET /broken",
    )


def test_where_a_websocket_was_refused() -> None:
    """The text of a handshake's error tells the view, too."""

    def build(lib):
        @lib.exception_handler(lib.WebSocketRequestValidationError)
        def handle(websocket, error):
            lib.note(str(error))

        @lib.websocket("/rooms/{room}")
        async def talk(websocket: lib.WebSocket, room: int):
            raise AssertionError

    twins = Twins(build)
    twins.conversations("/rooms/x")


def test_a_body_that_fails_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps JSON from being read is a 400, as long as it is an Exception."""

    def build(lib):
        @lib.post("/")
        def read(body: dict):
            raise AssertionError

    twins = Twins(build)
    monkeypatch.setattr("json.loads", lambda raw: 1 / 0)
    twins.agree(("POST /", {"content": b"{}", "headers": {"content-type": "application/json"}}))
