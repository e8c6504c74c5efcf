"""Users and posts in a database: create, read, update, delete, and what the database refuses."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from myapp.database import make_engine
from myapp.extensions import db
from myapp.models import Base, Post, User
from myapp.passwords import verify_password
from tests.parity import apps
from tests.parity.credentials import ADMINISTRATOR, bearer, token
from tests.parity.sides import Side
from tests.parity.transports import ASGI, WSGI

ROOT = "/sql-databases"
ADA = {
    "email": "ada@example.com",
    "id": 1,
    "is_active": True,
    "role": "admin",
    "created_at": "2026-11-22T01:00:00.123456Z",
}
NEW = {"email": "new@example.com", "password": "a long password"}
TAKEN = {"detail": "Email already registered"}
MODELS = ["PostAuthor", "PostCreate", "PostPublic", "PostUpdate", "PostWithAuthor", "Role"]
MODELS += ["UserCreate", "UserPublic", "UserReplace", "UserUpdate"]
NOW = "2026-11-22T12:00:00.123456Z"


@dataclass(frozen=True)
class Elsewhere:
    """A database that is not the parity suite's own file."""

    url: str


@pytest.fixture
def rows(side, request):
    """A session on the side's own database, for looking behind the answers."""
    engine = create_engine(request.getfixturevalue(f"{side.name}_seat").database.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def faults(answer):
    """The type and place of each fault of a 422."""
    assert answer.status_code == 422
    return [(fault["type"], fault["loc"]) for fault in answer.json()["detail"]]


def test_create_user(side, rows):
    """A new user comes back without a password; the database holds a hash that verifies."""
    answer = side.post(f"{ROOT}/users/", json=NEW, headers=ADMINISTRATOR)
    assert (answer.status_code, answer.json()) == (
        200,
        {"email": "new@example.com", "id": 4, "is_active": True, "role": "user", "created_at": NOW},
    )
    user = rows.get(User, 4)
    assert user.password_hash.startswith("$argon2id$")
    assert verify_password(NEW["password"], user.password_hash)


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.com"])
def test_known_email(side, email):
    """A known e-mail address is refused, in whatever case."""
    answer = side.post(f"{ROOT}/users/", json=NEW | {"email": email}, headers=ADMINISTRATOR)
    assert (answer.status_code, answer.json()) == (400, TAKEN)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("missing", ["body", "email"]), ("missing", ["body", "password"])]),
        (
            {"email": "nonsense", "password": "short"},
            [("value_error", ["body", "email"]), ("string_too_short", ["body", "password"])],
        ),
        (
            {"email": 1, "password": "x" * 129},
            [("string_type", ["body", "email"]), ("string_too_long", ["body", "password"])],
        ),
    ],
)
def test_create_user_wrongly(side, body, expected):
    """What is no user is a 422."""
    assert faults(side.post(f"{ROOT}/users/", json=body, headers=ADMINISTRATOR)) == expected


def test_list_users(side):
    """Users are listed in order, a page at a time, and no field speaks of passwords."""
    users = side.get(f"{ROOT}/users/", headers=ADMINISTRATOR).json()
    assert users[0] == ADA
    assert [user["id"] for user in users] == [1, 2, 3]
    assert not any("password" in key for user in users for key in user)
    assert [user["id"] for user in side.get(f"{ROOT}/users/?skip=1&limit=1", headers=ADMINISTRATOR).json()] == [2]
    assert side.get(f"{ROOT}/users/?skip=0&limit=100", headers=ADMINISTRATOR).json() == users


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=101", [("less_than_equal", ["query", "limit"])]),
        ("limit=0&skip=-1", [("greater_than_equal", ["query", "skip"]), ("greater_than_equal", ["query", "limit"])]),
        ("skip=2147483648", [("less_than_equal", ["query", "skip"])]),
    ],
)
@pytest.mark.parametrize("path", ["users/", "users/1/posts/", "posts/"])
def test_page_out_of_bounds(side, path, query, expected):
    """A page is at most 100 rows, and begins where a database can count to."""
    assert faults(side.get(f"{ROOT}/{path}?{query}", headers=ADMINISTRATOR)) == expected


