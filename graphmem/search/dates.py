"""The days that a query names ("in May 2023", "since June", "last week"), and which memories are of these days. Pure.

Libraries that find dates in a text give one moment and not all days that are meant ("May 2023" is one day of that May), and take "may",
"now" and "we" for dates.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from graphmem.model import calendar
from graphmem.model.calendar import MONTHS, NUMBERS, WEEKDAYS, Span

# The event of a memory is of a day that the query names, or only what was said about it is.
HAPPENED, SAID = 1.0, 0.5
# "In May" may be the May of any of so many years back, or of the next.
_YEARS_BACK, _YEARS_AHEAD = 30, 1
# Longer queries are pasted texts: their dates are not what is asked for.
_MOST_CHARACTERS = 2_000

_UNITS = "day|week|weekend|month|year"
_COUNT = "|".join([*NUMBERS, r"\d{1,3}"])
_MONTH = "|".join([*MONTHS, "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"])
_WEEKDAY = "|".join(WEEKDAYS)
_YEAR = r"(?:19|20)\d\d"
_MENTION = re.compile(
    rf"""(?<![\w-])(?:
      (?P<iso>\d{{4}}-\d\d(?:-\d\d)?)
    | (?P<near>the\ day\ before\ yesterday|the\ day\ after\ tomorrow|yesterday|last\ night|today|tonight|tomorrow
        |this\ (?:morning|afternoon|evening))
    | (?P<which>last|past|previous|this|current|next|coming)\ (?:(?P<unit>week|weekend|month|year)
        |(?P<this_day>{_WEEKDAY})|(?P<this_month>{_MONTH}))
    | (?P<ago>{_COUNT})\ (?P<ago_unit>{_UNITS})s?\ ago
    | (?:last|past)\ (?P<lately>{_COUNT})\ (?P<lately_unit>{_UNITS})s?
    | (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<day_month>{_MONTH})\.?(?:,?\ (?P<day_year>{_YEAR}))?
    | (?P<us_month>{_MONTH})\.?\ (?:the\ )?(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\ (?P<us_year>{_YEAR}))?
    | (?P<month>{_MONTH})(?:\.?,?\ (?:of\ )?(?P<month_year>{_YEAR}))?
    | (?P<year>{_YEAR})
    | (?P<weekday>{_WEEKDAY})
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
# Alone, these are also names, verbs or parts of words.
_DOUBTFUL = frozenset({"march", "april", "may", "june", "august"}) | {name[:3] for name in MONTHS} | {"sept"}
_CUE = re.compile(
    r"\b(?:in|during|since|until|till|before|after|by|early|late|mid|of|from|between|year|spring|summer|autumn|fall|winter|around)"
    r"[ -](?:the )?$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?<!day )(?<!days )(?<!week )(?<!weeks )\b(?P<word>since|after|before|until|till)\ $", re.IGNORECASE
)
_JOINED = re.compile(r"\s*(?:-|–|to|until|till|through)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween (?:the )?$", re.IGNORECASE)
_NEAR = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1, "the day after tomorrow": 2}
_STEP = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_PERIODS: dict[str, Callable[[date, int], Span]] = {
    "day": calendar.day,
    "week": calendar.week,
    "weekend": calendar.weekend,
    "month": calendar.month,
    "year": calendar.year,
}


def named_days(query: str, now: datetime) -> tuple[Span, ...]:
    """The days that a query names, as of now; empty if it names none.

    A month or a day without a year is that of any year, a day of the week the last one or the next. "Since", "after", "before",
    "until", "from … to" and "between … and" are understood.
    """
    if len(query) > _MOST_CHARACTERS:
        return ()
    today = now.date()
    found: list[Span] = []
    mentions = deque(_mentions(query, today))
    while mentions:
        start, end, spans = mentions.popleft()
        before = query[:start]
        if mentions and _links(query[end : mentions[0][0]], before):
            last = _latest(mentions.popleft()[2], today)
            first = _latest(spans, last.first)
            found.append(Span(min(first.first, last.first), max(first.last, last.last)))
        elif bound := _BOUND.search(before):
            found.append(_open(bound["word"].lower(), _latest(spans, today)))
        else:
            found += spans
    return tuple(found)


def of_days(named: Sequence[Span], created_at: datetime | None, event: Span | None = None) -> float:
    """How surely a memory is of the days that a query names: HAPPENED, SAID or 0.

    Args:
        named: as `named_days` returns it.
        created_at: when it was said. event: the days on which it happened; None if they are not known.
    """
    if event is not None and any(span.meets(event) for span in named):
        return HAPPENED
    if created_at is None:
        return 0.0
    said = created_at.date()
    return SAID if any(span.first <= said <= span.last for span in named) else 0.0


