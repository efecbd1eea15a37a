"""The embedded store for a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from graphmem._sync.waiting import in_thread
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


class EmbeddedStore:
    """One SQLite file, or ``:memory:``. For whom nothing but Python is at hand."""

    def __init__(self, location: str) -> None:
        self._store = SQLiteStore(location)

    def open(self) -> None:
        in_thread(self._store.open)

    def embedder(self) -> EmbedderInfo | None:
        return in_thread(self._store.embedder)

    def bind(self, embedder: EmbedderInfo) -> None:
        in_thread(self._store.bind, embedder)

    def apply(self, changes: ChangeSet) -> Applied:
        return in_thread(self._store.apply, changes)

    def apply_all(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        return in_thread(self._store.apply_all, sets)

    def known(self, identities: Sequence[str]) -> Mapping[str, str]:
        return in_thread(self._store.known, identities)

    def seen(self, request: SeenRequest) -> tuple[Sequence[Seen], Set[str]]:
        return in_thread(self._store.seen, request)

    def nearest(self, request: NearRequest) -> Nearby:
        return in_thread(self._store.nearest, request)

    def search(self, request: SearchRequest) -> Findings:
        return in_thread(self._store.search, request)

    def fetch(self, ids: Sequence[str], filter: Filter) -> Sequence[Memory]:
        return in_thread(self._store.fetch, ids, filter)

    def relations(
        self, ids: Sequence[str], at: datetime | None = None, valid_at: datetime | None = None
    ) -> Sequence[Relation]:
        return in_thread(self._store.relations, ids, at, valid_at)

    def past(self, filter: Filter, at: datetime) -> Sequence[Past]:
        return in_thread(self._store.past, filter, at)

    def sources(self, ids: Sequence[str]) -> Mapping[str, Sequence[Message]]:
        return in_thread(self._store.sources, ids)

    def select(self, filter: Filter, now: datetime | None, offset: int = 0, limit: int | None = None) -> Page:
        return in_thread(self._store.select, filter, now, offset, limit)

    def history(self, memory_id: str) -> Sequence[Version]:
        return in_thread(self._store.history, memory_id)

    def touched(self, id: str) -> tuple[str, Sequence[str]] | None:
        return in_thread(self._store.touched, id)

    def links(self, version_ids: Sequence[str]) -> Mapping[str, Links]:
        return in_thread(self._store.links, version_ids)

    def chains(self, scope: Scope) -> Sequence[str]:
        return in_thread(self._store.chains, scope)

    def entities(self, filter: Filter, now: datetime, ids: Sequence[str] | None = None) -> Sequence[Named]:
        return in_thread(self._store.entities, filter, now, ids)

    def owners(self, filter: Filter) -> Sequence[Owner]:
        return in_thread(self._store.owners, filter)

    def audit(self) -> Sequence[tuple[str, str]]:
        return in_thread(self._store.audit)

    def repair(self, checks: Sequence[str], at: datetime) -> None:
        in_thread(self._store.repair, checks, at)

    def dump(self, kind: str, offset: int, limit: int) -> Sequence[Mapping[str, Any]]:
        return in_thread(self._store.dump, kind, offset, limit)

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        return in_thread(self._store.load, kind, rows)

    def info(self) -> StoreInfo:
        return in_thread(self._store.info)

    def reset(self) -> None:
        in_thread(self._store.reset)

    def close(self) -> None:
        in_thread(self._store.close)
