"""Adds to relative times ("last week") the date that they meant when they were said."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from graphmem.model import calendar
from graphmem.model.calendar import NUMBERS, WEEKDAYS
from graphmem.model.times import moment

_COUNT = "|".join([*NUMBERS, r"\d{1,3}"])
_DAY = "|".join(WEEKDAYS) + "|mon|tues?|wed|thurs?|fri|sat|sun"
_PATTERN = rf"""\b(?<!the\ )(?<!every\ )(?:
      (?P<day>the\ day\ before\ yesterday|the\ day\ after\ tomorrow|yesterday|last\ night|today|tonight|tomorrow
        |this\ (?:morning|afternoon|evening))
    | (?P<which>last|this|next)\ (?:(?P<unit>week|weekend|month|year)|(?P<weekday>{_DAY}))
    | (?P<count>{_COUNT})\ (?P<units>day|week|month|year)s?\ ago
    | (?P<future>(?<=\ )in\ (?:{_COUNT})\ (?:day|week|month|year)s?)
    )\b(?!'s|\s*\(|-)"""
_NOTED_DAY = re.compile(r"\((\d{4}-\d{2}-\d{2})\)", re.ASCII)
_DAYS_FROM_NOW = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_AHEAD = re.compile(r"\b(?:[Ww]ill|(?:[Ii]s|are) \w+ing|[Pp]lans to|[Ww]ants to|[Hh]opes to)\b")
_STEP = {"last": -1, "this": 0, "next": 1}


def dated(text: str, said_at: datetime) -> str:
    """The text with a date in brackets after each relative time, as of the day it was said.

    "Next Friday" may mean either of two days, unless the coming Friday is in the next week anyway. If so, the note gives the
    day on which it was said.
    """
    today = said_at.date()
    ahead = _AHEAD.search(text) is not None

    def note(match: re.Match[str]) -> str:
        # "in two weeks" may also say how long something took.
        if match["future"] and not ahead:
            return match[0]
        return f"{match[0]} ({_when(match, today)})"

    return re.sub(_PATTERN, note, text, flags=re.IGNORECASE | re.VERBOSE)


def day_of(text: str) -> datetime | None:
    """The start, in UTC, of the first day that `dated` added to a text; None if it added none, or only weeks and longer."""
    match = _NOTED_DAY.search(text)
    return moment(match[1]) if match else None


def _when(match: re.Match[str], today: date) -> str:
    if match["day"]:
        return (today + timedelta(days=_DAYS_FROM_NOW.get(match["day"].lower(), 0))).isoformat()
    if match["unit"]:
        return _period(match["unit"].lower(), _STEP[match["which"].lower()], today)
    if match["weekday"]:
        return _weekday(match["which"].lower(), match["weekday"].lower(), today)
    count, unit = (match["count"], match["units"]) if match["count"] else match[0].split()[1:3]
    steps = (NUMBERS.get(count.lower()) if not count.isdigit() else int(count)) or 0
    unit = unit.lower().rstrip("s")
    return _distance(unit, -steps if match["count"] else steps, today)


def _distance(unit: str, steps: int, today: date) -> str:
    if unit == "day":
        return calendar.day(today, steps).first.isoformat()
    return _period(unit, steps, today)


def _period(unit: str, steps: int, today: date) -> str:
    if unit == "week":
        return f"week of {calendar.week(today, steps).first.isoformat()}"
    if unit == "weekend":
        if steps == 1 and today.weekday() < 5:
            return _said_on(today)
        return f"weekend of {calendar.weekend(today, steps).first.isoformat()}"
    if unit == "month":
        return calendar.month(today, steps).first.isoformat()[:7]
    return f"{calendar.year(today, steps).first.year:04d}"


def _weekday(which: str, name: str, today: date) -> str:
    # Abbreviations ("tues") share three letters with the day.
    wanted = next(number for number, day in enumerate(WEEKDAYS) if day.startswith(name[:3]))
    gap = wanted - today.weekday()
    if which == "last":
        return (today + timedelta(days=gap if gap < 0 else gap - 7)).isoformat()
    if which == "this":
        return (today + timedelta(days=gap)).isoformat() if gap >= 0 else _said_on(today)
    return (today + timedelta(days=gap + 7)).isoformat() if gap <= 0 else _said_on(today)


def _said_on(today: date) -> str:
    return f"said on {today.isoformat()}"
