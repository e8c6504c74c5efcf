"""Responses, operations and the application in the document are as FastAPI writes them.

One small application for each page of FastAPI's documentation that says something about it.
"""

import warnings
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any

import flask
import pytest

import myapp.kit as kit
from tests.kit.both import Twins
from tests.kit.documents import same_document


def test_response_models() -> None:
    """tutorial/response-model and /extra-models: models, lists, dicts, unions; titles for all but references."""

    def build(lib: Any) -> None:
        @lib.model
        class PlaneItem:
            size: int
            description: str = "a plane"

        @lib.model
        class CarItem:
            description: str

        @lib.get("/items/{item_id}")
        def read_item(item_id: str) -> PlaneItem | CarItem: ...

        @lib.get("/items/")
        def read_items() -> list[CarItem]: ...

        @lib.get("/keyword-weights/", response_model=dict[str, float])
        def read_keyword_weights() -> Any: ...

        @lib.get("/none/", response_model=None)
        def read_none() -> CarItem: ...

        @lib.get("/maybe/")
        def maybe() -> CarItem | None: ...

        @lib.get("/any/", response_model=Any)
        def anything() -> int: ...

    same_document(build)


def test_status_codes() -> None:
    """tutorial/response-status-code: the declared status; none of those without a body has content."""

    def build(lib: Any) -> None:
        @lib.post("/items/", status_code=201, response_description="The created item")
        def create_item() -> dict[str, str]: ...

        @lib.delete("/items/", status_code=204)
        def delete_item() -> None: ...

        @lib.get("/items/", status_code=304)
        def not_modified(q: int = 0) -> None: ...

    same_document(build)


def test_additional_responses() -> None:
    """advanced/additional-responses: models, descriptions, content, headers, links, ranges, all merged."""

    def build(lib: Any) -> None:
        @lib.model
        class Message:
            message: str

        @lib.model
        class Item:
            id: str

        @lib.get(
            "/items/{item_id}",
            responses={
                404: {"model": Message, "description": "The item was not found"},
                403: {"model": list[Message]},
                "4XX": {"model": Message},
                "default": {"description": "Anything else"},
                418: {},
                599: {},
                200: {
                    "description": "Item requested by ID",
                    "content": {"application/json": {"example": {"id": "bar"}}, "image/png": {}},
                    "headers": {"X-Rate": {"description": "Left", "schema": {"type": "integer"}}},
                    "links": {"self": {"operationId": "read_item_items__item_id__get"}},
                },
            },
        )
        def read_item(item_id: str) -> Item: ...

        @lib.get("/own-422/{item_id}", responses={422: {"model": Message}})
        def own_422(item_id: int) -> None: ...

    same_document(build)


@pytest.mark.parametrize("key", ["hello", "6XX", "1e2", "", "2xx", "Default", "999", "-1", 0])
def test_keys_of_additional_responses(key: int | str) -> None:
    """What is no status code, no range of them and not the default makes the document fail; others are as they are."""

    def build(lib: Any) -> None:
        @lib.get("/", responses={key: {"description": "told"}})
        def view() -> Any: ...

    twins = Twins(build)
    try:
        theirs = twins.fastapi_lib.app.openapi()
    except ValueError:
        with pytest.raises(ValueError, match="invalid literal"):
            _ = twins.flask_lib.app.extensions["api"].document
    else:
        assert theirs == twins.same_document()


def test_path_operation_configuration() -> None:
    """tutorial/path-operation-configuration: tags (Enum members too), summary, description, docstring, deprecated."""

    class Tags(Enum):
        items = "items"

    def build(lib: Any) -> None:
        @lib.get("/items/", tags=["one", Tags.items], summary="Read them", description="All *items*.", deprecated=True)
        def read_items() -> None: ...

        @lib.get("/users/", tags=[Tags.items])
        def read_users() -> None:
            """
            Read users:

            - **name**: each has a name
            \f
            :param x: not shown.
            """

    same_document(build)


def test_advanced_configuration() -> None:
    """advanced/path-operation-advanced-configuration: operation_id, hidden operations, openapi_extra merged deeply."""

    def build(lib: Any) -> None:
        @lib.get("/items/", operation_id="some_specific_id")
        def read_items(q: int) -> list[int]: ...

        @lib.get("/hidden/", include_in_schema=False)
        def hidden() -> None: ...

        @lib.post(
            "/extra/",
            tags=["a"],
            openapi_extra={
                "x-aperture-labs-portal": "blue",
                "tags": ["b"],
                "requestBody": {"content": {"application/x-yaml": {"schema": {"type": "object"}}}, "required": True},
                "responses": {"200": {"description": "Changed"}},
            },
        )
        def extra() -> None: ...

    assert "/hidden/" not in same_document(build)["paths"]


def test_bigger_applications() -> None:
    """tutorial/bigger-applications: the options of routers, one inside another, included twice."""

    def build(lib: Any) -> None:
        def token(token: str) -> None: ...

        inner = lib.router("inner", prefix="/inner", tags=["inner"], deprecated=True)
        outer = lib.router(
            "outer",
            prefix="/outer",
            tags=["outer"],
            dependencies=[lib.Depends(token)],
            responses={404: {"description": "No"}},
        )

        @inner.get("/items/", tags=["own"])
        def read_items() -> None: ...

        @outer.get("/users/", responses={404: {"description": "None such"}})
        def read_users() -> None: ...

        outer.include(inner)
        lib.include(outer, tags=["included"], responses={418: {"description": "Teapot"}})
        lib.include(outer, name="second", url_prefix="/v2", deprecated=True)
        lib.include(outer, name="third", url_prefix="/v3", include_in_schema=False)

    same_document(build)


