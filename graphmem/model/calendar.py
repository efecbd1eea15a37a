"""Days, and the weeks, months, seasons and years that words such as "last month" mean. Weeks start on Monday. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
# The month in which each begins, north of the equator. Each has three months.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `first` to `last`, both included. None at either end: open, from ever or for ever."""

    first: date | None
    last: date | None

    def meets(self, other: Days) -> bool:
        """Whether they have a day in common."""
        return (self.first is None or other.last is None or self.first <= other.last) and (
            other.first is None or self.last is None or other.first <= self.last
        )

    def has(self, day: date) -> bool:
        """Whether this is one of the days."""
        return self.meets(Days(day, day))


def hull(first: Days, last: Days) -> Days:
    """All days from the start of one to the end of the other."""
    return Days(first.first, last.last)


def days_between(first: date | None, last: date | None) -> Days | None:
    """The days between two, both included; None if neither is known."""
    return None if first is None and last is None else Days(first, last)


def day(today: date, steps: int = 0) -> Days:
    """So many days from today; below 0: ago. Years 1 and 9999 are the ends of all time, here and below."""
    then = shifted(today, steps)
    return Days(then, then)


def shifted(today: date, steps: int) -> date:
    """The day that is this many days from today."""
    return date.fromordinal(min(max(today.toordinal() + steps, 1), date.max.toordinal()))


def week(today: date, steps: int = 0) -> Days:
    """The week that is this many weeks from this one."""
    monday = shifted(today, 7 * steps - today.weekday())
    return Days(monday, shifted(monday, 6))


def weekend(today: date, steps: int = 0) -> Days:
    """Saturday and Sunday of a week, as in `week`."""
    monday = shifted(today, 7 * steps - today.weekday())
    return Days(shifted(monday, 5), shifted(monday, 6))


def month(today: date, steps: int = 0) -> Days:
    """The month that is this many months from this one."""
    return _months(today.year * 12 + today.month - 1 + steps, 1)


def year(today: date, steps: int = 0) -> Days:
    """The year that is this many years from this one."""
    number = min(max(today.year + steps, 1), 9999)
    return Days(date(number, 1, 1), date(number, 12, 31))


def season(name: str, year: int) -> Days:
    """The season of this name that begins in this year, from 1 to 9999."""
    return _months(year * 12 + SEASONS[name] - 1, 3)


def seasons(name: str) -> Callable[[date, int], Days]:
    """A period like `week`: below 0, the last such seasons that are over; above 0, the next that have not begun."""

    def at(today: date, steps: int) -> Days:
        year = today.year
        # The last that has begun.
        begun = year if today.month >= SEASONS[name] else year - 1
        over = begun - 1 if season(name, min(max(begun, 1), 9999)).has(today) else begun
        return season(name, min(max((over + 1 if steps < 0 else begun) + steps, 1), 9999))

    return at


# Of what share of a period to what share, in ninths.
PARTS = {
    "early": (0, 3), "beginning": (0, 3), "start": (0, 3), "mid": (3, 6), "middle": (3, 6), "late": (6, 9), "end": (6, 9),
    "first half": (0, 5), "second half": (4, 9),
}  # fmt: skip


def part(days: Days, name: str) -> Days:
    """The part of a period that has this name in PARTS; a single day is left as it is, and so is what is open."""
    if days.first is None or days.last is None:
        return days
    first, last = PARTS[name]
    length = (days.last - days.first).days + 1
    start = days.first.toordinal() + length * first // 9
    end = max(start, days.first.toordinal() + length * last // 9 - 1)
    return Days(date.fromordinal(start), date.fromordinal(end))


def _months(number: int, count: int) -> Days:
    """So many months from this one, counted from January of the year 0."""
    first = min(max(number, 12), 9999 * 12 + 11)
    following = first + count
    start = date(first // 12, first % 12 + 1, 1)
    if following > 9999 * 12 + 11:
        return Days(start, date.max)
    return Days(start, date(following // 12, following % 12 + 1, 1) - timedelta(days=1))


PERIODS: dict[str, Callable[[date, int], Days]] = {
    "day": day,
    "week": week,
    "weekend": weekend,
    "month": month,
    "year": year,
    **{name: seasons(name) for name in SEASONS},
}
