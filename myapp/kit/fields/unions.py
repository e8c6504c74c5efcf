"""`A | B`: which member a value belongs to, decided as pydantic decides it, and the members' names in a fault's `loc`.

Pairs https://fastapi.tiangolo.com/tutorial/extra-models/#union-or-anyof with a field of our own; marshmallow has none.
https://docs.pydantic.dev/latest/concepts/unions/ has the rules: "smart mode", and discriminated unions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any, Final

import marshmallow.fields as ma
from marshmallow import Schema, ValidationError

from .. import fields
from ..encoders import to_jsonable
from ..errors import faults, invalid
from .closeness import EXACT, Closeness, closeness
from .containers import check_length, load_key
from .labels import label
from .lax import Lax
from .settled import settled

Choice = tuple[ma.Field[Any], Any, Closeness]

# What the unions inside the outermost one have found: by the union and the identity of the value, which is kept alive.
# Without it each level of a class that contains itself would read the level below three times, and 3**20 is no number
# of steps to let a client ask for.
_FOUND: Final[ContextVar[dict[tuple[ma.Field[Any], int], tuple[Any, Choice | ValidationError]] | None]] = ContextVar(
    "_FOUND", default=None
)


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
        found = _FOUND.get()
        if found is None:
            token = _FOUND.set({})
            try:
                return self._choose(value, kwargs)
            finally:
                _FOUND.reset(token)
        key = (self, id(value))
        if key not in found:
            try:
                found[key] = value, self._choose(value, kwargs)
            except ValidationError as error:
                found[key] = value, error
        result = found[key][1]
        if isinstance(result, ValidationError):
            raise result
        return result

    def _choose(self, value: Any, kwargs: Mapping[str, Any]) -> Choice:
        best: Choice | None = None
        failed: list[tuple[ma.Field[Any], Any, ValidationError]] = []
        for member in self.members:
            given = self._given_to(member, value)
            try:
                converted = member.deserialize(given, **kwargs)
            except ValidationError as error:
                failed.append((member, given, error))
                continue
            close = closeness(member, given, converted, kwargs)
            if self.left_to_right:
                return member, converted, close
            if close.given is None and close.exactness == EXACT:
                return member, converted, close
            if best is None or close.beats(best[2]):
                best = member, converted, close
        if best is None:
            if len(failed) == 1:
                raise failed[0][2]
            raise ValidationError(
                [
                    fault
                    for member, given, error in failed
                    for fault in faults(error.messages, given, (label(member, bare=member in self.given),))
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


class TaggedUnion(Union):
    """The member whose `discriminator` attribute, a Literal, has the value that was sent."""

    def __init__(self, members: Iterable[ma.Field[Any]], *, discriminator: str, **keywords: Any) -> None:
        super().__init__(members, **keywords)
        self.discriminator = discriminator
        self._tags: dict[Any, ma.Field[Any]] | None = None
        self.key = discriminator

    @property
    def tags(self) -> dict[Any, ma.Field[Any]]:
        """Each tag and the member it stands for, as declared. Read at first use: members may refer to each other."""
        if self._tags is None:
            tags: dict[Any, ma.Field[Any]] = {}
            for member in self.members:
                if isinstance(member, TaggedUnion):
                    tags.update(member.tags)
                    continue
                self.key, choices = _choices(member, self.discriminator)
                tags.update(dict.fromkeys(choices, member))
            self._tags = tags
        return self._tags

    def _choose(self, value: Any, kwargs: Mapping[str, Any]) -> Choice:
        """Faults are `union_tag_not_found`, `union_tag_invalid`, or those of the chosen member."""
        tags = self.tags
        if isinstance(value, Mapping):
            key = next((key for key in (self.key, self.discriminator) if key in value), None)
            if key is None:
                raise invalid("union_tag_not_found", value, discriminator=self._shown)
            tag = value[key]
        else:
            tag = getattr(value, self.discriminator, tags)
            if tag is tags:
                raise invalid("model_attributes_type", value)
        try:
            member = tags[tag]
        except (KeyError, TypeError):
            expected = ", ".join(map(repr, tags))
            raise invalid(
                "union_tag_invalid", value, discriminator=self._shown, tag=str(tag), expected_tags=expected
            ) from None
        given = self._given_to(member, value)
        try:
            converted = member.deserialize(given, **kwargs)
        except ValidationError as error:
            at = next(known for known in tags if known == tag)
            raise ValidationError(list(faults(error.messages, given, (at,)))) from error
        return member, converted, closeness(member, given, converted, kwargs)

    @property
    def _shown(self) -> str:
        name = repr(self.discriminator)
        return name if self.key == self.discriminator else f"{name} | {self.key!r}"


def _choices(member: ma.Field[Any], discriminator: str) -> tuple[str, tuple[Any, ...]]:
    """The key on the wire and the values of a member's discriminator."""
    if isinstance(member, ma.Nested):
        schema = member.schema
        root = getattr(schema, "root", None)
        if isinstance(root, TaggedUnion):
            return root.key, tuple(root.tags)
        if root is not None:
            return _choices(root, discriminator)
        field = schema.fields.get(discriminator)
        if isinstance(field, fields.Literal):
            return load_key(discriminator, field), tuple(field.choices)
        raise TypeError(f"{type(schema).__name__} needs an attribute {discriminator!r} of a Literal type")
    raise TypeError(f"a union with a discriminator is made of classes, not of {type(member).__name__}")