def test_read_user(side):
    """One user by number."""
    assert side.get(f"{ROOT}/users/1", headers=ADMINISTRATOR).json() == ADA


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("GET", "users/99", None, "User not found"),
        ("PUT", "users/99", NEW, "User not found"),
        ("PATCH", "users/99", {}, "User not found"),
        ("DELETE", "users/99", None, "User not found"),
        ("GET", "users/99/posts/", None, "User not found"),
        ("POST", "users/99/posts/", {"title": "x"}, "User not found"),
        ("GET", "posts/99", None, "Post not found"),
        ("PATCH", "posts/99", {}, "Post not found"),
        ("DELETE", "posts/99", None, "Post not found"),
        ("PATCH", "users/99", {"email": 1}, "User not found"),
    ],
)
def test_not_found(side, method, path, body, detail):
    """What is not there is a 404, whatever else is wrong with the request."""
    options = {} if body is None else {"json": body}
    answer = side.request(method, f"{ROOT}/{path}", headers=ADMINISTRATOR, **options)
    assert (answer.status_code, answer.json()) == (404, {"detail": detail})


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 30, "one"])
def test_no_such_number(side, number):
    """A number that no row can have is a 422, before the database is asked."""
    assert side.get(f"{ROOT}/users/{number}", headers=ADMINISTRATOR).status_code == 422
    assert side.delete(f"{ROOT}/posts/{number}").status_code == 422


def test_replace_user(side, rows):
    """PUT replaces: what is not sent falls back to its default."""
    body = {"email": "dijkstra@example.com", "password": "go to nowhere"}
    answer = side.put(f"{ROOT}/users/3", json=body, headers=ADMINISTRATOR)
    assert answer.json()["is_active"] is True
    user = rows.get(User, 3)
    assert (user.email, verify_password("go to nowhere", user.password_hash)) == ("dijkstra@example.com", True)


def test_update_user(side, rows):
    """PATCH keeps what is not sent, and what is null."""
    before, known = rows.get(User, 2).password_hash, side.get(f"{ROOT}/users/2", headers=ADMINISTRATOR).json()
    answer = side.patch(f"{ROOT}/users/2", json={"is_active": False, "email": None}, headers=ADMINISTRATOR)
    assert answer.json() == known | {"is_active": False}
    rows.expire_all()
    assert rows.get(User, 2).password_hash == before
    assert side.patch(f"{ROOT}/users/2", json={}, headers=ADMINISTRATOR).json() == known | {"is_active": False}


def test_update_password(side, rows):
    """A new password is stored as a hash."""
    side.patch(f"{ROOT}/users/1", json={"password": "something else"}, headers=ADMINISTRATOR)
    assert verify_password("something else", rows.get(User, 1).password_hash)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_change_to_a_known_email(side, rows, method):
    """Somebody else's e-mail address is refused, and nothing is changed."""
    answer = side.request(method, f"{ROOT}/users/2", json=NEW | {"email": "ada@example.com"}, headers=ADMINISTRATOR)
    assert (answer.status_code, answer.json()) == (400, TAKEN)
    assert rows.get(User, 2).email == "grace@example.com"


def test_keep_the_own_email(side):
    """One's own e-mail address is not taken."""
    assert side.patch(f"{ROOT}/users/1", json={"email": "ada@example.com"}, headers=ADMINISTRATOR).json() == ADA


def test_delete_user(side, rows):
    """A deleted user is gone, and so are the posts."""
    answer = side.delete(f"{ROOT}/users/2", headers=ADMINISTRATOR)
    assert (answer.status_code, answer.content) == (204, b"")
    assert side.get(f"{ROOT}/users/2", headers=ADMINISTRATOR).status_code == 404
    assert [post.id for post in rows.query(Post).order_by(Post.id)] == [1, 3, 5, 6]


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Not authenticated"),
        (bearer("nonsense"), "Could not validate credentials"),
        (bearer(token(2, "posts users")), "Not enough permissions"),
        (bearer(token(1, "posts")), "Not enough permissions"),
    ],
)
def test_users_are_for_administrators(side, rows, headers, detail):
    """Users are who signs in: nobody else reads, adds, changes or deletes them, or learns which addresses are taken."""
    users = list(rows.scalars(select(User)))
    for method, path, options in (
        ("GET", "users/", {}),
        ("GET", "users/?limit=0", {}),
        ("GET", "users/1", {}),
        ("GET", "users/99", {}),
        ("POST", "users/", {"json": NEW}),
        ("POST", "users/", {"json": NEW | {"email": "ada@example.com"}}),
        ("POST", "users/", {"json": {}}),
        ("PUT", "users/1", {"json": NEW}),
        ("PATCH", "users/1", {"json": {"password": "taken over"}}),
        ("DELETE", "users/1", {}),
    ):
        answer = side.request(method, f"{ROOT}/{path}", headers=headers, **options)
        assert (answer.status_code, answer.json()) == (401, {"detail": detail}), (method, path)
    known = [(user.id, user.email, user.password_hash) for user in users]
    rows.expire_all()
    assert [(user.id, user.email, user.password_hash) for user in rows.scalars(select(User))] == known


