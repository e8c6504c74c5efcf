"""Tokens for passwords, scopes, HTTP Basic and API keys on the application's users."""

from datetime import timedelta

import jwt
import pytest
import time_machine

from myapp.authentication import AUDIENCE, SCOPES
from myapp.settings import DEVELOPMENT_SECRET, Settings
from tests.parity import credentials
from tests.parity.credentials import bearer
from tests.parity.credentials import token as forged
from tests.parity.database import NOW, PASSWORD

ROOT = "/security"
ADA = {"id": 1, "email": "ada@example.com", "is_active": True, "role": "admin"}
INVALID = {"detail": "Could not validate credentials"}
REFUSED = {"detail": "Incorrect username or password"}
INACTIVE = {"detail": "Inactive user"}


def log_in(side, username="ada@example.com", password=PASSWORD, **more):
    """What the token endpoint answers."""
    return side.post(f"{ROOT}/token", data={"username": username, "password": password, **more})


def token_of(side, username="ada@example.com", **more):
    """The headers that carry a new token for a user."""
    return bearer(log_in(side, username, **more).json()["access_token"])


def basic(username, password):
    """The headers of HTTP Basic."""
    return {"authorization": credentials.basic(username, password)}


def refusal(answer):
    """Status, challenge and detail of an answer."""
    return answer.status_code, answer.headers.get("www-authenticate"), answer.json()["detail"]


@pytest.mark.over_the_wire
def test_token_for_a_password(side):
    """The right password gives a token that says whose it is, until when and for what; it opens what it is for."""
    answer = log_in(side)
    given = answer.json()
    token, _ = given.pop("access_token"), given.pop("refresh_token")
    assert (answer.status_code, given) == (200, {"token_type": "bearer", "expires_in": 1800, "scope": "posts users"})
    assert answer.headers["cache-control"] == "no-store"
    unchecked = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, DEVELOPMENT_SECRET, algorithms=["HS256"], audience=AUDIENCE, options=unchecked)
    assert claims.keys() == {"iss", "aud", "type", "iat", "exp", "sub", "sid", "scope"}
    assert (claims["sub"], claims["scope"], claims["type"]) == ("1", "posts users", "access")
    assert side.get(f"{ROOT}/users/me", headers=bearer(token)).json() == ADA


def test_expiry(side):
    """A token is good for as long as the settings say, to the second, and then a 401."""
    headers = token_of(side)
    with time_machine.travel(NOW + timedelta(minutes=30, seconds=-1), tick=False):
        assert side.get(f"{ROOT}/users/me", headers=headers).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        answer = side.get(f"{ROOT}/users/me", headers=headers)
    assert refusal(answer) == (401, "Bearer", INVALID["detail"])


def test_tokens_of_one_side_open_the_other(both):
    """Both sides sign with the same secret: on the same rows their tokens are the same, and each opens the other."""
    fastapi, flask = both
    tokens = [log_in(side).json()["access_token"] for side in both]
    assert tokens[0] == tokens[1]
    assert flask.get(f"{ROOT}/users", headers=bearer(tokens[0])).json()[0] == ADA
    assert fastapi.get(f"{ROOT}/users", headers=bearer(tokens[1])).json()[0] == ADA


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada@example.com", "wrong"),
        ("ada@example.com", PASSWORD + " "),
        ("nobody@example.com", PASSWORD),
        ("edsger@example.com", "wrong"),
        ("\0", "\0"),
        ("ada@example.com\0", PASSWORD),
        ("x" * 5000, "y" * 5000),
        ("日本語", "🎉"),
    ],
)
def test_wrong_password(side, username, password):
    """A wrong password and an unknown address are refused in the same words, with the challenge."""
    answer = log_in(side, username, password)
    assert refusal(answer) == (401, "Bearer", REFUSED["detail"])


def test_unknown_address_takes_its_time(side, monkeypatch):
    """For an address that nobody has a password is hashed all the same."""
    from myapp import passwords

    hashed = []
    hasher = passwords._HASHER

    class Counting:
        def hash(self, password):
            hashed.append(password)
            return hasher.hash(password)

        def verify(self, password, password_hash):
            hashed.append(password)
            return hasher.verify(password, password_hash)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    log_in(side, "nobody@example.com", "a guess")
    log_in(side, "ada@example.com", "another guess")
    assert hashed == ["a guess", "another guess"]


