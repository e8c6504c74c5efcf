"""JSON Schema's words for each field: its type and format, and the keywords of its limits, as pydantic writes them.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with apispec's `field_mapping`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Final

import marshmallow.fields as ma

from .. import fields
from ..encoders import to_jsonable
from ..fields import encoded, network, secret, standard
from ..fields.named_tuples import NamedTuple

TYPES: Final[Mapping[type, tuple[str | None, str | None]]] = {
    ma.Field: (None, None),
    fields.NoneValue: ("null", None),
    ma.Integer: ("integer", None),
    ma.Number: ("number", None),
    ma.Decimal: (None, None),
    ma.String: ("string", None),
    ma.Boolean: ("boolean", None),
    ma.UUID: ("string", "uuid"),
    ma.DateTime: ("string", "date-time"),
    ma.Date: ("string", "date"),
    ma.Time: ("string", "time"),
    ma.TimeDelta: ("string", "duration"),
    ma.Email: ("string", "email"),
    ma.Url: ("string", "uri"),
    ma.IP: ("string", "ipvanyaddress"),
    ma.IPv4: ("string", "ipv4"),
    ma.IPv6: ("string", "ipv6"),
    ma.IPInterface: ("string", "ipvanyinterface"),
    ma.IPv4Interface: ("string", "ipv4interface"),
    ma.IPv6Interface: ("string", "ipv6interface"),
    fields.IPNetwork: ("string", "ipvanynetwork"),
    fields.IPv4Network: ("string", "ipv4network"),
    fields.IPv6Network: ("string", "ipv6network"),
    network.EmailWithName: ("string", "name-email"),
    encoded.EncodedBytes: ("string", None),
    secret.Size: (None, None),
    secret.SecretField: (None, None),
    standard.FilePath: ("string", "path"),
    standard.Pattern: ("string", "regex"),
    standard.Complex: ("string", None),
    standard.Zone: ("string", "zoneinfo"),
    fields.Bytes: ("string", None),
    fields.Upload: ("string", None),
    ma.List: ("array", None),
    ma.Tuple: ("array", None),
    NamedTuple: (None, None),
    ma.Dict: ("object", None),
}
NUMERIC: Final[Mapping[str, str]] = {
    "multiple_of": "multipleOf", "le": "maximum", "ge": "minimum", "lt": "exclusiveMaximum", "gt": "exclusiveMinimum",
}  # fmt: skip
KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "integer": NUMERIC,
    "number": NUMERIC,
    "string": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"min_length": "minProperties", "max_length": "maxProperties"},
}
SAID: Final = frozenset({"title", "description", "examples", "deprecated"})
JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string", int: "integer", float: "number", bool: "boolean", list: "array", type(None): "null",
}  # fmt: skip


def choices2schema(values: Iterable[Any]) -> dict[str, Any]:
    """`enum` (`const` for a single one) and, when all values have the same one, their type."""
    written = [to_jsonable(value) for value in values]
    result: dict[str, Any] = {"const": written[0]} if len(written) == 1 else {"enum": written}
    kinds = {type(value) for value in written}
    if len(kinds) == 1 and (name := JSON_TYPES.get(kinds.pop())):
        result["type"] = name
    return result


def enum_schema(field: ma.Enum[Any]) -> dict[str, Any]:
    """The values of an Enum."""
    values = [to_jsonable(member.value if field.by_value else member.name) for member in field.enum]
    schema = {"title": field.enum.__name__, **description_of(field.enum), **choices2schema(values), "enum": values}
    schema.pop("const", None)
    return schema


def description_of(kind: type[Any]) -> dict[str, str]:
    """The docstring that the class itself was written with, up to a form feed."""
    text = inspect.cleandoc(kind.__dict__.get("__doc__") or "").split("\f")[0]
    return {"description": text} if text and text != "An enumeration." else {}
