"""One path operation in the OpenAPI document: parameters, request body and responses.

Pairs https://fastapi.tiangolo.com/tutorial/path-operation-configuration/, https://fastapi.tiangolo.com/advanced/additional-responses/
and the documentation part of https://fastapi.tiangolo.com/tutorial/dependencies/ with apispec's operations.
"""

from __future__ import annotations

import copy
import http.client
import inspect
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

import marshmallow.fields as ma

from ..arguments import Parameter
from ..detached import detached_operations
from ..encoders import jsonable_encoder
from ..operation import PathOperation
from ..pagination import PageParams
from ..params import Body, FieldInfo, Form, Undefined
from ..response_classes import JSONResponse
from ..responses import is_body_allowed
from ..sse import event_schema
from ..streaming import EventSourceResponse
from .components import reference
from .field_schemas import info_of
from .form_bodies import form_body
from .jsonschema import KitPlugin

_WITH_BODY: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})
_LOCATIONS: Final = ("path", "query", "header", "cookie")
_RANGES: Final = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "DEFAULT": "Default Response",
}
_JSON: Final = "application/json"


class OperationWriter:
    """Writes operations, and gathers what the document needs for them: the security schemes they name, and whether one
    of them answers 422 (`validates`).
    """

    def __init__(self, plugin: KitPlugin) -> None:
        self.accepted = plugin.accepted
        self.answered = plugin.answered
        self.parameters = plugin.parameters
        self.validates = False
        self.security_schemes: dict[str, dict[str, Any]] = {}
        self._ids: set[str] = set()

    def path_item(self, operation: PathOperation) -> dict[str, Any]:
        """The Path Item Object with all methods of `operation`; empty when it is not to be documented.

        Warns of an operation id that is used twice.
        """
        if not operation.router.include_in_schema:
            return {}
        return {method.lower(): self.write(operation, method) for method in operation.methods}

    def write(self, operation: PathOperation, method: str) -> dict[str, Any]:
        """The Operation Object of `operation` for one of its methods."""
        self._warn_of_duplicate(operation)
        result: dict[str, Any] = {"tags": list(operation.router.tags), "summary": operation.summary}
        result |= {"description": operation.description, "operationId": operation.unique_id}
        result |= {"deprecated": operation.router.deprecated, "parameters": self._parameters(operation, method)}
        if method in _WITH_BODY:
            result["requestBody"] = self._request_body(operation)
        result["callbacks"] = self._callbacks(operation)
        result = {key: value for key, value in result.items() if value}
        result["responses"] = self._responses(operation, method)
        if security := self._security(operation):
            result["security"] = security
        merge(result, operation.options.openapi_extra or {})
        return result

    def _warn_of_duplicate(self, operation: PathOperation) -> None:
        name = operation.unique_id
        if name in self._ids:
            where = getattr(operation.view, "__globals__", {}).get("__file__")
            message = f"Duplicate Operation ID {name} for function {operation.name}" + (f" at {where}" if where else "")
            warnings.warn(message, stacklevel=4)
        self._ids.add(name)

    def _callbacks(self, operation: PathOperation) -> dict[str, Any]:
        """The Callback Objects, each under the name of its function."""
        calls = [call for bp in operation.router.callbacks for call in detached_operations(bp)]
        return {call.name: {call.path: self.path_item(call)} for call in calls}

    def _parameters(self, operation: PathOperation, method: str) -> list[dict[str, Any]]:
        """Those of the whole dependency tree; of two of one name the last wins, or the one that is required."""
        written = [
            self._parameter(location, *flat)
            for location in _LOCATIONS
            for parameter in operation.dependant.parameters(location)
            if parameter.info.include_in_schema
            for flat in _flat(parameter)
        ]
        if operation.conditional is not None:
            written += operation.conditional.parameters(method)
        by_name = {(each["in"], each["name"]): each for each in written}
        by_name.update({(each["in"], each["name"]): each for each in written if each["required"]})
        return list(by_name.values())

    def _parameter(self, location: str, name: str, field: ma.Field[Any], required: bool, alias: str) -> dict[str, Any]:
        info = info_of(field)
        schema = self.parameters.named(field, _title(info, alias))
        result: dict[str, Any] = {"name": name, "in": location, "required": required, "schema": schema}
        said = schema if info is None else {"description": info.description, "deprecated": bool(info.deprecated)}
        result |= {key: said[key] for key in ("description", "deprecated") if said.get(key)}
        return {**result, **_examples(info)}

    def _security(self, operation: PathOperation) -> list[dict[str, list[str]]]:
        """The schemes among the dependencies, each with the scopes asked for on every way to it."""
        scopes: dict[str, dict[str, None]] = {}
        for dependant in operation.dependant.flatten():
            scheme = dependant.security_scheme
            if scheme is not None and dependant is not operation.dependant:
                self.security_schemes[scheme.scheme_name] = scheme.model
                scopes.setdefault(scheme.scheme_name, {}).update(dict.fromkeys(dependant.scopes))
        return [{name: list(names)} for name, names in scopes.items()]

    def _request_body(self, operation: PathOperation) -> dict[str, Any]:
        parameters = operation.body_parameters
        if not parameters:
            return {}
        examples: dict[str, Any] = {}
        name = f"Body_{operation.unique_id}"
        if any(each.form is not None and (operation.embed or each.form.optional) for each in parameters):
            schema = self.accepted.component(name, form_body(parameters, self.accepted))
            schema |= {} if operation.embed else self.accepted.info2properties(parameters[0].field)
        elif operation.embed:
            own = {parameter.alias: parameter.field for parameter in parameters}
            schema = self.accepted.component(name, self.accepted.fields2jsonschema(own))
        else:
            info = parameters[0].info
            schema = self.accepted.named(parameters[0].field, _title(info, parameters[0].alias))
            examples = _examples(info)
        content = {_media_type(parameters): {"schema": schema, **examples}}
        required = any(parameter.info.required for parameter in (parameters if operation.embed else parameters[:1]))
        return {"content": content, **({"required": True} if required else {})}

    def _responses(self, operation: PathOperation, method: str) -> dict[str, Any]:
        options, declared = operation.options, operation.router.responses
        status = options.status_code
        own: dict[str, Any] = {"description": options.response_description}
        if status is None or is_body_allowed(status):
            own |= self._content(operation)
        if headers := _headers(operation, method):
            own["headers"] = headers
        responses = {str(operation.default_status): own}
        if operation.conditional is not None:
            responses |= {str(code): dict(said) for code, said in operation.conditional.responses(method).items()}
        for code, additional in declared.items():
            key = str(int(code)) if isinstance(code, int) else code.upper()
            response = responses.setdefault("default" if key == "DEFAULT" else key, {})
            extra = {name: copy.deepcopy(said) for name, said in additional.items() if name != "model"}
            if code in operation.response_fields:
                title = f"Response {key.title()} {_words(operation.unique_id)}"
                schema = self.answered.answer(operation.response_fields[code], title)
                media_type = extra.setdefault("content", {}).setdefault(operation.media_type or _JSON, {})
                merge(media_type.setdefault("schema", {}), schema)
            phrase = _phrase(key)  # asked in any case: it refuses a key that is none
            description = extra.get("description") or response.get("description") or phrase
            merge(response, extra)
            response["description"] = description
        parameters = (each for where in _LOCATIONS for each in operation.dependant.parameters(where))
        takes_input = operation.body_parameters or any(True for each in parameters for _ in _flat(each))
        if (takes_input or operation.conditional) and not responses.keys() & {"422", "4XX", "default"}:
            self.validates = True
            content = {_JSON: {"schema": reference("HTTPValidationError")}}
            responses["422"] = {"description": "Validation Error", "content": content}
        return responses

    def _content(self, operation: PathOperation) -> dict[str, Any]:
        """What the response holds. `itemSchema` is OpenAPI 3.2's word for the items of a stream, which FastAPI uses."""
        streaming, response_class = operation.streaming, operation.response_class
        field = operation.response_field
        # FastAPI lists the model among the components even where the class writes it as text.
        schema = {} if field is None else self.answered.answer(field, f"Response {_words(operation.unique_id)}")
        if streaming.is_raw if streaming else response_class and not issubclass(response_class, JSONResponse):
            return {"content": {operation.media_type: {"schema": {"type": "string"}}}} if operation.media_type else {}
        if streaming is None:
            return {"content": {operation.media_type: {"schema": schema}}} if operation.media_type else {}
        item: dict[str, Any] = {}
        if streaming.item_field is not None:
            item = self.answered.answer(streaming.item_field, _words(f"StreamItem_{operation.unique_id}"))
        if issubclass(streaming.response_class, EventSourceResponse):
            item = event_schema(item or None)
        return {"content": {streaming.media_type: {"itemSchema": item}}}


