"""Text and UUIDs as pydantic's lax mode reads them.

Pairs https://docs.pydantic.dev/latest/concepts/conversion_table/ with marshmallow's String and UUID.
"""

from __future__ import annotations

import enum
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from marshmallow import fields

from ..errors import invalid
from .constraints import Constraints
from .lax import WHITESPACE, Lax, utf8


def to_str(value: Any) -> str:
    """`value` as a str, as pydantic's lax mode converts it; raises ValidationError with one Fault."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise invalid("string_unicode", value) from None
    if isinstance(value, enum.Enum):
        return str(value.value)
    raise invalid("string_type", value)


class String(Lax, fields.String):
    """A str. In: str, bytes in UTF-8; never a number. Out: str."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if type(value) is str:
            return value if self.constraints is None else utf8(value)
        if self.strict and not isinstance(value, str):
            raise invalid("string_type", value)
        return to_str(value)


class Text(String):
    """A str that is tidied: numbers are taken as their digits, white space is stripped, and the case changed last."""

    direct = False

    def __init__(
        self, *, strip: bool, case: Callable[[str], str] | None, coerce: bool, constraints: Constraints | None
    ) -> None:
        super().__init__(constraints=constraints, after=[] if case is None else [case])
        self.strip, self.coerce = strip, coerce

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if self.coerce and not self.strict and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = str(value)
        converted = super()._deserialize(value, attr, data, **kwargs)
        return converted.strip(WHITESPACE) if self.strip else converted


def text_field(
    *, strip: bool, case: Callable[[str], str] | None, coerce: bool, constraints: Constraints | None
) -> String:
    """The plainest field that does all this."""
    if strip or case is not None or coerce:
        return Text(strip=strip, case=case, coerce=coerce, constraints=constraints)
    return String(constraints=constraints)


_GROUPS: Final = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_UUID: Final = re.compile(rf"(?:urn:uuid:)?{_GROUPS}|\{{{_GROUPS}\}}|[0-9a-fA-F]{{32}}")


class UUID(Lax, fields.UUID):
    """A UUID. In: UUID, its text (plain, hyphenated, in braces, as an URN), its 16 bytes. Out: hyphenated str."""

    def __init__(self, *, version: int | None = None, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.version = version
        self.direct = version is None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> uuid.UUID:
        read = self._read(value)
        if self.version is not None and read.version != self.version:
            raise invalid("uuid_version", value, expected_version=self.version)
        return read

    def _read(self, value: Any) -> uuid.UUID:
        if isinstance(value, uuid.UUID):
            return value
        if self.strict:
            raise invalid("is_instance_of", value, **{"class": "UUID"})
        if not isinstance(value, (str, bytes)):
            raise invalid("uuid_type", value)
        shape = utf8(value) if isinstance(value, str) else value.decode("latin-1")
        if _UUID.fullmatch(shape):
            return uuid.UUID(shape)
        if isinstance(value, bytes):
            if len(value) == 16:
                return uuid.UUID(bytes=value)
            raise invalid("uuid_parsing", value, error=f"invalid length: expected 16 bytes, found {len(value)}")
        raise invalid("uuid_parsing", value, error=_not_a_uuid(shape))


def _not_a_uuid(shape: str) -> str:
    """What keeps `shape` from being a UUID, in the words of the library pydantic reads UUIDs with."""
    offset, body, length, bare = 0, shape, len(shape.encode()), True
    if length > 45:
        return f"invalid length: found {length}"
    if length == 36:
        bare = False  # the length of the hyphenated form: nothing around it is looked for
    elif shape.startswith("{") and shape.endswith("}") and len(shape) > 1:
        offset, body, bare = 0 if length == 38 else 1, shape[1:-1], False
    elif shape.startswith("urn:uuid:"):
        offset, body, bare = 0 if length == 45 else 9, shape[9:], False
    index, hyphens = 0, []
    for character in body:
        if character == "-":
            hyphens.append(index)
        elif chr(ord(character) & 0xFF) not in "0123456789abcdefABCDEF":
            return f"invalid character: found `{character}` at {index + offset}"
        index += len(character.encode())
    if not hyphens and bare:
        return f"invalid length: found {length}"
    if len(hyphens) != 4:
        return f"invalid group count: expected 5, found {len(hyphens) + 1}"
    starts, lengths = (0, 9, 14, 19, 24), (8, 4, 4, 4, 12)
    for group, hyphen in enumerate(hyphens):
        if hyphen - starts[group] != lengths[group]:
            return f"invalid group length in group {group}: expected {lengths[group]}, found {hyphen - starts[group]}"
    return f"invalid group length in group 4: expected 12, found {length - starts[4]}"
