"""The Neo4j store: 5.26 LTS and 2026.x, one server or a cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from neo4j import WRITE_ACCESS, AsyncResult, Record

from graphmem._async.retry import retried
from graphmem._async.stores.neo4j_connection import AsyncNeo4jConnection
from graphmem._async.stores.neo4j_upgrades import INDEX_SECONDS, upgrade
from graphmem.errors import StaleVersionError
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
    check_embedder,
)
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j import records, statements, write
from graphmem.stores.neo4j.errors import TransientError, UnboundError, translated

# Deletions in one transaction. Each takes some 40 KB of the server's memory, and with a Java heap of 512 MB a transaction gets
# 350 MB.
_MAX_RETIRES = 2_500


class AsyncNeo4jStore:
    """A store in a database of a Neo4j server. `graphmem.protocols` documents its methods."""

    def __init__(self, settings: Neo4jSettings) -> None:
        self._settings = settings
        self._where = f"Neo4j at {settings.uri}"
        self._server = AsyncNeo4jConnection(settings)
        self._ready = False
        self._bound: EmbedderInfo | None = None

    async def open(self) -> None:
        if self._ready:
            return
        with translated(self._where):
            await upgrade(self._server, self._where)
        self._ready = True

    async def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        recorded = _embedder(await self._server.ask(statements.plain("schema/read_store")))
        if not record:
            if recorded is not None:
                check_embedder(recorded, embedder, self._where)
            return recorded is not None
        with translated(self._where):
            if recorded is None:
                values = {"embedder": embedder.name, "dimensions": embedder.dimensions}
                recorded = _embedder(await self._server.write(statements.plain("schema/bind_embedder", **values)))
            check_embedder(recorded or embedder, embedder, self._where)
            # Even if it was recorded before: the client that did so may have died before it made the index.
            await self._server.create(statements.vector_index(embedder))
            await self._server.write(statements.plain("schema/await", seconds=INDEX_SECONDS))
        self._bound = embedder
        return True

    async def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        if len(sets) > 1:
            return await self._apply_together(sets)
        [changes] = sets
        parts = [(await self._apply_together([part]))[0] for part in in_parts(changes, _MAX_RETIRES)]
        known = {given: stored for part in parts for given, stored in part.known.items()}
        purged: Counter[str] = Counter()
        for part in parts:
            purged.update(part.purged)
        return [Applied(known, frozenset(id for part in parts for id in part.missing), dict(purged))]

    async def _apply_together(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        purges = any(isinstance(change, Purge) for changes in sets for change in changes.changes)

        async def attempt() -> Sequence[Applied]:
            try:
                return await (self._purge(sets) if purges else self._apply(sets))
            except UnboundError as unbound:
                # The reset also took the vector index: record the embedder and make the index before the next attempt.
                await self.bind(unbound.embedder)
                raise

        return await retried(attempt, TransientError)

    async def _purge(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        with translated(self._where):
            return [Applied(purged=dict((await self._server.write(write.purge(changes)))[0])) for changes in sets]

    async def _apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        def held(record: Record) -> Set[str]:
            return set(record.get("held", ()))

        async def check(result: AsyncResult) -> Record:
            # An error raised here, inside the transaction, rolls everything back.
            record = await result.single(strict=True)
            if self._bound is not None and any(changes.has_vectors for changes in sets):
                recorded = _embedder(record["store"])
                if recorded is None:
                    raise UnboundError(self._where, self._bound)
                check_embedder(recorded, self._bound, self._where)
            refused = {id for changes in sets for id in _replacing(changes)} - held(record)
            if refused:
                raise StaleVersionError(min(refused))
            return record

        record = await self._server.write_checked(write.apply(sets), check)
        created = {row["given"]: row["stored"] for row in record.get("created", ())}
        return [_applied(changes, created, held(record)) for changes in sets]

    async def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        [row] = await self._server.ask(statements.seen(request))
        return records.seen(row), frozenset(row["texts"])

    async def nearest(self, request: NearRequest) -> Nearby:
        [row] = await self._server.ask(statements.nearest(request))
        return records.nearby(row, len(request.probes))

    async def search(self, request: SearchRequest) -> Findings:
        return records.findings((await self._server.ask(statements.search(request)))[0])

    async def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[StoredRelation]:
        asked = statements.plain("read/relations", ids=list(ids), at=at, valid_at=valid_at)
        return [records.relation(row) for row in await self._server.ask(asked)]

    async def related(self, request: RelatedRequest) -> Related:
        return records.related((await self._server.ask(statements.related(request)))[0])

    async def past(self, filter: Filter, at: datetime) -> Sequence[Past]:
        return [records.past(row) for row in await self._server.ask(statements.filtered("read/past", filter, at=at))]

    async def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        rows = await self._server.ask(statements.plain("read/sources", ids=list(ids)))
        return {row["id"]: [records.source(message) for message in row["messages"]] for row in rows}

    async def select(
        self,
        filter: Filter,
        now: datetime | None,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
    ) -> Listing:
        if ids is not None:
            asked = statements.filtered("read/fetch", filter, ids=list(ids), now=now)
        else:
            asked = statements.select(filter, now, offset, limit)
        memories = tuple(records.memory(row) for row in await self._server.ask(asked))
        if ids is not None or (limit is None and not offset):
            return Listing(memories, len(memories))
        total = await self._server.ask(statements.filtered("read/count", filter, now=now))
        return Listing(memories, total[0]["total"])

    async def versions(self, request: VersionsRequest) -> Sequence[StoredVersion]:
        rows = await self._server.ask(statements.versions(request))
        return [records.version(row, with_links=request.links) for row in rows]

    async def entities(
        self, filter: Filter, now: datetime, ids: Sequence[str] | None = None, keys: Sequence[str] | None = None
    ) -> Sequence[Named]:
        wanted = {"ids": None if ids is None else list(ids), "keys": None if keys is None else list(keys)}
        rows = await self._server.ask(statements.filtered("read/entities", filter, now=now, **wanted))
        return [records.named(row) for row in rows]

    async def owners(self, filter: Filter) -> Sequence[Owner]:
        found = [records.owner(row) for row in await self._server.ask(statements.filtered("read/owners", filter))]
        order = ("user", "agent", "app", "run")
        return sorted(found, key=lambda owner: (order.index(owner.kind), owner.id))

    async def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        problems = {
            check: [row["id"] for row in await self._server.ask(statements.plain(f"checks/{check}"))]
            for check in statements.CHECKS
        }
        if repair_at is not None:
            with translated(self._where):
                for check, ids in problems.items():
                    fix = statements.fix(check, ids, repair_at) if ids else None
                    if fix is not None:
                        await self._server.write(fix)
        return [(check, id) for check, ids in problems.items() for id in ids]

    async def dump(self, kind: str, offset: int, limit: int) -> Sequence[Mapping[str, Any]]:
        rows = await self._server.ask(statements.plain(f"transfer/read_{kind}", offset=offset, limit=limit))
        return [records.exported(kind, row["record"]) for row in rows]

    async def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with translated(self._where):
            made: int = (await self._server.write(write.load_records(kind, rows)))[0]["made"]
            return made

    async def info(self) -> StoreInfo:
        store = await self._server.ask(statements.plain("schema/read_store"))
        counts = await self._server.ask(statements.plain("read/counts"))
        server = await self._server.ask(statements.plain("read/server"))
        return StoreInfo(
            id=store[0]["id"],
            kind="neo4j",
            location=self._settings.uri,
            server=f"Neo4j {server[0]['version']} {server[0]['edition']}",
            schema_version=store[0]["schema_version"],
            embedder=_embedder(store),
            counts=dict(counts[0]),
        )

    async def reset(self) -> None:
        with translated(self._where):
            for name in statements.RESET:
                await self._server.run_with_retries(statements.plain(name), WRITE_ACCESS)
            # The embedder is forgotten last: until the whole reset is done, even by a second call, no vectors of another size come in.
            await self._server.write(statements.plain("schema/drop_memory_embedding"))
            kept = _embedder(await self._server.write(statements.plain("schema/free_embedder")))
            # Memories that were added during the reset need the index again.
            if kept is not None:
                await self._server.create(statements.vector_index(kept))

    async def close(self) -> None:
        await self._server.close()


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


def _embedder(rows: Sequence[Mapping[str, Any]]) -> EmbedderInfo | None:
    return EmbedderInfo(rows[0]["embedder"], rows[0]["dimensions"]) if rows and rows[0]["embedder"] else None
