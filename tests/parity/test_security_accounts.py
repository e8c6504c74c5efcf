"""Accounts on both sides: refresh tokens, sign-out, sign-up, other passwords, and the limits for guessing."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import httpx
import pytest
import time_machine
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from myapp import create_app
from myapp.accounts import changes, logins, tasks
from myapp.authentication import TokenType, sign
from myapp.models import Base, Login, RefreshToken, User
from myapp.passwords import SHORTEST_PASSWORD, hash_password, verify_password
from myapp.queue import BrokerUnavailable
from tests.parity import apps
from tests.parity.credentials import ADMINISTRATOR, bearer, token
from tests.parity.database import NOW, PASSWORD
from tests.parity.sides import Side
from tests.parity.test_background_tasks import queue_of, settings_of, size, work
from tests.parity.test_sql_databases import Elsewhere
from tests.parity.transports import ASGI, WSGI

ROOT = "/security/account"
SENT = {"message": "If this address can be used, a mail is on its way to it"}
USED = (401, "Bearer", {"detail": "Invalid refresh token"})
NO_TOKEN = (400, None, {"detail": "Invalid or expired token"})
TOO_MANY = {"detail": "Too many attempts; try again later"}


@pytest.fixture
def rows(side, request):
    """A session on the side's own database, for looking behind the answers."""
    engine = create_engine(request.getfixturevalue(f"{side.name}_seat").database.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def mails(side):
    """Takes what waits in the side's queue, as a worker does, and returns the mails that it wrote, the latest last."""
    worker = create_app(settings_of(side))
    folder = settings_of(side).data_dir / "mail"
    for path in folder.glob("*.eml"):
        path.unlink()

    def work_and_read(task, *addresses):
        for address in addresses:
            work(worker, task, address)
        texts = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
        return [(text["To"], text["Subject"], text.get_content()) for text in texts]

    yield work_and_read
    apps.dispose(worker)


def log_in(side, username="ada@example.com", password=PASSWORD, **more):
    """What the token endpoint answers."""
    return side.post("/security/token", data={"username": username, "password": password, **more})


def refresh(side, refresh_token, **more):
    """What the refresh endpoint answers."""
    return side.post(f"{ROOT}/refresh", data={"refresh_token": refresh_token, **more})


def me(side, access_token):
    """The status of an operation that needs a token."""
    return side.get("/security/users/me", headers=bearer(access_token)).status_code


def told(answer):
    """Status, challenge and body of an answer."""
    return answer.status_code, answer.headers.get("www-authenticate"), answer.json()


def token_in(text):
    """The token in the link of a mail."""
    return re.search(r"#token=(\S+)", text)[1]


# Refresh tokens and sign-out


@pytest.mark.over_the_wire
def test_refresh(side):
    """A refresh token gives a new pair, and the new one the next; each access token opens what the login is for."""
    first = log_in(side).json()
    second = refresh(side, first["refresh_token"], grant_type="refresh_token")
    assert (second.status_code, second.headers["cache-control"]) == (200, "no-store")
    assert second.json().keys() == first.keys()
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert me(side, second.json()["access_token"]) == 200
    assert refresh(side, second.json()["refresh_token"]).status_code == 200


def test_seeded_login(both):
    """Both sides rotate the same login alike."""
    answers = [refresh(side, "refresh-1") for side in both]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["refresh_token"] == "token-1"


@pytest.mark.over_the_wire
def test_reuse_ends_the_login(side):
    """A refresh token that is used twice ends its login: the next one and the access tokens too; others stay."""
    other, first = log_in(side).json(), log_in(side).json()
    second = refresh(side, first["refresh_token"]).json()
    assert told(refresh(side, first["refresh_token"])) == USED
    assert told(refresh(side, second["refresh_token"])) == USED
    assert [me(side, pair["access_token"]) for pair in (first, second, other)] == [401, 401, 200]
    assert refresh(side, other["refresh_token"]).status_code == 200


@pytest.mark.parametrize("sent", ["", "nonsense", "\0", "x" * 5000, "日本語", token(1, "posts users")])
def test_no_refresh_token(both, sent):
    """What is no refresh token is refused alike, an access token too."""
    answers = [refresh(side, sent) for side in both]
    assert [told(answer) for answer in answers] == [told(answers[0])] * 2
    assert answers[0].status_code == (422 if sent == "" else 401)


def test_narrower_scope(side):
    """A new access token may be for less than the login is, never for more; the login keeps what it had."""
    pair = log_in(side, scope="posts").json()
    narrow = refresh(side, pair["refresh_token"], scope="posts users").json()
    assert narrow["scope"] == "posts"
    none = refresh(side, narrow["refresh_token"], scope="users").json()
    assert none["scope"] == ""
    assert refresh(side, none["refresh_token"]).json()["scope"] == "posts"


def test_login_of_a_role_that_was_lost(side, rows):
    """A login from better days is for what the role allows today."""
    pair = log_in(side).json()
    rows.get(User, 1).role = "user"
    rows.commit()
    assert refresh(side, pair["refresh_token"]).json()["scope"] == "posts"


def test_login_expires(side, rows):
    """After MYAPP_LOGIN_DAYS somebody has to sign in again, however often they refreshed; the night cleans up."""
    pair = log_in(side).json()
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        assert told(refresh(side, pair["refresh_token"])) == USED
    worker = create_app(settings_of(side))
    assert work(worker, tasks.clean_up_logins) == 0
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        assert work(worker, tasks.clean_up_logins) == 1
    apps.dispose(worker)
    assert (rows.query(Login).count(), rows.query(RefreshToken).count()) == (3, 3)


def test_sign_out(side):
    """Signing out ends the login, with its access tokens; twice, or with nonsense, is no error."""
    pair = log_in(side).json()
    for sent in (pair["refresh_token"], pair["refresh_token"], "nonsense"):
        answer = side.post(f"{ROOT}/sign-out", data={"refresh_token": sent})
        assert (answer.status_code, answer.content) == (204, b"")
    assert told(refresh(side, pair["refresh_token"])) == USED
    assert me(side, pair["access_token"]) == 401


def test_tokens_are_stored_as_hashes(side, rows):
    """The database has no token that could be used."""
    pair = log_in(side).json()
    stored = [value for row in rows.query(RefreshToken) for value in (row.token_hash, row.login_id)]
    assert pair["refresh_token"] not in stored
    assert all(re.fullmatch("[0-9a-f]{64}", row.token_hash) for row in rows.query(RefreshToken))


@pytest.fixture(params=["fastapi", "flask"])
def postgresql_side(request, postgresql_url, tmp_path):
    """One side after the other on a PostgreSQL database with one user."""
    engine = create_engine(postgresql_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(email="ada@example.com", password_hash=hash_password(PASSWORD)))
        session.commit()
    if request.param == "fastapi":
        transport = ASGI(apps.fastapi_app(Elsewhere(postgresql_url), tmp_path))
        yield Side("fastapi", transport, app=transport.app), engine
        transport.close()
    else:
        app = apps.flask_app(Elsewhere(postgresql_url), tmp_path)
        yield Side("flask", WSGI(app), app=app), engine
        apps.dispose(app)
    engine.dispose()


def at_once(side, pair, *names):
    """The answers to operations with one refresh token at the same moment, each side's own way of serving them used."""
    data = {"refresh_token": pair["refresh_token"]}
    if side.name == "flask":
        with ThreadPoolExecutor(len(names)) as pool:
            return list(pool.map(lambda name: side.post(f"{ROOT}/{name}", data=data), names))

    async def gather():
        transport = httpx.ASGITransport(app=side.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=side.origin) as client:
            return await asyncio.gather(*(client.post(f"{ROOT}/{name}", data=data) for name in names))

    return asyncio.run(gather())


def test_two_uses_at_the_same_moment(postgresql_side):
    """Of eight uses of one token at the same moment one is answered, and then the login is over all the same."""
    side, engine = postgresql_side
    for _ in range(5):
        pair = log_in(side).json()
        answers = at_once(side, pair, *["refresh"] * 8)
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200, *[401] * 7]
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert told(refresh(side, won["refresh_token"])) == USED
        assert me(side, won["access_token"]) == 401
    with Session(engine) as session:
        assert {login.revoked_at is not None for login in session.query(Login)} == {True}


