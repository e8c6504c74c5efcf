"""marshmallow fields as JSON Schema 2020-12, written the way pydantic writes the same types.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with apispec's "attribute functions": those whose answer
differs from pydantic's are replaced by the ones here. There are two views of a type: what is accepted (mode
"validation") and what is answered ("serialization").
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterable
from typing import Any

import marshmallow.fields as ma
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, missing

from .. import fields
from ..encoders import to_jsonable
from ..fields import containers, nested, tagged, unions
from ..fields.constraints import Constraints
from ..fields.named_tuples import NamedTuple
from ..fields.temporal import Temporal
from ..fields.wrapped import Around, Written
from ..functional import MISSING, WithJsonSchema
from ..models import RootSchema
from ..params import FieldInfo, Undefined
from .components import Mode
from .defaults import encoded_default, written_default
from .field_types import KEYWORDS, NUMERIC, SAID, TYPES, choices2schema
from .scalars import scalar_schema


class Reference(ma.Raw):
    """A field that is documented elsewhere; what is said of it stands beside the reference."""

    def __init__(self, reference: dict[str, Any], **keywords: Any) -> None:
        super().__init__(**keywords)
        self.reference = reference


class FieldSchemas(OpenAPIConverter):
    """apispec's converter with pydantic's answers. Enums and Schemas are left to `myapp.kit.openapi.jsonschema`."""

    field_mapping = dict(TYPES)
    mode: Mode
    limits_as_declared = False

    def init_attribute_functions(self) -> None:
        """The functions that each add their part to the schema of a field; the order is the order of calls."""
        self.attribute_functions = [
            self.field2type_and_format,
            self.reference2properties,
            self.scalar2properties,
            self.literal2properties,
            self.enum2properties,
            self.nested2properties,
            self.pluck2properties,
            self.datetime2properties,
            self.array2properties,
            self.dict2properties,
            self.union2properties,
            self.field2constraints,
            self.field2nullable,
            self.metadata2properties,
            self.info2properties,
            self.field2default,
            self.extra2properties,
        ]

    def field2property(self, field: ma.Field[Any]) -> dict[str, Any]:
        """The schema of a field, or what `WithJsonSchema` says instead of it, with the words of an attribute."""
        schema = self.own_schema(field)
        told = self.told(field)
        if told is None:
            return schema
        kept = {*SAID, "default"} if isinstance(field.parent, Schema) else {"default"}
        return {**told.json_schema, **{word: said for word, said in schema.items() if word in kept}}

    def told(self, field: ma.Field[Any]) -> WithJsonSchema | None:
        """The last `WithJsonSchema` that is about this view of the field."""
        found = field.metadata.get("json_schema", ())
        return next((each for each in reversed(found) if each.mode in (None, self.mode)), None)

    def own_schema(self, field: ma.Field[Any]) -> dict[str, Any]:
        """The schema of a field; in an answer, of what the user's function makes of the value.

        Raises TypeError for a class of which JSON Schema knows nothing, unless `WithJsonSchema` tells.
        """
        if isinstance(field, Written) and self.mode == "serialization":
            return self.written2property(field)
        if isinstance(field, Around) and field.plain and self.mode == "validation":
            anything = fields.Any(metadata=field.metadata)
            anything.load_default = field.load_default
            field = anything
        if isinstance(field, fields.Instance) and self.told(field) is None:
            raise TypeError(f"{field.kind!r} has no JSON Schema: say it in Annotated, by WithJsonSchema")
        schema: dict[str, Any] = super().field2property(field)
        if "computed" in field.metadata:
            schema["readOnly"] = True
        return schema

    def written2property(self, field: Written) -> dict[str, Any]:
        """The schema of what a function writes, with the words of the field and a default that it has written, too."""
        writing, info = field.writing, copy.copy(info_of(field))
        written: Any = copy.copy(writing.returns or field.within_writing)
        words = {name: said for name, said in field.metadata.items() if name != "info"}
        default = Undefined if info is None else info.default
        if info is not None:
            info.default = Undefined
            words["info"] = info
        written.metadata = {**written.metadata, **words}
        written.load_default = missing
        schema = self.field2property(written)
        if writing.when_used.endswith("unless-none") and field.allow_none and written.allow_none is False:
            schema = {**{k: v for k, v in schema.items() if k in SAID}, **_any_of([
                {"type": "null"}, {k: v for k, v in schema.items() if k not in SAID}
            ])}  # fmt: skip
        if default is not Undefined:
            schema |= written_default(field, default)
        return schema

    def field2type_and_format(self, field: ma.Field[Any], **keywords: Any) -> dict[str, Any]:
        """JSON Schema's words for the field; numbers where dates and times are written as such."""
        if isinstance(field, Temporal) and not field.usual and self.mode == "serialization":
            return {"type": "number"}
        found: dict[str, Any] = super().field2type_and_format(field, **keywords)
        return found

    def reference2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """The reference that a field stands for."""
        return field.reference if isinstance(field, Reference) else {}

    def scalar2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """What is said of single values beside their type and format."""
        return scalar_schema(field, self.mode, self.field2property)

    def literal2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """The values of a Literal, or those that marshmallow's OneOf and Equal allow."""
        if isinstance(field, fields.Literal):
            return choices2schema(field.choices)
        constraints = _constraints(field)
        return {} if constraints is None or constraints.choices is None else choices2schema(constraints.choices)

    def array2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """`items` of lists and sets, `prefixItems` of tuples."""
        if isinstance(field, ma.List):
            unique = {"uniqueItems": True} if isinstance(field, containers.Set) else {}
            return {**unique, "items": self.field2property(field.inner)}
        if isinstance(field, NamedTuple):
            return self.named_tuple(field)
        if isinstance(field, ma.Tuple):
            items = [self.field2property(item) for item in field.tuple_fields]
            return {**({"prefixItems": items} if items else {}), "minItems": len(items), "maxItems": len(items)}
        return {}

    def named_tuple(self, field: NamedTuple) -> dict[str, Any]:
        """A tuple's items with the titles of their names."""
        items = [self.field2property(item) for item in field.tuple_fields]
        for name, item in zip(field.names, items, strict=True):
            if "$ref" not in item:
                item.setdefault("title", name.title().replace("_", " "))
        return {**({"prefixItems": items} if items else {}), "minItems": field.least, "maxItems": len(items)}

    def dict2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """`additionalProperties` (or `patternProperties`) for the values, `propertyNames` for the keys."""
        if not isinstance(field, ma.Dict):
            return {}
        keys = {} if field.key_field is None else self.field2property(field.key_field)
        values = {} if field.value_field is None else self.field2property(field.value_field)
        pattern = keys.pop("pattern", None)
        if "$ref" not in keys:
            keys.pop("title", None)
        values.pop("title", None)
        result: dict[str, Any] = {"additionalProperties": values or True}
        if pattern is not None:
            result = {"patternProperties": {pattern: values}}
        if "$ref" in keys or (keys.get("type") == "string" and len(keys) > 1):
            result["propertyNames"] = {key: value for key, value in keys.items() if key != "type"}
        return result

    def union2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """`anyOf` the members, or `oneOf` with a `discriminator`."""
        if isinstance(field, tagged.TaggedUnion):
            tags = {_tag(tag): self.field2property(member) for tag, member in field.tags.items()}
            mapping = {tag: schema.get("$ref", schema) for tag, schema in tags.items()}
            schema: dict[str, Any] = {"oneOf": _distinct(tags.values())}
            if isinstance(field, tagged.CallableTaggedUnion):
                return schema
            # another name on the wire is that of a property, which a member with a root has not
            if field.key == field.discriminator or not any(map(_has_root, field.members)):
                schema["discriminator"] = {"propertyName": field.key, "mapping": mapping}
            return schema
        if isinstance(field, unions.Union):
            return _any_of(self.field2property(member) for member in field.members)
        return {}

    def field2constraints(self, field: ma.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
        """The limits, in the keywords that fit the type they limit."""
        constraints = _constraints(field)
        if constraints is None or isinstance(field, Temporal):  # JSON Schema has no limits for text that is a date
            return {}
        target = ret["anyOf"][0] if isinstance(field, ma.Decimal) and "anyOf" in ret else ret
        keywords = KEYWORDS.get(target.get("type", ""), {})
        for name, keyword in keywords.items():
            limit = getattr(constraints, name)
            if limit is not None and limit not in (math.inf, -math.inf):
                # FastAPI writes these as floats, whatever they were, except those of parameters
                target[keyword] = float(limit) if keywords is NUMERIC and not self.limits_as_declared else limit
        return {}

    def field2nullable(self, field: ma.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
        """`anyOf` what it is and null."""
        if not field.allow_none or isinstance(field, fields.Any | fields.NoneValue):
            return {}
        inner = dict(ret)
        ret.clear()
        return _any_of([inner, {"type": "null"}])

    def info2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """The documentation in the field's `FieldInfo`."""
        info = info_of(field)
        if info is None:
            return {}
        said = {"title": info.title, "description": info.description, "examples": info.examples and list(info.examples)}
        result = {keyword: to_jsonable(value) for keyword, value in said.items() if value is not None}
        if info.deprecated:
            result["deprecated"] = True
        if not callable(info.json_schema_extra):
            result.update(to_jsonable(info.json_schema_extra or {}))
        return result

    def extra2properties(self, field: ma.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
        """What a function of the user's has to say of the schema, which it changes."""
        info = info_of(field)
        if info is not None and callable(info.json_schema_extra):
            info.json_schema_extra(ret)
        return {}

    def field2default(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """The default value as JSON; what a factory would make is not told."""
        info = info_of(field)
        if info is not None:
            default = info.default
        else:
            default = field.dump_default if self.mode == "serialization" else missing
            default = field.load_default if default is missing else default
            default = Undefined if default is missing or callable(default) else default
        if default is Undefined or default is MISSING:
            return {}
        try:
            return {"default": encoded_default(field, default, self.mode)}
        except (TypeError, ValueError):  # nothing that JSON can hold
            return {}


def info_of(field: ma.Field[Any]) -> FieldInfo | None:
    """What `Query`, `Body`, `Field`… said of the field; None for a field that a Schema declares itself."""
    info: FieldInfo | None = field.metadata.get("info")
    return info


def _constraints(field: ma.Field[Any]) -> Constraints | None:
    own: Constraints | None = getattr(field, "constraints", None)
    return own if own is not None else Constraints.from_validators(field.validators)


def _any_of(schemas: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A choice between schemas; a choice among them is taken apart, and what comes twice is written once."""
    flat: list[dict[str, Any]] = []
    for schema in schemas:
        flat.extend(schema["anyOf"] if schema.keys() == {"anyOf"} else [schema])
    members = _distinct(flat)
    return members[0] if len(members) == 1 else {"anyOf": members}


def _distinct(schemas: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for schema in schemas:
        if schema not in found:
            found.append(schema)
    return found


def _has_root(member: ma.Field[Any]) -> bool:
    return isinstance(nested.schema_in(member), RootSchema)


def _tag(tag: Any) -> str:
    """A discriminator's value as a key of the mapping: as it is written in JSON."""
    plain = to_jsonable(tag)
    return plain if isinstance(plain, str) else json.dumps(plain)
