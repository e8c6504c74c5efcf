"""Dependencies: functions and classes that the signature asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any

from flask import Blueprint

from myapp.blueprints.dependencies import routes_lists, routes_yield
from myapp.kit import Body, Cookie, Depends, Field, HTTPException, Query, operation, router_options

bp = Blueprint("dependencies", __name__, url_prefix="/dependencies")
router_options(bp, tags=["dependencies"])

POSTS = [{"id": number, "title": title} for number, title in enumerate(["Hello", "Flask", "FastAPI", "Goodbye"], 1)]


@dataclass
class Draft:
    title: str = Field(max_length=300)


# Functions, and an alias that several views share


def page_of(
    q: str | None = None, skip: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(le=100)] = 2
) -> dict[str, Any]:
    return {"q": q, "skip": skip, "limit": limit}


PageDep = Annotated[dict[str, Any], Depends(page_of)]


@bp.get("/posts/")
@operation()
def read_posts(page: PageDep) -> dict[str, Any]:
    """Take a function's result; its parameters are the view's."""
    return {"page": page, "posts": POSTS[page["skip"] :][: page["limit"]]}


@bp.get("/users/")
@operation()
def read_users(page: PageDep, active: bool = True) -> dict[str, Any]:
    """Share the alias, and add a parameter."""
    return {"page": page, "active": active}


def author_of(author_id: Annotated[int, Body(ge=1)]) -> str:
    if author_id == 404:
        raise HTTPException(status_code=404, detail="Author not found")
    return f"author {author_id}"


@bp.post("/posts/")
@operation(status_code=201)
def create_post(author: Annotated[str, Depends(author_of)], post: Draft) -> dict[str, Any]:
    """Share the body with a dependency: each takes its part by name."""
    return {"author": author, "post": post}


# Classes, and instances that are called


class Filters:
    def __init__(self, q: str | None = None, published: bool = True) -> None:
        self.q = q
        self.published = published


@bp.get("/filters/")
@operation()
def read_filters(filters: Annotated[Filters, Depends()]) -> dict[str, Any]:
    """Take an instance of a class: its constructor's parameters are the view's."""
    return {"q": filters.q, "published": filters.published}


class Contains:
    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, q: str = "") -> bool:
        return self.word in q


@bp.get("/words/")
@operation()
def read_words(
    flask: Annotated[bool, Depends(Contains("flask"))], fastapi: Annotated[bool, Depends(Contains("fastapi"))]
) -> dict[str, bool]:
    """Take the results of two instances of one class, each with a setting of its own."""
    return {"flask": flask, "fastapi": fastapi}


# Dependencies of dependencies, each called once in a request


def query_of(q: str | None = None) -> str | None:
    return q


def query_or_cookie(
    q: Annotated[str | None, Depends(query_of)], last_query: Annotated[str | None, Cookie()] = None
) -> str | None:
    return q or last_query


@bp.get("/last-query/")
@operation()
def read_last_query(query: Annotated[str | None, Depends(query_or_cookie)]) -> dict[str, str | None]:
    """Take what a dependency made of another one's result."""
    return {"query": query}


def counter() -> Iterator[int]:
    return count(1)


def ticket(numbers: Annotated[Iterator[int], Depends(counter)]) -> int:
    return next(numbers)


@bp.get("/tickets/")
@operation()
def read_tickets(
    first: Annotated[int, Depends(ticket)],
    same: Annotated[int, Depends(ticket)],
    fresh: Annotated[int, Depends(ticket, use_cache=False)],
) -> dict[str, int]:
    """Count the calls: one in a request, unless the cache is refused."""
    return {"first": first, "same": same, "fresh": fresh}


# No more calls at once than there is of something


def borrow() -> Iterator[str]:
    yield "one of two"


Borrowed = Annotated[str, Depends(borrow, max_concurrency=2)]


@bp.get("/limited/")
@operation()
def use_borrowed(borrowed: Borrowed) -> dict[str, str]:
    """Wait until one is free; it is taken until the response has been sent."""
    return {"borrowed": borrowed}


bp.register_blueprint(routes_lists.bp)
bp.register_blueprint(routes_yield.bp)
