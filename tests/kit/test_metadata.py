"""What is said of operations, routers and applications stands in the document where FastAPI writes it, and changes
nothing that is answered.
"""

import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import flask
import pytest
from jsonschema import Draft202012Validator

import myapp.kit as kit
from myapp.settings import Settings
from tests.kit.both import Twins, agree

EXAMPLES = {"a": {"summary": "One", "description": "*Markdown*", "value": "v"}, "b": {"value": "w"}}


class Tag(Enum):
    """Names of tags."""

    DEPOTS = "depots"
    PARCELS = "parcels"


def test_examples_at_every_place() -> None:
    """tutorial/schema-extra-example: `openapi_examples` and `examples`, for each kind of parameter and body."""

    def build(lib: Any) -> None:
        @lib.get("/parameters/{p}")
        def parameters(
            p: Annotated[str, lib.Path(openapi_examples=EXAMPLES, description="which", deprecated=True)],
            q: Annotated[str, lib.Query(openapi_examples=EXAMPLES, examples=["q"])] = "",
            h: Annotated[str, lib.Header(openapi_examples=EXAMPLES)] = "",
            c: Annotated[str, lib.Cookie(openapi_examples=EXAMPLES, title="T")] = "",
            unseen: Annotated[str, lib.Header(include_in_schema=False)] = "",
            unseen_cookie: Annotated[str, lib.Cookie(include_in_schema=False)] = "",
            unseen_query: Annotated[int, lib.Query(include_in_schema=False)] = 0,
        ) -> Any: ...

        @lib.post("/form")
        def form(
            a: Annotated[str, lib.Form(openapi_examples=EXAMPLES, examples=["x"])],
            f: Annotated[bytes, lib.File(openapi_examples=EXAMPLES, description="file")],
        ) -> Any: ...

        @lib.post("/embedded")
        def embedded(a: Annotated[str, lib.Body(openapi_examples=EXAMPLES, examples=["x"], embed=True)]) -> Any: ...

        @lib.post("/several")
        def several(
            a: Annotated[str, lib.Body(openapi_examples=EXAMPLES)], b: Annotated[int, lib.Body(examples=[4])] = 1
        ) -> Any: ...

        @lib.post("/media-type")
        def media_type(
            a: Annotated[str, lib.Body(openapi_examples=EXAMPLES, media_type="application/x-own")],
        ) -> Any: ...

    agree(build, "GET /parameters/x?unseen_query=x", "POST /form", "POST /several")


def test_extras_are_merged_deeply() -> None:
    """advanced/path-operation-advanced-configuration: lists are joined, objects merged, the rest replaced."""

    def build(lib: Any) -> None:
        extra = {
            "parameters": [{"name": "n", "in": "query", "schema": {"type": "string"}}],
            "tags": ["y"],
            "responses": {"200": {"content": {"application/json": {"example": 1}}}, "404": {"description": "n"}},
            "x-audience": {"b": [1]},
            "security": [{"k": []}],
            "servers": [{"url": "/s"}],
            "externalDocs": {"url": "https://example.com"},
        }

        @lib.get("/a", tags=["x"], openapi_extra=extra)
        def a(q: int = 1) -> Any:
            return q

        schema = {"required": ["x"], "type": "object", "properties": {"x": {"type": "string"}}}

        @lib.post("/b", openapi_extra={"requestBody": {"content": {"application/json": {"schema": schema}}}})
        def b() -> Any: ...

    agree(build, "GET /a?q=2")