def _headers(operation: PathOperation, method: str) -> dict[str, Any]:
    """The headers of a success: an ETag, and those that a model of query parameters says it sends (a page's)."""
    headers = {} if operation.conditional is None else operation.conditional.headers(method)
    for parameter in operation.dependant.parameters("query"):
        if inspect.isclass(parameter.annotation) and issubclass(parameter.annotation, PageParams):
            headers |= parameter.annotation.response_headers()
    return headers


def _flat(parameter: Parameter) -> Iterator[tuple[str, ma.Field[Any], bool, str]]:
    """A parameter, or each attribute of a model of them: key on the wire, field, required or not, name in titles."""
    if parameter.reader is None:
        yield parameter.alias, parameter.field, parameter.info.required, parameter.alias
        return
    for attribute in parameter.reader.attributes:
        alias, name = attribute.spellings[0]
        yield name, attribute.field, attribute.field.required and parameter.info.required, alias


def _examples(info: FieldInfo | None) -> dict[str, Any]:
    """`examples` with names, or the one `example`, beside a schema."""
    if info is None:
        return {}
    if info.openapi_examples:
        return {"examples": jsonable_encoder(info.openapi_examples)}
    return {} if info.example is Undefined else {"example": jsonable_encoder(info.example)}


def _media_type(parameters: list[Parameter]) -> str:
    """The body's: what its parts agree on, else JSON. Where one is a form's, only those count."""
    forms = [parameter.info.media_type for parameter in parameters if isinstance(parameter.info, Form)]
    if "multipart/form-data" in forms:
        return "multipart/form-data"
    kinds = set(forms) or {parameter.info.media_type for parameter in parameters if isinstance(parameter.info, Body)}
    return kinds.pop() if len(kinds) == 1 else Form.media_type if forms else _JSON


def _title(info: FieldInfo | None, name: str) -> str:
    return (info and info.title) or _words(name)


def _words(name: str) -> str:
    return name.title().replace("_", " ")


def _phrase(key: str) -> str:
    """The words for a status code or a range of them; raises ValueError, as FastAPI does, for a key that is neither."""
    if key in _RANGES:
        return _RANGES[key]
    return http.client.responses.get(int(key), "Additional Response")


def merge(target: dict[str, Any], update: Mapping[str, Any]) -> None:
    """Put `update` into `target`, in place: dicts are merged, lists joined, anything else replaced."""
    for key, value in update.items():
        present = target.get(key)
        if isinstance(present, dict) and isinstance(value, Mapping):
            merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            target[key] = present + value
        else:
            target[key] = value
