"""A Python client that openapi-python-client generates from the document: it type-checks, and every operation of the
document is called through it on a real server.

Nothing is picked by hand: the test walks the generated modules, builds their arguments from the document (first all
that an operation takes, then what it requires), and wants an answer of a declared status, parsed into what is declared.
"""

import copy
import dataclasses
import datetime as dt
import importlib
import inspect
import json
import pkgutil
import re
import sqlite3
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from myapp.accounts import changes
from myapp.models import User
from myapp.passwords import hash_password
from myapp.settings import Settings
from tests.live.processes import gunicorn
from tests.parity.apps import cheap_hashes
from tests.parity.credentials import USERS, basic, bearer, code_form, digest, token
from tests.parity.database import PASSWORD, Database, make_template
from tests.parity.generate import METHODS
from tests.parity.values import resolve

pytestmark = pytest.mark.live

#: Media types that the generator does not know, and one of its own that reads the same.
MEDIA_TYPES = {
    **{"application/rss+xml": "text/plain", "application/xml": "text/plain", "application/jsonl": "text/plain"},
    "application/yaml": "application/json",  # JSON is YAML
}
#: Faults that mypy finds in what the generator writes for any document: its client's `__exit__`, optional cookies.
NOT_OURS = re.compile(r'client\.py:\d+: error: Argument 1 to "__a?exit__"|has type "str"\)  \[assignment\]$')
#: Values that a schema can't tell, by path, or by method and path: what exists, who may come in, what a function wants.
KNOWN: dict[str, dict[str, Any]] = {
    "/first-steps/routers/": {"x_editor": "ada"},
    "/query-params/checks/bounds/": {"step": 5},
    "/query-params/checks/slug/": {"slug": "post-1"},
    "/body-updates/profiles/": {"name": "ada"},
    "/response-model/items/": {"name": "pen"},
    "/handling-errors/authors/": {"name": "ada"},
    "PUT /handling-errors/authors/": {"name": "barbara"},
    "DELETE /handling-errors/authors/": {"name": "barbara"},
    "/dependencies/": {"x_token": "fake-super-secret-token", "x_key": "fake-super-secret-key"},
    "/security/token": {"username": USERS[1], "password": PASSWORD, "grant_type": "password"},
    "/security/account/refresh": {"refresh_token": "refresh-1", "grant_type": "refresh_token", "scope": "posts"},
    "/security/account/sign-out": {"refresh_token": "refresh-1"},
    "/security/account/change-password": {"current_password": PASSWORD},
    "/security/account/deactivate": {"password": PASSWORD},
    "/sql-databases/lists/feed/": {"cursor": None},
    "/sql-databases/etags/": {"if_match": "*"},
    "/extra-data-types/keys/": {"secret": "eA=="},
    "/extra-data-types/own/": {"isbn": "9783161484100", "shelf": "AB12", "lent": True},
    "/forms-files/reminder/": {"days": "never"},
    "/custom-response/files/": {"name": "guide.txt"},
    "/server-sent-events/": {"limit": 1},
}
#: Operations that answer with a fault whatever is sent: the status that the document has for it.
REFUSED = {
    "DELETE /handling-errors/authors/{name}": 403,
    "POST /dependencies/runs/{run}/translated": 409,
    "POST /dependencies/runs/{run}/refused": 403,
    "GET /async-views/late": 504,
    # gunicorn drops headers with underscores in their names
    "GET /header-cookie-params/models/headers/underscores": 422,
}
#: Operations whose answers are less than the document says, on both sides, and cannot be parsed.
UNPARSED = {
    "HEAD /first-steps/posts/{post_id}": "the answer to HEAD has no body",
    "GET /response-model/items/{name}/name": "the document describes all of the model",
}
#: Streams that end only where a limit is given, and with the header that asks for what there is already.
ENDLESS = {"GET /server-sent-events/notifications": {"Last-Event-ID": "0"}}
#: How to come in where an operation asks for it.
CREDENTIALS = {
    "HTTPBasic": {"Authorization": basic(USERS[1], PASSWORD)},
    "Bearer403": {"Authorization": "Bearer any"},
    "APIKeyHeader": {"X-API-Key": "a key"},
}


