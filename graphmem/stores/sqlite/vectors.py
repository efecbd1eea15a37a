"""The vectors of one process: read from the file once, kept in one growing matrix.

A vector never changes under its id, so what other processes write only ever adds rows here.
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
    """Vectors by id. Shared by threads."""

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
        cosines = matrix[rows] @ query
        return np.clip((1 + cosines) / 2, 0, 1)

    def _load(self, connection: sqlite3.Connection, ids: Sequence[int], dimensions: int) -> None:
        found = connection.execute(
            "SELECT id, data FROM vector WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        ).fetchall()
        if any(len(data) != 4 * dimensions for _, data in found):
            raise SchemaError(
                f"the store was reset, and holds vectors of another size than {dimensions} floats: "
                "make a new client with that embedder"
            )
        if self._matrix.shape[1] != dimensions:
            # The same, where this client has the other embedder already.
            self._row, self._matrix = {}, np.empty((0, dimensions), dtype=np.float32)
        used, needed = len(self._row), len(self._row) + len(found)
        if needed > len(self._matrix):
            # A new array, so that a search in another thread goes on with the one it holds.
            grown = np.empty((max(needed, 2 * len(self._matrix), 256), dimensions), dtype=np.float32)
            if used:
                grown[:used] = self._matrix[:used]
            self._matrix = grown
        self._matrix[used:needed] = np.frombuffer(b"".join(data for _, data in found), dtype="<f4").reshape(
            -1, dimensions
        )
        self._row.update((id, used + n) for n, (id, _) in enumerate(found))
