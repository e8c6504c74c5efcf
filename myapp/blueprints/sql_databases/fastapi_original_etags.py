"""ETags: a GET that a client's copy can answer, and writes that no other write can overtake."""

import hashlib
from typing import Annotated, Any, cast

from fastapi import APIRouter, Header, HTTPException, Response
from pydantic import TypeAdapter
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from myapp.blueprints.sql_databases.fastapi_original_models import PostPublic, PostUpdate
from myapp.models import Post
from myapp.twin_dependencies import PostDep, SessionDep

router = APIRouter(prefix="/etags")


Condition = Annotated[str | None, Header()]
PostList = TypeAdapter(list[PostPublic])

ETAG = {"headers": {"ETag": {"description": "The state of the resource", "schema": {"type": "string"}}}}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {200: ETAG, 304: {"description": "Not Modified"}}
REFUSED: dict[int | str, dict[str, Any]] = {
    412: {"description": "Precondition Failed"},
    428: {"description": "Precondition Required"},
}


def etag_of(post: Post) -> str:
    # SQLite gives a deleted post's number to the next one, whose versions count from 1 again.
    return f'"{post.created_at:%Y%m%d%H%M%S%f}-{post.version}"'


def matches(condition: str, etag: str, *, weakly: bool) -> bool:
    """Compare as RFC 9110 says: If-None-Match weakly, If-Match strongly, any tag with `*`."""
    if condition == "*":
        return True
    tags = [tag.strip() for tag in condition.split(",")]
    return etag in [tag.removeprefix("W/") if weakly else tag for tag in tags]


def is_known(if_none_match: str | None, etag: str) -> bool:
    return bool(if_none_match) and matches(if_none_match or "", etag, weakly=True)


def require_match(if_match: str | None, post: Post) -> None:
    if not if_match:
        raise HTTPException(status_code=428)
    if not matches(if_match, etag_of(post), weakly=False):
        raise HTTPException(status_code=412)


def claim(session: Session, post: Post) -> None:
    # The database compares once more: between the first time and now others may have written. This changes nothing, but
    # from here on the row is this transaction's, and what is set on the object is flushed as by any other view.
    same = update(Post).where(Post.id == post.id, Post.version == post.version).values(version=Post.version)
    if cast("CursorResult[Any]", session.execute(same)).rowcount == 0:
        raise HTTPException(status_code=412)


@router.get("/posts/", response_model=list[PostPublic], responses=NOT_MODIFIED)
def read_unchanged_posts(session: SessionDep, if_none_match: Condition = None) -> Any:
    """List the last ten posts, or answer 304: the ETag is a hash of the body."""
    posts = session.scalars(select(Post).order_by(Post.id.desc()).limit(10)).all()
    content = PostList.dump_json(PostList.validate_python(posts, from_attributes=True))
    headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"'}
    if is_known(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


@router.get("/posts/{post_id}", response_model=PostPublic, responses=NOT_MODIFIED)
def read_unchanged_post(post: PostDep, response: Response, if_none_match: Condition = None) -> Any:
    """Read a post with its ETag, or answer 304 to a client that has this version."""
    etag = etag_of(post)
    if is_known(if_none_match, etag):
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return post


@router.patch("/posts/{post_id}", response_model=PostPublic, responses={200: ETAG, **REFUSED})
def update_unchanged_post(
    post: PostDep, changes: PostUpdate, session: SessionDep, response: Response, if_match: Condition = None
) -> Any:
    """Update the version of a post that the client has read: 412 when there is a newer one, 428 without If-Match."""
    require_match(if_match, post)
    if changes.model_fields_set:
        claim(session, post)
        for name, value in changes.model_dump(exclude_unset=True).items():
            setattr(post, name, value)
        session.commit()
    response.headers["ETag"] = etag_of(post)
    return post


@router.delete("/posts/{post_id}", status_code=204, responses=REFUSED)
def delete_unchanged_post(post: PostDep, session: SessionDep, if_match: Condition = None) -> None:
    """Delete the version of a post that the client has read."""
    require_match(if_match, post)
    claim(session, post)
    session.delete(post)
    session.commit()
