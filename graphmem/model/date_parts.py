"""What expressions mean that name a part of a longer time, or one of several: "the last week of May", "by the end of the month", "the
second quarter of 2022", "two Fridays ago". Pure; as `graphmem.model.date_meanings`, which has the others.
"""

from __future__ import annotations

from datetime import date

from graphmem.model import calendar
from graphmem.model.calendar import PERIODS, WEEKDAYS, Days, hull, shifted
from graphmem.model.date_meanings import STEP, Found, any_year, dated, number, which_month

NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
# How many days ago "the other …" was, at most and at least.
_OTHER = {"week": (21, 7), "weekend": (21, 3)}
_OTHER_DAY = (7, 1)


def of_the_period(found: Found, today: date) -> list[Days]:
    """The end of the month, of the year: of this one, or of the last one if this one's is still to come."""
    return [calendar.part(PERIODS[found["unit"]](today, step), found["part"]) for step in (0, -1)]


def the_weekend(_: Found, today: date) -> list[Days]:
    """Before Saturday the next one or the last one, as the tense tells; then this one. Without a tense it may be any."""
    step = int(today.weekday() > 4)
    return [calendar.weekend(today, step), calendar.weekend(today, step - 1)]


def the_other(found: Found, today: date) -> list[Days]:
    """As "the other day", "the other week": some time ago."""
    most, least = _OTHER.get(found["thing"], _OTHER_DAY)
    return [hull(calendar.day(today, -most), calendar.day(today, -least))]


def part_of_month(found: Found, today: date) -> list[Days]:
    """Of each month that may be meant the first week (its first seven days), the last two weeks, the second Tuesday."""
    if "month" in found:
        months = which_month(found, today) if "which" in found else any_year(found, today)
    else:
        months = [calendar.month(today, STEP[found["which"]])]
    return [days for month in months for days in _nth(month, found)]


def _nth(month: Days, found: Found) -> list[Days]:
    nth, item, count = NTH[found["nth"]], found["item"].removesuffix("s"), number(found.get("count", "1"))
    if month.first is None or month.last is None:
        return []
    if item in ("day", "week"):
        length = count * (7 if item == "week" else 1)
        first = shifted(month.last, 1 - length) if nth < 0 else shifted(month.first, (nth - 1) * length)
        last = shifted(first, length - 1)
    else:
        wanted = WEEKDAYS.index("saturday" if item == "weekend" else item)
        start = shifted(month.first, (wanted - month.first.weekday()) % 7)
        end = shifted(month.last, -((month.last.weekday() - wanted) % 7))
        first = end if nth < 0 else shifted(start, 7 * (nth - 1))
        last = shifted(first, 1) if item == "weekend" else first
    return [Days(first, last)] if month.has(first) and first <= last else []


def quarter(found: Found, today: date) -> list[Days]:
    """The quarters of a year begin in January, April, July and October."""
    which = int(found["quarter"]) if "quarter" in found else NTH[found["nth"]] % 5
    year = found["that_year"]
    of = int(year) if year.isdigit() else min(max(today.year + STEP[year.split()[0]], 1), 9999)
    [first], [last] = dated(of, 3 * which - 2), dated(of, 3 * which)
    return [hull(first, last)]


def days_ago(found: Found, today: date) -> list[Days]:
    """So many Fridays ago: of those before today."""
    gap = (today.weekday() - WEEKDAYS.index(found["weekday"])) % 7 or 7
    return [calendar.day(today, -gap - 7 * (number(found["count"]) - 1))]


def weekday_two_on(found: Found, today: date) -> list[Days]:
    """As "the Friday before last", "the Friday after next"."""
    gap = WEEKDAYS.index(found["weekday"]) - today.weekday()
    if found["side"] == "before last":
        return [calendar.day(today, (gap if gap < 0 else gap - 7) - 7)]
    return [calendar.day(today, (gap if gap > 0 else gap + 7) + 7)]


def weeks_from_day(found: Found, today: date) -> list[Days]:
    """A week from Friday, Friday week: this many weeks after the next one."""
    gap = (WEEKDAYS.index(found["weekday"]) - today.weekday()) % 7 or 7
    return [calendar.day(today, gap + 7 * number(found.get("count", "1")))]


def to_the_day(found: Found, today: date) -> list[Days]:
    """A week ago today, two years ago today. On 29 February, years ago mean the 28th."""
    count = number(found["count"])
    if found["unit"] != "year":
        return [calendar.day(today, -count * (7 if found["unit"] == "week" else 1))]
    of = max(today.year - count, 1)
    return dated(of, today.month, today.day) or dated(of, today.month, today.day - 1)


def decades_ago(found: Found, today: date) -> list[Days]:
    """Loosely: a decade ago is eight to twelve years ago."""
    years = 10 * number(found["count"])
    return [hull(calendar.year(today, -years - 2), calendar.year(today, -years + 2))]
