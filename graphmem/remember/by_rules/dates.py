"""Adds to relative times ("last week") the date that they meant when they were said."""

from __future__ import annotations

import re
from datetime import date, datetime

from graphmem.model import calendar
from graphmem.model.calendar import Days, hull
from graphmem.model.when import mentions

# A note after it would not read well, or there is one.
_UNNOTED = re.compile(r"'s|\s*\(|-")


def dated(text: str, said_at: datetime) -> str:
    """The text with a date in brackets after each relative time, as of the day it was said.

    "Next Friday" may mean either of two days, unless the coming Friday is in the next week anyway. If so, the note gives the
    day on which it was said.
    """
    today = said_at.date()
    out, end = "", 0
    for found in mentions(text, today):
        if found.relative and not _UNNOTED.match(text, found.end):
            out += f"{text[end : found.end]} ({_noted(found.days, today)})"
            end = found.end
    return out + text[end:]


def _noted(days: Days, today: date) -> str:
    if days.first is None or days.last is None:
        return f"since {days.first}" if days.first else f"until {days.last}"
    if days.first == days.last:
        return days.first.isoformat()
    if days == calendar.week(days.first):
        return f"week of {days.first}"
    if days == calendar.weekend(days.first):
        return f"weekend of {days.first}"
    if days == calendar.month(days.first):
        return f"{days.first:%Y-%m}"
    if days == calendar.year(days.first):
        return f"{days.first:%Y}"
    if days == hull(calendar.month(days.first), calendar.month(days.last)):
        return f"{days.first:%Y-%m} to {days.last:%Y-%m}"
    return f"said on {today}"
