"""Discriminated unions: one attribute of the value, or a function of it, says which member it belongs to.

Pairs https://docs.pydantic.dev/latest/concepts/unions/#discriminated-unions with a field of our own; marshmallow has
none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow.fields as ma
from marshmallow import ValidationError

from .. import fields
from ..errors import Fault, faults, invalid
from ..functional import Discriminator
from .closeness import closeness
from .nested import load_key
from .unions import Choice, Union


class TaggedUnion(Union):
    """The member whose `discriminator` attribute, a Literal, has the value that was sent."""

    def __init__(self, members: Iterable[ma.Field[Any]], *, discriminator: str, **keywords: Any) -> None:
        super().__init__(members, **keywords)
        self.discriminator = discriminator
        self.key = discriminator
        self._tags: tuple[list[ma.Field[Any]], dict[Any, ma.Field[Any]]] = [], {}

    @property
    def tags(self) -> dict[Any, ma.Field[Any]]:
        """Each tag and the member it stands for, as declared. Read at first use: members may refer to each other."""
        members, tags = self._tags
        if members is not self.members:
            tags = self._found_tags(self.members)
            self._tags = self.members, tags
        return tags

    def _found_tags(self, members: Iterable[ma.Field[Any]]) -> dict[Any, ma.Field[Any]]:
        tags: dict[Any, ma.Field[Any]] = {}
        for member in members:
            if isinstance(member, Union) and getattr(member, "discriminator", self.discriminator) == self.discriminator:
                tags |= self._found_tags(member.members)
                continue
            self.key, choices = _choices(member, self.discriminator)
            tags |= dict.fromkeys(choices, member)
        return tags

    def _choose(self, value: Any, kwargs: Mapping[str, Any]) -> Choice:
        """Faults are `union_tag_not_found`, `union_tag_invalid`, or those of the chosen member."""
        tags = self.tags
        tag = self._tag_of(value)
        try:
            member = tags[tag]
        except (KeyError, TypeError):
            expected = ", ".join(map(repr, tags))
            raise self._strange(
                "union_tag_invalid", value, discriminator=self._shown, tag=str(tag), expected_tags=expected
            ) from None
        given = self._given_to(member, value)
        try:
            converted = member.deserialize(given, **kwargs)
        except ValidationError as error:
            at = next(known for known in tags if known == tag)
            raise ValidationError(list(faults(error.messages, given, (at,)))) from error
        return member, converted, closeness(member, given, converted, kwargs)

    def _tag_of(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            key = next((key for key in (self.key, self.discriminator) if key in value), None)
            if key is None:
                raise self._strange("union_tag_not_found", value, discriminator=self._shown)
            return value[key]
        try:
            return getattr(value, self.discriminator)
        except AttributeError:
            raise invalid("model_attributes_type", value) from None

    def _strange(self, type: str, value: Any, **ctx: Any) -> ValidationError:
        """The error of a value that belongs to no member."""
        return invalid(type, value, **ctx)

    @property
    def _shown(self) -> str:
        name = repr(self.discriminator)
        return name if self.key == self.discriminator else f"{name} | {self.key!r}"


class CallableTaggedUnion(TaggedUnion):
    """The member whose `Tag` a function makes of the value; `told` has the function and its words for a fault.

    Raises TypeError for a member without a tag.
    """

    asks: bool = True
    """False for values that have been read already: whatever the function says, they are what they are."""

    def __init__(self, members: Iterable[ma.Field[Any]], *, told: Discriminator, **keywords: Any) -> None:
        assert callable(told.discriminator)
        super().__init__(members, discriminator=f"{told.discriminator.__name__}()", **keywords)
        self.told, self.function = told, told.discriminator
        _ = self.tags

    def _found_tags(self, members: Iterable[ma.Field[Any]]) -> dict[Any, ma.Field[Any]]:
        tags: dict[Any, ma.Field[Any]] = {}
        for member in members:
            if "tag" not in member.metadata:
                raise TypeError(f"{self.discriminator} chooses by tags: {type(member).__name__} has no Tag(...)")
            tags[member.metadata["tag"]] = member
        return tags

    def _choose(self, value: Any, kwargs: Mapping[str, Any]) -> Choice:
        return super()._choose(value, kwargs) if self.asks else Union._choose(self, value, kwargs)

    def _tag_of(self, value: Any) -> Any:
        tag = self.function(value)
        if tag is None:
            raise self._strange("union_tag_not_found", value, discriminator=self._shown)
        return tag

    def _strange(self, type: str, value: Any, **ctx: Any) -> ValidationError:
        told = self.told
        if told.custom_error_type is None:
            return super()._strange(type, value, **ctx)
        ctx = dict(told.custom_error_context or {})
        if told.custom_error_message is None:
            return invalid(told.custom_error_type, value, **ctx)
        message = told.custom_error_message
        for name, figure in ctx.items():
            message = message.replace(f"{{{name}}}", str(figure))
        return ValidationError(Fault(told.custom_error_type, message, value, ctx))

    @property
    def _shown(self) -> str:
        return self.discriminator


def _choices(member: ma.Field[Any], discriminator: str) -> tuple[str, list[Any]]:
    """The key on the wire and the values of a member's discriminator."""
    if isinstance(member, Union):
        found = [_choices(each, discriminator) for each in member.members]
        return found[0][0], [choice for _, choices in found for choice in choices]
    if isinstance(member, ma.Nested):
        schema = member.schema
        root = getattr(schema, "root", None)
        if isinstance(root, TaggedUnion) and not isinstance(root, CallableTaggedUnion):
            return root.key, list(root.tags)
        if root is not None:
            return _choices(root, discriminator)
        field = schema.fields.get(discriminator)
        if isinstance(field, fields.Literal):
            return load_key(discriminator, field), list(field.choices)
        raise TypeError(f"{type(schema).__name__} needs an attribute {discriminator!r} of a Literal type")
    raise TypeError(f"a union with a discriminator is made of classes, not of {type(member).__name__}")
