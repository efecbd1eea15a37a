"""Records of Neo4j → objects. Pure. Times come as microseconds since the epoch, which no driver rounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphmem.clock import from_micros
from graphmem.model import Candidate, Findings, Memory, Message, Owner, Relation, Scope, Version

Record = Mapping[str, Any]


def memory(record: Record) -> Memory:
    return Memory(
        id=record["id"],
        version_id=record["version_id"],
        text=record["text"],
        scope=Scope(record["user_id"], record["agent_id"], record["app_id"], record["run_id"]),
        metadata=json.loads(record["metadata"]),
        categories=tuple(record["categories"]),
        immutable=record["immutable"],
        expiration_date=_moment(record["expires_at"]),
        created_at=from_micros(record["created_at"]),
        updated_at=from_micros(record["updated_at"]),
    )


def version(record: Record) -> Version:
    return Version(
        id=record["version_id"],
        memory=memory(record),
        event=record["event"],
        recorded_from=from_micros(record["recorded_from"]),
        recorded_to=_moment(record["recorded_to"]),
        messages=tuple(Message(*each) for each in record["messages"] if each[0] is not None),
    )


def findings(record: Record) -> Findings:
    return Findings(tuple(Candidate(*row) for row in record["candidates"]), record["plan"] or "none")


def relation(record: Record) -> Relation:
    return Relation(
        source=record["source"],
        predicate=record["predicate"],
        target=record["target"],
        memory_id=record["memory_id"],
        valid_from=_moment(record["valid_from"]),
        valid_to=_moment(record["valid_to"]),
    )


def owner(record: Record) -> Owner:
    return Owner(
        kind=record["kind"],
        id=record["id"],
        memories=record["memories"],
        created_at=from_micros(record["created_at"]),
        updated_at=from_micros(record["updated_at"]),
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)
