"""Models of query, header and cookie parameters whose attributes have several names, or may be left empty."""

from dataclasses import dataclass
from itertools import permutations, product
from typing import Annotated, Any, ClassVar

import pytest

from myapp.kit import Query, TypeAdapter
from tests.kit.both import Twins

MARKERS = ("Query", "Header", "Cookie")
NAMES = ("x-called", "x_name", "x-one", "x-two", "x_items", "x-place", "y_more")
SENT = (
    (),
    *(((name, value),) for name, value in product(NAMES, ("1", "x", ""))),
    *(((one, "1"), (two, "2")) for one, two in permutations(NAMES, 2)),
    *(tuple(zip(names, "123", strict=True)) for names in list(permutations(NAMES, 3))[::11]),
)


def by_name(lib):
    """Read under its alias or its name."""

    @lib.model
    class ByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True)
        x_name: Annotated[str, lib.Field(alias="x-called", description="Its name")]
        y_more: str = "y"

    return ByName


def only_by_name(lib):
    """Read under its name alone, whatever its alias."""

    @lib.model
    class OnlyByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True, validate_by_alias=False)
        x_name: Annotated[str, lib.Field(alias="x-called", deprecated=True)]
        x_items: Annotated[list[int], lib.Field(validation_alias=lib.AliasChoices("x-one", "x-two"), title="Items")]

    return OnlyByName


def chosen(lib):
    """Read under any of several names; what is left over is kept."""

    @lib.model
    class Chosen:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
        x_name: Annotated[str, lib.Field(alias="ignored", validation_alias=lib.AliasChoices("x-one", "x-two"))]
        x_items: Annotated[list[int], lib.Field(validation_alias=lib.AliasChoices("x-called", "x-place"))] = lib.Field(
            default=[1]
        )

    return Chosen


def chosen_by_name(lib):
    """Read under any of several names or its own, which is what a 422 calls it."""

    @lib.model
    class ChosenByName:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True, loc_by_alias=False)
        x_name: Annotated[int, lib.Field(validation_alias=lib.AliasChoices("x-one", "x-two"))]

    return ChosenByName


def by_path(lib):
    """Looked for at a place inside a value, or under a name."""

    @lib.model
    class ByPath:
        model_config: ClassVar[Any] = lib.ModelConfig(validate_by_name=True)
        x_name: Annotated[str, lib.Field(validation_alias=lib.AliasChoices(lib.AliasPath("x-place", 0), "x-two"))]
        y_more: Annotated[str, lib.Field(alias="x-one", validation_alias=lib.AliasPath("x-place"))] = "y"

    return ByPath


def marked(lib):
    """An attribute that would say for itself how its name is written as a header: pydantic forgets it."""

    @lib.model
    class Marked:
        model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
        x_name: int | None = None
        y_more: Annotated[int, lib.Header(convert_underscores=False)] = 3
        x_items: Annotated[int, lib.Query(alias="x-one")] = 3

    return Marked


def generated(lib):
    """Read under an alias that is made of its name, or its name."""

    @lib.model
    class Generated:
        model_config: ClassVar[Any] = lib.ModelConfig(alias_generator=lambda name: f"{name}-", validate_by_name=True)
        x_name: int

    return Generated


def empty(lib):
    """Nothing to be read: such an operation can't answer 422 for its parameters, and the document doesn't say so."""

    @lib.model
    class Empty:
        pass

    return Empty


MODELS = (by_name, only_by_name, chosen, chosen_by_name, by_path, marked, generated, empty)


def sent(marker, pairs):
    """httpx's keywords for a request with these values in the query, the headers or the cookies."""
    if marker == "Query":
        return {"params": pairs}
    if marker == "Header":
        return {"headers": [(name.replace("_", "-"), said) for name, said in pairs]}
    return {"headers": {"cookie": "; ".join(f"{name}={said}" for name, said in pairs)}}


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("declare", MODELS, ids=lambda declare: declare.__name__)
def test_names(declare, marker):
    """The first name that was sent counts, the document has the preferred one, and a 422 the one that was meant."""

    def build(lib):
        model, mark = declare(lib), getattr(lib, marker)

        @lib.get("/alone/")
        def alone(data: Annotated[model, mark()]):
            return data

        @lib.get("/optional/")
        def optional(data: Annotated[model | None, mark()] = None):
            return data

        @lib.get("/beside/")
        def beside(data: Annotated[model, mark()], y_more: Annotated[str, mark()] = "y"):
            return [data, y_more]

    twins = Twins(build)
    twins.same_document()
    paths = ("alone", "optional", "beside")
    twins.agree(*((f"GET /{path}/", sent(marker, each)) for path, each in product(paths, SENT)))


@pytest.mark.parametrize("marker", MARKERS)
def test_left_empty(marker):
    """An empty value counts as not sent where it would have to make a sequence on its own: in a cookie, or as JSON."""

    def build(lib):
        mark = getattr(lib, marker)

        @lib.model
        class Model:
            a: lib.Json[list[int]] = lib.Field(default=[1])
            b: list[int] | str = "b"
            c: list[str] = lib.Field(default=["c"])
            d: lib.Json[int] | None = None
            e: set[int] | None = None

        @lib.get("/model/")
        def model(data: Annotated[Model, mark()]):
            return data

        @lib.get("/single/")
        def single(
            a: Annotated[lib.Json[list[int]], mark()] = [1],  # noqa: B006
            b: Annotated[list[int] | str, mark()] = "b",
            c: Annotated[list[str], mark()] = ["c"],  # noqa: B006
            d: Annotated[lib.Json[int] | None, mark()] = None,
            e: Annotated[set[int] | None, mark()] = None,
        ):
            return [a, b, c, d, e]

        @lib.get("/required/")
        def required(c: Annotated[list[str], mark()]):
            return c

    twins = Twins(build)
    twins.same_document()
    said = ("", "1", "[1]", "x") if marker == "Header" else ("", "1", "[1]", "x", " ")
    values = [[(name, value)] for name, value in product("abcde", said)]
    if marker != "Header":
        values += [[(name, one), (name, two)] for name, one, two in product("abcde", ("", "1"), ("", "1"))]
    paths = ("model", "single", "required")
    twins.agree(*((f"GET /{path}/", sent(marker, each)) for path, each in product(paths, values)))


def test_a_marker_as_the_default_of_an_attribute():
    """FastAPI reads it; a dataclass would hand out the marker itself for a value, so the kit refuses it by name."""

    @dataclass
    class Filters:
        size: int = Query(gt=0)

    with pytest.raises(
        TypeError, match=r"Filters\.size: Query\(\) itself would be its default: use Annotated, or Field"
    ):
        TypeAdapter(Filters)
