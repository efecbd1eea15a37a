"""Times: the clock, microseconds as stores keep them, and the forms in which callers may write a moment. Always aware."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import pydantic

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(timezone.utc)


def to_micros(time: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (time - EPOCH) // _MICROSECOND


# Messages of one call, and the versions of one change, have one time.
@lru_cache(maxsize=8_192)
def from_micros(micros: int) -> datetime:
    """The reverse of `to_micros`."""
    return EPOCH + timedelta(microseconds=micros)


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", re.ASCII)
# ISO 8601 allows an offset of hours only, as PostgreSQL writes it; pydantic does not.
_HOURS_ONLY = re.compile(r"[+\-\u2212]\d{2}$", re.ASCII)
_PARSER: pydantic.TypeAdapter[datetime] = pydantic.TypeAdapter(datetime)
_DAY_END = timedelta(days=1) - timedelta(microseconds=1)


def moment(given: Any, *, day_end: bool = False) -> datetime | None:
    """The moment that a caller means.

    Args:
        given: seconds since 1970, an ISO 8601 date or date-time, or a date or datetime object. Without an offset it is in UTC.
        day_end: a bare date means its last microsecond instead of its first.

    Returns:
        The moment in UTC; None if it can't be understood.
    """
    found = spoken(given, day_end=day_end)
    try:
        return None if found is None else found.astimezone(timezone.utc)
    except OverflowError:
        # Outside of the years 1 to 9999.
        return None


def spoken(given: Any, *, day_end: bool = False) -> datetime | None:
    """As `moment`, but with the offset that was given: its date is the day of whoever gave it."""
    try:
        return _read(given, day_end)
    except (ValueError, OverflowError, OSError):
        # The error of pydantic is a ValueError. OverflowError means a moment outside of the years 1 to 9999.
        return None


def _read(given: Any, day_end: bool) -> datetime | None:
    if isinstance(given, str):
        given = given.strip()
        # Checked first, because pydantic alone would take more than is promised, such as a number in a string.
        if _DATE.fullmatch(given):
            given = date.fromisoformat(given)
        elif _DATE_TIME.match(given):
            given = _PARSER.validate_python(f"{given}:00" if _HOURS_ONLY.search(given) else given)
        else:
            return None
    if isinstance(given, datetime):
        return given.replace(tzinfo=timezone.utc) if given.tzinfo is None else given
    if isinstance(given, date):
        start = datetime.combine(given, time(), timezone.utc)
        return start + _DAY_END if day_end else start
    if isinstance(given, bool) or not isinstance(given, Real) or not math.isfinite(given):
        return None
    # Of numpy's numbers, timedelta takes none.
    return EPOCH + timedelta(seconds=int(given) if isinstance(given, Integral) else float(given))
