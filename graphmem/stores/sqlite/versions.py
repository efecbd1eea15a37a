"""Questions about chains of versions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import Filter
from graphmem.model.memory import Entity, Relation, Scope
from graphmem.model.requests import Links, Past
from graphmem.model.times import to_micros
from graphmem.stores.sqlite.rows import VERSION_COLUMNS, memory_of, moment


def touched(connection: sqlite3.Connection, id: str) -> tuple[str, Sequence[str]] | None:
    row = connection.execute(
        "SELECT change_set FROM version WHERE change_set = :id UNION SELECT change_set FROM version WHERE id = :id",
        {"id": id},
    ).fetchone()
    if row is None:
        return None
    rows = connection.execute("SELECT DISTINCT memory_id FROM version WHERE change_set = ? ORDER BY seq", row)
    return row[0], [memory_id for (memory_id,) in rows]


def links(connection: sqlite3.Connection, version_id: str) -> Links:
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
            Relation(source, predicate, target, memory_id, moment(start), moment(end))
            for source, predicate, target, memory_id, start, end in relations
        ),
    )


def past(connection: sqlite3.Connection, filter: Filter, at: datetime) -> list[Past]:
    compiled = compile_sql(filter, "v")
    rows = connection.execute(
        f"SELECT {VERSION_COLUMNS}, x.data, v.conversation, v.position,"
        " (SELECT json_group_array(e.key) FROM version_entity n JOIN entity e ON e.seq = n.entity WHERE n.version = v.seq)"
        " FROM version v LEFT JOIN vector x ON x.id = v.vector"
        " WHERE v.recorded_from <= :at AND (v.recorded_to IS NULL OR v.recorded_to > :at) AND v.event <> 'DELETE'"
        f" AND ({compiled.text})",
        {**compiled.parameters, "at": to_micros(at)},
    )
    return [
        Past(
            memory_of(row),
            None if row[13] is None else np.frombuffer(row[13], dtype="<f4"),
            tuple(sorted(json.loads(row[16]))),
            row[14],
            row[15],
        )
        for row in rows
    ]


def within(connection: sqlite3.Connection, scope: Scope) -> list[str]:
    where = " AND ".join(f"{name} = :{name}" for name in scope.ids) or "true"
    rows = connection.execute(f"SELECT DISTINCT memory_id FROM version WHERE {where} ORDER BY memory_id", scope.ids)
    return [id for (id,) in rows]
