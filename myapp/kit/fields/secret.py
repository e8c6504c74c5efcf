"""Secrets and sizes as pydantic reads and writes them.

Pairs https://docs.pydantic.dev/latest/api/types/#pydantic.types.SecretStr with a field around the one that reads the
value: what comes out of it does not show itself.
"""

from __future__ import annotations

from typing import Any

import marshmallow.fields as ma
from marshmallow import ValidationError

from ..errors import invalid
from ..values import ByteSize, Secret, SecretBytes, SecretStr
from .binary import Bytes
from .lax import Lax, ReadsByInner, text
from .numeric import Integer
from .text import String


class SecretField(ReadsByInner, ma.Field[Any]):
    """A `kind` of Secret. In: what `inner` reads, or a `kind`. Out: what the secret shows, a str."""

    def __init__(self, inner: Lax, kind: type[Secret[Any]], **keywords: Any) -> None:
        self.inner, self.kind = inner, kind
        super().__init__(**keywords)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Secret[Any]:
        return value if isinstance(value, self.kind) else self.kind(self.inner.deserialize(value, **kwargs))

    def encode(self, value: Any) -> Any:
        """What the secret shows."""
        shown = value._display() if isinstance(value, Secret) else value
        return shown.decode() if isinstance(shown, bytes) else super().encode(shown)


def secret_field(kind: type[Secret[Any]], inner: Any) -> SecretField:
    """The field of a Secret class; `inner` reads the value, unless the class says by itself what that is."""
    if issubclass(kind, SecretStr):
        return SecretField(String(), kind)
    return SecretField(Bytes() if issubclass(kind, SecretBytes) else inner, kind)


class Size(Integer):
    """A ByteSize. In: a number of bytes, or a str with a unit. Out: int."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ByteSize:
        written = text(value)
        try:
            if written is not None:
                return ByteSize.parse(written)
            size = super()._deserialize(value, attr, data, **kwargs)
        except KeyError as error:
            raise invalid("byte_size_unit", value, unit=error.args[0]) from None
        except (ValueError, ValidationError):
            raise invalid("byte_size", value) from None
        if size < 0:
            raise invalid("byte_size", value)
        return ByteSize(size)
