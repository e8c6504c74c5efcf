"""Dates and times as pydantic's lax mode reads them: ISO 8601 text, or numbers counted from 1970.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with marshmallow's DateTime, Date, Time and TimeDelta.
"""

from __future__ import annotations

import datetime as dt
import decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from marshmallow import fields

from ..encoders import duration, to_jsonable
from ..errors import invalid
from .duration import parse_duration, seconds_to_timedelta
from .iso8601 import (
    NotISO,
    YearZero,
    from_timestamp,
    number,
    parse_date,
    parse_datetime,
    parse_time,
    seconds_to_time,
)
from .lax import Lax, utf8
from .wording import shown

if TYPE_CHECKING:
    from ..models.config import ModelConfig

TemporalUnit = Literal["seconds", "milliseconds", "infer"]
TemporalMode = Literal["iso8601", "seconds", "milliseconds"]
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


class Temporal(Lax):
    """What the fields of dates and times have in common: what a class's configuration says of numbers.

    `reads` is pydantic's `val_temporal_unit`, `writes` its `ser_json_temporal`; `is_key` makes text of what is written.
    """

    reads: TemporalUnit = "infer"
    writes: TemporalMode = "iso8601"
    is_key: bool = False

    def follow(self, config: ModelConfig) -> None:
        self.reads = config.val_temporal_unit
        self.writes = config.ser_json_temporal or "iso8601"
        self.usual = self.writes == "iso8601"

    def encode(self, value: Any) -> Any:
        """ISO 8601, or a number of seconds or milliseconds, from 1970, in the day or of the duration."""
        if not isinstance(value, (dt.date, dt.time, dt.timedelta)):
            return to_jsonable(value)
        if self.usual:
            return duration(value) if isinstance(value, dt.timedelta) else to_jsonable(value)
        figure = _count(value, 10**6 if self.writes == "seconds" else 10**3)
        return shown(figure) if self.is_key else figure


