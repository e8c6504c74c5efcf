"""How an adopted Schema reads its input: marshmallow's `Schema._deserialize`, reporting as pydantic does.

Bound to the instances that `myapp.kit.models.adopt` makes; hooks, `partial` and `unknown` keep marshmallow's meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, ValidationError, missing
from marshmallow.utils import is_collection, set_value

from ..errors import Fault
from ..fields.containers import LISTS
from ..fields.nested import load_key


def deserialize(
    self: Schema,
    data: Any,
    *,
    error_store: Any,
    many: bool = False,
    partial: Any = None,
    unknown: Any = RAISE,
    index: int | None = None,
) -> Any:
    """`Schema._deserialize` in pydantic's order and words: the declared fields, then the unknown ones as they came."""
    index = index if self.opts.index_errors else None
    if many:
        if not isinstance(data, LISTS):
            error_store.store_error([_schema_fault(self, "type", "list_type", data)], index=index)
            return []
        return [
            self._deserialize(each, error_store=error_store, partial=partial, unknown=unknown, index=at)
            for at, each in enumerate(data)
        ]
    result = self.dict_class()
    if not isinstance(data, Mapping):
        error_store.store_error([_schema_fault(self, "type", "model_attributes_type", data)], index=index)
        return result
    some = partial if is_collection(partial) else None
    known = set()
    for name, field in self.load_fields.items():
        key = load_key(name, field)
        known.add(key)
        raw = data.get(key, missing)
        if raw is missing and (partial is True or (some is not None and name in some)):
            continue
        options: dict[str, Any] = {}
        if some is not None:
            options["partial"] = [each[len(name) + 1 :] for each in some if each.startswith(f"{name}.")]
        elif partial is not None:
            options["partial"] = partial
        try:
            value = field.deserialize(raw, key, data, **options)
        except ValidationError as error:
            messages = _about(data, error.messages) if raw is missing else error.messages
            error_store.store_error(messages, key, index=index)
            value = error.valid_data or missing
        if value is not missing:
            set_value(result, field.attribute or name, value)
    if unknown == EXCLUDE:
        return result
    for key, value in data.items():
        if key in known:
            continue
        if unknown == INCLUDE:
            result[key] = value
        else:
            error_store.store_error([_schema_fault(self, "unknown", "extra_forbidden", value)], key, index=index)
    return result


def _about(data: Any, messages: Any) -> Any:
    """The messages of a missing value; pydantic shows the object that lacks it."""
    if not isinstance(messages, list):
        return messages
    return [
        fault.at((), data) if isinstance(fault, Fault) and fault.type == "missing" and fault.input is None else fault
        for fault in messages
    ]


def _schema_fault(schema: Schema, key: str, type: str, value: Any) -> Fault:
    """The fault in pydantic's words, or in those that the Schema's `error_messages` have for it."""
    fault = Fault.of(type, value)
    words = schema.error_messages[key]
    return fault if words == Schema._default_error_messages[key] else Fault(type, words, value)
