"""Dependencies as FastAPI has them: functions and classes that the signature asks for."""

from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any

from fastapi import APIRouter, Body, Cookie, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from myapp.blueprints.dependencies import fastapi_original_lists, fastapi_original_yield

router = APIRouter(prefix="/dependencies", tags=["dependencies"])

POSTS = [{"id": number, "title": title} for number, title in enumerate(["Hello", "Flask", "FastAPI", "Goodbye"], 1)]


class Draft(BaseModel):
    title: str = Field(max_length=300)


# Functions, and an alias that several views share


def page_of(
    q: str | None = None, skip: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(le=100)] = 2
) -> dict[str, Any]:
    return {"q": q, "skip": skip, "limit": limit}


PageDep = Annotated[dict[str, Any], Depends(page_of)]


@router.get("/posts/")
def read_posts(page: PageDep) -> dict[str, Any]:
    """Take a function's result; its parameters are the view's."""
    return {"page": page, "posts": POSTS[page["skip"] :][: page["limit"]]}


@router.get("/users/")
def read_users(page: PageDep, active: bool = True) -> dict[str, Any]:
    """Share the alias, and add a parameter."""
    return {"page": page, "active": active}


def author_of(author_id: Annotated[int, Body(ge=1)]) -> str:
    if author_id == 404:
        raise HTTPException(status_code=404, detail="Author not found")
    return f"author {author_id}"


@router.post("/posts/", status_code=201)
def create_post(author: Annotated[str, Depends(author_of)], post: Draft) -> dict[str, Any]:
    """Share the body with a dependency: each takes its part by name."""
    return {"author": author, "post": post}


# Classes, and instances that are called


class Filters:
    def __init__(self, q: str | None = None, published: bool = True) -> None:
        self.q = q
        self.published = published


@router.get("/filters/")
def read_filters(filters: Annotated[Filters, Depends()]) -> dict[str, Any]:
    """Take an instance of a class: its constructor's parameters are the view's."""
    return {"q": filters.q, "published": filters.published}


class Contains:
    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, q: str = "") -> bool:
        return self.word in q


@router.get("/words/")
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


@router.get("/last-query/")
def read_last_query(query: Annotated[str | None, Depends(query_or_cookie)]) -> dict[str, str | None]:
    """Take what a dependency made of another one's result."""
    return {"query": query}


def counter() -> Iterator[int]:
    return count(1)


def ticket(numbers: Annotated[Iterator[int], Depends(counter)]) -> int:
    return next(numbers)


@router.get("/tickets/")
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


@router.get("/limited/")
def use_borrowed(borrowed: Borrowed) -> dict[str, str]:
    """Wait until one is free; it is taken until the response has been sent."""
    return {"borrowed": borrowed}


router.include_router(fastapi_original_lists.router)
router.include_router(fastapi_original_yield.router)
