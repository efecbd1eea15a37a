"""Where the vectors of a store are, and where those of another embedder are made beside them.

Memories and versions have room for two: the properties `embedding` and `embedding_2`, each with an index of its own. The store's
record says which is in use; a change to another embedder fills the other one. The files in cypher/ are written for a store that
uses `embedding`. For the other case, the two names change places in the query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphmem.model.requests import EmbedderInfo
from graphmem.stores.neo4j.query_files import load
from graphmem.stores.neo4j.statements import Statement

FIRST, SECOND = "embedding", "embedding_2"
# Also at the end of an index's name, graphmem_memory_embedding.
_NAMES = re.compile(r"(?<![A-Za-z])embedding(_2)?\b")


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """What the store's node says about vectors.

    Attributes:
        embedder: whose vectors the store answers with; None if it has none.
        vectors: the property that holds them.
        coming: the embedder of a change that goes on.
        uncleaned: whether the other property may hold vectors that nobody needs.
    """

    embedder: EmbedderInfo | None = None
    vectors: str = FIRST
    coming: EmbedderInfo | None = None
    uncleaned: bool = False

    @property
    def other(self) -> str:
        """The property that is not in use."""
        return other_than(self.vectors)


def other_than(vectors: str) -> str:
    return FIRST if vectors == SECOND else SECOND


def store_record(rows: Sequence[Mapping[str, Any]]) -> StoreRecord:
    """The record in the row of a query that reads it; no row means that graphmem never was there."""
    if not rows:
        return StoreRecord()
    # Some queries read only a part of it.
    row = dict(rows[0])
    return StoreRecord(
        _embedder(row.get("embedder"), row.get("dimensions")),
        row.get("vectors") or FIRST,
        _embedder(row.get("coming_embedder"), row.get("coming_dimensions")),
        bool(row.get("uncleaned")),
    )


def placed(statement: Statement, vectors: str) -> Statement:
    """The same query for a store that keeps its vectors in this property."""
    if vectors == FIRST:
        return statement
    return Statement(_NAMES.sub(lambda name: FIRST if name[1] else SECOND, statement.text), statement.parameters)


def with_store(statement: Statement) -> Statement:
    """The same query with one column more: `store`, the part of the record that says whose vectors were read, and where."""
    parts = (statement.text, load("read/bound").text)
    return Statement("\n".join([f"CALL () {{\n{text}\n}}" for text in parts] + ["RETURN *"]), statement.parameters)


def _embedder(name: str | None, dimensions: int | None) -> EmbedderInfo | None:
    return None if name is None or dimensions is None else EmbedderInfo(name, dimensions)
