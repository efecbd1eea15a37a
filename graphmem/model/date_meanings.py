"""What each date expression means: from its parts and today's date to days. Pure; `graphmem.model.date_expressions` has the table.

Each function takes the parts of an expression, in lower case, by name, and today's date. It returns the days that these may mean, the
latest first; an empty list if there are no such days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from graphmem.model import calendar
from graphmem.model.calendar import MONTHS, NUMBERS, PERIODS, SEASONS, WEEKDAYS, Days, hull

Found = Mapping[str, str]

# How many years back or ahead "in May" may mean.
_YEARS_BACK, _YEARS_AHEAD = 30, 1
# The least and the most that people mean by it.
_SOME = {"couple": (2, 3), "few": (2, 6), "several": (3, 9)}
NEAR = {
    "day before yesterday": -2,
    "night before last": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "day after tomorrow": 2,
}
STEP = {
    "last": -1,
    "past": -1,
    "this past": -1,
    "previous": -1,
    "this": 0,
    "current": 0,
    "next": 1,
    "coming": 1,
    "this coming": 1,
}
# Month and day.
_HOLIDAYS = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year": (1, 1),
    "valentine": (2, 14),
    "halloween": (10, 31),
}


def month_of(name: str) -> int:
    """The month of a name or its beginning ("sept"), 1 to 12."""
    return [each[:3] for each in MONTHS].index(name[:3]) + 1


def number(count: str) -> int:
    """A count in digits or in words, such as "two"."""
    return int(count) if count.isdigit() else NUMBERS[count]


def _some(words: str) -> tuple[int, int]:
    return next(span for name, span in _SOME.items() if name in words)


def _between(unit: str, today: date, furthest: int, nearest: int) -> list[Days]:
    """From `furthest` units away to `nearest`; below 0: ago."""
    return [hull(PERIODS[unit](today, min(furthest, nearest)), PERIODS[unit](today, max(furthest, nearest)))]


def near(found: Found, today: date) -> list[Days]:
    """As "yesterday", "last night", "the day after tomorrow"; "today" and its parts."""
    return [calendar.day(today, NEAR.get(found["near"], 0))]


def period(found: Found, today: date) -> list[Days]:
    """As "last week", "this past year", "next summer"."""
    which, unit, the = found["which"], found["unit"], "the" in found
    step = STEP[which]
    then = PERIODS[unit](today, step)
    if the and which in ("next", "previous", "this"):
        # Of another day than today: "the next week they met again".
        return []
    if which == "past" or (the and which == "last"):
        # "The past week" goes on until now.
        return [Days(then.first, today)] if unit not in SEASONS else [then]
    if unit == "weekend" and step == 0 and today.weekday() < 5:
        # Before Saturday, who tells of it means the one before.
        return [then, PERIODS[unit](today, -1)]
    if unit == "weekend" and which == "next" and today.weekday() < 5:
        return _between(unit, today, 0, 1)
    if unit in SEASONS and step == 0 and not then.has(today):
        return [PERIODS[unit](today, 1), then]
    return [then]


def which_weekday(found: Found, today: date) -> list[Days]:
    """A "last Friday" is before today; "next Friday" is that of next week and, said before a Friday, may be that of this week."""
    wanted = next(number for number, name in enumerate(WEEKDAYS) if name.startswith(found["weekdays"][:3]))
    gap, which = wanted - today.weekday(), found["which"]
    past, coming = calendar.day(today, gap if gap < 0 else gap - 7), calendar.day(today, gap if gap > 0 else gap + 7)
    if STEP[which] < 0:
        return [past]
    if which == "next" and gap > 0:
        return [hull(coming, calendar.day(today, gap + 7))]
    if STEP[which] > 0:
        return [coming]
    return [calendar.day(today)] if gap == 0 else [coming] if gap > 0 else [coming, past]


def any_weekday(found: Found, today: date) -> list[Days]:
    """As "Friday": the next one, today if it is one, and the last one."""
    gap = WEEKDAYS.index(found["weekday"]) - today.weekday()
    steps = (7, 0, -7) if gap == 0 else (gap if gap > 0 else gap + 7, gap if gap < 0 else gap - 7)
    return [calendar.day(today, step) for step in steps]


def weekday_of_week(found: Found, today: date) -> list[Days]:
    """As "Friday of last week"."""
    monday = calendar.week(today, STEP[found["which"]]).first or today
    return [calendar.day(monday, WEEKDAYS.index(found["weekday"]))]


def which_month(found: Found, today: date) -> list[Days]:
    """As "last May", "next May"."""
    return _which(any_year(found, today), STEP[found["which"]], today)


def _which(days: list[Days], step: int, today: date) -> list[Days]:
    """Of a day or month of every year: the last that is over, this year's, or the next."""
    if step == 0:
        return [each for each in days if each.first is not None and each.first.year == today.year]
    if step < 0:
        return [each for each in days if each.last is not None and each.last < today][:1]
    return [each for each in days if each.first is not None and each.first > today][-1:]


