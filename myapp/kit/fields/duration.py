"""Durations in the dialect that pydantic reads: ISO 8601 (`P1DT2H`), `1 day, 02:00:00`, `26:00:00`, or seconds."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from .iso8601 import NotISO, Reader, past_hour

_DAY: Final = 86_400
_MOST_DAYS: Final = 999_999_999
_DATE_UNITS: Final = {"Y": 365, "M": 30, "W": 7, "D": 1}
_TIME_UNITS: Final = {"H": 3600, "M": 60, "S": 1}
_LARGEST: Final = 2**32 - 1
_LONGEST_HOUR: Final = 10
_TOO_LARGE: Final = "a numeric value in the duration is too large"
_TOO_MANY_DAYS: Final = "durations may not exceed 999,999,999 days"
_TOO_MANY_HOURS: Final = "durations may not exceed 999,999,999 hours"
_NO_DAYS: Final = '"day" identifier in duration not correctly formatted'


def parse_duration(text: str) -> dt.timedelta:
    """A timedelta from its text; raises NotISO."""
    reader = Reader(text)
    negative = reader.take("+-") == "-"
    reader.need(1)
    if reader.take("P"):
        micros = _iso(reader)
    elif "d" in text or "D" in text or len(text) - reader.at < 5:
        micros = _days(reader)
    else:
        micros = _clock(reader, within_day=False)
    return _timedelta(-micros if negative else micros)


def seconds_to_timedelta(seconds: float) -> dt.timedelta:
    """A timedelta of so many seconds; raises NotISO."""
    if math.isnan(seconds):
        raise NotISO("NaN values not permitted")
    if math.isinf(seconds):
        raise NotISO(_TOO_MANY_DAYS)
    if isinstance(seconds, int):
        return _timedelta(seconds * 1_000_000)
    fraction, whole = math.modf(seconds)
    return _timedelta(
        int(whole) * 1_000_000 + int(math.copysign(math.floor(abs(fraction) * 1_000_000 + 0.5), fraction))
    )


def _timedelta(micros: int) -> dt.timedelta:
    if abs(micros) >= (_MOST_DAYS + 1) * _DAY * 1_000_000:
        raise NotISO(_TOO_MANY_DAYS)
    try:
        return dt.timedelta(microseconds=micros)
    except OverflowError:
        raise NotISO(_TOO_MANY_DAYS) from None


def _number(reader: Reader) -> int:
    digits = reader.run().lstrip("0") if reader.peek().isdigit() else ""
    if not digits and reader.text[reader.at - 1 : reader.at] != "0":
        raise NotISO("invalid digit in duration")
    if len(digits) > len(str(_LARGEST)) or int(digits or 0) > _LARGEST:
        raise NotISO(_TOO_LARGE)
    return int(digits or 0)


def _iso(reader: Reader) -> int:
    """What follows the `P`, in microseconds."""
    days = seconds = micros = 0
    in_time = had_fraction = False
    while reader.peek():
        if reader.take("T"):
            if in_time:
                raise NotISO("`t` character repeated in duration")
            in_time = True
            continue
        value = _number(reader)
        fraction = float(f"0.{reader.run()}0") if reader.take(".,") else None
        if had_fraction:
            raise NotISO("quantity fraction invalid in duration")
        had_fraction = fraction is not None
        unit = (_TIME_UNITS if in_time else _DATE_UNITS).get(reader.peek())
        if unit is None:
            raise NotISO(f"quantity invalid in {'time' if in_time else 'date'} part of duration")
        reader.at += 1
        if in_time:
            seconds += value * unit
        else:
            days += value * unit
        if max(days, seconds) > _LARGEST:
            raise NotISO(_TOO_LARGE)
        micros += math.floor((fraction or 0) * unit * (1 if in_time else _DAY) * 1_000_000 + 0.5)
    if len(reader.text.lstrip("+-")) < 3:
        raise NotISO("input is too short")
    return (days * _DAY + seconds) * 1_000_000 + micros


def _days(reader: Reader) -> int:
    """`1 day, 02:00:00`, `1d 02:00`, `1 days`: microseconds."""
    days = _number(reader)
    reader.take(" ")
    reader.expect("dD", _NO_DAYS)
    if reader.take("aA"):
        reader.expect("yY", _NO_DAYS)
        reader.take("sS")
    reader.take(",")
    reader.take(" ")
    return days * _DAY * 1_000_000 + (_clock(reader, within_day=True) if reader.peek() else 0)


def _clock(reader: Reader, *, within_day: bool) -> int:
    """`HH:MM[:SS[.ffffff]]`: microseconds."""
    reader.need(5)
    digits, colon, _ = reader.text[reader.at :].partition(":")
    if not colon:
        raise NotISO("invalid character in hour")
    if len(digits) > _LONGEST_HOUR:
        raise NotISO(_TOO_MANY_HOURS)
    hour = reader.digits(len(digits), "invalid character in hour") if digits else 0
    reader.at += 1
    reader.need(2)
    minute, second, micros = past_hour(reader, None)
    reader.end()
    if within_day and hour > 23:
        raise NotISO(_TOO_MANY_HOURS)
    return (((hour * 60) + minute) * 60 + second) * 1_000_000 + micros
