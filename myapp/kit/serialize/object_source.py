"""The source that writes one object of a response model: attributes read, defaults filled in, some left out.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/#response-model-encoding-parameters with the fields of a
marshmallow Schema. An object is an instance of the model, a dict, or anything else that has the attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import marshmallow.fields as ma
from marshmallow import Schema, missing

from ..encoders import to_jsonable
from ..errors import invalid
from ..fields.containers import dump_key
from ..fields.settled import settled
from ..models import DictSchema, ModelSchema
from ..models.loading import reading_attributes
from ..models.schemas import is_excluded
from .selection import Selection, choose

if TYPE_CHECKING:
    from .writer import Writer


def object_source(writer: Writer, schema: Schema, include: Selection, exclude: Selection) -> list[str]:
    """The lines that read the attributes of an instance, a dict or an object, and write them into a dict."""
    model = schema if isinstance(schema, ModelSchema) and not isinstance(schema, DictSchema) else None
    owner = None if model is None else model.model
    fields = {f"v{index}": each for index, each in enumerate(schema.dump_fields.items())}
    quiet = {name: settled(field) if owner is not None else field for name, field in schema.dump_fields.items()}
    marks = writer.options.response_model_exclude_unset
    pairs = ", ".join(f"({name!r}, {value})" for value, (name, _) in fields.items())
    found = [f"  present = {{name for name, item in [{pairs}] if item is not missing}}"] if marks else []
    for value, (_, field) in fields.items():
        found.append(f"  if {value} is missing: {value} = {writer.name(partial(_absent, field, owner), 'absent')}()")
    lines = [" if isinstance(value, dict):"]
    if owner is not None and model is not None:
        instance = [f" value = {writer.name(partial(_instance, model), 'instance')}(value)"]
        lines = [
            *(instance if _needs_instance(model) and not writer.is_read else []),
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
            lines.append(f"  {value} = {_read(reader, _sources(schema, name, field))}")
        for value, (name, field) in fields.items():
            if quiet[name] is not field:
                convert = writer.name(field.deserialize, "validate")
                lines.append(f"  if {value} is not missing: {value} = {convert}({value})")
        lines += found
    written = {value: (name, quiet[name]) for value, (name, _) in fields.items()}
    return [*lines, *_results(writer, schema, written, include, exclude)]


def _results(
    writer: Writer,
    schema: Schema,
    fields: Mapping[str, tuple[str, ma.Field[Any]]],
    include: Selection,
    exclude: Selection,
) -> list[str]:
    """The lines that write the attributes, which are in the variables that `fields` names."""
    results = []
    for value, (name, field) in fields.items():
        choice = choose(name, include, exclude)
        write = partial(writer.expression, field)
        key = dump_key(name, field) if writer.options.response_model_by_alias else name
        part = write(value, choice.include, choice.exclude)
        if getattr(field, "of_instance", False):
            part = f"{writer.name(field._serialize, 'write')}({value}, None, value)"
        info = field.metadata.get("info")
        conditions = [] if choice.kept and not is_excluded(field) else ["False"]
        if info is not None and info.exclude_if is not None:
            conditions.append(f"not {writer.name(info.exclude_if, 'excluded')}({value})")
        if not field.required and (isinstance(schema, DictSchema) or not isinstance(schema, ModelSchema)):
            part = f"(missing if {value} is missing else {part})"
            conditions.append("written is not missing")
        if writer.options.response_model_exclude_unset and "computed" not in field.metadata:
            conditions.append(f"{name!r} in present")
        if writer.options.response_model_exclude_none:
            conditions.append(f"{value} is not None")
        if writer.options.response_model_exclude_defaults and field.load_default is not missing:
            differs = partial(_differs, writer.unabridged.converter(field, None, None), field)
            conditions.append(f"{writer.name(differs, 'differs')}({value})")
        results.append((key, part, " and ".join(conditions)))
    keeps_extra = isinstance(schema, ModelSchema) and schema.config.extra == "allow"
    if not keeps_extra and not any(condition for *_, condition in results):
        return [" return {" + ", ".join(f"{key!r}: {part}" for key, part, _ in results) + "}"]
    lines = [" result = {}"]
    for key, part, condition in results:
        lines += [f" written = {part}", f" if {condition or 'True'}: result[{key!r}] = written"]
    if keeps_extra:
        known = {source for name, field in schema.fields.items() for source in (*_sources(schema, name, field), name)}
        lines.append(f" result.update({writer.name(partial(_extra, known, include, exclude), 'extra')}(value))")
    return [*lines, " return result"]


def _sources(schema: Schema, name: str, field: ma.Field[Any]) -> list[str]:
    """The keys under which a dict, or the attributes under which an object, has a value, the first of them first."""
    return schema.sources(name, field) if isinstance(schema, ModelSchema) else [field.attribute or name]


def _read(reader: str, sources: list[str]) -> str:
    first, *others = sources
    return f"{reader}{first!r}, {_read(reader, others) if others else 'missing'})"


def _all_sources(schema: ModelSchema) -> list[list[str]]:
    """`_sources` of each attribute that is read, worked out once for all results."""
    return [_sources(schema, name, field) for name, field in schema.load_fields.items()]


def _refuse_extra(sources: list[list[str]], value: dict[Any, Any]) -> None:
    """Raise for a key that the class forbids."""
    known = {next((key for key in keys if key in value), None) for keys in sources}
    for key, item in value.items():
        if key not in known:
            raise invalid("extra_forbidden", item)


def _needs_instance(schema: ModelSchema) -> bool:
    """Whether an instance is needed: for validators of the whole, computed attributes, serializers of the class."""
    asked = any(
        getattr(field, "of_instance", False) or "computed" in field.metadata for field in schema.dump_fields.values()
    )
    return bool(asked or schema.elaborate or schema.before or schema.around or schema.after)


def _instance(schema: ModelSchema, value: Any) -> Any:
    """The result as an instance of the model, with the validators of the whole around it."""
    with reading_attributes():
        return schema.validated(value, lambda data: schema.load_object(data, None, schema.unknown, True))


def _differs(convert: Callable[[Any], Any], field: ma.Field[Any], value: Any) -> bool:
    """Whether a value is another one than the attribute's default, once both are written."""
    default = field.load_default() if callable(field.load_default) else field.load_default
    return value is not default and convert(value) != convert(default)


def _absent(field: ma.Field[Any], owner: type | None) -> Any:
    """What stands for an attribute that a result lacks: its default; `missing` where a Schema can do without."""
    if owner is None and field.dump_default is not missing:
        return field.dump_default() if callable(field.dump_default) else field.dump_default
    return field.deserialize(missing)


def _extra(known: set[str], include: Selection, exclude: Selection, value: Any) -> dict[str, Any]:
    """What an instance or a dict has beside the declared attributes (`known`), for a class that allows it."""
    found = value if isinstance(value, dict) else vars(value)
    return {
        name: to_jsonable(item)
        for name, item in found.items()
        if name not in known and not name.startswith("__") and choose(name, include, exclude).kept
    }
