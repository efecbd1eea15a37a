"""What the records of an export must be. A file may come from anywhere, and a store that took a wrong record would be broken by it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from graphmem.errors import ValidationError, shown
from graphmem.model.memory import MAX_ID, ROLES, SCOPE_FIELDS
from graphmem.model.metadata import MAX_BITS, MAX_DEPTH
from graphmem.model.requests import EmbedderInfo

Record = Mapping[str, Any]
Check = Callable[[Any], bool]

_MAX_NAME, _MAX_NUMBER = 2_000, 2**53


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any(unicodedata.category(c) == "Cs" for c in value)


def _is_said(value: Any) -> bool:
    return _is_text(value) and bool(value.strip())


def _is_name(value: Any) -> bool:
    return _is_said(value) and len(value) <= _MAX_NAME and "\0" not in value


def _is_id(value: Any) -> bool:
    # Callers' ids are taken without the spaces around them: nobody could ask for another one.
    return _is_name(value) and value == value.strip()


def _is_scope_id(value: Any) -> bool:
    return _is_id(value) and len(value) <= MAX_ID and not any(unicodedata.category(c) == "Cc" for c in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_time(value: Any) -> bool:
    return isinstance(value, datetime)


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_vector(value: Any) -> bool:
    return isinstance(value, np.ndarray) and len(value) > 0 and bool(np.isfinite(value).all())


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_name, value))


def _is_sources(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(
            isinstance(each, list)
            and len(each) == 3
            and _is_id(each[0])
            and all(n is None or _is_count(n) for n in each[1:])
            for each in value
        )
        # Each message once.
        and len({each[0] for each in value}) == len(value)
    )


def _one_of(*values: str) -> Check:
    return lambda value: isinstance(value, str) and value in values


def _is_metadata(value: Any) -> bool:
    return isinstance(value, dict) and not set(SCOPE_FIELDS) & set(value) and _is_json(value, MAX_DEPTH)


def _is_json(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_is_text(key) and _is_json(each, depth - 1) for key, each in value.items())
    if isinstance(value, list):
        return depth > 0 and all(_is_json(each, depth - 1) for each in value)
    if isinstance(value, str):
        return _is_text(value)
    if isinstance(value, int):
        return value.bit_length() <= MAX_BITS
    return value is None or (isinstance(value, float) and math.isfinite(value))


# Kind → field → what it must be. Those in _MAY_BE_NULL may also be null.
_SCOPE: Mapping[str, Check] = dict.fromkeys(SCOPE_FIELDS, _is_scope_id)
_FIELDS: Mapping[str, Mapping[str, Check]] = {
    "message": {
        **dict.fromkeys(("id", "change_set"), _is_id),
        **dict.fromkeys(("conversation", "digest", "read_by"), _is_name),
        "position": _is_count,
        "role": _one_of(*ROLES),
        "name": _is_name,
        "content": _is_said,
        "said_at": _is_time,
        "vector": _is_vector,
        **_SCOPE,
    },
    "entity": {"id": _is_id, **dict.fromkeys(("owner", "key", "name", "type"), _is_name), "aliases": _is_names},
    "same": {"one": _is_id, "other": _is_id, "score": _is_share, "recorded_at": _is_time, "retracted_at": _is_time},
    "version": {
        **dict.fromkeys(("id", "memory_id", "change_set"), _is_id),
        "conversation": _is_name,
        **dict.fromkeys(("recorded_from", "recorded_to", "expires_at", "created_at", "updated_at"), _is_time),
        **dict.fromkeys(("event_start", "event_end"), _is_day),
        "number": _is_count,
        "position": _is_count,
        "event": _one_of("ADD", "UPDATE", "DELETE"),
        "text": _is_said,
        "metadata": _is_metadata,
        "categories": _is_names,
        "entities": _is_names,
        "sources": _is_sources,
        "immutable": _is_flag,
        "vector": _is_vector,
        **_SCOPE,
    },
    "relation": {
        **dict.fromkeys(("source", "target", "memory_id"), _is_id),
        "predicate": _is_name,
        **dict.fromkeys(("valid_from", "valid_to", "recorded_at", "retracted_at"), _is_time),
    },
}
_MAY_BE_NULL: Mapping[str, frozenset[str]] = {
    "message": frozenset({"name", "read_by", "vector", *SCOPE_FIELDS}),
    "entity": frozenset(),
    "same": frozenset({"retracted_at"}),
    "version": frozenset(
        {"recorded_to", "conversation", "position", "expires_at", "event_start", "event_end", "vector", *SCOPE_FIELDS}
    ),
    "relation": frozenset({"valid_from", "valid_to", "retracted_at"}),
}


def check(kind: str, record: Record, embedder: EmbedderInfo | None, where: str) -> None:
    """Refuse a record that no export holds. How records fit together is left to the doctor: a damaged store may be exported, too.

    Args:
        embedder: of the vectors of the export; None if it has none. where: the line.

    Raises:
        ValidationError: names the line and the field.
    """
    for name, is_right in _FIELDS[kind].items():
        value = record[name]
        if value is None and name in _MAY_BE_NULL[kind]:
            continue
        if not is_right(value):
            raise ValidationError(f"{where}, of kind {kind}: {name} can't be {shown(value)}")
    vector = record.get("vector")
    if vector is not None and (embedder is None or len(vector) != embedder.dimensions):
        named = "no embedder" if embedder is None else f"an embedder of {embedder.dimensions} floats"
        raise ValidationError(
            f"{where}, of kind {kind}: its vector has {len(vector)} floats, but the first line names {named}"
        )
    if kind == "version" and (record["conversation"] is None) != (record["position"] is None):
        raise ValidationError(f"{where}, of kind {kind}: it has only one of conversation and position")
    if kind == "version" and not any(record[name] for name in SCOPE_FIELDS):
        raise ValidationError(
            f"{where}, of kind {kind}: it belongs to nobody, for it has none of {', '.join(SCOPE_FIELDS)}"
        )
