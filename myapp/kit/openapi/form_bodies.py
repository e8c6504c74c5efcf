"""The component of a form that models share, with each other or with single fields, or that may be absent.

Pairs https://fastapi.tiangolo.com/tutorial/request-form-models/ with JSON Schema: the body is one flat object, so a
model is not a property of it but a condition on it (`allOf`); one that may be None is absent as a whole or fulfilled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arguments import Parameter
from .jsonschema import SchemaConverter


def form_body(parameters: Sequence[Parameter], converter: SchemaConverter) -> dict[str, Any]:
    """The object that a form with these parameters is, some of which are models."""
    fields: dict[str, Any] = {}
    conditions: list[dict[str, Any]] = []
    for parameter in parameters:
        if parameter.form is not None:
            conditions.extend(_conditions(parameter, converter))
        elif parameter.alias in fields:
            again = converter.fields2jsonschema({parameter.alias: parameter.field})
            conditions.append({"properties": again["properties"]})
        else:
            fields[parameter.alias] = parameter.field
    written = converter.fields2jsonschema(fields)
    if not fields:
        del written["properties"]
    return {**written, "allOf": conditions}


def _conditions(parameter: Parameter, converter: SchemaConverter) -> list[dict[str, Any]]:
    form, info = parameter.form, parameter.info
    assert form is not None
    schema = converter.named(parameter.field, parameter.name.replace("_", " ").title())
    schema.pop("default", None)
    if not form.optional:
        return [schema]
    schema["anyOf"] = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    absent: dict[str, Any] = {"maxProperties": 0}
    if not form.keeps_extras:
        absent = {"not": {"anyOf": [{"required": [name]} for name in sorted(form.own_names)]}}
    return [{"not": absent}, schema] if info.required else [{"anyOf": [absent, schema]}]
