"""Days, and the weeks, months and years that words such as "last month" mean. Weeks start on Monday."""

from __future__ import annotations

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
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def meets(self, other: Span) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def day(today: date, steps: int = 0) -> Span:
    """So many days from today; below 0: ago. Years 1 and 9999 are the ends of all time, here and below."""
    then = date.fromordinal(min(max(today.toordinal() + steps, 1), date.max.toordinal()))
    return Span(then, then)


def week(today: date, steps: int = 0) -> Span:
    """The week that is so many weeks from this one."""
    monday = day(today, 7 * steps - today.weekday()).first
    return Span(monday, day(monday, 6).last)


def weekend(today: date, steps: int = 0) -> Span:
    """Saturday and Sunday of a week, as in `week`."""
    monday = week(today, steps).first
    return Span(day(monday, 5).first, day(monday, 6).last)


def month(today: date, steps: int = 0) -> Span:
    """The month that is so many months from this one."""
    number = min(max(today.year * 12 + today.month - 1 + steps, 12), 9999 * 12 + 11)
    following = number + 1
    first = date(number // 12, number % 12 + 1, 1)
    if number == 9999 * 12 + 11:
        return Span(first, date.max)
    return Span(first, date(following // 12, following % 12 + 1, 1) - timedelta(days=1))


def year(today: date, steps: int = 0) -> Span:
    """The year that is so many years from this one."""
    number = min(max(today.year + steps, 1), 9999)
    return Span(date(number, 1, 1), date(number, 12, 31))
