"""Reads what clients put into the query of a GET or DELETE, in each of the ways in which they write it."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.datastructures import QueryParams

from graphmem.errors import ValidationError, nearest, shown
from graphmem.model.memory import SCOPE_FIELDS

ANY = "*"
_SHOWN = 64


def check(given: QueryParams, known: Mapping[str, bool], ignored: Collection[str] = ()) -> None:
    """Refuse a query that can't be read as a whole. What is passed over might be a condition.

    Args:
        known: the names that may stand in it, and whether each may have several values. ignored: names that change nothing.

    Raises:
        ValidationError: it holds another name, or one has values of which it can have only one.
    """
    for name in given:
        if name in ignored:
            continue
        if name not in known:
            allowed = f"there may be {', '.join(known)}" if known else "this request takes nothing there"
            raise ValidationError(
                f"{name[:_SHOWN]} is unknown in the query{nearest(name, known)}: {allowed}. Nothing was done"
            )
        if not known[name] and len(set(given.getlist(name))) > 1:
            raise ValidationError(f"{name} has several values in the query: give one. Nothing was done")


def json_object(name: str, text: str | None) -> dict[str, Any] | None:
    """The object that a parameter holds: as JSON, or in Python's notation, which some clients send.

    Raises:
        ValidationError: it is neither. A condition that can't be read must not be taken for none.
    """
    if text is None:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return found
    raise ValidationError(f"{name} can't be read: {shown(text)} is no JSON object. Nothing was done")


def listed(given: Sequence[str] | None) -> list[str] | None:
    """The values of a parameter: repeated, or in one, with commas between them."""
    if given is None:
        return None
    parts = [part.strip() for each in given for part in each.split(",")]
    return [part for part in parts if part]


def split(ids: Mapping[str, str | None]) -> tuple[dict[str, str | None], list[str]]:
    """The ids that are meant as they stand, and the names of those that may be any (``*``)."""
    exact = {name: value for name, value in ids.items() if value is None or value.strip() != ANY}
    return exact, [name for name in ids if name not in exact]


def anything(names: Sequence[str]) -> dict[str, Any] | None:
    """The filter for memories that have each of these ids, whatever it is. All four together mean every memory: each has one."""
    if not names:
        return None
    return {"OR" if set(names) == set(SCOPE_FIELDS) else "AND": [{name: ANY} for name in names]}


def both(one: Any, other: Any) -> Any:
    """A filter for what meets both of these, of which each may be None."""
    return {"AND": [one, other]} if one is not None and other is not None else one if one is not None else other


def ids_in(filters: Any, where: str = "filters") -> dict[str, str]:
    """The ids that a filter names and nothing else: some clients put the scope of an add there.

    Raises:
        ValidationError: it holds anything else.
    """
    if filters is None:
        return {}
    items = filters.items() if isinstance(filters, Mapping) else [("AND", filters)]
    found: dict[str, str] = {}
    for name, value in items:
        if name == "AND" and isinstance(value, list):
            for n, each in enumerate(value):
                if not isinstance(each, Mapping):
                    raise ValidationError(f"{where}.AND[{n}] must be an object, not {shown(each)}")
                found |= ids_in(each, f"{where}.AND[{n}]")
        elif name in SCOPE_FIELDS and isinstance(value, str):
            found[name] = value
        else:
            raise ValidationError(
                f"{where}.{name}: an add takes only ids there ({', '.join(SCOPE_FIELDS)}), each a string"
            )
    return found
