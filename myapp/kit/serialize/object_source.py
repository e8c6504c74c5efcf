"""The source that reads one object of a response model: its attributes, checked, and defaults filled in.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/ with the fields of a marshmallow Schema. An object is an
instance of the model, a dict, or anything else that has the attributes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import marshmallow.fields as ma
from marshmallow import Schema, missing

from ..errors import invalid
from ..fields.settled import settled
from ..fields.wrapped import Written
from ..models import DictSchema, ModelSchema, RootSchema
from ..models.attributes import reading_attributes
from .results import results, sources
from .selection import Selection

if TYPE_CHECKING:
    from .writer import Writer


def object_source(writer: Writer, schema: Schema, include: Selection, exclude: Selection) -> list[str]:
    """The lines that read the attributes of an instance, a dict or an object, and write them into a dict."""
    model = schema if isinstance(schema, ModelSchema) and not isinstance(schema, DictSchema) else None
    owner = None if model is None else model.model
    if isinstance(schema, RootSchema):
        return _root_source(writer, schema, include, exclude)
    fields = {f"v{index}": each for index, each in enumerate(schema.dump_fields.items())}
    quiet = {name: settled(field) if owner is not None else field for name, field in schema.dump_fields.items()}
    marks = writer.how.exclude_unset
    pairs = ", ".join(f"({name!r}, {value})" for value, (name, _) in fields.items())
    found = [f"  present = {{name for name, item in [{pairs}] if item is not missing}}"] if marks else []
    for value, (_, field) in fields.items():
        found.append(f"  if {value} is missing: {value} = {writer.name(partial(_absent, field, owner), 'absent')}()")
    lines = [" if isinstance(value, dict):"]
    if owner is not None and model is not None:
        needed = [f" value = {writer.name(writer.instances(model), 'instance')}(value)"]
        lines = [
            *(needed if _needs_instance(model) else []),
            f" if isinstance(value, {writer.name(owner, 'owner')}):",
            *(f"  {value} = value.{name}" for value, (name, _) in fields.items()),
            "  present = fields_set(value)" if marks else "  pass",
            " elif isinstance(value, dict):",
        ]
    if model is not None and model.config.extra == "forbid":
        lines.append(f"  {writer.name(partial(_refuse_extra, _all_sources(model)), 'refuse_extra')}(value)")
    for opening, reader in (([], "value.get("), ([" else:", "  not_an_object(value)"], "getattr(value, ")):
        lines += [*opening, "  pass"]
        for value, (name, field) in fields.items():
            lines.append(f"  {value} = {_read(reader, sources(schema, name, field))}")
        for value, (name, field) in fields.items():
            if quiet[name] is not field:
                convert = writer.name(field.deserialize, "validate")
                lines.append(f"  if {value} is not missing: {value} = {convert}({value})")
        lines += found
    written = {value: (name, quiet[name]) for value, (name, _) in fields.items()}
    return [*lines, *results(writer, schema, written, include, exclude)]


def _root_source(writer: Writer, schema: RootSchema, include: Selection, exclude: Selection) -> list[str]:
    """The same of what is no object: an instance's root, or anything else as the root."""
    quiet = settled(schema.root)
    load = f" value = {writer.name(writer.instances(schema), 'instance')}(value)"
    needed = quiet is not schema.root or _needs_instance(schema)
    return [
        *([load] if needed else []),
        f" root = value.root if isinstance(value, {writer.name(schema.model, 'owner')}) else value",
        f" return {writer.expression(quiet, 'root', include, exclude, 'value')}",
    ]


def _read(reader: str, sources: list[str]) -> str:
    first, *others = sources
    return f"{reader}{first!r}, {_read(reader, others) if others else 'missing'})"


def _all_sources(schema: ModelSchema) -> list[list[str]]:
    """`sources` of each attribute that is read, worked out once for all results."""
    return [sources(schema, name, field) for name, field in schema.load_fields.items()]


def _refuse_extra(sources: list[list[str]], value: dict[Any, Any]) -> None:
    """Raise for a key that the class forbids."""
    known = {next((key for key in keys if key in value), None) for keys in sources}
    for key, item in value.items():
        if key not in known:
            raise invalid("extra_forbidden", item)


def _needs_instance(schema: ModelSchema) -> bool:
    """Whether an instance is needed: for validators of the whole, computed attributes, serializers of the class."""
    asked = any(
        (isinstance(field, Written) and "owner" in field.writing.takes) or "computed" in field.metadata
        for field in schema.dump_fields.values()
    )
    return bool(asked or schema.elaborate or schema.before or schema.around or schema.after)


def instance(schema: ModelSchema, value: Any) -> Any:
    """The result as an instance of the model, with the validators of the whole around it."""

    def load(data: Any) -> Any:
        return schema.load_object(data, None, schema.unknown, True)

    return reading_attributes(lambda data: schema.validated(data, load), value)


def _absent(field: ma.Field[Any], owner: type | None) -> Any:
    """What stands for an attribute that a result lacks: its default; `missing` where a Schema can do without."""
    if owner is None and field.dump_default is not missing:
        return field.dump_default() if callable(field.dump_default) else field.dump_default
    return field.deserialize(missing)