def test_sign_out_during_a_refresh(postgresql_side):
    """Whichever comes first, no token survives a sign-out at the same moment."""
    side, _ = postgresql_side
    for _ in range(8):
        pair = log_in(side).json()
        refreshed, _ = at_once(side, pair, "refresh", "sign-out")
        if refreshed.status_code == 200:
            assert told(refresh(side, refreshed.json()["refresh_token"])) == USED


# Sign-up


def test_sign_up(side, mails, rows):
    """The mail's token opens an ordinary, active account with that address, which can sign in; once."""
    before = size(side)
    answer = side.post(f"{ROOT}/sign-up", json={"email": "Barbara@example.com"})
    assert (answer.status_code, answer.json(), size(side)) == (202, SENT, before + 1)
    [(to, subject, text)] = mails(tasks.mail_sign_up, "Barbara@example.com")
    assert (to, subject) == ("Barbara@example.com", "Open your account")
    assert "http://127.0.0.1:8000/account/sign-up#token=" in text
    body = {"token": token_in(text), "password": "a long password"}
    answer = side.post(f"{ROOT}/", json=body)
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": 4, "email": "barbara@example.com", "is_active": True, "role": "user"},
    )
    assert log_in(side, "barbara@example.com", "a long password").json()["scope"] == "posts"
    assert told(side.post(f"{ROOT}/", json=body)) == NO_TOKEN
    assert rows.query(User).count() == 4