def test_any_case(side):
    """The address is the same in whatever case it is written."""
    assert log_in(side, "ADA@Example.com").json()["scope"] == "posts users"


def test_inactive_user(side):
    """An inactive user gets no token, and one given before opens nothing: 400."""
    assert (log_in(side, "edsger@example.com").status_code, log_in(side, "edsger@example.com").json()) == (
        400,
        INACTIVE,
    )
    headers = bearer(forged(3, "posts"))
    assert (side.get(f"{ROOT}/users/me", headers=headers).json()) == INACTIVE
    answer = side.get(f"{ROOT}/basic", headers=basic("edsger@example.com", PASSWORD))
    assert (answer.status_code, answer.json()) == (400, INACTIVE)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, [("missing", ["body", "username"]), ("missing", ["body", "password"])]),
        ({"username": "", "password": "x"}, [("missing", ["body", "username"])]),
        (
            {"username": "x", "password": "x", "grant_type": "implicit"},
            [("string_pattern_mismatch", ["body", "grant_type"])],
        ),
    ],
)
def test_wrong_form(side, data, expected):
    """What is no form of the password flow is a 422."""
    answer = side.post(f"{ROOT}/token", data=data)
    assert (answer.status_code, [(each["type"], each["loc"]) for each in answer.json()["detail"]]) == (422, expected)


def test_strict_form(side):
    """The strict form wants its `grant_type`; with it the token is the same."""
    form = {"username": "ada@example.com", "password": PASSWORD}
    answer = side.post(f"{ROOT}/token/strict", data=form)
    assert [(each["type"], each["loc"]) for each in answer.json()["detail"]] == [("missing", ["body", "grant_type"])]
    answer = side.post(f"{ROOT}/token/strict", data={**form, "grant_type": "password"})
    assert answer.json()["scope"] == "posts users"
    assert answer.headers["cache-control"] == "no-store"
    assert side.get(f"{ROOT}/users/me", headers=bearer(answer.json()["access_token"])).json() == ADA
    wrong = side.post(f"{ROOT}/token/strict", data={**form, "grant_type": "password", "password": "wrong"})
    assert refusal(wrong) == (401, "Bearer", REFUSED["detail"])


def test_json_is_no_form(side):
    """The token endpoint reads forms; JSON is none, so everything is missing."""
    answer = side.post(f"{ROOT}/token", json={"username": "ada@example.com", "password": PASSWORD})
    assert [each["type"] for each in answer.json()["detail"]] == ["missing", "missing"]


@pytest.mark.parametrize(
    ("username", "asked", "given"),
    [
        ("ada@example.com", None, "posts users"),
        ("ada@example.com", "posts", "posts"),
        ("ada@example.com", "users posts users unknown", "posts users"),
        ("grace@example.com", None, "posts"),
        ("grace@example.com", "users", ""),
        ("grace@example.com", "users posts", "posts"),
    ],
)
def test_scopes_of_roles(side, username, asked, given):
    """A token is for what was asked for and the role allows; for all of it when nothing was asked for."""
    answer = log_in(side, username, **({} if asked is None else {"scope": asked}))
    assert answer.json()["scope"] == given


def test_needed_scope(side):
    """An operation that needs a scope says so in its 401; the token's owner is known, and may go elsewhere."""
    only_users = token_of(side, scope="users")
    answer = side.get(f"{ROOT}/users/me/posts", headers=only_users)
    assert refusal(answer) == (401, 'Bearer scope="posts"', "Not enough permissions")
    assert side.get(f"{ROOT}/users/me", headers=only_users).json() == ADA
    answer = side.get(f"{ROOT}/users", headers=token_of(side, "grace@example.com"))
    assert refusal(answer) == (401, 'Bearer scope="users"', "Not enough permissions")
    assert [user["id"] for user in side.get(f"{ROOT}/users", headers=only_users).json()] == [1, 2, 3]


def test_own_posts(side):
    """A token's user reads what they wrote, drafts too."""
    posts = side.get(f"{ROOT}/users/me/posts", headers=token_of(side)).json()
    assert posts == [
        {"id": 1, "title": "Notes on the Analytical Engine", "published": True},
        {"id": 3, "title": "A draft", "published": False},
    ]


