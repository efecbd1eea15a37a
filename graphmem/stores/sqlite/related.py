"""Reads relations with the memories that support them and the entities at their ends, within one read transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import Filter
from graphmem.model.memory import StoredMemory, StoredRelation
from graphmem.model.related import Node, Related, RelatedRequest
from graphmem.stores.sqlite.rows import MEMORY_COLUMNS, VERSION_COLUMNS, memory_of, micros, moment

# Of a relation or a pair of entities, under the alias that is put in.
_IN_FORCE = (
    "(CASE WHEN :at IS NULL THEN {0}.retracted_at IS NULL"
    " ELSE {0}.recorded_at <= :at AND ({0}.retracted_at IS NULL OR {0}.retracted_at > :at) END)"
)
_HELD = (
    "(:valid_at IS NULL OR (coalesce(r.valid_from, :valid_at) <= :valid_at"
    " AND (r.valid_to IS NULL OR r.valid_to > :valid_at)))"
)
# Entities of a table of sequence numbers, and those that count as the same as them.
_UNITED = (
    "{0} (seq) AS ({1}"
    f" UNION SELECT s.other FROM {{0}} u JOIN same_as s ON s.one = u.seq WHERE {_IN_FORCE.format('s')}"
    f" UNION SELECT s.one FROM {{0}} u JOIN same_as s ON s.other = u.seq WHERE {_IN_FORCE.format('s')})"
)
_BY_KEY = "SELECT seq FROM entity WHERE key IN (SELECT value FROM json_each(:{0}))"
# The relations at these entities, each once. SQLite asks one index for each end.
_NEAR = (
    "picked (seq) AS (SELECT r.seq FROM near n JOIN relation r ON r.source = n.seq"
    " UNION SELECT r.seq FROM near n JOIN relation r ON r.target = n.seq)"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """The rows that may support a relation, in SQL.

    Attributes:
        table: with its alias. id: the memory's id.
        of: the condition for the row of one memory, whose id is put in.
        columns: of the memory, as `memory_of` reads them.
        mentioned: joins what links it to the entities that it mentions, as n.
        where: the condition for all of them.
    """

    table: str
    id: str
    of: str
    columns: str
    mentioned: str
    where: str
    parameters: Mapping[str, Any]


def related(connection: sqlite3.Connection, request: RelatedRequest) -> Related:
    told = _now(request.filter) if request.at is None else _then(request.filter)
    parameters = {
        **told.parameters,
        "now": micros(request.now),
        "at": micros(request.at),
        "valid_at": micros(request.valid_at),
        "memories": None if request.memories is None else json.dumps(request.memories),
    }
    rows = connection.execute(*_relations(request, told, parameters)).fetchall()
    memories = {row[7]: row[7:] for row in rows}
    mentions: list[tuple[str, str, int]] = []
    if request.memories is not None:
        within = f"FROM json_each(:memories) w CROSS JOIN {told.table} ON {told.of.format('w.value')}"
        memories |= {
            row[0]: row for row in connection.execute(f"SELECT {told.columns} {within} WHERE {told.where}", parameters)
        }
        mentions = connection.execute(
            f"SELECT {told.id}, e.id, e.seq {within} {told.mentioned} JOIN entity e ON e.seq = n.entity WHERE {told.where}",
            parameters,
        ).fetchall()
    seqs = {row[0] for row in rows} | {row[1] for row in rows} | {seq for _, _, seq in mentions}
    return _with_entities(connection, rows, map(memory_of, memories.values()), mentions, seqs, parameters)


def _relations(request: RelatedRequest, told: _Told, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The query for relations, and its parameters. Its first columns are the ends, by sequence number."""
    tables, conditions = [], [_IN_FORCE.format("r"), _HELD, told.where]
    values: dict[str, Any] = {"predicate": request.predicate, "limit": -1 if request.limit is None else request.limit}
    start = f"{told.table} JOIN relation r ON r.memory_id = {told.id}"
    if request.ids is not None or request.near is not None:
        seeds = f"{_BY_KEY.format('keys')} UNION SELECT seq FROM entity WHERE id IN (SELECT value FROM json_each(:ids))"
        tables += [_UNITED.format("near", seeds), _NEAR]
        values |= {"keys": json.dumps(request.near or ()), "ids": json.dumps(request.ids or ())}
        # In this order: from the entities to the memories.
        start = f"picked p CROSS JOIN relation r ON r.seq = p.seq CROSS JOIN {told.table} ON {told.of.format('r.memory_id')}"
    elif request.memories is not None:
        start = f"json_each(:memories) w CROSS JOIN relation r ON r.memory_id = w.value CROSS JOIN {told.table} ON "
        start += told.of.format("w.value")
    for end, keys in (("source", request.source), ("target", request.target)):
        if keys is not None:
            tables.append(_UNITED.format(f"{end}s", _BY_KEY.format(f"{end}_keys")))
            conditions.append(f"r.{end} IN (SELECT seq FROM {end}s)")
            values[f"{end}_keys"] = json.dumps(keys)
    conditions.append("(:predicate IS NULL OR r.predicate = :predicate)")
    if request.memories is not None:
        conditions.append("r.memory_id IN (SELECT value FROM json_each(:memories))")
    given = f"WITH RECURSIVE {', '.join(tables)} " if tables else ""
    query = (
        f"{given}SELECT r.source, r.target, s.id, r.predicate, t.id, r.valid_from, r.valid_to, {told.columns} FROM {start}"
        " JOIN entity s ON s.seq = r.source JOIN entity t ON t.seq = r.target"
        f" WHERE {' AND '.join(conditions)}"
        f" ORDER BY created_at DESC, {told.id}, r.recorded_at, s.key, r.predicate, t.key LIMIT :limit"
    )
    return query, {**parameters, **values}


