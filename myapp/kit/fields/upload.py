"""Files in a form.

Pairs https://fastapi.tiangolo.com/tutorial/request-files/ with marshmallow, which has no field for them.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from ..errors import Fault
from ..uploads import UploadFile
from .lax import Lax


class Upload(Lax, fields.Field[UploadFile]):
    """A file. In and out: `UploadFile`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UploadFile:
        if isinstance(value, UploadFile):
            return value
        message = f"Value error, Expected UploadFile, received: {type(value)}"
        raise ValidationError([Fault("value_error", message, value, {"error": ValueError(message)})])
