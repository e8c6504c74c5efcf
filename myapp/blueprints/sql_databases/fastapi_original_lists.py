"""Lists that a client can page through, filter and sort: what it may ask for is declared by a model."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from itsdangerous import BadData, URLSafeSerializer
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from myapp.blueprints.sql_databases.fastapi_original_models import PostPublic
from myapp.models import LARGEST_ID, STORABLE_TEXT, Post, in_utc
from myapp.twin_dependencies import SessionDep

router = APIRouter(prefix="/lists")


Moment = Annotated[datetime, AfterValidator(in_utc)]
Text = Annotated[str, Field(max_length=300, pattern=STORABLE_TEXT)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
SORTABLE: dict[str, InstrumentedAttribute[Any]] = {"created_at": Post.created_at, "title": Post.title}


class PostFilter(BaseModel):
    model_config = {"extra": "forbid"}

    title__icontains: Text | None = None
    published: bool | None = None
    author_id__in: list[Number] | None = None
    created_at__gte: Moment | None = None
    created_at__lt: Moment | None = None
    sort: str = Field(
        default="-created_at",
        pattern="^-?(created_at|title)(,-?(created_at|title))*$",
        description="created_at, title; a minus before a name: from the greatest down",
    )

    def where(self, statement: Select[Any]) -> Select[Any]:
        if self.title__icontains is not None:
            statement = statement.where(Post.title.icontains(self.title__icontains, autoescape=True))
        if self.published is not None:
            statement = statement.where(Post.published == self.published)
        if self.author_id__in is not None:
            statement = statement.where(Post.author_id.in_(self.author_id__in))
        if self.created_at__gte is not None:
            statement = statement.where(Post.created_at >= self.created_at__gte)
        if self.created_at__lt is not None:
            statement = statement.where(Post.created_at < self.created_at__lt)
        return statement

    def terms(self) -> list[tuple[str, bool]]:
        """Return the columns to sort by and whether downwards; the number decides between posts that are equal."""
        terms: dict[str, bool] = {}
        for text in [*self.sort.split(","), "-id" if self.sort.split(",")[-1].startswith("-") else "id"]:
            terms.setdefault(text.removeprefix("-"), text.startswith("-"))
        return list(terms.items())

    def order(self) -> str:
        return ",".join(f"-{name}" if down else name for name, down in self.terms())


def column_of(name: str) -> InstrumentedAttribute[Any]:
    return SORTABLE.get(name, Post.id)


def order_by(terms: list[tuple[str, bool]]) -> list[ColumnElement[Any]]:
    return [column_of(name).desc() if down else column_of(name).asc() for name, down in terms]


class PostPage(PostFilter):
    limit: int = Field(default=50, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=2**53 - 1)


class PostFeed(PostFilter):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = None


def serializer(request: Request) -> URLSafeSerializer:
    return URLSafeSerializer(request.app.state.settings.secret_key, salt="cursor")


def read_cursor(query: PostFeed, cursor: str, request: Request) -> tuple[bool, list[Any]]:
    """Return whether the cursor goes backwards, and where it stands."""
    try:
        order, *values = serializer(request).loads(cursor)
    except BadData:
        order, values = "", []
    if order.removeprefix("<") != query.order():
        fault = {"type": "value_error", "loc": ("query", "cursor"), "input": cursor, "ctx": {"error": {}}}
        raise RequestValidationError([{**fault, "msg": "Value error, not a cursor of this list in this order"}])
    return order.startswith("<"), values


def beyond(terms: list[tuple[str, bool]], values: list[Any]) -> ColumnElement[bool]:
    """Return the condition for the posts after the one with these values."""
    after: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (name, down), value in zip(terms, values, strict=True):
        column, bound = column_of(name), datetime.fromisoformat(value) if name == "created_at" else value
        after.append(and_(*equal, column < bound if down else column > bound))
        equal.append(column == bound)
    return or_(*after)


def cursor_of(post: Post, query: PostFeed, request: Request, direction: str = "") -> str:
    values = [jsonable_encoder(getattr(post, name)) for name, _ in query.terms()]
    return str(serializer(request).dumps([direction + query.order(), *values]))


def link(urls: dict[str, Any]) -> str:
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in urls.items())


LINK = {"Link": {"description": "Where the other pages are (RFC 8288)", "schema": {"type": "string"}}}
TOTAL = {"X-Total-Count": {"description": "How many there are on all pages", "schema": {"type": "integer"}}}


@router.get("/posts/", response_model=list[PostPublic], responses={200: {"headers": {**LINK, **TOTAL}}})
def read_page_of_posts(
    session: SessionDep, query: Annotated[PostPage, Query()], request: Request, response: Response
) -> Any:
    """List posts by page: how many there are, and where the other pages are, is in the headers."""
    statement = query.where(select(Post))
    total = session.scalars(select(func.count()).select_from(statement.subquery())).one()
    last = max(total - 1, 0) // query.limit * query.limit
    offsets = {"first": 0}
    if query.offset > 0:
        offsets["prev"] = max(min(query.offset - query.limit, last), 0)
    if query.offset + query.limit < total:
        offsets["next"] = query.offset + query.limit
    offsets["last"] = last
    urls = {
        relation: request.url.include_query_params(limit=query.limit, offset=offset)
        for relation, offset in offsets.items()
    }
    response.headers.update({"Link": link(urls), "X-Total-Count": str(total)})
    return session.scalars(statement.order_by(*order_by(query.terms())).limit(query.limit).offset(query.offset)).all()


@router.get("/feed/", response_model=list[PostPublic], responses={200: {"headers": LINK}})
def read_feed(session: SessionDep, query: Annotated[PostFeed, Query()], request: Request, response: Response) -> Any:
    """List posts from a cursor on: the next page begins where this one ended, whatever has been written since."""
    statement, terms, backwards = query.where(select(Post)), query.terms(), False
    if query.cursor is not None:
        backwards, values = read_cursor(query, query.cursor, request)
        terms = [(name, not down) for name, down in terms] if backwards else terms
        statement = statement.where(beyond(terms, values))
    posts = session.scalars(statement.order_by(*order_by(terms)).limit(query.limit + 1)).all()
    more = len(posts) > query.limit
    posts = posts[: query.limit][::-1] if backwards else posts[: query.limit]
    urls = {"first": request.url.remove_query_params("cursor").include_query_params(limit=query.limit)}
    if posts and (more if backwards else query.cursor is not None):
        cursor = cursor_of(posts[0], query, request, "<")
        urls["prev"] = request.url.include_query_params(limit=query.limit, cursor=cursor)
    if posts and (more or backwards):
        cursor = cursor_of(posts[-1], query, request)
        urls["next"] = request.url.include_query_params(limit=query.limit, cursor=cursor)
    response.headers["Link"] = link(urls)
    return posts
