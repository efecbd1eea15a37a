"""What was current at a past time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from graphmem.filters.to_sql import compile_sql
from graphmem.model.filter import Filter
from graphmem.model.memory import PERSON, Scope, StoredMemory
from graphmem.model.requests import Past
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.rows import VERSION_COLUMNS, memory_of
from graphmem.stores.sqlite.vectors import VectorCache


def past(
    connection: sqlite3.Connection, vectors: VectorCache, filter: Filter, at: datetime, query: Vector | None
) -> list[Past]:
    """The versions within the filter that were current at a time, in no particular order."""
    # The filter is one on scope ids alone, which a version has in the same columns as a memory.
    compiled = compile_sql(filter, "v")
    rows = connection.execute(
        f"SELECT {VERSION_COLUMNS}, v.vector, v.conversation, v.position, v.seq, s.content = v.text, s.role, s.name FROM version v"
        " LEFT JOIN message s ON s.conversation = v.conversation AND s.position = v.position"
        " WHERE v.recorded_from <= :at AND (v.recorded_to IS NULL OR v.recorded_to > :at) AND v.event <> 'DELETE'"
        f" AND ({compiled.text})",
        {**compiled.parameters, "at": to_micros(at)},
    ).fetchall()
    entities = _entities(connection, [row[16] for row in rows])
    similarities: dict[int, float] = {}
    if query is not None:
        ids = [row[13] for row in rows if row[13] is not None]
        similarities = dict(zip(ids, vectors.similarities(connection, ids, query).tolist(), strict=True))
    return cast(list[Past], [_Then(row, entities.get(row[16], ()), similarities.get(row[13])) for row in rows])


@lru_cache(maxsize=16_384)
def _keys(named: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    # Very many versions name the same.
    return tuple(key for key, _ in named)


class _Then:
    """A Past, made of its row piece by piece: of a hundred thousand, a search looks at few more closely."""

    __slots__ = ("_memory", "_named", "_row", "conversation", "entities", "id", "position", "similarity", "text")

    vector = None

    def __init__(self, row: Sequence[Any], named: tuple[tuple[str, str], ...], similarity: float | None) -> None:
        self._row = row
        self._memory: StoredMemory | None = None
        self.id, self.text = row[0], row[2]
        self._named = named
        self.entities = _keys(named) if named else ()
        self.similarity = similarity
        self.conversation, self.position = row[14], row[15]

    @property
    def memory(self) -> StoredMemory:
        # The same every time, as with any Past.
        if self._memory is None:
            self._memory = memory_of(self._row)
        return self._memory

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(key for key, type in self._named if type == PERSON)

    @property
    def verbatim(self) -> bool:
        return bool(self._row[17])

    @property
    def role(self) -> str | None:
        return cast("str | None", self._row[18])

    @property
    def speaker(self) -> str | None:
        return cast("str | None", self._row[19])

    @property
    def scope(self) -> Scope:
        return Scope(*self._row[3:7])

    @property
    def scope_ids(self) -> int:
        return 4 - self._row[3:7].count(None)

    @property
    def expires(self) -> int | None:
        return cast("int | None", self._row[10])

    @property
    def created(self) -> int:
        return int(self._row[11])

    @property
    def updated(self) -> int:
        return int(self._row[12])


def _entities(connection: sqlite3.Connection, versions: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Version → key and type of the entities that it named, in order."""
    pairs = connection.execute(
        "SELECT n.version, n.entity FROM json_each(?) w CROSS JOIN version_entity n ON n.version = w.value",
        (json.dumps(versions),),
    ).fetchall()
    # Keys are read once for each entity: some are named by very many versions.
    wanted = json.dumps(list({entity for _, entity in pairs}))
    rows = connection.execute(
        "SELECT e.seq, e.key, e.type FROM json_each(?) w CROSS JOIN entity e ON e.seq = w.value", (wanted,)
    )
    alone = {seq: ((key, type),) for seq, key, type in rows}
    named: dict[int, tuple[tuple[str, str], ...]] = {}
    for version, entity in pairs:
        known = named.get(version)
        named[version] = alone[entity] if known is None else tuple(sorted(known + alone[entity]))
    return named