def test_what_the_document_says_of_users(side):
    """Every operation on users, and none on posts, asks for a token with the scope `users`."""
    for path, item in side.document["paths"].items():
        if path.startswith(f"{ROOT}/"):
            users = path in (f"{ROOT}/users/", f"{ROOT}/users/{{user_id}}")
            asked = [operation.get("security") for operation in item.values()]
            assert asked == [[{"OAuth2PasswordBearer": ["users"]}] if users else None] * len(item), path


@pytest.mark.parametrize("path", ["posts/", "posts/1", "users/1/posts/", "lists/posts/", "lists/feed/", "etags/posts/"])
def test_no_address_without_a_token(side, path):
    """What is open to anybody has nobody's e-mail address in it."""
    answer = side.get(f"{ROOT}/{path}")
    assert answer.status_code == 200
    assert "@" not in answer.text


def test_posts_of_a_user(side):
    """The posts of one user, in order, a page at a time."""
    posts = side.get(f"{ROOT}/users/1/posts/").json()
    assert posts[1] == {
        "id": 3,
        "title": "A draft",
        "body": None,
        "published": False,
        "created_at": "2026-11-03T12:00:00.123456Z",
        "author_id": 1,
    }
    assert [post["id"] for post in posts] == [1, 3]
    assert [post["id"] for post in side.get(f"{ROOT}/users/1/posts/?skip=1").json()] == [3]


def test_create_post(side, rows):
    """A post is written for its user."""
    answer = side.post(f"{ROOT}/users/2/posts/", json={"title": "Hello", "author_id": 1})
    stored = {"id": 7, "title": "Hello", "body": None, "published": False, "created_at": NOW, "author_id": 2}
    assert (answer.status_code, answer.json()) == (201, stored)
    assert rows.get(Post, 7).title == "Hello"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("missing", ["body", "title"])]),
        (
            {"title": "x" * 301, "published": "x"},
            [("string_too_long", ["body", "title"]), ("bool_parsing", ["body", "published"])],
        ),
        ({"title": None, "body": 1}, [("string_type", ["body", "title"]), ("string_type", ["body", "body"])]),
        (
            {"title": "a\0", "body": "\0\n"},
            [("string_pattern_mismatch", ["body", "title"]), ("string_pattern_mismatch", ["body", "body"])],
        ),
        ({"title": "\0" * 301}, [("string_too_long", ["body", "title"])]),
    ],
)
def test_create_post_wrongly(both, body, expected):
    """A Schema made of the table's columns complains as the hand-written model does, word for word."""
    fastapi, flask = (side.post(f"{ROOT}/users/1/posts/", json=body) for side in both)
    assert faults(fastapi) == expected
    assert flask.text == fastapi.text


def test_read_post_with_its_author(side):
    """A nested author comes from the relationship, without hash and address."""
    assert side.get(f"{ROOT}/posts/1").json() == {
        "id": 1,
        "title": "Notes on the Analytical Engine",
        "body": "It weaves algebraical patterns.",
        "author": {"id": 1, "role": "admin"},
    }


def test_update_post(side):
    """PATCH keeps what is not sent; a null body is a body."""
    kept = side.get(f"{ROOT}/posts/").json()[0]
    assert side.patch(f"{ROOT}/posts/1", json={"published": False}).json() == kept | {"published": False}
    assert side.patch(f"{ROOT}/posts/1", json={"body": None}).json() == kept | {"published": False, "body": None}


@pytest.mark.parametrize(
    "body", [{"title": None}, {"title": "x" * 301}, {"published": None}, [], {"title": "a\0b"}, {"body": "\0"}]
)
def test_update_post_wrongly(both, body):
    """What the column can't hold is refused, in the same words."""
    fastapi, flask = (side.patch(f"{ROOT}/posts/1", json=body) for side in both)
    assert (fastapi.status_code, flask.text) == (422, fastapi.text)


def test_delete_post(side):
    """A deleted post is gone."""
    assert side.delete(f"{ROOT}/posts/1").status_code == 204
    assert side.get(f"{ROOT}/posts/1").status_code == 404


@pytest.mark.parametrize(
    "path", ["users/", "users/1", "users/1/posts/", "posts/", "posts/4", "posts/?skip=2&limit=2", "users/?skip=50"]
)
def test_same_bytes(both, path):
    """Rows come out alike, text and times included."""
    fastapi, flask = (side.get(f"{ROOT}/{path}", headers=ADMINISTRATOR) for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    assert flask.headers["content-type"] == fastapi.headers["content-type"]


def at_once(side, times, body):
    """The answers to equal requests sent at the same moment, each side's own way of serving them used."""
    if side.name == "flask":
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: side.post(f"{ROOT}/users/", json=body, headers=ADMINISTRATOR), range(times)))

    async def gather():
        transport = httpx.ASGITransport(app=side.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=side.origin) as client:
            return await asyncio.gather(
                *(client.post(f"{ROOT}/users/", json=body, headers=ADMINISTRATOR) for _ in range(times))
            )

    return asyncio.run(gather())


