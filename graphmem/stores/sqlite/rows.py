"""Rows of the embedded store ↔ objects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.times import from_micros, to_micros
from graphmem.model.vectors import Vector

# The columns shared by `memory` and `version`, in the order of `state` and `memory_of`.
STATE = (
    "text",
    "user_id",
    "agent_id",
    "app_id",
    "run_id",
    "metadata",
    "categories",
    "immutable",
    "expires_at",
    "created_at",
    "updated_at",
    "event_start",
    "event_end",
)
MEMORY_COLUMNS = ", ".join(("m.id", "m.version_id", *(f"m.{name}" for name in STATE)))
# How many columns these are.
WIDTH = 2 + len(STATE)
VERSION_COLUMNS = ", ".join(("v.memory_id", "v.id", *(f"v.{name}" for name in STATE)))


def state(memory: StoredMemory) -> tuple[Any, ...]:
    """The values of the STATE columns."""
    scope = memory.scope
    return (
        memory.text,
        scope.user_id,
        scope.agent_id,
        scope.app_id,
        scope.run_id,
        _written(memory.metadata),
        _written(memory.categories),
        memory.immutable,
        micros(memory.expiration_date),
        to_micros(memory.created_at),
        to_micros(memory.updated_at),
        written(memory.event_start),
        written(memory.event_end),
    )


def memory_of(row: sqlite3.Row | Sequence[Any]) -> StoredMemory:
    """The memory in a row of MEMORY_COLUMNS or VERSION_COLUMNS."""
    (
        id,
        version_id,
        text,
        user,
        agent,
        app,
        run,
        metadata,
        categories,
        immutable,
        expires,
        created,
        updated,
        first,
        last,
    ) = row[:WIDTH]
    return StoredMemory(
        id=id,
        version_id=version_id,
        text=text,
        scope=_scope(user, agent, app, run),
        # Most have none. Callers may change theirs, so each gets its own.
        metadata={} if metadata == "{}" else _json(metadata)[0],
        categories=categories_of(categories),
        immutable=bool(immutable),
        expiration_date=moment(expires),
        created_at=from_micros(created),
        updated_at=from_micros(updated),
        event_start=day(first),
        event_end=day(last),
    )


# What json.loads and json.dumps call in the end.
_json = json.JSONDecoder().raw_decode
_written = json.JSONEncoder(ensure_ascii=False).encode
# Very many memories have one scope.
_scope = lru_cache(maxsize=4_096)(Scope)


@lru_cache(maxsize=4_096)
def categories_of(written: str) -> tuple[str, ...]:
    """The categories of a memory in their column."""
    return tuple(json.loads(written))


def micros(time: datetime | None) -> int | None:
    """A time as columns hold it: microseconds since the epoch."""
    return None if time is None else to_micros(time)


def moment(value: int | None) -> datetime | None:
    """A time from a column, in UTC."""
    return None if value is None else from_micros(value)


def written(day: date | None) -> str | None:
    """A day as columns hold it, in ISO form: in the order of time."""
    return None if day is None else day.isoformat()


def day(value: str | None) -> date | None:
    """A day from a column."""
    return None if value is None else date.fromisoformat(value)


def blob(vector: Vector) -> bytes:
    """A vector as columns hold it: its floats, 32 bits and little-endian."""
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()
