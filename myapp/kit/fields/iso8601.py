"""ISO 8601 and Unix timestamps, in the dialect that pydantic reads.

The standard library's `fromisoformat` does the usual texts; the walk below does the rest of the dialect and says what
is wrong with a text. https://docs.pydantic.dev/latest/api/standard_library_types/#datetimedatetime
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

_HOUR_MINUTE: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_USUAL_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_USUAL: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]"
    rf"{_HOUR_MINUTE}:[0-5][0-9](?:\.[0-9]{{3}}(?:[0-9]{{3}})?)?(?:Z|[+-]{_HOUR_MINUTE})?"
)
_NUMBER: Final = re.compile(r"[+-]?(?:([0-9]+)|(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECONDS_FROM: Final = 20_000_000_000
"""Timestamps further than this from 1970 are milliseconds, as pydantic has it."""
_DAY: Final = 86_400
_LAST_SECOND: Final = 253_402_300_799
_YEAR_1: Final = -62_135_596_800
_YEAR_0: Final = -62_167_219_200
_LONGEST_INT64: Final = 19
_MINUS: Final = "\u2212".encode().decode("latin-1")


class NotISO(ValueError):
    """The text is no date, time or duration; the message says why, in pydantic's words."""


class YearZero(NotISO):
    """The text is a date of the year 0, which ISO 8601 has and Python has not.

    `exact` says whether it is a whole day.
    """

    def __init__(self, exact: bool = True) -> None:
        super().__init__("year 0 is out of range")
        self.exact = exact


class Reader:
    """A position in a text, and the steps of reading it.

    A character stands for an octet of the text's UTF-8, since that is what pydantic measures lengths in.
    """

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        """The next character; nothing at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, characters: str) -> str:
        """The next character if it is one of these, else nothing."""
        found = self.peek()
        if found and found in characters:
            self.at += 1
            return found
        return ""

    def expect(self, characters: str, error: str) -> str:
        """The next character, which must be one of these; raises NotISO with this error."""
        found = self.take(characters)
        if not found:
            raise NotISO(error)
        return found

    def digits(self, count: int, error: str) -> int:
        """The number of so many digits; raises NotISO with this error."""
        return int("".join(self.expect("0123456789", error) for _ in range(count)))

    def run(self) -> str:
        """All the digits that follow."""
        start = self.at
        while self.take("0123456789"):
            pass
        return self.text[start : self.at]

    def need(self, count: int) -> None:
        """Raise NotISO when fewer characters are left."""
        if len(self.text) - self.at < count:
            raise NotISO("input is too short")

    def end(self) -> None:
        """Raise NotISO when anything is left."""
        if self.at < len(self.text):
            raise NotISO("unexpected extra characters at the end of the input")


def _date(reader: Reader) -> tuple[int, int, int]:
    reader.need(10)
    year = reader.digits(4, "invalid character in year")
    reader.expect("-", "invalid date separator, expected `-`")
    month = reader.digits(2, "invalid character in month")
    reader.expect("-", "invalid date separator, expected `-`")
    day = reader.digits(2, "invalid character in day")
    if not 1 <= month <= 12:
        raise NotISO("month value is outside expected range of 1-12")
    try:
        dt.date(year or 4, month, day)  # the year 0 is a leap year
    except ValueError:
        raise NotISO("day value is outside expected range") from None
    return year, month, day


def past_hour(reader: Reader, hour: int | None) -> tuple[int, int, int]:
    """Minute, second and microsecond after `HH:`; the `hour` is checked too, unless it is None. Raises NotISO."""
    minute = reader.digits(2, "invalid character in minute")
    if hour is not None and hour > 23:
        raise NotISO("hour value is outside expected range of 0-23")
    if minute > 59:
        raise NotISO("minute value is outside expected range of 0-59")
    if not reader.take(":"):
        return minute, 0, 0
    second = reader.digits(2, "invalid character in second")
    if second > 59:
        raise NotISO("second value is outside expected range of 0-59")
    if not reader.take(".,"):
        return minute, second, 0
    fraction = reader.run()
    if not fraction:
        raise NotISO("second fraction digits missing after `.`")
    return minute, second, int(fraction[:6].ljust(6, "0"))


def _time(reader: Reader) -> dt.time:
    reader.need(5)
    hour = reader.digits(2, "invalid character in hour")
    reader.expect(":", "invalid time separator, expected `:`")
    time = dt.time(hour if hour < 24 else 0, *past_hour(reader, hour), _zone(reader))
    reader.end()
    return time


def _zone(reader: Reader) -> dt.timezone | None:
    if not reader.peek():
        return None
    if reader.take("Zz"):
        return dt.UTC
    if reader.text.startswith(_MINUS, reader.at):
        sign = "-"
        reader.at += len(_MINUS)
    else:
        sign = reader.expect("+-", "invalid timezone sign")
    hour = reader.digits(2, "invalid timezone hour")
    reader.take(":")
    minute = reader.digits(2, "invalid timezone minute")
    if minute > 59:
        raise NotISO("timezone minute value is outside expected range of 0-59")
    if hour > 23:
        raise NotISO("timezone offset must be less than 24 hours")
    offset = dt.timedelta(hours=hour, minutes=minute)
    return dt.timezone(offset if sign == "+" else -offset)


def parse_date(text: str) -> dt.date:
    """A date from `YYYY-MM-DD`; raises NotISO."""
    if _USUAL_DATE.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass  # no such day: the walk says so
    reader = Reader(text)
    year, month, day = _date(reader)
    reader.end()
    if not year:
        raise YearZero
    return dt.date(year, month, day)


def parse_time(text: str) -> dt.time:
    """A time from `HH:MM[:SS[.ffffff]][Z or ±HH[:]MM]`; raises NotISO."""
    return _time(Reader(text))


def parse_datetime(text: str) -> dt.datetime:
    """A datetime from a date, one of `T`, `t`, `_`, space, and a time; raises NotISO."""
    if _USUAL.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            pass  # no such day: the walk says so
    reader = Reader(text)
    year, month, day = _date(reader)
    reader.need(1)
    reader.expect("Tt _", "invalid datetime separator, expected `T`, `t`, `_` or space")
    time = _time(reader)
    if not year:
        raise YearZero(time.replace(tzinfo=None) == dt.time())
    return dt.datetime.combine(dt.date(year, month, day), time)


def number(text: str) -> int | float | None:
    """The timestamp that `text` spells in decimal digits; None when it spells none, or an int of more than 64 bits."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    if found[1] is None:
        return float(text)
    digits = found[1].lstrip("0") or "0"
    if len(digits) > _LONGEST_INT64:
        return None
    stamp = -int(digits) if text[0] == "-" else int(digits)
    return stamp if -(2**63) <= stamp < 2**63 else None