def test_race_on_one_email(side):
    """Of many requests at the same moment one registers the address; the others are told so, and none gets a 500."""
    answers = at_once(side, 8, NEW)
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 7]
    assert [user["email"] for user in side.get(f"{ROOT}/users/", headers=ADMINISTRATOR).json()].count(NEW["email"]) == 1


def test_race_lost_at_the_last_moment(side, request):
    """The address is taken between the request's start and its commit: 400, because the database has the last word."""
    path = request.getfixturevalue(f"{side.name}_seat").database.path
    rival = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    module = side.module("sql_databases")
    hashed = module.hash_password

    def register_first(password):
        row = (NEW["email"], "", True, "user", "2026-01-01 00:00:00")
        rival.execute(
            "INSERT INTO users (email, password_hash, is_active, role, created_at) VALUES (?, ?, ?, ?, ?)", row
        )
        return hashed(password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "hash_password", register_first)
        answer = side.post(f"{ROOT}/users/", json=NEW, headers=ADMINISTRATOR)
    rival.close()
    assert (answer.status_code, answer.json()) == (400, TAKEN)


def test_session_override(side, tmp_path):
    """A test puts its own session in the place of the application's."""
    engine = make_engine(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    Base.metadata.create_all(engine)

    def other_session():
        with Session(engine) as session:
            yield session

    side.overrides[side.dependencies.get_session] = other_session
    side.overrides[side.dependencies.get_current_user] = lambda: User(is_active=True)
    assert side.get(f"{ROOT}/users/").json() == []
    assert side.post(f"{ROOT}/users/", json=NEW).json()["id"] == 1
    side.overrides.clear()
    assert len(side.get(f"{ROOT}/users/", headers=ADMINISTRATOR).json()) == 3
    engine.dispose()


@pytest.fixture(params=["fastapi", "flask"])
def postgresql_side(request, postgresql_url, tmp_path):
    """One side after the other on an empty PostgreSQL database, used by an administrator whom it does not know."""
    if request.param == "fastapi":
        transport = ASGI(apps.fastapi_app(Elsewhere(postgresql_url), tmp_path))
        side = Side("fastapi", transport, app=transport.app, overrides=transport.app.dependency_overrides)
        side.overrides[side.dependencies.get_current_user] = lambda: User(is_active=True)
        yield side
        transport.close()
        return
    app = apps.flask_app(Elsewhere(postgresql_url), tmp_path)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    side = Side("flask", WSGI(app), app=app, overrides=app.extensions["api"].dependency_overrides)
    side.overrides[side.dependencies.get_current_user] = lambda: User(is_active=True)
    yield side
    apps.dispose(app)


def test_on_postgresql(postgresql_side):
    """PostgreSQL answers as SQLite does: an address taken, bounds, times, text, what follows a deleted user."""
    side = postgresql_side
    answers = at_once(side, 4, NEW)
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    user = side.get(f"{ROOT}/users/").json()[0]
    assert user == {"email": "new@example.com", "id": user["id"], "is_active": True, "role": "user", "created_at": NOW}
    url = f"{ROOT}/users/{user['id']}"
    assert side.post(f"{ROOT}/users/", json=NEW | {"email": "NEW@Example.com"}).json() == TAKEN
    post = side.post(f"{url}/posts/", json={"title": "日本語 🎉" * 30}).json()
    assert side.get(f"{url}/posts/?limit=100&skip=2147483647").json() == []
    assert side.get(f"{ROOT}/posts/{post['id']}").json()["author"] == {"id": user["id"], "role": "user"}
    assert side.get(url).json() == user
    assert side.patch(f"{ROOT}/posts/{post['id']}", json={"published": True}).json() == post | {"published": True}
    for method, path, headers in (
        ("POST", f"users/{user['id']}/posts/", {}),
        ("PATCH", f"posts/{post['id']}", {}),
        ("PATCH", f"etags/posts/{post['id']}", {"If-Match": "*"}),
    ):
        answer = side.request(method, f"{ROOT}/{path}", json={"title": "a\0b", "body": "\0"}, headers=headers)
        assert faults(answer) == [("string_pattern_mismatch", ["body", name]) for name in ("title", "body")]
    assert side.get(f"{ROOT}/users/2147483647").status_code == 404
    assert side.patch(url, json={"is_active": False}).json() == user | {"is_active": False}
    assert side.delete(url).status_code == 204
    assert side.get(f"{ROOT}/posts/").json() == []


def test_same_schemas_in_the_document(both):
    """Every model of this folder is described alike, whether a dataclass or a Schema made it."""
    fastapi, flask = (side.document["components"]["schemas"] for side in both)
    for name in MODELS:
        assert flask.get(name) == fastapi[name]
