"""How a class's own validators are called, and what becomes of their errors.

Pairs https://docs.pydantic.dev/latest/concepts/validators/#model-validators with marshmallow's ValidationError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..errors import faulted
from ..fields.lax import Informed
from ..load_defaults import FromData


def wants_info(field: Any) -> bool:
    """Whether a validator of the field, or of one inside it, takes a `ValidationInfo`, or its default the data."""
    if isinstance(field.load_default, FromData):
        return True
    functions = (*getattr(field, "before", ()), *getattr(field, "after", ()), getattr(field, "function", None))
    inside = [getattr(field, name, None) for name in ("inner", "key_field", "value_field", "within")]
    inside += [*getattr(field, "members", ()), *getattr(field, "tuple_fields", ())]
    return any(isinstance(each, Informed) for each in functions) or any(
        wants_info(each) for each in inside if each is not None
    )


def called(function: Callable[..., Any], raw: Any, *arguments: Any) -> Any:
    """What a validator of the whole returns; what it raises is about the whole, which was `raw`."""
    try:
        if isinstance(function, Informed):
            return function(arguments[0], {}, *arguments[1:])
        return function(*arguments)
    except ValidationError as error:
        if isinstance(error.messages, dict):
            raise
        raise ValidationError({SCHEMA: faulted(error, raw).messages}) from error
    except (ValueError, AssertionError) as error:
        raise ValidationError({SCHEMA: faulted(error, raw).messages}) from error


def around(function: Callable[..., Any], load: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What loads an object, with a validator around it."""
    return lambda data: called(function, data, data, load)
