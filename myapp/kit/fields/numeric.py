"""Numbers as pydantic's lax mode reads them: Integer, Float, Boolean and Decimal.

Pairs https://docs.pydantic.dev/latest/concepts/conversion_table/ with marshmallow's fields of the same names.
"""

from __future__ import annotations

import decimal
import enum
import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, Literal

from marshmallow import ValidationError, fields

from ..encoders import Constant, to_jsonable
from ..errors import invalid
from .lax import WHITESPACE, Lax, text

if TYPE_CHECKING:
    from ..models.config import ModelConfig

InfNanMode = Literal["null", "constants", "strings"]
_INT: Final = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?")
_FLOAT: Final = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE)
_MOST_DIGITS: Final = 4300
_TRUE: Final = frozenset({"1", "on", "t", "true", "y", "yes"})
_FALSE: Final = frozenset({"0", "off", "f", "false", "n", "no"})


def fits_int64(number: int) -> bool:
    """Whether a 64-bit machine word holds it: pydantic's fast paths end there."""
    return -(2**63) <= number < 2**63


def to_int(value: Any) -> int:
    """`value` as an int, as pydantic's lax mode converts it; raises ValidationError with one Fault."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, decimal.Decimal)):
        if not (value.is_finite() if isinstance(value, decimal.Decimal) else math.isfinite(value)):
            raise invalid("finite_number", value)
        if value != value // 1 if isinstance(value, float) else value != value.to_integral_value():
            raise invalid("int_from_float", value)
        if isinstance(value, float) and not -(2.0**63) < value < 2.0**63:
            raise invalid("int_parsing_size", value)
        return int(value)
    if isinstance(value, enum.Enum) and isinstance(value.value, int):
        return int(value.value)
    digits = text(value)
    if digits is None:
        raise invalid("int_type", value)
    digits = digits.strip(WHITESPACE)
    if not _INT.fullmatch(digits):
        raise invalid("int_parsing", value)
    sign = "-" if digits.startswith("-") else ""
    digits = digits.partition(".")[0].lstrip("+-").lstrip("0_") or "0"
    if len(digits) > _MOST_DIGITS:
        raise invalid("int_parsing_size", value)
    return int(sign + digits)


def to_float(value: Any) -> float:
    """`value` as a float, as pydantic's lax mode converts it; raises ValidationError with one Fault."""
    if isinstance(value, (float, int, decimal.Decimal)):
        try:
            return float(value)
        except (OverflowError, ValueError):
            raise invalid("float_type", value) from None
    figure = text(value)
    if figure is None:
        raise invalid("float_type", value)
    figure = figure.strip(WHITESPACE)
    if "_" in figure and "__" not in figure and figure[0] != "_" != figure[-1]:
        figure = figure.replace("_", "")
    if not _FLOAT.fullmatch(figure):
        raise invalid("float_parsing", value)
    return float(figure)


class Integer(Lax, fields.Integer):
    """An int. In: int, bool, whole float or Decimal, decimal digits. Out: int."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is int:
            return value
        if type(value) is str and value.isascii() and value.isdigit() and len(value) < 19 and not self.strict:
            return int(value)
        if self.strict and (isinstance(value, bool) or not isinstance(value, int)):
            raise invalid("int_type", value)
        return to_int(value)

    def encode(self, value: Any) -> Any:
        """An int."""
        return int(value) if isinstance(value, int) else to_jsonable(value)


class Float(Lax, fields.Float):
    """A float. In: float, int, bool, Decimal, the digits of one, "nan", "inf". Out: float.

    What is not finite is null, or what `writes`, pydantic's `ser_json_inf_nan`, says: text, or a word that is no JSON.
    """

    writes: InfNanMode = "null"

    def follow(self, config: ModelConfig) -> None:
        self.writes = config.ser_json_inf_nan
        self.usual = self.writes == "null"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if type(value) is float:
            return value
        if self.strict and (isinstance(value, (bool, str, bytes)) or value is None):
            raise invalid("float_type", value)
        return to_float(value)

    def encode(self, value: Any) -> Any:
        """A float, or what stands for what JSON has no number for."""
        if not isinstance(value, (float, int)):
            return to_jsonable(value)
        if math.isfinite(value):
            return float(value)
        return {"null": None, "constants": Constant(value), "strings": json.dumps(value)}[self.writes]


class Boolean(Lax, fields.Boolean):
    """A bool. In: bool, 0 and 1, "true", "on", "yes", "t", "y" and their opposites in any case. Out: bool."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value is True or value is False:
            return bool(value)
        if self.strict:
            raise invalid("bool_type", value)
        word = text(value)
        if word is not None:
            word = word.lower()
            if word in _TRUE:
                return True
            if word in _FALSE:
                return False
            raise invalid("bool_parsing", value)
        if not isinstance(value, (int, float, decimal.Decimal)):
            raise invalid("bool_type", value)
        try:
            number = to_int(value)
        except ValidationError:
            raise invalid("bool_type", value) from None
        if number in (0, 1):
            return bool(number)
        raise invalid("bool_parsing" if fits_int64(number) else "bool_type", value)

    def encode(self, value: Any) -> Any:
        """A bool."""
        return to_jsonable(value)


class Decimal(Lax, fields.Decimal):
    """A Decimal. In: Decimal, int, float (its shortest digits), str. Out: str, which keeps every digit."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> decimal.Decimal:
        if isinstance(value, decimal.Decimal):
            number = value
        elif self.strict:
            raise invalid("is_instance_of", value, **{"class": "Decimal"})
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            try:
                number = decimal.Decimal(
                    int(value)
                    if isinstance(value, int)
                    else str.__str__(value)
                    if isinstance(value, str)
                    else repr(value)
                )
            except (decimal.InvalidOperation, ValueError):
                raise invalid("decimal_parsing", value) from None
        else:
            raise invalid("decimal_type", value)
        if not number.is_finite() and not (self.constraints and self.constraints.allow_inf_nan):
            raise invalid("finite_number", value)
        return number

    def encode(self, value: Any) -> Any:
        """The digits as a str."""
        return to_jsonable(value)
