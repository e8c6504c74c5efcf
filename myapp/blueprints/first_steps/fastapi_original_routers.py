"""Routers: what their operations share, one inside another, one included twice, one that cannot be edited."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException


def require_editor(x_editor: Annotated[str | None, Header()] = None) -> None:
    """Refuse whoever does not name the editor."""
    if x_editor is None:
        raise HTTPException(status_code=403, detail="Name the editor in X-Editor")


drafts = APIRouter(
    prefix="/drafts",
    tags=["drafts"],
    dependencies=[Depends(require_editor)],
    responses={403: {"description": "No editor named"}},
)


@drafts.get("/")
async def list_drafts() -> list[dict[str, int]]:
    """List the drafts."""
    return [{"draft_id": 1}, {"draft_id": 2}]


comments = APIRouter(prefix="/{draft_id}/comments", tags=["comments"])


@comments.get("/{comment_id}")
async def read_comment(draft_id: int, comment_id: int) -> dict[str, int]:
    """Read a comment on a draft."""
    return {"draft_id": draft_id, "comment_id": comment_id}


drafts.include_router(comments)

# Stands for a router from another package: nothing in it can be changed.
vendored = APIRouter()


async def read_version() -> dict[str, str]:
    """Read the version."""
    return {"version": "2026.1"}


vendored.add_api_route("/version", read_version)


router = APIRouter(prefix="/routers")
router.include_router(drafts)
router.include_router(vendored, prefix="/v1", deprecated=True)
router.include_router(
    vendored,
    prefix="/v2",
    tags=["vendored"],
    dependencies=[Depends(require_editor)],
    responses={403: {"description": "No editor named"}},
)
router.include_router(vendored, prefix="/internal", include_in_schema=False)
