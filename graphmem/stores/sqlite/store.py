"""The embedded store. Needs nothing but Python."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from graphmem.errors import ConflictError
from graphmem.model.changes import Applied, ChangeSet, Purge
from graphmem.model.filter import Filter
from graphmem.model.memory import Message, StoredRelation, StoredVersion
from graphmem.model.related import Related, RelatedRequest
from graphmem.model.requests import (
    EmbedderInfo,
    Findings,
    Listing,
    Named,
    Nearby,
    NearRequest,
    Owner,
    Past,
    SearchRequest,
    Seen,
    SeenRequest,
    StoreInfo,
    VersionsRequest,
)
from graphmem.model.said import Said, SaidRequest
from graphmem.model.times import to_micros
from graphmem.model.vectors import Vector
from graphmem.stores.reembedding import check_embedder
from graphmem.stores.sqlite import checks, portable, reembed, versions
from graphmem.stores.sqlite.connections import MEMORY, Database
from graphmem.stores.sqlite.entity_names import EntityNames
from graphmem.stores.sqlite.erase import purge
from graphmem.stores.sqlite.members import MembersCache
from graphmem.stores.sqlite.nearest import Resolver
from graphmem.stores.sqlite.past import past
from graphmem.stores.sqlite.related import related
from graphmem.stores.sqlite.said import said
from graphmem.stores.sqlite.search import Reader
from graphmem.stores.sqlite.served import Served
from graphmem.stores.sqlite.told import ToldCache
from graphmem.stores.sqlite.upgrades import schema_version, upgraded
from graphmem.stores.sqlite.vectors import VectorCache
from graphmem.stores.sqlite.withdraw import only_withdraws, withdraw
from graphmem.stores.sqlite.write import Writer


class _Caches:
    """What is remembered of vectors and names, from one change of the embedder to the next."""

    def __init__(self, last_change: str | None = None) -> None:
        self.last_change = last_change
        self.vectors = VectorCache()
        self.members = MembersCache(self.vectors)
        self.said = VectorCache("said_vector")
        self.told = ToldCache()
        self.names = EntityNames()


class SQLiteStore(Served):
    """One SQLite file, or ``:memory:``. See `graphmem.protocols.Store` for what each method promises.

    Safe for threads and for several processes at once.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._database = Database(location)
        self._caches = _Caches()
        # The embedder of this client: what it was compared with, and what it writes with.
        self._compared: EmbedderInfo | None = None
        self._bound: EmbedderInfo | None = None

    def open(self) -> None:
        self._database.open()

    def close(self) -> None:
        self._database.close()

    def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        with self._reader() as reader:
            # Read first: most clients find their embedder recorded, and need no write transaction.
            recorded = self._check(reader, embedder)
        if recorded is None and record:
            with self._database.write() as connection:
                self._bind(connection, embedder)
        self._compared = embedder
        if record:
            self._bound = embedder
        return record or recorded is not None

    def unembedded(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        with self._database.read() as connection:
            return reembed.unembedded(connection, after, limit)

    def reembed(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], *, restart: bool = False) -> bool:
        with self._database.write() as connection:
            done = reembed.go_on(connection, embedder, vectors, self.location, restart=restart)
        # Every step but that of keeping vectors leaves some that nothing uses any more.
        last: int | None = 0 if done or not vectors else None
        while last is not None:
            with self._database.write() as connection:
                last = reembed.clean(connection, last)
        return done

    def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        with self._database.write() as connection:
            # In the same transaction: since bind() another process may have reset the store, or bound another embedder.
            if self._bound is not None and any(changes.has_vectors for changes in sets):
                self._bind(connection, self._bound)
            applied = [_apply(connection, changes) for changes in sets]
        # Deleted rows stay readable in the file until it is rewritten.
        if any(result.purged.get("memories") for result in applied):
            self._database.compact()
        return applied

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        with self._reader() as reader:
            resolver = Resolver(reader.connection, reader.vectors, reader.members)
            return resolver.seen(request), resolver.texts(request.identities)

    def nearest(self, request: NearRequest) -> Nearby:
        with self._reader() as reader:
            self._check(reader, self._compared)
            return Resolver(reader.connection, reader.vectors, reader.members).nearest(request)

    def search(self, request: SearchRequest) -> Findings:
        with self._reader() as reader:
            if request.vector is not None:
                self._check(reader, self._compared)
            return reader.search(request)

    def said(self, request: SaidRequest) -> Sequence[Said]:
        with self._reader() as reader:
            if request.vector is not None:
                self._check(reader, self._compared)
            return said(reader.connection, reader.said, request)

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[StoredRelation]:
        with self._reader() as reader:
            return reader.relations(ids, at, valid_at)

    def related(self, request: RelatedRequest) -> Related:
        with self._database.read() as connection:
            return related(connection, request)

    def past(
        self,
        filter: Filter,
        at: datetime,
        query: Vector | None = None,
        ids: Sequence[str] | None = None,
        *,
        whole: bool = True,
    ) -> Sequence[Past]:
        with self._reader() as reader:
            if query is not None:
                self._check(reader, self._compared)
            return past(reader.connection, reader.vectors, reader.names, filter, at, query, ids, whole=whole)

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        with self._reader() as reader:
            return reader.sources(ids)

    def select(
        self,
        filter: Filter,
        now: datetime | None,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
    ) -> Listing:
        with self._reader() as reader:
            if ids is None:
                return reader.select(filter, now, offset, limit)
            memories = reader.fetch(ids, filter, now)
            return Listing(memories, len(memories))

    def ids(self, filter: Filter) -> Sequence[str]:
        with self._reader() as reader:
            return reader.ids(filter)

    def versions(self, request: VersionsRequest) -> Sequence[StoredVersion]:
        with self._database.read() as connection:
            return versions.versions(connection, request)

    def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> Sequence[Named]:
        with self._reader() as reader:
            return reader.entities(filter, now, ids, keys)

    def owners(self, filter: Filter) -> Sequence[Owner]:
        with self._reader() as reader:
            return reader.owners(filter)

    def reset(self) -> None:
        self._database.clear()
        self._caches = _Caches()

    def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        if repair_at is None:
            with self._database.read() as connection:
                return checks.problems(connection)
        with self._database.write() as connection:
            problems = checks.problems(connection)
            checks.repair(connection, {check for check, _ in problems}, to_micros(repair_at))
            return problems

    def dump(self, kind: str, offset: int, limit: int, *, vectors: bool = True) -> Sequence[Mapping[str, Any]]:
        with self._database.read() as connection:
            return portable.dump(connection, kind, offset, limit, vectors=vectors)

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with self._database.write() as connection:
            if any(row.get("vector") is not None for row in rows):
                self._refuse_other(connection, reembed.recorded(connection), self._bound)
            try:
                return portable.load(connection, kind, rows)
            except sqlite3.IntegrityError as error:
                raise ConflictError(
                    "a memory in it says what another memory of the same scope already says here; nothing of this part was written"
                ) from error

    def info(self) -> StoreInfo:
        with self._reader() as reader:
            meta, counts, version = reader.meta, reader.counts(), schema_version(reader.connection)
            notes = tuple(filter(None, [upgraded(meta)]))
            embedder, change = reembed.embedder_of(meta), reembed.progress(reader.connection)
        return StoreInfo(
            id=meta["store_id"],
            kind="embedded",
            location="in memory, gone when the client is closed" if self.location == MEMORY else self.location,
            server=f"SQLite {sqlite3.sqlite_version}",
            schema_version=version,
            embedder=embedder,
            counts=counts,
            reembedding=change,
            notes=notes,
        )

    def _bind(self, connection: sqlite3.Connection, embedder: EmbedderInfo) -> None:
        recorded = reembed.recorded(connection)
        self._refuse_other(connection, recorded, embedder)
        if recorded is None:
            values = (("embedder", embedder.name), ("dimensions", str(embedder.dimensions)))
            connection.executemany("INSERT INTO meta VALUES (?, ?)", values)

    def _check(self, reader: Reader, embedder: EmbedderInfo | None) -> EmbedderInfo | None:
        """The embedder that is recorded, if any; another one than this is refused."""
        recorded = reembed.embedder_of(reader.meta)
        self._refuse_other(reader.connection, recorded, embedder)
        return recorded

    def _refuse_other(
        self, connection: sqlite3.Connection, recorded: EmbedderInfo | None, embedder: EmbedderInfo | None
    ) -> None:
        if recorded is not None and embedder is not None and recorded != embedder:
            check_embedder(recorded, embedder, self.location, reembed.progress(connection))

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self._database.read() as connection:
            meta = connection.meta()
            last_change = reembed.last_change(meta)
            # Another thread may see another state of the store, and put its own in their place.
            caches = self._caches
            if caches.last_change != last_change:
                caches = self._caches = _Caches(last_change)
            yield Reader(connection, caches.vectors, caches.members, caches.said, caches.told, caches.names, meta)


def _apply(connection: sqlite3.Connection, changes: ChangeSet) -> Applied:
    erased = [change.memory_id for change in changes.changes if isinstance(change, Purge)]
    if erased:
        return Applied(purged=purge(connection.execute, erased))
    if only_withdraws(changes.changes):
        return withdraw(connection.execute, changes)
    return Writer(connection, changes).apply()
