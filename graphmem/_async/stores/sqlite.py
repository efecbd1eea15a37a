"""The embedded store for a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from graphmem._async.waiting import in_thread
from graphmem.model.changes import Applied, ChangeSet
from graphmem.model.filter import Filter
from graphmem.model.memory import Memory, Message, Relation, Scope, Version
from graphmem.model.requests import (
    EmbedderInfo,
    Findings,
    Links,
    Named,
    Nearby,
    NearRequest,
    Owner,
    Page,
    Past,
    SearchRequest,
    Seen,
    SeenRequest,
    StoreInfo,
)
from graphmem.stores.sqlite.store import SQLiteStore


class AsyncEmbeddedStore:
    """One SQLite file, or ``:memory:``. For whom nothing but Python is at hand."""

    def __init__(self, location: str) -> None:
        self._store = SQLiteStore(location)

    async def open(self) -> None:
        await in_thread(self._store.open)

    async def embedder(self) -> EmbedderInfo | None:
        return await in_thread(self._store.embedder)

    async def bind(self, embedder: EmbedderInfo) -> None:
        await in_thread(self._store.bind, embedder)

    async def apply(self, changes: ChangeSet) -> Applied:
        return await in_thread(self._store.apply, changes)

    async def apply_all(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        return await in_thread(self._store.apply_all, sets)

    async def known(self, identities: Sequence[str]) -> Mapping[str, str]:
        return await in_thread(self._store.known, identities)

    async def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        return await in_thread(self._store.seen, request)

    async def nearest(self, request: NearRequest) -> Nearby:
        return await in_thread(self._store.nearest, request)

    async def search(self, request: SearchRequest) -> Findings:
        return await in_thread(self._store.search, request)

    async def fetch(self, ids: Sequence[str], filter: Filter) -> Sequence[Memory]:
        return await in_thread(self._store.fetch, ids, filter)

    async def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[Relation]:
        return await in_thread(self._store.relations, ids, at, valid_at)

    async def past(self, filter: Filter, at: datetime) -> Sequence[Past]:
        return await in_thread(self._store.past, filter, at)

    async def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        return await in_thread(self._store.sources, ids)

    async def select(self, filter: Filter, now: datetime | None, offset: int = 0, limit: int | None = None) -> Page:
        return await in_thread(self._store.select, filter, now, offset, limit)

    async def history(self, memory_id: str) -> Sequence[Version]:
        return await in_thread(self._store.history, memory_id)

    async def touched(self, id: str) -> tuple[str, Sequence[str]] | None:
        return await in_thread(self._store.touched, id)

    async def links(self, version_ids: Sequence[str]) -> Mapping[str, Links]:
        return await in_thread(self._store.links, version_ids)

    async def chains(self, scope: Scope) -> Sequence[str]:
        return await in_thread(self._store.chains, scope)

    async def entities(self, filter: Filter, now: datetime, ids: Sequence[str] | None = None) -> Sequence[Named]:
        return await in_thread(self._store.entities, filter, now, ids)

    async def owners(self, filter: Filter) -> Sequence[Owner]:
        return await in_thread(self._store.owners, filter)

    async def audit(self) -> Sequence[tuple[str, str]]:
        return await in_thread(self._store.audit)

    async def repair(self, checks: Sequence[str], at: datetime) -> None:
        await in_thread(self._store.repair, checks, at)

    async def dump(self, kind: str, offset: int, limit: int) -> Sequence[Mapping[str, Any]]:
        return await in_thread(self._store.dump, kind, offset, limit)

    async def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        return await in_thread(self._store.load, kind, rows)

    async def info(self) -> StoreInfo:
        return await in_thread(self._store.info)

    async def reset(self) -> None:
        await in_thread(self._store.reset)

    async def close(self) -> None:
        await in_thread(self._store.close)
