"""The steps of a search: query → vector, words and names → candidates from the store → ranking → memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncStore
from graphmem.history import as_of as past
from graphmem.model import times
from graphmem.model.filter import Filter, beyond_scope, scope_part
from graphmem.model.memory import Message, StoredMemory, StoredRelation, entity_key
from graphmem.model.requests import SearchRequest
from graphmem.search.ranking import Ranked, rank
from graphmem.search.terms import query_names, query_terms

# Each arm returns more than the caller asks for, so that a memory found by two arms can beat one that only one arm ranks high.
_LEAST_PER_ARM = 50


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        memories: best first, with their scores.
        ranked: all candidates with their scores, best first, including those that were cut off.
        plan: how vectors were compared, as in Findings.
        relations: the relations that these memories support. sources: memory id → the messages it came from. Both are
            empty if they were not asked for.
    """

    memories: Sequence[tuple[StoredMemory, Ranked]]
    ranked: Sequence[Ranked]
    plan: str
    relations: Sequence[StoredRelation]
    sources: Mapping[str, Sequence[Message]]


async def search(
    parts: AsyncParts,
    query: str,
    filter: Filter,
    *,
    top_k: int,
    threshold: float,
    words: bool,
    relations: bool,
    sources: bool,
    as_of: datetime | None = None,
) -> SearchResult:
    """Find the memories within the filter that answer the query best.

    Args:
        top_k: the most memories to return. threshold: the lowest score to return, in [0, 1].
        words: whether to search by words as well. relations, sources: whether to return these.
        as_of: search what was current at this time instead; sources are not returned then.

    Raises:
        EmbeddingError: the query could not be embedded.
    """
    store = await parts.store()
    vector = await parts.embed_query(query, past=as_of is not None)
    request = SearchRequest(
        filter=filter,
        now=as_of or times.now(),
        vector=vector,
        terms=query_terms(query) if words else (),
        names=query_names(query),
        limit=max(top_k, _LEAST_PER_ARM),
    )
    if as_of is not None:
        return await _search_past(store, request, as_of, top_k, threshold, relations=relations)
    findings = await store.search(request)
    ranked = rank(findings.candidates)
    chosen = {hit.candidate.id: hit for hit in ranked[:top_k] if hit.score >= threshold}
    # Candidates carry scores only. Whole memories are read for the few that are returned.
    ids = list(chosen)
    # The filter is applied again, because a memory may have changed or been deleted since the candidates were found.
    memories = (await store.select(filter, None, ids=ids)).memories if ids else ()
    return SearchResult(
        [(memory, chosen[memory.id]) for memory in memories],
        ranked,
        findings.plan,
        await store.relations(ids) if relations and ids else [],
        await store.sources(ids) if sources and ids else {},
    )


async def _search_past(
    store: AsyncStore, request: SearchRequest, as_of: datetime, top_k: int, threshold: float, *, relations: bool
) -> SearchResult:
    # Stores index only what is current. The past is read within the scope, and the arms of the search run here.
    then = await store.past(scope_part(request.filter), as_of, request.vector)
    rows = past.within(then, beyond_scope(request.filter), as_of)
    naming = past.naming(rows, request.names)
    followed = await store.relations(naming, as_of) if naming else ()
    links = [(entity_key(relation.source), entity_key(relation.target), relation.memory_id) for relation in followed]
    findings = past.candidates(
        rows, links, request.vector, request.terms, request.names, request.limit, request.reach, request.around
    )
    ranked = rank(findings.candidates)
    chosen = {hit.candidate.id: hit for hit in ranked[:top_k] if hit.score >= threshold}
    memories = {row.id: row.memory for row in rows if row.id in chosen}
    return SearchResult(
        [(memories[id], hit) for id, hit in chosen.items()],
        ranked,
        findings.plan,
        await store.relations(list(chosen), as_of) if relations and chosen else [],
        {},
    )
