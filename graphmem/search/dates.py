"""The days that a query names ("in May 2023", "since June", "last week"), and which memories are of these days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.model.calendar import Days
from graphmem.model.when import mentions

# What a memory tells happened on the days that a query names; or it may have, or was said then.
HAPPENED, SAID = 1.0, 0.5
# Of something that happened in a longer time than this, nothing is known of any one day.
_LONGEST = 31
# Longer queries are pasted texts: their dates are not what is asked for.
_MOST_CHARACTERS = 2_000


def named_days(query: str, now: datetime) -> tuple[Days, ...]:
    """The days that a query names, as of now; empty if it names none.

    A month or a day without a year is that of any year, a day of the week the last one or the next. "Since", "after", "before",
    "until", "from … to" and "between … and" are understood.
    """
    if len(query) > _MOST_CHARACTERS:
        return ()
    found = mentions(query, now.date(), ahead=False, question=True)
    return tuple(days for mention in found for days in mention.readings)


def of_days(named: Sequence[Days], created_at: datetime | None, event: Days | None = None) -> float:
    """How surely a memory is of the days that a query names: HAPPENED, SAID or 0.

    Args:
        named: as `named_days` returns it.
        created_at: when it was said. event: the days on which it happened; None if they are not known.
    """
    surely = max((_share(days, event) for days in named), default=0.0) if event is not None else 0.0
    if created_at is not None and any(days.has(created_at.date()) for days in named):
        return max(surely, SAID)
    return surely


def _share(days: Days, event: Days) -> float:
    first, last = event.first or event.last, event.last or event.first
    # What goes on until today is not of all days until today: what counts is the day on which it began or ended.
    if first is None or last is None or not days.meets(Days(first, last)):
        return 0.0
    if (days.first is None or days.first <= first) and (days.last is None or last <= days.last):
        return HAPPENED
    return SAID if (last - first).days < _LONGEST else 0.0
