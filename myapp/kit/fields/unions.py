"""`A | B`: which member a value belongs to, decided as pydantic decides it, and the members' names in a fault's `loc`.

Pairs https://fastapi.tiangolo.com/tutorial/extra-models/#union-or-anyof with a field of our own; marshmallow has none.
https://docs.pydantic.dev/latest/concepts/unions/#smart-mode has the rules; discriminated unions are in `tagged`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError

from ..encoders import to_jsonable
from ..errors import faults
from .closeness import EXACT, Closeness, closeness
from .containers import check_length
from .depth import FOUND, too_deep
from .labels import choice_label
from .lax import Lax
from .omitted import Omitted
from .settled import settled

Choice = tuple[ma.Field[Any], Any, Closeness]


class Union(Lax, ma.Field[Any]):
    """The member that fits best: an exact type, then the object with most of its attributes given, then the first.

    A fault says of every member why it did not fit, each under that member's label. A member in `given` does not see
    the value itself, but what the function there makes of it; it goes by its class's name, as with pydantic's Tag.
    """

    given: Mapping[ma.Field[Any], Callable[[Any], Any]] = {}

    def __init__(self, members: Iterable[ma.Field[Any]], *, left_to_right: bool = False, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.members = list(members)
        self.left_to_right = left_to_right

    def _bind_to_schema(self, field_name: str, parent: Schema | ma.Field[Any]) -> None:
        super()._bind_to_schema(field_name, parent)
        bound = []
        for member in self.members:
            own = copy.copy(member)
            own._bind_to_schema(field_name, self)
            bound.append(own)
        self.members = bound

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        converted = self.choose(value, **kwargs)[1]
        check_length(self.constraints, converted, value)
        return converted

    def choose(self, value: Any, **kwargs: Any) -> Choice:
        """The member that `value` belongs to, the converted value, and how close the two are.

        Raises ValidationError with the faults of all members when none fits.
        """
        # what its validators are told is the same each time that this very value is read
        if kwargs.keys() - {"validated"} or not isinstance(value, dict | list):
            return self._choose(value, kwargs)
        found = FOUND.get()
        if found is None:
            token = FOUND.set({})
            try:
                return self._choose(value, kwargs)
            except RecursionError:
                pass
            finally:
                FOUND.reset(token)
            raise too_deep(value)
        key = (self, id(value))
        if key not in found:
            try:
                found[key] = value, self._choose(value, kwargs)
            except (ValidationError, RecursionError) as error:
                found[key] = value, error
        result: Choice | Exception = found[key][1]
        if isinstance(result, Exception):
            raise result
        return result

    def _choose(self, value: Any, kwargs: Mapping[str, Any]) -> Choice:
        best: Choice | None = None
        failed: list[tuple[ma.Field[Any], Any, ValidationError]] = []
        deep: RecursionError | None = None
        for member in self.members:
            given = self._given_to(member, value)
            try:
                converted = member.deserialize(given, **kwargs)
            except ValidationError as error:
                failed.append((member, given, error))
                continue
            except RecursionError as error:
                deep = error
                continue
            close = closeness(member, given, converted, kwargs)
            if self.left_to_right:
                return member, converted, close
            if close.given is None and close.exactness == EXACT:
                return member, converted, close
            if best is None or close.beats(best[2]):
                best = member, converted, close
        if best is None:
            if deep is not None:
                raise deep
            for _, _, wrong in failed:
                if isinstance(wrong, Omitted):
                    raise wrong
            if len(failed) == 1:
                raise failed[0][2]
            raise ValidationError(
                [
                    fault
                    for member, given, error in failed
                    for fault in faults(error.messages, given, (choice_label(member, bare=member in self.given),))
                ]
            )
        return best

    def _given_to(self, member: ma.Field[Any], value: Any) -> Any:
        return self.given[member](value) if member in self.given else value

    @cached_property
    def settled(self) -> Union:
        """The same for values that have been read already."""
        return settled(self)  # type: ignore[return-value]

    def encode(self, value: Any) -> Any:
        """What the member that the value belongs to writes, or the value's own type when it belongs to none."""
        try:
            member = self.settled.choose(value)[0]
        except ValidationError:
            return to_jsonable(value)
        return member._serialize(value, None, None)
