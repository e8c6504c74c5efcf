"""An API whose parts are applications of their own."""

from flask import Blueprint, Flask

from myapp.blueprints.sub_applications import legacy
from myapp.kit import Api, ASGIApplication, HTTPException, mount, operation, router_options

bp = Blueprint("sub_applications", __name__, url_prefix="/sub-applications")
router_options(bp, tags=["sub-applications"])

blog = Flask(f"{__name__}.blog")
Api(title="Blog", version="2.0", summary="An application of its own").init_app(blog)
POSTS = {1: "First steps", 2: "Second thoughts"}


@blog.get("/posts/")
@operation()
def list_posts(limit: int = 10) -> dict[int, str]:
    """List the posts."""
    return dict(list(POSTS.items())[: max(limit, 0)])


@blog.get("/posts/<post_id>")
@operation()
def read_post(post_id: int) -> dict[str, str]:
    """Read a post."""
    if post_id not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return {"title": POSTS[post_id]}


@bp.get("/")
@operation()
def list_applications() -> list[str]:
    """List what is mounted."""
    return ["/sub-applications/blog", "/sub-applications/legacy", "/sub-applications/fastapi"]


mount(bp, "/blog", blog)
mount(bp, "/legacy", legacy.app)
mount(bp, "/fastapi", ASGIApplication("myapp.blueprints.sub_applications.fastapi_original:blog"))
