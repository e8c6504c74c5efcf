"""Text and bytes that are encoded on the wire and decoded in the view: base64, or what an encoder of one's own makes.

Pairs https://docs.pydantic.dev/latest/api/types/#pydantic.types.EncodedBytes with a field around that of str or bytes.
"""

from __future__ import annotations

import base64
from typing import Any, ClassVar, Protocol

import marshmallow.fields as ma

from ..errors import faulted, invalid
from .binary import Bytes
from .containers import check_length
from .lax import Lax, ReadsByInner
from .text import String


class EncoderProtocol(Protocol):
    """What an encoder has; `decode` raises ValueError for what it cannot decode."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """What was sent, decoded."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """What is sent for a value."""

    @classmethod
    def get_json_format(cls) -> str:
        """The `format` in the document."""


class _NotBase64(ValueError):
    """Tells pydantic's fault of its own for base64 from that for any other encoder."""


class Base64Encoder(EncoderProtocol):
    """RFC 4648 in the alphabet with `+` and `/`; what is in no alphabet is skipped, as Python's `base64` does."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """The decoded bytes; raises ValueError."""
        try:
            return cls._decode(data)
        except ValueError as error:
            raise _NotBase64(*error.args) from error

    @classmethod
    def _decode(cls, data: bytes) -> bytes:
        return base64.b64decode(data)

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """The bytes in base64, padded."""
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        """`base64`."""
        return "base64"


class Base64UrlEncoder(Base64Encoder):
    """RFC 4648 in the alphabet for URLs; the other one is read, too."""

    @classmethod
    def _decode(cls, data: bytes) -> bytes:
        return base64.urlsafe_b64decode(data)

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """The bytes in base64 for URLs, padded."""
        return base64.urlsafe_b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        """`base64url`."""
        return "base64url"


class EncodedBytes(ReadsByInner, ma.Field[Any]):
    """`Annotated[bytes, EncodedBytes(encoder=MyEncoder)]`. In: bytes or text, decoded. Out: encoded, a str."""

    reads: ClassVar[type[Lax]] = Bytes
    function: ClassVar[str] = "decode"
    decodes: bool = True
    """False for values that have been read already."""

    def __init__(self, *, encoder: type[EncoderProtocol], **keywords: Any) -> None:
        self.inner, self.encoder = self.reads(), encoder
        super().__init__(**keywords)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        read = self.inner.deserialize(value)
        if self.decodes:
            try:
                read = self.decoded(read)
            except _NotBase64 as error:
                raise invalid("base64_decode", value, error=str(error)) from error
            except ValueError as error:
                raise faulted(error, value) from error
        check_length(self.constraints, read, value)
        return read

    def decoded(self, value: Any) -> Any:
        """What was sent, decoded."""
        return self.encoder.decode(value)

    def encode(self, value: Any) -> Any:
        """What is sent for a value."""
        return self.encoder.encode(value).decode() if isinstance(value, bytes) else super().encode(value)


class EncodedStr(EncodedBytes):
    """`Annotated[str, EncodedStr(encoder=MyEncoder)]`. In: what a str field reads, decoded. Out: encoded, a str."""

    reads = String
    function = "decode_str"

    def decoded(self, value: Any) -> Any:
        """What was sent, decoded."""
        return self.encoder.decode(value.encode()).decode()

    def encode(self, value: Any) -> Any:
        """What is sent for a value."""
        return super().encode(value.encode() if isinstance(value, str) else value)
