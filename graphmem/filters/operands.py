"""Reads operands: one reader for each kind, which raises FilterError for anything else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from graphmem import errors
from graphmem.errors import FilterError
from graphmem.filters.grammar import Operand
from graphmem.model.filter import Scalar, Span
from graphmem.model.folding import spelled
from graphmem.model.times import moment, spoken

_NO_TIME = "takes ISO 8601 (2026-03-31 or 2026-03-31T14:00:00Z) or seconds since the epoch, not "


def string(value: Any, path: str) -> str:
    """A string, in its one spelling."""
    if not isinstance(value, str):
        raise FilterError(f"takes a string, not {shown(value)}", path)
    return _unicode(value, path)


def scalar(value: Any, path: str) -> Scalar:
    """A string in its one spelling, a finite number or a truth value."""
    if isinstance(value, str):
        return _unicode(value, path)
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise FilterError(f"takes a string, a finite number or a truth value, not {shown(value)}", path)


def ordered(value: Any, path: str) -> Scalar:
    """A scalar that has an order: a string or a finite number."""
    if isinstance(value, bool):
        raise FilterError("takes a string or a finite number: truth values have no order", path)
    return scalar(value, path)


def time(value: Any, path: str) -> Span:
    """A moment as a span of no length, or a whole day in UTC."""
    start, end = moment(value), moment(value, day_end=True)
    if start is None or end is None:
        raise FilterError(_NO_TIME + shown(value), path)
    return Span(start, end)


def day(value: Any, path: str) -> date:
    """A day; of a date-time the one that it is on where it was written."""
    found = spoken(value)
    if found is None:
        raise FilterError(_NO_TIME + shown(value), path)
    return found.date()


def _many(read: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def read_all(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple | set | frozenset):
            raise FilterError(f"takes a list, not {shown(value)}", path)
        return tuple(read(item, f"{path}[{n}]") for n, item in enumerate(value))

    return read_all


READERS: Mapping[Operand, Callable[[Any, str], Any]] = {
    "string": string,
    "strings": _many(string),
    "scalar": scalar,
    "scalars": _many(scalar),
    "ordered": ordered,
    "member": scalar,
    "time": time,
    "times": _many(time),
    "day": day,
    "days": _many(day),
}


def shown(value: Any) -> str:
    """A value for an error message; of objects and lists only the type."""
    if value is None:
        return "null"
    return errors.shown(value) if isinstance(value, str | int | float) else type(value).__name__


def _unicode(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FilterError("contains half a surrogate pair, which is not valid Unicode", path) from None
    return spelled(value)
