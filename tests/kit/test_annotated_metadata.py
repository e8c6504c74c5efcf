"""Several of `Field`, `Query` and their kin on one parameter: what each says, and where the value comes from."""

from typing import Annotated, Any, Literal

import pytest

from tests.kit.both import agree

PLACES: dict[str, dict[str, Any]] = {
    "Query": {"params": {}},
    "Header": {"headers": {}},
    "Cookie": {"headers": {}},
    "Form": {"data": {}},
    "Body": {"json": {}},
    "File": {"files": {}},
}


def sending(place: str, **values: Any) -> dict[str, Any]:
    """httpx's keywords for these values at this place."""
    if place == "Cookie":
        return {"headers": {"cookie": "; ".join(f"{name}={value}" for name, value in values.items())}}
    if place == "File":
        return {"files": {name: ("a.txt", str(value)) for name, value in values.items()}}
    (keyword,) = PLACES[place]
    return {keyword: {name: str(value) for name, value in values.items()}}


def marker(lib: Any, place: str, **keywords: Any) -> Any:
    """`Query()` or another, with `embed` for a body."""
    return getattr(lib, place)(**({"embed": True} if place == "Body" else {}), **keywords)


@pytest.mark.parametrize("place", PLACES)
def test_what_field_says_beside_a_marker(place: str) -> None:
    """The names, texts and limits of a `Field` hold beside a marker, before it or after; the later one wins."""

    def build(lib):
        kind = str if place == "File" else int
        limit = {} if place == "File" else {"le": 5}
        said = {"title": "Original", "description": "From Field", "deprecated": True, "examples": ["1"]}
        count = Annotated[kind, lib.Field(alias="original", **said, **limit)]

        @lib.post("/before")
        def before(value: Annotated[count, marker(lib, place)]):
            return str(value)

        @lib.post("/after")
        def after(value: Annotated[kind, marker(lib, place, alias="other"), lib.Field(**said, alias="original")]):
            return str(value)

        @lib.post("/replaced")
        def replaced(value: Annotated[count, marker(lib, place, alias="other", description="of the marker")]):
            return str(value)

        @lib.post("/cleared")
        def cleared(value: Annotated[count, marker(lib, place, alias=None, title=None, description=None)]):
            return str(value)

        @lib.post("/one_way")
        def one_way(value: Annotated[kind, lib.Field(alias="unused", validation_alias="original"), marker(lib, place)]):
            return str(value)

    paths = ("before", "after", "replaced", "cleared", "one_way")
    names = ("original", "other", "value", "unused")
    sent = [sending(place, **{name: number}) for name in names for number in (3, 7)]
    agree(build, *((f"POST /{path}", request) for path in paths for request in [*sent, sending(place)]))


def test_what_field_says_without_a_marker() -> None:
    """The same where the place is inferred from the type; a path parameter's factory is for where it is none."""

    def build(lib):
        @lib.get("/items")
        @lib.get("/items/{item_id}")
        def read(
            item_id: Annotated[int, lib.Field(default_factory=lambda: 5, title="Item ID", description="Which")],
            count: Annotated[int, lib.Field(alias="n", title="Count", ge=0)] = 10,
        ):
            return [item_id, count]

        @lib.post("/values")
        def values(first: Annotated[list[int], lib.Field(alias="numbers")], second: Annotated[dict, lib.Field()]):
            return [first, second]

        @lib.post("/paths/{wire}")
        def path(value: Annotated[int, lib.Field(alias="wire"), lib.Path()]):
            return value

    agree(
        build,
        *("GET /items", "GET /items?n=2&item_id=7", "GET /items/1", "GET /items/1?n=-1&count=3", "GET /items/x"),
        *(("POST /values", {"json": body}) for body in ({"numbers": [1], "second": {}}, {"first": [1], "second": {}})),
        *("POST /paths/3", "POST /paths/x"),
    )


@pytest.mark.parametrize("place", PLACES)
def test_defaults_that_are_checked(place: str) -> None:
    """With `validate_default` a default, or what a factory makes, goes through the checks; else it does not."""

    def build(lib):
        def double(value):
            return value * 2 if isinstance(value, str) else value

        kind = Annotated[str, lib.Field(max_length=3), lib.BeforeValidator(double)]
        for name, checks in (("yes", True), ("no", False), ("unsaid", None)):
            told = {} if checks is None else {"validate_default": checks}

            @lib.post(f"/default/{name}")
            def default(value: Annotated[kind, marker(lib, place, **told)] = "a"):
                return str(value)

            @lib.post(f"/wrong/{name}")
            def wrong(value: Annotated[kind, marker(lib, place, **told)] = "ab"):
                return str(value)

            @lib.post(f"/factory/{name}")
            def factory(value: Annotated[kind, marker(lib, place, default_factory=lambda: "b", **told)]):
                return str(value)

            @lib.post(f"/of-field/{name}")
            def of_field(value: Annotated[kind, lib.Field(validate_default=True), marker(lib, place, **told)] = "a"):
                return str(value)

    ways = ("default", "wrong", "factory", "of-field")
    paths = [f"POST /{way}/{name}" for way in ways for name in ("yes", "no", "unsaid")]
    agree(build, *((path, sent) for path in paths for sent in (sending(place), sending(place, value="c"))))


