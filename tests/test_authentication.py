"""Who it is: what both sides share, without either framework."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from sqlalchemy.orm import Session

from myapp.authentication import (
    SCOPES,
    InvalidToken,
    TokenData,
    authenticate,
    create_access_token,
    get_user,
    permitted,
    read_access_token,
)
from myapp.database import make_engine
from myapp.models import Base, Role, User
from myapp.passwords import hash_password
from myapp.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request):
    """A session on a database with one user, on each kind of database."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        opened.add(User(email="ada@example.com", password_hash=hash_password("a password"), role=Role.EDITOR))
        opened.commit()
        yield opened
    engine.dispose()


@pytest.mark.parametrize(
    ("username", "password", "known"),
    [
        ("ada@example.com", "a password", True),
        ("ADA@example.com", "a password", True),
        ("ada@example.com", "A password", False),
        ("ada@example.com", "", False),
        ("nobody@example.com", "a password", False),
        ("ada@example.com\0", "a password", False),
        ("\0", "\0", False),
        ("x" * 10_000, "y" * 10_000, False),
    ],
)
def test_authenticate(session, username, password, known):
    """Only the right password of a known address is somebody; odd text is nobody, and no error."""
    user = authenticate(session, username, password)
    assert (user is not None) is known
    assert user is None or user.email == "ada@example.com"


def test_token_round_trip(session):
    """A token says whose it is and for what, until it expires."""
    settings = Settings(access_token_minutes=5)
    with time_machine.travel(NOW, tick=False):
        token = create_access_token(get_user(session, "ada@example.com"), ["posts", "users"], settings)
    with time_machine.travel(NOW + timedelta(minutes=4, seconds=59), tick=False):
        assert read_access_token(token, settings) == TokenData("ada@example.com", ("posts", "users"))
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False), pytest.raises(InvalidToken):
        read_access_token(token, settings)


def test_other_secret():
    """A token signed with another secret is none of ours."""
    ours, theirs = (Settings(secret_key=letter * 40) for letter in "ab")
    user = User(email="ada@example.com", password_hash="", role=Role.USER)
    with pytest.raises(InvalidToken):
        read_access_token(create_access_token(user, [], theirs), ours)


def test_other_key_of_the_same_secret():
    """What Flask signs with the same secret (sessions) is no token, and the algorithm is not the token's to choose."""
    settings = Settings()
    claims = {"sub": "ada@example.com", "exp": datetime.now(UTC) + timedelta(minutes=5), "scope": ""}
    for token in (
        jwt.encode(claims, None, "none"),
        jwt.encode(claims, settings.secret_key * 2, "HS512"),
        "eyJhIjoxfQ.x.y",
    ):
        with pytest.raises(InvalidToken):
            read_access_token(token, settings)


@pytest.mark.parametrize(
    ("role", "asked", "given"),
    [
        (Role.ADMIN, SCOPES, ["posts", "users"]),
        (Role.EDITOR, SCOPES, ["posts"]),
        (Role.USER, ["users", "posts", "posts"], ["posts"]),
        (Role.ADMIN, [], []),
        (Role.ADMIN, ["unknown"], []),
    ],
)
def test_permitted(role, asked, given):
    """Of the scopes asked for, those that the role allows, each once."""
    assert permitted(role, asked) == given


def test_settings():
    """The keys and the expiry come from the environment; the keys are not shown with the settings."""
    environ = {"MYAPP_ACCESS_TOKEN_MINUTES": "7", "MYAPP_API_KEYS": "first key, second"}
    settings = Settings.load(environ, env_file=None)
    assert (settings.access_token_minutes, settings.api_keys) == (7, ("first key", "second"))
    assert "second" not in repr(settings)
