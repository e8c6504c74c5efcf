"""Schemas, dataclasses and Enums as components of the OpenAPI document: apispec's plugin with pydantic's answers.

Pairs https://fastapi.tiangolo.com/tutorial/body/ and https://fastapi.tiangolo.com/tutorial/schema-extra-example/ with
apispec, which walks the Schemas and keeps components and references. Single fields are written by
`myapp.kit.openapi.field_schemas`, names are found by `myapp.kit.openapi.components`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import marshmallow.fields as ma
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import make_schema_key, resolve_schema_instance
from apispec.ext.marshmallow.schema_resolver import SchemaResolver
from marshmallow import INCLUDE, RAISE, Schema, missing

from ..encoders import to_jsonable
from ..fields import tagged, unions
from ..fields.alias import Recursive
from ..fields.json_value import JsonValue
from ..fields.named_tuples import NamedTuple
from ..fields.nested import dump_key, load_key, schema_in
from ..functional import PlainValidator, WithJsonSchema
from ..functional_serializers import PlainSerializer
from ..models import ModelSchema, RootSchema
from ..models.schemas import is_excluded
from .aliases import aliased
from .components import Definitions, Mode, reference
from .field_schemas import FieldSchemas, info_of
from .field_types import description_of, enum_schema

#: What, around a type, leaves nothing of it to be seen.
_REPLACES: Final[Mapping[Mode, tuple[type, ...]]] = {
    "validation": (PlainValidator, WithJsonSchema),
    "serialization": (PlainSerializer, WithJsonSchema),
}


class SchemaConverter(FieldSchemas):
    """Writes fields and Schemas as one `mode` sees them; classes become components among `definitions`.

    The `other` one writes those that want to be seen its way; the `shared` one, if any, all answers in which nothing is
    computed.
    """

    def __init__(self, mode: Mode, definitions: Definitions, spec: APISpec) -> None:
        super().__init__(spec.openapi_version, None, spec)
        self.mode = mode
        self.definitions = definitions
        self.other = self
        self.shared: SchemaConverter | None = None

    def named(self, field: ma.Field[Any], title: str) -> dict[str, Any]:
        """The schema of a field that stands alone (a parameter, a body): titled unless it is a `$ref`."""
        schema: dict[str, Any] = self.field2property(field)
        if "json_schema" in field.metadata:
            info = info_of(field)
            return {**schema, "title": (info and info.title) or title}
        return schema if "$ref" in schema else {"title": title, **schema}

    def answer(self, field: ma.Field[Any], title: str) -> dict[str, Any]:
        """The schema of a response, whose title FastAPI makes up whatever its type says."""
        converter = self if self.shared is None or _computes(field, set()) else self.shared
        schema: dict[str, Any] = converter.field2property(field)
        return schema if "$ref" in schema else {**schema, "title": title}

    def own_schema(self, field: ma.Field[Any]) -> dict[str, Any]:
        """The schema of a field; of one that was read through an alias, a reference to that."""
        named = field.metadata.get("alias")
        if named is None or named.has_around(_REPLACES[self.mode]):
            return super().own_schema(field)
        return aliased(self, field, named)

    def told(self, field: ma.Field[Any]) -> WithJsonSchema | None:
        """What `WithJsonSchema` says of a field; what it says inside an alias is in the component."""
        named = field.metadata.get("alias")
        return super().told(field) if named is None or named.has_around((WithJsonSchema,)) else None

    def component(self, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A reference to an object for which there is no Schema."""
        provisional = self.definitions.declare(name, name, name, self.mode)
        if provisional not in self.definitions.components.schemas:
            self.definitions.define(provisional, {**schema, "title": name})
        return reference(provisional)

    def named_tuple(self, field: NamedTuple) -> dict[str, Any]:
        """A reference to the component of a NamedTuple."""
        kind = field.kind
        key = (kind, id(kind))
        if key not in self.refs:
            full = f"{kind.__module__}.{kind.__qualname__}"
            self.refs[key] = self.definitions.declare(key, kind.__name__, full, self.mode)
            self.definitions.define(self.refs[key], {"type": "array", **super().named_tuple(field)})
        return reference(self.refs[key])

    def json_value(self) -> dict[str, Any]:
        """A reference to the component of JsonValue, which may be anything."""
        if JsonValue not in self.refs:
            name = JsonValue.__name__
            self.refs[JsonValue] = self.definitions.declare(JsonValue, name, name, self.mode)
            self.definitions.define(self.refs[JsonValue], {})
        return reference(self.refs[JsonValue])

    def enum2properties(self, field: ma.Field[Any], **_: Any) -> dict[str, Any]:
        """A reference to the component of an Enum."""
        if not isinstance(field, ma.Enum):
            return {}
        kind = field.enum
        if not kind.__members__:
            return {"title": kind.__name__, "enum": []}
        key = (kind, bool(field.by_value))
        if key not in self.refs:
            full = f"{kind.__module__}.{kind.__qualname__}"
            self.refs[key] = self.definitions.declare(key, kind.__name__, full, self.mode)
            self.definitions.define(self.refs[key], enum_schema(field))
        return reference(self.refs[key])

    def nested2properties(self, field: ma.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
        """A reference to the component of a Schema, or an array of them; to that of JsonValue."""
        if isinstance(field, JsonValue):
            return self.json_value()
        if not isinstance(field, ma.Nested) or isinstance(field, ma.Pluck):
            return {}
        inner: dict[str, Any] = self.resolve_nested_schema(field.schema)
        return {"type": "array", "items": inner} if field.many and not field.schema.many else inner

    def resolve_nested_schema(self, schema: Any) -> Any:
        """A reference to the component of a Schema (class, instance or registered name), which is added when new."""
        schema = resolve_schema_instance(schema)
        key, config = make_schema_key(schema), getattr(schema, "config", None)
        if getattr(config, "json_schema_mode_override", None) == self.other.mode != self.mode:
            if key not in self.refs:
                self.refs[key] = ""
                self._content(schema, config)  # FastAPI has all that is inside among its components, both ways
            return self.other.resolve_nested_schema(schema)
        if key not in self.refs:
            owner = type(schema)
            loose = schema.partial and any(field.required for field in schema.load_fields.values())
            variant = "Partial" if loose and self.mode == "validation" else ""
            short, qualname = getattr(schema, "component", None), owner.__qualname__
            full = f"{owner.__module__}.{qualname if short else qualname.removesuffix('Schema')}"
            # declared before it is written, so that a class may contain itself
            name = short or component_name(schema)
            self.refs[key] = self.definitions.declare(key, name, full, self.mode, variant)
            self.definitions.define(self.refs[key], self.schema2jsonschema(schema))
        inner = reference(self.refs[key])
        return {"type": "array", "items": inner} if schema.many else inner

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """The object that a Schema reads or writes, with the title, the description and the extras of its class."""
        schema = resolve_schema_instance(schema)
        meta, config = schema.Meta, getattr(schema, "config", None)
        writing = getattr(schema, "writing", None)
        if self.mode == "serialization" and writing is not None and writing.returns is not None:
            return self.field2property(writing.returns)
        result = self._content(schema, config)
        make_title = getattr(config, "model_title_generator", None)
        made = component_name(schema) if make_title is None else make_title(schema.model)
        result.setdefault("title", getattr(config, "title", None) or getattr(meta, "title", None) or made)
        result.update(description_of(type(schema)))
        if hasattr(meta, "description"):
            result["description"] = meta.description
        if schema.unknown in (INCLUDE, RAISE):
            result["additionalProperties"] = schema.unknown == INCLUDE
        extra = getattr(config, "json_schema_extra", None) or getattr(meta, "json_schema_extra", None)
        if callable(extra):
            extra(result)
        else:
            result.update(to_jsonable(extra or {}))
        return result

    def _content(self, schema: Any, config: Any) -> dict[str, Any]:
        """What a class has inside: its attributes, or the one value that it is."""
        if isinstance(schema, RootSchema):
            return self.field2property(schema.root)
        if self.mode == "validation":
            by_alias = getattr(config, "validate_by_alias", True)
            own = {load_key(name, field) if by_alias else name: field for name, field in schema.load_fields.items()}
            return self.fields2jsonschema(own, partial=schema.partial)
        own = {dump_key(name, field): field for name, field in schema.dump_fields.items() if not is_excluded(field)}
        always = getattr(config, "json_schema_serialization_defaults_required", False)
        # `required=` is about loading; pydantic promises in an answer what has no default
        required = [key for key, field in own.items() if always or _has_no_default(field)]
        return {**self.fields2jsonschema(own), **({"required": required} if required else {})}

    def fields2jsonschema(self, own: Mapping[str, ma.Field[Any]], *, partial: Any = None) -> dict[str, Any]:
        """An object with these properties, each with a title unless its type brings one."""
        properties: dict[str, Any] = {}
        for key, field in own.items():
            schema = self.field2property(field)
            if "title" not in schema and _needs_title(field):
                schema["title"] = key.title().replace("_", " ").strip()
            known = self.definitions.referred(schema)
            properties[key] = {word: said for word, said in schema.items() if word not in known or known[word] != said}
        required = [key for key, field in own.items() if field.required and not _may_miss(field, partial)]
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}