def _with_entities(
    connection: sqlite3.Connection,
    rows: Sequence[Sequence[Any]],
    memories: Iterable[StoredMemory],
    mentions: Sequence[tuple[str, str, int]],
    seqs: Iterable[int],
    parameters: Mapping[str, Any],
) -> Related:
    united = f"WITH RECURSIVE {_UNITED.format('told', 'SELECT value FROM json_each(:seqs)')} "
    wanted = {"seqs": json.dumps(list(seqs)), "at": parameters["at"]}
    entities = connection.execute(
        f"{united} SELECT e.id, e.key, e.name, e.type, e.aliases FROM told JOIN entity e ON e.seq = told.seq", wanted
    )
    same = connection.execute(
        f"{united} SELECT min(a.id, b.id), max(a.id, b.id), s.score FROM told JOIN same_as s ON s.one = told.seq"
        f" JOIN entity a ON a.seq = s.one JOIN entity b ON b.seq = s.other WHERE {_IN_FORCE.format('s')}",
        wanted,
    )
    return Related(
        tuple(
            StoredRelation(source, predicate, target, memory_id, moment(start), moment(end))
            for _, _, source, predicate, target, start, end, memory_id, *_ in rows
        ),
        tuple(memories),
        tuple(Node(id, key, name, type, tuple(json.loads(aliases))) for id, key, name, type, aliases in entities),
        tuple(same),
        tuple((memory_id, entity_id) for memory_id, entity_id, _ in mentions),
    )


def _now(filter: Filter) -> _Told:
    compiled = compile_sql(filter, "m")
    return _Told(
        "memory m",
        "m.id",
        "m.id = {0}",
        MEMORY_COLUMNS,
        "JOIN mention n ON n.memory = m.seq",
        f"({compiled.text}) AND (m.expires_at IS NULL OR m.expires_at > :now)",
        compiled.parameters,
    )


def _then(filter: Filter) -> _Told:
    compiled = compile_sql(filter, "v")
    return _Told(
        "version v",
        "v.memory_id",
        # By a subquery, because SQLite would otherwise go through all versions of a user for each relation.
        "v.seq = (SELECT seq FROM version WHERE memory_id = {0} AND recorded_from <= :at"
        " AND (recorded_to IS NULL OR recorded_to > :at))",
        VERSION_COLUMNS,
        "JOIN version_entity n ON n.version = v.seq",
        f"({compiled.text}) AND v.event <> 'DELETE' AND v.recorded_from <= :at AND (v.recorded_to IS NULL OR v.recorded_to > :at)",
        compiled.parameters,
    )