def test_sign_up_with_a_known_address(side, mails):
    """The answer is the same; the mail tells the address' owner, and nobody else, that there is an account."""
    answer = side.post(f"{ROOT}/sign-up", json={"email": "ADA@example.com"})
    assert (answer.status_code, answer.json()) == (202, SENT)
    [(_, subject, text)] = mails(tasks.mail_sign_up, "ADA@example.com")
    assert subject == "You have an account"
    assert "token=" not in text


def test_sign_up_late(side):
    """A day later the token is worth nothing."""
    made = changes.sign_up_token("barbara@example.com", settings_of(side))
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert told(side.post(f"{ROOT}/", json={"token": made, "password": "a long password"})) == NO_TOKEN


# Another password


def test_reset(side, mails, rows):
    """The mail's token sets another password, once; every login and every other token ends."""
    pair = log_in(side, "grace@example.com").json()
    answer = side.post(f"{ROOT}/forgot-password", json={"email": "grace@example.com"})
    assert (answer.status_code, answer.json()) == (202, SENT)
    first, second = mails(tasks.mail_reset, "grace@example.com", "GRACE@example.com")
    assert first[:2] == ("grace@example.com", "Choose a new password")
    body = {"token": token_in(first[2]), "new_password": "another password"}
    assert side.post(f"{ROOT}/reset-password", json=body).status_code == 204
    assert verify_password("another password", rows.get(User, 2).password_hash)
    assert log_in(side, "grace@example.com").status_code == 401
    assert (me(side, pair["access_token"]), told(refresh(side, pair["refresh_token"]))) == (401, USED)
    for used in (first, second):
        assert told(side.post(f"{ROOT}/reset-password", json=body | {"token": token_in(used[2])})) == NO_TOKEN
    assert log_in(side, "grace@example.com", "another password").status_code == 200


def test_forgot_for_nobody(side, mails):
    """An unknown address and an inactive user get no mail, and the same answer."""
    for email in ("nobody@example.com", "edsger@example.com"):
        answer = side.post(f"{ROOT}/forgot-password", json={"email": email})
        assert (answer.status_code, answer.json()) == (202, SENT)
        assert mails(tasks.mail_reset, email) == []


def test_reset_late(side, rows):
    """After an hour the token is worth nothing, and neither is one that was made for another purpose."""
    settings = settings_of(side)
    user = rows.get(User, 1)
    made = changes.reset_token(user, settings)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        answer = side.post(f"{ROOT}/reset-password", json={"token": made, "new_password": "another password"})
    assert told(answer) == NO_TOKEN
    wrong = [sign(TokenType.RESET, {"sub": "1", "mark": "another"}, timedelta(hours=1), settings)]
    wrong += [sign(TokenType.RESET, {"sub": "1"}, timedelta(hours=1), settings), token(1, "posts")]
    wrong += [changes.sign_up_token("ada@example.com", settings), "nonsense"]
    for text in wrong:
        answer = side.post(f"{ROOT}/reset-password", json={"token": text, "new_password": "another password"})
        assert told(answer) == NO_TOKEN


