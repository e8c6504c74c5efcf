"""Text that is meant for something behind the application: a database, a header, a file system, a parser."""

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import chain, cycle, groupby

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from myapp.blueprints.background_tasks.tasks import reports_folder
from myapp.models import Report, ReportState
from tests.attacks.texts import GIVEN, Request, requests
from tests.parity.apps import dispose
from tests.parity.conftest import Seated
from tests.parity.credentials import ADMINISTRATOR
from tests.parity.database import NOW, Database
from tests.parity.generate import OperationUnderTest
from tests.parity.sides import Side
from tests.parity.test_background_tasks import settings_of
from tests.parity.test_generated import documented, operations
from tests.parity.transports import WSGI

FOR_A_DATABASE = (
    *("' OR '1'='1", "'; DROP TABLE users; --", "1); DELETE FROM posts; --", '" OR ""="', "\\' OR 1=1 --"),
    *("x' UNION SELECT password_hash FROM users --", "%' AND (SELECT 1 FROM pg_sleep(9))='1", "{}')::text; --"),
)
FOR_A_HEADER = (
    *("x\r\nSet-Cookie: evil=1", "x\nX-Evil: 1", "x\r\n\r\n<script>evil()</script>", "x\rX-Evil: 1"),
    *("x\u2028X-Evil: 1", "x\x85X-Evil: 1", '"; filename="evil.exe', "x%0d%0aX-Evil: 1", "//evil.example/"),
)
FOR_FILES = (
    *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "....//....//etc/passwd"),
    *("..\\..\\wsgi.py", "x\0.csv", "file:///etc/passwd", "%2e%2e/%2e%2e/wsgi.py", "C:\\windows\\win.ini"),
)
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


#: Operations that refuse whatever is sent, with the reason. The texts go to them too, as far as they let them.
REFUSING = {
    "DELETE /handling-errors/authors/{name}": "shows a 403",
    "POST /dependencies/runs/{run}/translated": "shows what becomes of an exception, a 409 with the text in it",
    "POST /dependencies/runs/{run}/refused": "shows what becomes of an exception, a 403 with the text in it",
    "GET /async-views/late": "shows a timeout",
}
#: The same for one side alone.
REFUSING_HERE = {
    "flask": {
        "GET /header-cookie-params/models/headers/underscores": "wants a header that gunicorn drops, a kept difference",
    },
    "fastapi": {},
}


def report(side: Side, seat: Seated) -> None:
    """A finished report with its files, as a worker would leave it."""
    engine = create_engine(seat.database.url)
    files = {"html_file": "report-1.html", "csv_file": "report-1.csv"}
    with Session(engine) as session:
        session.add(Report(id=1, state=ReportState.DONE, created_at=NOW, **files))
        session.commit()
    folder = reports_folder(settings_of(side).data_dir, engine)
    folder.mkdir(parents=True, exist_ok=True)
    for name in files.values():
        (folder / name).write_text("a report")
    engine.dispose()


#: What some operations need besides the seeded rows.
ROWS = {
    "GET /background-tasks/reports/{report_id}": report,
    "GET /background-tasks/reports/{report_id}/files/{kind}": report,
}


FOLDERS = {folder: list(group) for folder, group in groupby(documented(), lambda one: one.path.split("/")[1])}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text(folder: str, side, seat):
    """Each text of each operation's request is the attacker's in turn: path, query, header, cookie, within a body.

    The request with nobody's attack in it is answered, so each text gets as far as the operation takes any.
    For a database each gets every attack; for headers and files the next one, so that many get each.
    No answer is a 500 that is not meant, shows a hash or a file of the server, or has a header that was in the text. A
    refused request leaves the tables as they were; one that is not writes what it would with any other text.
    """
    seat.reset()
    others = cycle(zip(FOR_A_HEADER, FOR_FILES, strict=True))
    for request in chain.from_iterable(map(requests, FOLDERS[folder])):
        status, usual = attacked(side, seat, request)
        refusing = str(request.operation) in REFUSING | REFUSING_HERE[side.name]
        assert (status >= 400) == refusing, (request.case.curl(), status)
        for place in request.places():
            for payload in (*FOR_A_DATABASE, *next(others)):
                status, after = attacked(side, seat, request.having(place, payload))
                assert after == (usual if status < 400 else None), (place, payload, status)


def test_what_is_said_of_operations():
    """What these tests know of single operations is of operations that there are."""
    known = {str(operation) for operation in documented()}
    assert known >= GIVEN.keys() | ROWS.keys() | REFUSING.keys() | REFUSING_HERE["flask"].keys()


@pytest.mark.parametrize("operation", [one for one in operations() if str(one) in GIVEN.keys() | ROWS.keys()], ids=str)
def test_what_is_given_is_needed(operation: OperationUnderTest, side, seat):
    """Without it the operation refuses the same request, or one of them; those are not sent that would never end."""
    seat.reset()
    assert max(request.case.send(side).status_code for request in requests(operation, given={})) >= 400


def tables(database: Database) -> Counter[str]:
    """Every table's definition, and how many rows it has."""
    return Counter(re.sub(r'^(INSERT INTO "\w+").*', r"\1", line, flags=re.DOTALL) for line in database.dump())


def attacked(side: Side, seat: Seated, request: Request) -> tuple[int, Counter[str] | None]:
    """Send it; the answer's status, and the tables if anything was written."""
    seat.reset()
    if make_rows := ROWS.get(str(request.operation)):
        make_rows(side, seat)
    before = seat.database.version()
    case = request.case
    answer = case.send(side)
    meant = case.url.startswith(FAILING) or INFINITE.search((case.body or b"") + case.url.encode())
    assert answer.status_code < 500 or meant, (case.curl(), answer.text[:500])
    assert "$argon2" not in answer.text
    assert "root:x:" not in answer.text
    assert "create_app()" not in answer.text
    assert "evil" not in answer.headers.get("set-cookie", "")
    assert "x-evil" not in answer.headers
    for value in answer.headers.values():
        assert not set(value) & set("\r\n\0"), (case.curl(), value)
    return answer.status_code, tables(seat.database) if seat.database.version() != before else None


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
