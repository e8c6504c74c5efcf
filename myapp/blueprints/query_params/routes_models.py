"""Query parameters declared together in one model."""

from dataclasses import dataclass
from typing import Annotated, Literal

from flask import Blueprint

from myapp.kit import Field, ModelConfig, Query, operation

bp = Blueprint("models", __name__, url_prefix="/models")


@dataclass
class PostFilters:
    """What posts are selected by."""

    limit: int = Field(100, gt=0, le=100)
    offset: int = Field(0, ge=0)
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = Field(default_factory=list)


@dataclass
class StrictPostFilters(PostFilters):
    model_config = ModelConfig(extra="forbid")


@dataclass
class Page:
    number: int = Field(1, ge=1, alias="page")
    size: int = Field(20, le=100, alias="page-size")


@dataclass
class ByAuthor:
    name: str = Field(min_length=2, title="Author's name")


@bp.get("/posts/")
@operation()
def filter_posts(filters: Annotated[PostFilters, Query()]) -> PostFilters:
    """Filter posts by one model; what it does not name is ignored."""
    return filters


@bp.get("/strict/")
@operation()
def filter_strictly(filters: Annotated[StrictPostFilters, Query()]) -> StrictPostFilters:
    """Filter posts by a model that forbids other parameters."""
    return filters


@bp.get("/two/")
@operation()
def filter_pages(page: Annotated[Page, Query()], author: Annotated[ByAuthor, Query()]) -> dict[str, int | str]:
    """Filter posts by two models side by side."""
    return {"number": page.number, "size": page.size, "author": author.name}


@bp.get("/optional/")
@operation()
def filter_optionally(page: Annotated[Page | None, Query()] = None) -> dict[str, int | None]:
    """Filter posts by a model that may be left out as a whole."""
    return {"number": page.number if page else None}
