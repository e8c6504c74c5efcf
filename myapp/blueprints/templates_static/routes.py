"""Pages from templates, with inheritance and a form, and the static files they use."""

from pathlib import Path
from typing import Annotated

from flask import Blueprint, Response, make_response, render_template

from myapp.blueprints.templates_static.pages import POSTS, search
from myapp.kit import HTTPException, Query, operation, router_options, static_files

bp = Blueprint("templates_static", __name__, url_prefix="/templates-static", template_folder="templates")
router_options(bp, tags=["templates-static"])

HERE = Path(__file__).parent

static_files(bp, "/static", directory=HERE / "static", name="files")


@bp.get("/posts")
@operation(include_in_schema=False)
def show_pages(q: Annotated[str, Query()] = "") -> Response:
    """Show the posts, or those that a search finds."""
    return make_response(render_template("templates_static/posts.html", posts=search(q), q=q))


@bp.get("/posts/<slug>")
def show_page(slug: str) -> str:
    """Show one post."""
    if slug not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return render_template("templates_static/post.html", post=POSTS[slug])


@bp.get("/titles")
@operation()
def list_pages() -> list[str]:
    """List the names of the pages."""
    return list(POSTS)
