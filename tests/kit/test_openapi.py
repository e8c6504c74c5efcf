"""The document of an application with the kit is the one FastAPI writes for the same application.

One small application for each page of FastAPI's documentation that says something about the document.
"""

import datetime as dt
import warnings
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import flask
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import myapp.kit as kit
from tests.kit.both import Twins


def same_document(build: Any, **options: Any) -> dict[str, Any]:
    """Build both applications, assert that their documents are equal and valid, and return the document."""
    twins = Twins(build, **options)
    document: dict[str, Any] = twins.flask.get("/openapi.json").json()
    assert document == twins.fastapi.get("/openapi.json").json()
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())
    return document


def test_first_steps() -> None:
    """The smallest application: a summary from the name, an operation id, an empty response schema."""

    def build(lib: Any) -> None:
        @lib.get("/")
        def root() -> Any:
            """Say hello."""
            return {"message": "Hello World"}

        @lib.get("/no-annotation")
        def no_annotation():  # type: ignore[no-untyped-def]
            return None

    document = same_document(build)
    assert document["openapi"] == "3.1.0"
    assert "components" not in document


def test_every_method() -> None:
    """Each of the eight methods is an operation of its path; HEAD and OPTIONS that Flask adds by itself are not."""

    def build(lib: Any) -> None:
        for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):

            def view() -> str:
                return ""

            view.__name__ = f"{method}_it"
            getattr(lib, method)("/items")(view)

    assert len(same_document(build)["paths"]["/items"]) == 8


def test_path_params() -> None:
    """tutorial/path-params: types, an Enum as a component, a path with slashes."""

    class ModelName(str, Enum):  # noqa: UP042 - as FastAPI's page has it
        alexnet = "alexnet"
        resnet = "resnet"

    def build(lib: Any) -> None:
        @lib.get("/items/{item_id}")
        def read_item(item_id: int) -> dict[str, int]: ...

        @lib.get("/models/{model_name}")
        def get_model(model_name: ModelName) -> ModelName: ...

        @lib.get("/files/{file_path:path}")
        def read_file(file_path: str) -> str: ...

    document = same_document(build)
    assert document["components"]["schemas"]["ModelName"]["enum"] == ["alexnet", "resnet"]
    assert "/files/{file_path}" in document["paths"]


def test_path_params_numeric_validations() -> None:
    """tutorial/path-params-numeric-validations: title and bounds, exclusive ones too."""

    def build(lib: Any) -> None:
        @lib.get("/items/{item_id}")
        def read_items(
            item_id: Annotated[int, lib.Path(title="The ID of the item to get", ge=0, le=1000)],
            q: Annotated[str | None, lib.Query(alias="item-query")] = None,
            size: Annotated[float, lib.Query(gt=0, lt=10.5)] = 1,
            step: Annotated[int, lib.Query(multiple_of=5)] = 5,
        ) -> None: ...

    same_document(build)


def test_query_params() -> None:
    """tutorial/query-params: required, optional, with a default, of every scalar type."""

    def build(lib: Any) -> None:
        @lib.get("/items/{item_id}")
        def read_item(
            item_id: str,
            needy: str,
            skip: int = 0,
            limit: int | None = None,
            short: bool = False,
            ratio: float = 0.5,
            kind: Literal["a", "b"] = "a",
            only: Literal["x"] = "x",
            day: dt.date | None = None,
            either: int | str = 1,
        ) -> None: ...

    same_document(build)


def test_query_params_str_validations() -> None:
    """tutorial/query-params-str-validations: lengths, pattern, lists, title, description, alias, deprecated, hidden."""

    def build(lib: Any) -> None:
        @lib.get("/items/")
        def read_items(
            q: Annotated[
                str | None,
                lib.Query(
                    alias="item-query",
                    title="Query string",
                    description="Query string for the items to search",
                    min_length=3,
                    max_length=50,
                    pattern="^fixedquery$",
                    deprecated=True,
                ),
            ] = None,
            tags: Annotated[list[str], lib.Query(max_length=3)] = ["foo", "bar"],  # noqa: B006 - as FastAPI's page has it
            seen: Annotated[set[int] | None, lib.Query()] = None,
            hidden_query: Annotated[str | None, lib.Query(include_in_schema=False)] = None,
        ) -> None: ...

        @lib.get("/hidden/")
        def read_hidden(hidden_query: Annotated[str | None, lib.Query(include_in_schema=False)] = None) -> None: ...

    hidden = same_document(build)["paths"]["/hidden/"]["get"]
    assert "parameters" not in hidden
    assert "422" in hidden["responses"]