def test_scope_that_the_role_has_lost(side):
    """A token from better days opens no more than the role allows today."""
    headers = bearer(forged(2, "posts users"))
    assert side.get(f"{ROOT}/users", headers=headers).status_code == 401
    assert side.get(f"{ROOT}/users/me/posts", headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", forged(1, "users")[:-2], forged(1, "users") + "x", "é"])
def test_bad_tokens(both, token):
    """What is not a valid token of this application is a 401 on both sides."""
    for side in both:
        answer = side.get(f"{ROOT}/users/me", headers=bearer(token))
        assert refusal(answer) == (401, "Bearer", INVALID["detail"])
        answer = side.get(f"{ROOT}/users", headers=bearer(token))
        assert refusal(answer) == (401, 'Bearer scope="users"', INVALID["detail"])


@pytest.mark.over_the_wire
@pytest.mark.parametrize("path", ["users/me", "users/me/posts", "users", "basic", "api-key"])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic", "Token x", "Basic !", "Basic YQ=="])
def test_nothing_to_go_by(both, path, header):
    """Without credentials every protected operation answers 401 with a challenge, the same on both sides."""
    headers = {} if header is None else {"authorization": header}
    fastapi, flask = (side.get(f"{ROOT}/{path}", headers=headers) for side in both)
    assert flask.status_code == 401
    assert refusal(flask) == refusal(fastapi)
    assert flask.text == fastapi.text
    assert "www-authenticate" in flask.headers


def test_basic(side):
    """HTTP Basic: address and password in every request."""
    assert side.get(f"{ROOT}/basic", headers=basic("ada@example.com", PASSWORD)).json() == ADA
    answer = side.get(f"{ROOT}/basic", headers=basic("ada@example.com", "wrong"))
    assert refusal(answer) == (401, "Basic", REFUSED["detail"])


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"x-api-key": "a key"}, 200),
        ("", {"x-api-key": "another key"}, 200),
        ("?api_key=a+key", {}, 200),
        ("", {"cookie": 'api_key="a key"'}, 200),
        ("", {"x-api-key": "a ke"}, 401),
        ("?api_key=a+key", {"x-api-key": "wrong"}, 401),
        ("?api_key=%C3%A9%ff", {}, 401),
        ("?api_key=", {"x-api-key": ""}, 401),
    ],
)
def test_api_key(both, query, headers, status):
    """A key opens the door from the header, the query or a cookie; the first of them that was sent counts."""
    fastapi, flask = (side.get(f"{ROOT}/api-key{query}", headers=headers) for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    assert flask.status_code == status
    assert flask.headers.get("www-authenticate") == ("APIKey" if status == 401 else None)


def test_no_keys_no_entry(side):
    """Where no API key is set none is right, the empty one least of all."""
    side.overrides[side.dependencies.get_settings] = lambda: Settings()
    assert side.get(f"{ROOT}/api-key", headers={"x-api-key": "a key"}).status_code == 401
    assert side.get(f"{ROOT}/api-key").status_code == 401


def test_document(side):
    """The document names every scheme, and what each operation needs."""
    schemes = side.document["components"]["securitySchemes"]
    flow = {"scopes": dict(SCOPES), "tokenUrl": "security/token", "refreshUrl": "security/account/refresh"}
    assert schemes["OAuth2PasswordBearer"] == {"type": "oauth2", "flows": {"password": flow}}
    assert schemes["HTTPBasic"] == {"type": "http", "scheme": "basic"}
    assert {name: scheme["in"] for name, scheme in schemes.items() if scheme["type"] == "apiKey"} == {
        "APIKeyHeader": "header",
        "APIKeyQuery": "query",
        "APIKeyCookie": "cookie",
    }
    paths = side.document["paths"]
    assert paths[f"{ROOT}/users"]["get"]["security"] == [{"OAuth2PasswordBearer": ["users"]}]
    assert paths[f"{ROOT}/users/me"]["get"]["security"] == [{"OAuth2PasswordBearer": []}]
    form = paths[f"{ROOT}/token"]["post"]["requestBody"]["content"]
    assert list(form) == ["application/x-www-form-urlencoded"]
    assert "security" not in paths[f"{ROOT}/token"]["post"]
