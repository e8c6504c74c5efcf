"""Values that pydantic has classes for and the standard library has none: secrets, sizes, addresses with a name.

Pairs https://docs.pydantic.dev/latest/api/types/ and https://docs.pydantic.dev/latest/api/networks/; the fields that
read and write them are in `myapp.kit.fields`.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

T = TypeVar("T")


class Secret(Generic[T]):
    """A value of type `T` that is shown, and written in a response, as asterisks. A subclass may override `_display`.

    https://docs.pydantic.dev/latest/api/types/#pydantic.types.Secret
    """

    def __init__(self, secret_value: T) -> None:
        self._secret_value = secret_value

    def get_secret_value(self) -> T:
        """The value itself."""
        return self._secret_value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and bool(self._secret_value == other._secret_value)

    def __hash__(self) -> int:
        return hash(self._secret_value)

    def __str__(self) -> str:
        return str(self._display())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._display()!r})"

    def _display(self) -> str | bytes:
        return "**********" if self._secret_value else ""


class SecretStr(Secret[str]):
    """A str that does not show itself; two are compared in constant time."""

    def __len__(self) -> int:
        return len(self._secret_value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return False
        return secrets.compare_digest(self._secret_value.encode(), other._secret_value.encode())

    __hash__ = Secret.__hash__


class SecretBytes(Secret[bytes]):
    """Bytes that do not show themselves; two are compared in constant time."""

    def __len__(self) -> int:
        return len(self._secret_value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and secrets.compare_digest(self._secret_value, other._secret_value)

    __hash__ = Secret.__hash__

    def _display(self) -> bytes:
        return b"**********" if self._secret_value else b""


class NameEmail:
    """A `name` and an `email` address: `John Doe <john@example.com>`, which is how it is written.

    https://docs.pydantic.dev/latest/api/networks/#pydantic.networks.NameEmail
    """

    __slots__ = ("email", "name")

    def __init__(self, name: str, email: str) -> None:
        self.name, self.email = name, email

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameEmail) and (self.name, self.email) == (other.name, other.email)

    def __hash__(self) -> int:
        return hash((self.name, self.email))

    def __repr__(self) -> str:
        return f"NameEmail(name={self.name!r}, email={self.email!r})"

    def __str__(self) -> str:
        return f'"{self.name}" <{self.email}>' if "@" in self.name else f"{self.name} <{self.email}>"


_DECIMAL: Final = ("b", "kb", "mb", "gb", "tb", "pb", "eb")
_BINARY: Final = ("b", "kib", "mib", "gib", "tib", "pib", "eib")
_BYTES: Final[Mapping[str, float]] = {
    **{unit: 1000**power for power, unit in enumerate(_DECIMAL)},
    **{unit: 1024**power for power, unit in enumerate(_BINARY)},
    **{unit[0]: 1000**power for power, unit in enumerate(_DECIMAL)},
}
_UNITS: Final[Mapping[str, float]] = {
    **_BYTES,
    "bit": 1 / 8,
    **{f"{unit}it": size / 8 for unit, size in _BYTES.items() if len(unit) > 1},
}


class ByteSize(int):
    """A number of bytes, which a client may also send with its unit: `1.5 GiB`.

    https://docs.pydantic.dev/latest/api/types/#pydantic.types.ByteSize
    """

    pattern: Final = r"^\s*(\d*\.?\d+)\s*(\w+)?"

    @classmethod
    def parse(cls, text: str) -> ByteSize:
        """The size that a text stands for. Raises ValueError for no number, KeyError with the unit that is none."""
        found = re.match(cls.pattern, text)
        if found is None:
            raise ValueError(text)
        with contextlib.suppress(ValueError):
            return cls(int(text))
        unit = found[2] or "b"
        if unit.lower() not in _UNITS:
            raise KeyError(unit)
        try:
            return cls(int(float(found[1]) * _UNITS[unit.lower()]))
        except OverflowError:
            raise ValueError(text) from None

    def human_readable(self, decimal: bool = False, separator: str = "") -> str:
        """The size with the unit that suits it: `44.4PiB`, or with `decimal` `50.0PB`."""
        base, units = (1000, ("B", "KB", "MB", "GB", "TB", "PB", "EB"))
        if not decimal:
            base, units = (1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))
        size, power = float(self), 0
        while abs(size) >= base and power < len(units) - 1:
            size, power = size / base, power + 1
        return f"{size:0.{1 if power else 0}f}{separator}{units[power]}"

    def to(self, unit: str) -> float:
        """The size in another unit, of bytes (`GB`, `GiB`) or of bits (`Mbit`). Raises ValueError for no unit."""
        try:
            return self / _UNITS[unit.lower()]
        except KeyError:
            raise ValueError(f"no unit of bytes or bits: {unit}") from None
