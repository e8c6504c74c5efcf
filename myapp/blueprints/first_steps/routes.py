"""Every verb, the request itself, and links to other operations."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, request

from myapp.blueprints.first_steps import routes_results, routes_routers
from myapp.kit import HTTPConnection, Response, operation, router_options

bp = Blueprint("first_steps", __name__, url_prefix="/first-steps")
router_options(bp, tags=["first-steps"])

VERBS = ("OPTIONS", "HEAD", "GET", "PUT", "PATCH", "DELETE", "TRACE")


@bp.get("/")
@operation()
def read_root() -> dict[str, str]:
    """Greet the world."""
    return {"Hello": "World"}


@bp.post("/posts/")
@operation(status_code=HTTPStatus.CREATED)
def add_post() -> dict[str, int | bool]:
    """Add a post."""
    return {"post_id": 1, "added": True}


@bp.get("/posts/<post_id>")
@operation()
def get_post(post_id: int) -> dict[str, int | str]:
    """Get a post."""
    return {"post_id": post_id, "title": "First steps"}


@bp.route("/posts/<post_id>", methods=["OPTIONS"])
@operation()
def list_verbs(post_id: int, response: Response) -> tuple[str, ...]:
    """List what can be done with a post."""
    response.headers["Allow"] = ", ".join(VERBS)
    return VERBS


@bp.route("/posts/<post_id>", methods=["HEAD"])
@operation()
def measure_post(post_id: int, response: Response) -> None:
    """Tell the number of words in a post."""
    response.headers["X-Words"] = "2"


@bp.put("/posts/<post_id>")
@operation()
def replace_post(post_id: int) -> dict[str, int | bool]:
    """Replace a post."""
    return {"post_id": post_id, "replaced": True}


@bp.patch("/posts/<post_id>")
@operation()
def change_post(post_id: int) -> dict[str, int | bool]:
    """Change a post."""
    return {"post_id": post_id, "changed": True}


@bp.delete("/posts/<post_id>")
@operation(status_code=HTTPStatus.NO_CONTENT)
def remove_post(post_id: int) -> None:
    """Remove a post."""


@bp.route("/posts/<post_id>", methods=["TRACE"])
@operation()
def trace_post(post_id: int) -> dict[str, int | bool]:
    """Show the way of a request."""
    return {"post_id": post_id, "traced": True}


@bp.route("/ping", methods=["GET", "POST"])
@operation(include_in_schema=False)
def ping() -> dict[str, str]:
    """Answer both verbs alike."""
    return {"method": request.method}


@bp.post("/raw")
@operation()
def measure_body() -> dict[str, Any]:
    """Measure a body that nothing validates, and tell where it came from."""
    return {"client": request.remote_addr, "path": request.path, "length": len(request.get_data())}


@bp.get("/links/<post_id>")
@operation()
def link_posts(connection: HTTPConnection, post_id: int) -> dict[str, str]:
    """Link to the next post."""
    return {"site": connection.base_url, "next": connection.url_for(".link_posts", post_id=post_id + 1)}


bp.register_blueprint(routes_results.bp)
bp.register_blueprint(routes_routers.bp)
