"""ETags: a GET that a client's copy can answer, and writes that no other write can overtake."""

from typing import Annotated, Any, cast

from flask import Blueprint
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from myapp.blueprints.sql_databases.schemas import PostPublicSchema, PostUpdateSchema
from myapp.dependencies import PostDep, SessionDep
from myapp.kit import Body, ETag, operation
from myapp.models import Post

bp = Blueprint("etags", __name__, url_prefix="/etags")


def version(post: PostDep) -> str:
    # SQLite gives a deleted post's number to the next one, whose versions count from 1 again.
    return f"{post.created_at:%Y%m%d%H%M%S%f}-{post.version}"


class Overtaken(Exception):
    """Somebody else has changed the post since its version was compared."""


unchanged = ETag(version, required=True, conflict=Overtaken)


def claim(session: Session, post: Post) -> None:
    # The database compares once more: between the first time and now others may have written. This changes nothing, but
    # from here on the row is this transaction's, and what is set on the object is flushed as by any other view.
    same = update(Post).where(Post.id == post.id, Post.version == post.version).values(version=Post.version)
    if cast("CursorResult[Any]", session.execute(same)).rowcount == 0:
        raise Overtaken


@bp.get("/posts/")
@operation(response_model=list[PostPublicSchema], etag=ETag())
def read_unchanged_posts(session: SessionDep) -> Any:
    """List the last ten posts, or answer 304: the ETag is a hash of the body."""
    return session.scalars(select(Post).order_by(Post.id.desc()).limit(10)).all()


@bp.get("/posts/<post_id>")
@operation(response_model=PostPublicSchema, etag=ETag(version))
def read_unchanged_post(post: PostDep) -> Any:
    """Read a post with its ETag, or answer 304 to a client that has this version."""
    return post


@bp.patch("/posts/<post_id>")
@operation(response_model=PostPublicSchema, etag=unchanged)
def update_unchanged_post(
    post: PostDep, changes: Annotated[dict[str, Any], Body(PostUpdateSchema(partial=True))], session: SessionDep
) -> Any:
    """Update the version of a post that the client has read: 412 when there is a newer one, 428 without If-Match."""
    if changes:
        claim(session, post)
        for name, value in changes.items():
            setattr(post, name, value)
        session.commit()
    return post


@bp.delete("/posts/<post_id>")
@operation(status_code=204, etag=unchanged)
def delete_unchanged_post(post: PostDep, session: SessionDep) -> None:
    """Delete the version of a post that the client has read."""
    claim(session, post)
    session.delete(post)
    session.commit()
