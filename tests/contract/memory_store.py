"""A third store, in memory: what the protocol asks for and nothing more, in plain Python.

It is written from what `graphmem.protocols.Store` says, and tried by the tests here like the others. It is not for use: each
transaction copies all of it, and it is gone with the process.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphmem.model.changes import Applied, ChangeSet
from graphmem.model.related import Related, RelatedRequest
from graphmem.model.requests import (
    EmbedderInfo,
    Findings,
    Nearby,
    NearRequest,
    Reembedding,
    SearchRequest,
    StoreInfo,
)
from graphmem.model.vectors import Vector
from graphmem.stores.reembedding import check_embedder, next_step
from tests.contract import memory_records
from tests.contract.memory_answers import Answers
from tests.contract.memory_changes import Writer
from tests.contract.memory_graph import Graph, SharedMemory
from tests.contract.memory_related import related

_LOCATION = "the memory of this process"


class MemoryStore(Answers):
    """One client's way to a shared graph. See `graphmem.protocols.Store` for what each method promises."""

    def __init__(self, shared: SharedMemory) -> None:
        super().__init__(shared)
        self._compared: EmbedderInfo | None = None
        self._bound: EmbedderInfo | None = None

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def info(self) -> StoreInfo:
        graph = self._shared.graph
        server = f"Python {platform.python_version()}"
        change = _change(graph)
        return StoreInfo(graph.id, "in-memory", _LOCATION, server, 1, graph.embedder, self._counts(), change)

    def bind(self, embedder: EmbedderInfo, *, record: bool = True) -> bool:
        if record:
            with self._shared.write() as graph:
                _agree(graph, embedder)
            self._bound = embedder
        else:
            _compare(self._shared.graph, embedder)
        self._compared = embedder
        return self._shared.graph.embedder is not None

    def search(self, request: SearchRequest) -> Findings:
        if request.vector is not None:
            _compare(self._shared.graph, self._compared)
        return super().search(request)

    def nearest(self, request: NearRequest) -> Nearby:
        _compare(self._shared.graph, self._compared)
        return super().nearest(request)

    def unembedded(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        graph = self._shared.graph
        rows = graph.unembedded() if graph.coming else graph.messages_without_vector()
        return sorted((id, text) for id, text in rows.items() if id > after)[:limit]

    def reembed(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], *, restart: bool = False) -> bool:
        with self._shared.write() as graph:
            step = next_step(graph.embedder, graph.coming, embedder, _LOCATION, restart=restart)
            if step in ("begin", "give up"):
                graph.forget_change()
            if step == "bind":
                graph.embedder = embedder
            if step == "done":
                for id in graph.messages_without_vector().keys() & vectors.keys():
                    graph.embed_message(id, vectors[id])
                return not graph.messages_without_vector()
            if step not in ("begin", "keep"):
                return True
            graph.coming = embedder
            there = {row["id"] for row in graph.versions()} | graph.messages.keys()
            graph.new_vectors |= {id: vector for id, vector in vectors.items() if id in there}
            if vectors or graph.unembedded():
                return False
            graph.change_vectors()
            return True

    def apply(self, sets: Sequence[ChangeSet]) -> Sequence[Applied]:
        with self._shared.write() as graph:
            if self._bound is not None and any(changes.has_vectors for changes in sets):
                _agree(graph, self._bound)
            return [Writer(graph, changes).apply() for changes in sets]

    def related(self, request: RelatedRequest) -> Related:
        return related(self._shared.graph, request)

    def check(self, repair_at: datetime | None = None) -> Sequence[tuple[str, str]]:
        if repair_at is None:
            return memory_records.problems(self._shared.graph)
        with self._shared.write() as graph:
            problems = memory_records.problems(graph)
            memory_records.repair(graph, repair_at)
            return problems

    def dump(self, kind: str, offset: int, limit: int, *, vectors: bool = True) -> Sequence[Mapping[str, Any]]:
        rows = memory_records.dump(self._shared.graph, kind)[offset : offset + limit]
        return rows if vectors else [row | {"vector": None} if "vector" in row else row for row in rows]

    def load(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with self._shared.write() as graph:
            if any(row.get("vector") is not None for row in rows):
                _compare(graph, self._bound)
            return memory_records.load(graph, kind, rows)

    def reset(self) -> None:
        with self._shared.write() as graph:
            graph.clear()


def _agree(graph: Graph, embedder: EmbedderInfo) -> None:
    """Record the first embedder, refuse another one."""
    _compare(graph, embedder)
    graph.embedder = embedder


def _compare(graph: Graph, embedder: EmbedderInfo | None) -> None:
    if graph.embedder is not None and embedder is not None:
        check_embedder(graph.embedder, embedder, _LOCATION, _change(graph))


def _change(graph: Graph) -> Reembedding | None:
    if graph.coming is None:
        return None
    total = sum(row["event"] != "DELETE" for row in graph.versions()) + len(graph.found_messages())
    return Reembedding(graph.coming, total - len(graph.unembedded()), total)
