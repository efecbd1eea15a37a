"""Keeps what a search reads of a small scope for as long as nobody writes to the file: an answer often takes several searches.

A connection tells whether anything in the file has changed since it last looked, whoever wrote it.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphmem.model.filter import Filter
from graphmem.stores.sqlite.ground import Seqs
from graphmem.stores.sqlite.told import Told
from graphmem.stores.sqlite.vectors import numbers

# Number of a memory, the id of its version, number of its message.
Row: TypeAlias = tuple[int, str, int | None]
# Of the filters used last; a part of the store with more memories is not kept.
_KEPT = 16
_MOST = 2_000
_ALL = (
    "SELECT m.seq, m.version_id, x.seq, m.conversation, m.position, m.expires_at FROM memory m"
    " LEFT JOIN message x ON x.conversation = m.conversation AND x.position = m.position"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The memories that meet a filter, none of which expires.

    Attributes:
        newest: (number, version) of each, newest first, ties by id.
        seqs: of those that have a vector, in the same order. vectors: the numbers of these vectors.
        places: number → conversation and position of the message that it came from. rows: of those that have one, in the order of `keys`.
        told: what is told of each, as far as a search has read it.
    """

    newest: list[tuple[int, str]]
    seqs: Seqs
    vectors: list[int]
    places: Mapping[int, tuple[str, int]]
    keys: list[tuple[str, int]]
    rows: list[Row]
    told: dict[int, Told] = field(default_factory=dict)

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
        self._kept: dict[Filter, Standing | str] = {}

    def standing(self, filter: Filter, where: str, parameters: Mapping[str, Any]) -> Standing | None:
        """What meets a filter, in the open read transaction; None if that is not kept.

        It is kept from the second time on that somebody asks while nothing is written, so that it costs nothing where each search
        follows a write.

        Args:
            where, parameters: the filter as a condition on `memory m`, and not expired at ``now``.
        """
        # The first tells what others have written, the second what was written on this connection.
        state = (self.execute("PRAGMA data_version").fetchone()[0], self.total_changes)
        if state != self._state:
            self._state, self._kept = state, {}
        kept = self._kept.pop(filter, None)
        if kept is None:
            kept = _ONCE
        elif kept == _ONCE:
            kept = _read(self, where, parameters) or _NEVER
        self._kept[filter] = kept
        if len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))
        return kept if isinstance(kept, Standing) else None


def _read(connection: sqlite3.Connection, where: str, parameters: Mapping[str, Any]) -> Standing | None:
    """None if there is too much, or some of it expires."""
    # Also what has expired already: the next search may be about an earlier time.
    found = connection.execute(
        f"{_ALL} WHERE {where} ORDER BY m.created_at DESC, m.id LIMIT {_MOST + 1}", {**parameters, "now": None}
    ).fetchall()
    if len(found) > _MOST or any(expires is not None for *_, expires in found):
        return None
    placed = sorted(
        ((conversation, position), row)
        for *row, conversation, position, _ in found
        if conversation is not None and position is not None
    )
    seqs, vectors = numbers(connection, f"memory m WHERE m.vector IS NOT NULL AND {where}", parameters)
    return Standing(
        newest=[(seq, version) for seq, version, *_ in found],
        seqs=seqs,
        vectors=vectors,
        places={row[0]: key for key, row in placed},
        keys=[key for key, _ in placed],
        rows=[(seq, version, message) for _, (seq, version, message) in placed],
    )
