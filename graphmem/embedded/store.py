"""The embedded store as plain calls; the client's two trees wrap it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from graphmem.changes import Applied, ChangeSet, Purge
from graphmem.clock import to_micros
from graphmem.embedded import audit, chains, transfer
from graphmem.embedded.database import MEMORY, Database
from graphmem.embedded.purging import purge
from graphmem.embedded.reader import Reader
from graphmem.embedded.resolving import Resolver
from graphmem.embedded.upgrades import schema_version
from graphmem.embedded.vectors import VectorCache
from graphmem.embedded.writer import Writer
from graphmem.errors import ConflictError
from graphmem.filters import Filter
from graphmem.model import Findings, Links, Memory, Message, Named, Owner, Page, Relation, Scope, Seen, Version
from graphmem.past import Past
from graphmem.reading import EmbedderInfo, Nearby, NearRequest, SearchRequest, SeenRequest, StoreInfo, check_embedder


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
        if any(isinstance(change, Purge) for change in changes.changes):
            return self._purge(changes)
        return self.apply_all([changes])[0]

    def apply_all(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        with self._database.write() as connection:
            if self._bound is not None and any(changes.has_vectors for changes in sets):
                self._bind(connection, self._bound)
            return [Writer(connection, changes).apply() for changes in sets]

    def known(self, identities: Sequence[str]) -> Mapping[str, str]:
        with self._reader() as reader:
            return reader.known(identities)

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        with self._database.read() as connection:
            resolver = Resolver(connection, self._vectors)
            return resolver.seen(request), resolver.texts(request.identities)

    def nearest(self, request: NearRequest) -> Nearby:
        with self._database.read() as connection:
            return Resolver(connection, self._vectors).nearest(request)

    def search(self, request: SearchRequest) -> Findings:
        with self._reader() as reader:
            return reader.search(request)

    def fetch(self, ids: Sequence[str], filter: Filter) -> Sequence[Memory]:
        with self._reader() as reader:
            return reader.fetch(ids, filter)

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[Relation]:
        with self._reader() as reader:
            return reader.relations(ids, at, valid_at)

    def past(self, filter: Filter, at: datetime) -> Sequence[Past]:
        with self._database.read() as connection:
            return chains.past(connection, filter, at)

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        with self._reader() as reader:
            return reader.sources(ids)

    def select(self, filter: Filter, now: datetime | None, offset: int = 0, limit: int | None = None) -> Page:
        with self._reader() as reader:
            return reader.select(filter, now, offset, limit)

    def history(self, memory_id: str) -> Sequence[Version]:
        with self._reader() as reader:
            return reader.history(memory_id)

    def touched(self, id: str) -> tuple[str, Sequence[str]] | None:
        with self._database.read() as connection:
            return chains.touched(connection, id)

    def links(self, version_ids: Sequence[str]) -> Mapping[str, Links]:
        with self._database.read() as connection:
            return {id: chains.links(connection, id) for id in version_ids}

    def chains(self, scope: Scope) -> Sequence[str]:
        with self._database.read() as connection:
            return chains.within(connection, scope)

    def entities(self, filter: Filter, now: datetime, ids: Sequence[str] | None = None) -> Sequence[Named]:
        with self._reader() as reader:
            return reader.entities(filter, now, ids)

    def owners(self, filter: Filter) -> Sequence[Owner]:
        with self._reader() as reader:
            return reader.owners(filter)

    def reset(self) -> None:
        self._database.clear()
        self._vectors = VectorCache()

    def audit(self) -> Sequence[tuple[str, str]]:
        with self._database.read() as connection:
            return audit.problems(connection)

    def repair(self, checks: Sequence[str], at: datetime) -> None:
        with self._database.write() as connection:
            audit.repair(connection, list(checks), to_micros(at))

    def dump(self, kind: str, offset: int, limit: int) -> Sequence[Mapping[str, Any]]:
        with self._database.read() as connection:
            return transfer.dump(connection, kind, offset, limit)

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with self._database.write() as connection:
            try:
                return transfer.load(connection, kind, rows)
            except sqlite3.IntegrityError as error:
                raise ConflictError(
                    "a memory in it says what another memory of the same scope already says here; nothing of this part was written"
                ) from error

    def info(self) -> StoreInfo:
        with self._database.read() as connection:
            reader = Reader(connection, self._vectors)
            meta, counts, version = reader.meta(), reader.counts(), schema_version(connection)
        return StoreInfo(
            id=meta["store_id"],
            kind="embedded",
            location="in memory, gone when the client is closed" if self.location == MEMORY else self.location,
            server=f"SQLite {sqlite3.sqlite_version}",
            schema_version=version,
            embedder=_embedder(meta),
            counts=counts,
        )

    def _purge(self, changes: ChangeSet) -> Applied:
        ids = [change.memory_id for change in changes.changes if isinstance(change, Purge)]
        with self._database.write() as connection:
            purged = purge(connection.execute, ids)
        if purged["memories"]:
            self._database.compact()
        return Applied(purged=purged)

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
