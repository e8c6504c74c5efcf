"""How pydantic words the figures and the choices in its messages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ..encoders import isoformat


def expected(choices: Iterable[Any]) -> str:
    """The choices as pydantic lists them: `'a', 'b' or 3`."""
    *most, last = list(map(repr, choices)) or [""]
    return f"{', '.join(most)} or {last}" if most else last


def shown(limit: Any) -> str:
    """A limit as pydantic words it."""
    if isinstance(limit, float):
        return format(Decimal(repr(limit)).normalize(), "f") if math.isfinite(limit) else str(limit)
    if isinstance(limit, (dt.datetime, dt.time)):
        return isoformat(limit)
    if isinstance(limit, dt.date):
        return limit.isoformat()
    if isinstance(limit, dt.timedelta):
        return _spelled(limit)
    return str(limit) if isinstance(limit, (int, str, Decimal)) else repr(limit)


def _spelled(delta: dt.timedelta) -> str:
    """ "1 day and 2 hours and 5 seconds"."""
    minutes, seconds = divmod(delta.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    figures = (
        (delta.days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (seconds, "second"),
        (delta.microseconds, "microsecond"),
    )
    return (
        " and ".join(f"{figure} {unit}{'' if figure == 1 else 's'}" for figure, unit in figures if figure)
        or "0 seconds"
    )
