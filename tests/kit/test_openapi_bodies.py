"""Request bodies in the document are those that FastAPI writes.

One small application for each page of FastAPI's documentation that says something about it.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from tests.kit.documents import same_document


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
        class Complete:
            model_config = lib.ModelConfig(json_schema_serialization_defaults_required=True)
            label: str = "always in an answer"

        @lib.model
        class Plain:
            item_name: str = "same both ways"

        @lib.post("/items/")
        def create_item(item: Item) -> list[Item]: ...

        @lib.post("/complete/")
        def create_complete(complete: Complete) -> Complete: ...

        @lib.post("/plain/")
        def create_plain(plain: Plain) -> Plain: ...

    assert {"Item-Input", "Item-Output", "SubItem-Input", "Complete-Output", "Plain"} <= same_document(build)[
        "components"
    ]["schemas"].keys()
    merged = same_document(build, separate_input_output_schemas=False)["components"]["schemas"]
    assert {"Item", "SubItem"} <= merged.keys()


def test_what_is_computed_is_told_in_any_case() -> None:
    """Where one component is enough for a model, those in whose answer anything is computed have two all the same."""

    def build(lib: Any) -> None:
        @lib.model
        class Part:
            name: str = "x"

            @lib.computed_field
            @property
            def length(self) -> int: ...

        @lib.model
        class Whole:
            one: Part | None = None
            more: dict[str, list[Part]] | None = None

        @lib.model
        class Plain:
            a: int = 1

        @lib.model
        class Link:
            a: int = 1
            following: "Link | None" = None

        @lib.model
        class AsAnswered:
            model_config = lib.ModelConfig(json_schema_mode_override="serialization")
            plain: Plain | None = None

        @lib.model
        class AsAccepted:
            model_config = lib.ModelConfig(json_schema_mode_override="validation")
            plain: Plain | None = None

        @lib.model
        class Written:
            a: Annotated[int, lib.PlainSerializer(str, return_type=str)] = 1

        kinds = (Part, Whole, Plain, Link, AsAnswered, AsAccepted, Written, tuple[int, Plain], tuple[Part, Plain])
        for number, kind in enumerate(kinds):

            def view(body: kind) -> kind: ...

            def views(body: kind) -> list[kind]: ...

            lib.post(f"/{number}", responses={404: {"model": Part | Plain}, 405: {"model": Plain}})(view)
            lib.post(f"/{number}/many")(views)

    assert {"Part-Input", "Part-Output", "Whole-Output", "Plain"} <= same_document(
        build, separate_input_output_schemas=False
    )["components"]["schemas"].keys()
    same_document(build)
