"""What all writers have in common: the source of functions, made when a view or a class is defined.

As the standard library's dataclasses do it, a class becomes the source of one function, which names what it needs; a
container becomes an expression around those of its items. A `Writer` checks what it writes, a `Dumper` does not.
"""

from __future__ import annotations

import datetime as dt
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import marshmallow.fields as ma
from marshmallow import Schema, missing

from ..encoders import isoformat
from ..fields import JsonText
from ..fields.alias import Recursive
from ..fields.wrapped import Written
from ..functional import MISSING
from ..functional_serializers import SerializationInfo
from ..models import ModelSchema, fields_set
from . import by_function
from .selection import ALL, Selection, choose, named

if TYPE_CHECKING:
    from .dumper import Dumper

Convert = Callable[[Any], Any]
Source = Callable[[str, Selection, Selection], str]
"""What gives the source that writes a variable, the selections within it being these."""

# For these types the value is written as it is, or by one call, once its class is known to be exactly the one named.
DIRECT: Mapping[type[ma.Field[Any]], tuple[type, Convert | None]] = {
    ma.String: (str, None),
    ma.Integer: (int, None),
    ma.Boolean: (bool, None),
    ma.Float: (float, None),
    ma.UUID: (uuid.UUID, str),
    ma.DateTime: (dt.datetime, isoformat),
    ma.Date: (dt.date, dt.date.isoformat),
}


