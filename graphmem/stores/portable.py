"""The format of an export: a whole store as JSON lines, the same for every kind of store.

Each line is an object with ``kind`` and the fields in KINDS, with sorted keys. After a header come messages, entities, pairs of
entities that count as one or were separated, versions (memory by memory, oldest first) and relations. The current memories are not
in the file, because they follow from the versions. The last line gives the number of records, so that a file that was cut off is
recognised. Times are ISO 8601 in UTC with microseconds. A vector is the base64 of its floats, 32 bits and little-endian.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

import numpy as np

from graphmem.errors import ValidationError, shown
from graphmem.model.folding import spelled
from graphmem.model.memory import SCOPE_FIELDS, Scope, StoredMemory, digest
from graphmem.model.requests import EmbedderInfo
from graphmem.model.times import from_micros
from graphmem.model.vectors import Vector
from graphmem.stores.portable_checks import check
from graphmem.stores.portable_order import Order

FORMAT = 1
_MAX_DIMENSIONS = 65_536
HEADER = "graphmem"
END = "end"
Record = dict[str, Any]

# Kind → fields. Stores give and take records with these names; times are datetimes there, and vectors arrays.
KINDS: Mapping[str, tuple[str, ...]] = {
    "message": (
        "id", "change_set", "conversation", "position", "role", "name", "content", "digest", "said_at", "read_by",
        "user_id", "agent_id", "app_id", "run_id", "vector",
    ),
    "entity": ("id", "owner", "key", "name", "type", "aliases"),
    "same": ("one", "other", "score", "recorded_at", "retracted_at"),
    "version": (
        "id", "memory_id", "number", "event", "change_set", "recorded_from", "recorded_to", "conversation", "position",
        "text", "user_id", "agent_id", "app_id", "run_id", "metadata", "categories", "immutable", "expires_at",
        "created_at", "updated_at", "event_start", "event_end", "vector", "entities", "sources",
    ),
    "relation": (
        "source", "predicate", "target", "memory_id", "valid_from", "valid_to", "recorded_at", "retracted_at",
    ),
}  # fmt: skip
# What records of older exports lack, by kind: it is null there. A message without scope ids is one that searches don't find.
ADDED: Mapping[str, frozenset[str]] = {
    "message": frozenset({"user_id", "agent_id", "app_id", "run_id", "vector"}),
    "version": frozenset({"event_start", "event_end"}),
}
# Days, ISO 8601 too.
DATES = frozenset({"event_start", "event_end"})
TIMES = frozenset(
    {"said_at", "recorded_at", "retracted_at", "recorded_from", "recorded_to", "expires_at", "created_at", "updated_at"}
    | {"valid_from", "valid_to"}
)


def header(embedder: EmbedderInfo | None) -> str:
    """The first line of an export. `embedder`: where its vectors come from; None if there are none."""
    found = None if embedder is None else {"name": embedder.name, "dimensions": embedder.dimensions}
    return _line({"kind": HEADER, "format": FORMAT, "embedder": found})


def end(records: int) -> str:
    """The last line of an export. `records`: number of lines between it and the header."""
    return _line({"kind": END, "records": records})


def line(kind: str, record: Mapping[str, Any]) -> str:
    """One record as a line, without a line break."""
    return _line({"kind": kind} | {name: _to_json(name, record[name]) for name in KINDS[kind]})


def read(lines: Iterable[str]) -> Iterator[tuple[str, Record]]:
    """The records of an export: first (HEADER, {"embedder": EmbedderInfo or None}), then the others, each once.

    Raises:
        ValidationError: a line is not a record, or can't stand beside those before it (the error names it); or the last line is missing.
    """
    records, ended = 0, False
    first: Record | None = None
    order = Order(tuple(KINDS))
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        where = f"line {number}"
        if ended:
            raise ValidationError(
                f"{where} comes after the end of the export; if the file holds two exports, import them one by one"
            )
        row = _parsed(text, where)
        kind = row.get("kind") if isinstance(row, dict) else None
        if first is None:
            first = _header(kind, row)
            yield HEADER, first
            continue
        if kind == END:
            if type(row.get("records")) is not int or row["records"] != records:
                raise ValidationError(f"{where} says that there are {shown(row.get('records'))} records, not {records}")
            ended = True
            continue
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValidationError(f"{where} is of kind {shown(kind)}; known are {', '.join(KINDS)}")
        record = _record(kind, row, where)
        check(kind, record, first["embedder"], where)
        records += 1
        if order.is_new(kind, record, where):
            yield kind, record
    if not ended:
        raise ValidationError(f"the export was cut off after {records} records: its last line is missing; export again")


def memory_of(record: Mapping[str, Any]) -> StoredMemory:
    """The memory as it was in the version that this record holds."""
    return StoredMemory(
        id=record["memory_id"],
        text=record["text"],
        scope=Scope(record["user_id"], record["agent_id"], record["app_id"], record["run_id"]),
        version_id=record["id"],
        created_at=record["created_at"],
        updated_at=record["updated_at"],
        metadata=record["metadata"],
        categories=tuple(record["categories"]),
        immutable=record["immutable"],
        expiration_date=record["expires_at"],
        event_start=record["event_start"],
        event_end=record["event_end"],
    )


def own_identity(memory: StoredMemory) -> str:
    """The identity of a memory whose text another one of its scope has, in another spelling: earlier versions told these apart."""
    return digest(memory.identity, memory.id)


def scope_of(record: Mapping[str, Any]) -> Scope | None:
    """Whom the message in this record belongs to; None if searches don't find it."""
    scope = Scope(record["user_id"], record["agent_id"], record["app_id"], record["run_id"])
    return scope if scope.ids else None


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValidationError(f"{where} is not JSON: {error}") from None
    except RecursionError:
        raise ValidationError(f"{where} is not JSON of an export: it is nested too deeply") from None


