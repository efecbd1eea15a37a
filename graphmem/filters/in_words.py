"""Which condition of a filter a memory fails, and conditions in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from graphmem.filters.grammar import FIELDS
from graphmem.filters.to_python import getter, holds
from graphmem.model.filter import And, Compare, Filter, Not, Or, Path, Span
from graphmem.model.memory import StoredMemory

_MOST_VALUES = 5
_MOST_CHARACTERS = 300
_WORDS = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "nin": "is none of",
    "gt": "is greater than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "contains": "contains",
    "icontains": "contains, in any case,",
    "has": "contains",
    "any": "has a value",
}
_OF_CATEGORIES = {
    "eq": "contain",
    "ne": "do not contain",
    "in": "contain one of",
    "nin": "contain none of",
    "icontains": "contain, in any case,",
    "any": "are not empty",
}
_OF_TIMES = {"gt": "is after", "gte": "is not before", "lt": "is before", "lte": "is not after"}
_OF_KIND: Mapping[str, Mapping[str, str]] = {"categories": _OF_CATEGORIES, "time": _OF_TIMES, "day": _OF_TIMES}


def first_unmet(filter: Filter, memory: StoredMemory) -> Filter | None:
    """The first condition that a memory fails, in the filter's order; None if it meets all of them."""
    if holds(filter, memory):
        return None
    if isinstance(filter, And):
        return next(found for item in filter.items if (found := first_unmet(item, memory)) is not None)
    return filter


def in_words(filter: Filter) -> str:
    """A condition such as ``metadata.age is at least 18``, cut off after 300 characters."""
    text = _said(filter)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def value_in_words(filter: Filter, memory: StoredMemory) -> str | None:
    """What a memory has where this condition looks, such as ``metadata.age is 12``; None if it looks at several things or at the text."""
    if not isinstance(filter, Compare) or filter.path.field == "text":
        return None
    value = getter(filter.path)(memory)
    verb = "are" if filter.path.field == "categories" else "is"
    shown = "not set" if value is None or value == () else _value(value)
    return f"{_path(filter.path)} {verb} {shown}"[:_MOST_CHARACTERS]


def _said(node: Filter) -> str:
    if isinstance(node, Compare):
        words = {**_WORDS, **_OF_KIND.get(FIELDS[node.path.field].kind, {})}[node.op]
        value = "" if node.op == "any" else f" {_value(node.value)}"
        return f"{_path(node.path)} {words}{value}"
    if isinstance(node, Not):
        return f"not ({_said(node.item)})"
    if not node.items:
        return "no memory" if isinstance(node, Or) else "any memory"
    return f" {'or' if isinstance(node, Or) else 'and'} ".join(f"({_said(item)})" for item in node.items)


def _path(path: Path) -> str:
    return ".".join((path.field, *path.keys))


def _value(value: Any) -> str:
    if isinstance(value, tuple | list):
        shown = ", ".join(map(_value, value[:_MOST_VALUES]))
        return f"{shown}, …" if len(value) > _MOST_VALUES else shown
    if isinstance(value, Span):
        return value.start.isoformat() if value.start == value.end else value.start.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)
