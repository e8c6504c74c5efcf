"""`type` aliases as components of the document, which pydantic makes of them.

Pairs https://docs.pydantic.dev/latest/concepts/types/#named-type-aliases with apispec's components.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, get_args, get_origin

import marshmallow.fields as ma
from marshmallow import missing

from ..fields.alias import Named
from .components import reference
from .field_schemas import Reference
from .field_types import enum_schema

if TYPE_CHECKING:
    from .jsonschema import SchemaConverter


def aliased(converter: SchemaConverter, field: ma.Field[Any], named: Named) -> dict[str, Any]:
    """A reference to the component of an alias, with what is said around it.

    Limits that stand around it are in the component, which is another one then.
    """
    hint = named.alias.hint
    alias = get_origin(hint) or hint
    arguments = [getattr(each, "__name__", str(each)) for each in get_args(hint)]
    name = alias.__name__ + (f"[{','.join(arguments)}]" if arguments else "")
    schema = None if named.alias.recursive else _without_name(converter, field, named)
    key = (alias, name, json.dumps(schema, sort_keys=True))
    if key not in converter.refs:
        # declared before it is written, so that it may contain itself
        component = converter.definitions.declare(key, name, f"{alias.__module__}.{name}", converter.mode)
        converter.refs[key] = component
        written = converter.field2property(named.alias.field) if schema is None else schema
        converter.definitions.define(component, written)
    around = Reference(reference(converter.refs[key]), allow_none=field.allow_none and not named.alias.allow_none)
    around.metadata = {} if named.around is None else {"info": named.around}
    return {**converter.own_schema(around), **converter.field2default(field)}


def _without_name(converter: SchemaConverter, field: ma.Field[Any], named: Named) -> dict[str, Any]:
    """What the alias stands for; a class is written out."""
    bare = copy.copy(field)
    bare.metadata = {word: said for word, said in field.metadata.items() if word not in ("alias", "info")}
    if named.within is not None:
        bare.metadata["info"] = named.within
    bare.allow_none, bare.load_default, bare.dump_default = named.alias.allow_none, missing, missing
    if isinstance(bare, ma.Nested) and not (bare.many or bare.allow_none):
        return converter.schema2jsonschema(bare.schema)
    if isinstance(bare, ma.Enum) and bare.enum.__members__ and not bare.allow_none:
        return enum_schema(bare)
    return converter.field2property(bare)
