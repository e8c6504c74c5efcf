"""The OpenAPI documents: valid, equal operation by operation and component by component, and the same types for a
client.

openapi-typescript is looked for on the PATH; MYAPP_TEST_OPENAPI_TYPESCRIPT names it elsewhere, and then it must be
there.
"""

import copy
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.parity import differences
from tests.parity.compare import json_differences
from tests.parity.generate import METHODS

HOW = "there is no openapi-typescript: npm install -g openapi-typescript typescript@5"


@pytest.fixture
def documents(both) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both documents as clients get them, without what the table of kept differences names."""
    left, right = (copy.deepcopy(side.document) for side in both)
    for row in differences.KEPT:
        row.in_document(left, right)
    return left, right


def test_valid(side) -> None:
    """The document is OpenAPI 3.1, but for one word of 3.2 that FastAPI has for the items of a stream."""
    document = side.document
    assert document["openapi"].startswith("3.1.")
    for media_type in _media_types(document):
        if "itemSchema" in media_type:
            media_type["schema"] = media_type.pop("itemSchema")
    OpenAPIV31SpecValidator(document).validate()


def _media_types(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What all responses of all operations hold."""
    operations = [item[method] for item in document["paths"].values() for method in METHODS if method in item]
    responses = [response for operation in operations for response in operation["responses"].values()]
    return [media_type for response in responses for media_type in response.get("content", {}).values()]


def test_same_order(both) -> None:
    """Paths, tags and schemas stand in the same order, so the pages made from them look alike."""
    left, right = (side.document for side in both)
    assert list(left["paths"]) == list(right["paths"])
    assert list(left["components"]["schemas"]) == list(right["components"]["schemas"])
    assert [tag["name"] for tag in left["tags"]] == [tag["name"] for tag in right["tags"]]


def test_same_operations(documents) -> None:
    """Each operation is described alike: parameters, body, responses, texts, tags, ids."""
    left, right = documents
    found = []
    for path in [*left["paths"], *(path for path in right["paths"] if path not in left["paths"])]:
        one, two = left["paths"].get(path, {}), right["paths"].get(path, {})
        for method in METHODS:
            found += json_differences(one.get(method), two.get(method), f"{method.upper()} {path}")
    assert not found, "\n".join(found)


def test_same_components(documents) -> None:
    """Each schema is the same."""
    left, right = (document.get("components", {}) for document in documents)
    found = json_differences(left, right, "components")
    assert not found, "\n".join(found)


def test_same_document(documents) -> None:
    """Nothing else differs either: info, tags, servers, webhooks."""
    found = json_differences(*documents, "document")
    assert not found, "\n".join(found)


def openapi_typescript() -> str:
    """The program's path; skips the test without one, fails it when the environment names one that is not there."""
    given = os.environ.get("MYAPP_TEST_OPENAPI_TYPESCRIPT")
    found = shutil.which(given or "openapi-typescript")
    if found is None:
        if given:
            pytest.fail(f"MYAPP_TEST_OPENAPI_TYPESCRIPT: there is no {given}")
        pytest.skip(HOW)
    return found


def test_same_types(documents, tmp_path: Path) -> None:
    """A TypeScript client gets the same types from both, and some for every operation."""
    program = openapi_typescript()
    types = []
    for name, document in zip(("fastapi", "flask"), documents, strict=True):
        source, target = tmp_path / f"{name}.json", tmp_path / f"{name}.ts"
        source.write_text(json.dumps(document))
        subprocess.run([program, source, "-o", target], check=True, capture_output=True, timeout=120)
        types.append(target.read_text())
    assert types[0] == types[1]
    written = types[1].partition("export interface operations {")[2]
    items = documents[1]["paths"].values()
    names = [item[method]["operationId"] for item in items for method in METHODS if method in item]
    assert [name for name in names if not re.search(rf"^    \"?{re.escape(name)}\"?: {{$", written, re.MULTILINE)] == []
