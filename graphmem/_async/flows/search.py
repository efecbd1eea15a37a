"""The steps of a search: query → vector, words and names → candidates from the store → ranking → memories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem._async.flows import graph
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncStore
from graphmem.filters.of_messages import of_messages
from graphmem.graph.leads import Lead
from graphmem.graph.spellings import called
from graphmem.history import as_of as past
from graphmem.model import times
from graphmem.model.collector import paused
from graphmem.model.filter import EVERYTHING, NOTHING, Compare, Filter, Path, beyond_scope, conjunction, scope_part
from graphmem.model.memory import Message, StoredMemory, StoredRelation
from graphmem.model.requests import Candidate, Findings, SearchRequest
from graphmem.model.said import SaidRequest, StoredMessage
from graphmem.model.topics import topics
from graphmem.search.asked import asked, start
from graphmem.search.commonplace import commonplace
from graphmem.search.page import BEYOND, arranged
from graphmem.search.ranking import Question, Ranked, rank
from graphmem.search.terms import bounded, query_terms, without_exceptions, without_words
from graphmem.search.walk import held

# Each arm returns more than the caller asks for, so that a memory found by two arms can beat one that only one arm ranks high.
_LEAST_PER_ARM = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is asked for.

    Attributes:
        filter: no memory outside of it is found.
        top_k: the most memories to return. threshold: the lowest score to return, in [0, 1].
        words: whether to search by words as well.
        as_of: search what was current at this time instead.
        messages: whether to find messages, too.
    """

    query: str
    filter: Filter
    top_k: int = 10
    threshold: float = 0.0
    words: bool = True
    as_of: datetime | None = None
    messages: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What the arms of a search found, ranked.

    Attributes:
        request: what the store was asked. question: the query as ranking saw it.
        findings: what the store found. memories: the best of that and some more, by id, for a search of the past as they were then.
        ranked: all candidates with their scores, best first, in the order of a page of `top_k` (see graphmem.search.page).
        said: the messages that were found, by id. beside: the memories and these messages, ranked together; only if they were asked for.
    """

    request: SearchRequest
    question: Question
    findings: Findings
    memories: Mapping[str, StoredMemory]
    ranked: Sequence[Ranked]
    said: Mapping[str, StoredMessage] = field(default_factory=dict)
    beside: Sequence[Ranked] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        memories: best first, with their scores.
        looked: what they were chosen from.
        relations: the relations that these memories support. sources: memory id → the messages it came from. Both are
            empty if they were not asked for.
        leads: memory id → how the graph led to it; empty if that was not asked for.
        messages: best first, with their scores; at most `top_k`, and none that is one of the memories word for word.
    """

    memories: Sequence[tuple[StoredMemory, Ranked]]
    looked: Looked
    relations: Sequence[StoredRelation]
    sources: Mapping[str, Sequence[Message]]
    leads: Mapping[str, Lead]
    messages: Sequence[tuple[StoredMessage, Ranked]] = ()


async def search(parts: AsyncParts, wanted: Wanted, *, relations: bool = False, explain: bool = False) -> SearchResult:
    """Find the memories within the filter that answer the query best.

    Args:
        relations: whether to return the relations that these memories support.
        explain: whether to return the messages that they came from, and what of the graph led to them. A search of the past has no
            messages.

    Raises:
        EmbeddingError: the query could not be embedded.
    """
    store = await parts.store()
    looked = await look(parts, wanted)
    best = [hit for hit in looked.ranked[: wanted.top_k] if hit.score >= wanted.threshold]
    # Some may be gone since they were found.
    memories = [(looked.memories[hit.candidate.id], hit) for hit in best if hit.candidate.id in looked.memories]
    ids = [memory.id for memory, _ in memories]
    return SearchResult(
        memories,
        looked,
        called(await store.relations(ids, wanted.as_of), [memory for memory, _ in memories])
        if relations and ids
        else [],
        await store.sources(ids) if explain and ids and wanted.as_of is None else {},
        await _leads(store, wanted, looked, [hit for _, hit in memories]) if explain else {},
        [
            (looked.said[hit.candidate.id], hit)
            for hit in once(looked, [hit for _, hit in memories])[: wanted.top_k]
            if hit.score >= wanted.threshold
        ],
    )


def once(looked: Looked, memories: Sequence[Ranked]) -> list[Ranked]:
    """The messages that were found, best first. What somebody said twice comes once, and what is one of these memories not at all."""
    told = {(hit.candidate.conversation, hit.candidate.position) for hit in memories if hit.candidate.verbatim}
    heard: dict[tuple[str | None, str], Ranked] = {}
    for hit in looked.beside:
        said = looked.said.get(hit.candidate.id)
        if said is not None and (said.conversation, said.position) not in told:
            heard.setdefault((said.message.name or said.message.role, said.message.content), hit)
    return list(heard.values())


async def _leads(store: AsyncStore, wanted: Wanted, looked: Looked, hits: Iterable[Ranked]) -> Mapping[str, Lead]:
    """How the graph led to those of these hits that it found."""
    found = [hit.candidate for hit in hits if hit.candidate.hops is not None or hit.candidate.links]
    if not found:
        return {}
    around = await graph.leads(store, graph.Question(wanted.filter, wanted.as_of), looked.request.walk)
    led = ((each.id, around.to(each)) for each in found)
    return {id: lead for id, lead in led if lead is not None}


