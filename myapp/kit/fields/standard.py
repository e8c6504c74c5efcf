"""Other types of the standard library: paths, regular expressions, complex numbers, fractions, time zones.

Pairs https://docs.pydantic.dev/latest/api/standard_library_types/ with fields of our own; marshmallow has none of them.
"""

from __future__ import annotations

import decimal
import fractions
import math
import pathlib
import re
import zoneinfo
from typing import Any

from marshmallow import ValidationError, fields

from ..encoders import to_jsonable
from ..errors import Fault, invalid
from ..messages import MESSAGES
from .lax import WHITESPACE, Lax


class FilePath(Lax, fields.Field[Any]):
    """A path, as `kind` of pathlib. In: its text. Out: str.

    Whether there is such a file is asked only with `must_be`: "file", "directory", "socket", or "new" for none so far.
    """

    def __init__(self, kind: type[pathlib.PurePath] = pathlib.Path, *, must_be: str = "", **keywords: Any) -> None:
        super().__init__(**keywords)
        self.kind, self.must_be = kind, must_be

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> pathlib.PurePath:
        if isinstance(value, str):
            path = self.kind(value)
        elif isinstance(value, pathlib.PurePath):
            path = value
        else:
            raise ValidationError(Fault("path_type", MESSAGES["path_type"].format(kind=self.kind), value))
        if self.must_be and isinstance(path, pathlib.Path):
            self._check(path, value)
        return path

    def _check(self, path: pathlib.Path, value: Any) -> None:
        if self.must_be == "file" and not path.is_file():
            raise invalid("path_not_file", value)
        if self.must_be == "directory" and not path.is_dir():
            raise invalid("path_not_directory", value)
        if self.must_be == "socket" and not path.is_socket():
            raise invalid("path_not_socket", value)
        if self.must_be == "new" and path.exists():
            raise invalid("path_exists", value)
        if self.must_be == "new" and not path.parent.exists():
            raise invalid("parent_does_not_exist", value)


class Pattern(Lax, fields.Field[Any]):
    """A compiled regular expression; of text, of bytes, or of either. In: its source. Out: its source."""

    def __init__(self, kind: type | None = None, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> re.Pattern[Any]:
        source = value.pattern if isinstance(value, re.Pattern) else value
        if not isinstance(source, str | bytes):
            raise invalid("pattern_type", value)
        if self.kind is str and not isinstance(source, str):
            raise invalid("pattern_str_type", value)
        if self.kind is bytes and not isinstance(source, bytes):
            raise invalid("pattern_bytes_type", value)
        try:
            return value if isinstance(value, re.Pattern) else re.compile(source)
        except re.error:
            raise invalid("pattern_regex", value) from None


class Complex(Lax, fields.Field[complex]):
    """A complex number. In: a number, or text as `complex()` reads it. Out: that text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> complex:
        if isinstance(value, complex):
            return value
        if self.strict and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise invalid("complex_type", value)
        if not isinstance(value, str | int | float):
            raise invalid("complex_type", value)
        try:
            return complex(value)
        except (ValueError, OverflowError):
            raise invalid("complex_type", value) from None

    def encode(self, value: Any) -> Any:
        """`1+2j`."""
        if not isinstance(value, complex):
            return to_jsonable(value)
        imaginary = f"{_figure(value.imag)}j"
        if value.real == 0:
            return imaginary
        return _figure(value.real) + ("" if imaginary.startswith("-") else "+") + imaginary


def _figure(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    return format(decimal.Decimal(repr(number)), "f").removesuffix(".0") if math.isfinite(number) else repr(number)


class Fraction(Lax, fields.Field[fractions.Fraction]):
    """A Fraction. In: a number, or text such as `1/2`. Out: that text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> fractions.Fraction:
        if isinstance(value, fractions.Fraction):
            return value
        if not isinstance(value, str | int | float | decimal.Decimal):
            raise invalid("fraction_type", value)
        try:
            return fractions.Fraction(value.strip(WHITESPACE) if isinstance(value, str) else value)
        except (ValueError, ArithmeticError):
            raise invalid("fraction_parsing", value) from None

    def encode(self, value: Any) -> Any:
        """`1/2`."""
        return str(value) if isinstance(value, fractions.Fraction) else to_jsonable(value)


class Zone(Lax, fields.Field[zoneinfo.ZoneInfo]):
    """A ZoneInfo, by its name. Out: its name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> zoneinfo.ZoneInfo:
        if isinstance(value, zoneinfo.ZoneInfo):
            return value
        try:
            return zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, AttributeError, OSError):
            raise invalid("zoneinfo_str", value, value=value) from None

    def encode(self, value: Any) -> Any:
        """Its name."""
        return str(value) if isinstance(value, zoneinfo.ZoneInfo) else to_jsonable(value)
