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
from graphmem.stores.sqlite.rows import STATE, VERSION_COLUMNS, categories_of, day, memory_of
from graphmem.stores.sqlite.vectors import VectorCache

# What tells of a version beside its own columns: the entities that it mentioned are their numbers, joined by commas.
_BESIDE = {
    "conversation": "v.conversation",
    "position": "v.position",
    "mentions": "(SELECT group_concat(n.entity) FROM version_entity n WHERE n.version = v.seq)",
    "vector_id": "v.vector",
}
_STATE = ("id", "version_id", *STATE)
# What no search of very many memories looks at is not read. Even a column of nothing takes a hundredth of its time.
_LEAN = tuple(
    name
    for name in _STATE
    if name not in ("version_id", "metadata", "categories", "immutable", "event_start", "event_end")
)
_MESSAGE = {"word_for_word": "s.content = v.text", "role": "s.role", "speaker": "s.name"}
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
    source, message = "version v", dict[str, str]()
    if ids is not None:
        # A query of its own finds the versions by memory; otherwise SQLite would go over the whole scope for each id.
        source = (
            "(SELECT x.seq FROM json_each(:ids) w CROSS JOIN version x ON x.memory_id = w.value WHERE x.recorded_from <= :at"
            " AND (x.recorded_to IS NULL OR x.recorded_to > :at)) w CROSS JOIN version v ON v.seq = w.seq"
            " LEFT JOIN message s ON s.conversation = v.conversation AND s.position = v.position"
        )
        message = _MESSAGE
    state = dict(zip(_STATE, VERSION_COLUMNS.split(", "), strict=True))
    columns = {name: state[name] for name in (_STATE if whole else _LEAN)} | message | _BESIDE
    similar: dict[int | None, float] = {}
    named: dict[str | None, Keys] = {}
    found = connection.execute(
        f"SELECT {', '.join(columns.values())} FROM {source}"
        " WHERE v.recorded_from <= :at AND (v.recorded_to IS NULL OR v.recorded_to > :at) AND v.event <> 'DELETE'"
        f" AND ({compiled.text})",
        {**compiled.parameters, "at": to_micros(at), "ids": json.dumps(ids)},
    )
    # Each row becomes its object at once, and what belongs to it is looked up when it is asked for: to make a second object for each of a
    # hundred thousand takes longer than all else here.
    rows = list(map(_kind(list(columns), similar, named), found))
    vector = [id for id in map(itemgetter(-1), rows) if id is not None] if query is not None else []
    if query is not None and vector:
        similar.update(zip(vector, vectors.similarities(connection, vector, query).tolist(), strict=True))
    groups = set(map(itemgetter(-2), rows)) - {None}
    known = names.of(connection.execute, groups)
    named.update((numbers, known[numbers]) for numbers in groups)
    return cast(list[Past], rows)


class _Then(tuple[Any, ...]):
    """A Past, as a row of the query above and what it lacks: of a hundred thousand, a search looks at few more closely."""

    __slots__ = ()

    vector = None
    # Of the message nothing is known where it isn't asked for.
    word_for_word, role, speaker = None, None, None
    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    event_start: str | None = None
    event_end: str | None = None
    written_categories = "[]"

    @property
    def categories(self) -> tuple[str, ...]:
        return categories_of(self.written_categories)

    @property
    def event(self) -> Days | None:
        first, last = self.event_start, self.event_end
        return days_between(day(first), day(last)) if first or last else None

    @property
    def verbatim(self) -> bool:
        return bool(self.word_for_word)

    @property
    def memory(self) -> StoredMemory:
        """Only of what was read whole."""
        return memory_of(self)

    @property
    def scope(self) -> Scope:
        return Scope(self.user_id, self.agent_id, self.app_id, self.run_id)

    @property
    def scope_ids(self) -> int:
        return 4 - (self.user_id, self.agent_id, self.app_id, self.run_id).count(None)


# Where a Past has another name, or another form, for a column.
_NAMES = {"expires_at": "expires", "created_at": "created", "updated_at": "updated", "categories": "written_categories"}


def _kind(columns: Sequence[str], similar: Mapping[int | None, float], named: Mapping[str | None, Keys]) -> type[_Then]:
    """Rows of one answer with these columns: with these similarities by vector, and these entities by their numbers."""

    class Row(_Then):
        __slots__ = ()

        @property
        def similarity(self) -> float | None:
            return similar.get(self[-1])

        @property
        def entities(self) -> tuple[str, ...]:
            return named.get(self[-2], _NOBODY)[0]

        @property
        def people(self) -> tuple[str, ...]:
            return named.get(self[-2], _NOBODY)[1]

    for place, name in enumerate(columns):
        # Getters in C: each is asked for very many times.
        setattr(Row, _NAMES.get(name, name), property(itemgetter(place)))
    return Row
