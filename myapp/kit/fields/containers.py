"""Containers of values: lists, sets, tuples and dictionaries, converted and reported as pydantic does.

Pairs https://fastapi.tiangolo.com/tutorial/body-nested-models/ with marshmallow's List, Tuple and Dict. Each class here
is a subclass of one of them: whoever knows those (apispec, for one) knows these. Unions are in `unions`, objects in
`nested`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, MappingView, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

import marshmallow.fields as ma
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..encoders import to_jsonable
from ..errors import Fault, invalid
from .constraints import Constraints, length_fault
from .lax import Lax
from .mappings import Dict as Dict
from .omitted import Omitted, may_omit

# What pydantic takes for a list in lax mode; a string, bytes or a mapping never is one.
LISTS: Final[tuple[type[Any], ...]] = (list, tuple, set, frozenset, deque, range, MappingView, Iterator)
# Those whose length pydantic knows before it reads them.
_COUNTED: Final[tuple[type[Any], ...]] = (list, tuple, set, frozenset)
_UNLIMITED: Final = Constraints()


class List(Lax, ma.List[Any]):
    """`list[T]`: any sequence, set, view or iterator of `T`."""

    name_in_faults: ClassVar[str] = "List"
    type_fault: ClassVar[str] = "list_type"
    container: ClassVar[Any] = list

    def __init__(self, inner: Any, **keywords: Any) -> None:
        super().__init__(inner, **keywords)
        self.omits = may_omit(self.inner)
        self.direct = not self.omits

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if type(value) is not list:
            if not isinstance(value, LISTS):
                raise invalid(self.type_fault, value)
            if self.strict and not isinstance(value, self.container):
                raise invalid(self.type_fault, value)
        limit = self.constraints.max_length if self.constraints is not None else None
        # pydantic looks at the length before it looks at the items
        items = value if limit is None or self.omits else _no_more_than(limit, value, self.name_in_faults)
        result = self._converted(items, kwargs)
        if self.omits and limit is not None and len(result) > limit:
            raise _too_long(self.name_in_faults, limit, value)
        return result if self.container is list else self.container(result)

    def _reader(self) -> Callable[..., Any]:
        """What reads one item."""
        return self.inner.deserialize

    def _good(self, items: Iterable[Any], errors: dict[Any, Any], kwargs: dict[str, Any]) -> Iterator[Any]:
        """Each item that can be read; what is wrong with the others is in `errors`, by their place."""
        read = self._reader()
        for index, item in enumerate(items):
            try:
                converted = read(item, **kwargs)
            except Omitted:
                continue
            except ValidationError as error:
                errors[index] = error.messages
                if self.fail_fast:
                    return
            else:
                yield converted

    def _converted(self, items: Iterable[Any], kwargs: dict[str, Any]) -> list[Any]:
        errors: dict[Any, Any] = {}
        result = list(self._good(items, errors, kwargs))
        if errors:
            raise ValidationError(errors)
        return result

    def encode(self, value: Any) -> Any:
        """A list of what the items are written as."""
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            return to_jsonable(value)
        return [self.inner._serialize(item, None, None) for item in value]


class VariadicTuple(List):
    """`tuple[T, ...]`."""

    name_in_faults = "Tuple"
    type_fault = "tuple_type"
    container = tuple

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, LISTS) or (self.strict and not isinstance(value, tuple)):
            raise invalid(self.type_fault, value)
        # of a tuple pydantic counts the good items only, and does so even when others are bad
        limits = self.constraints or _UNLIMITED
        errors: dict[Any, Any] = {}
        result: list[Any] = []
        for item in self._good(value, errors, kwargs):
            result.append(item)
            if limits.max_length is not None and len(result) > limits.max_length:
                raise _too_long("Tuple", limits.max_length, value)
        if errors:
            if limits.min_length is not None and len(result) < limits.min_length:
                errors[SCHEMA] = [length_fault("Tuple", len(result), value, min_length=limits.min_length)]
            raise ValidationError(errors)
        return tuple(result)


class Deque(List):
    """`collections.deque[T]`."""

    name_in_faults = "Deque"
    type_fault = "deque_type"
    container = deque


class IterableOf(List):
    """`Iterable[T]`, as a list: what is wrong with an item is found before the view is called."""

    type_fault = "iterable_type"


class SequenceOf(List):
    """`Sequence[T]`: a list, a tuple or a deque stays what it is; nothing else is a sequence to pydantic.

    `any_text` also takes str and bytes, which the bare `Sequence` does.
    """

    def __init__(self, inner: Any, *, any_text: bool = False, **keywords: Any) -> None:
        super().__init__(inner, **keywords)
        self.any_text = any_text

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.any_text and isinstance(value, Sequence):
            check_length(self.constraints, value, value)
            return value
        if isinstance(value, str | bytes):
            kind = type(value).__name__
            message = f"'{kind}' instances are not allowed as a Sequence value"
            raise ValidationError(Fault("sequence_str", message, value, {"type_name": kind}))
        if not isinstance(value, Sequence):
            raise invalid("is_instance_of", value, **{"class": "Sequence"})
        items = self._converted(value, kwargs)
        check_length(self.constraints, items, value)
        return items if isinstance(value, list | range) else type(value)(items)  # type: ignore[call-arg]


class Set(List):
    """`set[T]`: duplicates are dropped."""

    name_in_faults = "Set"
    type_fault = "set_type"
    container: ClassVar[Any] = set

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, LISTS) or (self.strict and not isinstance(value, self.container)):
            raise invalid(self.type_fault, value)
        limit = self.constraints.max_length if self.constraints is not None else None
        errors: dict[Any, Any] = {}
        result: set[Any] = set()
        for item in self._good(value, errors, kwargs):
            result.add(item)
            if limit is not None and len(result) > limit:
                raise ValidationError(length_fault(self.name_in_faults, len(result), value, max_length=limit))
        if errors:
            raise ValidationError(errors)
        return result if self.container is set else self.container(result)

    def _reader(self) -> Callable[..., Any]:
        return self._hashable

    def _hashable(self, item: Any, **kwargs: Any) -> Any:
        converted = self.inner.deserialize(item, **kwargs)
        try:
            hash(converted)
        except TypeError:
            raise ValidationError(Fault.of("set_item_not_hashable", item)) from None
        return converted


class FrozenSet(Set):
    """`frozenset[T]` and `collections.abc.Set[T]`."""

    name_in_faults = "Frozenset"
    type_fault = "frozen_set_type"
    container = frozenset


class Tuple(Lax, ma.Tuple):
    """`tuple[A, B]`: exactly these, in this order."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, LISTS) or (self.strict and not isinstance(value, tuple)):
            raise invalid("tuple_type", value)
        items = tuple(_no_more_than(len(self.tuple_fields), value, "Tuple"))
        result: list[Any] = []
        errors: dict[Any, Any] = {}
        for index, field in enumerate(self.tuple_fields):
            if index >= len(items):
                errors[index] = [Fault.of("missing", value)]
                continue
            try:
                result.append(field.deserialize(items[index], **kwargs))
            except ValidationError as error:
                errors[index] = error.messages
                if self.fail_fast:
                    break
        if errors:
            raise ValidationError(errors)
        return tuple(result)

    def encode(self, value: Any) -> Any:
        """A list of what the items are written as."""
        if not isinstance(value, list | tuple) or len(value) != len(self.tuple_fields):
            return to_jsonable(value)
        return [field._serialize(item, None, None) for field, item in zip(self.tuple_fields, value, strict=True)]


def check_length(limits: Constraints | None, converted: Any, value: Any) -> None:
    """Check the length of what pydantic does not know the type of, and hence calls "Value"."""
    if limits is None or not hasattr(converted, "__len__"):
        return
    length = len(converted)
    if limits.min_length is not None and length < limits.min_length:
        raise ValidationError(length_fault("Value", length, value, min_length=limits.min_length))
    if limits.max_length is not None and length > limits.max_length:
        raise ValidationError(length_fault("Value", length, value, max_length=limits.max_length))


def _no_more_than(limit: int, value: Any, name: str) -> Iterable[Any]:
    """The items, unless there are more of them than `limit`."""
    items = value if isinstance(value, _COUNTED) else list(islice(value, limit + 1))
    if len(items) > limit:
        raise _too_long(name, limit, value)
    return items


def _too_long(name: str, limit: int, value: Any) -> ValidationError:
    if isinstance(value, _COUNTED):
        return ValidationError(length_fault(name, len(value), value, max_length=limit))
    fault = length_fault("Set", limit + 1, value, max_length=limit)
    words = str(fault).replace("Set", name, 1)
    return ValidationError(Fault(fault.type, words, value, {**fault.ctx, "field_type": name}))
