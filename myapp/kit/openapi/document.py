"""The OpenAPI document of an application, made of its path operations.

Pairs https://fastapi.tiangolo.com/how-to/extending-openapi/ with `apispec.APISpec`, which gathers paths and components.
Every operation is written by `myapp.kit.openapi.operations`; this module adds what is said of the whole application.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from apispec import APISpec

from ..fields.url import NotAUrl, normalize
from ..operation import PathOperation
from .jsonschema import KitPlugin
from .operations import OperationWriter

_VALIDATION_ERROR: Final[Mapping[str, Any]] = {
    "title": "ValidationError",
    "type": "object",
    "properties": {
        "loc": {"title": "Location", "type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        "msg": {"title": "Message", "type": "string"},
        "type": {"title": "Error Type", "type": "string"},
        "input": {"title": "Input"},
        "ctx": {"title": "Context", "type": "object"},
    },
    "required": ["loc", "msg", "type"],
}
_HTTP_VALIDATION_ERROR: Final[Mapping[str, Any]] = {
    "title": "HTTPValidationError",
    "type": "object",
    "properties": {
        "detail": {"title": "Detail", "type": "array", "items": {"$ref": "#/components/schemas/ValidationError"}},
    },
}
_ORDER: Final = ("openapi", "info", "servers", "paths", "webhooks", "components", "tags", "externalDocs")


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    path_operations: Iterable[PathOperation],
    webhooks: Iterable[PathOperation] = (),
    tags: Sequence[Mapping[str, Any]] | None = None,
    servers: Sequence[Mapping[str, Any]] | None = None,
    terms_of_service: str | None = None,
    contact: Mapping[str, Any] | None = None,
    license_info: Mapping[str, Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document as a dict that `json.dumps` takes; equal to what FastAPI writes for the same application.

    The keywords are those of FastAPI's function of this name, with `path_operations` for `routes`
    and what `detached_operations` finds as `webhooks`. Warns of an
    operation id that is used twice. https://fastapi.tiangolo.com/how-to/extending-openapi/
    """
    info = {
        "title": title,
        "summary": summary or None,
        "description": description or None,
        "termsOfService": terms_of_service or None,
        "contact": _with_url(contact),
        "license": _with_url(license_info),
        "version": version,
    }
    whole = {
        "info": info,
        "servers": list(servers or ()),
        "tags": [{**tag, "externalDocs": _with_url(tag.get("externalDocs"))} for tag in tags or ()],
        "externalDocs": _with_url(external_docs),
    }
    plugin = KitPlugin(separate=separate_input_output_schemas)
    options = {key: value for key, value in whole.items() if value}
    spec = APISpec(title, version, openapi_version, plugins=[plugin], **options)
    writer = OperationWriter(plugin)
    for operation in path_operations:
        if item := writer.path_item(operation):
            spec.path(operation.path, operations=item)
    calls: dict[str, dict[str, Any]] = {}
    for operation in webhooks:
        if item := writer.path_item(operation):
            calls.setdefault(operation.path, {}).update(item)
    if writer.validates:
        for schema in (_VALIDATION_ERROR, _HTTP_VALIDATION_ERROR):
            spec.components.schema(schema["title"], dict(schema))
    for name, scheme in writer.security_schemes.items():
        spec.components.security_scheme(name, scheme)
    document = _plain(plugin.definitions.renamed({**spec.to_dict(), **({"webhooks": calls} if calls else {})}))
    return {key: document[key] for key in _ORDER if key in document}


def _url(text: str | None) -> str | None:
    """A URL in its normal form, as pydantic's AnyUrl writes it; anything else as it is."""
    try:
        return normalize(text)[1] if text else None
    except NotAUrl:
        return text


def _with_url(said: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {**said, "url": _url(said.get("url"))} if said else None


def _plain(value: Any) -> Any:
    """A copy without the keys whose value is None (hence never a `default: null`), and Enum members as their values."""
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
