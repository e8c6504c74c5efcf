"""The lines that write the attributes of one object, each as its field says, some of them left out.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/#response-model-encoding-parameters with the fields of a
marshmallow Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import TYPE_CHECKING, Any

import marshmallow.fields as ma
from marshmallow import Schema, missing

from ..fields.nested import dump_key
from ..fields.wrapped import Written
from ..functional import MISSING
from ..load_defaults import FromData
from ..models import DictSchema, ModelSchema
from ..models.schemas import is_excluded
from ..models.setfields import extra_of
from .selection import Selection, choose

if TYPE_CHECKING:
    from .compiler import Compiler


def results(
    compiler: Compiler,
    schema: Schema,
    fields: Mapping[str, tuple[str, ma.Field[Any]]],
    include: Selection,
    exclude: Selection,
) -> list[str]:
    """The lines of attributes that are in the variables which `fields` names; `value` is the object."""
    parts = []
    for value, (name, field) in fields.items():
        choice = choose(name, include, exclude)
        kept = choice.kept and not is_excluded(field)
        if not kept and not compiler.checks:
            continue
        # a function of the user's is not called for what is left out
        told = field if kept else getattr(field, "within_writing", field)
        part = compiler.expression(told, value, choice.include, choice.exclude, "value")
        conditions = [] if kept else ["False"]
        info = field.metadata.get("info")
        if info is not None and info.exclude_if is not None:
            conditions.append(f"not {compiler.name(info.exclude_if, 'excluded')}({value})")
        absent = ["missing"] if may_miss(schema, field) else []
        absent += ["MISSING"] if "may_be_missing" in field.metadata else []
        for sentinel in absent:
            part = f"(missing if {value} is {sentinel} else {part})" if compiler.checks else part
            conditions.append("written is not missing" if compiler.checks else f"{value} is not {sentinel}")
        if compiler.how.exclude_unset and "computed" not in field.metadata:
            conditions.append(f"{name!r} in present")
        # what a None becomes, where the type has none, need not be None
        if compiler.how.exclude_none and (not compiler.checks or field.allow_none or field.load_default is None):
            conditions.append(f"{value} is not None")
        if compiler.how.exclude_defaults and _has_default(field):
            conditions.append(f"{compiler.name(compiler.differs(field), 'differs')}({value})")
        key = _key(compiler, schema, name, field)
        parts.append((key, part, " and ".join(conditions), "computed" in field.metadata))
    keeps_extra = isinstance(schema, ModelSchema) and schema.config.extra == "allow"
    if not keeps_extra and not any(condition for _, _, condition, _ in parts):
        return [" return {" + ", ".join(f"{key!r}: {part}" for key, part, *_ in parts) + "}"]
    lines = {False: [" result = {}"], True: []}
    for key, part, condition, computed in parts:
        checked = [f" written = {part}"] if compiler.checks else []
        lines[computed] += [*checked, f" if {condition or 'True'}: result[{key!r}] = {'written' if checked else part}"]
    if keeps_extra:
        read = [source for name, field in schema.load_fields.items() for source in sources(schema, name, field)]
        extra = partial(_extra, frozenset(read), compiler.dumper.infer, include, exclude)
        lines[False].append(f" result.update({compiler.name(extra, 'extra')}(value))")
    return [*lines[False], *lines[True], " return result"]


def sources(schema: Schema, name: str, field: ma.Field[Any]) -> list[str]:
    """The keys under which a dict, or the attributes under which an object, has a value, the first of them first."""
    return schema.sources(name, field) if isinstance(schema, ModelSchema) else [field.attribute or name]


def may_miss(schema: Schema, field: ma.Field[Any]) -> bool:
    """Whether an object can be without the attribute: a key of a TypedDict, an attribute that nobody has set."""
    if isinstance(schema, ModelSchema) and not isinstance(schema, DictSchema):
        return field.dump_only and field.load_default is missing and "computed" not in field.metadata
    return not field.required


def _key(compiler: Compiler, schema: Schema, name: str, field: ma.Field[Any]) -> str:
    by_alias = compiler.how.by_alias
    if by_alias is None:
        by_alias = isinstance(schema, ModelSchema) and schema.config.serialize_by_alias
    return dump_key(name, field) if by_alias else name


def _has_default(field: ma.Field[Any]) -> bool:
    """Whether there is a default to leave out; to pydantic there is none where the class has a serializer for it.

    What the other attributes make a default of is not asked again.
    """
    known = field.load_default is not missing and field.load_default is not MISSING
    own = isinstance(field.load_default, FromData) or (isinstance(field, Written) and field.writing.of_attribute)
    return known and not own


def _extra(
    read: Set[str], infer: Callable[..., Any], include: Selection, exclude: Selection, value: Any
) -> dict[str, Any]:
    """What an instance has beside the declared attributes, or a dict beside the keys that are `read`."""
    is_dict = isinstance(value, dict)
    found = {key: item for key, item in value.items() if key not in read} if is_dict else extra_of(value)
    chosen = {name: choose(name, include, exclude) for name in found}
    return {name: infer(found[name], *choice[1:]) for name, choice in chosen.items() if choice.kept}
