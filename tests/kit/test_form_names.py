"""Attributes of a form model that have several names: which of them are read, and what the document says of them."""

from itertools import combinations_with_replacement, permutations, product
from typing import Annotated, Any, ClassVar

import pytest

from tests.kit.both import Twins

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
BODIES = (
    *(b"", b"name=a", b"name=", b"called=a", b"called=&name=b", b"name=&called=b", b"name=b&called=a", b"nick=1"),
    *(b"nick=1&called=2", b"called=&nick=2", b"called=1&called=2&nick=3", b"called=a&tags=1&tags=2"),
    *(
        b"called=a&marks=1",
        b"called=a&marks=x&tags=1",
        b"name=a&tags=&marks=2",
        b"paths=1",
        b"paths=1&paths=2&name=a",
        b"first=1&paths=1",
    ),
    *(b"first=&name=1&second=2", b"name=1&second=2&third=3", b"third=&fourth=2&second=1", b"other=1", b"other=&name="),
    *(b"name=a&token=x", b"called=a&token=", b"note=", b"note=x&called=a&other="),
)


def by_name(lib):
    """Read under its alias or its name."""

    @lib.model
    class ByName:
        """Someone who is called something."""

        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True)
        name: Annotated[str, lib.Field(alias="called", description="What to shout")]
        note: str = "none"
        tags: Annotated[list[int], lib.Field(alias="marks")] = lib.Field(default=[1])

    return ByName


def chosen(lib):
    """Read under any of several names, of which its own is none."""

    @lib.model
    class Chosen:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
        name: Annotated[str, lib.Field(validation_alias=lib.AliasChoices("called", "nick"))]
        tags: Annotated[list[int], lib.Field(validation_alias=lib.AliasChoices("tags", "marks"))] = lib.Field(
            default=[1]
        )

    return Chosen


def only_by_name(lib):
    """Read under its name alone, whatever its alias."""

    @lib.model
    class OnlyByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True, validate_by_alias=False, title="Titled")
        name: Annotated[str, lib.Field(validation_alias=lib.AliasChoices("called", "nick"))]
        tags: Annotated[list[int], lib.Field(alias="marks")] = lib.Field(default=[1])

    return OnlyByName


def described(lib):
    """Several conditions beside one of its own."""

    @lib.model
    class Described:
        model_config: ClassVar[Any] = lib.ModelConfig(
            validate_by_name=True, title="Titled", json_schema_extra={"example": {}, "allOf": [{"minProperties": 1}]}
        )
        name: Annotated[str, lib.Field(alias="called")]
        tags: Annotated[list[int], lib.Field(alias="marks")]
        note: str

    return Described


def by_path(lib):
    """Looked for at a place inside the form, before its name or after it."""

    @lib.model
    class ByPath:
        first: Annotated[str, lib.Field(validation_alias=lib.AliasChoices(lib.AliasPath("paths", 0), "third"))]
        second: Annotated[str, lib.Field(validation_alias=lib.AliasPath("paths", 1))] = "none"

    return ByPath


def by_path_or_name(lib):
    """Looked for at a place inside the form, or under its name."""

    @lib.model
    class ByPathOrName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True)
        first: Annotated[str, lib.Field(validation_alias=lib.AliasChoices(lib.AliasPath("paths", 0), "third"))]
        second: Annotated[str, lib.Field(validation_alias=lib.AliasChoices("fourth", lib.AliasPath("paths", 1)))]

    return ByPathOrName


def several(lib):
    """Models that take the same values for other attributes."""

    @lib.model
    class ByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True)
        name: Annotated[str, lib.Field(alias="called")]
        tags: Annotated[list[bytes], lib.Field(validation_alias=lib.AliasChoices("nick", "marks"))] = lib.Field(
            default=[]
        )

    @lib.model
    class Plain:
        name: str
        tags: list[str] | None = None

    @lib.model
    class OnlyByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True, validate_by_alias=False)
        name: Annotated[int | None, lib.Field(alias="called")]
        called: Annotated[str, lib.Field(alias="nick")] = "no"

    @lib.model
    class ByPath:
        name: Annotated[str, lib.Field(validation_alias=lib.AliasPath("tags", 0))]
        tags: Annotated[str, lib.Field(validation_alias=lib.AliasChoices(lib.AliasPath("marks", 1), "called"))] = "no"

    return ByName, Plain, OnlyByName, ByPath


def empty(lib):
    """Nothing that a form could hold."""

    @lib.model
    class Empty:
        pass

    return Empty


def empty_and_closed(lib):
    """Nothing, and nothing else either."""

    @lib.model
    class Closed:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")

    return Closed


MODELS = (by_name, chosen, only_by_name, described, by_path, by_path_or_name, empty, empty_and_closed)


@pytest.mark.parametrize("declare", MODELS, ids=lambda declare: declare.__name__)
def test_names(declare):
    """A form gives a value under any name of it; where that is no longer what the model's component says, the form
    has a schema of its own, and JSON still has the component.
    """

    def build(lib):
        model = declare(lib)

        @lib.post("/alone/")
        def alone(data: Annotated[model, lib.Form()]):
            return data

        @lib.post("/optional/")
        def optional(data: Annotated[model | None, lib.Form()] = None):
            return data

        @lib.post("/nullable/")
        def nullable(data: Annotated[model | None, lib.Form(title="Title", description="Described")]):
            return data

        @lib.post("/beside/")
        def beside(named: Annotated[model, lib.Form(description="Described")], token: Annotated[str, lib.Form()] = "t"):
            return [named, token]

        @lib.post("/twice/")
        def twice(
            named: Annotated[model, lib.Form(title="Title")],
            other: Annotated[model | None, lib.Form(examples=["x"])] = None,
        ):
            return [named, other]

    def with_json(lib):
        build(lib)

        @lib.post("/json/")
        def json(data: declare(lib)):
            return data

    Twins(with_json).same_document()
    twins = Twins(build)
    twins.same_document()
    paths = ("alone", "optional", "nullable", "beside", "twice")
    requests = [(f"POST /{path}/", {"content": body, "headers": URLENCODED}) for path, body in product(paths, BODIES)]
    twins.agree(*requests)


def test_names_in_unions():
    """The model of a union that has most of what was sent is chosen, under whatever names it finds that."""

    def build(lib):
        for one, other in permutations(several(lib), 2):

            def form(data: Annotated[one | other, lib.Form()]):
                return [type(data).__name__, data]

            def json(data: one | other):
                return [type(data).__name__, data]

            for view in (form, json):
                view.__name__ = f"{view.__name__}_{one.__name__}_{other.__name__}"
                lib.post(f"/{view.__name__}/")(view)

    twins = Twins(build)
    paths = twins.same_document()["paths"]
    fields = [{name: value} for name in ("name", "called", "nick", "tags", "marks") for value in ("1", ["b", "c"])]
    values = [one | other for one, other in combinations_with_replacement(fields, 2)]
    kinds = {path: "data" if path.startswith("/form") else "json" for path in paths}
    twins.agree(*((f"POST {path}", {kinds[path]: sent}) for path, sent in product(paths, values)))
