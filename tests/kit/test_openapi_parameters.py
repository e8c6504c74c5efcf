"""Parameters in the document are those that FastAPI writes.

One small application for each page of FastAPI's documentation that says something about it.
"""

import datetime as dt
from enum import Enum
from typing import Annotated, Any, Literal

from tests.kit.documents import same_document


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
