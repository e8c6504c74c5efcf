"""Blueprints: what their operations share, one inside another, one included twice, one that cannot be edited."""

from typing import Annotated

from flask import Blueprint

from myapp.kit import Depends, Header, HTTPException, include_router, operation, router_options


def require_editor(x_editor: Annotated[str | None, Header()] = None) -> None:
    """Refuse whoever does not name the editor."""
    if x_editor is None:
        raise HTTPException(status_code=403, detail="Name the editor in X-Editor")


drafts = Blueprint("drafts", __name__, url_prefix="/drafts")
router_options(
    drafts,
    tags=["drafts"],
    dependencies=[Depends(require_editor)],
    responses={403: {"description": "No editor named"}},
)


@drafts.get("/")
@operation()
def list_drafts() -> list[dict[str, int]]:
    """List the drafts."""
    return [{"draft_id": 1}, {"draft_id": 2}]


comments = Blueprint("comments", __name__, url_prefix="/<draft_id>/comments")
router_options(comments, tags=["comments"])


@comments.get("/<comment_id>")
@operation()
def read_comment(draft_id: int, comment_id: int) -> dict[str, int]:
    """Read a comment on a draft."""
    return {"draft_id": draft_id, "comment_id": comment_id}


drafts.register_blueprint(comments)

# Stands for a blueprint from another package: nothing in it can be changed.
vendored = Blueprint("vendored", __name__)


def read_version() -> dict[str, str]:
    """Read the version."""
    return {"version": "2026.1"}


vendored.add_url_rule("/version", view_func=operation()(read_version))


bp = Blueprint("routers", __name__, url_prefix="/routers")
bp.register_blueprint(drafts)
include_router(bp, vendored, url_prefix="/v1", name="v1", deprecated=True)
include_router(
    bp,
    vendored,
    url_prefix="/v2",
    name="v2",
    tags=["vendored"],
    dependencies=[Depends(require_editor)],
    responses={403: {"description": "No editor named"}},
)
include_router(bp, vendored, url_prefix="/internal", name="internal", include_in_schema=False)
