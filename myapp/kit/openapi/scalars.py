"""What is said in the document of single values beside their type and format.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with apispec's "attribute functions".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow.fields as ma

from .. import fields
from ..fields import encoded, secret, standard
from ..values import ByteSize, SecretBytes, SecretStr
from .components import Mode
from .field_types import choices2schema


def scalar_schema(field: ma.Field[Any], mode: Mode, schema_of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """What the schema of a single value has; `schema_of` writes that of a field inside."""
    if isinstance(field, fields.Bytes | fields.Upload):
        way = getattr(field, "writes" if mode == "serialization" else "reads", "utf8")
        encoding = {"contentEncoding": "base64"} if way == "base64" else {}
        return {"contentMediaType": "application/octet-stream", **encoding}
    if isinstance(field, fields.JsonText):
        held = schema_of(field.inner)
        if mode == "serialization":
            return held
        return {"type": "string", "contentMediaType": "application/json", "contentSchema": held}
    if isinstance(field, ma.Url):
        longest = getattr(field, "max_length", None)
        several = {"format": "multi-host-uri"} if getattr(field, "many_hosts", False) else {}
        return {"minLength": 1, **several, **({} if longest is None else {"maxLength": longest})}
    if isinstance(field, encoded.EncodedBytes):
        return {**schema_of(field.inner), "format": field.encoder.get_json_format()}
    if isinstance(field, secret.SecretField):
        hidden = {"format": "password", "writeOnly": True}
        return {**schema_of(field.inner), **(hidden if issubclass(field.kind, SecretStr | SecretBytes) else {})}
    if isinstance(field, secret.Size):
        size = {"type": "integer", "minimum": 0}
        text = {"type": "string", "pattern": ByteSize.pattern}
        return size if mode == "serialization" else {"anyOf": [text, size]}
    if isinstance(field, ma.Decimal):
        # read from a number or from its digits, written as digits, which keep every place
        digits = {"type": "string"}
        return digits if mode == "serialization" else {"anyOf": [{"type": "number"}, digits]}
    if isinstance(field, fields.UUID) and field.version is not None:
        return {"format": f"uuid{field.version}"}
    if isinstance(field, standard.FilePath) and field.must_be in ("file", "directory"):
        return {"format": f"{field.must_be}-path"}
    if isinstance(field, standard.Fraction):
        text = {"type": "string", "format": "fraction"}
        return text if mode == "serialization" else {"anyOf": [{"type": "number"}, text]}
    if isinstance(field, ma.Constant):
        return choices2schema([field.constant])
    return {}
