"""NamedTuple: a tuple whose members have names, read from a list or from an object.

Pairs https://docs.pydantic.dev/latest/api/standard_library_types/#named-tuple with marshmallow's Tuple.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow.fields as ma
from marshmallow import ValidationError

from ..errors import Fault, invalid
from .constraints import length_fault
from .containers import LISTS, Tuple


class NamedTuple(Tuple):
    """An instance of `kind`, whose members `named` reads. Out: a list."""

    def __init__(self, kind: type[Any], named: Mapping[str, ma.Field[Any]], **keywords: Any) -> None:
        super().__init__(list(named.values()), **keywords)
        self.kind, self.names = kind, tuple(named)

    @property
    def least(self) -> int:
        """How many members have no default."""
        return len(self.names) - len(self.kind._field_defaults)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, Mapping):
            given, extra = value, [name for name in value if name not in self.names]
            places: dict[Any, Any] = {name: name for name in self.names}
        elif isinstance(value, LISTS):
            items = list(value)
            if len(items) > len(self.names):
                raise ValidationError(length_fault("NamedTuple", len(items), value, max_length=len(self.names)))
            given, extra = dict(zip(self.names, items, strict=False)), []
            places = {name: index for index, name in enumerate(self.names)}
        else:
            raise invalid("named_tuple_type", value, class_name=self.kind.__name__)
        result: dict[str, Any] = {}
        errors: dict[Any, Any] = {}
        for name, field in zip(self.names, self.tuple_fields, strict=True):
            if name not in given:
                if name not in self.kind._field_defaults:
                    errors[places[name]] = [Fault.of("missing", value)]
                continue
            try:
                result[name] = field.deserialize(given[name], **kwargs)
            except ValidationError as error:
                errors[places[name]] = error.messages
        errors |= {name: [Fault.of("extra_forbidden", value[name])] for name in extra}
        if errors:
            raise ValidationError(errors)
        return self.kind(**result)
