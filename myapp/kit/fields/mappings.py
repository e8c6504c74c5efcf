"""Dictionaries, converted key by key and value by value, and the standard library's kinds of them.

Pairs https://fastapi.tiangolo.com/tutorial/body-nested-models/#bodies-of-arbitrary-dicts with marshmallow's Dict.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import marshmallow.fields as ma
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..encoders import to_jsonable
from ..errors import Fault, faults, invalid
from .constraints import length_fault
from .lax import Lax
from .omitted import Omitted, may_omit
from .temporal import Temporal


class Dict(Lax, ma.Dict):
    """`dict[K, V]` and `Mapping[K, V]`; without field arguments any dictionary."""

    type_fault: ClassVar[str] = "dict_type"
    container: ClassVar[Any] = dict

    def __init__(self, keys: Any = None, values: Any = None, **keywords: Any) -> None:
        super().__init__(keys, values, **keywords)
        if isinstance(self.key_field, Temporal):
            self.key_field.is_key = True
        self.direct = not may_omit(self.value_field)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise invalid(self.type_fault, value)
        limit = self.constraints.max_length if self.constraints is not None else None
        result: dict[Any, Any] = {}
        errors: dict[Any, Any] = {}
        for key, item in value.items():
            new_key, new_item = key, item
            wrong: list[Fault] = []
            if self.key_field is not None:
                try:
                    new_key = self.key_field.deserialize(key, **kwargs)
                except ValidationError as error:
                    wrong.extend(faults(error.messages, key, ("[key]",)))
            if self.value_field is not None:
                try:
                    new_item = self.value_field.deserialize(item, **kwargs)
                except Omitted:
                    if not wrong:
                        continue
                except ValidationError as error:
                    wrong.extend(faults(error.messages, item))
            if wrong:
                # marshmallow files what concerns the whole object under "_schema": no key of that name must end there
                errors[_in_loc(key)] = [fault.at((key,), fault.input) for fault in wrong] if key == SCHEMA else wrong
                continue
            result[new_key] = new_item
            if limit is not None and len(result) > limit:
                raise ValidationError(length_fault("Dictionary", len(result), value, max_length=limit))
        if errors:
            raise ValidationError(errors)
        return result if self.container is dict else self.container(result)

    def encode(self, value: Any) -> Any:
        """A dict of what keys and values are written as."""
        if not isinstance(value, Mapping):
            return to_jsonable(value)
        write_key = to_jsonable if self.key_field is None else self._key
        write_item = to_jsonable if self.value_field is None else self._item
        return {write_key(key): write_item(item) for key, item in value.items()}

    def _key(self, key: Any) -> Any:
        return self.key_field._serialize(key, None, None)  # type: ignore[union-attr]

    def _item(self, item: Any) -> Any:
        return self.value_field._serialize(item, None, None)  # type: ignore[union-attr]


class OrderedDict(Dict):
    """`collections.OrderedDict[K, V]`."""

    type_fault = "ordered_dict_type"
    container = collections.OrderedDict


class Counter(Dict):
    """`collections.Counter[K]`."""

    type_fault = "counter_type"
    container = collections.Counter


class DefaultDict(Dict):
    """`collections.defaultdict[K, V]`, whose `factory` makes what is not there."""

    def __init__(self, keys: Any, values: Any, *, factory: Any, **keywords: Any) -> None:
        super().__init__(keys, values, **keywords)
        self.container = partial(collections.defaultdict, factory)  # type: ignore[misc]


def _in_loc(key: Any) -> str | int:
    """A key as a loc shows it."""
    return key if isinstance(key, str | int) else str(key)
