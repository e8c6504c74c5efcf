"""Pages from templates, with inheritance and a form, and the static files they use."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from myapp.blueprints.templates_static.pages import POSTS, search

router = APIRouter(prefix="/templates-static", tags=["templates-static"])

HERE = Path(__file__).parent
templates = Jinja2Templates(directory=HERE / "fastapi_templates")

router.mount("/templates-static/static", StaticFiles(directory=HERE / "static"), name="templates_static_files")


@router.get("/posts", include_in_schema=False)
def show_pages(request: Request, q: Annotated[str, Query()] = "") -> Response:
    """Show the posts, or those that a search finds."""
    return templates.TemplateResponse(request, "posts.html", {"posts": search(q), "q": q})


@router.get("/posts/{slug}", include_in_schema=False)
def show_page(request: Request, slug: str) -> Response:
    """Show one post."""
    if slug not in POSTS:
        raise HTTPException(status_code=404, detail="Post not found")
    return templates.TemplateResponse(request, "post.html", {"post": POSTS[slug]})


@router.get("/titles")
def list_pages() -> list[str]:
    """List the names of the pages."""
    return list(POSTS)
