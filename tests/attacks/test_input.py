"""Text that is meant for something behind the application: a database, a header, a file system, a parser."""

import json
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

from myapp.models import Base
from tests.parity import generate, values
from tests.parity.apps import dispose
from tests.parity.credentials import ADMINISTRATOR
from tests.parity.generate import OperationUnderTest
from tests.parity.sides import Side
from tests.parity.test_generated import operations
from tests.parity.transports import WSGI

PAYLOADS = [
    # for a database
    *("' OR '1'='1", "'; DROP TABLE users; --", "1); DELETE FROM posts; --", '" OR ""="', "\\' OR 1=1 --"),
    *("x' UNION SELECT password_hash FROM users --", "%' AND (SELECT 1 FROM pg_sleep(9))='1", "{}')::text; --"),
    # for a header
    *("x\r\nSet-Cookie: evil=1", "x\nX-Evil: 1", "x\r\n\r\n<script>evil()</script>", "x\rX-Evil: 1"),
    *("x\u2028X-Evil: 1", "x\x85X-Evil: 1", '"; filename="evil.exe', "x%0d%0aX-Evil: 1", "//evil.example/"),
    # for a file system
    *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "....//....//etc/passwd"),
    *("..\\..\\wsgi.py", "x\0.csv", "file:///etc/passwd", "%2e%2e/%2e%2e/wsgi.py", "C:\\windows\\win.ini"),
]
#: Answers of 500 that are meant: operations that show what one looks like.
FAILING = (
    "/handling-errors",
    "/response-model",
    "/dependencies",
    "/middleware/failing",
    "/background-tasks",
    "/async-views/late",
)
#: FastAPI answers 500 where a fault's input is infinite, which JSON can't write, and so does this side.
INFINITE = re.compile(rb"1e999|1E400|1e400|Infinity|NaN", re.IGNORECASE)


@pytest.fixture
def seat(side, request):
    """The side's seat: its database too."""
    return request.getfixturevalue(f"{side.name}_seat")


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_text(operation: OperationUnderTest, side, seat, monkeypatch):
    """Every text of some requests to every operation is the attacker's: path, query, headers, cookies, body.

    No answer is a 500, shows a hash or a file of the server, or has a header that was in the text; all tables are still
    there, and so are the users whom nobody asked to delete.
    """
    monkeypatch.setattr(values, "_strings", lambda schema: st.sampled_from(PAYLOADS))
    monkeypatch.setattr(values, "ODD_TEXT", PAYLOADS)
    monkeypatch.setattr(generate, "ODD_TEXT", PAYLOADS)

    @settings(
        max_examples=4,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.requests())
    def attack(case):
        seat.reset()
        headers = [(name.encode(), value.encode("latin-1")) for name, value in case.headers]
        headers = [pair for pair in headers if pair[0].lower() != b"authorization"]
        headers.append((b"authorization", ADMINISTRATOR["authorization"].encode()))
        answer = side.request(case.method, case.url, headers=headers, content=case.body)
        meant = case.url.startswith(FAILING) or INFINITE.search((case.body or b"") + case.url.encode())
        assert answer.status_code < 500 or meant, (case.curl(), answer.text[:500])
        assert "$argon2" not in answer.text
        assert "root:x:" not in answer.text
        assert "create_app()" not in answer.text
        assert "evil" not in answer.headers.get("set-cookie", "")
        assert "x-evil" not in answer.headers
        for value in answer.headers.values():
            assert not set(value) & set("\r\n\0"), (case.curl(), value)
        if seat.database.touched():
            engine = create_engine(seat.database.url)
            assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)
            with engine.connect() as connection:
                known = connection.scalar(text("SELECT count(*) FROM users WHERE id <= 3"))
            engine.dispose()
            assert known == (
                2 if case.method == "DELETE" and answer.status_code == 204 and "/users/" in case.url else 3
            )

    attack()


def bodies(operation: OperationUnderTest) -> bool:
    """Whether the operation takes JSON."""
    return "application/json" in operation.bodies


DEEP = {
    "arrays": b"[" * 20_000,
    "objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "under a known name": b'{"email":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "nine hundred": b"[" * 900 + b"]" * 900,
    "many names": b"{" + b",".join(b'"k%d":1' % number for number in range(5_000)) + b"}",
    "a long number": b"9" * 200_000,
}


@pytest.mark.parametrize("operation", [operation for operation in operations() if bodies(operation)], ids=str)
def test_deep_and_large_json(operation: OperationUnderTest, side, own_time):
    """Nested, wide and long JSON is refused (or taken, where anything is) within a moment, and never by a 500."""
    headers = {**ADMINISTRATOR, "content-type": "application/json"}
    path = operation.path.replace("{user_id}", "2").replace("{post_id}", "2")
    for name, body in DEEP.items():
        began = own_time()
        answer = side.request(operation.method.upper(), path, content=body, headers=headers)
        spent = own_time() - began
        assert answer.status_code < 500, name
        assert "RecursionError" not in answer.text
        assert spent < 10, (name, spent)


def test_oversized_body(new_database, tmp_path):
    """A body above MYAPP_MAX_REQUEST_SIZE is a 413 for every operation that reads one, before it is read."""
    from dataclasses import replace

    from myapp import create_app
    from tests.parity.apps import settings as parity_settings

    database = new_database("bounded")
    app = create_app(replace(parity_settings(database, tmp_path), max_request_size=10_000))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    side = Side("flask", WSGI(app), app=app)
    for operation in operations():
        for media in operation.bodies:
            body = {
                "application/json": json.dumps("x" * 20_000).encode(),
                "application/x-www-form-urlencoded": b"x=" + b"x" * 20_000,
            }.get(media, b"x" * 20_000)
            headers = {**ADMINISTRATOR, "content-type": media}
            answer = side.request(operation.method.upper(), operation.path, content=body, headers=headers)
            assert answer.status_code in (413, 422, 404, 401), (str(operation), media, answer.status_code)
            if operation.path in ("/body/items/", "/security/token", "/security/account/", "/sql-databases/users/"):
                assert answer.status_code == 413
    dispose(app)
