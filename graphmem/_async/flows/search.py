"""The steps of a search: query → vector, words and names → candidates from the store → ranking → memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncStore
from graphmem.history import as_of as past
from graphmem.model import times
from graphmem.model.filter import Filter, beyond_scope, scope_part
from graphmem.model.memory import Message, StoredMemory, StoredRelation
from graphmem.model.requests import Findings, SearchRequest
from graphmem.search.asked import asked, start
from graphmem.search.commonplace import commonplace
from graphmem.search.ranking import Question, Ranked, rank
from graphmem.search.terms import bounded, query_terms, without_words
from graphmem.search.walk import held

# Each arm returns more than the caller asks for, so that a memory found by two arms can beat one that only one arm ranks high.
_LEAST_PER_ARM = 40


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
    query = bounded(query)
    terms, what = query_terms(query), asked(query)
    request = SearchRequest(
        filter=filter,
        now=as_of or times.now(),
        terms=terms,
        walk=start(what, query, filter),
        by_words=words,
        limit=max(top_k, _LEAST_PER_ARM),
        around=_LEAST_PER_ARM,
    )
    # Which words say nothing here is known only once the store was asked. They are the same as last time in nearly all searches, so
    # the query is embedded without those, and once more only if that proves wrong.
    expected = parts.commonplace.expected(filter, terms)
    for _ in range(2):
        vector = await parts.embed_query(without_words(query, expected), past=as_of is not None)
        found = await _find(store, replace(request, vector=vector), as_of)
        common = commonplace(terms, found.findings)
        if common == expected:
            break
        expected = common
        parts.commonplace.remember(filter, terms, common)
    ranked = rank(
        found.findings.candidates, Question(query, terms if words else (), vector is not None, what, _topics(query))
    )
    chosen = {hit.candidate.id: hit for hit in ranked[:top_k] if hit.score >= threshold}
    ids = list(chosen)
    if as_of is not None:
        memories: Sequence[StoredMemory] = [found.memories[id] for id in ids]
    else:
        # The filter is applied again, because a memory may have changed or been deleted since the candidates were found.
        memories = (await store.select(filter, None, ids=ids)).memories if ids else ()
    return SearchResult(
        [(memory, chosen[memory.id]) for memory in memories],
        ranked,
        found.findings.plan,
        await store.relations(ids, as_of) if relations and ids else [],
        await store.sources(ids) if sources and ids and as_of is None else {},
    )


def _topics(query: str) -> frozenset[str]:
    """The categories under which a fact in these words would be filed."""
    # Imported late: the command line starts without the rules.
    from graphmem.remember.by_rules.topics import categories

    return frozenset(categories(query, (), {}))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a store found, and for the past also the memories as they were."""

    findings: Findings
    memories: Mapping[str, StoredMemory]


async def _find(store: AsyncStore, request: SearchRequest, as_of: datetime | None) -> _Found:
    if as_of is None:
        return _Found(await store.search(request), {})
    # Stores index only what is current. The past is read within the scope, and the arms of the search run here.
    then = await store.past(scope_part(request.filter), as_of, request.vector)
    rows = past.within(then, beyond_scope(request.filter), as_of)
    near = past.naming(rows, (*request.walk.names, *request.walk.selves))
    followed = list(await store.relations(near, as_of)) if near else []
    # Whoever is "my sister" is known only now.
    holding = past.naming(rows, held(followed, request.walk))
    if further := [id for id in holding if id not in frozenset(near)]:
        followed += await store.relations(further, as_of)
    findings = past.candidates(rows, followed, request)
    ids = {candidate.id for candidate in findings.candidates}
    # Only of what was found: a scope may have very many.
    findings = past.labelled(findings, await store.relations(list(ids), as_of) if ids else ())
    return _Found(findings, {row.id: row.memory for row in rows if row.id in ids})
