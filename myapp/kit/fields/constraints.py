"""Constraints: the limits on one value, checked in pydantic's order and reported in pydantic's words.

Pairs https://fastapi.tiangolo.com/tutorial/query-params-str-validations/ (and -numeric-) with marshmallow's
validators: a `Constraints` is one, and makes the same faults of marshmallow's stock Range, Length, Regexp, OneOf and
Equal.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, validate

from ..errors import Fault, faulted
from ..params import FieldInfo
from .wording import expected, shown

_BOUNDS: Final = (
    ("le", operator.le, "less_than_equal"),
    ("lt", operator.lt, "less_than"),
    ("ge", operator.ge, "greater_than_equal"),
    ("gt", operator.gt, "greater_than"),
)
_DOLLAR: Final = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\$", re.DOTALL)
"""A `$` outside character classes; what is to be left alone is in the group."""
_KEYWORDS: Final = (
    "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern",
    "max_digits", "decimal_places", "allow_inf_nan",
)  # fmt: skip
_FIELD_TYPES: Final[Mapping[type, str]] = {
    list: "List", set: "Set", frozenset: "Frozenset", tuple: "Tuple", dict: "Dictionary",
}  # fmt: skip


class Constraints(validate.Validator):
    """What one value must satisfy; the keywords are those of `Query`, `Field` and their kin.

    `choices` are the only values allowed; `others` are further validators, run last, whose ValidationError or
    ValueError becomes a `value_error`. Built once, called with each converted value.
    """

    def __init__(
        self,
        *,
        gt: Any = None,
        ge: Any = None,
        lt: Any = None,
        le: Any = None,
        multiple_of: Any = None,
        min_length: int | None = None,
        max_length: int | None = None,
        pattern: str | re.Pattern[str] | None = None,
        max_digits: int | None = None,
        decimal_places: int | None = None,
        allow_inf_nan: bool | None = None,
        choices: Sequence[Any] | None = None,
        others: Iterable[Callable[[Any], Any]] = (),
    ) -> None:
        self.gt, self.ge, self.lt, self.le, self.multiple_of = gt, ge, lt, le, multiple_of
        self.min_length, self.max_length = min_length, max_length
        self.max_digits, self.decimal_places, self.allow_inf_nan = max_digits, decimal_places, allow_inf_nan
        self.pattern = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
        self.choices = None if choices is None else tuple(choices)
        self.others = tuple(others)
        self._search = None if pattern is None else _compile(pattern).search
        self._bounds = tuple(
            (name, holds, limit, fault) for name, holds, fault in _BOUNDS if (limit := getattr(self, name)) is not None
        )
        self._sized = min_length is not None or max_length is not None

    @property
    def limited(self) -> bool:
        """Whether there is more to it than infinities."""
        return bool(self.others) or any(
            getattr(self, name) is not None for name in (*_KEYWORDS, "choices") if name != "allow_inf_nan"
        )

    @classmethod
    def from_info(cls, info: FieldInfo) -> Constraints | None:
        """The constraints that a `Query`, `Body`, `Field`… declares; None when it declares none."""
        keywords = {name: value for name in _KEYWORDS if (value := getattr(info, name)) is not None}
        return cls(**keywords) if keywords else None

    @classmethod
    def from_validators(cls, validators: Iterable[Callable[[Any], Any]]) -> Constraints | None:
        """The same limits as these marshmallow validators set; None when there are none.

        Range, Length, Regexp, OneOf and Equal are translated unless they bring a message of their own; every other
        validator is kept and run as it is.
        """
        merged: Constraints | None = None
        for validator in validators:
            one = _translate(validator)
            merged = one if merged is None else merged | one
        return merged

    def __or__(self, other: Constraints | None) -> Constraints:
        """Both sets of constraints as one; where both set the same limit, `other` wins."""
        if other is None:
            return self
        names = (*_KEYWORDS, "choices")
        limits = {name: getattr(self, name) if getattr(other, name) is None else getattr(other, name) for name in names}
        return Constraints(**limits, others=self.others + other.others)

    def __call__(self, value: Any) -> Any:
        """`value` itself when it satisfies everything; else ValidationError with one Fault (marshmallow's protocol)."""
        self.check(value, value)
        return value

    def check(self, value: Any, input: Any) -> None:
        """Raise ValidationError for the first constraint that `value` breaks; `input` is the value to report."""
        fault = self._fault(value, input)
        if fault is not None:
            raise ValidationError(fault)
        for validator in self.others:
            try:
                validator(value)
            except (ValidationError, ValueError, AssertionError) as error:
                raise faulted(error, input) from error

    def _fault(self, value: Any, input: Any) -> Fault | None:
        if self.choices is not None and value not in self.choices:
            return Fault.of("literal_error", input, expected=expected(self.choices))
        if isinstance(value, str):
            fault = self._text_fault(value, input)
        elif isinstance(value, (float, Decimal)):
            fault = self._real_fault(value, input)
        elif self._sized:
            fault = self._length_fault(value, input)
        else:
            fault = None
        if fault is not None:
            return fault
        if self.multiple_of is not None and not _is_multiple(value, self.multiple_of):
            step = _like(value, self.multiple_of)
            return _limit_fault("multiple_of", "multiple_of", step, input)
        for name, holds, limit, type in self._bounds:
            if not _holds(holds, value, limit):
                at_fault = value if isinstance(value, dt.timedelta) else input  # as pydantic has it
                return _limit_fault(type, name, _like(value, limit), at_fault)
        return None

    def _text_fault(self, value: str, input: Any) -> Fault | None:
        if self.min_length is not None and len(value) < self.min_length:
            return Fault.of("string_too_short", input, min_length=self.min_length)
        if self.max_length is not None and len(value) > self.max_length:
            return Fault.of("string_too_long", input, max_length=self.max_length)
        if self._search is not None and not self._search(value):
            return Fault.of("string_pattern_mismatch", input, pattern=self.pattern)
        return None

    def _real_fault(self, value: float | Decimal, input: Any) -> Fault | None:
        if self.allow_inf_nan is False and not math.isfinite(value):
            return Fault.of("finite_number", input)
        if isinstance(value, Decimal) and (self.max_digits is not None or self.decimal_places is not None):
            return self._digits_fault(value, input)
        return None

    def _digits_fault(self, value: Decimal, input: Any) -> Fault | None:
        if not value.is_finite():
            return None
        # trailing zeros count neither for nor against: the better of both readings does
        total, places, whole = map(min, _digits(value), _digits(value.normalize()))
        if self.max_digits is not None and total > self.max_digits:
            return Fault.of("decimal_max_digits", input, max_digits=self.max_digits)
        if self.decimal_places is not None:
            if places > self.decimal_places:
                return Fault.of("decimal_max_places", input, decimal_places=self.decimal_places)
            if self.max_digits is not None and whole > (most := max(self.max_digits - self.decimal_places, 0)):
                return Fault.of("decimal_whole_digits", input, whole_digits=most)
        return None

    def _length_fault(self, value: Any, input: Any) -> Fault | None:
        """Lengths of bytes and containers."""
        length = len(value)
        short = self.min_length is not None and length < self.min_length
        if not short and (self.max_length is None or length <= self.max_length):
            return None
        limit = {"min_length": self.min_length} if short else {"max_length": self.max_length}
        if isinstance(value, bytes):
            return Fault.of("bytes_too_short" if short else "bytes_too_long", input, **limit)
        return length_fault(_FIELD_TYPES.get(type(value), "Value"), length, input, **limit)


def _digits(value: Decimal) -> tuple[int, int, int]:
    """How many digits a finite Decimal has: in all, after the point and before it."""
    _, digits, exponent = value.as_tuple()
    places = max(-int(exponent), 0)
    total = max(len(digits) + max(int(exponent), 0), places)
    return total, places, total - places


def length_fault(field_type: str, length: int, input: Any, **limit: Any) -> Fault:
    """`too_short` or `too_long` for a container; `limit` is `min_length=` or `max_length=`.

    pydantic stops counting a set or a dictionary at the limit and says "more" then.
    """
    if "min_length" in limit:
        return Fault.of("too_short", input, field_type=field_type, **limit, actual_length=length)
    if field_type not in {"Set", "Frozenset", "Dictionary"}:
        return Fault.of("too_long", input, field_type=field_type, **limit, actual_length=length)
    more = Fault.of("too_long", input, field_type=field_type, **limit, actual_length="more")
    return Fault(more.type, str(more), input, {**more.ctx, "actual_length": None})


def _compile(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    """The pattern as pydantic's regex engine reads it: `$` is the very end of the text, never before a last newline."""
    if isinstance(pattern, re.Pattern):
        return pattern
    return re.compile(_DOLLAR.sub(lambda found: found[1] or r"\Z", pattern))


def _holds(holds: Callable[[Any, Any], bool], value: Any, limit: Any) -> bool:
    """Whether the comparison holds; a naive and an aware datetime compare by what their clocks show."""
    try:
        return holds(value, limit)
    except TypeError:
        if isinstance(value, (dt.datetime, dt.time)) and isinstance(limit, (dt.datetime, dt.time)):
            return holds(value.replace(tzinfo=None), limit.replace(tzinfo=None))
        raise
    except ArithmeticError:  # a Decimal that is not a number
        return False


def _is_multiple(value: Any, step: Any) -> bool:
    if isinstance(value, float):
        # pydantic asks whether the nearest multiple is near enough, since binary fractions are never exact ones.
        # NaN and infinities pass; they are no distance away from anything.
        quotient = abs(value) / step
        nearest = math.floor(quotient) + (quotient % 1 >= 0.5) if math.isfinite(quotient) else quotient
        return not abs(nearest * step - abs(value)) > 1e-9
    try:
        return bool(value % _like(value, step) == 0)
    except ArithmeticError:  # infinite, or too large to divide
        return False


def _like(value: Any, limit: Any) -> Any:
    """A numeric limit as the type of the value that is held against it."""
    if isinstance(value, Decimal):
        return limit if isinstance(limit, Decimal) else Decimal(str(limit))
    if isinstance(value, float):
        return float(limit)
    if isinstance(value, int) and isinstance(limit, float) and limit.is_integer():
        return int(limit)
    return limit


def _limit_fault(type: str, name: str, limit: Any, input: Any) -> Fault:
    worded = shown(limit)
    fault = Fault.of(type, input, **{name: worded})
    return Fault(type, str(fault), input, {name: limit if isinstance(limit, (int, float, Decimal)) else worded})


def _translate(validator: Callable[[Any], Any]) -> Constraints:
    """One marshmallow validator as constraints."""
    if isinstance(validator, Constraints):
        return validator
    if getattr(validator, "error", None) in (None, getattr(type(validator), "default_message", None)):
        if type(validator) is validate.Range:
            low = "ge" if validator.min_inclusive else "gt"
            high = "le" if validator.max_inclusive else "lt"
            return Constraints(**{low: validator.min, high: validator.max})
        if type(validator) is validate.Length:
            if validator.equal is not None:
                return Constraints(min_length=validator.equal, max_length=validator.equal)
            return Constraints(min_length=validator.min, max_length=validator.max)
        if type(validator) is validate.OneOf:
            return Constraints(choices=tuple(validator.choices))
        if type(validator) is validate.Equal:
            return Constraints(choices=(validator.comparable,))
        if type(validator) is validate.Regexp and isinstance(validator.regex.pattern, str):
            return _matching(validator.regex)
    return Constraints(others=(validator,))


def _matching(regex: re.Pattern[str]) -> Constraints:
    """marshmallow matches at the start of the text, a `pattern` is searched for: say so, unless the pattern does."""
    anchored = regex.pattern.startswith(("^", r"\A"))
    return Constraints(pattern=regex if anchored else re.compile(f"^(?:{regex.pattern})", regex.flags))