async def look(parts: AsyncParts, wanted: Wanted) -> Looked:
    """Ask the arms, rank what they find, and arrange the best of that on a page.

    Raises:
        EmbeddingError: the query could not be embedded.
    """
    store = await parts.store()
    wanted = replace(wanted, query=without_exceptions(bounded(wanted.query)))
    query, filter = wanted.query, wanted.filter
    terms, what = query_terms(query), asked(query)
    request = SearchRequest(
        filter=filter,
        now=wanted.as_of or times.now(),
        terms=terms,
        walk=start(what, query, filter),
        by_words=wanted.words,
        limit=max(wanted.top_k, _LEAST_PER_ARM),
        around=_LEAST_PER_ARM,
    )
    request, found = await _ask_arms(parts, wanted, request)
    question = Question(
        query, terms if wanted.words else (), request.vector is not None, what, frozenset(topics(query)), request.now
    )
    ranked = rank(found.findings.candidates, question)
    head = [hit for hit in ranked[: wanted.top_k + BEYOND] if hit.score >= wanted.threshold]
    best = [hit.candidate.id for hit in head]
    if wanted.as_of is not None:
        memories = {id: found.memories[id] for id in best if id in found.memories}
    else:
        # The filter is applied again, because a memory may have changed or been deleted since the candidates were found.
        memories = {each.id: each for each in (await store.select(filter, None, ids=best)).memories} if best else {}
    page = arranged(head, memories, wanted.top_k)
    looked = Looked(request, question, found.findings, memories, ranked.beginning_with(page))
    return await _with_messages(store, wanted, looked) if wanted.messages and parts.find_messages else looked


async def _ask_arms(parts: AsyncParts, wanted: Wanted, request: SearchRequest) -> tuple[SearchRequest, _Found]:
    """What the arms find, and the request with the vector that they had."""
    store = await parts.store()
    # Which words say nothing here is known only once the store was asked. They are the same as last time in nearly all searches, so
    # the query is embedded without those, and once more only if that proves wrong.
    expected = parts.commonplace.expected(request.filter, request.terms)
    for _ in range(2):
        text = without_words(wanted.query, expected)
        request = replace(request, vector=await parts.embed_query(text, past=wanted.as_of is not None))
        found = await _find(store, request, wanted.as_of)
        common = commonplace(request.terms, found.findings)
        if common == expected:
            break
        expected = common
        parts.commonplace.remember(request.filter, request.terms, common)
    return request, found


async def _with_messages(store: AsyncStore, wanted: Wanted, looked: Looked) -> Looked:
    """The same with the messages that were found, ranked beside the memories."""
    request, spoken = looked.request, of_messages(wanted.filter)
    asked_for = SaidRequest(spoken, request.now, wanted.as_of, request.vector, request.terms, wanted.words)
    said = await store.said(asked_for) if spoken != NOTHING else ()
    beside = rank((*looked.findings.candidates, *(each.candidate for each in said)), looked.question)
    return replace(looked, said={each.stored.id: each.stored for each in said}, beside=beside)


async def look_at(parts: AsyncParts, looked: Looked, memory_id: str, as_of: datetime | None) -> Candidate | None:
    """What the same search tells of one memory when it is asked for alone; None if no arm finds it even then."""
    alone = Compare(Path("memory_id"), "eq", memory_id)
    request = replace(looked.request, filter=conjunction((looked.request.filter, alone)), limit=1, reach=0, sample=0)
    found = await _find(await parts.store(), request, as_of)
    return next((each for each in found.findings.candidates if each.id == memory_id), None)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a store found, and for the past also the memories as they were."""

    findings: Findings
    memories: Mapping[str, StoredMemory]


async def _find(store: AsyncStore, request: SearchRequest, as_of: datetime | None) -> _Found:
    if as_of is None:
        return _Found(await store.search(request), {})
    # A large scope's past is very many objects.
    with paused():
        return await _find_past(store, request, as_of)


async def _find_past(store: AsyncStore, request: SearchRequest, as_of: datetime) -> _Found:
    # Stores index only what is current. The past is read within the scope, and the arms of the search run here.
    conditions = beyond_scope(request.filter)
    then = await store.past(scope_part(request.filter), as_of, request.vector, whole=conditions != EVERYTHING)
    rows = past.within(then, conditions, as_of)
    near = past.naming(rows, (*request.walk.names, *request.walk.selves))
    followed = list(await store.relations(near, as_of)) if near else []
    # Whoever is "my sister" is known only now.
    holding = past.naming(rows, held(followed, request.walk))
    if further := [id for id in holding if id not in frozenset(near)]:
        followed += await store.relations(further, as_of)
    findings = past.candidates(rows, followed, request)
    # More is asked only about what was found: a scope may have very many.
    ids = [candidate.id for candidate in findings.candidates]
    memories = {}
    if ids:
        said = await store.past(scope_part(request.filter), as_of, ids=ids)
        findings = past.told(findings, await store.relations(ids, as_of), said)
        memories = {row.id: row.memory for row in said}
    return _Found(findings, memories)