def from_timestamp(stamp: float, unit: str = "infer") -> dt.datetime:
    """The moment `stamp` seconds or milliseconds after 1970, in UTC; raises NotISO.

    It is the latter beyond 2e10, unless the `unit` is said.
    """
    if math.isnan(stamp):
        raise NotISO("NaN values not permitted")
    if math.isinf(stamp):
        seconds, micros = (_LAST_SECOND + 1 if stamp > 0 else _YEAR_0 - 1), 0
    else:
        large = abs(stamp) > _MILLISECONDS_FROM if unit == "infer" else unit == "milliseconds"
        seconds, micros = _split(stamp, 1000 if large else 1)
    if seconds > _LAST_SECOND:
        raise NotISO("dates after 9999 are not supported as unix timestamps")
    if seconds < _YEAR_0:
        raise NotISO("dates before 0000 are not supported as unix timestamps")
    if seconds < _YEAR_1:
        raise YearZero(not seconds % _DAY and not micros)
    return _EPOCH + dt.timedelta(seconds=seconds, microseconds=micros)


def _split(stamp: float, per_second: int) -> tuple[int, int]:
    """Whole seconds and microseconds, halves of which are rounded up."""
    whole = math.floor(stamp)
    seconds, rest = divmod(whole, per_second)
    unit = 1_000_000 // per_second
    carry, micros = divmod(rest * unit + math.floor((stamp - whole) * unit + 0.5), 1_000_000)
    return seconds + carry, micros


def seconds_to_time(seconds: float) -> dt.time:
    """The time of day `seconds` after midnight, in UTC; raises NotISO."""
    if math.isnan(seconds):
        raise NotISO("NaN values not permitted")
    if seconds < 0:
        raise NotISO("time in seconds should be positive")
    whole, micros = _split(min(seconds, _DAY), 1)
    if whole >= _DAY:
        raise NotISO("numeric times may not exceed 86,399 seconds")
    return (_EPOCH + dt.timedelta(seconds=whole, microseconds=micros)).timetz()
