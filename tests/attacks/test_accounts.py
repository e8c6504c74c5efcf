"""Taking more than was offered: other people's fields, secrets in answers and logs, who has an account."""

import logging
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from myapp import passwords
from myapp.accounts import changes
from myapp.models import Role, User
from myapp.settings import DEVELOPMENT_SECRET
from tests.parity.credentials import ADMINISTRATOR, HEADERS, basic, bearer, token
from tests.parity.database import PASSWORD
from tests.parity.generate import OperationUnderTest
from tests.parity.test_background_tasks import settings_of
from tests.parity.test_generated import operations
from tests.parity.values import conforming, resolve

quick = settings(
    max_examples=2,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
#: What a body must not be able to set, whatever else it says.
EXTRA = {
    **{"role": "admin", "roles": ["admin"], "id": 77, "user_id": 1, "is_active": True, "is_admin": True},
    **{"password_hash": "chosen", "scope": "users", "scopes": ["users"], "author": {"role": "admin"}, "__class__": "x"},
}


@pytest.fixture
def seat(side, request):
    """The side's seat: its database too."""
    return request.getfixturevalue(f"{side.name}_seat")


def users(seat):
    """Every user as the database has them."""
    engine = create_engine(seat.database.url)
    with Session(engine) as session:
        found = {user.id: (user.role, user.password_hash) for user in session.query(User)}
    engine.dispose()
    return found


def takes_an_object(operation: OperationUnderTest) -> bool:
    """Whether its body is a JSON object."""
    schema = resolve(operation.bodies.get("application/json", {}), operation.components)
    return isinstance(schema, dict) and "properties" in schema


JSON_BODIES = [operation for operation in operations() if takes_an_object(operation)]


@pytest.mark.parametrize("operation", JSON_BODIES, ids=str)
def test_mass_assignment(operation: OperationUnderTest, side, seat):
    """Fields that an operation does not offer set nothing: nobody gets a role, a number or a hash of their choice."""
    strategy = conforming(operation.bodies["application/json"], operation.components)
    path = operation.path.replace("{user_id}", "2").replace("{post_id}", "2").replace("{id}", "2")

    @quick
    @given(body=strategy)
    def attack(body):
        seat.reset()
        before = users(seat)
        offered = {name: value for name, value in EXTRA.items() if name not in body and name != "is_active"}
        side.request(operation.method.upper(), path, json={**offered, **body}, headers=ADMINISTRATOR)
        after = users(seat)
        assert {number: role for number, (role, _) in after.items() if number in before} == {
            number: role for number, (role, _) in before.items() if number in after
        }
        assert {role for number, (role, _) in after.items() if number not in before} <= {Role.USER}
        assert 77 not in after
        assert all(password_hash.startswith("$argon2") for _, password_hash in after.values())

    attack()


def test_mass_assignment_at_sign_up(side, seat):
    """An account begins as an ordinary one, whatever is sent along."""
    made = changes.sign_up_token("new@example.com", settings_of(side))
    answer = side.post("/security/account/", json={**EXTRA, "token": made, "password": "a long password"})
    assert answer.json() == {"id": 4, "email": "new@example.com", "is_active": True, "role": "user"}
    body = {**EXTRA, "email": "other@example.com", "password": "a long password"}
    assert side.post("/sql-databases/users/", json=body, headers=ADMINISTRATOR).json()["role"] == "user"
    assert {role for number, (role, _) in users(seat).items() if number > 3} == {Role.USER}


def test_taking_an_account_over(side):
    """Without being an administrator nobody sets somebody else's password, by any operation that takes one."""
    for headers in ({}, bearer(token(2, "posts users"))):
        for method in ("PUT", "PATCH"):
            body = {"email": "ada@example.com", "password": "taken over by somebody"}
            answer = side.request(method, "/sql-databases/users/1", json=body, headers=headers)
            assert answer.status_code == 401
        body = {
            "current_password": PASSWORD,
            "new_password": "taken over by somebody",
            "user_id": 1,
            "email": "ada@example.com",
        }
        side.post("/security/account/change-password?user_id=1", json=body, headers=headers)
    form = {"username": "ada@example.com", "password": PASSWORD}
    assert side.post("/security/token", data=form).status_code == 200


def test_an_account_past_the_mail(side, seat):
    """Without being an administrator nobody adds a user with a password of their choice, or finds out who is one."""
    known = users(seat)
    for headers in ({}, bearer(token(2, "posts users"))):
        for email in ("new@example.com", "ada@example.com"):
            body = {"email": email, "password": "a long password"}
            answer = side.post("/sql-databases/users/", json=body, headers=headers)
            assert answer.status_code == 401
            assert email not in answer.text
    assert users(seat) == known


# Secrets


@contextmanager
def debugging(side, on):
    """The side with debugging on, as in development, where an error's page has its trace."""

    def switch(debug):
        side.app.debug = debug
        if side.name == "flask":
            side.app.config["TESTING"] = not debug
        else:
            side.app.middleware_stack = None  # made anew, with the page for errors

    switch(on)
    yield
    switch(False)


@pytest.fixture
def log(caplog):
    """Everything that is logged, at the lowest level."""
    logger = logging.getLogger("myapp")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield caplog
    logger.setLevel(level)


SECRETS = ("$argon2", "password_hash", DEVELOPMENT_SECRET, PASSWORD, "login-1", "password_mark", "another key")


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_secret_in_answers_and_logs(operation: OperationUnderTest, side, seat, log):
    """Whatever is sent, no answer and no line of the log has a hash, a password, a token's secret or an API key.

    The body is as the document wants it, with good credentials of an administrator and with none.
    """

    @quick
    @given(case=operation.requests(), signed=st.booleans())
    def attack(case, signed):
        seat.reset()
        headers = [(name.encode(), value.encode("latin-1")) for name, value in case.headers]
        if signed:
            headers = [pair for pair in headers if pair[0].lower() != b"authorization"]
            headers.append((b"authorization", ADMINISTRATOR["authorization"].encode()))
        answer = side.request(case.method, case.url, headers=headers, content=case.body)
        sent = f"{case.url} {case.headers} {case.body!r}"
        for where in (answer.text, str(answer.headers), log.text):
            for secret in SECRETS:
                assert secret not in where or secret in sent, (case.curl(), where[:2000])

    attack()


@pytest.mark.parametrize("debug", [False, True], ids=["production", "debugging"])
def test_no_secret_in_errors(side, seat, log, debug):
    """The database's own error about a row with secrets names none of its values, in the log and in a trace."""
    engine = create_engine(seat.database.url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME COLUMN password_hash TO renamed"))
        connection.execute(text("ALTER TABLE refresh_tokens RENAME TO renamed_tokens"))
    engine.dispose()
    hashed = passwords.hash_password("a long password")
    made = changes.sign_up_token("new@example.com", settings_of(side))
    # the administrator's own row can't be read any more
    side.overrides[side.dependencies.get_current_user] = lambda: User(is_active=True)
    with debugging(side, debug):
        answers = [
            side.post("/sql-databases/users/", json={"email": "new@example.com", "password": "a long password"}),
            side.post("/security/account/", json={"token": made, "password": "a long password"}),
            side.post("/security/account/refresh", data={"refresh_token": "refresh-1"}),
            side.post("/security/token", data={"username": "ada@example.com", "password": PASSWORD}),
        ]
    assert [answer.status_code for answer in answers] == [500] * 4
    assert ("Traceback" in answers[0].text) is debug
    faults = [str(answer.extensions.get("exception") or "") for answer in answers]
    for secret in (hashed, "a long password", PASSWORD, made, "refresh-1", DEVELOPMENT_SECRET, "new@example.com"):
        for where in (log.text, *faults, *(answer.text for answer in answers)):
            assert secret not in where, where[-3000:]


# Who has an account


class Counting:
    """The hasher, counting what it is asked for."""

    def __init__(self, hasher):
        self.hasher, self.count = hasher, 0

    def hash(self, password):
        self.count += 1
        return self.hasher.hash(password)

    def verify(self, password, password_hash):
        self.count += 1
        return self.hasher.verify(password, password_hash)


def cost(side, seat, monkeypatch, send):
    """What an answer costs the server: how many hashes, how many statements; and the answer as a client sees it."""
    seat.reset()
    counting = Counting(passwords._HASHER)
    statements = []
    if side.name == "flask":
        from myapp.extensions import db

        with side.app.app_context():
            engine = db.engine
    else:
        engine = side.app.state.engine

    def note(connection, cursor, statement, *_):
        statements.append(statement.partition(" ")[0])

    event.listen(engine, "before_cursor_execute", note)
    monkeypatch.setattr(passwords, "_HASHER", counting)
    try:
        answer = send()
    finally:
        event.remove(engine, "before_cursor_execute", note)
        monkeypatch.setattr(passwords, "_HASHER", counting.hasher)
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id", "x-process-time")
    }
    return counting.count, statements, answer.status_code, headers, answer.text


@pytest.mark.parametrize(
    "send",
    [
        lambda side, email: side.post("/security/token", data={"username": email, "password": "wrong"}),
        lambda side, email: side.get("/security/basic", headers={"authorization": basic(email, "wrong")}),
        lambda side, email: side.post("/security/account/forgot-password", json={"email": email}),
        lambda side, email: side.post("/security/account/sign-up", json={"email": email}),
    ],
    ids=["token", "basic", "forgot", "sign-up"],
)
def test_who_has_an_account(side, seat, monkeypatch, send):
    """A known, an unknown and an inactive address get the same answer for the same work: hashes and statements."""
    emails = ("ada@example.com", "nobody@example.com", "edsger@example.com")
    costs = [cost(side, seat, monkeypatch, lambda email=email: send(side, email)) for email in emails]
    assert costs[0] == costs[1] == costs[2]


def test_hash_is_paid_before_the_limit(side, seat, monkeypatch):
    """Beyond the limit no hash is computed, for a known and for an unknown address: no work to keep the server busy."""
    for email in ("ada@example.com", "nobody@example.com"):
        seat.reset()
        counting = Counting(passwords._HASHER)
        monkeypatch.setattr(passwords, "_HASHER", counting)
        codes = [
            side.post("/security/token", data={"username": email, "password": "wrong"}).status_code for _ in range(8)
        ]
        monkeypatch.setattr(passwords, "_HASHER", counting.hasher)
        assert (codes, counting.count) == ([401] * 5 + [429] * 3, 5)


def test_credentials_that_the_walk_uses():
    """The headers that generated requests carry hold good ones: a walk with bad ones would show nothing."""
    assert ("authorization", ADMINISTRATOR["authorization"]) in HEADERS