class Compiler(ABC):
    """Writes the source of functions, and keeps the names which that source refers to; `how` is what is asked for."""

    checks: ClassVar[bool]

    def __init__(self, how: SerializationInfo) -> None:
        self.how = how
        self.names: dict[str, Any] = {"missing": missing, "MISSING": MISSING, "fields_set": fields_set}
        self.functions: dict[tuple[Any, ...], str] = {}

    @property
    @abstractmethod
    def dumper(self) -> Dumper:
        """What writes values without a check."""

    @abstractmethod
    def reader(self, field: ma.Field[Any]) -> Convert:
        """What a value goes through before a function of the user's writes it."""

    @abstractmethod
    def instances(self, schema: ModelSchema) -> Convert:
        """The same for an object; what is no instance of the class afterwards is none of its business."""

    @abstractmethod
    def inner(self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
        """The source that writes the variable called `value`, when it is not None and no function writes it."""

    @abstractmethod
    def object_source(self, schema: Schema, include: Selection, exclude: Selection) -> list[str]:
        """The lines of the function that writes one object."""

    @abstractmethod
    def differs(self, field: ma.Field[Any]) -> Convert:
        """Whether a value is another one than the attribute's default."""

    def converter(self, field: ma.Field[Any], include: Selection = None, exclude: Selection = None) -> Convert:
        """A function of one value for `field`."""
        return self.compiled(partial(self.expression, field), include, exclude)

    def compiled(self, write: Source, include: Selection, exclude: Selection) -> Convert:
        """A function of one value from its source."""
        # the source is ours, the values are behind names
        convert: Convert = eval(f"lambda value: {write('value', include, exclude)}", self.names)
        return convert

    def name(self, value: Any, hint: str) -> str:
        """A name under which the source can refer to `value`."""
        name = f"{hint}_{len(self.names)}"
        self.names[name] = value
        return name

    def expression(
        self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection, owner: str = "None"
    ) -> str:
        """The source that writes the variable called `value`, an attribute of `owner`.

        A default of None may go out whatever the type says.
        """
        nullable = field.allow_none or field.load_default is None
        while isinstance(field, JsonText) and not isinstance(field, Written):  # JSON as text on the way in only
            field = field.inner
        if isinstance(field, Written):
            if field.writing.applies(self.how.mode):
                write = by_function.of_field(self, field, include, exclude)
                return f"{self.name(write, 'written')}({value}, {owner})"
            nullable = False
        inner = self.inner(field, value, include, exclude)
        return f"(None if {value} is None else {inner})" if nullable and inner != value else inner

    def direct(self, field: ma.Field[Any], value: str) -> tuple[str, str] | None:
        """The source for a value that is written as it is, or by one call, and that of the test for its class."""
        if isinstance(field, ma.Email | ma.Url | ma.AwareDateTime) or not getattr(field, "usual", True):
            return None
        for base, (kind, write) in DIRECT.items():
            if isinstance(field, base):
                written = value if write is None else f"{self.name(write, 'write')}({value})"
                return written, f"{value}.__class__ is {self.name(kind, 'kind')}"
        return None

    def recursive(self, field: Recursive, value: str, include: Selection, exclude: Selection) -> str:
        """The source that writes a value of an alias that contains itself: one function for all its levels."""
        key = (field.alias, repr(include), repr(exclude))
        if key not in self.functions:
            self.functions[key] = name = f"write_{len(self.functions)}"
            self.names[name] = self.converter(field.alias.field, include, exclude)
        return f"{self.functions[key]}({value})"

    def one(self, schema: Schema, value: str, include: Selection, exclude: Selection) -> str:
        """The source of one object."""
        return f"{self.model(schema, include, exclude)}({value})"

    def items(self, write: Source, value: str, include: Selection, exclude: Selection) -> str:
        """The source of a list; one function for all items, unless a selection tells some apart by their position."""
        if include is None and exclude is None:
            item = f"{value}_"
            return f"[{write(item, None, None)} for {item} in {value}]"
        parts, rest = self.parts(write, include, exclude)

        def convert(items: Any) -> list[Any]:
            result = []
            for index, item in enumerate(items):
                kept, convert_item = parts.get(index) or parts.get(index - len(items)) or rest
                written = convert_item(item)
                if kept:
                    result.append(written)
            return result

        return f"{self.name(convert, 'items')}({value})"

    def pairs(self, key_field: Any, value_field: Any, value: str, include: Selection, exclude: Selection) -> str:
        """The source of a dictionary."""
        key, item = f"{value}_k", f"{value}_v"
        keys = self.key(key_field, key)
        write = partial(self.expression, value_field)
        if include is None and exclude is None:
            return f"{{{keys}: {write(item, None, None)} for {key}, {item} in {value}.items()}}"
        parts, rest = self.parts(write, include, exclude)
        convert_key = self.compiled(lambda key, *_: self.key(key_field, key), None, None)

        def convert(pairs: dict[Any, Any]) -> dict[Any, Any]:
            result = {}
            for key, item in pairs.items():
                kept, convert_item = parts.get(key, rest)
                written_key, written = convert_key(key), convert_item(item)
                if kept:
                    result[written_key] = written
            return result

        return f"{self.name(convert, 'pairs')}({value})"

    def key(self, field: ma.Field[Any], value: str) -> str:
        """The source of a dictionary's key."""
        return self.expression(field, value, None, None)

    def parts(
        self, write: Source, include: Selection, exclude: Selection
    ) -> tuple[dict[Any, tuple[bool, Convert]], tuple[bool, Convert]]:
        """Whether each named item is kept and how it is written, and the same of all others."""

        def part(key: Any) -> tuple[bool, Convert]:
            kept, within, without = choose(key, include, exclude)
            return kept, self.compiled(write, within, without)

        return {key: part(key) for key in named(include, exclude)}, part(ALL)

    def model(self, schema: Schema, include: Selection, exclude: Selection, *, bare: bool = False) -> str:
        """The name of the function that writes one object of `schema`; made once: models may contain themselves.

        `bare`: without the serializer that its class may have.
        """
        key = (type(schema), tuple(schema.dump_fields), repr(include), repr(exclude), bare)
        if key in self.functions:
            return self.functions[key]
        self.functions[key] = name = f"write_{len(self.functions)}"
        writing = schema.writing if isinstance(schema, ModelSchema) and not bare else None
        if isinstance(schema, ModelSchema) and writing is not None and writing.applies(self.how.mode):
            self.names[name] = by_function.of_object(self, schema, writing, include, exclude)
            return name
        if _has_hooks(schema):
            self.names[name] = lambda value: schema.dump(value, many=False)
            return name
        # as dataclasses do; the source is ours, the values are behind names
        exec("\n".join([f"def {name}(value):", *self.object_source(schema, include, exclude)]), self.names)
        return name


def _has_hooks(schema: Schema) -> bool:
    """Whether dumping runs code of the Schema's author, which only `Schema.dump` does."""
    special = (ma.Method, ma.Function, ma.Pluck)
    hooks: Any = schema._hooks
    return bool(hooks.get("pre_dump") or hooks.get("post_dump")) or any(
        isinstance(field, special) for field in schema.dump_fields.values()
    )
