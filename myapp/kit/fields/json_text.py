"""JSON within a value: a text that holds JSON, in a field of a form say, beside the files.

Pairs https://docs.pydantic.dev/latest/concepts/types/#json with `jiter`, the parser that pydantic has inside, so that
what is no JSON is refused in the same words.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import jiter
from marshmallow import ValidationError, fields

from ..errors import Fault, faults, invalid
from .lax import Lax, utf8

T = TypeVar("T")

WITHIN_JSON: Final[ContextVar[bool]] = ContextVar("WITHIN_JSON", default=False)
"""Whether the value being read was JSON text, of which pydantic says something else when it is no object."""


class JsonText(Lax, fields.Field[Any]):
    """In: JSON as str, bytes or bytearray, whose value `inner` reads. Out: the value, no longer as text."""

    def __init__(self, inner: fields.Field[Any], **keywords: Any) -> None:
        super().__init__(**keywords)
        self.inner = inner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str | bytes | bytearray):
            raise invalid("json_type", value)
        text = utf8(value).encode() if isinstance(value, str) else bytes(value)
        try:
            loaded = jiter.from_json(text)
        except ValueError as error:
            fault = Fault("json_invalid", f"Invalid JSON: {error}", value, {"error": str(error)})
            raise ValidationError(fault) from error
        within = WITHIN_JSON.set(True)
        try:
            return self.inner.deserialize(loaded)
        except ValidationError as error:
            # the values at fault are in what was loaded, where nobody further out can look them up
            raise ValidationError(list(faults(error.messages, loaded))) from error
        finally:
            WITHIN_JSON.reset(within)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else self.inner._serialize(value, attr, obj, **kwargs)


if TYPE_CHECKING:
    Json = Annotated[T, ...]
else:

    class Json:
        """`Json[Album]`: a text of JSON that holds an Album; `Json` alone holds anything.

        https://docs.pydantic.dev/latest/api/types/#pydantic.types.Json
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]