def _mentions(query: str, today: date) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Where each date stands in the query, and the days that it may mean, latest first."""
    end, believed = 0, False
    for match in _MENTION.finditer(query):
        alone = match["year"] or (match["month"] if not match["month_year"] else None)
        if alone and (match["year"] or alone.lower() in _DOUBTFUL):
            before = query[: match.start()]
            between = query[end : match.start()].lower()
            joined = believed and (between == " and " or _JOINED.fullmatch(between))
            last = match["year"] and not query[match.end() :].strip(" ?!.")
            if not (_CUE.search(before) or joined or last):
                believed = False
                continue
        spans = tuple(_spans(match, today))
        if spans:
            yield match.start(), match.end(), spans
        end, believed = match.end(), bool(spans)


def _links(between: str, before: str) -> bool:
    """Whether two dates with this between them are the ends of one span."""
    return bool(_JOINED.fullmatch(between) or (between.lower() == " and " and _BETWEEN.search(before)))


def _spans(match: re.Match[str], today: date) -> list[Span]:
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
        return _dated(parts[0], parts[1], parts[2] if len(parts) > 2 else None)
    if match["near"]:
        return [calendar.day(today, _NEAR.get(match["near"].lower(), 0))]
    if match["which"]:
        return _which(match, _STEP[match["which"].lower()], today)
    if match["ago"]:
        return [_PERIODS[match["ago_unit"].lower()](today, -_number(match["ago"]))]
    if match["lately"]:
        first = _PERIODS[match["lately_unit"].lower()](today, -_number(match["lately"])).first
        return [Span(first, today)]
    if match["weekday"]:
        return [_weekday(match["weekday"], today, 0), _weekday(match["weekday"], today, 1)]
    for day, month, year in (("day", "day_month", "day_year"), ("us_day", "us_month", "us_year")):
        if match[month]:
            return _any_year(match[year], _month(match[month]), int(match[day]), today)
    if match["month"]:
        return _any_year(match["month_year"], _month(match["month"]), None, today)
    return _dated(int(match["year"]), None, None)


def _which(match: re.Match[str], step: int, today: date) -> list[Span]:
    if match["unit"]:
        period = _PERIODS[match["unit"].lower()](today, step)
        # "The past week" goes on until now.
        return [Span(period.first, today) if match["which"].lower() == "past" else period]
    if match["this_day"]:
        if step == 0:
            return [calendar.day(calendar.week(today).first, WEEKDAYS.index(match["this_day"].lower()))]
        # Today is neither the last Monday nor the next.
        return [_weekday(match["this_day"], calendar.day(today, min(step, 0)).first, max(step, 0))]
    months = _any_year(None, _month(match["this_month"]), None, today)
    if step == 0:
        return [span for span in months if span.first.year == today.year]
    if step < 0:
        return [span for span in months if span.last < today][:1]
    return [span for span in months if span.first > today][-1:]


def _weekday(name: str, today: date, step: int) -> Span:
    """The last such day up to today, or so many weeks after that."""
    back = (today.weekday() - WEEKDAYS.index(name.lower())) % 7
    return calendar.day(today, 7 * step - back)


def _any_year(year: str | None, month: int, day: int | None, today: date) -> list[Span]:
    if year:
        return _dated(int(year), month, day)
    years = range(min(today.year + _YEARS_AHEAD, 9999), max(today.year - _YEARS_BACK, 0), -1)
    return [span for each in years for span in _dated(each, month, day)]


def _dated(year: int, month: int | None, day: int | None) -> list[Span]:
    """The days of a date; none if there is no such date."""
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return []
    return [(calendar.day if day else calendar.month if month else calendar.year)(first, 0)]


def _latest(spans: Sequence[Span], at: date) -> Span:
    """The latest of these that has begun by then; the earliest if none has."""
    return next((span for span in spans if span.first <= at), spans[-1])


def _open(word: str, span: Span) -> Span:
    if word == "since":
        return Span(span.first, date.max)
    if word == "after":
        return Span(calendar.day(span.last, 1).first, date.max)
    return Span(date.min, span.last if word in ("until", "till") else calendar.day(span.first, -1).last)


def _month(name: str) -> int:
    return [each[:3] for each in MONTHS].index(name[:3].lower()) + 1


def _number(count: str) -> int:
    return int(count) if count.isdigit() else NUMBERS[count.lower()]
