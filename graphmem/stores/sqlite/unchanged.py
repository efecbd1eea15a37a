"""Keeps what a search reads of a small scope for as long as nobody writes to the file: an answer often takes several searches.

A connection tells whether anything in the file has changed since it last looked, whoever wrote it.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from graphmem.model.filter import Filter
from graphmem.model.memory import StoredMemory
from graphmem.stores.sqlite.entity_names import Keys
from graphmem.stores.sqlite.ground import Seqs
from graphmem.stores.sqlite.told import Told
from graphmem.stores.sqlite.vectors import numbers
from graphmem.stores.sqlite.word_scores import WordScores

# Number of a memory, the id of its version, number of its message.
Row: TypeAlias = tuple[int, str, int | None]
# Of the filters used last; a part of the store with more memories is not kept.
_KEPT = 16
_MOST = 2_000
_ALL = (
    "SELECT m.seq, m.version_id, x.seq, m.conversation, m.position, m.expires_at FROM memory m"
    " LEFT JOIN message x ON x.conversation = m.conversation AND x.position = m.position"
)


class Standing:
    """The memories that meet a filter, none of which expires, and what searches have read of them.

    Attributes:
        condition: the filter as SQL, and its values. Filters that are equal for Python need not be: 1 is true.
        newest: (number, version) of each, newest first, ties by id.
        seqs: of those that have a vector, in the same order. vectors: the numbers of these vectors.
        all: by number.
        places: number → conversation and position of the message that it came from. rows: of those that have one, in the order of `keys`.
        words: what the full-text index says of each.
        told: what is told of each, as far as a search has read it.
        entities: the entities that each mentions, and predicates: those of its relations in force, by number; None as long as nobody has
            read them.
        memories: by id, as far as somebody has read them.
    """

    def __init__(
        self, condition: tuple[Any, ...], found: list[tuple[Any, ...]], seqs: Seqs, vectors: list[int]
    ) -> None:
        self.condition = condition
        self.newest: list[tuple[int, str]] = [(seq, version) for seq, version, *_ in found]
        self.all: dict[int, Row] = {row[0]: row[:3] for row in found}
        self.seqs, self.vectors = seqs, vectors
        placed = sorted(
            ((conversation, position), (seq, version, message))
            for seq, version, message, conversation, position, _ in found
            if conversation is not None and position is not None
        )
        self.keys: list[tuple[str, int]] = [key for key, _ in placed]
        self.rows: list[Row] = [row for _, row in placed]
        self.places: dict[int, tuple[str, int]] = {row[0]: key for key, row in placed}
        self.words = WordScores(sorted(self.all))
        self.told: dict[int, Told] = {}
        self.entities: Mapping[int, Keys] | None = None
        self.predicates: Mapping[int, tuple[str, ...]] | None = None
        self.memories: dict[str, StoredMemory] = {}

    def between(self, ranges: Iterable[tuple[str, int, int]]) -> Iterator[Row]:
        """Those that stand in these parts of conversations: (conversation, first position, last position)."""
        for conversation, first, last in ranges:
            start = bisect_left(self.keys, (conversation, first))
            yield from self.rows[start : bisect_right(self.keys, (conversation, last), start)]


# Somebody asked once; can't be kept.
_ONCE, _NEVER = "once", "never"


class Connection(sqlite3.Connection):
    """A connection that keeps what was read on it; used by one thread at a time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._state: tuple[int, int] | None = None
        self._meta: Mapping[str, str] = {}
        self._kept: dict[Filter, Standing | str] = {}

    def meta(self) -> Mapping[str, str]:
        """The table of that name, in the open read transaction; what was kept of an earlier state of the file is forgotten."""
        # The first tells what others have written, the second what was written on this connection.
        state = (self.execute("PRAGMA data_version").fetchone()[0], self.total_changes)
        if state != self._state:
            self._meta = dict(self.execute("SELECT key, value FROM meta").fetchall())
            self._state, self._kept = state, {}
        return self._meta

    def kept(self, filter: Filter, where: str, parameters: Mapping[str, Any]) -> Standing | None:
        """What meets a filter, if that is kept; after `meta`, as `standing`."""
        kept = self._kept.get(filter)
        return kept if isinstance(kept, Standing) and kept.condition == _condition(where, parameters) else None

    def standing(self, filter: Filter, where: str, parameters: Mapping[str, Any]) -> Standing | None:
        """What meets a filter; None if that is not kept. In the read transaction in which `meta` was asked for.

        It is kept from the second time on that somebody asks while nothing is written, so that it costs nothing where each search
        follows a write.

        Args:
            where, parameters: the filter as a condition on `memory m`, and not expired at ``now``.
        """
        kept = self._kept.pop(filter, None)
        condition = _condition(where, parameters)
        if kept is None:
            kept = _ONCE
        elif kept == _ONCE or (isinstance(kept, Standing) and kept.condition != condition):
            kept = _read(self, condition, where, parameters) or _NEVER
        self._kept[filter] = kept
        if len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))
        return kept if isinstance(kept, Standing) else None


def _condition(where: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    return (where, *(value for name, value in parameters.items() if name != "now"))


def _read(
    connection: sqlite3.Connection, condition: tuple[Any, ...], where: str, parameters: Mapping[str, Any]
) -> Standing | None:
    """None if there is too much, or some of it expires."""
    # Also what has expired already: the next search may be about an earlier time.
    found = connection.execute(
        f"{_ALL} WHERE {where} ORDER BY m.created_at DESC, m.id LIMIT {_MOST + 1}", {**parameters, "now": None}
    ).fetchall()
    if len(found) > _MOST or any(expires is not None for *_, expires in found):
        return None
    seqs, vectors = numbers(connection, f"memory m WHERE m.vector IS NOT NULL AND {where}", parameters)
    return Standing(condition, found, seqs, vectors)
