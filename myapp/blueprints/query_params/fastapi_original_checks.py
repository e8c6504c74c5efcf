"""Query parameters that are checked: length, pattern, bounds, and a function of one's own."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

router = APIRouter(prefix="/checks")


def check_slug(value: str) -> str:
    """Raise ValueError unless the slug says what kind of post it names."""
    if not value.startswith(("post-", "draft-")):
        raise ValueError('a slug starts with "post-" or "draft-"')
    return value.lower()


@router.get("/length/")
async def check_length(q: Annotated[str | None, Query(min_length=3, max_length=50)] = None) -> dict[str, str | None]:
    """Search by three to fifty characters."""
    return {"q": q}


@router.get("/pattern/")
async def check_pattern(q: Annotated[str, Query(min_length=3, pattern="^[a-z ]+$")] = "fixed query") -> dict[str, str]:
    """Search by lowercase words."""
    return {"q": q}


@router.get("/required/")
async def check_required(q: Annotated[str, Query(min_length=3)]) -> dict[str, str]:
    """Search by what must be given."""
    return {"q": q}


@router.get("/required-or-none/")
async def check_required_or_none(q: Annotated[str | None, Query(min_length=3)]) -> dict[str, str | None]:
    """Search by what must be given, whatever its type allows."""
    return {"q": q}


@router.get("/bounds/")
async def check_bounds(
    page: Annotated[int, Query(ge=1, lt=1000)] = 1,
    ratio: Annotated[float | None, Query(gt=0, le=1)] = None,
    step: Annotated[int | None, Query(multiple_of=5)] = None,
) -> dict[str, int | float | None]:
    """Page by numbers that have bounds."""
    return {"page": page, "ratio": ratio, "step": step}


@router.get("/slug/")
async def check_slugs(slug: Annotated[str | None, AfterValidator(check_slug)] = None) -> dict[str, str | None]:
    """Look up a slug that a function of this module checks."""
    return {"slug": slug}


@router.get("/slug/default/")
async def check_default_slug(
    slug: Annotated[str, AfterValidator(check_slug), Query(validate_default=True)] = "post-Welcome",
) -> dict[str, str]:
    """Look up a slug; the default goes through the function, too."""
    return {"slug": slug}


@router.get("/tags/")
async def check_tags(
    tag: Annotated[list[Annotated[str, Query(max_length=10)]], Query(max_length=2)],
) -> dict[str, list[str]]:
    """Filter by at most two tags of at most ten characters."""
    return {"tag": tag}
