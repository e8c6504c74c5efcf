"""Attributes of classes that no field reads: `arbitrary_types_allowed`, and functions that read and write them."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import pytest

import myapp.kit as kit
from tests.kit.both import Twins


class Point:
    """A class that knows nothing of models."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def __str__(self) -> str:
        return f"{self.x},{self.y}"


class Corner(Point):
    """A kind of it."""


def parse(value: Any) -> Any:
    """A point from its text; anything else as it is."""
    return Point(*map(int, value.split(","))) if isinstance(value, str) and "," in value else value


def kept_near(value: Point) -> Point:
    """The origin instead of a point that is far away."""
    return value if value.x < 5 else Point(0, 0)


def read(lib: Any) -> tuple[Any, ...]:
    """What a client can send and be told of."""
    return lib.BeforeValidator(parse), lib.PlainSerializer(str, return_type=str), lib.WithJsonSchema({"type": "string"})


KINDS: dict[str, Callable[[Any], Any]] = {
    "bare": lambda lib: Point,
    "documented": lambda lib: Annotated[Point, lib.WithJsonSchema({"type": "string"})],
    "read and written": lambda lib: Annotated[(Point, *read(lib))],
    "undocumented": lambda lib: Annotated[(Point, *read(lib)[:2])],
    "written as anything": lambda lib: Annotated[
        Point, lib.BeforeValidator(parse), lib.PlainSerializer(lambda value: [value.x, value.y])
    ],
    "not written": lambda lib: Annotated[(Point, read(lib)[0], read(lib)[2])],
    "optional": lambda lib: Annotated[(Point, *read(lib))] | None,
    "list": lambda lib: list[Annotated[(Point, *read(lib))]],
    "union": lambda lib: Annotated[(Point, *read(lib))] | int,
    "checked after": lambda lib: Annotated[(Point, lib.AfterValidator(kept_near), *read(lib))],
    "read by a function": lambda lib: Annotated[(Point, lib.PlainValidator(parse), *read(lib)[1:])],
    "read by a function alone": lambda lib: Annotated[Point, lib.PlainValidator(parse)],
}
ALLOWED = [(name, True) for name in KINDS] + [(name, False) for name in KINDS if name.startswith("read by")]
BODIES: list[dict[str, Any]] = [{"p": p} for p in ("1,2", "9,9", "x", ["1,2"], ["x", "3,4"], None, {"a": 1})] + [{}]


def of_points(name: str, *, allowed: bool) -> Callable[[Any], None]:
    """A model with an attribute of this kind: taken and returned, read from a dictionary, made by the view."""

    def build(lib: Any) -> None:
        kind = KINDS[name](lib)
        said: Any = {"arbitrary_types_allowed": True} if allowed else {}

        class Model:
            model_config: ClassVar[Any] = lib.ModelConfig(**said)

            p: kind
            q: int = 1

        if lib.name == "fastapi":
            del Model.__annotations__["model_config"]
        model = lib.model(Model)

        @lib.post("/")
        def view(body: model) -> model:
            return body

        @lib.post("/dictionary", response_model=model)
        def dictionary(body: dict[str, Any]) -> Any:
            p = body.get("p")
            return {"p": list(map(parse, p)) if name == "list" and isinstance(p, list) else p}

        @lib.get("/made")
        def made() -> model:
            return model(p=[Corner(1, 2)] if name == "list" else Corner(1, 2))

    return build


@pytest.mark.parametrize(("name", "allowed"), ALLOWED)
def test_models_of_other_classes(name: str, allowed: bool) -> None:
    """An instance is valid, nothing else is; it is written and documented as functions say, or not at all."""
    twins = Twins(of_points(name, allowed=allowed))
    documents = [client.get("/openapi.json") for client in (twins.fastapi, twins.flask)]
    assert documents[0].status_code == documents[1].status_code
    if documents[0].status_code == 200:
        twins.same_document()
    for line in ("GET /made", *(f"POST {path}" for path in ("/", "/dictionary"))):
        for body in BODIES:
            answers = [client.request(*line.split(), json=body) for client in (twins.fastapi, twins.flask)]
            # the text of what the server could not do is not compared
            theirs, ours = [(a.status_code, None if a.status_code == 500 else a.content) for a in answers]
            assert ours == theirs, f"{line} {body}"


def test_what_is_not_allowed() -> None:
    """Without it a class that no field reads is refused, by its name."""
    with pytest.raises(TypeError, match="Point"):
        kit.TypeAdapter(Point)
