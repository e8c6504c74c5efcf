"""Bytes as pydantic reads and writes them: as UTF-8 text, or as base64 or hexadecimal figures where a model says so.

Pairs https://fastapi.tiangolo.com/advanced/json-base64-bytes/ with the standard library's `base64`, to which pydantic's
words for what is not base64 are added (RFC 4648; padding may be left out, the two alphabets are not mixed).
"""

from __future__ import annotations

import base64
import re
import string
from typing import Any, Final, Literal, get_args

from marshmallow import fields

from ..errors import invalid
from .lax import Lax, utf8

BytesMode = Literal["utf8", "base64", "hex"]

_COMMON: Final = (string.ascii_uppercase + string.ascii_lowercase + string.digits).encode()
_URL_SAFE: Final = _COMMON + b"-_"
_STANDARD: Final = _COMMON + b"+/"
_PAD: Final = ord("=")


class Bytes(Lax, fields.Field[bytes]):
    """Bytes. In: bytes, bytearray, str (its UTF-8, or the base64 or figures of them). Out: str.

    `reads` and `writes` are pydantic's `val_json_bytes` and `ser_json_bytes`. Raises TypeError for any other way.
    """

    def __init__(self, *args: Any, reads: BytesMode = "utf8", writes: BytesMode = "utf8", **keywords: Any) -> None:
        if not {reads, writes} <= set(get_args(BytesMode)):
            raise TypeError(f"bytes are read and written as utf8, base64 or hex, not as {reads} and {writes}")
        super().__init__(*args, **keywords)
        self.reads, self.writes = reads, writes

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        if isinstance(value, bytes):
            return bytes(value)
        if not self.strict:
            if isinstance(value, str):
                encoded = utf8(value).encode()
                return encoded if self.reads == "utf8" else _DECODERS[self.reads](encoded, value)
            if isinstance(value, bytearray):
                return bytes(value)
        raise invalid("bytes_type", value)

    def encode(self, value: Any) -> Any:
        """A valid value as text."""
        if self.writes == "base64" and isinstance(value, bytes | bytearray):
            return to_base64(value)
        if self.writes == "hex" and isinstance(value, bytes | bytearray):
            return value.hex()
        return super().encode(value)


def to_base64(value: bytes | bytearray) -> str:
    """As pydantic writes it: in the alphabet for URLs, padded."""
    return base64.urlsafe_b64encode(value).decode()


def _of_hex(encoded: bytes, value: str) -> bytes:
    odd = re.search(b"[^0-9a-fA-F]", encoded)
    fault = "Odd number of digits" if len(encoded) % 2 else odd and _not_hex(chr(odd[0][0]), odd.start())
    if fault:
        raise invalid("bytes_invalid_encoding", value, encoding="hex", encoding_error=fault)
    return bytes.fromhex(encoded.decode())


def _not_hex(symbol: str, at: int) -> str:
    """In the words of the library that pydantic decodes with, which shows a character as Rust does."""
    shown = repr(symbol)
    if symbol in "'\0":
        shown = "'\\''" if symbol == "'" else "'\\0'"
    elif shown.startswith("'\\x"):
        shown = f"'\\u{{{ord(symbol):x}}}'"
    return f"Invalid character {shown} at position {at}"


def _of_base64(encoded: bytes, value: str) -> bytes:
    fault, symbol = _fault(encoded, _URL_SAFE)
    standard = symbol != b"" and symbol in b"+/"
    if standard:
        fault, _ = _fault(encoded, _STANDARD)
    if fault:
        raise invalid("bytes_invalid_encoding", value, encoding="base64", encoding_error=fault)
    whole = encoded.rstrip(b"=")
    return base64.b64decode(whole + b"=" * (-len(whole) % 4), None if standard else b"-_")


def _fault(encoded: bytes, alphabet: bytes) -> tuple[str, bytes]:
    """What keeps the text from being base64, and the symbol at fault: nothing if it is.

    In the words, and in the order of looking, of the library that pydantic decodes with: whole groups of four first.
    """
    length = len(encoded)
    if length % 4 == 1 and encoded[-1] != _PAD and encoded[-1] not in alphabet:
        return _wrong(encoded, length - 1)
    odd = re.search(b"[^" + re.escape(alphabet) + b"]", encoded)
    if odd is not None:
        at, last_group = odd.start(), (length - 1) // 4 * 4
        if at < last_group or at % 4 < 2 or encoded[at:].strip(b"="):
            return _wrong(encoded, at)
    return _loose_end(encoded.rstrip(b"="), alphabet)


def _wrong(encoded: bytes, at: int) -> tuple[str, bytes]:
    return f"Invalid symbol {encoded[at]}, offset {at}.", encoded[at : at + 1]


def _loose_end(whole: bytes, alphabet: bytes) -> tuple[str, bytes]:
    """A last group of one symbol, or one whose last symbol has bits that no byte takes."""
    rest = len(whole) % 4
    if rest == 1:
        return f"Invalid input length: {len(whole)}", b""
    if rest == 0:
        return "", b""
    last = whole[-1]
    bits = alphabet.index(last)
    if bits & (0b1111 if rest == 2 else 0b11):
        offset = len(whole) - 1
        return f"Invalid last symbol {last:#04x} ({chr(last)!r}) at offset {offset}, decoded as {bits:#010b}.", b""
    return "", b""


_DECODERS: Final = {"base64": _of_base64, "hex": _of_hex}
