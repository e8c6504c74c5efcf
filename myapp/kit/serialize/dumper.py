"""How a model writes itself: for `dump`, in an answer without a response model, in what a function returns.

Pairs pydantic's `model_dump`, https://docs.pydantic.dev/latest/concepts/serialization/. Attributes are written by
their declared types, and a value of another type by its own; nothing is refused.
"""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError, missing

from .. import fields
from ..encoders import ITEMS, PLAIN, is_instance, json_key, to_jsonable
from ..fields.alias import Recursive
from ..fields.nested import schema_in
from ..fields.unions import Union
from ..functional_serializers import SerializationInfo
from ..models import DictSchema, ModelSchema, RootSchema, schema_for
from .compiler import DIRECT, Compiler, Convert
from .results import results
from .selection import Selection, choose

_LISTS: Final = (list, tuple, set, frozenset, deque)


class Dumper(Compiler):
    """Writes what is declared, checks nothing; in Python's mode single values stay what they are."""

    checks = False

    def __init__(self, how: SerializationInfo) -> None:
        super().__init__(how)
        self.is_json = how.mode_is_json()
        self.names |= {"attribute": _attribute, "item": _item}
        self._classes: dict[tuple[Any, ...], Convert | None] = {}
        self._lock = threading.RLock()

    @property
    def dumper(self) -> Dumper:
        """Itself."""
        return self

    def reader(self, field: ma.Field[Any]) -> Convert:
        """Nothing happens to a value."""
        return _itself

    def instances(self, schema: ModelSchema) -> Convert:
        """Nor to an object."""
        return _itself

    def inferring(self, include: Selection, exclude: Selection) -> Convert:
        """A function of a value that its own class writes."""
        if include is None and exclude is None:
            return self.infer
        return partial(self.infer, include=include, exclude=exclude)

    def infer(self, value: Any, include: Selection = None, exclude: Selection = None) -> Any:
        """A value as its own class is written; one frame for each level of it, as Python's recursion ends somewhere."""
        kind = value.__class__
        if kind in PLAIN:
            return value
        if is_instance(value):
            write = self.of_class(kind, include, exclude)
            return self._attributes(value) if write is None else write(value)
        if isinstance(value, Mapping if self.is_json else dict):
            pairs = {}
            for key, item in value.items():
                kept, within, without = choose(key, include, exclude)
                if kept:
                    pairs[json_key(key) if self.is_json else key] = self.infer(item, within, without)
            return pairs
        if isinstance(value, ITEMS if self.is_json else (list, tuple)):
            items = []
            for index, item in enumerate(value):
                kept, within, without = choose(index, include, exclude)
                if kept:
                    items.append(self.infer(item, within, without))
            return tuple(items) if isinstance(value, tuple) and not self.is_json else items
        return to_jsonable(value) if self.is_json else value

    def _attributes(self, value: Any) -> dict[str, Any]:
        """A dataclass that can be no model, because no field reads one of its types."""
        return {each.name: self.infer(getattr(value, each.name)) for each in dataclasses.fields(value)}

    def of_class(self, kind: type[Any], include: Selection = None, exclude: Selection = None) -> Convert | None:
        """What writes the instances of a class, made when the first of them comes; None when it can be no model."""
        key = (kind, repr(include), repr(exclude))
        if key not in self._classes:
            with self._lock:
                try:
                    name = self.model(schema_for(kind)(), include, exclude)
                except TypeError:
                    self._classes[key] = None
                else:
                    self._classes[key] = self.names[name]
        return self._classes[key]

    def inner(self, field: ma.Field[Any], value: str, include: Selection, exclude: Selection) -> str:
        """The source for a value that is not None."""
        infer = f"{self.name(self.inferring(include, exclude), 'infer')}({value})"
        schema = schema_in(field)
        if isinstance(field, Recursive):
            return self.recursive(field, value, include, exclude)
        if isinstance(field, ma.Nested) and isinstance(schema, ModelSchema):
            if not (field.many or schema.many):
                return self.one(schema, value, include, exclude)
            one = partial(self.one, schema)
            return f"({self.items(one, value, include, exclude)} if isinstance({value}, list) else {infer})"
        if isinstance(field, Union):
            return f"{self.name(self._union(field, include, exclude), 'union')}({value})"
        if isinstance(field, ma.List):
            return self._list(field, value, infer, include, exclude)
        if isinstance(field, ma.Tuple):
            return f"{self.name(self._tuple(field, include, exclude), 'tuple')}({value})"
        if isinstance(field, ma.Dict) and field.key_field is not None and field.value_field is not None:
            pairs = self.pairs(field.key_field, field.value_field, value, include, exclude)
            return f"({pairs} if isinstance({value}, dict) else {infer})"
        return self._scalar(field, value, infer) if self.is_json else infer

    def key(self, field: ma.Field[Any], value: str) -> str:
        """The source of a dictionary's key, which is text in JSON."""
        written = super().key(field, value)
        return f"{self.name(json_key, 'key')}({written})" if self.is_json else written

    def object_source(self, schema: Schema, include: Selection, exclude: Selection) -> list[str]:
        """The lines that read an instance's attributes, or a TypedDict's keys, and write them."""
        assert isinstance(schema, ModelSchema)
        fields = {f"v{index}": each for index, each in enumerate(schema.dump_fields.items())}
        owner = schema.kind
        other = f"return {self.name(self.inferring(include, exclude), 'infer')}(value)"
        lines = [f" if not isinstance(value, {self.name(owner, 'owner')}): {other}"]
        if isinstance(schema, RootSchema):
            root = self.expression(schema.root, "root", include, exclude, "value")
            return [*lines, " root = value.root", f" return {root}"]
        for value, (name, field) in fields.items():
            sure = owner is not dict and (not field.dump_only or "computed" in field.metadata)
            lines.append(f" {value} = " + (f"value.{name}" if sure else f"{_FOUND[owner is dict]}(value, {name!r})"))
        if self.how.exclude_unset:
            lines.append(" present = " + ("value" if owner is dict else "fields_set(value)"))
        return [*lines, *results(self, schema, fields, include, exclude)]

    def differs(self, field: ma.Field[Any]) -> Convert:
        """Whether a value is another one than the attribute's default."""
        default = field.load_default
        return lambda value: bool(value != (default() if callable(default) else default))

    def _list(self, field: ma.List[Any], value: str, infer: str, include: Selection, exclude: Selection) -> str:
        items = self.items(partial(self.expression, field.inner), value, include, exclude)
        if self.is_json:
            return f"({items} if isinstance({value}, {self.name(_LISTS, 'lists')}) else {infer})"
        same = f"{value}.__class__({items}) if isinstance({value}, {self.name((tuple, deque), 'kinds')}) else {infer}"
        return f"({items} if isinstance({value}, list) else {same})"

    def _tuple(self, field: ma.Tuple, include: Selection, exclude: Selection) -> Convert:
        chosen = [choose(index, include, exclude) for index in range(len(field.tuple_fields))]
        writers = [self.converter(inner, *each[1:]) for inner, each in zip(field.tuple_fields, chosen, strict=True)]
        parts = [(index, write) for index, write in enumerate(writers) if chosen[index].kept]
        infer = self.inferring(include, exclude)

        def convert(value: Any) -> Any:
            if not isinstance(value, list | tuple) or len(value) != len(chosen):
                return infer(value)
            items = [write(value[index]) for index, write in parts]
            return items if self.is_json else tuple(items)

        return convert

    def _union(self, field: Union, include: Selection, exclude: Selection) -> Convert:
        members = field.settled.members
        writers = [self.converter(member, include, exclude) for member in members]
        kinds = [(class_in(member), write) for member, write in zip(members, writers, strict=True)]
        # what is no instance of a class is not written as one
        others = Union([member for member in members if not dataclasses.is_dataclass(class_in(member))])
        infer = self.inferring(include, exclude)

        def convert(value: Any) -> Any:
            for kind, write in kinds:
                if value.__class__ is kind:
                    return write(value)
            for kind, write in kinds:
                if kind is not None and isinstance(value, kind) and is_instance(value):
                    return write(value)
            try:
                member = others.choose(value)[0]
            except ValidationError:
                return infer(value)
            return writers[members.index(member)](value)

        return convert

    def _scalar(self, field: ma.Field[Any], value: str, infer: str) -> str:
        if isinstance(field, fields.Any):
            return infer
        slow = f"{self.name(partial(_by_the_field, field), 'write')}({value})"
        found = self.direct(field, value)
        return slow if found is None else f"({found[0]} if {found[1]} else {slow})"


def class_in(field: ma.Field[Any]) -> type | None:
    """The class whose instances this member of a union writes."""
    schema = schema_in(field)
    if schema is not None:
        return schema.model if isinstance(schema, ModelSchema) and not isinstance(schema, DictSchema) else None
    return next((kind for base, (kind, _) in DIRECT.items() if isinstance(field, base)), None)


def _itself(value: Any) -> Any:
    return value


def _by_the_field(field: ma.Field[Any], value: Any) -> Any:
    """What a field writes; what it can't make sense of is written as its own class is."""
    try:
        return field._serialize(value, None, None)
    except (AttributeError, TypeError, ValueError):
        return to_jsonable(value)


def _attribute(value: Any, name: str) -> Any:
    return getattr(value, name, missing)


def _item(value: dict[str, Any], name: str) -> Any:
    return value.get(name, missing)


_FOUND: Final = {False: "attribute", True: "item"}