def test_metadata() -> None:
    """tutorial/metadata: info, licence, contact, tags in their order, servers and external documentation."""

    def build(lib: Any) -> None:
        @lib.get("/users/", tags=["users"])
        def get_users() -> None: ...

    same_document(
        build,
        title="ChimichangApp",
        summary="Deadpool's favorite app.",
        description="ChimichangApp API **helps** you.",
        version="0.0.1",
        terms_of_service="http://example.com",
        contact={"name": "Deadpoolio", "url": "http://x-force.example.com/contact/", "email": "dp@x-force.example.com"},
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "https://stag.example.com", "description": "Staging"}, {"url": "/"}],
        openapi_tags=[
            {"name": "users", "description": "Operations with users."},
            {"name": "items", "externalDocs": {"description": "More", "url": "https://fastapi.tiangolo.com"}},
        ],
        openapi_external_docs={"url": "https://example.com"},
    )
    same_document(build, license_info={"name": "MIT", "url": "https://example.com/mit"}, description="")


def test_openapi_version() -> None:
    """`openapi_version` is written as it is."""

    app = flask.Flask("old")
    api = kit.Api(openapi_version="3.0.2")
    api.init_app(app)
    with app.app_context():
        assert api.openapi() == {"openapi": "3.0.2", "info": {"title": "FastAPI", "version": "0.1.0"}, "paths": {}}


def test_generate_unique_id_function() -> None:
    """advanced/generate-clients: operation ids of the application, a router, an operation; in titles, too."""

    def build(lib: Any) -> None:
        router = lib.router("items", prefix="/items", generate_unique_id_function=lambda route: f"router-{route.name}")

        @router.post("/")
        def create_items(a: Annotated[int, lib.Body()], b: Annotated[int, lib.Body()]) -> list[int]: ...

        @router.get("/", generate_unique_id_function=lambda route: f"own_{route.name}")
        def get_items() -> dict[str, int]: ...

        lib.include(router)

        @lib.get("/")
        def root() -> int: ...

    document = same_document(build, generate_unique_id_function=lambda route: f"app-{route.name}")
    assert document["paths"]["/"]["get"]["operationId"] == "app-root"
    assert "Body_router-create_items" in document["components"]["schemas"]


def test_unique_ids_from_tags() -> None:
    """advanced/generate-clients: such a function sees the tags of the routers around an operation before its own."""

    def build(lib: Any) -> None:
        router = lib.router("items", prefix="/items", tags=["items"])

        @router.get("/", tags=["lists"])
        def get_items() -> dict[str, int]: ...

        lib.include(router)

    document = same_document(build, generate_unique_id_function=lambda route: f"{'-'.join(route.tags)}-{route.name}")
    assert document["paths"]["/items/"]["get"]["operationId"] == "items-lists-get_items"


def test_duplicate_operation_ids_warn() -> None:
    """An operation id that is used twice is told, with the name of the function, as FastAPI tells it."""
    app = flask.Flask("duplicates")
    api = kit.Api()
    api.init_app(app)

    @app.route("/items/", methods=["GET", "POST"])
    @kit.operation()
    def items() -> None: ...

    with (
        app.app_context(),
        pytest.warns(UserWarning, match="Duplicate Operation ID items_items__get for function items"),
    ):
        document = api.openapi()
    assert document["paths"]["/items/"].keys() == {"get", "post"}


def test_built_once() -> None:
    """The document is one object for as long as the application lives, and other applications have their own."""
    apps = [flask.Flask("one"), flask.Flask("two")]
    api = kit.Api()
    for app in apps:
        api.init_app(app)
    with apps[0].app_context():
        first = api.openapi()
        assert api.openapi() is first
    with apps[1].app_context():
        assert api.openapi() is not first


def test_schemas_written_by_hand() -> None:
    """A Schema in hand-written `responses` is resolved to its component, as apispec's users know it."""
    from marshmallow import Schema, fields

    class ProblemSchema(Schema):
        detail = fields.String(required=True)

    app = flask.Flask("by hand")
    api = kit.Api()
    api.init_app(app)

    @app.get("/")
    @kit.operation(responses={404: {"content": {"application/problem+json": {"schema": ProblemSchema}}}})
    def root() -> None: ...

    with app.app_context(), warnings.catch_warnings():
        document = api.openapi()
    content = document["paths"]["/"]["get"]["responses"]["404"]["content"]
    assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert document["components"]["schemas"]["Problem"]["properties"] == {
        "detail": {"type": "string", "title": "Detail"}
    }


def test_titles_of_answers() -> None:
    """An answer has a title that is made up, whatever its type says; a body and a parameter have their type's."""

    def build(lib: Any) -> None:
        titled = Annotated[int, lib.Field(title="T", description="D")]

        @lib.post("/a", responses={404: {"model": titled}})
        def a(number: Annotated[titled, lib.Body()], q: titled) -> titled: ...

        @lib.get("/b")
        def b() -> Iterator[titled]:
            yield 1

        @lib.get("/c")
        def c() -> list[titled]: ...

    Twins(build).same_document()
