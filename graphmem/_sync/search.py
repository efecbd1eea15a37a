"""The way of a search: query → embedding, words and names → candidates of the store → ranking → memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphmem import clock
from graphmem._sync.wiring import Parts
from graphmem.filters import Filter
from graphmem.lexical import query_names, query_terms
from graphmem.model import Memory, Message, Relation
from graphmem.ranking import Hit, rank
from graphmem.reading import SearchRequest

# Each arm looks further than the caller, so that a memory which is fair in two arms can beat one that is good in one.
_LEAST_PER_ARM = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Memories best first, with the hit that each of them was. `plan` as in Findings."""

    memories: Sequence[tuple[Memory, Hit]]
    ranked: Sequence[Hit]
    plan: str
    relations: Sequence[Relation]
    sources: Mapping[str, Sequence[Message]]


def search(
    parts: Parts,
    query: str,
    filter: Filter,
    *,
    top_k: int,
    threshold: float,
    words: bool,
    relations: bool,
    sources: bool,
) -> Found:
    """The memories within the filter that answer the query best, and on demand the relations and messages behind them."""
    store = parts.store()
    vectors = parts.embed([query], writing=False)
    request = SearchRequest(
        filter=filter,
        now=clock.now(),
        vector=vectors[0],
        terms=query_terms(query) if words else (),
        names=query_names(query),
        limit=max(top_k, _LEAST_PER_ARM),
    )
    findings = store.search(request)
    ranked = rank(findings.candidates)
    chosen = {hit.candidate.id: hit for hit in ranked[:top_k] if hit.score >= threshold}
    ids = list(chosen)
    # Asked with the filter once more: what was changed since must still meet it.
    memories = store.fetch(ids, filter) if ids else []
    return Found(
        [(memory, chosen[memory.id]) for memory in memories],
        ranked,
        findings.plan,
        store.relations(ids) if relations and ids else [],
        store.sources(ids) if sources and ids else {},
    )
