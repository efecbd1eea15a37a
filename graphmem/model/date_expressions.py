"""The table of date expressions: how each is written, and which days it may mean. Pure; `graphmem.model.when` puts them together.

Libraries that find dates in a text give one moment and not all days that are meant ("May 2023" is one day of that May), and take "may",
"now" and "we" for dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from graphmem.model import date_meanings as means
from graphmem.model import date_parts as parts
from graphmem.model.calendar import MONTHS, NUMBERS, PERIODS, SEASONS, WEEKDAYS, Days
from graphmem.model.date_meanings import NEAR, STEP, Found
from graphmem.model.date_parts import NTH

# What must be around an expression for it to be one. cue: a word such as "in" before it ("may", "2013"); place: such a word or "at", "on"
# and the like; ahead: a sentence about what is to come ("in two weeks" also says how long it took); perfect: a tense that reaches to now
# ("has lived here for two years").
Needs = Literal["cue", "place", "ahead", "perfect"]
Read = Callable[[Found, date], list[Days]]


def _words(names: Iterable[str]) -> str:
    """A pattern of any of these, in which spaces count."""
    return "|".join(sorted(names, key=len, reverse=True)).replace(" ", r"\ ")


NUMBER_WORDS = "|".join([*NUMBERS, r"\d{1,3}"])
_SLOTS = {
    "count": NUMBER_WORDS,
    "unit": "|".join(PERIODS),
    "which": _words(STEP),
    "weekday": "|".join(WEEKDAYS),
    "weekdays": "|".join([*WEEKDAYS, "mon|tues?|wed|thurs?|fri|sat|sun"]),
    "month": "|".join([*MONTHS, "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"]),
    "season": "|".join(SEASONS),
    "holiday": r"christmas\ eve|christmas(?:\ day)?|new\ year['’]s\ eve|new\ year['’]s(?:\ day)?|valentine['’]s(?:\ day)?|halloween",
    "year": r"(?:19|20)\d\d",
    "that_year": r"(?:19|20)\d\d|(?:last|this|next)\ year",
    "day": r"\d{1,2}",
    "some": r"(?:a\ )?(?:few|couple(?:\ of)?)|several",
    "nth": _words(NTH),
    "near": _words(NEAR) + r"|(?:earlier\ |later\ )?today|tonight|this\ (?:morning|afternoon|evening)",
}
# Without one of these, or a digit, a text names no day.
NEEDED = re.compile(
    rf"\d|\b(?:{_SLOTS['near']}|(?:{_SLOTS['unit']})s?|{_SLOTS['weekdays']}|{_SLOTS['month']}|{_SLOTS['holiday']}"
    r"|fortnights?|nights?|evenings?|mornings?|quarter|decades?|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b",
    re.IGNORECASE | re.VERBOSE,
)
# The same in a text in lower case, in a third of the time.
NEEDED_LOWER = re.compile(NEEDED.pattern, re.VERBOSE)
# Not within a word, but "mid-May".
_START = r"(?<!\w)(?:(?<!-)|(?<=mid-)|(?<=early-)|(?<=late-))"


@dataclass(frozen=True, slots=True)
class Expression:
    """One way to name days.

    Attributes:
        pattern: what it looks like.
        read: from its parts, in lower case, and today's date: the days that it may mean, the latest first; empty if there are no such days.
        relative: whether it means other days when it is said on another day, however clear the year is.
        needs: what must be around it; None if nothing must.
    """

    pattern: re.Pattern[str]
    read: Read
    relative: bool
    needs: Needs | None


def _expression(form: str, read: Read, *, relative: bool = False, needs: Needs | None = None) -> Expression:
    """A row of the table. ``<name>`` stands for a part, `_SLOTS` tells its words; ``<name2>`` is a second one of the kind."""
    slots = re.sub(r"(?<!\?P)<([a-z_]+)(\d?)>", lambda slot: f"(?P<{slot[1]}{slot[2]}>{_SLOTS[slot[1]]})", form)
    pattern = re.compile(rf"{_START}(?:{slots})(?![\w-])", re.IGNORECASE | re.VERBOSE)
    return Expression(pattern, read, relative, needs)


_TH = r"(?:st|nd|rd|th)?"
_DAY_NAME = r"(?:(?:<weekdays>),?\ (?:the\ )?)?"
_OF_YEAR = r"(?:\.?,?\ (?:of\ |in\ )?<that_year>)?"
_AGO = r"(?:ago|back)"

# Of two that begin at the same place the longer counts; of two as long the first.
EXPRESSIONS: tuple[Expression, ...] = (
    _expression(
        rf"{_DAY_NAME}(?P<iso>\d{{4}}-\d\d(?:-\d\d)?)(?:[T\ ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?", means.iso
    ),
    _expression(r"(?:the\ )?<near>", means.near, relative=True),
    _expression(r"(?P<the>the\ )?<which>\ <unit>(?!\ of\b)", means.period, relative=True),
    _expression(r"<which>\ <weekdays>", means.which_weekday, relative=True),
    _expression(r"<weekday>\ (?:of\ )?<which>\ week", means.weekday_of_week, relative=True),
    _expression(r"<which>\ <month>", means.which_month, relative=True),
    _expression(r"<which>\ <holiday>", means.which_holiday, relative=True),
    _expression(r"the\ <unit>\ (?P<side>before\ last|after\ next)", means.two_on, relative=True),
    _expression(r"(?P<rest>earlier|later)\ this\ <unit>", means.rest_of, relative=True),
    _expression(
        rf"(?P<about>(?:about|around|roughly|almost|nearly|over|some)\ )?<count>\ <unit>s?\ {_AGO}",
        means.ago,
        relative=True,
    ),
    _expression(rf"<some>\ <unit>s\ {_AGO}", means.some_ago, relative=True),
    _expression(rf"<count>\ (?:or|to)\ <count2>\ <unit>s\ {_AGO}", means.either_ago, relative=True),
    _expression(rf"(?:a|one)\ <unit>\ or\ (?:two|so)\ {_AGO}", means.or_two_ago, relative=True),
    _expression(rf"(?:half\ a\ (?P<half>year|month))\ {_AGO}", means.and_a_half_ago, relative=True),
    _expression(rf"<count>\ and\ a\ half\ (?P<half>year|month)s\ {_AGO}", means.and_a_half_ago, relative=True),
    _expression(
        rf"(?P<one>a|one)\ (?P<half>year|month)\ and\ a\ half\ {_AGO}",
        lambda f, t: means.and_a_half_ago({**f, "count": "1"}, t),
        relative=True,
    ),
    _expression(r"in\ (?:about\ )?(?:<count>|<some>)\ <unit>s?(?:'\ time)?", means.ahead, relative=True, needs="ahead"),
    _expression(r"(?:<count>|<some>)\ <unit>s?\ from\ (?:now|today)", means.ahead, relative=True),
    _expression(r"(?:the\ )?(?:last|past)\ (?:<count>|<some>)\ <unit>s?", means.lately, relative=True),
    _expression(r"(?:the\ )?(?:next|coming)\ (?:<count>|<some>)\ <unit>s?", means.soon, relative=True),
    _expression(
        r"for\ (?:about\ |over\ |almost\ )?(?:<count>|<some>)\ <unit>s?", means.lasting, relative=True, needs="perfect"
    ),
    _expression(
        rf"(?:a|one)\ fortnight\ {_AGO}",
        lambda _, t: means.ago({"count": "two", "unit": "week"}, t),
        relative=True,
    ),
    _expression(
        r"in\ a\ fortnight(?:['’]s\ time)?",
        lambda _, t: means.ahead({"count": "two", "unit": "week"}, t),
        relative=True,
        needs="ahead",
    ),
    _expression(
        rf"<count>\ (?:night|evening|morning)s?\ {_AGO}", lambda f, t: means.ago({**f, "unit": "day"}, t), relative=True
    ),
    _expression(
        rf"<some>\ (?:night|evening|morning)s\ {_AGO}",
        lambda f, t: means.some_ago({**f, "unit": "day"}, t),
        relative=True,
    ),
    _expression(rf"<count>\ decades?\ {_AGO}", parts.decades_ago, relative=True),
    _expression(rf"<count>\ (?P<unit>day|week|year)s?\ {_AGO}\ today", parts.to_the_day, relative=True),
    _expression(rf"<count>\ <weekday>s\ {_AGO}", parts.days_ago, relative=True),
    _expression(r"the\ <weekday>\ (?P<side>before\ last|after\ next)", parts.weekday_two_on, relative=True),
    _expression(r"<count>\ weeks?\ from\ <weekday>", parts.weeks_from_day, relative=True),
    _expression(r"<weekday>\ week", parts.weeks_from_day, relative=True, needs="ahead"),
    _expression(
        r"the\ other\ (?P<thing>day|night|evening|morning|afternoon|week|weekend)", parts.the_other, relative=True
    ),
    _expression(r"(?:the|all)\ weekend(?!\ (?:of|before|after)\b)", parts.the_weekend, relative=True, needs="place"),
    _expression(
        r"(?:the\ )?(?P<part>beginning|start|middle|end|first\ half|second\ half)\ of\ the\ (?P<unit>week|month|year)"
        r"(?!\ (?:of|before|after)\b)",
        parts.of_the_period,
        relative=True,
    ),
    _expression(r"(?P<rest>earlier|later)\ in\ the\ (?P<unit>week|month|year)", means.rest_of, relative=True),
    _expression(
        r"(?:the\ )?coming\ (?P<unit>day|week|month)s", lambda f, t: means.soon({**f, "some": "few"}, t), relative=True
    ),
    _expression(
        r"(?:recent|(?:the|these)\ past)\ (?P<unit>day|week|month)s",
        lambda f, t: means.lately({**f, "some": "few"}, t),
        relative=True,
    ),
    _expression(r"within\ (?:the\ next\ )?(?:<count>|<some>)\ <unit>s?", means.soon, relative=True, needs="ahead"),
    _expression(
        rf"(?:the\ )?<nth>\ (?:<count>\ )?(?P<item>(?:day|week)s?|weekend|{'|'.join(WEEKDAYS)})\ (?:of|in)\ <month>{_OF_YEAR}",
        parts.part_of_month,
    ),
    _expression(
        rf"(?:the\ )?<nth>\ (?:<count>\ )?(?P<item>(?:day|week)s?|weekend|{'|'.join(WEEKDAYS)})\ (?:of|in)\ <which>\ "
        r"(?:month|<month>)",
        parts.part_of_month,
        relative=True,
    ),
    _expression(r"(?:the\ )?<nth>\ quarter\ of\ <that_year>", parts.quarter),
    _expression(r"q(?P<quarter>[1-4])\ (?:of\ )?<that_year>", parts.quarter),
    _expression(rf"{_DAY_NAME}<day>{_TH}\ (?:of\ )?<month>{_OF_YEAR}", means.any_year),
    _expression(rf"{_DAY_NAME}<month>\.?\ (?:the\ )?<day>{_TH}(?!\d|:){_OF_YEAR}", means.any_year),
    _expression(
        rf"<day>{_TH}(?:\ ?[-–]\ ?|\ (?:to|until|and)\ )<day2>{_TH}\ (?:of\ )?<month>{_OF_YEAR}", means.days_of_month
    ),
    _expression(rf"<month>\ <day>{_TH}(?:\ ?[-–]\ ?|\ (?:to|until|and)\ )<day2>{_TH}{_OF_YEAR}", means.days_of_month),
    _expression(r"<month>(?:\.?,?\ (?:of\ |in\ )?<that_year>)", means.any_year),
    _expression(r"<month>", means.any_year, needs="cue"),
    _expression(r"(?:the\ )?<season>(?:,?\ (?:of\ |in\ )?<that_year>)", means.a_season),
    _expression(r"the\ <season>", means.a_season, needs="place"),
    _expression(r"<holiday>(?:,?\ (?:of\ |in\ )?<that_year>)", means.a_holiday),
    _expression(r"<holiday>", means.a_holiday, needs="place"),
    _expression(r"the\ <day>(?:st|nd|rd|th)(?=\ *(?:[.,;!?)]|$))", means.day_of_this_month, needs="place"),
    _expression(r"<weekday>", means.any_weekday),
    _expression(r"the\ (?P<decade>(?:19|20)?\d0)s", means.decade),
    _expression(r"<day>/<day2>/<year>", means.numeric),
    _expression(r"<day>\.\ ?<day2>\.\ ?<year>", means.dotted),
    _expression(r"<year>\ ?[-–]\ ?<year2>", means.some_years),
    _expression(r"<month>\ ?[-–]\ ?<month2>(?:\ <year>)?", means.some_months),
    _expression(r"<year>", means.a_year, needs="cue"),
)
# Alone, these are also names, verbs or parts of words; other months need no word such as "in" before them.
DOUBTFUL = frozenset({"march", "april", "may", "june", "august"}) | {name[:3] for name in MONTHS} | {"sept"}