@dataclasses.dataclass(frozen=True)
class Client:
    """The generated package, the document it was made from, and a server that has the operations."""

    package: str
    folder: Path
    document: dict[str, Any]
    url: str
    database: Database
    credentials: dict[str, dict[str, str]]
    known: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client for a gunicorn with the seed rows. The generator must not warn of anything."""
    folder = tmp_path_factory.mktemp("client")
    with cheap_hashes():
        template = make_template()
        mailed = tokens(User(id=1, email="ada@example.com", password_hash=hash_password(PASSWORD)))
    add_report(template, folder)
    database = Database(folder / "app.sqlite3", template)
    variables = {"MYAPP_ENV": "development", "MYAPP_DATABASE_URL": database.url, "MYAPP_API_KEYS": "a key"}
    with gunicorn(folder, app="wsgi:app", **variables) as server:
        document = httpx.get(f"{server.url}/openapi.json").raise_for_status().json()
        document = generatable(document)
        generate(document, folder)
        # of the seeded login, which is there again before each operation
        now = dt.datetime.now(dt.UTC)
        signed = bearer(token(1, "openid posts users", iat=now, exp=now + dt.timedelta(hours=1)))
        known = CREDENTIALS | dict.fromkeys(
            ("OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OpenIdConnect"), signed
        )
        sys.path.insert(0, str(folder))
        try:
            yield Client("generated_client", folder, document, server.url, database, known, KNOWN | mailed)
        finally:
            sys.path.remove(str(folder))
            for name in [name for name in sys.modules if name.split(".")[0] == "generated_client"]:
                del sys.modules[name]
    database.close()
    template.close()


def tokens(user: User) -> dict[str, dict[str, Any]]:
    """What is signed for who signs up, has forgotten the password, or came from the sign-in page, by path."""
    return {
        "POST /security/account/": {"token": changes.sign_up_token("new@example.com", Settings())},
        "/security/account/reset-password": {"token": changes.reset_token(user, Settings())},
        "/security/openid/token": code_form(),
    }


def add_report(template: sqlite3.Connection, folder: Path) -> None:
    """A report that a worker has finished."""
    template.execute(
        "INSERT INTO reports (id, state, progress, created_at, html_file, csv_file) VALUES (1, 'done', 100, ?, ?, ?)",
        ("2026-11-22 12:00:00.000000", "1.html", "1.csv"),
    )
    template.commit()
    reports = folder / "reports" / "app"
    reports.mkdir(parents=True)
    (reports / "1.html").write_text("<!DOCTYPE html>")
    (reports / "1.csv").write_text("title")


def generate(document: dict[str, Any], folder: Path) -> None:
    """Write the package `generated_client`."""
    source = folder / "openapi.json"
    source.write_text(json.dumps(document))
    options = {"content_type_overrides": MEDIA_TYPES, "post_hooks": [], "package_name_override": "generated_client"}
    config = folder / "config.json"
    config.write_text(json.dumps(options))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", source, "--config", config]
    output = folder / "generated_client"
    done = subprocess.run(
        [*command, "--meta", "none", "--output-path", output, "--fail-on-warning"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def generatable(document: dict[str, Any]) -> dict[str, Any]:
    """The document as this generator can take it; FastAPI's own needs the same.

    It names classes by their title, which both variants of a model share; it writes no header or cookie but text; it
    knows a file by a word of OpenAPI 3.0; and of several media types it reads the first, which is JSON also where
    nothing is said of it and the answer is another.
    """
    document = copy.deepcopy(document)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith(("-Input", "-Output")):
            schema["title"] = name
    for _, _, operation in operations(document).values():
        operation["parameters"] = [each for each in operation.get("parameters", []) if not _unwritable(each)]
        for content in (response.get("content", {}) for response in operation["responses"].values()):
            if len(content) > 1 and not content.get("application/json", {}).get("schema"):
                content.pop("application/json", None)
        form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
        for schema in resolve(form, schemas).get("properties", {}).values():
            for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
                if part.get("contentMediaType") == "application/octet-stream":
                    part["format"] = "binary"
    return document


def _unwritable(parameter: dict[str, Any]) -> bool:
    schema = parameter["schema"]
    kinds = [one.get("type") for one in schema.get("anyOf", [schema])]
    return parameter["in"] in ("header", "cookie") and ("array" in kinds or kinds == ["integer", "null"])


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Every operation with its method and path, by its id without the signs that the generator changes."""
    return {
        squashed(item[method]["operationId"]): (method.upper(), path, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def squashed(name: str) -> str:
    """What is left of a name in every spelling of it."""
    return re.sub(r"[\W_]", "", name).lower()


def modules(client: Client) -> dict[str, types.ModuleType]:
    """The generated modules, each of which has one operation."""
    api = importlib.import_module(f"{client.package}.api")
    found = [name for _, name, is_package in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not is_package]
    return {squashed(name.rpartition(".")[2]): importlib.import_module(name) for name in found}


class Arguments:
    """Makes an operation's arguments: JSON values from the document, turned into what the generated function takes."""

    def __init__(self, client: Client, operation: dict[str, Any], known: dict[str, Any]) -> None:
        self.client = client
        self.components = client.document["components"]["schemas"]
        self.operation = operation
        self.known = known

    def of(self, function: Any, *, everything: bool) -> dict[str, Any]:
        """The keyword arguments for `sync_detailed`; only the required ones unless `everything` is asked for."""
        hints = typing.get_type_hints(function)
        parameters = {squashed(each["name"]): each for each in self.operation.get("parameters", [])}
        body = self.operation.get("requestBody", {})
        made = {}
        for argument in inspect.signature(function).parameters.values():
            if argument.name == "client":
                continue
            if argument.name == "body":
                schema, required = next(iter(body["content"].values()))["schema"], body.get("required", False)
            else:
                parameter = parameters[squashed(argument.name)]
                schema, required = parameter["schema"], parameter["required"]
            # without a body that may be None as well, what it generates fails
            if required or everything or argument.name == "body":
                value = self.value(schema, argument.name, everything)
                made[argument.name] = self.converted(hints[argument.name], value)
        return made

    def value(self, schema: Any, name: str, everything: bool) -> Any:
        """A JSON value that the schema allows: a known one, the first of those it names, or the least."""
        schema = resolve(schema, self.components)
        if name in self.known:
            return self.known[name]
        if "const" in schema:
            return schema["const"]
        for keyword in ("enum", "examples"):
            if schema.get(keyword):
                return schema[keyword][0]
        if schema.get("default") is not None:
            return schema["default"]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self.value({**schema[keyword][0]}, name, everything)
        for part in schema.get("allOf", ()):
            schema = {**schema, **resolve(part, self.components)}
        if "contentSchema" in schema:
            return json.dumps(self.value(schema["contentSchema"], name, everything))
        if schema.get("type") == "array":
            items = schema.get("prefixItems") or [schema.get("items", {})] * max(1, schema.get("minItems", 0))
            return [self.value(item, name, everything) for item in items]
        if schema.get("type") == "object":
            wanted = schema.get("properties", {}) if everything else schema.get("required", ())
            return {key: self.value(schema["properties"][key], key, everything) for key in wanted}
        return least(schema)

    def converted(self, hint: Any, value: Any) -> Any:
        """The value as the generated code has it: models, Enums, dates, files."""
        if typing.get_origin(hint) in (typing.Union, types.UnionType):
            for member in typing.get_args(hint):
                try:
                    return self.converted(member, value)
                except (TypeError, ValueError, AttributeError, KeyError):
                    continue
            raise TypeError(f"{value!r} is none of {hint}")
        if typing.get_origin(hint) is list:
            return [self.converted(typing.get_args(hint)[0], each) for each in value]
        if hint is Any or not isinstance(hint, type):
            return value
        if hasattr(hint, "from_dict"):
            return self.named(hint.from_dict(value))
        if issubclass(hint, Enum):
            return hint(value)
        if hint is UUID:
            return UUID(value)
        if hint in (dt.datetime, dt.date):
            return hint.fromisoformat(value)
        if type(value) is hint or (hint is float and type(value) is int):
            return value
        raise TypeError(f"{value!r} is no {hint}")

    def named(self, model: Any) -> Any:
        """The model of a form, its files with names: without one a part is a field."""
        for part in (getattr(model, each.name) for each in model.__attrs_attrs__):
            for file in part if isinstance(part, list) else [part]:
                if hasattr(file, "payload"):
                    file.file_name, file.mime_type = "x.png", "image/png"
        return model


FORMATS = {
    "uuid": "12345678-1234-5678-1234-567812345678",
    "date-time": "2026-01-02T03:04:05+00:00",
    "date": "2026-01-02",
    "time": "12:30:00",
    "duration": "PT1H",
    "email": "new@example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "ipvanyaddress": "192.0.2.1",
}


def least(schema: dict[str, Any]) -> Any:
    """A plain value: of the format, as long and as large as is asked for."""
    kind = schema.get("type")
    if kind == "integer":
        return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
    if kind == "number":
        return float(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
    if kind == "boolean":
        return True
    if schema.get("format") == "binary":
        return b"x"
    return FORMATS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 0)))


