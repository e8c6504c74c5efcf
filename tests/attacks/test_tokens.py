"""Forged, stolen, outdated and misused tokens; scopes that somebody would like to have."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from myapp.accounts import changes
from myapp.authentication import AUDIENCE, TokenType, sign
from myapp.models import User
from myapp.settings import DEVELOPMENT_SECRET, Settings
from tests.parity.credentials import bearer, token
from tests.parity.database import NOW

GOOD = token(1, "posts users")


def part(value):
    """A part of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def claims_of(text):
    """The claims of a token, unchecked."""
    return jwt.decode(text, options={"verify_signature": False})


def with_parts(head=None, claims=None, signature=None):
    """The good token with a part replaced."""
    parts = GOOD.split(".")
    given = (None if head is None else part(head), None if claims is None else part(claims), signature)
    return ".".join(new if new is not None else old for old, new in zip(parts, given, strict=True))


def session_cookie():
    """What Flask signs with the same secret for a browser's session."""
    app = Flask("attacker")
    app.secret_key = DEVELOPMENT_SECRET
    return SecureCookieSessionInterface().get_signing_serializer(app).dumps({"sub": "1", "_user_id": "1"})


WITHOUT = {f"without {name}": token(1, "users", **{name: None}) for name in ("iss", "aud", "type", "iat", "exp", "sub")}
ADA = User(id=1, email="ada@example.com", password_hash="of no use")
FORGED = {
    "expired": token(1, "users", exp=NOW - timedelta(seconds=1)),
    "not yet": token(1, "users", nbf=NOW + timedelta(days=1)),
    "from the future": token(1, "users", iat=NOW + timedelta(days=1)),
    "no signature": with_parts(signature=""),
    "two parts": GOOD.rpartition(".")[0],
    "four parts": GOOD + ".x",
    "altered signature": GOOD[:-4] + ("aaaa" if not GOOD.endswith("aaaa") else "bbbb"),
    "altered claims": with_parts(claims={**claims_of(token(2, "posts")), "scope": "users"}),
    "alg none": jwt.encode(claims_of(GOOD), None, "none"),
    "alg None": with_parts(head={"alg": "None", "typ": "JWT"}, signature=""),
    "alg NONE": with_parts(head={"alg": "NONE", "typ": "JWT"}, signature=""),
    "no alg": with_parts(head={"typ": "JWT"}),
    "another algorithm": token(1, "users", key=DEVELOPMENT_SECRET * 2, algorithm="HS512"),
    "another key": token(1, "users", key="another secret of at least 32 letters"),
    "the attacker's key in the head": jwt.encode(
        claims_of(GOOD), "k" * 40, "HS256", {"jwk": {"kty": "oct", "k": part(b"k" * 40)}, "kid": "../../dev/null"}
    ),
    "foreign audience": token(1, "users", aud="another-api"),
    "part of the audience": token(1, "users", aud=AUDIENCE[:-1]),
    "foreign issuer": token(1, "users", iss="https://evil.example"),
    **WITHOUT,
    "without sid": token(1, "users", sid=None),
    "without scope": token(1, None),
    "type refresh": token(1, "users", type="refresh"),
    "type as a list": token(1, "users", type=["access"]),
    "somebody else's login": token(1, "users", sid="login-2"),
    "no login": token(1, "users", sid="login-77"),
    "login by SQL": token(1, "users", sid="' OR '1'='1"),
    "login with NUL": token(1, "users", sid="login-1\0"),
    "user by SQL": token("1 OR 1=1", "users", sid="login-1"),
    "user as a number of another kind": token("1.0", "users", sid="login-1"),
    "user as address": token("ada@example.com", "users", sid="login-1"),
    "user too large": token(2**31, "users", sid="login-1"),
    "nobody": token(99, "users"),
    "reset token": changes.reset_token(ADA, Settings()),
    "sign-up token": changes.sign_up_token("ada@example.com", Settings()),
    "refresh token": "refresh-1",
    "session cookie": session_cookie(),
    "claims are a list": with_parts(claims=[1]),
    "deep claims": with_parts(claims=("[" * 5000 + "]" * 5000).encode()),
    "very long": "x." * 20_000,
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_token(both, name):
    """Every one is a 401 in the same words on both sides, for reading and for changing, and changes nothing."""
    headers = bearer(FORGED[name])
    reading, changing = ("/security/users/me", "/security/users"), ("/sql-databases/users/2",)
    for method, path in (*(("GET", path) for path in reading), *(("DELETE", path) for path in changing)):
        for side in both:
            answer = side.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()) == (401, {"detail": "Could not validate credentials"}), side
    for side in both:
        assert side.get("/sql-databases/users/2", headers=bearer(GOOD)).status_code == 200


def test_good_token(both):
    """The token that the others are made of is good, so that it is the change that is refused."""
    assert [side.get("/security/users", headers=bearer(GOOD)).status_code for side in both] == [200, 200]


@pytest.mark.parametrize("kind", [TokenType.ACCESS, TokenType.SIGN_UP])
def test_token_of_another_kind_sets_no_password(both, kind):
    """Only a token that was mailed to set a password sets one."""
    claims = {"sub": "1", "mark": "x", "sid": "login-1", "scope": "users"}
    sent = {"token": sign(kind, claims, timedelta(hours=1), Settings()), "new_password": "taken over by somebody"}
    for side in both:
        assert side.post("/security/account/reset-password", json=sent).status_code == 400


def test_scope_by_asking(both):
    """Scopes that the role has not got are not given: at the login, at a refresh, by claiming them in the token."""
    for side in both:
        form = {"username": "grace@example.com", "password": "correct horse", "scope": "users posts admin *"}
        pair = side.post("/security/token", data=form).json()
        assert pair["scope"] == "posts"
        form = {"refresh_token": pair["refresh_token"], "scope": "users posts"}
        assert side.post("/security/account/refresh", data=form).json()["scope"] == "posts"
        for scope in ("users", "posts users", "users\tposts", "USERS", "users,posts", "*"):
            headers = bearer(token(2, scope))
            assert side.get("/security/users", headers=headers).json() == {"detail": "Not enough permissions"}


def test_scope_by_the_other_parameters(both):
    """The scope is the token's: one in the query, a header or a cookie is nobody's."""
    for side in both:
        headers = {**bearer(token(1, "posts")), "x-scope": "users", "cookie": "scope=users"}
        assert side.get("/security/users?scope=users&scopes=users", headers=headers).status_code == 401
