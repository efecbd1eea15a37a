"""Records and events of a server as rows of plain values, which both stores write. Times are microseconds since the epoch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphmem.model.memory import SCOPE_FIELDS, Scope
from graphmem.model.served import Event, Outcome, Record
from graphmem.model.times import from_micros, to_micros


def row_of_record(record: Record) -> dict[str, Any]:
    """A record as `record` reads it."""
    return {
        "kind": record.kind,
        "id": record.id,
        "owner": record.owner,
        "data": _written(record.data),
        "created_at": to_micros(record.created_at),
        "updated_at": to_micros(record.updated_at),
    }


def record(row: Mapping[str, Any]) -> Record:
    """The record in a row."""
    return Record(
        row["kind"],
        row["id"],
        row["owner"],
        json.loads(row["data"]),
        from_micros(row["created_at"]),
        from_micros(row["updated_at"]),
    )


def row_of_event(event: Event) -> dict[str, Any]:
    """An event that was just accepted."""
    return {
        "id": event.id,
        "kind": event.kind,
        "lane": event.lane,
        **{name: getattr(event.scope, name) for name in SCOPE_FIELDS},
        "request": _written(event.request),
        "created_at": to_micros(event.created_at),
    }


def row_of_outcome(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """How an event ended, at this time."""
    return {
        "status": outcome.status,
        "results": _written(list(outcome.results)),
        "error": outcome.error,
        "now": to_micros(now),
    }


def event(row: Mapping[str, Any]) -> Event:
    """The event in a row."""
    return Event(
        id=row["id"],
        kind=row["kind"],
        lane=row["lane"],
        scope=Scope(*(row[name] for name in SCOPE_FIELDS)),
        request=None if row["request"] is None else json.loads(row["request"]),
        created_at=from_micros(row["created_at"]),
        status=row["status"],
        results=json.loads(row["results"] or "[]"),
        error=row["error"],
        started_at=None if row["started_at"] is None else from_micros(row["started_at"]),
        ended_at=None if row["ended_at"] is None else from_micros(row["ended_at"]),
        attempts=row["attempts"],
    )


def _written(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False)