def which_holiday(found: Found, today: date) -> list[Days]:
    """As "last Christmas"."""
    return _which(a_holiday(found, today), STEP[found["which"]], today)


def a_holiday(found: Found, today: date) -> list[Days]:
    """As "Christmas", of a year or of every year."""
    name = found["holiday"].replace("’", "'")
    month, day = next(when for start, when in _HOLIDAYS.items() if name.startswith(start))
    return _every_year(found.get("that_year"), month, day, today)


def ago(found: Found, today: date) -> list[Days]:
    """As "three weeks ago"; "about ten days ago" is a fifth of that, at least one, more or less."""
    count, unit = number(found["count"]), found["unit"]
    spread = max(1, count // 5) if "about" in found else 0
    return _between(unit, today, -count - spread, -count + spread)


def some_ago(found: Found, today: date) -> list[Days]:
    """As "a few months ago"."""
    least, most = _some(found["some"])
    return _between(found["unit"], today, -most, -least)


def either_ago(found: Found, today: date) -> list[Days]:
    """As "two or three years ago"."""
    return _between(found["unit"], today, -number(found["count2"]), -number(found["count"]))


def or_two_ago(found: Found, today: date) -> list[Days]:
    """As "a week or two ago"."""
    return _between(found["unit"], today, -2, -1)


def and_a_half_ago(found: Found, today: date) -> list[Days]:
    """As "two and a half years ago", a month more or less; of months five days."""
    count = number(found["count"]) if "count" in found else int("one" in found)
    unit, steps = ("month", 12 * count + 6) if found["half"] == "year" else ("day", 30 * count + 15)
    spread = 1 if unit == "month" else 5
    return _between(unit, today, -steps - spread, -steps + spread)


def ahead(found: Found, today: date) -> list[Days]:
    """As "in two weeks", "in a few days"."""
    least, most = _some(found["some"]) if "some" in found else (number(found["count"]),) * 2
    return _between(found["unit"], today, least, most)


def lately(found: Found, today: date) -> list[Days]:
    """As "in the last two weeks": until today."""
    count = _some(found["some"])[1] if "some" in found else number(found["count"])
    return [Days(PERIODS[found["unit"]](today, -count).first, today)]


def soon(found: Found, today: date) -> list[Days]:
    """As "within the next two weeks": from today on."""
    count = _some(found["some"])[1] if "some" in found else number(found["count"])
    return [Days(today, PERIODS[found["unit"]](today, count).last)]


def lasting(found: Found, today: date) -> list[Days]:
    """As "for two years", of what still goes on: without an end."""
    count = _some(found["some"])[1] if "some" in found else number(found["count"])
    return [Days(PERIODS[found["unit"]](today, -count).first, None)]


def rest_of(found: Found, today: date) -> list[Days]:
    """As "earlier this week", until today; "later this week", from today on."""
    then = PERIODS[found["unit"]](today, 0)
    return [Days(then.first, today) if found["rest"] == "earlier" else Days(today, then.last)]


def two_on(found: Found, today: date) -> list[Days]:
    """As "the week before last", "the week after next"."""
    return [PERIODS[found["unit"]](today, -2 if found["side"] == "before last" else 2)]


def any_year(found: Found, today: date) -> list[Days]:
    """As "May", "12 May", of a year or of every year."""
    day = found.get("day")
    return _every_year(found.get("that_year"), month_of(found["month"]), int(day) if day else None, today)


def days_of_month(found: Found, today: date) -> list[Days]:
    """Both days of "3-5 May" are of the same year."""
    firsts = _every_year(found.get("that_year"), month_of(found["month"]), int(found["day"]), today)
    lasts = _every_year(found.get("that_year"), month_of(found["month"]), int(found["day2"]), today)
    return [
        hull(first, last)
        for first, last in zip(firsts, lasts, strict=False)
        if first.last and last.first and first.last < last.first
    ]


def day_of_this_month(found: Found, today: date) -> list[Days]:
    """As "on the 12th": of this month, and of those before and after it."""
    months = [calendar.month(today, step).first or today for step in (1, 0, -1)]
    return [days for first in months for days in dated(first.year, first.month, int(found["day"]))]


def a_season(found: Found, today: date) -> list[Days]:
    """As "summer", of a year or of every year."""
    name = found["season"]
    if year := found.get("that_year"):
        return [calendar.season(name, _year_of(year, today))]
    return [
        calendar.season(name, each) for each in range(min(today.year + 1, 9999), max(today.year - _YEARS_BACK, 0), -1)
    ]


def decade(found: Found, _: date) -> list[Days]:
    """As "the 1990s", "the 90s"; "the 20s" and less are of this century."""
    first = (
        int(found["decade"])
        if len(found["decade"]) == 4
        else (1900 if int(found["decade"]) > 20 else 2000) + int(found["decade"])
    )
    return [Days(date(first, 1, 1), date(first + 9, 12, 31))]


def iso(found: Found, _: date) -> list[Days]:
    """As "2026-03-31", "2026-03"."""
    numbers = [int(part) for part in found["iso"].split("-")]
    return dated(*numbers)


def numeric(found: Found, _: date) -> list[Days]:
    """Days and months in either order; nothing where both are possible and differ."""
    one, other, year = int(found["day"]), int(found["day2"]), int(found["year"])
    either = [dated(year, month, day) for day, month in {(one, other), (other, one)}]
    possible = [days for days in either if days]
    return possible[0] if len(possible) == 1 else []


def dotted(found: Found, _: date) -> list[Days]:
    """As "31.3.2026"."""
    return dated(int(found["year"]), int(found["day2"]), int(found["day"]))


def a_year(found: Found, _: date) -> list[Days]:
    """As "2019"."""
    return dated(int(found["year"]))


def some_years(found: Found, _: date) -> list[Days]:
    """As "2015 to 2019"; nothing if they do not ascend."""
    first, last = dated(int(found["year"])), dated(int(found["year2"]))
    return [hull(first[0], last[0])] if found["year"] < found["year2"] else []


def some_months(found: Found, today: date) -> list[Days]:
    """The months from "May-July 2022", or of every year; "November-February" ends in the year after."""
    first, last = month_of(found["month"]), month_of(found["month2"])
    days = []
    for end in _every_year(found.get("year"), last, None, today):
        year = end.last.year - (first > last) if end.last else 0
        days += [hull(start, end) for start in dated(year, first)]
    return days


def dated(year: int, month: int | None = None, day: int | None = None) -> list[Days]:
    """The days of a date, of a month or of a year; none if there is no such date."""
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return []
    return [(calendar.day if day else calendar.month if month else calendar.year)(first, 0)]


def _year_of(given: str, today: date) -> int:
    return int(given) if given.isdigit() else min(max(today.year + STEP[given.split()[0]], 1), 9999)


def _every_year(given: str | None, month: int, day: int | None, today: date) -> list[Days]:
    if given:
        return dated(_year_of(given, today), month, day)
    years = range(min(today.year + _YEARS_AHEAD, 9999), max(today.year - _YEARS_BACK, 0), -1)
    return [days for each in years for days in dated(each, month, day)]
