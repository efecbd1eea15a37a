"""A small scope as searches have read it. It holds until anything in the file changes: `graphmem.stores.sqlite.unchanged` tells when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model.candidates import Memories, Places
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import Candidate
from graphmem.model.vectors import Vector
from graphmem.stores.sqlite.candidates import entities_of, labels_of
from graphmem.stores.sqlite.entity_names import EntityNames
from graphmem.stores.sqlite.ground import Seqs
from graphmem.stores.sqlite.told import ToldCache
from graphmem.stores.sqlite.vectors import Scores, VectorCache, similarities
from graphmem.stores.sqlite.word_scores import WordScores

# Number of a memory, the id of its version, number of its message, conversation and position of that.
Row: TypeAlias = tuple[int, str, int | None, str | None, int | None]
_Execute: TypeAlias = Callable[..., sqlite3.Cursor]
# Conversations lie so far apart that no memory of one is near to one of another.
_APART = 1 << 40
# With this many needles (1 MB) it forgets all and begins anew.
_MOST = 500


class Standing:
    """The memories that meet a filter, none of which expires, and what searches have read of them. Each has a place, from 0.

    Attributes:
        condition: the filter as SQL, and its values. Filters that are equal for Python need not be: 1 is true.
        seqs: the number of each. place: the other way round.
        newest: the places, newest first, ties by id.
        embedded: the places of those that have a vector, in the same order; vectors: the numbers of these vectors.
        words: what the full-text index says of each.
        memories: by id, as far as somebody has read them.
    """

    def __init__(self, condition: tuple[Any, ...], found: Sequence[Row], seqs: Seqs, vectors: list[int]) -> None:
        """found: newest first. seqs: of those that have a vector, in the same order. vectors: their numbers."""
        self.condition = condition
        # By conversation and position: neighbours have neighbouring places.
        placed = sorted((row for row in found if None not in row[3:]), key=lambda row: row[3:])
        self._rows: list[Row] = [*placed, *(row for row in found if None in row[3:])]
        self.seqs = [row[0] for row in self._rows]
        self.place = {seq: n for n, seq in enumerate(self.seqs)}
        self.newest = np.array([self.place[row[0]] for row in found], dtype=np.intp)
        self.embedded = np.array([self.place[seq] for seq in seqs.tolist()], dtype=np.intp)
        self.vectors = vectors
        self.words = WordScores(self.seqs)
        self.memories: dict[str, StoredMemory] = {}
        self._read: Memories | None = None
        self._located: tuple[VectorCache, int, Places] | None = None
        self._around: dict[int, tuple[Places, Places]] = {}
        self._holding: dict[str, npt.NDArray[np.bool_]] = {}

    def read(self, execute: _Execute, told: ToldCache, names: EntityNames) -> Memories:
        """What is told of each, in the order of their places."""
        if self._read is None:
            known = told.of(execute, [row[:3] for row in self._rows])
            entities = entities_of(execute, names, self.seqs)
            labels = labels_of(execute, known, entities)
            self._read = Memories(
                [
                    Candidate(
                        row.id, None, None, None, row.conversation, row.position, (), row.length, row.created_at, row.verbatim, row.role,
                        row.speaker, *entities.get(seq, ((), ())), labels.get(seq, ()), (), row.stems, row.event,
                    )
                    for seq in self.seqs
                    if (row := known[seq])
                ]
            )  # fmt: skip
        return self._read

    def similarities(self, connection: sqlite3.Connection, cache: VectorCache, query: Vector) -> Scores:
        """(1 + cosine) / 2 of the query with each of those that have a vector."""
        places, matrix, epoch = cache.places(connection, self.vectors, len(query), self._located)
        self._located = (cache, epoch, places)
        return similarities(matrix, places, query)

    def near(self, best: Sequence[int], reach: int) -> npt.NDArray[np.bool_]:
        """Which stand up to `reach` messages away from one of these places, shape (memories,)."""
        if reach not in self._around:
            self._around[reach] = self._ranges(reach)
        first, last = (ends[best] for ends in self._around[reach])
        steps = np.bincount(first, minlength=len(self.seqs) + 1) - np.bincount(last, minlength=len(self.seqs) + 1)
        return steps.cumsum()[:-1] > 0

    def _ranges(self, reach: int) -> tuple[Places, Places]:
        """Where those begin and end that stand so near to each; nowhere for what came from no message."""
        names = {name: n for n, name in enumerate(dict.fromkeys(row[3] for row in self._rows))}
        placed = [
            names[name] * _APART + position
            for *_, name, position in self._rows
            if name is not None and position is not None
        ]
        numbers = np.array(placed, dtype=np.int64)
        nowhere = np.zeros(len(self._rows) - len(placed), dtype=np.intp)
        first = np.searchsorted(numbers, numbers - reach)
        last = np.searchsorted(numbers, numbers + reach, side="right")
        return np.concatenate((first, nowhere)), np.concatenate((last, nowhere))

    def holding(self, memories: Memories, needle: str) -> npt.NDArray[np.bool_]:
        """Which have this in their list of stems."""
        found = self._holding.get(needle)
        if found is None:
            if len(self._holding) >= _MOST:
                self._holding = {}
            texts = memories.reckoned(_stems)
            found = self._holding[needle] = np.array([needle in stems for stems in texts], dtype=np.bool_)
        return found


def _stems(rows: Sequence[Candidate]) -> list[str]:
    return [row.stems or "" for row in rows]


def weights(rows: Sequence[Candidate], long: int) -> npt.NDArray[np.float64]:
    """What each counts in `SearchRequest.sample`: less the more characters it has."""
    lengths = np.array([row.length for row in rows], dtype=np.float64)
    return np.sqrt(long / np.maximum(lengths, long))
