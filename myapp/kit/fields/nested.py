"""Objects within objects, read by a Schema of their own, and the keys of an object's attributes.

Pairs https://fastapi.tiangolo.com/tutorial/body-nested-models/ with marshmallow's Nested.
"""

from __future__ import annotations

from typing import Any

import marshmallow.fields as ma
from marshmallow import Schema

from .depth import too_deep
from .lax import Lax


class Nested(Lax, ma.Nested):  # type: ignore[misc]  # marshmallow leaves these signatures untyped
    """An object read by a Schema of its own; an instance of that Schema's class is taken as it is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, partial: Any = None, **kwargs: Any) -> Any:
        try:
            return self.schema.load(value, unknown=self.unknown, partial=partial)
        except RecursionError:
            # a class that contains itself, and a client that makes the most of it
            raise too_deep(value) from None

    def encode(self, value: Any) -> Any:
        """What the Schema dumps."""
        return self.schema.dump(value)


class NestedModel(Nested):
    """A Nested made of a type hint: all fields of one class read with the same Schema.

    With a Schema for each field, two classes of a union that contain each other would have twice as many at each level
    that a client goes down.
    """

    @property
    def schema(self) -> Schema:
        """The Schema, made by the first field that asks for it."""
        if self._schema is None:
            kind: Any = self.nested() if callable(self.nested) else self.nested
            self._schema = vars(kind).get("shared")
            if self._schema is None:
                self._schema = kind.shared = kind()
        return self._schema


def load_key(name: str, field: ma.Field[Any]) -> str:
    """The key under which an attribute is read."""
    return name if field.data_key is None else field.data_key


def dump_key(name: str, field: ma.Field[Any]) -> str:
    """The key under which an attribute is written: its `serialization_alias`, else its `alias`, else its name."""
    info = field.metadata.get("info")
    if info is None:
        return load_key(name, field)
    return info.serialization_alias or info.alias or name


def schema_in(field: ma.Field[Any]) -> Schema | None:
    """The Schema that a field made for a class reads its objects with; None for every other field."""
    return field.schema if isinstance(field, ma.Nested) else None
