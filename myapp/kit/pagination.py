"""Pages of a list: `limit` and `offset` from the query, the way to the other pages and the total in headers.

What FastAPI leaves to the application, as a dataclass of query parameters
(https://fastapi.tiangolo.com/tutorial/query-param-models/), under the names of fastapi-pagination. The body stays the
plain list; `Link` (RFC 8288) and `X-Total-Count` go beside it::

    @operation()
    def read_posts(page: Annotated[LimitOffsetParams, Query()]) -> list[Post]:
        return paginate(POSTS, page)

`myapp.kit.sql` has the same for a SQLAlchemy `select`, and pages by cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import after_this_request, request
from werkzeug.wrappers import Response

from .params import Field
from .routing import url_of

T = TypeVar("T")

#: The greatest integer that JSON clients count to; a database's OFFSET holds it too.
_GREATEST: Final = 2**53 - 1
_LINK: Final = {
    "Link": {"description": "Where the other pages are (RFC 8288)", "schema": {"type": "string"}},
}
_TOTAL: Final = {
    "X-Total-Count": {"description": "How many there are on all pages", "schema": {"type": "integer"}},
}


class PageParams:
    """What every way of paging has; `total = False` in a subclass saves the query that counts."""

    total: ClassVar[bool] = True

    @classmethod
    def response_headers(cls) -> dict[str, Any]:
        """The headers that `paginate` sends, as the document has them."""
        return {**_LINK, **(_TOTAL if cls.total else {})}


@dataclass(kw_only=True)
class LimitOffsetParams(PageParams):
    """`?limit=50&offset=100`. Other bounds: a subclass declares `limit` anew, as a dataclass does."""

    limit: int = Field(default=50, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=_GREATEST)


def paginate(items: Sequence[T], params: LimitOffsetParams) -> Sequence[T]:
    """The page of `items` that was asked for; the response to the current request gets `Link` and `X-Total-Count`."""
    return limit_offset(params, lambda limit, offset: items[offset : offset + limit], lambda: len(items))


def limit_offset(
    params: LimitOffsetParams, fetch: Callable[[int, int], Sequence[T]], count: Callable[[], int]
) -> Sequence[T]:
    """The page of whatever `fetch(limit, offset)` gets from, and `count()` counts when the total is wanted.

    Without a total there is no `last`, and one row more than asked for is fetched to know whether there is a `next`.
    """
    limit, offset = params.limit, params.offset
    offsets = {"first": 0}
    total: int | None = None
    if params.total:
        total = count()
        last = max(total - 1, 0) // limit * limit
        rows = fetch(limit, offset) if offset < total else []
        more = offset + limit < total
        if offset > 0:
            offsets["prev"] = max(min(offset - limit, last), 0)
    else:
        found = fetch(limit + 1, offset)
        rows, more = found[:limit], len(found) > limit
        if offset > 0:
            offsets["prev"] = max(offset - limit, 0)
    if more:
        offsets["next"] = offset + limit
    if params.total:
        offsets["last"] = last
    send_links({relation: {"limit": limit, "offset": to} for relation, to in offsets.items()}, total)
    return rows


def send_links(pages: Mapping[str, Mapping[str, Any]], total: int | None) -> None:
    """Let the response to the current request say where other pages are.

    `pages` are the query parameters of each relation, None for one that is left out; those that the request has beside
    them are kept. The URLs are absolute, below the prefix that a proxy has taken away.
    """
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)

    def target(parameters: Mapping[str, Any]) -> str:
        others = [(name, value) for name, value in pairs if name not in parameters]
        own = [(name, value) for name, value in parameters.items() if value is not None]
        return url_of(request, request.path, urlencode(others + own))

    links = ", ".join(f'<{target(parameters)}>; rel="{relation}"' for relation, parameters in pages.items())

    @after_this_request
    def add_headers(response: Response) -> Any:
        if response.status_code < 400:
            response.headers.add("Link", links)
            if total is not None:
                response.headers["X-Total-Count"] = str(total)
        return response
