"""A part of the store, by scope ids, and what changed in it since some version.

Every change of a memory appends a version, whose numbers only ever grow: the versions after the last one known tell which memories
to look at again, whichever process wrote them.
"""

from __future__ import annotations

import sqlite3
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

# Scope ids as (field, id): memories that have one of them. None at all means every memory of the store.
Ground: TypeAlias = tuple[tuple[str, str], ...]
# Numbers of memories.
Seqs: TypeAlias = npt.NDArray[np.int64]


def condition(ground: Ground) -> tuple[str, dict[str, str]]:
    """SQL on the columns of a memory or a version, and its parameters."""
    # The fields are names of columns, the ids come from callers.
    parts = [f"{field} = :ground{number}" for number, (field, _) in enumerate(ground)]
    return f"({' OR '.join(parts) or 'true'})", {f"ground{number}": id for number, (_, id) in enumerate(ground)}


def changed(ground: Ground, mark: int) -> tuple[str, dict[str, Any]]:
    """SQL that follows FROM, of the memories ``m`` of a ground that have a newer version than this, and its parameters."""
    where, parameters = condition(ground)
    versions = f"(SELECT DISTINCT memory_id AS id FROM version WHERE seq > :mark AND {where})"
    return f"{versions} c CROSS JOIN memory m ON m.id = c.id", {**parameters, "mark": mark}


def newest(connection: sqlite3.Connection) -> int:
    """Number of the newest version in the store."""
    # Not max(seq): what was erased was there once, and whoever saw it must not take the next version for a known one.
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'version'").fetchone()
    return int(row[0]) if row else 0
