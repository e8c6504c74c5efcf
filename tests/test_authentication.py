"""Who it is: what both sides share, without either framework."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from myapp.accounts import logins
from myapp.authentication import (
    SCOPES,
    InvalidToken,
    TokenData,
    TokenType,
    authenticate,
    create_access_token,
    get_token_user,
    get_user,
    permitted,
    read,
    read_access_token,
    sign,
)
from myapp.database import make_engine
from myapp.models import Base, Login, Role, User
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
    """A token says whose it is, of which login and for what, until it expires; so does the user it leads to."""
    settings = Settings(access_token_minutes=5)
    with time_machine.travel(NOW, tick=False):
        login, _ = logins.begin(session, get_user(session, "ada@example.com"), ["posts"], settings)
        token = create_access_token(login, ["posts", "users"], settings)
    with time_machine.travel(NOW + timedelta(minutes=4, seconds=59), tick=False):
        data = read_access_token(token, settings)
        assert data == TokenData(login.user_id, login.id, ("posts", "users"))
        assert get_token_user(session, data).email == "ada@example.com"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False), pytest.raises(InvalidToken):
        read_access_token(token, settings)


@pytest.mark.parametrize("change", [{"user_id": 2}, {"login_id": "another"}, {"login_id": "\0"}])
def test_somebody_else_s_login(session, change):
    """A login's token is its own user's, and leads to nobody when one of the two is another."""
    settings = Settings()
    login, _ = logins.begin(session, get_user(session, "ada@example.com"), [], settings)
    data = read_access_token(create_access_token(login, [], settings), settings)
    assert get_token_user(session, data) is not None
    changed = TokenData(**{"user_id": data.user_id, "login_id": data.login_id, "scopes": (), **change})
    assert get_token_user(session, changed) is None


def test_other_secret():
    """A token signed with another secret is none of ours."""
    ours, theirs = (Settings(secret_key=letter * 40) for letter in "ab")
    with pytest.raises(InvalidToken):
        read_access_token(create_access_token(Login(id="login", user_id=1), [], theirs), ours)


@pytest.mark.parametrize("kind", list(TokenType))
def test_each_kind_for_its_own(kind):
    """A token is read as what it was signed for, and as nothing else."""
    settings = Settings()
    token = sign(kind, {"sub": "1"}, timedelta(minutes=1), settings)
    assert read(kind, token, settings)["sub"] == "1"
    for other in set(TokenType) - {kind}:
        with pytest.raises(InvalidToken):
            read(other, token, settings)


@pytest.mark.parametrize("subject", ["", "x", "-1", "1.0", "²", "2147483648", "9" * 5000, "1 OR 1=1", "ada@a.org"])
def test_no_number(subject):
    """`sub` is a number that a user may have, or the token is none."""
    settings = Settings()
    claims = {"sub": subject, "sid": "login", "scope": ""}
    with pytest.raises(InvalidToken):
        read_access_token(sign(TokenType.ACCESS, claims, timedelta(minutes=1), settings), settings)


@pytest.mark.parametrize(
    ("role", "asked", "given"),
    [
        (Role.ADMIN, SCOPES, ["posts", "users"]),
        (Role.EDITOR, SCOPES, ["posts"]),
        (Role.VIEWER, SCOPES, ["posts"]),
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
    environ = {"MYAPP_ACCESS_TOKEN_MINUTES": "7", "MYAPP_LOGIN_DAYS": "3", "MYAPP_API_KEYS": "first key, second"}
    settings = Settings.load(environ, env_file=None)
    assert (settings.access_token_minutes, settings.login_days, settings.api_keys) == (7, 3, ("first key", "second"))
    assert "first key" not in repr(settings)
