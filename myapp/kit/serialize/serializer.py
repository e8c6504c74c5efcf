"""The response model at work: check, filter and write a result by a function that was made for its type.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/ with marshmallow's fields; `myapp.kit.serialize.writer`
makes the function when the view is defined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow.fields as ma
from marshmallow import ValidationError

from ..errors import EndpointContext, ResponseValidationError, flatten
from ..models.attributes import reading_attributes
from .options import SerializerOptions
from .writer import Writer


class Serializer:
    """Called with a result it gives dicts, lists and plain values, or raises ResponseValidationError."""

    def __init__(
        self, field: ma.Field[Any], options: SerializerOptions, context: Callable[[], EndpointContext]
    ) -> None:
        self.field = field
        self.context = context
        selections = options.response_model_include, options.response_model_exclude
        self.convert = Writer(options.how).converter(field, *selections)

    def __call__(self, value: Any) -> Any:
        try:
            return self.convert(value)
        except ValidationError as error:
            faults = self._faults(value, error)
            raise ResponseValidationError(faults, value, endpoint_ctx=self.context()) from error

    def _faults(self, value: Any, first: ValidationError) -> list[dict[str, Any]]:
        """All that is wrong with the result, where its field can tell; else what was found first."""
        try:
            reading_attributes(self.field.deserialize, value)
        except ValidationError as error:
            first = error
        return flatten(first.messages, value, ("response",))