def test_change_password(side):
    """With the present password there can be another one; every login ends, this one too."""
    pair = log_in(side).json()
    body = {"current_password": PASSWORD, "new_password": "another password"}
    url, headers = f"{ROOT}/change-password", bearer(pair["access_token"])
    wrong = side.post(url, json=body | {"current_password": "wrong"}, headers=headers)
    assert (wrong.status_code, wrong.json()) == (400, {"detail": "Incorrect password"})
    assert side.post(url, json=body, headers=headers).status_code == 204
    assert (me(side, pair["access_token"]), told(refresh(side, pair["refresh_token"]))) == (401, USED)
    assert log_in(side, password="another password").status_code == 200


def test_deactivate(side, rows):
    """An account that is closed signs nobody in; made active again, it begins without the old logins."""
    pair = log_in(side, "grace@example.com").json()
    url, headers = f"{ROOT}/deactivate", bearer(pair["access_token"])
    assert side.post(url, json={"password": "wrong"}, headers=headers).status_code == 400
    assert side.post(url, json={"password": PASSWORD}, headers=headers).status_code == 204
    assert log_in(side, "grace@example.com").json() == {"detail": "Inactive user"}
    rows.get(User, 2).is_active = True
    rows.commit()
    assert (me(side, pair["access_token"]), told(refresh(side, pair["refresh_token"]))) == (401, USED)


@pytest.mark.parametrize("path", ["change-password", "deactivate"])
def test_own_account_only(side, path):
    """Whose account it is says the token; without one it is nobody's."""
    assert side.post(f"{ROOT}/{path}", json={}).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"token": "x", "password": "short"}),
        ("", {"token": "x", "password": "x" * 129}),
        ("reset-password", {"token": "x", "new_password": "short"}),
        ("sign-up", {"email": "no address"}),
        ("forgot-password", {}),
    ],
)
def test_wrong_body(both, path, body):
    """Passwords have 8 to 128 characters, addresses are addresses; both sides say what is wrong in the same words."""
    answers = [side.post(f"{ROOT}/{path}", json=body) for side in both]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()


# Mail that can't be sent


def test_no_broker(side, monkeypatch):
    """With the queue gone nobody is told that a mail is on its way."""

    def refuse(*_, **__):
        raise BrokerUnavailable

    monkeypatch.setattr(f"myapp.blueprints.security.{_module(side)}.enqueue", refuse)
    answer = side.post(f"{ROOT}/sign-up", json={"email": "new@example.com"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def _module(side):
    return "fastapi_original_account" if side.name == "fastapi" else "routes_account"


def test_no_mail_server_in_production(side, tmp_path):
    """In production without MYAPP_SMTP_URL a file on the server would be no mail: 503, and nothing is queued."""
    from myapp.settings import Environment, Settings

    settings = Settings(env=Environment.PRODUCTION, secret_key="x" * 40, data_dir=tmp_path)
    side.overrides[side.dependencies.get_settings] = lambda: settings
    before = size(side)
    answer = side.post(f"{ROOT}/forgot-password", json={"email": "ada@example.com"})
    assert (answer.status_code, answer.json(), size(side)) == (503, {"detail": "Mail is not set up here"}, before)


# Limits


def test_guessing(side):
    """The sixth guess at one account within a minute is refused, the right password too; then there is room again."""
    for _ in range(5):
        assert log_in(side, password="wrong").status_code == 401
    for password in ("wrong", PASSWORD):
        answer = log_in(side, password=password)
        assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, TOO_MANY, "60")
    assert log_in(side, "grace@example.com").status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert log_in(side).status_code == 200


def test_right_password_takes_the_count_back(side):
    """Who mistypes now and then is not counted to the limit."""
    for _ in range(3):
        assert [log_in(side, password="wrong").status_code for _ in range(4)] == [401] * 4
        assert log_in(side).status_code == 200


def test_slower_and_slower(side):
    """Guessing on after each wait gets slower: twenty an hour, fifty a day."""
    tried, minutes, waits = 0, 0, set()
    while minutes < 24 * 60:
        with time_machine.travel(NOW + timedelta(minutes=minutes, seconds=minutes / 1000), tick=False):
            answer = log_in(side, password="wrong")
        if answer.status_code == 401:
            tried += 1
        else:
            wait = int(answer.headers["retry-after"])
            waits.add(wait > 60)
            minutes += wait // 60 + 1
    assert (tried, waits) == (50, {True, False})


def test_nobody_is_locked_out(side, monkeypatch):
    """Guesses from one address don't keep the account's owner out, who is somewhere else."""
    client = "192.0.2.1"
    side.overrides[side.dependencies.get_client_address] = lambda: client
    for _ in range(6):
        stranger = log_in(side, password="wrong")
    assert stranger.status_code == 429
    client = "198.51.100.7"
    assert log_in(side).status_code == 200
    client = "192.0.2.1"
    assert log_in(side).status_code == 429


def test_one_network_is_one_client(side):
    """An IPv6 client has a network of addresses, and one counter."""
    number = 0
    side.overrides[side.dependencies.get_client_address] = lambda: f"2001:db8:1:2::{number:x}"
    for number in range(5):  # noqa: B007
        log_in(side, password="wrong")
    assert log_in(side, password="wrong").status_code == 429


def test_one_password_on_many_accounts(side):
    """A client that tries many accounts is stopped at sixty wrong passwords a minute; right ones don't count."""
    for number in range(60):
        assert log_in(side, f"user{number}@example.com").status_code == 401
        if number % 10 == 0:
            assert log_in(side).status_code == 200
    assert log_in(side, "user60@example.com").status_code == 429


def test_basic_is_counted_too(side):
    """Guesses by HTTP Basic and for a change of the password are guesses at the same account."""
    headers = token(1, "posts")
    from tests.parity.credentials import basic

    for _ in range(3):
        wrong = {"authorization": basic("ada@example.com", "wrong")}
        assert side.get("/security/basic", headers=wrong).status_code == 401
    body = {"current_password": "wrong", "new_password": "another password"}
    for _ in range(2):
        assert side.post(f"{ROOT}/change-password", json=body, headers=bearer(headers)).status_code == 400
    answer = side.post(f"{ROOT}/change-password", json=body, headers=bearer(headers))
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, TOO_MANY, "60")
    assert log_in(side).status_code == 429


