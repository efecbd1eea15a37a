"""The Neo4j store: 5.26 LTS and 2026.x, one server or a cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, TypeVar

from neo4j import WRITE_ACCESS, Record, Result
from neo4j.exceptions import Neo4jError

from graphmem._sync.retry import retried
from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem._sync.stores.neo4j_labels import Neo4jLabels
from graphmem._sync.stores.neo4j_served import Neo4jServed
from graphmem._sync.stores.neo4j_upgrades import make_schema, upgrade
from graphmem._sync.stores.neo4j_vectors import Neo4jVectors
from graphmem._sync.waiting import Action
from graphmem.errors import GraphMemError, StaleVersionError
from graphmem.model.changes import Applied, ChangeSet, Create, Purge, Retire, Revise, Revive, in_parts
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
from graphmem.model.vectors import Vector
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j import load, records, statements, write
from graphmem.stores.neo4j.errors import TransientError, UnboundError, translated
from graphmem.stores.neo4j.labels import told, upgraded
from graphmem.stores.neo4j.vectors import placed, store_record

# Deletions in one transaction. Each takes some 40 KB of the server's memory, and with a Java heap of 512 MB a transaction gets
# 350 MB.
_MAX_RETIRES = 2_500
# So many times as many messages are read where too few of the first may be found.
_MORE = 8
T = TypeVar("T")


class Neo4jStore(Neo4jServed):
    """A store in a database of a Neo4j server. `graphmem.protocols` documents its methods."""

    def __init__(self, settings: Neo4jSettings) -> None:
        self._settings = settings
        self._where = f"Neo4j at {settings.shown}"
        self._server = Neo4jConnection(settings)
        self._ready = False
        self._vectors = Neo4jVectors(self._server, self._where)
        self._labels = Neo4jLabels(self._server, self._where)

    def open(self) -> None:
        if self._ready:
            return
        with translated(self._where):
            self._labels.look(upgrade(self._server, self._labels, self._where))
        self._ready = True

    def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        return self._vectors.bind(embedder, write=record)

    def unembedded(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return self._vectors.unembedded(after, limit)

    def reembed(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], *, restart: bool = False) -> bool:
        return self._vectors.reembed(embedder, vectors, restart=restart)

    def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        if len(sets) > 1:
            return self._apply_together(sets)
        [changes] = sets
        parts = [(self._apply_together([part]))[0] for part in in_parts(changes, _MAX_RETIRES)]
        known = {given: stored for part in parts for given, stored in part.known.items()}
        purged: Counter[str] = Counter()
        for part in parts:
            purged.update(part.purged)
        return [Applied(known, frozenset(id for part in parts for id in part.missing), dict(purged))]

    def _apply_together(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        purges = any(isinstance(change, Purge) for changes in sets for change in changes.changes)

        def attempt() -> Sequence[Applied]:
            try:
                return self._purge(sets) if purges else self._apply(sets)
            except UnboundError as unbound:
                # The reset also took the vector index: record the embedder and make the index before the next attempt.
                self._vectors.bind(unbound.embedder)
                raise

        return self._retried(attempt)

    def _retried(self, attempt: Action[T]) -> T:
        """What `attempt` returns. It is repeated while others interfere."""

        def once() -> T:
            try:
                return attempt()
            except TransientError:
                raise
            except GraphMemError as refused:
                # A constraint or an index of another program may have refused a label that it uses too.
                if isinstance(refused.__cause__, Neo4jError) and self._labels.give_way():
                    raise TransientError(f"{self._where}: {told(self._labels.bare)}") from refused
                raise

        return retried(once, TransientError)

    def _purge(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        with translated(self._where):
            return [Applied(purged=dict((self._server.write(write.purge(changes)))[0])) for changes in sets]

    def _apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        def held(record: Record) -> Set[str]:
            return set(record.get("held", ()))

        def check(result: Result) -> Record:
            # An error raised here, inside the transaction, rolls everything back.
            record = result.single(strict=True)
            self._labels.check_written(record)
            if any(changes.has_vectors for changes in sets):
                self._vectors.check_written(record)
            refused = {id for changes in sets for id in _replacing(changes)} - held(record)
            if refused:
                raise StaleVersionError(min(refused))
            return record

        record = self._server.write_checked(self._labels.worn(placed(write.apply(sets), self._vectors.kept_in)), check)
        created = {row["given"]: row["stored"] for row in record.get("created", ())}
        return [_applied(changes, created, held(record)) for changes in sets]

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        [row] = self._server.ask(statements.seen(request))
        return records.seen(row), frozenset(row["texts"])

    def nearest(self, request: NearRequest) -> Nearby:
        [row] = self._vectors.read(statements.nearest(request))
        return records.nearby(row, len(request.probes))

    def search(self, request: SearchRequest) -> Findings:
        [row] = self._vectors.read(statements.search(request), compare=request.vector is not None)
        return records.findings(row)

    def said(self, request: SaidRequest) -> Sequence[Said]:
        read = 2 * request.limit
        while True:
            [row] = self._vectors.read(statements.said(request, read), compare=request.vector is not None)
            found = records.said(row, request, read)
            if found is not None:
                return found
            read *= _MORE

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[StoredRelation]:
        asked = statements.plain("read/relations", ids=list(ids), at=at, valid_at=valid_at)
        return [records.relation(row) for row in self._server.ask(asked)]

    def related(self, request: RelatedRequest) -> Related:
        return records.related((self._server.ask(statements.related(request)))[0])

    def past(
        self,
        filter: Filter,
        at: datetime,
        query: Vector | None = None,  # noqa: ARG002
        ids: Sequence[str] | None = None,
        *,
        whole: bool = True,  # noqa: ARG002
    ) -> Sequence[Past]:
        asked = (
            statements.filtered("read/past", filter, at=at)
            if ids is None
            else statements.filtered("read/past_of", filter, at=at, ids=list(ids))
        )
        rows = self._vectors.read(asked, compare=False)
        return [records.past(row) for row in rows]

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        rows = self._server.ask(statements.plain("read/sources", ids=list(ids)))
        return {row["id"]: [records.source(message) for message in row["messages"]] for row in rows}

    def select(
        self,
        filter: Filter,
        now: datetime | None,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
    ) -> Listing:
        if ids is not None:
            [row] = self._server.ask(statements.filtered("read/fetch", filter, ids=list(ids), now=now))
            memories = records.fetched(row)
        else:
            asked = statements.select(filter, now, offset, limit)
            memories = tuple(records.memory(row) for row in self._server.ask(asked))
        if ids is not None or (limit is None and not offset):
            return Listing(memories, len(memories))
        total = self._server.ask(statements.filtered("read/count", filter, now=now))
        return Listing(memories, total[0]["total"])

    def ids(self, filter: Filter) -> Sequence[str]:
        return [memory.id for memory in (self.select(filter, None)).memories]

    def versions(self, request: VersionsRequest) -> Sequence[StoredVersion]:
        rows = self._server.ask(statements.versions(request))
        return [records.version(row, with_links=request.links) for row in rows]

    def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> Sequence[Named]:
        wanted = {"ids": None if ids is None else list(ids), "keys": None if keys is None else list(keys)}
        rows = self._server.ask(statements.filtered("read/entities", filter, now=now, **wanted))
        return [records.named(row) for row in rows]

    def owners(self, filter: Filter) -> Sequence[Owner]:
        found = [records.owner(row) for row in self._server.ask(statements.filtered("read/owners", filter))]
        order = ("user", "agent", "app", "run")
        return sorted(found, key=lambda owner: (order.index(owner.kind), owner.id))

    def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        problems = {
            check: [row["id"] for row in self._server.ask(self._labels.worn(statements.plain(f"checks/{check}")))]
            for check in statements.CHECKS
        }
        store = (self._server.ask(statements.plain("schema/read_store")))[0]
        found = store_record([store])
        with translated(self._where):
            vectors = None if found.embedder is None else found.vectors
            problems["indexes"] = self._labels.missing(vectors=vectors)
        if repair_at is not None:
            with translated(self._where):
                if problems["indexes"]:
                    make_schema(self._server, store)
                for check, ids in problems.items():
                    fix = statements.fix(check, ids, repair_at) if ids else None
                    if fix is not None:
                        self._server.write(self._labels.worn(fix))
        return [(check, id) for check, ids in problems.items() for id in ids]

    def dump(self, kind: str, offset: int, limit: int, *, vectors: bool = True) -> Sequence[Mapping[str, Any]]:
        kept_in = (self._vectors.record()).vectors
        asked = statements.dump(kind, offset, limit, vectors=vectors)
        rows = self._server.ask(placed(asked, kept_in))
        return [records.exported(kind, row["record"]) for row in rows]

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        def check(result: Result) -> Record:
            record = result.single(strict=True)
            self._labels.check_written(record)
            if any(row.get("vector") is not None for row in rows):
                self._vectors.check_written(record)
            return record

        def attempt() -> Record:
            asked = self._labels.worn(placed(load.load_records(kind, rows), self._vectors.kept_in))
            return self._server.write_checked(asked, check)

        made: int = (self._retried(attempt))["made"]
        return made

    def info(self) -> StoreInfo:
        store = self._server.ask(statements.plain("schema/read_store"))
        found = store_record(store)
        counts = self._server.ask(statements.plain("read/counts"))
        server = self._server.ask(statements.plain("read/server"))
        return StoreInfo(
            id=store[0]["id"],
            kind="neo4j",
            location=self._settings.shown,
            server=f"Neo4j {server[0]['version']} {server[0]['edition']}",
            schema_version=store[0]["schema_version"],
            embedder=found.embedder,
            counts=dict(counts[0]),
            reembedding=self._vectors.progress(found),
            notes=tuple(filter(None, (upgraded(store[0]["upgraded_from"]), told(self._labels.bare)))),
        )

    def reset(self) -> None:
        with translated(self._where):
            for name in statements.RESET:
                self._server.run_with_retries(statements.plain(name), WRITE_ACCESS)
            self._vectors.free()

    def close(self) -> None:
        self._server.close()


def _replacing(changes: ChangeSet) -> set[str]:
    """Ids of the memories that may only be changed if the version that their change replaces is still the newest."""
    found = {change.memory.id for change in changes.changes if isinstance(change, Revise | Revive)}
    return found | {
        change.memory_id for change in changes.changes if isinstance(change, Retire) and change.replaces is not None
    }


def _applied(changes: ChangeSet, created: Mapping[str, str], held: Set[str]) -> Applied:
    """What one set did.

    Args:
        created: id in a Create → id of the memory that holds its text now, which may be an older one.
        held: ids of the existing memories that were changed.
    """
    made = {change.memory.id for change in changes.changes if isinstance(change, Create)}
    wanted = {change.memory_id for change in changes.changes if isinstance(change, Retire)}
    known = {given: stored for given, stored in created.items() if given in made and given != stored}
    return Applied(known, frozenset(wanted - held))