class ParameterConverter(SchemaConverter):
    """Writes the fields of path, query, header and cookie parameters; shares the components of another converter."""

    limits_as_declared = True

    def __init__(self, accepted: SchemaConverter, spec: APISpec) -> None:
        super().__init__(accepted.mode, accepted.definitions, spec)
        self.refs, self.other = accepted.refs, accepted.other


class KitPlugin(MarshmallowPlugin):
    """apispec's plugin with a converter for each of the two views: `accepted` and `answered`.

    With `separate` false a class is one component, the one that is accepted, where nothing of an answer is computed. A
    Schema in an operation's hand-written `responses` or `openapi_extra` is resolved as apispec's users know it.
    """

    def __init__(self, *, separate: bool = True) -> None:
        super().__init__()
        self.separate = separate

    def init_spec(self, spec: APISpec) -> None:
        """apispec's hook: called by the APISpec that this plugin is given to."""
        super().init_spec(spec)
        self.definitions = Definitions(spec.components)
        self.accepted = SchemaConverter("validation", self.definitions, spec)
        self.answered = SchemaConverter("serialization", self.definitions, spec)
        self.answered.shared = None if self.separate else self.accepted
        self.accepted.other, self.answered.other = self.answered, self.accepted
        self.parameters = ParameterConverter(self.accepted, spec)
        self.converter = self.answered.shared or self.answered
        self.resolver = SchemaResolver(spec.openapi_version, self.converter)  # type: ignore[no-untyped-call]


