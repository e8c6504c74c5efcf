"""GraphQL beside the kit: Strawberry's view in Flask answers as its router does in FastAPI.

https://fastapi.tiangolo.com/how-to/graphql/ includes Strawberry's `GraphQLRouter`; Flask registers its
`AsyncGraphQLView`, whose resolvers run on the event loop that the kit gives the application. One schema, of users and
their posts, serves both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import strawberry
from fastapi import FastAPI
from flask import Flask
from sqlalchemy import create_engine, event, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from strawberry.dataloader import DataLoader
from strawberry.fastapi import GraphQLRouter
from strawberry.flask.views import AsyncGraphQLView

from myapp import models
from myapp.kit import Api
from tests.kit.both import TestClient, _WSGITransport

USERS = "{ users { email posts { title } } }"


@strawberry.type
class Post:
    """A post."""

    title: str


@strawberry.type
class User:
    """A user, with the posts that one statement fetches for all users of an answer."""

    id: strawberry.Private[int]
    email: str

    @strawberry.field
    async def posts(self, info: strawberry.Info[dict[str, Any], None]) -> list[Post]:
        """By the request's loader."""
        found: list[Post] = await info.context["posts"].load(self.id)
        return found


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def users(self, info: strawberry.Info[dict[str, Any], None], at_most: int = 10) -> list[User]:
        """The first users."""
        if at_most < 0:
            raise ValueError("fewer than none")
        rows = info.context["session"].scalars(select(models.User).order_by(models.User.id).limit(at_most))
        return [User(id=row.id, email=row.email) for row in rows]


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    def rename(self, info: strawberry.Info[dict[str, Any], None], title: str, to: str) -> Post | None:
        """Give a post another title."""
        row = info.context["session"].scalar(select(models.Post).where(models.Post.title == title))
        if row is None:
            return None
        row.title = to
        info.context["session"].commit()
        return Post(title=to)


SCHEMA = strawberry.Schema(Query, Mutation)


class Sides:
    """Both applications on one database in memory, and the statements that were sent to it."""

    def __init__(self) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        models.Base.metadata.create_all(engine)
        self.session = Session(engine)
        for name in ("ann", "bob", "eve"):
            user = models.User(email=f"{name}@example.com", password_hash="unusable")
            self.session.add(user)
            self.session.flush()
            self.session.add_all(models.Post(title=f"{name} {n}", body="", author_id=user.id) for n in range(2))
        self.session.commit()
        self.statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *call: self.statements.append(call[2]))

        theirs = FastAPI()
        theirs.include_router(GraphQLRouter(SCHEMA, context_getter=self.context), prefix="/graphql")
        ours = Flask("graphql")
        Api().init_app(ours)
        context = self.context

        class View(AsyncGraphQLView[dict[str, Any], None]):
            async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
                return context()

        ours.add_url_rule("/graphql", view_func=View.as_view("graphql", schema=SCHEMA), methods=["GET", "POST"])
        self.fastapi = TestClient(theirs)
        self.flask = httpx.Client(transport=_WSGITransport(ours), base_url="http://testserver")

    def context(self) -> dict[str, Any]:
        """What resolvers ask for: the session, and a loader that lives as long as the request."""

        async def posts_of(users: list[int]) -> list[list[Post]]:
            rows = self.session.scalars(select(models.Post).where(models.Post.author_id.in_(users)))
            found: dict[int, list[Post]] = {user: [] for user in users}
            for row in rows:
                found[row.author_id].append(Post(title=row.title))
            return [found[user] for user in users]

        return {"session": self.session, "posts": DataLoader(posts_of)}

    def close(self) -> None:
        """Close the database."""
        self.flask.close()
        self.session.close()
        self.session.get_bind().dispose()  # type: ignore[union-attr]


@pytest.fixture
def sides() -> Iterator[Sides]:
    """Both applications, anew."""
    made = Sides()
    yield made
    made.close()


REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a query": ("POST", {"json": {"query": USERS}}),
    "with variables": (
        "POST",
        {"json": {"query": "query($n: Int!) { users(atMost: $n) { email } }", "variables": {"n": 1}}},
    ),
    "in the address": ("GET", {"params": {"query": "{ users { email } }"}}),
    "a fault in a resolver": ("POST", {"json": {"query": "{ users(atMost: -1) { email } }"}}),
    "no such field": ("POST", {"json": {"query": "{ nobody }"}}),
    "no GraphQL": ("POST", {"json": {"query": "{"}}),
    "no JSON": ("POST", {"content": b"{", "headers": {"content-type": "application/json"}}),
    "no query": ("POST", {"json": {}}),
    "another type": ("POST", {"content": b"x", "headers": {"content-type": "text/plain"}}),
    "a mutation": ("POST", {"json": {"query": 'mutation { rename(title: "eve 0", to: "new") { title } }'}}),
    "a mutation by GET": ("GET", {"params": {"query": 'mutation { rename(title: "a", to: "b") { title } }'}}),
    "GraphiQL": ("GET", {"headers": {"accept": "text/html"}}),
    "another method": ("PUT", {"json": {}}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_same_answers(sides: Sides, name: str) -> None:
    """Data, errors and the page to try queries on are the same on both sides."""
    method, options = REQUESTS[name]
    theirs = sides.fastapi.request(method, "/graphql", **options)
    sides.session.execute(update(models.Post).where(models.Post.title == "new").values(title="eve 0"))
    ours = sides.flask.request(method, "/graphql", **options)
    # Jinja drops the line break at the end of the page.
    assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text.rstrip("\n"))
    assert ours.headers["content-type"].split(";")[0] == theirs.headers["content-type"].split(";")[0]


def test_no_statement_for_each_user(sides: Sides) -> None:
    """Three users and their posts are two statements on either side: the loader gathers."""
    for client in (sides.fastapi, sides.flask):
        sides.statements.clear()
        found = client.post("/graphql", json={"query": USERS}).json()["data"]["users"]
        assert [post["title"] for user in found for post in user["posts"]] == [
            f"{name} {number}" for name in ("ann", "bob", "eve") for number in range(2)
        ]
        assert len([text for text in sides.statements if text.startswith("SELECT")]) == 2
