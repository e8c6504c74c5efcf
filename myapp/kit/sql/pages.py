"""Pages of a SQLAlchemy `select`: by limit and offset, or by a cursor that new rows can't shift.

What FastAPI leaves to the application, under the names of fastapi-pagination. A cursor holds where the last page ended,
in the order and in the primary key that decides between equals, so the next page begins after that row however many
have come or gone before it, and the database finds it by an index. sqlakeyset was weighed: its bookmarks are not
signed, so that a client's own values reach the database, and its rows with NULL in the order are lost without a word.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import ValidationError
from marshmallow.fields import Field as MarshmallowField
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload

from ..encoders import jsonable_encoder
from ..errors import RequestValidationError, faulted, flatten
from ..pagination import LimitOffsetParams, PageParams, limit_offset, send_links
from ..params import Field
from ..typehints import field_for
from .filters import Filter, Term

_SALT: Final = "cursor"
_BACKWARDS: Final = "<"


@dataclass(kw_only=True)
class CursorParams(PageParams):
    """`?limit=50&cursor=...`, the cursor being from the `Link` of the page before. Beside a `Filter`, for the order."""

    total: ClassVar[bool] = False
    by_cursor: ClassVar[bool] = True

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = None


def paginate(session: Session, statement: Select[Any], params: LimitOffsetParams | CursorParams) -> Sequence[Any]:
    """The page of the statement's rows that was asked for, filtered and sorted where `params` is a `Filter` too.

    The response to the current request gets `Link`, and `X-Total-Count` unless `params.total` is off. Raises
    RequestValidationError for a cursor that this list did not give out, RuntimeError for cursors without a SECRET_KEY,
    and TypeError for cursors without a `Filter`.
    """
    if isinstance(params, Filter):
        statement = params.where(statement)
    if isinstance(params, CursorParams):
        return _after_cursor(session, statement, params)
    ordered = params.order_by(statement) if isinstance(params, Filter) else statement
    return limit_offset(
        params,
        lambda limit, offset: _rows(session, ordered.limit(limit).offset(offset)),
        lambda: _count(session, statement),
    )


def _rows(session: Session, statement: Select[Any]) -> Sequence[Any]:
    """Objects or values where the statement selects one thing, rows where it selects several."""
    if len(statement.column_descriptions) == 1:
        return session.scalars(statement).all()
    return session.execute(statement).all()


def _count(session: Session, statement: Select[Any]) -> int:
    counted = statement.options(lazyload("*")).order_by(None).subquery()
    return session.scalars(select(func.count()).select_from(counted)).one()


def _after_cursor(session: Session, statement: Select[Any], params: CursorParams) -> Sequence[Any]:
    if not isinstance(params, Filter):
        raise TypeError(f"{type(params).__qualname__}: a cursor needs an order: make it a Filter, too")
    terms = params.terms()
    total = _count(session, statement) if params.total else None
    backwards, way = False, terms
    if params.cursor is not None:
        backwards, values = _read(params.cursor, terms)
        way = [replace(term, descending=not term.descending) for term in terms] if backwards else terms
        statement = statement.where(_beyond(way, values))
    found = session.scalars(statement.order_by(*(term.expression for term in way)).limit(params.limit + 1)).all()
    more = len(found) > params.limit
    rows = found[: params.limit][::-1] if backwards else found[: params.limit]
    pages: dict[str, dict[str, Any]] = {"first": {"limit": params.limit, "cursor": None}}
    # Where the client came from there is a page, where it goes there is one if a row more was found.
    if rows and (more if backwards else params.cursor is not None):
        pages["prev"] = {"limit": params.limit, "cursor": _written(rows[0], terms, _BACKWARDS)}
    if rows and (more or backwards):
        pages["next"] = {"limit": params.limit, "cursor": _written(rows[-1], terms)}
    send_links(pages, total)
    return rows


def _beyond(terms: Sequence[Term], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows after the one with these values: greater in one column, and equal in those before it."""
    equal = [term.column == value for term, value in zip(terms, values, strict=True)]
    return or_(
        *(and_(*equal[:at], term.beyond(value)) for at, (term, value) in enumerate(zip(terms, values, strict=True)))
    )


def _serializer() -> URLSafeSerializer:
    """Signs with the application's SECRET_KEY, and reads what was signed with one of SECRET_KEY_FALLBACKS."""
    if not current_app.secret_key:
        raise RuntimeError("pages by cursor need a SECRET_KEY: cursors are signed")
    older = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return URLSafeSerializer([*reversed(older), current_app.secret_key], salt=_SALT)


def _written(row: Any, terms: Sequence[Term], direction: str = "") -> str:
    values = [getattr(row, term.name) for term in terms]
    written = _serializer().dumps([direction + ",".join(map(str, terms)), *map(jsonable_encoder, values)])
    return written if isinstance(written, str) else written.decode()


def _read(cursor: str, terms: Sequence[Term]) -> tuple[bool, list[Any]]:
    """Whether a cursor goes backwards, and its values.

    Raises RequestValidationError for one that is not of this list in this order.
    """
    try:
        order, *values = _serializer().loads(cursor)
        if order.removeprefix(_BACKWARDS) == ",".join(map(str, terms)):
            pairs = zip(terms, values, strict=True)
            read = [_field(term.column.type.python_type).deserialize(value) for term, value in pairs]
            return order.startswith(_BACKWARDS), read
    except (BadData, ValidationError, ValueError, TypeError, AttributeError):
        pass
    problem = faulted(ValueError("not a cursor of this list in this order"), cursor)
    raise RequestValidationError(flatten(problem.messages, cursor, ("query", "cursor")))


@functools.cache
def _field(kind: type[Any]) -> MarshmallowField[Any]:
    """Reads what a cursor holds of a column; one for each type of Python."""
    return field_for(kind)