def _record(kind: str, row: Mapping[str, Any], where: str) -> Record:
    missing = [name for name in KINDS[kind] if name not in row and name not in ADDED.get(kind, ())]
    if missing:
        raise ValidationError(f"{where}, of kind {kind}, lacks {', '.join(missing)}")
    try:
        return {name: _from_json(name, row.get(name)) for name in KINDS[kind]}
    except (ValueError, TypeError, OverflowError) as error:
        raise ValidationError(f"{where}, of kind {kind}, can't be read: {error}") from None


def _header(kind: Any, row: Any) -> Record:
    if kind != HEADER or type(row.get("format")) is not int or row["format"] != FORMAT:
        raise ValidationError(f"this is not an export of graphmem in format {FORMAT}: its first line is {shown(row)}")
    found = row.get("embedder")
    if found is None:
        return {"embedder": None}
    name, size = (found.get("name"), found.get("dimensions")) if isinstance(found, dict) else (None, None)
    if not isinstance(name, str) or not name.strip() or type(size) is not int or not 0 < size <= _MAX_DIMENSIONS:
        raise ValidationError(f"the first line names an embedder that can't be one: {shown(found)}")
    return {"embedder": EmbedderInfo(name, size)}


def _line(row: Record) -> str:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Some programs take these characters for line breaks.
    return text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _to_json(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if name in TIMES and isinstance(value, int):
        return from_micros(value).isoformat(timespec="microseconds")
    if name == "vector" and value is not None:
        return base64.b64encode(np.ascontiguousarray(value, dtype="<f4").tobytes()).decode()
    return value


def _from_json(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in TIMES:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(f"{value!r} has no offset from UTC")
        return found.astimezone(timezone.utc)
    if name in DATES:
        return date.fromisoformat(value)
    if name == "vector":
        vector: Vector = np.frombuffer(base64.b64decode(value, validate=True), dtype="<f4")
        return vector
    return spelled(value) if name in SCOPE_FIELDS and isinstance(value, str) else value
