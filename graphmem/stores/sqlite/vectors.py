"""Caches vectors in memory: each is read from the file once and kept in one growing matrix.

The vector of an id never changes, so the writes of other processes only ever add rows.

All vectors of a scope are compared, and no index is kept. Measured on one core with the vectors of 100,000 memories (256 floats, 100
queries): comparing all takes 11 ms of a search's 50, and with 300,000 made-up ones 32 ms. faiss-cpu (IVF, 512 lists) is built in 1.6 s and
takes 0.4 ms, but finds 98.0 of 100 of the ten nearest; usearch (HNSW) finds 99.7 in 0.6 ms, but takes 35 s to build. Each process would
have to build or load one for every scope, keep it in step with what others write and delete, and ask it again for a filter that few
memories meet: that isn't worth 10 ms of a search.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphmem.errors import SchemaError
from graphmem.model.forks import ForkLock
from graphmem.model.vectors import Vector, cosines

# Rows of the matrix.
Places: TypeAlias = npt.NDArray[np.intp]
Scores: TypeAlias = npt.NDArray[np.float32]

# From this many on, vectors whose ids are close together are read as one range and not one by one.
_MANY = 1_000
_CHUNK = 4_096
# A row that is picked out of the matrix costs about as much as this many that are multiplied where they stand.
_PICKED = 3


class VectorCache:
    """Vectors by id; safe to share between threads. `table`: where they are."""

    def __init__(self, table: str = "vector") -> None:
        self._table = table
        self._lock = ForkLock()
        self._row: dict[int, int] = {}
        self._matrix: npt.NDArray[np.float32] = np.empty((0, 0), dtype=np.float32)
        # Grows whenever the matrix is emptied, and what was known of its rows with it.
        self.epoch = 0

    def similarities(self, connection: sqlite3.Connection, ids: Sequence[int], query: Vector) -> Scores:
        """(1 + cosine) / 2 of the query with each of these vectors, shape (len(ids),), values in [0, 1]."""
        if not ids:
            return np.empty(0, dtype=np.float32)
        places, matrix, _ = self.places(connection, ids, len(query))
        return similarities(matrix, places, query)

    def within(
        self, connection: sqlite3.Connection, source: str, parameters: Mapping[str, Any], query: Vector
    ) -> tuple[npt.NDArray[np.int64], Scores]:
        """The numbers of the rows of a source, and (1 + cosine) / 2 of the query with the vector of each.

        Args:
            source: SQL of our own that follows FROM, of rows ``m`` that have a vector.
        """
        seqs, ids = numbers(connection, source, parameters)
        return seqs, self.similarities(connection, ids, query)

    def places(
        self,
        connection: sqlite3.Connection,
        ids: Sequence[int],
        dimensions: int,
        known: tuple[VectorCache, int, Places] | None = None,
    ) -> tuple[Places, npt.NDArray[np.float32], int]:
        """The rows of these vectors in a matrix, the matrix, and its epoch: in matrices of one epoch they have the same rows.

        Args:
            known: which rows these vectors had in a matrix of which cache and which epoch.
        """
        with self._lock:
            if (
                known is not None
                and known[0] is self
                and known[1] == self.epoch
                and self._matrix.shape[1] == dimensions
            ):
                return known[2], self._matrix, self.epoch
            missing = [id for id in ids if id not in self._row]
            # Also with nothing to read: what is cached may be of another size.
            if missing or self._matrix.shape[1] != dimensions:
                self._load(connection, missing, dimensions)
            rows = np.fromiter(map(self._row.__getitem__, ids), dtype=np.intp, count=len(ids))
            # Used outside the lock: the rows of a matrix are never changed once they are filled.
            return rows, self._matrix, self.epoch

    def _load(self, connection: sqlite3.Connection, ids: Sequence[int], dimensions: int) -> None:
        if self._matrix.shape[1] != dimensions:
            # Also after a reset: what is cached is of the old size, and this client has the new embedder already.
            self._row, self._matrix = {}, np.empty((0, dimensions), dtype=np.float32)
            self.epoch += 1
        used, needed = len(self._row), len(self._row) + len(ids)
        if needed > len(self._matrix):
            # A new array: a search in another thread may still be using the old one. Half as large again, so that growing is rare;
            # memory that is not filled yet costs nothing.
            grown = np.empty((max(needed * 3 // 2, 256), dimensions), dtype=np.float32)
            grown[:used] = self._matrix[:used]
            self._matrix = grown
        for found, data in _read(connection, self._table, ids):
            if set(map(len, data)) - {4 * dimensions}:
                raise SchemaError(
                    f"the store was reset, and holds vectors of another size than {dimensions} floats: "
                    "make a new client with that embedder"
                )
            filled = used + len(found)
            floats = np.frombuffer(b"".join(data), dtype="<f4")
            self._matrix[used:filled] = floats.reshape(-1, dimensions)
            self._row.update(zip(found, range(used, filled), strict=True))
            used = filled


def numbers(
    connection: sqlite3.Connection, source: str, parameters: Mapping[str, Any]
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """The numbers of the rows of a source, as in `VectorCache.within`, and those of their vectors."""
    # Numbers joined by commas, which become an array without an object for each.
    row = connection.execute(f"SELECT group_concat(m.seq), group_concat(m.vector) FROM {source}", parameters).fetchone()
    seqs, ids = (np.fromstring(joined or "", dtype=np.int64, sep=",") for joined in row)
    return seqs, ids.tolist()


def similarities(matrix: npt.NDArray[np.float32], places: Places, query: Vector) -> Scores:
    """(1 + cosine) / 2 of the query, of unit length, with these rows of a matrix of such vectors; values in [0, 1]."""
    if not len(places):
        return np.empty(0, dtype=np.float32)
    first, last = int(places.min()), int(places.max()) + 1
    together = last - first <= _PICKED * len(places)
    scores = cosines(matrix[first:last], query)[places - first] if together else cosines(matrix[places], query)
    scores += 1
    scores /= 2
    return np.clip(scores, 0, 1, out=scores)


def _read(
    connection: sqlite3.Connection, table: str, ids: Sequence[int]
) -> Iterator[tuple[Sequence[int], Sequence[bytes]]]:
    """Ids and floats of these vectors, in parts: all of them at once would be in memory twice."""
    low, high = min(ids, default=0), max(ids, default=0)
    if len(ids) >= _MANY and high - low < 2 * len(ids):
        wanted = None if high - low + 1 == len(ids) else frozenset(ids)
        cursor = connection.execute(f"SELECT id, data FROM {table} WHERE id BETWEEN ? AND ?", (low, high))
    else:
        wanted = None
        cursor = connection.execute(
            f"SELECT id, data FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
    while chunk := cursor.fetchmany(_CHUNK):
        rows = chunk if wanted is None else [row for row in chunk if row[0] in wanted]
        if rows:
            found, data = zip(*rows, strict=True)
            yield found, data