@pytest.mark.parametrize(
    "options",
    [
        {
            "title": "X",
            "summary": "S",
            "description": "D",
            "version": "9",
            "terms_of_service": "http://example.com/terms/",
            "contact": {"name": "n", "url": "http://example.com", "email": "ada@example.com"},
            "license_info": {"name": "MIT", "identifier": "MIT"},
            "openapi_tags": [
                {"name": "parcels", "externalDocs": {"description": "d", "url": "https://example.com/"}},
                {"name": "depots", "description": "*b*"},
            ],
            "servers": [
                {"url": "https://{env}.example.com/v1", "variables": {"env": {"default": "a", "enum": ["a", "b"]}}},
                {"url": "/relative", "description": "here"},
            ],
            "openapi_external_docs": {"description": "dd", "url": "https://docs.example.com"},
            "deprecated": True,
            "responses": {418: {"description": "tea"}},
        },
        {
            "license_info": {"name": "A", "url": "https://example.com/c d"},
            "contact": {"url": "https://EXAMPLE.com"},
            "terms_of_service": "no URL",
            "openapi_external_docs": {"url": "https://example.com/?q=ü"},
        },
        {},
    ],
    ids=["everything", "odd URLs", "nothing"],
)
def test_application(options: dict[str, Any]) -> None:
    """tutorial/metadata: what an application says of itself, tags in their order, members of an Enum among them."""

    def build(lib: Any) -> None:
        @lib.get("/a", tags=[Tag.PARCELS, "depots"])
        def a() -> Any: ...

        @lib.get("/b", tags=[Tag.DEPOTS], deprecated=False, responses={"default": {"description": "x"}})
        def b() -> Any: ...

    twins = Twins(build, **options)
    assert list(twins.same_document()) == list(twins.fastapi.get("/openapi.json").json())


def test_unique_ids() -> None:
    """advanced/generate-clients: a function of the application, a router, an inclusion or an operation; the nearest."""

    def outer(route: Any) -> str:
        return f"{'-'.join(route.tags)}-{route.name}"

    def own(route: Any) -> str:
        return f"own-{route.name}"

    def build(lib: Any) -> None:
        one = lib.router("one", prefix="/one", tags=["t"], generate_unique_id_function=own)

        @one.get("/a")
        def a() -> Any: ...

        @one.post("/b", operation_id="mine")
        def b(x: Annotated[int, lib.Body()], y: Annotated[int, lib.Body()]) -> Any: ...

        lib.include(one)
        two = lib.router("two", prefix="/two", tags=["u"])

        @two.post("/c")
        def c(x: Annotated[int, lib.Body()], y: Annotated[int, lib.Body()]) -> list[int]: ...

        lib.include(two, tags=["v"])

        @lib.get("/d", generate_unique_id_function=own, tags=["w"])
        def d() -> Any: ...

    Twins(build, generate_unique_id_function=outer).same_document()


def test_hidden_and_deprecated_routers() -> None:
    """`include_in_schema=False` and `deprecated` of a router and of an inclusion; what is hidden answers."""

    def build(lib: Any) -> None:
        places = {"router": ({"include_in_schema": False}, {}), "inclusion": ({}, {"include_in_schema": False})}
        places["deprecated"] = (
            {"deprecated": True, "responses": {404: {"description": "router"}}},
            {"deprecated": False},
        )
        places["included"] = (
            {"responses": {404: {"description": "router"}}},
            {"responses": {404: {"description": "i"}}},
        )
        for name, (own, added) in places.items():
            router = lib.router(name, prefix=f"/{name}", **own)

            @router.get("/a", deprecated=False)
            def a() -> list[int]:
                return [1]

            lib.include(router, **added)

    agree(build, "GET /router/a", "GET /inclusion/a", "GET /deprecated/a")


def test_responses_of_nested_routers() -> None:
    """The answers that application, routers and operation declare add up; the nearest says what a status means."""

    def build(lib: Any) -> None:
        @lib.model
        class Err:
            code: int

        said = {404: {"description": "outer", "model": Err}, "default": {"description": "d"}}
        outer = lib.router("outer", prefix="/in", tags=["o"], responses=said)
        inner = lib.router("inner", prefix="/deep", tags=["i"], responses={409: {"model": Err}})

        @outer.get("/x", tags=["own"], responses={404: {"description": "op"}})
        def x() -> Any: ...

        @inner.get("/y", response_model=dict[str, Any])
        def y() -> Any:
            return {"a": dt.date(2020, 1, 1)}

        outer.include(inner, tags=["inc"])
        lib.include(outer)

    text = {"text/plain": {"schema": {"type": "string"}}}
    agree(build, "GET /in/deep/y", responses={404: {"description": "app"}, 500: {"description": "e", "content": text}})


