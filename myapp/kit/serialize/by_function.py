"""Where a function of the user's writes a value, or a method of its class the whole object.

Pairs https://docs.pydantic.dev/latest/concepts/serialization/#serializers with what a field or a Schema says of itself
(`myapp.kit.fields.wrapped.Writing`). What the function returns is written by its return type, if it has one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..fields.wrapped import Writing, Written
from ..models import ModelSchema
from .selection import Selection

if TYPE_CHECKING:
    from .compiler import Compiler


def of_field(compiler: Compiler, field: Written, include: Selection, exclude: Selection) -> Callable[[Any, Any], Any]:
    """A function of a value and of the object that has it."""
    read, writing, dumper = compiler.reader(field), field.writing, compiler.dumper
    function = writing.function
    if function is None:
        write = dumper.inferring(include, exclude)
        return lambda value, owner: write(read(value))
    handler = dumper.converter(field.within_writing, include, exclude) if "handler" in writing.takes else None
    more = _more(compiler, writing, handler, include, exclude, field.name)
    finish = _finish(compiler, writing)

    def written(value: Any, owner: Any) -> Any:
        value = read(value)
        return finish(function(value, *more)) if writing.finds(value) else None

    def written_by_owner(value: Any, owner: Any) -> Any:
        value = read(value)
        return finish(function(owner, value, *more)) if writing.finds(value) else None

    return written_by_owner if "owner" in writing.takes else written


def of_object(
    compiler: Compiler, schema: ModelSchema, writing: Writing, include: Selection, exclude: Selection
) -> Callable[[Any], Any]:
    """A function of one object."""
    read, dumper, function = compiler.instances(schema), compiler.dumper, writing.function
    assert function is not None
    name = dumper.model(schema, include, exclude, bare=True) if "handler" in writing.takes else ""

    def handler(value: Any) -> Any:
        return dumper.names[name](value)  # which may still be being made: a class can contain itself

    more = _more(compiler, writing, handler, include, exclude, None)
    finish, infer = _finish(compiler, writing), dumper.inferring(include, exclude)

    def written(value: Any) -> Any:
        value = read(value)
        return finish(function(value, *more)) if isinstance(value, schema.model) else infer(value)

    return written


def _more(
    compiler: Compiler, writing: Writing, handler: Any, include: Selection, exclude: Selection, name: str | None
) -> list[Any]:
    """The arguments after the value."""
    more = [handler] if "handler" in writing.takes else []
    if "info" in writing.takes:
        more.append(dataclasses.replace(compiler.how, include=include, exclude=exclude, field_name=name))
    return more


def _finish(compiler: Compiler, writing: Writing) -> Callable[[Any], Any]:
    dumper = compiler.dumper
    return dumper.inferring(None, None) if writing.returns is None else dumper.converter(writing.returns)