def test_every_operation_is_generated(client: Client) -> None:
    """Each operation of the document has a function in the client."""
    assert modules(client).keys() == operations(client.document).keys()


def test_exceptions(client: Client) -> None:
    """What is written down here of single operations is of operations, and of arguments, that the document has."""
    called = operations(client.document).values()
    lines = {f"{method} {path}" for method, path, _ in called}
    assert {*REFUSED, *UNPARSED, *ENDLESS} <= lines
    components = client.document["components"]["schemas"]
    for place, values in client.known.items():
        meant = [each for each in called if is_in(place, f"{each[0]} {each[1]}", each[1])]
        names = {squashed(name) for _, _, operation in meant for name in arguments_of(operation, components)}
        assert {squashed(name) for name in values} <= names, place


def arguments_of(operation: dict[str, Any], components: dict[str, Any]) -> set[str]:
    """The names of what an operation takes: its parameters, and the fields of its body."""
    names = {each["name"] for each in operation.get("parameters", [])}
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = resolve(media["schema"], components)
        for part in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
            names |= resolve(part, components).get("properties", {}).keys()
    return names


def test_types(client: Client) -> None:
    """mypy finds nothing in it but what it finds in every client of this generator."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--cache-dir",
        client.folder / "cache",
        "--config-file",
        "",
        client.package,
    ]
    done = subprocess.run(command, cwd=client.folder, capture_output=True, text=True, timeout=300)
    faults = [line for line in done.stdout.splitlines() if ": error: " in line and not NOT_OURS.search(line)]
    assert not faults, "\n".join(faults)
    assert "source files)" in done.stdout


@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
@pytest.mark.parametrize("everything", [True, False], ids=["everything", "required"])
def test_every_operation(everything: bool, client: Client) -> None:
    """Every operation answers with a status that it declares, as an instance of what it declares.

    With everything that it takes it succeeds; without the rest it may refuse, if it says so.
    """
    package, found = importlib.import_module(client.package), modules(client)
    faults, called = [], 0
    for name, (method, path, operation) in operations(client.document).items():
        line = f"{method} {path}"
        if line in ENDLESS and not everything:
            continue
        client.database.reset()
        known = {
            key: value
            for place, values in client.known.items()
            if is_in(place, line, path)
            for key, value in values.items()
        }
        function = found[name].sync_detailed
        headers = credentials(client, operation, path) | ENDLESS.get(line, {})
        options = {"headers": headers, "raise_on_unexpected_status": True, "timeout": 20, "verify_ssl": False}
        try:
            arguments = Arguments(client, operation, known).of(function, everything=everything)
            with package.Client(base_url=client.url, **options) as caller:
                answer = function(client=caller, **arguments)
            problem = misfit(line, answer, operation, everything)
        except Exception as error:
            problem = "" if line in UNPARSED else f"{type(error).__name__}: {error}"
        else:
            problem = problem or ("it can be parsed after all" if line in UNPARSED else "")
        called += 1
        if problem:
            faults.append(f"{line}: {problem}")
    assert not faults, f"{len(faults)} of {called}:\n" + "\n".join(faults)
    assert called > 200


def is_in(place: str, line: str, path: str) -> bool:
    """Tell whether what is known for a place, a path or a method and a path, is for this operation."""
    return line.startswith(place) or path.startswith(place)


def misfit(line: str, answer: Any, operation: dict[str, Any], everything: bool) -> str:
    """What is wrong with an answer; nothing if it is as declared."""
    status = str(int(answer.status_code))
    if status not in operation["responses"]:
        return f"{status} is not declared"
    if line in REFUSED:
        return "" if answer.status_code == REFUSED[line] else f"{status} instead of {REFUSED[line]}"
    content = next(iter(operation["responses"][status].get("content", {}).values()), {})
    if content.get("schema") and answer.parsed is None and answer.content != b"null":
        return f"{answer.content[:300]!r} was not parsed"
    if answer.status_code >= 400 and (everything or answer.status_code == 422):
        return f"{status} {answer.content[:300]!r}"
    return ""


def credentials(client: Client, operation: dict[str, Any], path: str) -> dict[str, str]:
    """Headers that let the caller in."""
    schemes = [name for alternative in operation.get("security", ()) for name in alternative]
    if schemes == ["HTTPDigest"]:
        return {"Authorization": digest(httpx.get(client.url + path).headers["www-authenticate"], path)}
    return client.credentials[schemes[0]] if schemes else {}
