"""The component of a form that models share, with each other or with single fields, or that may be absent.

Pairs https://fastapi.tiangolo.com/tutorial/request-form-models/ with JSON Schema: the body is one flat object, so a
model is not a property of it but a condition on it (`allOf`); one that may be None is absent as a whole or fulfilled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow.fields import Field as MarshmallowField

from ..aliases import AliasChoices
from ..arguments import Parameter
from ..fields.nested import load_key
from ..forms import FormModel
from .field_schemas import info_of
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
    if isinstance(form, FormModel):
        converter = _FormConverter(converter, form)
    schema = converter.named(parameter.field, parameter.name.replace("_", " ").title())
    schema.pop("default", None)
    if not form.optional:
        return [schema]
    schema["anyOf"] = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    absent: dict[str, Any] = {"maxProperties": 0}
    if not form.keeps_extras:
        names = [{"required": [name]} for name in sorted(form.own_names)]
        absent = {"not": {"anyOf": names}} if names else {}
    return [{"not": absent}, schema] if info.required else [{"anyOf": [absent, schema]}]


class _FormConverter(SchemaConverter):
    """Writes the model of a form in place of a reference where the form takes it under other names than JSON does.

    Of several names of one value any will do, which the model's own component doesn't say.
    """

    def __init__(self, converter: SchemaConverter, form: FormModel) -> None:
        super().__init__(converter.mode, converter.definitions, converter.spec)
        self.refs, self.other = converter.refs, converter.other
        self.converter, self.form = converter, form

    def resolve_nested_schema(self, schema: Any) -> Any:
        """The form's model as the form takes it, or a reference to its component; to that of any other Schema."""
        if schema is not self.form.schema:
            return self.converter.resolve_nested_schema(schema)
        written = self.converter.schema2jsonschema(schema)
        properties, required = written.get("properties", {}), written.get("required", [])
        names = {
            key: keys
            for (name, field), (keys, _) in zip(schema.load_fields.items(), self.form.attributes, strict=True)
            if (key := _first_key(name, field)) in properties
            and (keys[0] != key or (len(keys) > 1 and key in required))
        }
        if not names:
            return self.converter.resolve_nested_schema(schema)
        asked = [names.get(key, [key]) for key in required]
        written["properties"] = {names.get(key, [key])[0]: said for key, said in properties.items()}
        written["required"] = [keys[0] for keys in asked if len(keys) == 1]
        choices = [{"anyOf": [{"required": [key]} for key in keys]} for keys in asked if len(keys) > 1]
        return {**written, "allOf": written.get("allOf", []) + choices} if choices else written


def _first_key(name: str, field: MarshmallowField[Any]) -> str | None:
    """The key an attribute is read under, the first of several; None where a path was declared before the keys."""
    info = info_of(field)
    if info is None:
        return load_key(name, field)
    first = info.validation_alias.choices[0] if isinstance(info.validation_alias, AliasChoices) else info.names(name)[0]
    return first if isinstance(first, str) else None