@pytest.mark.parametrize("place", PLACES)
def test_one_of_several_names(place: str) -> None:
    """Of `AliasChoices` the first that was sent is taken, and named where it is at fault."""

    def build(lib):
        kind = bytes if place == "File" else int
        choices = lib.AliasChoices("first", "second_name")

        @lib.post("/scalar")
        def scalar(value: Annotated[kind, marker(lib, place, validation_alias=choices)]):
            return str(value)

        @lib.post("/optional")
        def optional(value: Annotated[kind | None, marker(lib, place, validation_alias=choices, alias="third")] = None):
            return str(value)

        @lib.post("/list")
        def several(value: Annotated[list[kind], marker(lib, place, validation_alias=choices)]):
            return list(map(str, value))

    sent = [{}, {"first": 1}, {"second-name" if place == "Header" else "second_name": 2}, {"first": 1, "value": 4}]
    sent += [{"first": 1, "second_name": 2} if place != "Header" else {"first": 1}, {"value": 3}, {"third": 3}]
    sent += [{"first": "x"}, {"second_name": "x"} if place != "Header" else {"first": "y"}]
    agree(build, *((f"POST /{p}", sending(place, **each)) for p in ("scalar", "optional", "list") for each in sent))


def test_names_of_a_models_attributes() -> None:
    """In a model of parameters or a form, each name of `AliasChoices` may hold one value or several."""

    def build(lib):
        @lib.model
        class Filters:
            value: Annotated[int, lib.Field(alias="ignored", validation_alias=lib.AliasChoices("first", "second"))]
            items: Annotated[list[str], lib.Field(validation_alias=lib.AliasChoices("item", "tag"))] = lib.Field(
                default=["default"]
            )

        @lib.get("/query")
        def query(filters: Annotated[Filters, lib.Query()]):
            return [filters.value, filters.items]

        @lib.post("/form")
        def form(filters: Annotated[Filters, lib.Form()]):
            return [filters.value, filters.items]

    queries = ("first=1", "second=1&second=2", "second=2&first=1&tag=x&item=a&item=b", "tag=a&tag=b&first=1", "value=1")
    form_type = {"content-type": "application/x-www-form-urlencoded"}
    agree(
        build,
        *(f"GET /query?{query}" for query in queries),
        *(("POST /form", {"content": query, "headers": form_type}) for query in queries),
    )


def test_a_path_parameter_of_several_names() -> None:
    """The name that stands in the rule counts, so that one declaration serves several rules."""

    def build(lib):
        ident = Annotated[int, lib.Path(validation_alias=lib.AliasChoices("item_id", "id"))]

        def find(ident: ident):
            return ident

        @lib.get("/items/{item_id}")
        def item(found: Annotated[int, lib.Depends(find)]):
            return found

        @lib.get("/legacy/{id}")
        def legacy(found: Annotated[int, lib.Depends(find)]):
            return found

    agree(build, "GET /items/3", "GET /legacy/4", "GET /items/x", "GET /legacy/x")


@pytest.mark.parametrize("place", ["Query", "Header", "Cookie", "Form", "Body"])
def test_what_a_marker_as_the_default_leaves_of_annotated(place: str) -> None:
    """The type alone: FastAPI reads neither limits nor functions in `Annotated` beside `= Query()`."""

    def build(lib):
        kinds = [Annotated[int, lib.Field(gt=3)], Annotated[int, lib.AfterValidator(str)], Annotated[str, lib.Strict()]]
        for number, kind in enumerate(kinds):

            def view(value: kind = marker(lib, place)) -> Any:
                return value

            lib.post(f"/{number}")(view)

        def optional(value: Annotated[int | None, lib.Field(gt=3)] = marker(lib, place, default=None, lt=9)) -> Any:
            return value

        lib.post("/3")(optional)

    agree(build, *((f"POST /{number}", sending(place, value=value)) for number in range(4) for value in (1, 5, 9, "x")))


def test_a_discriminator_beside_a_marker_as_the_default() -> None:
    """It is not read either: what fits best decides, and every member says why it did not fit."""

    def build(lib):
        @lib.model
        class Cat:
            kind: Literal["cat"] = "cat"
            lives: int = 9

        @lib.model
        class Dog:
            kind: Literal["dog"] = "dog"
            age: int = 1

        def kind_of(value: Any) -> Any:
            return value.get("kind", "dog") if isinstance(value, dict) else "dog"

        tagged = Annotated[Cat, lib.Tag("c")] | Annotated[Dog, lib.Tag("d")]
        kinds = [Annotated[Cat | Dog, lib.Field(discriminator="kind")], Annotated[tagged, lib.Discriminator(kind_of)]]
        for number, kind in enumerate(kinds):

            def view(pet: kind = lib.Body()) -> Any:
                return pet

            def embedded(pet: kind = lib.Body(embed=True)) -> Any:
                return pet

            lib.post(f"/{number}")(view)
            lib.post(f"/{number}/embedded")(embedded)

    bodies = [{"kind": "cat", "lives": "x"}, {"kind": "cow"}, {"kind": "dog", "age": 2}, {}, [1], {"age": 3}]
    agree(
        build,
        *((f"POST /{number}", {"json": body}) for number in (0, 1) for body in bodies),
        *((f"POST /{number}/embedded", {"json": {"pet": body}}) for number in (0, 1) for body in bodies),
    )
