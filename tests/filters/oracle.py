"""What a filter means, in plain Python over the dicts that a client returns. Shares no code with what it checks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

IDS = ("user_id", "agent_id", "app_id", "run_id")
TIMES = ("created_at", "updated_at", "expiration_date")


def holds(row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a memory, as get_all returns it, meets a well-formed filter."""
    return all(_entry(row, key, value) for key, value in given.items())


def _entry(row: Mapping[str, Any], key: str, value: Any) -> bool:
    if key in ("AND", "OR", "NOT"):
        found = [holds(row, item) for item in (value if isinstance(value, list) else [value])]
        return {"AND": all(found), "OR": any(found), "NOT": not any(found)}[key]
    if key in (*IDS, "id", "memory_id"):
        return _operators(row["id" if key == "memory_id" else key], value, _text)
    if key in TIMES:
        return _operators(row[key] and datetime.fromisoformat(row[key]), value, _time)
    if key in ("event_start", "event_end"):
        return _operators(row[key], value, _day)
    if key == "categories":
        # Of metadata an empty list is a value.
        return _operators(row["categories"] or None, value, _categories)
    if key in ("text", "memory"):
        return _operators(row["memory"], value, _text)
    if key == "keywords":
        return _operators(
            row["memory"], value if isinstance(value, dict) or value == "*" else {"icontains": value}, _text
        )
    assert key == "metadata"
    return _metadata(row["metadata"], value)


def _metadata(found: Any, given: Mapping[str, Any]) -> bool:
    words = ("eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "contains", "icontains")
    for key, value in given.items():
        named = [found[each] for each in found if _one(each) == _one(key)] if isinstance(found, dict) else []
        inner = named[0] if named else None
        if isinstance(value, dict) and not any(word in value for word in words):
            if not _metadata(inner, value):
                return False
        elif not _operators(inner, value, _value):
            return False
    return True


def _operators(found: Any, given: Any, compare: Callable[[Any, str, Any], bool]) -> bool:
    if isinstance(given, str) and given == "*":
        return found is not None
    operators = given if isinstance(given, dict) else {"eq": given}
    for word, operand in operators.items():
        if found is None:
            good = word in ("ne", "nin")
        elif word == "ne":
            good = not compare(found, "eq", operand)
        elif word == "in":
            good = any(compare(found, "eq", each) for each in operand)
        elif word == "nin":
            good = not any(compare(found, "eq", each) for each in operand)
        else:
            good = compare(found, word, operand)
        if not good:
            return False
    return True


def _day(found: str, word: str, operand: Any) -> bool:
    """Days are compared as they are written: ISO dates sort in the order of time."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=0 if isinstance(operand, str) else operand)
    day = operand[:10] if isinstance(operand, str) else moment.date().isoformat()
    return {"eq": found == day, "gt": found > day, "gte": found >= day, "lt": found < day, "lte": found <= day}[word]


def _text(found: str, word: str, operand: str) -> bool:
    if word == "icontains":
        return _without_case(operand) in _without_case(found)
    return _one(operand) in _one(found) if word == "contains" else _one(found) == _one(operand)


def _categories(found: list[str], word: str, operand: str) -> bool:
    if word == "icontains":
        return _without_case(operand) in map(_without_case, found)
    return _one(operand) in map(_one, found)


def _one(text: str) -> str:
    """Of the letters that are written in several ways the composed one, and of the full-width ones that of common width."""
    common = (chr(ord(each) - 0xFEE0) if "！" <= each <= "～" else each for each in text)
    return unicodedata.normalize("NFC", "".join(common))


def _without_case(text: str) -> str:
    return unicodedata.normalize("NFC", _one(text).replace("İ", "i").casefold())


def _time(found: datetime, word: str, operand: Any) -> bool:
    start, end = _span(operand)
    return {
        "eq": start <= found < end,
        "gt": found >= end,
        "gte": found >= start,
        "lt": found < start,
        "lte": found < end,
    }[word]


def _span(operand: Any) -> tuple[datetime, datetime]:
    """From the first moment that the operand means to the first one that it no longer means."""
    if isinstance(operand, str) and len(operand) == 10:
        day = datetime.fromisoformat(operand).replace(tzinfo=timezone.utc)
        return day, day + timedelta(days=1)
    if isinstance(operand, str):
        moment = datetime.fromisoformat(operand.replace("Z", "+00:00"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    else:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=operand)
    return moment, moment + timedelta(microseconds=1)


def _value(found: Any, word: str, operand: Any) -> bool:
    if word == "contains":
        inside = isinstance(found, str) and isinstance(operand, str) and _one(operand) in _one(found)
        return inside or (isinstance(found, list) and any(_same(each, operand) for each in found))
    if word == "icontains":
        if isinstance(found, list):
            return any(isinstance(each, str) and _without_case(each) == _without_case(operand) for each in found)
        return isinstance(found, str) and _without_case(operand) in _without_case(found)
    if word == "eq":
        return _same(found, operand)
    numbers = _is_number(found) and _is_number(operand)
    if not numbers and not (isinstance(found, str) and isinstance(operand, str)):
        return False
    if not numbers:
        found, operand = _one(found), _one(operand)
    return {"gt": found > operand, "gte": found >= operand, "lt": found < operand, "lte": found <= operand}[word]


def _same(found: Any, operand: Any) -> bool:
    kinds = [bool if isinstance(each, bool) else float if _is_number(each) else type(each) for each in (found, operand)]
    if kinds == [str, str]:
        return _one(found) == _one(operand)
    return kinds[0] is kinds[1] and found == operand


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
