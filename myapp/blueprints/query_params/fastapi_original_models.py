"""Query parameters declared together in one model."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

router = APIRouter(prefix="/models")


class PostFilters(BaseModel):
    """What posts are selected by."""

    limit: int = Field(100, gt=0, le=100)
    offset: int = Field(0, ge=0)
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = Field(default_factory=list)


class StrictPostFilters(PostFilters):
    model_config = {"extra": "forbid"}


class Page(BaseModel):
    number: int = Field(1, ge=1, alias="page")
    size: int = Field(20, le=100, alias="page-size")


class ByAuthor(BaseModel):
    name: str = Field(min_length=2, title="Author's name")


@router.get("/posts/")
async def filter_posts(filters: Annotated[PostFilters, Query()]) -> PostFilters:
    """Filter posts by one model; what it does not name is ignored."""
    return filters


@router.get("/strict/")
async def filter_strictly(filters: Annotated[StrictPostFilters, Query()]) -> StrictPostFilters:
    """Filter posts by a model that forbids other parameters."""
    return filters


@router.get("/two/")
async def filter_pages(page: Annotated[Page, Query()], author: Annotated[ByAuthor, Query()]) -> dict[str, int | str]:
    """Filter posts by two models side by side."""
    return {"number": page.number, "size": page.size, "author": author.name}


@router.get("/optional/")
async def filter_optionally(page: Annotated[Page | None, Query()] = None) -> dict[str, int | None]:
    """Filter posts by a model that may be left out as a whole."""
    return {"number": page.number if page else None}
