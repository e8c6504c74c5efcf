"""Lists that a client can page through, filter and sort: what it may ask for is declared by a dataclass."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from sqlalchemy import select

from myapp.blueprints.sql_databases.schemas import PostPublicSchema
from myapp.dependencies import SessionDep
from myapp.kit import AfterValidator, Field, LimitOffsetParams, ModelConfig, Query, operation
from myapp.kit.sql import CursorParams, Filter, paginate, sortable
from myapp.models import LARGEST_ID, STORABLE_TEXT, Post, in_utc

bp = Blueprint("lists", __name__, url_prefix="/lists")

Moment = Annotated[datetime, AfterValidator(in_utc)]
Text = Annotated[str, Field(max_length=300, pattern=STORABLE_TEXT)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


@dataclass(kw_only=True)
class PostFilter(Filter, model=Post):
    model_config = ModelConfig(extra="forbid")

    title__icontains: Text | None = None
    published: bool | None = None
    author_id__in: list[Number] | None = None
    created_at__gte: Moment | None = None
    created_at__lt: Moment | None = None
    sort: str = sortable("created_at", "title", default="-created_at")


@dataclass(kw_only=True)
class PostPage(LimitOffsetParams, PostFilter): ...


@dataclass(kw_only=True)
class PostFeed(CursorParams, PostFilter): ...


@bp.get("/posts/")
@operation(response_model=list[PostPublicSchema])
def read_page_of_posts(session: SessionDep, query: Annotated[PostPage, Query()]) -> Any:
    """List posts by page: how many there are, and where the other pages are, is in the headers."""
    return paginate(session, select(Post), query)


@bp.get("/feed/")
@operation(response_model=list[PostPublicSchema])
def read_feed(session: SessionDep, query: Annotated[PostFeed, Query()]) -> Any:
    """List posts from a cursor on: the next page begins where this one ended, whatever has been written since."""
    return paginate(session, select(Post), query)