@pytest.mark.parametrize(
    ("path", "options", "limit"),
    [
        ("sign-up", {"json": {"email": "new@example.com"}}, 10),
        ("", {"json": {"token": "x", "password": "a long password"}}, 10),
        ("forgot-password", {"json": {"email": "new@example.com"}}, 10),
        ("reset-password", {"json": {"token": "x", "new_password": "a long password"}}, 10),
        ("refresh", {"data": {"refresh_token": "x"}}, 60),
    ],
)
def test_requests_of_one_client(both, path, options, limit):
    """What needs no login takes so many requests of one client a minute; then both sides refuse in the same words."""
    for side in both:
        codes = {side.post(f"{ROOT}/{path}", **options).status_code for _ in range(limit)}
        assert 429 not in codes
    answers = [side.post(f"{ROOT}/{path}", **options) for side in both]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert [answer.json() for answer in answers] == [TOO_MANY] * 2
    assert [answer.headers["retry-after"] for answer in answers] == ["60", "60"]


def test_mails_to_one_address(side):
    """An address gets three mails of a kind an hour; whoever asks for more hears nothing else.

    Who has asked for accounts with it has not used up what its owner needs to come in again.
    """
    before = size(side)
    for _ in range(5):
        answer = side.post(f"{ROOT}/forgot-password", json={"email": "ada@example.com"})
        assert (answer.status_code, answer.json()) == (202, SENT)
    assert size(side) == before + 3
    side.post(f"{ROOT}/forgot-password", json={"email": "grace@example.com"})
    side.post(f"{ROOT}/sign-up", json={"email": "ada@example.com"})
    assert size(side) == before + 5
    assert queue_of(side) is not None


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PATCH", {"is_active": False}),
        ("PATCH", {"password": "another password"}),
        ("PUT", {"email": "grace@example.com", "password": "another password", "is_active": False}),
    ],
)
def test_an_administrator_ends_the_logins(side, rows, method, body):
    """Deactivated, or with another password, a user has no login any more: made active again, it begins with none."""
    pair = log_in(side, "grace@example.com").json()
    url = "/sql-databases/users/2"
    assert side.request(method, url, json=body, headers=ADMINISTRATOR).status_code == 200
    assert side.patch(url, json={"is_active": True}, headers=ADMINISTRATOR).status_code == 200
    assert {login.revoked_at is not None for login in rows.query(Login).filter_by(user_id=2)} == {True}
    assert (me(side, pair["access_token"]), told(refresh(side, pair["refresh_token"]))) == (401, USED)