def test_query_param_models() -> None:
    """tutorial/query-param-models: the attributes of a model are parameters, of an optional one optional parameters."""

    def build(lib: Any) -> None:
        @lib.model
        class FilterParams:
            model_config = lib.ModelConfig(extra="forbid")

            needed: str
            limit: int = lib.Field(100, gt=0, le=100, description="How many")
            offset: int = lib.Field(0, ge=0, deprecated=True)
            order_by: Literal["created_at", "updated_at"] = "created_at"
            tags: list[str] = lib.Field([])

        @lib.get("/items/")
        def read_items(filter_query: Annotated[FilterParams, lib.Query()]) -> None: ...

        @lib.get("/maybe/")
        def read_maybe(filter_query: Annotated[FilterParams | None, lib.Query()] = None) -> None: ...

    same_document(build)


def test_headers_and_cookies() -> None:
    """tutorial/header-params, -cookie-params and their models: hyphens for underscores unless told otherwise."""

    def build(lib: Any) -> None:
        @lib.model
        class CommonHeaders:
            host: str
            save_data: bool
            if_modified_since: str | None = None
            odd: str = lib.Field("x", alias="odd_one")

        @lib.get("/items/")
        def read_items(
            user_agent: Annotated[str | None, lib.Header(description="Who asks")] = None,
            strange_header: Annotated[str | None, lib.Header(convert_underscores=False)] = None,
            x_token: Annotated[list[str] | None, lib.Header()] = None,
            ads_id: Annotated[str | None, lib.Cookie()] = None,
        ) -> None: ...

        @lib.get("/models/")
        def read_models(headers: Annotated[CommonHeaders, lib.Header()]) -> None: ...

        @lib.get("/underscores/")
        def read_underscores(headers: Annotated[CommonHeaders, lib.Header(convert_underscores=False)]) -> None: ...

    same_document(build)


def test_body() -> None:
    """tutorial/body: a model as the body, required or not, beside path and query parameters."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            """What is sold."""

            name: str
            price: float
            description: str | None = None
            tax: float | None = None

        @lib.post("/items/")
        def create_item(item: Item) -> Item: ...

        @lib.put("/items/{item_id}")
        def update_item(item_id: int, item: Item | None = None, q: str | None = None) -> None: ...

        @lib.delete("/items/")
        def delete_items(item: Item) -> None: ...

    same_document(build)


def test_body_multiple_params() -> None:
    """tutorial/body-multiple-params: several bodies, single values and `embed` make a Body_… component."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            name: str

        @lib.model
        class User:
            username: str
            full_name: str | None = None

        @lib.put("/items/{item_id}")
        def update_item(
            item_id: int, item: Item, user: User, importance: Annotated[int, lib.Body(gt=0, title="How much")]
        ) -> None: ...

        @lib.put("/embedded/{item_id}")
        def embedded(item_id: int, item: Annotated[Item, lib.Body(embed=True)]) -> None: ...

        @lib.put("/optional/")
        def optional(
            item: Item | None = None, at: Annotated[dt.datetime | None, lib.Body(alias="startAt")] = None
        ) -> None: ...

        @lib.put("/single/")
        def single(importance: Annotated[int, lib.Body(description="Alone")]) -> None: ...

    names = same_document(build)["components"]["schemas"].keys()
    assert "Body_update_item_items__item_id__put" in names


def test_body_fields_and_nested_models() -> None:
    """tutorial/body-fields and -nested-models: constraints, sets, nested models, bodies that are lists or dicts."""

    def build(lib: Any) -> None:
        @lib.model
        class Image:
            url: lib.HttpUrl
            name: str

        @lib.model
        class Item:
            name: str
            price: float = lib.Field(gt=0, description="The price must be greater than zero")
            description: str | None = lib.Field(default=None, title="The description of the item", max_length=300)
            tags: set[str] = lib.Field(set())
            images: list[Image] | None = None
            cover: Image | None = lib.Field(None, description="In front")

        @lib.model
        class Offer:
            name: str
            items: list[Item]
            by_code: dict[str, Item]

        @lib.post("/offers/")
        def create_offer(offer: Offer) -> Offer: ...

        @lib.post("/images/multiple/")
        def create_multiple_images(images: list[Image]) -> list[Image]: ...

        @lib.post("/index-weights/")
        def create_index_weights(weights: dict[int, float]) -> dict[int, float]: ...

    same_document(build)


