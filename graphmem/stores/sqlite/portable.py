"""Reads and writes whole tables, for export and import."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphmem.model.times import from_micros, to_micros
from graphmem.model.words import indexed
from graphmem.stores.portable import DATES, KINDS, TIMES, memory_of, own_identity, scope_of
from graphmem.stores.scope_tokens import scope_tokens
from graphmem.stores.sqlite.rows import STATE, blob, day, written
from graphmem.stores.sqlite.said import insert_said
from graphmem.stores.sqlite.write import index

_READ = {
    "message": (
        "SELECT m.id, m.change_set, m.conversation, m.position, m.role, m.name, m.content, m.digest, m.said_at, m.read_by,"
        " s.user_id, s.agent_id, s.app_id, s.run_id, {vector} AS data FROM message m LEFT JOIN said s ON s.message = m.seq"
        " LEFT JOIN said_vector x ON x.id = s.vector ORDER BY m.id"
    ),
    "entity": "SELECT {columns} FROM entity ORDER BY id",
    "same": (
        "SELECT s.id AS one, t.id AS other, x.score, x.recorded_at, x.retracted_at FROM same_as x"
        " JOIN entity s ON s.seq = x.one JOIN entity t ON t.seq = x.other ORDER BY s.id, t.id"
    ),
    "version": (
        "SELECT v.*, {vector} AS data, (SELECT json_group_array(id) FROM (SELECT e.id FROM version_entity n JOIN entity e"
        " ON e.seq = n.entity WHERE n.version = v.seq ORDER BY e.id)) AS entities, (SELECT json_group_array(json_array(id, first, last))"
        " FROM (SELECT m.id, s.first, s.last FROM version_source s JOIN message m ON m.seq = s.message WHERE s.version = v.seq"
        " ORDER BY m.id)) AS sources FROM version v LEFT JOIN vector x ON x.id = v.vector ORDER BY v.memory_id, v.number"
    ),
    "relation": (
        "SELECT s.id AS source, r.predicate, t.id AS target, r.memory_id, r.valid_from, r.valid_to, r.recorded_at, r.retracted_at"
        " FROM relation r JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target"
        " ORDER BY r.memory_id, r.recorded_at, s.id, r.predicate, t.id"
    ),
}
_JSON = frozenset({"metadata", "categories", "entities", "sources", "aliases"})


def dump(
    connection: sqlite3.Connection, kind: str, offset: int, limit: int, *, vectors: bool = True
) -> list[dict[str, Any]]:
    """Records of a kind in a fixed order: at most `limit` of them, after the first `offset`. Vectors are None if they are not wanted."""
    query = _READ[kind].format(columns=", ".join(KINDS[kind]), vector="x.data" if vectors else "NULL")
    cursor = connection.execute(f"{query} LIMIT ? OFFSET ?", (limit, offset))
    names = [column[0] for column in cursor.description]
    return [_exported(kind, dict(zip(names, row, strict=True))) for row in cursor]


def load(connection: sqlite3.Connection, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the records that the store does not hold yet; returns their number."""
    return sum(_LOADERS[kind](connection, row) for row in rows)


