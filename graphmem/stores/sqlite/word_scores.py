"""The text arm where the file is unchanged: what SQLite's bm25() gives each memory for a word is kept, and added up.

bm25() of several words is the sum of what it is for each of them, in their order, so the scores are those of one query for all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.model.words import Term
from graphmem.stores.sqlite.words import phrases

# Places of the memories that hold a word, and what they have for it.
_Held: TypeAlias = tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]
# With this many (less than 1 MB) it forgets all and begins anew.
_MOST = 50_000
_READ = "SELECT w.key, t.rowid, -bm25(memory_text, 0.0, 1.0) FROM json_each(?) w CROSS JOIN memory_text t ON memory_text MATCH w.value"


class WordScores:
    """The scores of some memories by words, as long as nothing is written.

    Args:
        seqs: the numbers of the memories; each has a place, from 0.
    """

    def __init__(self, seqs: Sequence[int]) -> None:
        self._seqs = np.array(seqs, dtype=np.int64)
        self._place = {seq: n for n, seq in enumerate(seqs)}
        self._known: dict[str, _Held] = {}
        self._size = 0

    def best(
        self, execute: Callable[..., sqlite3.Cursor], scopes: Sequence[str], terms: Sequence[Term], limit: int
    ) -> list[tuple[int, float]]:
        """(place, score) of those that hold any of these terms, best first, ties by number.

        Args:
            scopes: what matches the scopes of these memories, in FTS5's language.
        """
        words = [phrase for term in terms for phrase in phrases(term)]
        if self._size > _MOST:
            self._known, self._size = {}, 0
        if missing := [word for word in dict.fromkeys(words) if word not in self._known]:
            self._read(execute, scopes, missing)
        scores = np.zeros(len(self._seqs), dtype=np.float64)
        for word in words:
            places, values = self._known[word]
            scores[places] += values
        found = scores.nonzero()[0]
        found = found[np.lexsort((self._seqs[found], -scores[found]))[:limit]]
        return list(zip(found.tolist(), scores[found].tolist(), strict=True))

    def _read(self, execute: Callable[..., sqlite3.Cursor], scopes: Sequence[str], words: Sequence[str]) -> None:
        asked = json.dumps([" AND ".join((*scopes, f"text : ({word})")) for word in words])
        found: list[list[tuple[int, float]]] = [[] for _ in words]
        for number, seq, score in execute(_READ, (asked,)):
            # The index also finds what does not meet the rest of the filter.
            if (place := self._place.get(seq)) is not None:
                found[number].append((place, score))
        for word, held in zip(words, found, strict=True):
            places, scores = zip(*held, strict=True) if held else ((), ())
            self._known[word] = np.array(places, dtype=np.intp), np.array(scores, dtype=np.float64)
            self._size += len(held) + 1