def test_schema_extra_example() -> None:
    """tutorial/schema-extra-example: examples in models, fields and bodies; `openapi_examples` beside the schema."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            model_config = lib.ModelConfig(json_schema_extra={"examples": [{"name": "Foo", "price": 35.4}]})

            name: str = lib.Field(examples=["Foo"])
            price: float = lib.Field(json_schema_extra={"x-unit": "EUR"})

        @lib.put("/items/{item_id}")
        def update_item(
            item_id: Annotated[int, lib.Path(examples=[1, 2])],
            item: Annotated[Item, lib.Body(examples=[{"name": "Bar", "price": 4.2}])],
            q: Annotated[
                str, lib.Query(openapi_examples={"usual": {"summary": "One", "value": "x"}, "none": {"value": None}})
            ] = "",
        ) -> None: ...

        @lib.put("/named/")
        def named(
            item: Annotated[Item, lib.Body(openapi_examples={"normal": {"summary": "A", "value": {"name": "Foo"}}})],
        ) -> None: ...

        @lib.put("/embedded/")
        def embedded(item: Annotated[Item, lib.Body(embed=True, examples=[{"name": "Bar"}])]) -> None: ...

    same_document(build)


def test_extra_data_types() -> None:
    """tutorial/extra-data-types: formats, in parameters, bodies and responses."""

    def build(lib: Any) -> None:
        @lib.put("/items/{item_id}")
        def read_items(
            item_id: UUID,
            start: Annotated[dt.datetime, lib.Body()],
            after: Annotated[dt.timedelta, lib.Body()],
            repeat: Annotated[dt.time | None, lib.Body()] = None,
            price: Annotated[Decimal, lib.Body(gt=0)] = Decimal("1.10"),
            blob: Annotated[bytes | None, lib.Body()] = None,
        ) -> dict[str, dt.date | Decimal | frozenset[bytes]]: ...

    same_document(build)


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


def test_dependencies() -> None:
    """tutorial/dependencies: the parameters of the whole tree, each once, a required one before an optional one."""

    def build(lib: Any) -> None:
        @lib.model
        class Item:
            name: str

        def query_extractor(q: str | None = None, shared: int = 1) -> str | None: ...

        def query_or_cookie_extractor(
            q: Annotated[str, lib.Depends(query_extractor)], last_query: Annotated[str | None, lib.Cookie()] = None
        ) -> str | None: ...

        class CommonQueryParams:
            def __init__(self, item: Item, q: str | None = None, skip: int = 0) -> None: ...

        def verify_token(x_token: Annotated[str, lib.Header()], shared: Annotated[int, lib.Query(gt=3)]) -> None: ...

        @lib.put("/items/{item_id}", dependencies=[lib.Depends(verify_token)])
        def read_items(
            item_id: int,
            found: Annotated[str, lib.Depends(query_or_cookie_extractor)],
            commons: Annotated[CommonQueryParams, lib.Depends()],
            again: Annotated[str, lib.Depends(query_extractor)],
        ) -> None: ...

    same_document(build, responses={500: {"description": "Ours"}})


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


def test_separate_input_and_output() -> None:
    """how-to/separate-openapi-schemas: two components for a model with two faces, or one on demand."""

    def build(lib: Any) -> None:
        @lib.model
        class SubItem:
            price: Decimal

        @lib.model
        class Item:
            name: str
            sub: SubItem | None = None

        @lib.model
        class Plain:
            item_name: str = "same both ways"

        @lib.post("/items/")
        def create_item(item: Item) -> list[Item]: ...

        @lib.post("/plain/")
        def create_plain(plain: Plain) -> Plain: ...

    assert {"Item-Input", "Item-Output", "SubItem-Input", "Plain"} <= same_document(build)["components"][
        "schemas"
    ].keys()
    merged = same_document(build, separate_input_output_schemas=False)["components"]["schemas"]
    assert {"Item", "SubItem"} <= merged.keys()


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
