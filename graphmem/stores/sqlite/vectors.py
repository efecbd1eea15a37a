"""Caches vectors in memory: each is read from the file once and kept in one growing matrix.

The vector of an id never changes, so the writes of other processes only ever add rows.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graphmem.errors import SchemaError
from graphmem.model.vectors import Vector


class VectorCache:
    """Vectors by id; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._row: dict[int, int] = {}
        self._matrix: npt.NDArray[np.float32] = np.empty((0, 0), dtype=np.float32)

    def similarities(
        self, connection: sqlite3.Connection, ids: Sequence[int], query: Vector
    ) -> npt.NDArray[np.float32]:
        """(1 + cosine) / 2 of the query with each of these vectors, shape (len(ids),), values in [0, 1]."""
        with self._lock:
            missing = [id for id in ids if id not in self._row]
            if missing:
                self._load(connection, missing, len(query))
            rows = np.fromiter(map(self._row.__getitem__, ids), dtype=np.intp, count=len(ids))
            matrix = self._matrix
        # Outside the lock: the rows of a matrix are never changed once they are filled.
        cosines = matrix[rows] @ query
        return np.clip((1 + cosines) / 2, 0, 1)

    def _load(self, connection: sqlite3.Connection, ids: Sequence[int], dimensions: int) -> None:
        loaded = connection.execute(
            "SELECT id, data FROM vector WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        ).fetchall()
        if any(len(data) != 4 * dimensions for _, data in loaded):
            raise SchemaError(
                f"the store was reset, and holds vectors of another size than {dimensions} floats: "
                "make a new client with that embedder"
            )
        if self._matrix.shape[1] != dimensions:
            # Also after a reset: what is cached is of the old size, and this client has the new embedder already.
            self._row, self._matrix = {}, np.empty((0, dimensions), dtype=np.float32)
        used, needed = len(self._row), len(self._row) + len(loaded)
        if needed > len(self._matrix):
            # A new array: a search in another thread may still be using the old one.
            grown = np.empty((max(needed, 2 * len(self._matrix), 256), dimensions), dtype=np.float32)
            if used:
                grown[:used] = self._matrix[:used]
            self._matrix = grown
        self._matrix[used:needed] = np.frombuffer(b"".join(data for _, data in loaded), dtype="<f4").reshape(
            -1, dimensions
        )
        self._row.update((id, used + n) for n, (id, _) in enumerate(loaded))
