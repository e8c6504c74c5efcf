"""An API whose parts are applications of their own."""

from a2wsgi import WSGIMiddleware
from fastapi import APIRouter, FastAPI, HTTPException

from myapp.blueprints.sub_applications import legacy

router = APIRouter(prefix="/sub-applications", tags=["sub-applications"])

blog = FastAPI(title="Blog", version="2.0", summary="An application of its own")
POSTS = {1: "First steps", 2: "Second thoughts"}


@blog.get("/posts/")
def list_posts(limit: int = 10) -> dict[int, str]:
    """List the posts."""
    return dict(list(POSTS.items())[: max(limit, 0)])


@blog.get("/posts/{post_id}")
def read_post(post_id: int) -> dict[str, str]:
    """Read a post."""
    if post_id not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return {"title": POSTS[post_id]}


@router.get("/")
def list_applications() -> list[str]:
    """List what is mounted."""
    return ["/sub-applications/blog", "/sub-applications/legacy", "/sub-applications/fastapi"]


router.mount("/sub-applications/blog", blog)
router.mount("/sub-applications/legacy", WSGIMiddleware(legacy.app))  # type: ignore[arg-type]
router.mount("/sub-applications/fastapi", blog)