def _exported(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    if "data" in row:
        row["vector"] = None if row["data"] is None else np.frombuffer(row["data"], dtype="<f4")
    if kind == "version":
        row["immutable"] = bool(row["immutable"])
    return {
        name: from_micros(value)
        if name in TIMES and value is not None
        else day(value)
        if name in DATES
        else json.loads(value)
        if name in _JSON
        else value
        for name in KINDS[kind]
        for value in (row[name],)
    }


def _column_values(row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [
        to_micros(value) if name in TIMES and value is not None
        else written(value) if name in DATES
        else json.dumps(value, ensure_ascii=False) if name in _JSON else value
        for name in names
        for value in (row[name],)
    ]  # fmt: skip


def _insert_into(table: str, kind: str) -> Any:
    """A loader for a kind whose fields are the columns of one table."""
    names = KINDS[kind]
    query = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) ON CONFLICT DO NOTHING"
    return lambda connection, row: connection.execute(query, _column_values(row, names)).rowcount


_MESSAGE = ("id", "change_set", "conversation", "position", "role", "name", "content", "digest", "said_at", "read_by")


def _message(connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    made = connection.execute(
        f"INSERT INTO message ({', '.join(_MESSAGE)}) VALUES ({', '.join('?' * len(_MESSAGE))}) ON CONFLICT DO NOTHING",
        _column_values(row, _MESSAGE),
    )
    scope = scope_of(row)
    if made.rowcount and scope is not None:
        # Without a vector it may be one whose content has none, or one of an older store: `reembed` finds that out.
        insert_said(connection.execute, made.lastrowid or 0, row["content"], scope, row["vector"], embedded=False)
    return made.rowcount


def _same(connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    return connection.execute(
        "INSERT INTO same_as SELECT s.seq, t.seq, ?, ?, ? FROM entity s, entity t WHERE s.id = ? AND t.id = ? ON CONFLICT DO NOTHING",
        (*_column_values(row, ("score", "recorded_at", "retracted_at")), row["one"], row["other"]),
    ).rowcount


def _relation(connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    names = ("predicate", "memory_id", "valid_from", "valid_to", "recorded_at", "retracted_at")
    return connection.execute(
        f"INSERT INTO relation (source, target, {', '.join(names)}) SELECT s.seq, t.seq, ?, ?, ?, ?, ?, ? FROM entity s, entity t"
        " WHERE s.id = ? AND t.id = ? AND NOT EXISTS (SELECT 1 FROM relation r WHERE r.source = s.seq AND r.target = t.seq"
        " AND r.predicate = ? AND r.memory_id = ? AND r.recorded_at = ?)",
        (
            *_column_values(row, names),
            row["source"],
            row["target"],
            *_column_values(row, ("predicate", "memory_id", "recorded_at")),
        ),
    ).rowcount


def _version(connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    # An import can be repeated: a version that is there already stays as it is.
    if connection.execute("SELECT 1 FROM version WHERE id = ?", (row["id"],)).fetchone():
        return 0
    vector = None
    if row["vector"] is not None:
        vector = connection.execute("INSERT INTO vector (data) VALUES (?)", (blob(row["vector"]),)).lastrowid
    names = (
        "id", "memory_id", "number", "event", "change_set", "recorded_from", "recorded_to", "conversation", "position", *STATE,
    )  # fmt: skip
    seq = connection.execute(
        f"INSERT INTO version (vector, {', '.join(names)}) VALUES (?, {', '.join('?' * len(names))})",
        (vector, *_column_values(row, names)),
    ).lastrowid
    connection.execute(
        "INSERT INTO version_entity SELECT ?, seq FROM entity WHERE id IN (SELECT value FROM json_each(?))",
        (seq, json.dumps(row["entities"])),
    )
    for id, first, last in row["sources"]:
        connection.execute(
            "INSERT INTO version_source SELECT ?, seq, ?, ? FROM message WHERE id = ?", (seq, first, last, id)
        )
    # Current memories are not in the file: they follow from the newest versions.
    if row["recorded_to"] is None and row["event"] != "DELETE":
        _memory(connection, row, vector)
    return 1


def _memory(connection: sqlite3.Connection, row: Mapping[str, Any], vector: int | None) -> None:
    """Insert the row of a current memory, made from its newest version."""
    memory = memory_of(row)
    identity = memory.identity
    twin = connection.execute("SELECT text FROM memory WHERE identity = ?", (identity,)).fetchone()
    if twin is not None and twin[0] != memory.text:
        identity = own_identity(memory)
    names = ("conversation", "position", *STATE)
    seq = connection.execute(
        f"INSERT INTO memory (id, identity, version_id, scopes, indexed, vector, {', '.join(names)})"
        f" VALUES (?, ?, ?, ?, ?, ?, {', '.join('?' * len(names))})",
        (
            memory.id,
            identity,
            memory.version_id,
            scope_tokens(memory.scope),
            indexed(memory.text),
            vector,
            *_column_values(row, names),
        ),
    ).lastrowid
    index(connection.execute, seq, memory)
    connection.execute(
        "INSERT INTO mention SELECT ?, seq FROM entity WHERE id IN (SELECT value FROM json_each(?))",
        (seq, json.dumps(row["entities"])),
    )


_LOADERS: Mapping[str, Any] = {
    "message": _message,
    "entity": _insert_into("entity", "entity"),
    "same": _same,
    "version": _version,
    "relation": _relation,
}