def _count(value: dt.date | dt.time | dt.timedelta, micros: int) -> float:
    """How many units of so many microseconds, rounded as pydantic rounds: each kind of value its own way."""
    if isinstance(value, dt.time):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return seconds * 10**6 / micros + value.microsecond / micros
    if isinstance(value, dt.timedelta):
        return float(value // _MICROSECOND) / micros
    if isinstance(value, dt.datetime):
        passed = (value if value.tzinfo else value.replace(tzinfo=dt.UTC)) - _EPOCH
    else:
        passed = value - _EPOCH.date()
    return (passed // _MICROSECOND) / micros


def _spelled(value: Any) -> str | None:
    """A text as the octets of its UTF-8, one character each; None for what is no text."""
    if isinstance(value, str):
        return value if value.isascii() else utf8(value).encode().decode("latin-1")
    return value.decode("latin-1") if isinstance(value, bytes) else None


def _figure(value: Any) -> int | float | None:
    """`value` as a number of seconds when it is a number that a machine word or a float holds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal)):
        return None
    if isinstance(value, int):
        whole = int(value)
        if -(2**63) <= whole < 2**63:
            return whole
    try:
        return float(value)
    except (OverflowError, ValueError):
        return None


def _read_datetime(spelled: str, unit: TemporalUnit) -> dt.datetime:
    """A datetime from its text, from a timestamp, or from a date: in this order, as pydantic tries them."""
    try:
        return parse_datetime(spelled)
    except YearZero:
        raise
    except NotISO:
        stamp = number(spelled)
    if stamp is not None:
        try:
            return from_timestamp(stamp, unit)
        except NotISO:
            if isinstance(stamp, int):
                return _midnight(stamp)
    return dt.datetime.combine(parse_date(spelled), dt.time())


def _midnight(stamp: int) -> dt.datetime:
    """The date that begins at a timestamp, whose unit is inferred now; raises NotISO."""
    moment = from_timestamp(stamp)
    if moment.time() != dt.time():
        raise NotISO("Timestamp is not an exact date")
    return moment.replace(tzinfo=None)


class DateTime(Temporal, fields.DateTime):
    """A datetime. In: datetime, date, ISO 8601 text, Unix timestamp. Out: ISO 8601, `Z` for UTC.

    `aware` says whether it must have a time zone or must not, `past` whether it must be past or yet to come.
    """

    def __init__(self, *, aware: bool | None = None, past: bool | None = None, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.aware, self.past = aware, past
        self.direct = aware is None and past is None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        read = self._read(value)
        if self.direct:
            return read
        if self.past is not None:
            now = dt.datetime.now(dt.UTC if read.tzinfo else None)
            if not (read < now if self.past else read > now):
                raise invalid("datetime_past" if self.past else "datetime_future", value)
        if self.aware is not None and self.aware != (read.tzinfo is not None):
            raise invalid("timezone_aware" if self.aware else "timezone_naive", value)
        return read

    def _read(self, value: Any) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        if self.strict:
            raise invalid("datetime_type", value)
        spelled = _spelled(value)
        try:
            if spelled is not None:
                return _read_datetime(spelled, self.reads)
            if (stamp := _figure(value)) is not None:
                return from_timestamp(stamp, self.reads)
        except NotISO as error:
            whole = spelled is None or isinstance(error, YearZero)
            raise invalid(
                "datetime_parsing" if whole else "datetime_from_date_parsing", value, error=str(error)
            ) from None
        if isinstance(value, dt.date):
            return dt.datetime(value.year, value.month, value.day)
        raise invalid("datetime_type", value)


class Date(Temporal, fields.Date):
    """A date. In: date, ISO 8601 text, a datetime or Unix timestamp at midnight. Out: `YYYY-MM-DD`.

    `past` says whether it must be past or yet to come.
    """

    def __init__(self, *, past: bool | None = None, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.past = past
        self.direct = past is None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        read = self._read(value)
        if self.past is not None and not (read < dt.date.today() if self.past else read > dt.date.today()):
            raise invalid("date_past" if self.past else "date_future", value)
        return read

    def _read(self, value: Any) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if self.strict:
            raise invalid("date_type", value)
        try:
            moment = self._moment(value)
        except YearZero as error:
            if not error.exact:
                raise invalid("date_from_datetime_inexact", value) from None
            raise invalid("date_parsing", value, error=str(error)) from None
        except NotISO as error:
            raise invalid("date_from_datetime_parsing", value, error=str(error)) from None
        if not isinstance(moment, dt.datetime):
            return moment
        if moment.time() != dt.time():
            raise invalid("date_from_datetime_inexact", value)
        return moment.date()

    def _moment(self, value: Any) -> dt.date:
        if isinstance(value, dt.datetime):
            return value
        spelled = _spelled(value)
        if spelled is None:
            if (stamp := _figure(value)) is None:
                raise invalid("date_type", value)
            return from_timestamp(stamp, self.reads)
        try:
            return parse_date(spelled)
        except YearZero:
            raise
        except NotISO:
            if (stamp := number(spelled)) is not None:
                return from_timestamp(stamp, self.reads)
            return parse_datetime(spelled)


class Time(Temporal, fields.Time):
    """A time of day. In: time, ISO 8601 text, seconds since midnight. Out: ISO 8601, `Z` for UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.time:
        if isinstance(value, dt.time):
            return value
        spelled = None if self.strict else _spelled(value)
        try:
            if spelled is not None:
                return parse_time(spelled)
            if not self.strict and (seconds := _figure(value)) is not None:
                return seconds_to_time(seconds)
        except NotISO as error:
            raise invalid("time_parsing", value, error=str(error)) from None
        raise invalid("time_type", value)


class TimeDelta(Temporal, fields.TimeDelta):
    """A timedelta. In: timedelta, ISO 8601 duration, `[D days, ]HH:MM:SS`, seconds. Out: ISO 8601, `PT1H`."""

    def follow(self, config: ModelConfig) -> None:
        super().follow(config)
        if config.ser_json_temporal is None and config.ser_json_timedelta == "float":
            self.writes, self.usual = "seconds", False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.timedelta:
        if isinstance(value, dt.timedelta):
            return value
        spelled = None if self.strict else _spelled(value)
        try:
            if spelled is not None:
                return parse_duration(spelled)
            if not self.strict and (seconds := _figure(int(value) if isinstance(value, bool) else value)) is not None:
                return seconds_to_timedelta(seconds)
        except NotISO as error:
            raise invalid("time_delta_parsing", value, error=str(error)) from None
        raise invalid("time_delta_type", value)
