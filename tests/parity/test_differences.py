"""Each kept difference is still one: a row that heals fails here, and is then taken out of the table."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask
from websockets.exceptions import ConnectionClosed

from myapp.kit import Api, operation
from tests.parity import differences
from tests.parity.compare import Case, Different, check
from tests.parity.sides import Side
from tests.parity.transports import ASGI, WSGI

REQUESTS = [
    pytest.param(
        case,
        id=f"{row.key}: {case.method} {case.url}",
        marks=pytest.mark.xfail(raises=Different, strict=True, reason=row.reason),
    )
    for row in differences.KEPT
    for case in row.requests
]


@pytest.mark.over_the_wire
@pytest.mark.parametrize("case", REQUESTS)
def test_kept_difference(case: Case, both) -> None:
    """The request of a row is answered differently (expected, strictly)."""
    check(case, *both)


@pytest.fixture
def small() -> Iterator[Callable[[APIRouter, Blueprint], tuple[Side, Side]]]:
    """Makes two applications of one router and one blueprint."""
    opened: list[ASGI] = []

    def make(router: APIRouter, bp: Blueprint) -> tuple[Side, Side]:
        fastapi_app, flask_app = FastAPI(), Flask("small")
        fastapi_app.include_router(router)
        Api().init_app(flask_app)
        flask_app.register_blueprint(bp)
        opened.append(ASGI(fastapi_app))
        return Side("fastapi", opened[-1], app=fastapi_app), Side("flask", WSGI(flask_app), app=flask_app)

    yield make
    for transport in opened:
        transport.close()


def any_user(user_id: str) -> str:
    """What `/users/{user_id}` answers."""
    return f"user {user_id}"


def another_user(user_id: str) -> str:
    """What `/users/{user_id}` would answer if it were declared first."""
    return f"another {user_id}"


def me() -> str:
    """What `/users/me` answers."""
    return "me"


def test_order_of_routes(small) -> None:
    """Declared after the general route, the particular one is hidden in FastAPI and found in Flask.

    Of two equal ones the first answers on both sides.
    """
    router, bp = APIRouter(), Blueprint("users", __name__)
    router.get("/users/{user_id}")(any_user)
    router.get("/users/me")(me)
    bp.get("/users/<user_id>")(operation()(any_user))
    bp.get("/users/me")(operation()(me))
    router.get("/users/{user_id}")(another_user)
    bp.get("/users/<user_id>")(operation()(another_user))
    left, right = small(router, bp)
    assert (left.get("/users/me").json(), right.get("/users/me").json()) == ("user me", "me")
    assert left.get("/users/ada").json() == right.get("/users/ada").json() == "user ada"


def test_live_inclusion(small) -> None:
    """A route that comes late is served by FastAPI; Flask refuses to take it."""
    router, bp = APIRouter(), Blueprint("users", __name__)
    left, _ = small(router, bp)
    router.get("/users/me")(me)
    assert left.get("/users/me").json() == "me"
    with pytest.raises(AssertionError, match="can no longer be called on the blueprint"):
        bp.get("/users/me")(operation()(me))


@pytest.mark.live
def test_end_of_a_websocket(fastapi_live_seat, flask_live_seat) -> None:
    """FastAPI's client hears nothing at the end of a view that fails or returns; Flask's gets a close frame."""

    def codes(how: str) -> list[int]:
        found = []
        for seat in (fastapi_live_seat, flask_live_seat):
            with seat.side.websocket(f"/websockets/endings/{how}") as client:
                with pytest.raises(ConnectionClosed):
                    client.recv(timeout=5)
                found.append(client.close_code)
        return found

    assert codes("error") == [1006, 1011]
    assert codes("return") == [1006, 1000]


def test_every_row_is_shown() -> None:
    """A row has requests, or names a test of this file."""
    for row in differences.KEPT:
        assert row.requests or row.shown_by in globals(), row.key
