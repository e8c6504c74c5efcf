"""A built single-page application: its files, its own routes, and the API it reads from."""

from pathlib import Path
from typing import Annotated

from flask import Blueprint

from myapp.kit import Depends, Header, HTTPException, frontend, operation, router_options

bp = Blueprint("frontend", __name__, url_prefix="/frontend")
router_options(bp, tags=["frontend"])

DIST = Path(__file__).parent / "dist"
POSTS = {1: "First steps", 2: "Path parameters", 3: "Query parameters"}


@bp.get("/api/posts")
@operation()
def list_titles() -> dict[int, str]:
    """List the titles of posts by their number."""
    return POSTS


@bp.get("/api/posts/<post_id>")
@operation()
def read_title(post_id: int) -> dict[str, str]:
    """Read one title."""
    if post_id not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return {"title": POSTS[post_id]}


def need_badge(x_badge: Annotated[str, Header()]) -> None:
    if x_badge != "staff":
        raise HTTPException(status_code=403, detail="Staff only")


staff = Blueprint("staff", __name__, url_prefix="/staff")
router_options(staff, dependencies=[Depends(need_badge)])
frontend(staff, "/", directory=DIST, fallback=None)

frontend(bp, "/app", directory=DIST)
bp.register_blueprint(staff)
