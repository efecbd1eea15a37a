"""Remembers what searches tell of memories, by the version that each has: neighbours of one hit are those of the next.

A memory's number is never given to another, and every change gives it a new version, so what is remembered of a number and a version
holds for good. What is deleted or erased is met no more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from graphmem.model.calendar import Days, days_between
from graphmem.model.times import from_micros
from graphmem.stores.sqlite.rows import categories_of, day

# With this many memories (some 50 MB) it forgets all and begins anew.
_MOST = 50_000
_ROWS = (
    "SELECT m.seq, m.version_id, x.seq, m.id, m.conversation, m.position, length(m.text), m.created_at, s.stems,"
    " x.content = m.text, x.role, x.name, m.event_start, m.event_end, m.categories FROM json_each(?) w"
    " CROSS JOIN memory m ON m.seq = w.value LEFT JOIN memory_stems s ON s.memory = m.seq"
    " LEFT JOIN message x ON x.conversation = m.conversation AND x.position = m.position"
)


class Told(NamedTuple):
    """What a search tells of a memory in one of its versions, as in Candidate.

    Attributes:
        version: its id. message: number of the message it came from, which an import may bring later than the memory, and an
            erasure may remove.
    """

    version: str
    message: int | None
    id: str
    conversation: str | None
    position: int | None
    length: int
    created_at: datetime
    stems: str | None
    verbatim: bool
    role: str | None
    speaker: str | None
    event: Days | None
    categories: tuple[str, ...]


class ToldCache:
    """What is told of memories by their numbers; safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[int, Told] = {}

    def of(
        self, execute: Callable[..., sqlite3.Cursor], found: Sequence[tuple[int, str, int | None]]
    ) -> Mapping[int, Told]:
        """What is told of these memories, in the read transaction in which they were found.

        Args:
            found: the number of each, the id of its version, and the number of its message.
        """
        known = self._current()
        told = {
            seq: row
            for seq, version, message in found
            # Another thread may look at another state of the store.
            if (row := known.get(seq)) is not None and row.version == version and row.message == message
        }
        return told if len(told) == len(found) else self._read(execute, [seq for seq, *_ in found], told)

    def texts(self, execute: Callable[..., sqlite3.Cursor], found: Sequence[tuple[int, str]]) -> Mapping[int, Told]:
        """The same, of which only what the text tells is looked at: numbers, and the ids of their versions."""
        known = self._current()
        told = {seq: row for seq, version in found if (row := known.get(seq)) is not None and row.version == version}
        return told if len(told) == len(found) else self._read(execute, [seq for seq, _ in found], told)

    def _current(self) -> dict[int, Told]:
        if len(self._known) > _MOST:
            self._known = {}
        # The same in all that follows, whatever other threads do.
        return self._known

    def _read(
        self, execute: Callable[..., sqlite3.Cursor], seqs: Iterable[int], told: Mapping[int, Told]
    ) -> Mapping[int, Told]:
        read = dict(_rows(execute, [seq for seq in seqs if seq not in told]))
        self._known.update(read)
        return {**told, **read}


def _rows(execute: Callable[..., sqlite3.Cursor], seqs: Sequence[int]) -> Iterator[tuple[int, Told]]:
    for (
        seq, version, message, id, conversation, position, length, created, stems, verbatim, role, speaker, first, last, categories,
    ) in execute(_ROWS, (json.dumps(seqs),)).fetchall():  # fmt: skip
        event = days_between(day(first), day(last)) if first or last else None
        yield (
            seq,
            Told(
                version, message, id, conversation, position, length, from_micros(created), stems, verbatim == 1, role, speaker,
                event, categories_of(categories),
            ),
        )  # fmt: skip
