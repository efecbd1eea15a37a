"""LangGraph's store (`BaseStore`) in graphmem: items of any JSON under namespaces and keys, kept with their history.

    from graphmem import MemoryClient
    from graphmem.frameworks.langgraph import GraphMemoryStore

    store = GraphMemoryStore(MemoryClient("memories.db"))
    graph = builder.compile(store=store)

It needs the extra `langgraph`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from graphmem._sync.client.client import MemoryClient
from graphmem.frameworks._required import required
from graphmem.frameworks.langgraph_items import (
    Key,
    address,
    matches,
    metadata_of,
    prefix_filter,
    shortened,
    text_of,
    value_of,
)

with required("graphmem.frameworks.langgraph", "langgraph-checkpoint", "langgraph"):
    from langgraph.store.base import BaseStore, GetOp, Item, ListNamespacesOp, Op, PutOp, Result, SearchItem, SearchOp

# As many as one search may find, and one page may have.
_MOST = 1_000


class GraphMemoryStore(BaseStore):
    """Keeps the items of a LangGraph agent as memories, one an item: in a graph, with their versions, found by words and meaning.

    Where LangGraph's own stores leave something open: items without a query come newest first; a query finds items by their texts,
    and `index` (paths, or False) says which texts these are; `created_at` stays when an item is put again. Within one `batch`,
    all reads see the state before its writes, and of several writes of one item the last one counts.

    Items need no model. To remember what conversations tell, call the client's `add`; this is for what an agent stores itself.

    Args:
        client: its scope, if it has one, bounds all items; it may hold no run_id. It stays open, and whoever made it closes it.
        app_id: the app whose memories the items are, apart from all others in the store.
        fields: paths of the values that are searched by words and meaning, such as ``"text"`` or ``"chapters[*].title"``.
            Default: all of the value.
    """

    __slots__ = ("_app", "_client", "_fields")

    def __init__(
        self, client: MemoryClient[Any], *, app_id: str = "langgraph", fields: Sequence[str] | None = None
    ) -> None:
        self._client = client
        self._app = app_id
        self._fields = fields

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do these operations.

        Returns:
            One result for each: an item or None (GetOp), items (SearchOp), namespaces (ListNamespacesOp), None (PutOp).

        Raises:
            ValidationError: a value is no JSON object. Nothing was written.
            ValueError: an operation, an operator of a filter or a match type is unknown.
        """
        operations = list(ops)
        puts = {(op.namespace, op.key): op for op in operations if isinstance(op, PutOp)}
        known = self._known({*puts, *((op.namespace, op.key) for op in operations if isinstance(op, GetOp))})
        namespaces = None
        results: list[Result] = []
        for op in operations:
            if isinstance(op, GetOp):
                found = known.get((op.namespace, op.key))
                results.append(None if found is None else _item(found))
            elif isinstance(op, SearchOp):
                results.append(self._search(op))
            elif isinstance(op, ListNamespacesOp):
                namespaces = self._namespaces() if namespaces is None else namespaces
                results.append(shortened(namespaces, op))
            elif isinstance(op, PutOp):
                results.append(None)
            else:
                raise ValueError(f"unknown operation {type(op).__name__}")
        self._put(puts, known)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """The same, without blocking the event loop."""
        return await asyncio.to_thread(self.batch, list(ops))

    def _known(self, keys: Iterable[Key]) -> dict[Key, Mapping[str, Any]]:
        """The memories of these items, of those that there are."""
        wanted = {address(*key): key for key in keys}
        found: dict[Key, Mapping[str, Any]] = {}
        ids = iter(wanted)
        while part := list(islice(ids, _MOST)):
            for memory in self._client.get_all(
                app_id=self._app, filters={"run_id": {"in": part}}, output_format="v1.0"
            ):
                found[wanted[memory["run_id"] or ""]] = memory
        return found

    def _put(self, puts: Mapping[Key, PutOp], known: Mapping[Key, Mapping[str, Any]]) -> None:
        gone = [known[key]["id"] for key, op in puts.items() if op.value is None and key in known]
        changed, new = list[dict[str, Any]](), list[dict[str, Any]]()
        for key, op in puts.items():
            if op.value is None:
                continue
            text = text_of(op.value, self._fields if op.index is None else op.index)
            metadata = metadata_of(*key, op.value, searched=op.index is not False)
            if key in known:
                changed.append({"memory_id": known[key]["id"], "text": text, "metadata": metadata})
            else:
                new.append({"messages": text, "run_id": address(*key), "metadata": metadata})
        for part in _parts(gone):
            self._client.batch_delete(part)
        for part in _parts(changed):
            self._client.batch_update(part)
        if new:
            # No categories: there is no telling what they would be of.
            self._client.add_many(new, app_id=self._app, infer=False, chunk_size=_MOST)

    def _search(self, op: SearchOp) -> list[SearchItem]:
        if op.query:
            return self._ranked(op, op.query)
        within = self._within(op)
        return [_found(memory) for memory in islice(within, op.offset, op.offset + op.limit)]

    def _ranked(self, op: SearchOp, query: str) -> list[SearchItem]:
        """What the query finds, best first, and then all others: a search by LangGraph's own stores leaves nothing out."""
        searched = {"metadata": {"searched": True}}
        hits = self._client.search(
            query,
            app_id=self._app,
            filters={"AND": [prefix_filter(op), searched]},
            top_k=_MOST,
            output_format="v1.0",
        )
        ranked = [hit for hit in hits if matches(hit, op)]
        first = ranked[op.offset : op.offset + op.limit]
        items = [_found(hit, hit["score"]) for hit in first]
        if len(items) < op.limit:
            seen = {hit["id"] for hit in ranked}
            others = (memory for memory in self._within(op) if memory["id"] not in seen)
            start = max(0, op.offset - len(ranked))
            items += [_found(memory) for memory in islice(others, start, start + op.limit - len(items))]
        return items

    def _within(self, op: SearchOp) -> Iterable[Mapping[str, Any]]:
        """The items below a namespace that meet the filter, newest first, read page by page."""
        page = 1
        while True:
            found = self._client.get_all(
                app_id=self._app, filters=prefix_filter(op), page=page, page_size=min(_MOST, max(op.limit, 100))
            )
            yield from (memory for memory in found["results"] if matches(memory, op))
            if found["next"] is None:
                return
            page += 1

    def _namespaces(self) -> list[tuple[str, ...]]:
        rows = self._client.get_all(app_id=self._app, fields=["metadata"], output_format="v1.0")
        return sorted({tuple(row["metadata"]["namespace"].values()) for row in rows})


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _MOST] for start in range(0, len(rows), _MOST))


def _item(memory: Mapping[str, Any]) -> Item:
    return Item(**_fields(memory))


def _found(memory: Mapping[str, Any], score: float | None = None) -> SearchItem:
    return SearchItem(**_fields(memory), score=score)


def _fields(memory: Mapping[str, Any]) -> dict[str, Any]:
    namespace, key = memory["metadata"]["namespace"], memory["metadata"]["key"]
    return {
        "namespace": tuple(namespace.values()),
        "key": key,
        "value": value_of(memory),
        "created_at": datetime.fromisoformat(memory["created_at"]),
        "updated_at": datetime.fromisoformat(memory["updated_at"]),
    }
