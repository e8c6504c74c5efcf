"""A model of query, header or cookie parameters: which names on the wire its attributes are read from.

Pairs https://fastapi.tiangolo.com/tutorial/query-param-models/ (and header-param-models, cookie-param-models) with a
marshmallow Schema: worked out when the view is defined, so that a request only looks names up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, missing

from .aliases import AliasChoices, AliasPath
from .fields import JsonText
from .fields.nested import load_key
from .fields.unions import Union
from .params import Cookie, Header, Param


@dataclass(frozen=True)
class Attribute:
    """A field, the keys it is read under, each with its spelling on the wire, and how its value is taken from there.

    `many` says that it takes all the values that were sent, `drops_empty` that an empty one counts as not sent.
    """

    field: fields.Field[Any]
    spellings: Sequence[tuple[str, str]]
    many: bool
    drops_empty: bool


class ModelReader:
    """Gathers what a Schema is loaded from; `optional` says that the model as a whole may be None."""

    def __init__(self, schema: Schema, info: Param, *, optional: bool) -> None:
        self.header = isinstance(info, Header)
        self.optional = optional
        self.keeps_extras = schema.unknown != EXCLUDE
        self.attributes: list[Attribute] = []
        self.renamed: dict[str | int, str] = {}
        hyphens = isinstance(info, Header) and info.convert_underscores
        by_wire = getattr(getattr(schema, "config", None), "loc_by_alias", True)
        for name, field in schema.load_fields.items():
            spellings = names_of(schema, name, hyphens=hyphens)
            self.renamed |= {key: wire for key, wire in spellings if by_wire and key != wire}
            many = takes_many(field) and not isinstance(info, Cookie)
            self.attributes.append(Attribute(field, spellings, many, drops_empty(field, many=many)))
        wires = {self._as_received(wire) for attribute in self.attributes for _, wire in attribute.spellings}
        self.own_names = frozenset(wires)

    def _as_received(self, wire: str) -> str:
        return wire.lower() if self.header else wire

    def gather(self, received: Mapping[str, list[Any]]) -> Any:
        """The object to load, with one value or a list for each name.

        Names of no attribute are passed on, for a model that forbids or keeps them. `missing` when the model may be
        None and nothing of it was sent.
        """
        gathered: dict[str, Any] = {}
        used: set[str] = set()
        for attribute in self.attributes:
            spellings = attribute.spellings
            key, wire = next((pair for pair in spellings if self._as_received(pair[1]) in received), spellings[0])
            found = received.get(self._as_received(wire))
            value = self._value(found, many=attribute.many) if found else missing
            if value is not missing and (value or not attribute.drops_empty):
                gathered[key] = value
            used.add(self._as_received(wire))
            if self.header:
                used.update(key.lower() for key, wire in spellings if key != wire)
        for name, found in received.items():
            if name not in used:
                gathered[name] = found if len(found) > 1 else found[0]
        if self.optional and self.own_names.isdisjoint(received) and not (self.keeps_extras and gathered):
            return missing
        return gathered

    def _value(self, found: list[Any], *, many: bool) -> Any:
        if self.header:
            return split(found) if many else found[0]
        return found if many else found[-1]

    def on_the_wire(self, fault: dict[str, Any]) -> dict[str, Any]:
        """The entry of a 422 with the header's name in its `loc`, where the Schema knows the attribute's."""
        where, *rest = fault["loc"]
        if rest and rest[0] in self.renamed:
            return {**fault, "loc": (where, self.renamed[rest[0]], *rest[1:])}
        return fault


def names_of(schema: Schema, name: str, *, hyphens: bool = False) -> list[tuple[str, str]]:
    """The keys that a Schema takes an attribute under, the preferred one first, each with its spelling on the wire.

    With `hyphens` the attribute's own name is spelled with them; an alias is as it was written.
    """
    field, config = schema.load_fields[name], getattr(schema, "config", None)
    info = field.metadata.get("info")
    alias = None if info is None else info.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else ()
    by_path = any(isinstance(each, AliasPath) for each in (alias, *choices))
    keys = [load_key(name, field)] if info is None else info.names(name)
    own = (name, name.replace("_", "-") if hyphens else name)
    # of choices even the attribute's own name is taken as it is written
    literal = choices and not by_path
    names = [own if key == name and not literal else (key, key) for key in keys]
    if by_path or config is None or not config.by_name:
        return names
    if not config.validate_by_alias:
        return [own]
    return names if name in dict(names) else [*names, own]


def takes_many(field: fields.Field[Any]) -> bool:
    """Whether a field makes one value of a repeated parameter: a list, a tuple, a set, or a union with one."""
    if isinstance(field, Union):
        return any(map(takes_many, field.members))
    return isinstance(field, fields.List | fields.Tuple)


def drops_empty(field: fields.Field[Any], *, many: bool) -> bool:
    """Whether an empty value counts as not sent: that of a sequence which one value has to make, as in a cookie."""
    return not many and (takes_many(field) or (isinstance(field, JsonText) and takes_many(field.inner)))


def split(values: list[str]) -> list[str]:
    """The members of a repeated header, which WSGI hands over joined by commas (RFC 9110, section 5.3)."""
    return [member.strip() for value in values for member in value.split(",")]
