"""Items that are left out of their container where they are not what they should be.

Pairs https://docs.pydantic.dev/latest/api/types/#pydantic.types.OnErrorOmit with the fields of containers.
"""

from __future__ import annotations

import copy
from typing import Any

import marshmallow.fields as ma
from marshmallow import ValidationError

from .lax import Lax


class Omitted(ValidationError):
    """The item is to be left out; outside of a container it is wrong as any other value."""


def omitting(field: ma.Field[Any]) -> ma.Field[Any]:
    """A copy of the field whose faults are `Omitted`."""
    made: Any = copy.copy(field)
    made.__class__ = type(type(field).__name__, (Omitting, type(field)), {})
    return made  # type: ignore[no-any-return]


class Omitting(Lax):
    """Mixed into a field by `omitting`."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        try:
            return super().deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            raise Omitted(error.messages) from error


def may_omit(field: ma.Field[Any] | None) -> bool:
    """Whether an item of a container may be left out."""
    return isinstance(field, Omitting) or any(map(may_omit, getattr(field, "members", ())))