def component_name(schema: Schema) -> str:
    """The name of a Schema in the document: that of its dataclass, or its own without a trailing "Schema"."""
    name = type(schema).__name__
    return name if isinstance(schema, ModelSchema) else name.removesuffix("Schema") or "Schema"


def _needs_title(field: ma.Field[Any]) -> bool:
    """False for what refers to a component, which has a title of its own."""
    if isinstance(field, unions.Union) and not isinstance(field, tagged.TaggedUnion) and len(field.members) == 1:
        return _needs_title(field.members[0])
    if isinstance(field, ma.Nested) and not isinstance(field, ma.Pluck):
        return field.many or field.schema.many
    if "alias" in field.metadata:
        return bool(field.metadata["alias"].has_around((PlainValidator,)))
    return not isinstance(field, ma.Enum | NamedTuple | JsonValue)


def _computes(field: ma.Field[Any], known: set[Any]) -> bool:
    """Whether there is a computed attribute in what the field writes; `known` is what has been looked into already."""
    if "computed" in field.metadata:
        return True
    inside = [getattr(field, name, None) for name in ("inner", "key_field", "value_field")]
    inside += [*getattr(field, "members", ()), *getattr(field, "tuple_fields", ())]
    if isinstance(field, Recursive) and field.alias not in known:
        known.add(field.alias)
        inside.append(field.alias.field)
    schema = schema_in(field)
    if schema is not None and schema not in known:
        known.add(schema)
        inside += schema.fields.values()
    return any(_computes(each, known) for each in inside if each is not None)


def _has_no_default(field: ma.Field[Any]) -> bool:
    if "optional" in field.metadata:
        return False
    return field.load_default is missing and field.dump_default is missing


def _may_miss(field: ma.Field[Any], partial: Any) -> bool:
    return partial is True or bool(partial and field.name in partial)
