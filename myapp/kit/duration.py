"""Durations in the dialect that pydantic reads: ISO 8601 (`P1DT2H`), `1 day, 02:00:00`, `02:00:00`, or seconds."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from .iso8601 import NotISO, Reader, _time

_DAY: Final = 86_400
_MOST_DAYS: Final = 999_999_999
_DATE_UNITS: Final = {"Y": 365 * _DAY, "M": 30 * _DAY, "W": 7 * _DAY, "D": _DAY}
_TIME_UNITS: Final = {"H": 3600, "M": 60, "S": 1}
_TOO_LARGE: Final = "durations may not exceed 999,999,999 days"
_NO_DAYS: Final = '"day" identifier in duration not correctly formatted'


def parse_duration(text: str) -> dt.timedelta:
    """A timedelta from its text; raises NotISO."""
    reader = Reader(text)
    if not text:
        raise NotISO("input is too short")
    negative = reader.take("+-") == "-"
    if reader.take("P"):
        micros = _iso(reader)
    elif "d" in text or "D" in text or len(text) < 5:
        micros = _days(reader)
    else:
        micros = _clock(reader)
    return _limited(-micros if negative else micros)


def seconds_to_timedelta(seconds: float) -> dt.timedelta:
    """A timedelta of so many seconds; raises NotISO."""
    if math.isnan(seconds):
        raise NotISO("NaN values not permitted")
    if abs(seconds) >= (_MOST_DAYS + 1) * _DAY:
        raise NotISO(_TOO_LARGE)
    return dt.timedelta(seconds=seconds)


def _limited(micros: int) -> dt.timedelta:
    try:
        return dt.timedelta(microseconds=micros)
    except OverflowError:
        raise NotISO(_TOO_LARGE) from None


def _number(reader: Reader) -> int:
    start = reader.at
    while reader.take("0123456789"):
        pass
    if start == reader.at:
        raise NotISO("invalid digit in duration")
    return int(reader.text[start : reader.at])


def _iso(reader: Reader) -> int:
    """What follows the `P`, in microseconds."""
    micros, in_time, had_fraction = 0, False, False
    while reader.peek():
        if reader.take("T"):
            if in_time:
                raise NotISO("`t` character repeated in duration")
            in_time = True
            continue
        value = _number(reader)
        fraction = _fraction(reader)
        if had_fraction:
            raise NotISO("quantity fraction invalid in duration")
        had_fraction = fraction is not None
        unit = (_TIME_UNITS if in_time else _DATE_UNITS).get(reader.peek())
        if unit is None:
            raise NotISO(f"quantity invalid in {'time' if in_time else 'date'} part of duration")
        reader.at += 1
        micros += value * unit * 1_000_000 + round((fraction or 0) * unit * 1_000_000)
    if reader.at < 3:
        raise NotISO("input is too short")
    return micros


def _fraction(reader: Reader) -> float | None:
    if not reader.take(".,"):
        return None
    start = reader.at
    while reader.take("0123456789"):
        pass
    digits = reader.text[start : reader.at]
    return float(f"0.{digits}") if digits else 0.0


def _days(reader: Reader) -> int:
    """`1 day, 02:00:00`, `1d 02:00`, `1 days`: microseconds."""
    if not reader.peek():
        raise NotISO("input is too short")
    days = _number(reader)
    reader.take(" ")
    reader.expect("dD", _NO_DAYS)
    if reader.take("aA"):
        reader.expect("yY", _NO_DAYS)
        reader.take("sS")
    micros = days * _DAY * 1_000_000
    if not reader.peek():
        return micros
    reader.take(",")
    reader.take(" ")
    return micros + _clock(reader)


def _clock(reader: Reader) -> int:
    """`HH:MM[:SS[.ffffff]]`: microseconds."""
    time = (lambda t: ((t.hour*60+t.minute)*60+t.second)*1_000_000+t.microsecond)(_time(reader))
    reader.end()
    return time
