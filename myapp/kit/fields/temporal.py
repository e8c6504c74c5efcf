"""Dates and times as pydantic's lax mode reads them: ISO 8601 text, or numbers counted from 1970.

Pairs https://fastapi.tiangolo.com/tutorial/extra-data-types/ with marshmallow's DateTime, Date, Time and TimeDelta.
"""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

from marshmallow import fields

from .. import encoders
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


def _read_datetime(spelled: str) -> dt.datetime:
    """A datetime from its text, from a timestamp, or from a date: in this order, as pydantic tries them."""
    try:
        return parse_datetime(spelled)
    except YearZero:
        raise
    except NotISO:
        stamp = number(spelled)
    if stamp is not None:
        try:
            return from_timestamp(stamp)
        except NotISO:
            if isinstance(stamp, int):
                raise
    return dt.datetime.combine(parse_date(spelled), dt.time())


class DateTime(Lax, fields.DateTime):
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
                return _read_datetime(spelled)
            if (stamp := _figure(value)) is not None:
                return from_timestamp(stamp)
        except NotISO as error:
            whole = spelled is None or isinstance(error, YearZero)
            raise invalid(
                "datetime_parsing" if whole else "datetime_from_date_parsing", value, error=str(error)
            ) from None
        if isinstance(value, dt.date):
            return dt.datetime(value.year, value.month, value.day)
        raise invalid("datetime_type", value)

    def encode(self, value: Any) -> Any:
        """ISO 8601."""
        return encoders.isoformat(value) if isinstance(value, dt.datetime) else encoders.to_jsonable(value)


class Date(Lax, fields.Date):
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
            return from_timestamp(stamp)
        try:
            return parse_date(spelled)
        except YearZero:
            raise
        except NotISO:
            if (stamp := number(spelled)) is not None:
                return from_timestamp(stamp)
            return parse_datetime(spelled)

    def encode(self, value: Any) -> Any:
        """ISO 8601."""
        return encoders.to_jsonable(value)


class Time(Lax, fields.Time):
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

    def encode(self, value: Any) -> Any:
        """ISO 8601."""
        return encoders.to_jsonable(value)


class TimeDelta(Lax, fields.TimeDelta):
    """A timedelta. In: timedelta, ISO 8601 duration, `[D days, ]HH:MM:SS`, seconds. Out: ISO 8601, `PT1H`."""

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

    def encode(self, value: Any) -> Any:
        """ISO 8601."""
        return encoders.duration(value) if isinstance(value, dt.timedelta) else encoders.to_jsonable(value)
