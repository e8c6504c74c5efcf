"""Responses that are not the default JSON: a page, a text, a feed, redirects, downloads, a table."""

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint, Flask
from sqlalchemy import select

from myapp.blueprints.custom_response import routes_argument
from myapp.blueprints.custom_response.writing import FILES, write_feed, write_page, write_table, write_text
from myapp.dependencies import PostDep, SessionDep
from myapp.kit import (
    Api,
    FileResponse,
    HTMLResponse,
    HTTPException,
    JSONResponse,
    Path,
    PlainTextResponse,
    Query,
    RedirectResponse,
    Response,
    StreamingResponse,
    mount,
    operation,
    router_options,
)
from myapp.models import Post, User

bp = Blueprint("custom_response", __name__, url_prefix="/custom-response")
router_options(bp, tags=["custom-response"])
texts = Blueprint("texts", __name__, url_prefix="/texts")
router_options(texts, default_response_class=PlainTextResponse)
pages = Flask(f"{__name__}.pages")
Api(title="Pages", default_response_class=HTMLResponse).init_app(pages)


@dataclass
class Entry:
    id: int
    title: str


class FeedResponse(Response):
    """Entries as an RSS feed."""

    media_type = "application/rss+xml"

    def render(self, content: Any) -> bytes:
        """Write the feed."""
        return write_feed(content)


@bp.get("/posts/<post_id>/page")
@operation(response_class=HTMLResponse)
def read_post_page(post: PostDep) -> str:
    """Read a post as a page."""
    return write_page(post.title, post.body)


@bp.get("/posts/<post_id>/author")
@operation(response_class=RedirectResponse)
def read_post_author(post: PostDep) -> str:
    """Go to what the author of a post has written."""
    return f"/sql-databases/users/{post.author_id}/posts/"


@bp.get("/posts/<post_id>/legacy")
@operation(responses={301: {"description": "Where the post is now"}})
def read_legacy_post(post: PostDep) -> RedirectResponse:
    """Go to where the post is now, for good."""
    return RedirectResponse(f"/sql-databases/posts/{post.id}", status_code=301)


@bp.get("/posts/<post_id>/title")
@operation()
def read_post_title(post: PostDep) -> JSONResponse:
    """Read a post's title, with a header of its own."""
    return JSONResponse({"title": post.title}, headers={"X-Post": str(post.id)})


@bp.get("/feed")
@operation(response_class=FeedResponse)
def read_feed(session: SessionDep, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[Entry]:
    """Read the latest published posts as a feed."""
    posts = session.scalars(select(Post).where(Post.published).order_by(Post.id.desc()).limit(limit))
    return [Entry(id=post.id, title=post.title) for post in posts]


@bp.get("/users.csv")
@operation(response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
def read_users(session: SessionDep) -> StreamingResponse:
    """Download the users as a table, a line at a time."""
    users = session.scalars(select(User).order_by(User.id)).all()
    lines = write_table([("id", "role"), *((user.id, user.role.value) for user in users)])
    headers = {"Content-Disposition": 'attachment; filename="users.csv"'}
    return StreamingResponse(lines, media_type="text/csv", headers=headers)


@bp.get("/guide")
@operation(response_class=FileResponse, responses={200: {"content": {"text/plain": {}}}})
def read_guide(filename: Annotated[str, Query(min_length=1, max_length=50)] = "Über Posts.txt") -> FileResponse:
    """Download the guide, under a name with any letters."""
    return FileResponse(FILES / "guide.txt", filename=filename, media_type="text/plain")


@bp.get("/logo.svg")
@operation(response_class=FileResponse)
def read_logo() -> str:
    """Show the logo."""
    return str(FILES / "logo.svg")


@bp.get("/files/<name>")
@operation(response_class=FileResponse)
def read_file(name: Annotated[str, Path(pattern="^[a-z]+[.][a-z]+$", max_length=50)]) -> FileResponse:
    """Download a file by its name; the disk is asked once whether it is there, and how large it is."""
    try:
        found = (FILES / name).stat()
    except FileNotFoundError:
        raise HTTPException(status_code=404, detail="File not found") from None
    return FileResponse(FILES / name, filename=name, stat_result=found)


@bp.get("/sitemap.xml")
@operation(response_class=Response, responses={200: {"content": {"application/xml": {}}}})
def read_sitemap() -> Response:
    """Read a hand-made document."""
    return Response("<urlset><url><loc>/custom-response/feed</loc></url></urlset>", media_type="application/xml")


@texts.get("/posts/<post_id>")
@operation()
def read_post_text(post: PostDep) -> str:
    """Read a post as text: the class of the whole router."""
    return write_text(post.title, post.body)


@texts.get("/posts/<post_id>/data")
@operation(response_class=JSONResponse)
def read_post_data(post: PostDep) -> Entry:
    """Read a post as JSON, against the router's class."""
    return Entry(id=post.id, title=post.title)


@pages.get("/hello/<name>")
@operation()
def greet(name: str) -> str:
    """Greet on a page: the class of the whole application."""
    return write_page("Hello", name)


bp.register_blueprint(texts)
bp.register_blueprint(routes_argument.bp)
mount(bp, "/pages", pages)