def test_a_change_that_ends_no_login(side):
    """Another address alone, or one that somebody else has, signs nobody out."""
    pair = log_in(side, "grace@example.com").json()
    for email in ("hopper@example.com", "ada@example.com"):
        side.patch("/sql-databases/users/2", json={"email": email}, headers=ADMINISTRATOR)
        assert me(side, pair["access_token"]) == 200


def test_reset_after_another_address(side, mails, rows):
    """A token that was mailed to an address is worth nothing once the account has another one."""
    (mail,) = mails(tasks.mail_reset, "grace@example.com")
    rows.get(User, 2).email = "hopper@example.com"
    rows.commit()
    answer = side.post(f"{ROOT}/reset-password", json={"token": token_in(mail[2]), "new_password": "another password"})
    assert told(answer) == NO_TOKEN


@pytest.mark.parametrize(
    ("path", "body", "statuses"),
    [
        ("/security/account/reset-password", {"token": "\ud800", "new_password": "another password"}, (400, 400)),
        ("/security/account/", {"token": "\ud800", "password": "another password"}, (400, 400)),
        # What a 422 has to repeat: FastAPI's JSON can't hold it, a difference that is kept.
        (
            "/security/account/change-password",
            {"current_password": "\ud800", "new_password": "another password"},
            (500, 422),
        ),
        ("/sql-databases/users/1/posts/", {"title": "\ud800", "body": "x"}, (500, 422)),
        ("/sql-databases/users/1/posts/", {"title": "x", "body": "\udfff"}, (500, 422)),
    ],
)
def test_half_a_surrogate_pair(both, path, body, statuses):
    """JSON can name what no encoding can write: a token like that is an invalid one, and a row never has it."""
    answers = [side.post(path, json=body, headers=ADMINISTRATOR) for side in both]
    assert tuple(answer.status_code for answer in answers) == statuses
    if statuses[0] == statuses[1]:
        assert answers[0].content == answers[1].content
    else:
        assert answers[1].json()["detail"][0]["type"] == "string_unicode"


def test_guesses_at_the_same_moment(side, monkeypatch):
    """All that have begun count: while sixty guesses of a client are being checked, no other one is."""
    throttle = side.app.extensions["throttle"] if side.name == "flask" else side.app.state.throttle
    for number in range(60):
        throttle.attempt("192.0.2.1", f"user{number}@example.com")
    side.overrides[side.dependencies.get_client_address] = lambda: "192.0.2.1"
    assert log_in(side).status_code == 429
    throttle.succeeded("192.0.2.1", "user0@example.com")
    assert log_in(side).status_code == 200
    assert log_in(side, "nobody@example.com").status_code == 401
    assert log_in(side, "nobody@example.com").status_code == 429


def test_deactivated_during_a_login(postgresql_side):
    """A login that begins while its user is being deactivated waits, and then does not begin; no login survives."""
    side, engine = postgresql_side
    with Session(engine) as session, ThreadPoolExecutor(1) as pool:
        changes_user = session.get(User, 1)
        changes_user.is_active = False
        logins.end_all(session, 1)
        waiting = pool.submit(begin_in_another_session, engine, settings_of(side))
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        session.commit()
        with pytest.raises(logins.NotActive):
            waiting.result(timeout=5)
    with Session(engine) as session, Session(engine) as other:
        session.get(User, 1).is_active = True
        session.commit()
        begin_in_another_session(engine, settings_of(side))
        logins.end_all(other, 1)
        other.commit()
        assert {login.revoked_at is not None for login in session.query(Login)} == {True}


def begin_in_another_session(engine, settings):
    """Sign the first user in, whose password was found to be right a moment ago."""
    with Session(engine) as session:
        user = session.get(User, 1)
        logins.begin(session, user, ["posts"], settings)


def test_one_shortest_password(both):
    """A password is as long here as the administration and the command line want it, wherever it is chosen."""
    short, headers = "x" * (SHORTEST_PASSWORD - 1), ADMINISTRATOR
    bodies = {
        f"{ROOT}/": {"token": "x", "password": short},
        f"{ROOT}/reset-password": {"token": "x", "new_password": short},
        f"{ROOT}/change-password": {"current_password": PASSWORD, "new_password": short},
        "/sql-databases/users/": {"email": "new@example.com", "password": short},
    }
    for path, body in bodies.items():
        for side in both:
            (fault,) = side.post(path, json=body, headers=headers).json()["detail"]
            assert (fault["type"], fault["ctx"]) == ("string_too_short", {"min_length": SHORTEST_PASSWORD})