def test_classes_and_other_answers() -> None:
    """The media type of a class stands beside those of `responses`, and models of other answers are in it, too."""

    def build(lib: Any) -> None:
        class Own(lib.JSONResponse):
            media_type = "application/vnd.own+json"

        @lib.model
        class M:
            message: str

        @lib.get(
            "/h", response_class=lib.HTMLResponse, responses={404: {"model": M}, 200: {"content": {"text/plain": {}}}}
        )
        def h() -> Any:
            return "<p>"

        xml = {"model": M, "content": {"application/xml": {"example": "x"}}}

        @lib.get("/t", response_class=lib.PlainTextResponse, responses={404: xml, "5XX": {"model": M}})
        def t() -> Any:
            return "x"

        more = {
            "model": list[M],
            "headers": {"X": {"schema": {"type": "string"}}},
            "links": {"a": {"operationId": "x"}},
        }

        @lib.get("/j", responses={200: {"model": M, "description": "own"}, 201: more, 304: {"description": "n"}})
        def j() -> dict[str, int]:
            return {"a": 1}

        @lib.get("/o", response_class=Own, responses={200: {"content": {"image/png": {}}}})
        def o() -> list[int]:
            return [1]

        @lib.get("/r", response_class=lib.RedirectResponse, status_code=302)
        def r() -> Any:
            return "https://example.com/ü x"

        @lib.get("/f", response_class=lib.FileResponse, responses={404: {"description": "none"}})
        def f() -> Any: ...

    agree(build, "GET /h", "GET /t", "GET /j", "GET /o", "GET /r")


def test_injected_responses() -> None:
    """advanced/response-headers: what dependencies set goes out with data, and not with errors or other responses."""

    def build(lib: Any) -> None:
        def marked(response: lib.RawResponse) -> None:
            response.headers["X-One"] = "dependency"
            response.set_cookie("c", "v")

        def accepted(response: lib.RawResponse) -> None:
            response.status_code = 202

        marks, accepts = lib.Depends(marked), lib.Depends(accepted)

        @lib.get("/error", dependencies=[marks])
        def error() -> Any:
            raise lib.HTTPException(404, "no", headers={"X-Two": "t"})

        @lib.get("/data", dependencies=[marks, accepts])
        def data() -> Any:
            return {"a": 1}

        @lib.get("/response", dependencies=[marks])
        def response() -> Any:
            return lib.JSONResponse({"x": 1})

        @lib.get("/both", dependencies=[accepts], status_code=201)
        def both(response: lib.RawResponse) -> Any:
            response.headers["x-two"] = "1"

        @lib.get("/invalid", dependencies=[marks])
        def invalid(q: int) -> Any: ...

        @lib.get("/empty", status_code=204, dependencies=[marks])
        def empty() -> None: ...

        @lib.get("/page", dependencies=[accepts], response_class=lib.HTMLResponse)
        def page(response: lib.RawResponse) -> Any:
            response.headers["x-one"] = "z"
            return "<p>"

    agree(build, *(f"GET /{name}" for name in ("error", "data", "response", "both", "invalid", "empty", "page")))


@pytest.mark.parametrize(
    "options", [{"status_code": 204, "response_model": int}, {"responses": {304: {"model": int}}}], ids=str
)
def test_no_model_where_there_is_no_body(options: dict[str, Any]) -> None:
    """A model for an answer that has no body is a mistake; FastAPI finds it at the start, too."""

    def build(lib: Any) -> None:
        @lib.get("/", **options)
        def view() -> Any: ...

    with pytest.raises(AssertionError, match="must not have a response body"):
        Twins(build)
    app = flask.Flask("mistaken")
    kit.Api().init_app(app)
    app.add_url_rule("/", "view", kit.operation(**options)(lambda: None))
    with pytest.raises(TypeError, match="has no body to describe"):
        app.extensions["api"].path_operations()


def test_schemas_are_json_schema(settings: Settings, make_app: Callable[[Settings], flask.Flask]) -> None:
    """Every schema in the whole application's document is JSON Schema 2020-12."""
    document = make_app(settings).test_client().get("/openapi.json").json
    assert document is not None
    schemas = [*document["components"]["schemas"].values(), *_inline(document["paths"])]
    assert len(schemas) > 300
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def _inline(part: Any) -> list[Any]:
    """The schemas of parameters, bodies and answers."""
    if isinstance(part, list):
        return [schema for each in part for schema in _inline(each)]
    if not isinstance(part, dict):
        return []
    own = [value for key, value in part.items() if key in ("schema", "itemSchema")]
    return own + [schema for key, value in part.items() if key != "schema" for schema in _inline(value)]
