"""Annotations as text: `from __future__ import annotations`, quotes, and types that only a type checker imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import fastapi
import pydantic
from flask import Flask

import myapp.kit as kit
from tests.kit.both import Twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nowhere import Session


@dataclass
class Tree:
    """A class that names itself and one that comes after it."""

    name: str
    children: list[Tree] = field(default_factory=list)
    leaf: Leaf | None = None


@dataclass
class Leaf:
    """The one that comes after."""

    colour: Annotated[str, kit.Field(max_length=5)] = "green"


class TreeModel(pydantic.BaseModel):
    """The same for FastAPI."""

    name: str
    children: list[TreeModel] = pydantic.Field(default_factory=list)
    leaf: LeafModel | None = None


class LeafModel(pydantic.BaseModel):
    """The same for FastAPI."""

    colour: str = pydantic.Field(default="green", max_length=5)


class Page:
    """A class with a `__new__` in the place of an `__init__`."""

    skip: int
    limit: int

    def __new__(cls, skip: int = 0, limit: int = 10) -> Page:
        self = super().__new__(cls)
        self.skip, self.limit = skip, limit
        return self


def session() -> Session:
    """A dependency whose result is known to the type checker only."""
    return "session"  # type: ignore[return-value]


def held() -> Iterator[Session]:
    """The same with `yield`."""
    yield "held"  # type: ignore[misc]


def theirs(tree: TreeModel, q: Annotated[int | None, fastapi.Query()] = None) -> list[TreeModel]:
    """FastAPI's view."""
    return [tree]


def ours(tree: Tree, q: Annotated[int | None, kit.Query()] = None) -> list[Tree]:
    """Ours."""
    return [tree]


def test_annotations_are_evaluated_where_they_were_written():
    """Classes that refer to themselves and to later ones are read on both sides."""

    def build(lib):
        lib.post("/")(theirs if lib.name == "fastapi" else ours)

    leaf = {"leaf": {"colour": "brown"}}
    bodies = [
        {"name": "a", "children": [{"name": "b", **leaf}]},
        {"name": "a", "children": [{}], "leaf": {"colour": "purple"}},
    ]
    Twins(build).agree(*((f"POST /?q={q}", {"json": body}) for q in (1, "x") for body in bodies))


def test_what_only_the_type_checker_imports():
    """The return annotation of a dependency need not exist; FastAPI does not look at it either."""
    app = Flask("forward")
    kit.Api().init_app(app)

    @app.get("/")
    @kit.operation()
    def view(
        a: Annotated[str, kit.Depends(session)],
        b: Annotated[str, kit.Depends(held)],
        page: Annotated[Page, kit.Depends()],
    ) -> list[str | int]:
        return [a, b, page.skip, page.limit]

    client = app.test_client()
    assert client.get("/?limit=3").json == ["session", "held", 0, 3]
    assert client.get("/?limit=x").status_code == 422
