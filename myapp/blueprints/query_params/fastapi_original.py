"""Query parameters: required and optional ones, types, lists, names."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from myapp.blueprints.query_params import fastapi_original_checks, fastapi_original_models

router = APIRouter(prefix="/query-params", tags=["query-params"])

TITLES = ("First steps", "Path parameters", "Query parameters", "Headers", "Cookies")


class PostState(StrEnum):
    draft = "draft"
    published = "published"


@router.get("/posts/")
async def list_posts(skip: int = 0, limit: int = 10) -> list[str]:
    """List the titles of posts, a page at a time."""
    return list(TITLES[max(skip, 0) :][: max(limit, 0)])


@router.get("/posts/{post_id}")
async def read_post(post_id: str, q: str | None = None, short: bool = False) -> dict[str, str]:
    """Read a post, with an optional search word and a switch."""
    post: dict[str, Any] = {"post_id": post_id}
    if q:
        post["q"] = q
    if not short:
        post["body"] = "A post with a long body"
    return post


@router.get("/users/{user_id}/posts/{post_id}")
async def read_user_post(
    user_id: int, post_id: str, reader: str, skip: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Read a user's post: two path parameters, a required query parameter, a default, an optional one."""
    return {"user_id": user_id, "post_id": post_id, "reader": reader, "skip": skip, "limit": limit}


@router.get("/rated/")
async def list_rated(at_least: float, since: date | None = None, exact: bool | None = None) -> dict[str, Any]:
    """List posts by rating and day."""
    return {"at_least": str(at_least), "since": since, "exact": exact}


@router.get("/state/")
async def list_by_state(
    state: PostState = PostState.published, order: Literal["newest", "oldest"] = "newest"
) -> dict[str, str]:
    """List posts by one choice of each of two kinds."""
    return {"state": state, "order": order}


@router.get("/mixed/")
async def read_mixed(
    key: int | str, limit: int | Literal["all"] = 10, ratio: int | float | None = None
) -> dict[str, Any]:
    """Read a key that is a number or a word."""
    return {"key": key, "kind": type(key).__name__, "limit": limit, "ratio": ratio}


@router.get("/tags/")
async def list_by_tags(tag: Annotated[list[str] | None, Query()] = None) -> dict[str, list[str] | None]:
    """List posts by any number of tags."""
    return {"tag": tag}


@router.get("/tags/default/")
async def list_by_default_tags(tag: Annotated[list[str], Query()] = ["flask", "python"]) -> dict[str, list[str]]:  # noqa: B006
    """List posts by tags, by two when none is given."""
    return {"tag": tag}


@router.get("/numbers/")
async def list_by_numbers(
    post_id: Annotated[list[int], Query(min_length=1, max_length=3)],
    group: Annotated[set[Literal["a", "b"]] | None, Query()] = None,
) -> dict[str, Any]:
    """List posts by one to three numbers."""
    return {"post_id": post_id, "group": sorted(group or ())}


@router.get("/alias/")
async def search_by_alias(q: Annotated[str | None, Query(alias="post-query")] = None) -> dict[str, str | None]:
    """Search by a name that Python could not spell."""
    return {"q": q}


@router.get("/described/")
async def search_described(
    q: Annotated[
        str | None,
        Query(
            alias="post-query",
            title="Query string",
            description="Words to look for in the posts that have a good match",
            min_length=3,
            examples=["flask"],
            deprecated=True,
        ),
    ] = None,
) -> dict[str, str | None]:
    """Search by a parameter that the document describes and calls deprecated."""
    return {"q": q}


@router.get("/hidden/")
async def search_hidden(
    q: str | None = None, secret: Annotated[str | None, Query(include_in_schema=False)] = None
) -> dict[str, str | None]:
    """Search by a parameter that the document does not mention."""
    return {"q": q, "secret": secret}


router.include_router(fastapi_original_checks.router)
router.include_router(fastapi_original_models.router)
