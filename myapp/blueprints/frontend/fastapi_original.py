"""A built single-page application: its files, its own routes, and the API it reads from."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException

router = APIRouter(prefix="/frontend", tags=["frontend"])

DIST = Path(__file__).parent / "dist"
POSTS = {1: "First steps", 2: "Path parameters", 3: "Query parameters"}


@router.get("/api/posts")
def list_titles() -> dict[int, str]:
    """List the titles of posts by their number."""
    return POSTS


@router.get("/api/posts/{post_id}")
def read_title(post_id: int) -> dict[str, str]:
    """Read one title."""
    if post_id not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return {"title": POSTS[post_id]}


def need_badge(x_badge: Annotated[str, Header()]) -> None:
    if x_badge != "staff":
        raise HTTPException(status_code=403, detail="Staff only")


staff = APIRouter(prefix="/staff", dependencies=[Depends(need_badge)])
staff.frontend("/", directory=DIST, fallback=None)

router.frontend("/app", directory=DIST)
router.include_router(staff)
