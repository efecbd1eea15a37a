"""Times as people type them: "yesterday", "2 weeks ago", "last monday"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from graphmem.errors import ValidationError, shown
from graphmem.model import times
from graphmem.model.when import read

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_AGO = re.compile(r"(an?|\d{1,6}) (minute|hour|day|week|month|year)s? ago", re.IGNORECASE)
_LENGTH = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


def moment(given: Any, option: str = "") -> Any:
    """A time for the client.

    Seconds since the epoch become a number, and words a time with the offset of this machine: the first moment of the day, week, month or
    year that they name, or now less as long as they say. ISO 8601 stays as it is: the client reads it.

    Args:
        option: what it was given as, for the error.

    Raises:
        ValidationError: it is none of these.
    """
    if not isinstance(given, str):
        return given
    text = " ".join(given.split())
    if _NUMBER.fullmatch(text):
        return float(text)
    now = datetime.now().astimezone()
    if text.lower() == "now":
        return now.isoformat()
    if ago := _AGO.fullmatch(text):
        return _before(now, 1 if ago[1].lower() in ("a", "an") else int(ago[1]), ago[2].lower()) or given
    found = _named(text, now.date())
    if found is not None:
        return datetime.combine(found, time.min).astimezone().isoformat()
    if times.moment(text) is None:
        raise ValidationError(
            f"{option} {shown(given)}".lstrip()
            + " is no time that is known: give ISO 8601 (2026-03-31 or 2026-03-31T14:00:00Z), seconds since the epoch, or "
            "words such as yesterday, 2 weeks ago, last monday"
        )
    return given


def day(given: str | None) -> str | None:
    """A day for the client: words become an ISO date."""
    if given is None:
        return None
    text = " ".join(given.split())
    today = date.today()
    if _AGO.fullmatch(text):
        then = moment(text)
        return given if then == given else str(then)[:10]
    found = _named(text, today)
    return given if found is None else found.isoformat()


def _named(text: str, today: date) -> date | None:
    """The first day that the words name; None if they name none, or stand in digits, which the client reads."""
    if not text[:1].isalpha():
        return None
    days = read(text, today, ahead=False)
    return None if days is None else days.first


def _before(now: datetime, count: int, unit: str) -> str | None:
    """Now less this many minutes, hours, days, weeks, months or years; None before the year 1."""
    try:
        if unit in _LENGTH:
            return (now - count * _LENGTH[unit]).isoformat()
        months = now.year * 12 + now.month - 1 - count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        # The 31st of a month that has no such day is its last one.
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (following - timedelta(days=1)).day
        return now.replace(year=year, month=month + 1, day=min(now.day, last)).isoformat()
    except (OverflowError, ValueError):
        return None
