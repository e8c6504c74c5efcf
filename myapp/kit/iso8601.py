"""ISO 8601 and Unix timestamps, in the dialect that pydantic reads.

The standard library's `fromisoformat` does the usual texts; the walk below does the rest of the dialect and says what is wrong
with a text. https://docs.pydantic.dev/latest/api/standard_library_types/#datetimedatetime
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

_HOUR_MINUTE: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_USUAL: Final = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_HOUR_MINUTE}:[0-5][0-9](?:\.[0-9]{{3}}(?:[0-9]{{3}})?)?(?:Z|[+-]{_HOUR_MINUTE})?"
)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECONDS_FROM: Final = 20_000_000_000
"""Timestamps further than this from 1970 are milliseconds, as pydantic has it."""
_DAY: Final = 86_400
_LAST_SECOND: Final = 253_402_300_799
_FIRST_SECOND: Final = -62_167_219_200
_MOST_DAYS: Final = 999_999_999


class NotISO(ValueError):
    """The text is no date, time or duration; the message says why, in pydantic's words."""


class Reader:
    """A position in a text, and the steps of reading it."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at = text, at

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, characters: str) -> str:
        """The next character if it is one of these, else nothing."""
        found = self.peek()
        if found and found in characters:
            self.at += 1
            return found
        return ""

    def expect(self, characters: str, error: str) -> str:
        found = self.take(characters)
        if not found:
            raise NotISO(error)
        return found

    def digits(self, count: int, error: str) -> int:
        number = 0
        for _ in range(count):
            number = number * 10 + int(self.expect("0123456789", error))
        return number

    def end(self) -> None:
        if self.at < len(self.text):
            raise NotISO("unexpected extra characters at the end of the input")


def _date(reader: Reader) -> dt.date:
    if len(reader.text) - reader.at < 10:
        raise NotISO("input is too short")
    year = reader.digits(4, "invalid character in year")
    reader.expect("-", "invalid date separator, expected `-`")
    month = reader.digits(2, "invalid character in month")
    reader.expect("-", "invalid date separator, expected `-`")
    day = reader.digits(2, "invalid character in day")
    if not 1 <= month <= 12:
        raise NotISO("month value is outside expected range of 1-12")
    try:
        return dt.date(year, month, day)
    except ValueError:
        error = "day value is outside expected range" if year else "year 0 is out of range"
        raise NotISO(error) from None


def _time(reader: Reader) -> dt.time:
    if len(reader.text) - reader.at < 5:
        raise NotISO("input is too short")
    hour = reader.digits(2, "invalid character in hour")
    reader.expect(":", "invalid time separator, expected `:`")
    minute = reader.digits(2, "invalid character in minute")
    if hour > 23:
        raise NotISO("hour value is outside expected range of 0-23")
    if minute > 59:
        raise NotISO("minute value is outside expected range of 0-59")
    second = microsecond = 0
    if reader.take(":"):
        second = reader.digits(2, "invalid character in second")
        if second > 59:
            raise NotISO("second value is outside expected range of 0-59")
        if reader.take(".,"):
            start = reader.at
            while reader.take("0123456789"):
                pass
            fraction = reader.text[start : reader.at]
            if not fraction:
                raise NotISO("second fraction digits missing after `.`")
            microsecond = int(fraction[:6].ljust(6, "0"))
    return dt.time(hour, minute, second, microsecond, _zone(reader))


def _zone(reader: Reader) -> dt.timezone | None:
    if reader.take("Zz"):
        return dt.UTC
    sign = reader.take("+-\u2212")
    if not sign:
        return None
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
    reader = Reader(text)
    date = _date(reader)
    reader.end()
    return date


def parse_time(text: str) -> dt.time:
    """A time from `HH:MM[:SS[.ffffff]][Z or ±HH[:]MM]`; raises NotISO."""
    reader = Reader(text)
    time = _time(reader)
    reader.end()
    return time


def parse_datetime(text: str) -> dt.datetime:
    """A datetime from a date, one of `T`, `t`, `_`, space, and a time; raises NotISO."""
    if _USUAL.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            pass  # no such day: the walk says so
    reader = Reader(text)
    date = _date(reader)
    if not reader.peek():
        raise NotISO("input is too short")
    reader.expect("Tt _", "invalid datetime separator, expected `T`, `t`, `_` or space")
    time = _time(reader)
    reader.end()
    return dt.datetime.combine(date, time)


def number(text: str) -> int | float | None:
    """The timestamp that `text` spells in decimal digits, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def from_timestamp(stamp: float) -> dt.datetime:
    """The moment `stamp` seconds (or, beyond 2e10, milliseconds) after 1970, in UTC; raises NotISO."""
    if math.isnan(stamp):
        raise NotISO("NaN values not permitted")
    if abs(stamp) > _MILLISECONDS_FROM:
        seconds, micros = (math.inf if stamp > 0 else -math.inf, 0) if math.isinf(stamp) else _split(stamp, 1000)
    else:
        seconds, micros = _split(stamp, 1)
    if seconds > _LAST_SECOND:
        raise NotISO("dates after 9999 are not supported as unix timestamps")
    if seconds < _FIRST_SECOND:
        raise NotISO("dates before 0000 are not supported as unix timestamps")
    return _EPOCH + dt.timedelta(seconds=seconds, microseconds=micros)


def _split(stamp: float, per_second: int) -> tuple[int, int]:
    """Whole seconds and microseconds."""
    if isinstance(stamp, int):
        seconds, rest = divmod(stamp, per_second)
        return seconds, rest * (1_000_000 // per_second)
    whole = math.floor(stamp / per_second)
    return whole, round((stamp / per_second - whole) * 1_000_000)


def seconds_to_time(seconds: float) -> dt.time:
    """The time of day `seconds` after midnight, in UTC; raises NotISO."""
    if math.isnan(seconds):
        raise NotISO("NaN values not permitted")
    if seconds < 0:
        raise NotISO("time in seconds should be positive")
    if seconds >= _DAY:
        raise NotISO("numeric times may not exceed 86,399 seconds")
    return (_EPOCH + dt.timedelta(seconds=seconds)).timetz()
