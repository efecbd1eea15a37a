"""Answers questions about versions: chains, and what was current at a past time."""

from __future__ import annotations

import json
import sqlite3

from graphmem.model.memory import Entity, Links, Message, StoredRelation, StoredVersion
from graphmem.model.requests import VersionsRequest
from graphmem.model.times import from_micros
from graphmem.stores.sqlite.rows import VERSION_COLUMNS, WIDTH, memory_of, moment

_COLUMNS = f"{VERSION_COLUMNS}, v.event, v.recorded_from, v.recorded_to, v.change_set"


def versions(connection: sqlite3.Connection, request: VersionsRequest) -> tuple[StoredVersion, ...]:
    """The complete chains of the requested memories, ordered by their first versions; each chain oldest first."""
    # Without a scope only the ids and the call select; an empty scope selects everything.
    where, parameters = "false", dict[str, str]()
    if request.scope is not None:
        where = " AND ".join(f"{name} = :{name}" for name in request.scope.ids) or "true"
        parameters = request.scope.ids
    rows = connection.execute(
        f"""
        WITH wanted AS (
            SELECT value AS id FROM json_each(:ids)
            UNION SELECT memory_id FROM version
            WHERE change_set IN (SELECT :call UNION SELECT change_set FROM version WHERE id = :call)
            UNION SELECT memory_id FROM version WHERE {where}
        ),
        began AS (SELECT memory_id, min(seq) AS first FROM version WHERE memory_id IN (SELECT id FROM wanted) GROUP BY memory_id)
        SELECT {_COLUMNS} FROM began b JOIN version v ON v.memory_id = b.memory_id ORDER BY b.first, v.number
        """,
        {**parameters, "ids": json.dumps(request.memory_ids), "call": request.call},
    ).fetchall()
    return tuple(
        StoredVersion(
            id=row[1],
            memory=memory_of(row),
            event=row[WIDTH],
            recorded_from=from_micros(row[WIDTH + 1]),
            recorded_to=moment(row[WIDTH + 2]),
            change_set=row[WIDTH + 3],
            messages=_messages(connection, row[WIDTH + 3]) if request.messages else (),
            links=_links(connection, row[1]) if request.links else None,
        )
        for row in rows
    )


def _messages(connection: sqlite3.Connection, change_set: str) -> tuple[Message, ...]:
    rows = connection.execute(
        "SELECT role, content, name FROM message WHERE change_set = ? ORDER BY position", (change_set,)
    )
    return tuple(Message(*row) for row in rows)


def _links(connection: sqlite3.Connection, version_id: str) -> Links:
    entities = connection.execute(
        "SELECT e.name, e.type FROM version v JOIN version_entity n ON n.version = v.seq JOIN entity e ON e.seq = n.entity"
        " WHERE v.id = ? ORDER BY e.key, e.type",
        (version_id,),
    )
    relations = connection.execute(
        "SELECT s.id, r.predicate, t.id, r.memory_id, r.valid_from, r.valid_to FROM version v"
        " JOIN relation r ON r.memory_id = v.memory_id AND r.recorded_at <= v.recorded_from"
        " AND (r.retracted_at IS NULL OR r.retracted_at > v.recorded_from)"
        " JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target WHERE v.id = ? ORDER BY r.seq",
        (version_id,),
    )
    return Links(
        tuple(Entity(name, type) for name, type in entities),
        tuple(
            StoredRelation(source, predicate, target, memory_id, moment(start), moment(end))
            for source, predicate, target, memory_id, start, end in relations
        ),
    )
