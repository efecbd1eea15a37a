"""The embedded store as plain calls; the client's two trees wrap it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from graphmem.changes import Applied, ChangeSet
from graphmem.embedded.database import MEMORY, Database
from graphmem.embedded.reader import Reader
from graphmem.embedded.schema import SCHEMA_VERSION
from graphmem.embedded.vectors import VectorCache
from graphmem.embedded.writer import Writer
from graphmem.filters import Filter
from graphmem.model import Findings, Memory, Message, Owner, Page, Relation, Version
from graphmem.reading import EmbedderInfo, SearchRequest, StoreInfo, check_embedder


class SQLiteStore:
    """One SQLite file. See AsyncStore for what each method promises. Safe for threads and for several processes at once."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._database = Database(location)
        self._vectors = VectorCache()
        self._bound: EmbedderInfo | None = None

    def open(self) -> None:
        self._database.open()

    def close(self) -> None:
        self._database.close()

    def embedder(self) -> EmbedderInfo | None:
        with self._reader() as reader:
            return _embedder(reader.meta())

    def bind(self, embedder: EmbedderInfo) -> None:
        recorded = self.embedder()
        if recorded is None:
            with self._database.write() as connection:
                self._bind(connection, embedder)
        else:
            check_embedder(recorded, embedder, self.location)
        self._bound = embedder

    def apply(self, changes: ChangeSet) -> Applied:
        with self._database.write() as connection:
            if self._bound is not None and changes.has_vectors:
                self._bind(connection, self._bound)
            return Writer(connection, changes).apply()

    def known(self, identities: Sequence[str]) -> Mapping[str, str]:
        with self._reader() as reader:
            return reader.known(identities)

    def search(self, request: SearchRequest) -> Findings:
        with self._reader() as reader:
            return reader.search(request)

    def fetch(self, ids: Sequence[str], filter: Filter) -> Sequence[Memory]:
        with self._reader() as reader:
            return reader.fetch(ids, filter)

    def relations(self, ids: Sequence[str]) -> Sequence[Relation]:
        with self._reader() as reader:
            return reader.relations(ids)

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        with self._reader() as reader:
            return reader.sources(ids)

    def select(self, filter: Filter, now: datetime | None, offset: int = 0, limit: int | None = None) -> Page:
        with self._reader() as reader:
            return reader.select(filter, now, offset, limit)

    def history(self, memory_id: str) -> Sequence[Version]:
        with self._reader() as reader:
            return reader.history(memory_id)

    def owners(self, filter: Filter) -> Sequence[Owner]:
        with self._reader() as reader:
            return reader.owners(filter)

    def reset(self) -> None:
        self._database.clear()
        self._vectors = VectorCache()

    def info(self) -> StoreInfo:
        with self._reader() as reader:
            meta, counts = reader.meta(), reader.counts()
        return StoreInfo(
            id=meta["store_id"],
            kind="embedded",
            location="in memory, gone when the client is closed" if self.location == MEMORY else self.location,
            server=f"SQLite {sqlite3.sqlite_version}",
            schema_version=SCHEMA_VERSION,
            embedder=_embedder(meta),
            counts=counts,
        )

    def _bind(self, connection: sqlite3.Connection, embedder: EmbedderInfo) -> None:
        recorded = _embedder(Reader(connection, self._vectors).meta())
        if recorded is None:
            values = (("embedder", embedder.name), ("dimensions", str(embedder.dimensions)))
            connection.executemany("INSERT INTO meta VALUES (?, ?)", values)
        else:
            check_embedder(recorded, embedder, self.location)

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self._database.read() as connection:
            yield Reader(connection, self._vectors)


def _embedder(meta: Mapping[str, str]) -> EmbedderInfo | None:
    return EmbedderInfo(meta["embedder"], int(meta["dimensions"])) if "embedder" in meta else None
