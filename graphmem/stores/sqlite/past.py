"""What was current at a past time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, cast

from graphmem.filters.to_sql import compile_sql
from graphmem.model.calendar import Days, days_between
from graphmem.model.filter import Filter
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Past
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.entity_names import EntityNames, Keys
from graphmem.stores.sqlite.rows import VERSION_COLUMNS, WIDTH, categories_of, day, memory_of
from graphmem.stores.sqlite.vectors import VectorCache

# What no search of very many memories looks at is not read: the version's id, metadata, and whether it is immutable.
_LEAN = VERSION_COLUMNS.replace("v.id,", "NULL,").replace("v.metadata", "NULL").replace("v.immutable", "NULL")

_NOBODY: Keys = ((), ())


def past(
    connection: sqlite3.Connection,
    vectors: VectorCache,
    names: EntityNames,
    filter: Filter,
    at: datetime,
    query: Vector | None,
    ids: Sequence[str] | None,
    *,
    whole: bool = True,
) -> list[Past]:
    """The versions within the filter that were current at a time, in no particular order; see `Store.past`."""
    # The filter is one on scope ids alone, which a version has in the same columns as a memory.
    compiled = compile_sql(filter, "v")
    source, message = "version v", "0, NULL, NULL"
    if ids is not None:
        # A query of its own finds the versions by memory; otherwise SQLite would go over the whole scope for each id.
        source = (
            "(SELECT x.seq FROM json_each(:ids) w CROSS JOIN version x ON x.memory_id = w.value WHERE x.recorded_from <= :at"
            " AND (x.recorded_to IS NULL OR x.recorded_to > :at)) w CROSS JOIN version v ON v.seq = w.seq"
            " LEFT JOIN message s ON s.conversation = v.conversation AND s.position = v.position"
        )
        message = "s.content = v.text, s.role, s.name"
    similar: dict[int | None, float] = {}
    named: dict[str | None, Keys] = {}
    found = connection.execute(
        f"SELECT {VERSION_COLUMNS if whole else _LEAN}, v.conversation, v.position, {message}, v.vector,"
        " (SELECT group_concat(n.entity) FROM version_entity n WHERE n.version = v.seq)"
        f" FROM {source}"
        " WHERE v.recorded_from <= :at AND (v.recorded_to IS NULL OR v.recorded_to > :at) AND v.event <> 'DELETE'"
        f" AND ({compiled.text})",
        {**compiled.parameters, "at": to_micros(at), "ids": json.dumps(ids)},
    )
    # Each row becomes its object at once, and what belongs to it is looked up when it is asked for: to make a second object for each of a
    # hundred thousand takes longer than all else here.
    rows = list(map(_kind(similar, named), found))
    vector = [row[-2] for row in rows if row[-2] is not None] if query is not None else []
    if query is not None and vector:
        similar.update(zip(vector, vectors.similarities(connection, vector, query).tolist(), strict=True))
    groups = {numbers for row in rows if (numbers := row[-1])}
    known = names.of(connection.execute, groups)
    named.update((numbers, known[numbers]) for numbers in groups)
    return cast(list[Past], rows)


class _Then(tuple[Any, ...]):
    """A Past, as a row of the query above and what it lacks: of a hundred thousand, a search looks at few more closely."""

    __slots__ = ()

    vector = None
    # Getters in C: each is asked for very many times.
    id, text = property(itemgetter(0)), property(itemgetter(2))
    expires, created, updated = property(itemgetter(10)), property(itemgetter(11)), property(itemgetter(12))
    conversation, position = property(itemgetter(WIDTH)), property(itemgetter(WIDTH + 1))
    role, speaker = property(itemgetter(WIDTH + 3)), property(itemgetter(WIDTH + 4))

    @property
    def categories(self) -> tuple[str, ...]:
        return categories_of(self[8])

    @property
    def event(self) -> Days | None:
        first, last = self[13:15]
        return days_between(day(first), day(last)) if first or last else None

    @property
    def memory(self) -> StoredMemory:
        return memory_of(self)

    @property
    def verbatim(self) -> bool:
        return bool(self[WIDTH + 2])

    @property
    def scope(self) -> Scope:
        return Scope(*self[3:7])

    @property
    def scope_ids(self) -> int:
        return 4 - self[3:7].count(None)


def _kind(similar: Mapping[int | None, float], named: Mapping[str | None, Keys]) -> type[_Then]:
    """Rows of one answer: with these similarities by vector, and these entities by their numbers."""

    class Row(_Then):
        __slots__ = ()

        @property
        def similarity(self) -> float | None:
            return similar.get(self[-2])

        @property
        def entities(self) -> tuple[str, ...]:
            return named.get(self[-1], _NOBODY)[0]

        @property
        def people(self) -> tuple[str, ...]:
            return named.get(self[-1], _NOBODY)[1]

    return Row
