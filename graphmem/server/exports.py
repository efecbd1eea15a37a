"""Memories in the shape of a JSON schema that a caller gives: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.errors import ValidationError

# Other names under which callers ask for a memory's text.
_TEXT = ("memory", "text", "content", "fact", "value")
_MAX_DEPTH = 16
Rows = Sequence[Mapping[str, Any]]


def schema_of(given: Any) -> dict[str, Any]:
    """A schema, which some clients give as text.

    Raises:
        ValidationError: it is no JSON object.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            given = None
    if not isinstance(given, dict):
        raise ValidationError("schema must be a JSON schema: an object, or the text of one")
    return given


def shaped(schema: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """What is known, in the shape of the schema.

    A property is filled by the field of memories that has its name, or by the key of their metadata: a list with the values of all of
    them, anything else with the newest one's; a list of objects has an object for each memory that fills any of its properties. What
    nothing fills is null, or an empty list. A schema without properties gives all memories as ``memories``.

    Args:
        rows: memories as `get_all` returns them, newest first.
    """
    properties = _resolved(schema, schema).get("properties")
    if not isinstance(properties, Mapping) or not properties:
        return {"memories": list(rows)}
    return _object(properties, rows, schema, 0)


def _object(properties: Mapping[str, Any], rows: Rows, root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {str(name): _property(str(name), spec, rows, root, depth) for name, spec in properties.items()}


def _property(name: str, spec: Any, rows: Rows, root: Mapping[str, Any], depth: int) -> Any:
    spec = _resolved(spec, root)
    if depth > _MAX_DEPTH:
        return None
    inner = spec.get("properties")
    if isinstance(inner, Mapping):
        return _object(inner, rows, root, depth + 1)
    if spec.get("type") != "array":
        return next((value for row in rows if (value := _value(name, row)) is not None), None)
    items = _resolved(spec.get("items"), root).get("properties")
    if not isinstance(items, Mapping):
        return _values(name, rows)
    made = [_object(items, [row], root, depth + 1) for row in rows]
    return [each for each in made if any(value not in (None, []) for value in each.values())]


def _values(name: str, rows: Rows) -> list[Any]:
    """The values of all memories; their texts, if no memory has anything of this name."""
    found: list[Any] = []
    for row in rows:
        value = _value(name, row)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return found or [row["memory"] for row in rows if name in ("memories", "facts")]


def _value(name: str, row: Mapping[str, Any]) -> Any:
    if name in row["metadata"]:
        return row["metadata"][name]
    return row["memory"] if name in _TEXT else row.get(name)


def _resolved(spec: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference within the schema means; of several alternatives the first that is not null."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(spec, Mapping):
            return {}
        if isinstance(spec.get("$ref"), str):
            found: Any = root
            for part in spec["$ref"].removeprefix("#/").split("/"):
                found = found.get(part) if isinstance(found, Mapping) else None
            spec = found
        elif isinstance(spec.get("anyOf"), list):
            spec = next(
                (each for each in spec["anyOf"] if isinstance(each, Mapping) and each.get("type") != "null"), {}
            )
        else:
            return spec
    return {}
