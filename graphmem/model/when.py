"""When a thing happened: the days that words name, as of the day on which they were said. Pure; one grammar for questions,
statements and the answers of models.

Days are the speaker's: `today` is the date in the time zone in which it was said. The rules that are not plain:

- "Last Friday" is the last Friday before today, said on a Saturday the day before. "Next Friday" is that of next week; said before a
  Friday, people mean either, so it is all days from the one to the other. "Friday" alone is never today, which is called today.
- "Last week" is the week from Monday to Sunday before this one, "three weeks ago" the whole week. "The last week" is the days until today.
- "In March" or "on Friday": the next one in a sentence about what is to come, the last one in a sentence about what was; else none, for
  "plays tennis on Friday" is of them all. A day of a month ("on 3 May"), and a date that stands alone, is then the nearest.
- "A few years ago" is two to six years ago, all of it: what is said loosely is many days, or nothing, and never one day.
- Seasons are those north of the equator; a winter is named after the year in which it begins.
- "Since 2019" has no end, "until June" no start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from graphmem.model import calendar
from graphmem.model import date_cues as cues
from graphmem.model.calendar import PERIODS, Days, hull
from graphmem.model.date_cues import is_ahead
from graphmem.model.date_expressions import DOUBTFUL, EXPRESSIONS, NEEDED, NEEDED_LOWER, Expression
from graphmem.model.date_meanings import dated, number

_ISO_RANGE = re.compile(r"(\d{4}(?:-\d\d){0,2})?\s*(?:/|\.\.)\s*(\d{4}(?:-\d\d){0,2})?", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
# How far before an expression its cues are looked for.
_BACK = 40


@dataclass(frozen=True, slots=True)
class Mention:
    """An expression in a text that names days.

    Attributes:
        start, end: its first character and one past its last, with words such as "since" and "early".
        days: what it means in the sentence around it.
        readings: all that it may mean; several for "in March" and "Friday", the latest first.
        relative: whether it means other days when it is said on another day: "last week", but not "in May 2023" or "in March".
    """

    start: int
    end: int
    days: Days
    readings: tuple[Days, ...]
    relative: bool


@lru_cache(maxsize=1_024)
def mentions(
    text: str, today: date, *, ahead: bool | None = None, question: bool = False, whole: bool = False
) -> tuple[Mention, ...]:
    """The expressions in a text that name days, in the order of the text; they don't overlap.

    Args:
        text: any length; the time is linear in it.
        today: the speaker's day.
        ahead: whether it is about what is to come; None: told by the words of each sentence.
        question: whether a year may stand alone at the end ("Who won in Rome 2022?").
        whole: whether the text is nothing but a date, so that "May" and "2023" need no word such as "in".
    """
    if not (NEEDED_LOWER.search(text.lower()) if text.isascii() else NEEDED.search(text)):
        return ()
    reader = _Reader(text, today, ahead)
    found = [reader.with_part(each) for each in reader.simple(question=question, whole=whole)]
    joined: list[Mention] = []
    for each in found:
        # "The Sunday before 3 May" names one day.
        while joined and joined[-1].end > each.start:
            joined.pop()
        both = reader.joined(joined[-1], each) if joined else None
        if both is None:
            joined.append(each)
        else:
            joined[-1] = both
    return tuple(map(reader.bounded, joined))


def event(text: str, today: date) -> Days | None:
    """The days of what a statement tells: those that it names first; None if it names none."""
    return next((each.days for each in mentions(text, today)), None)


def read(text: str, today: date, *, ahead: bool | None = None) -> Days | None:
    """The days that a text means that is a date and nothing else; None if it is more or none.

    Args:
        text: "2023-05-07", "2023-05", "2023", "2023-05-01/2023-05-07", "2019/" (no end), "/2020" (no start) or words ("last week").
        today, ahead: as in `mentions`.
    """
    text = text.strip()
    if match := _ISO_RANGE.fullmatch(text):
        ends = [_iso(part) if part else Days(None, None) for part in match.groups()]
        if None in ends or not any(match.groups()):
            return None
        first, last = (end for end in ends if end is not None)
        return _ordered(hull(first, last))
    if exact := _iso(text):
        return exact
    found = mentions(text, today, ahead=ahead, whole=True)
    if len(found) != 1 or not cues.FILLER.fullmatch(text[: found[0].start] + " " + text[found[0].end :]):
        return None
    return found[0].days


def written(days: Days) -> str:
    """The shortest form that `read` takes: "2023-05-07", "2023-05", "2023", "2023-05-01/2023-05-07", "2019-01-01/" or "/2020-12-31"."""
    first, last = days.first, days.last
    if first is None or last is None:
        return f"{first or ''}/{last or ''}"
    if first == last:
        return first.isoformat()
    if days == calendar.month(first):
        return first.isoformat()[:7]
    return first.isoformat()[:4] if days == calendar.year(first) else f"{first}/{last}"


class _Reader:
    def __init__(self, text: str, today: date, ahead: bool | None) -> None:
        self.text = text
        self.today = today
        self.given = ahead
        self.ends = [0, *(match.end() for match in cues.SENTENCE_ENDS.finditer(text)), len(text)]

    def simple(self, *, question: bool, whole: bool) -> list[Mention]:
        """The rows of the table that the text has."""
        matches = [
            (m.start(), -m.end(), n, m) for n, row in enumerate(EXPRESSIONS) for m in row.pattern.finditer(self.text)
        ]
        out: list[Mention] = []
        end, believed = 0, False
        for start, _, n, match in sorted(matches, key=lambda each: each[:3]):
            if start < end:
                continue
            between = self.text[end:start]
            joined = believed and bool(cues.JOINED.fullmatch(between) or cues.AND.fullmatch(between))
            last = question and not self.text[match.end() :].strip(" ?!.")
            end, believed = match.end(), False
            row = EXPRESSIONS[n]
            if not (whole or self.allowed(row, match, joined, last)) or cues.RECURRING.search(self.before(start)):
                continue
            parts = {name: " ".join(part.lower().split()) for name, part in match.groupdict().items() if part}
            readings = row.read(parts, self.today)
            # "Plays tennis on Monday", "it snows in January": whoever doesn't tell of one day may mean them all.
            if len(readings) > 1 and "day" not in parts and not (question or whole or self.dated(start)):
                continue
            if readings:
                out.append(self.mention(start, end, readings, row.relative))
                believed = True
        return out

    def dated(self, start: int) -> bool:
        """Whether the sentence is about one time: it is about what was or will be, or it says since when."""
        return self.ahead(start) is not None or cues.BOUND.search(self.before(start)) is not None

    def allowed(self, row: Expression, match: re.Match[str], joined: bool, last: bool) -> bool:
        before, parts = self.before(match.start()), match.groupdict()
        if row.needs == "cue":
            if parts.get("month") and parts["month"].lower() not in DOUBTFUL:
                return True
            return joined or bool(cues.CUE.search(before)) or (last and "year" in parts)
        if row.needs == "place":
            return joined or bool(cues.PLACE.search(before))
        if row.needs == "ahead":
            return self.ahead(match.start()) is True
        if row.needs == "perfect":
            said = self.sentence(match.start())[0]
            return bool(cues.PERFECT.search(said)) and not cues.HAD.search(said)
        return True

    def with_part(self, found: Mention) -> Mention:
        """With "early", "the week of" or "two days before" in front of it."""
        before = self.before(found.start)
        if match := cues.PART.search(before):
            readings = [calendar.part(each, match["part"].lower()) for each in found.readings]
        elif match := cues.CONTAINING.search(before):
            readings = [_containing(each, match["unit"].lower()) for each in found.readings]
        elif match := cues.DISTANT.search(before):
            readings = [_distant(each, match) for each in found.readings]
        else:
            return found
        return self.mention(found.start - len(before) + match.start(), found.end, readings, found.relative)

    def joined(self, one: Mention, other: Mention) -> Mention | None:
        """From the one to the other, if the words between and before them say so."""
        between, before = self.text[one.end : other.start], self.before(one.start)
        if not (cues.JOINED.fullmatch(between) or (cues.AND.fullmatch(between) and cues.BETWEEN.search(before))):
            return None
        last = other.days
        first = _begun(one.readings, last.first or self.today)
        if first.first is None or last.last is None or first.first > last.last:
            return None
        opening = cues.FROM.search(before)
        start = one.start - len(before) + opening.start() if opening else one.start
        return self.mention(start, other.end, [hull(first, last)], one.relative or other.relative)

    def bounded(self, found: Mention) -> Mention:
        """With "since", "until" and the like in front of it."""
        before = self.before(found.start)
        match = cues.BOUND.search(before)
        if match is None:
            return found
        word, start = match["word"].lower(), found.start - len(before) + match.start()
        days = found.days
        if word.endswith("since"):
            days = Days(_begun(found.readings, self.today).first, None)
        elif word.startswith(("starting", "as of")):
            days = Days(days.first, None)
        elif word == "after":
            days = Days(calendar.shifted(days.last, 1) if days.last else None, None)
        elif word == "before":
            days = Days(None, calendar.shifted(days.first, -1) if days.first else None)
        elif word in ("until", "till") and cues.NOT.search(self.sentence(found.start)[0]):
            days = Days(days.first, None)
        else:
            days = Days(None, days.last)
        return found if days == Days(None, None) else self.mention(start, found.end, [days], found.relative)

    def mention(self, start: int, end: int, readings: Sequence[Days], relative: bool) -> Mention:
        days = readings[0] if len(readings) == 1 else _meant(readings, self.today, self.ahead(start))
        return Mention(start, end, days, tuple(readings), relative)

    def before(self, start: int) -> str:
        return self.text[max(0, start - _BACK) : start]

    def sentence(self, place: int) -> tuple[str, str]:
        """The sentence around a place, in two parts: before it and from it on."""
        first = max(end for end in self.ends if end <= place)
        last = min((end for end in self.ends if end > place), default=len(self.text))
        return self.text[first:place], self.text[place:last]

    def ahead(self, place: int) -> bool | None:
        return self.given if self.given is not None else is_ahead("".join(self.sentence(place)))


def _meant(readings: Sequence[Days], today: date, ahead: bool | None) -> Days:
    """Of the days that an expression may mean, latest first, those that the tense asks for; without one the nearest."""
    # Whoever means today says so.
    others = [each for each in readings if each != Days(today, today)] or list(readings)
    coming = [each for each in others if each.last is None or each.last >= today]
    if ahead:
        return coming[-1] if coming else others[0]
    if ahead is False:
        return _begun(others, today)
    return min(others, key=lambda each: _distance(each, today))


def _begun(readings: Sequence[Days], at: date) -> Days:
    """The latest that has begun by then; the earliest if none has."""
    return next((each for each in readings if each.first is None or each.first <= at), readings[-1])


def _distance(days: Days, today: date) -> int:
    first, last = days.first or today, days.last or today
    return max((first - today).days, (today - last).days, 0)


def _containing(days: Days, unit: str) -> Days:
    return days if days.first is None or days.first != days.last else PERIODS[unit](days.first, 0)


def _distant(days: Days, match: re.Match[str]) -> Days:
    """So long before or after other days: "the week before" is the seven days before, "two weeks before" a whole week."""
    unit, later = match["unit"].lower(), match["side"].lower() == "after"
    edge = days.last if later else days.first
    if edge is None:
        return days
    sign = 1 if later else -1
    if unit in calendar.WEEKDAYS:
        gap = (calendar.WEEKDAYS.index(unit) - edge.weekday()) % 7
        return calendar.day(edge, (gap or 7) if later else gap - 7)
    if match["count"]:
        return PERIODS[unit](edge, sign * number(match["count"].lower()))
    if unit == "week":
        near, far = calendar.shifted(edge, sign), calendar.shifted(edge, 7 * sign)
        return Days(min(near, far), max(near, far))
    if unit == "weekend":
        return calendar.weekend(edge, int(edge.weekday() > 4) if later else -1)
    return PERIODS[unit](edge, sign)


def _iso(text: str) -> Days | None:
    match = _ISO_DATE.fullmatch(text)
    found = dated(*(int(part) for part in match.groups() if part)) if match else []
    return found[0] if found else None


def _ordered(days: Days) -> Days | None:
    return None if days.first and days.last and days.first > days.last else days
