"""The careful way to write a result: its field reads it as it would a request's value, then what was read is written.

For what the source of `myapp.kit.serialize.writer` does not check as it goes: containers with limits, functions of the
user's, tuples, generators. The models inside are read from any object's attributes, and written as everywhere else,
without what the `response_model_…` keywords leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import marshmallow.fields as ma

from ..fields import JsonText
from ..fields.containers import load_key, schema_in
from ..fields.settled import settled
from ..fields.unions import Union
from ..models import DictSchema
from ..models.loading import reading_attributes
from .selection import Selection, choose

if TYPE_CHECKING:
    from .writer import Writer


def by_the_field(writer: Writer, field: ma.Field[Any], include: Selection, exclude: Selection) -> Callable[[Any], Any]:
    """A function of one value: convert and check it as a request's would be, then write it."""
    if not _has_models(field):
        return lambda value: field._serialize(field.deserialize(value), None, None)
    write = writer.of_read.compiled(partial(_written, writer.of_read, settled(field)), include, exclude)
    if writer.is_read:
        return write

    def convert(value: Any) -> Any:
        with reading_attributes():
            read = field.deserialize(value)
        return write(read)

    return convert


def _written(writer: Writer, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
    """The source that writes the variable called `value`, which `field` has read."""
    if not _has_models(field):
        return f"{writer.name(field._serialize, 'write')}({value}, None, None)"
    return f"(None if {value} is None else {_part(writer, field, value, include, exclude)})"


def _part(writer: Writer, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
    schema = schema_in(field)
    if schema is not None:
        if isinstance(field, ma.Nested) and (field.many or schema.many):
            return writer.items(partial(writer.one, schema), value, include, exclude)
        return writer.one(schema, value, include, exclude)
    if isinstance(field, Union):
        return f"{writer.name(writer.union(field, include, exclude), 'union')}({value})"
    if isinstance(field, ma.Tuple):
        members = []
        for index, member in enumerate(field.tuple_fields):
            choice = choose(index, include, exclude)
            write = writer.compiled(partial(_written, writer, member), choice.include, choice.exclude)
            members += [f"{writer.name(write, 'member')}({value}[{index}])"] if choice.kept else []
        return f"[{', '.join(members)}]"
    if isinstance(field, ma.Dict) and field.key_field is not None and field.value_field is not None:
        write_key, write_item = (partial(_written, writer, part) for part in (field.key_field, field.value_field))
        return writer.pairs(write_key, write_item, value, include, exclude)
    return writer.items(partial(_written, writer, getattr(field, "inner")), value, include, exclude)  # noqa: B009


def _has_models(field: Any) -> bool:
    """Whether what `field` reads holds objects of models, or is one, and the field leaves it to us to write them."""
    if isinstance(field, JsonText) or not getattr(field, "direct", True):
        return False
    schema = schema_in(field)
    if schema is not None:
        # what a TypedDict has read is under its own names
        return not isinstance(schema, DictSchema) or all(
            load_key(name, each) == name for name, each in schema.fields.items()
        )
    if isinstance(field, ma.Dict) and field.key_field is None:
        return False
    inside = [getattr(field, name, None) for name in ("inner", "value_field")]
    inside += [*getattr(field, "members", ()), *getattr(field, "tuple_fields", ())]
    return any(_has_models(each) for each in inside if each is not None)
