"""schemathesis against the Flask application's own document: no server error, no answer that contradicts the document.

Left out on purpose, of schemathesis' checks:

- `unsupported_method`: Flask answers HEAD and OPTIONS by itself (a kept difference, tests/parity/differences.py).
- `negative_data_rejection` and `positive_data_acceptance`: values are converted as FastAPI does by default, so `"1"` is
  an integer and a schema with `format` says less than the code; tests/parity compares both to the letter.
- the status codes that a view raises as an HTTPException and nobody documented (404 of a missing row): FastAPI's
  document lacks them too. They must be 4xx, JSON, with a `detail`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from myapp import create_app
from myapp.extensions import db
from myapp.kit import app_lifespan
from myapp.models import Base
from myapp.settings import Environment, Settings
from tests.parity.apps import cheap_hashes
from tests.parity.database import seed
from tests.parity.generate import LEFT_OUT, METHODS

CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


#: ISO 8601 leaves out what is nothing in a duration, and so does pydantic ("P1Y7D", "PT1H3S"); the grammar of RFC 3339,
#: which schemathesis has, does not let it. What is written is compared to the letter in tests/parity.
DURATION = re.compile(rb'"-?P(?=[\dT])[\d.YMWDTHS]+"')


def whole(wsgi_app: Any) -> Any:
    """The application with answers that are sent and closed: schemathesis reads a file without closing it."""

    def sent(environ: Any, start_response: Any) -> list[bytes]:
        body = wsgi_app(environ, start_response)
        try:
            return [DURATION.sub(b'"PT1S"', b"".join(body))]
        finally:
            if hasattr(body, "close"):
                body.close()

    return sent


@pytest.fixture(scope="module")
def contract_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with some rows, whose faults are 500 answers."""
    folder: Path = tmp_path_factory.mktemp("contract")
    app = create_app(Settings(env=Environment.TESTING, data_dir=folder, log_level="CRITICAL"))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context(), cheap_hashes():
        Base.metadata.create_all(db.engine)
        with db.session() as session:
            seed(session)
        app.wsgi_app = whole(app.wsgi_app)
        with app_lifespan(app):
            yield app
        db.engine.dispose()


@pytest.fixture(scope="module")
def api_schema(contract_app: Flask) -> schemathesis.BaseSchema:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_wsgi("/openapi.json", contract_app)


def operations() -> list[tuple[str, str]]:
    """Path and method of every operation, for the tests' names. Building the document opens no database."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(env=Environment.TESTING, data_dir=Path(folder)))
        paths = app.test_client().get("/openapi.json").get_json()["paths"]
    found = [(path, method) for path, item in paths.items() for method in item if method in METHODS]
    return [(path, method) for path, method in found if f"{method.upper()} {path}" not in LEFT_OUT]


# Not schemathesis' own `parametrize`: its version for schemas that a fixture makes breaks on pytest 9.
@pytest.mark.parametrize(("path", "method"), operations())
def test_contract(path: str, method: str, api_schema: schemathesis.BaseSchema) -> None:
    """Requests that the document allows and forbids are answered as it says."""
    operation = api_schema[path][method]

    @settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE))
    def conforms(case: schemathesis.Case) -> None:
        # schemathesis unpacks no gzip in process.
        answer = case.call(headers={"Accept-Encoding": "identity"})
        checks = list(CHECKS)
        documented = str(answer.status_code) in operation.definition.raw["responses"]
        if 400 <= answer.status_code < 500 and not documented:
            assert set(answer.json()) == {"detail"}
        else:
            checks.append(status_code_conformance)
        if answer.status_code < 500 or not documented:  # a 504 that is documented is meant
            checks.append(not_a_server_error)
        case.validate_response(answer, checks=checks)

    # Some operations have nothing in them that could be wrong.
    with suppress(Unsatisfiable):
        conforms()
