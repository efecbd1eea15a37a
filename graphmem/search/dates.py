"""The days that a query names ("in May 2023", "since June", "last week"), and which memories are of these days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.model.calendar import Days
from graphmem.model.when import mentions

# The event of a memory is of a day that the query names, or only what was said about it is.
HAPPENED, SAID = 1.0, 0.5
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
    if event is not None and any(days.meets(event) for days in named):
        return HAPPENED
    if created_at is None:
        return 0.0
    said = created_at.date()
    return SAID if any(days.has(said) for days in named) else 0.0
