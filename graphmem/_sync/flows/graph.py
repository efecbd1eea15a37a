"""The steps of questions about the graph: one question to the store for each step away from an entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem._sync.protocols import Store
from graphmem.graph import spellings
from graphmem.graph.leads import Leads, held
from graphmem.graph.neighbours import Around
from graphmem.graph.paths import Search
from graphmem.graph.subgraph import Subgraph
from graphmem.history.as_of import within
from graphmem.model import times
from graphmem.model.filter import Filter, scope_part
from graphmem.model.memory import StoredMemory
from graphmem.model.related import Related, RelatedRequest
from graphmem.model.requests import Past
from graphmem.model.walk import Walk

# The most relations that one step away from an entity reads, of the newest memories.
MAX_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """Where the memories are that may be told of, and when. `as_of` and `valid_at`: as in RelatedRequest's `at` and `valid_at`."""

    filter: Filter
    as_of: datetime | None = None
    valid_at: datetime | None = None

    def request(self) -> RelatedRequest:
        # What a filter says besides of scope ids is about what a memory said then, which the rules here look at.
        filter = self.filter if self.as_of is None else scope_part(self.filter)
        return RelatedRequest(filter, self.as_of or times.now(), self.as_of, self.valid_at)


def related(store: Store, question: Question, request: RelatedRequest) -> Related:
    """What the store tells, within the whole filter; entities are called as the memories within it call them."""
    if question.as_of is None:
        return spellings.within(store.related(request))
    read = store.related(replace(request, limit=None if request.limit is None else MAX_STEP))
    rows = within([Past(memory, None) for memory in read.memories], question.filter, question.as_of)
    kept = {row.memory.id for row in rows}
    return spellings.within(
        replace(
            read,
            relations=tuple(each for each in read.relations if each.memory_id in kept)[: request.limit],
            memories=tuple(row.memory for row in rows),
            mentions=tuple(each for each in read.mentions if each[0] in kept),
        )
    )


def paths(store: Store, question: Question, start: tuple[str, ...], end: tuple[str, ...], hops: int) -> Search:
    """All that is needed for the shortest paths between entities with these keys, of `hops` relations at most."""
    search = Search(start, end)
    for _ in range(hops):
        side = search.next_side()
        search.add(side, _step(store, question, side.keys, search.known, side.border))
        if search.done:
            break
    return search


def neighbours(store: Store, question: Question, keys: tuple[str, ...], hops: int, most: int) -> Around:
    """What lies around the entities with these keys, up to `hops` relations away."""
    around = Around(keys, most)
    for _ in range(hops):
        around.add(_step(store, question, keys, around.known, around.border))
        if around.done:
            break
    return around


def leads(store: Store, question: Question, walk: Walk) -> Leads:
    """What is around those whom a query means, to tell how the graph led from them to a memory."""
    known = Subgraph()
    known.add(_step(store, question, (*walk.names, *walk.selves), known, None))
    if further := held(known, walk):
        known.add(_step(store, question, (), known, further))
    return Leads(known, walk)


def of_memories(store: Store, question: Question, memories: Sequence[StoredMemory]) -> Related:
    """What these memories mention and how that relates."""
    return related(store, question, replace(question.request(), memories=tuple(each.id for each in memories)))


def _step(store: Store, question: Question, keys: tuple[str, ...], known: Subgraph, border: set[str] | None) -> Related:
    """The relations at the border; before the first step, those of the entities with these keys."""
    ids = None if border is None else known.members(border)
    request = replace(question.request(), ids=ids, near=keys if border is None else None, limit=MAX_STEP)
    return related(store, question, request)
