"""The steps of a context: a search for memories and messages → what they came from, what was so before, relations → one text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from graphmem._async.flows.graph import Question
from graphmem._async.flows.search import Looked, Wanted, look, once
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncStore
from graphmem.graph.spellings import called
from graphmem.history.earlier import Earlier, earlier
from graphmem.model.memory import StoredMemory, StoredRelation
from graphmem.model.requests import VersionsRequest
from graphmem.search.asked import strength
from graphmem.search.context import LEAST, Context, Piece, about_past, compose, dated, day, passage
from graphmem.search.kinds import kinds_asked, lifted
from graphmem.search.page import newest_first
from graphmem.search.ranking import Ranked

# The least bytes of a piece, and the fewest and most memories to look for.
_LEAST_BYTES = 40
_FEWEST, _MOST = 40, 400
# The best memories whose chains are read where the question is about the past.
_CHAINS = 10
# And the calls that wrote them, which may have withdrawn something: one question to the store each.
_CALLS = 5


def candidates_for(max_tokens: int) -> int:
    """How many memories to look for, so that they fill this room."""
    return min(max(4 * max_tokens // _LEAST_BYTES, _FEWEST), _MOST)


async def context(parts: AsyncParts, wanted: Wanted, max_tokens: int) -> Context:
    """What answers the query, as far as there is room for it.

    Raises:
        EmbeddingError: the query could not be embedded.
    """
    store = await parts.store()
    looked = await look(parts, wanted)
    ranked = looked.beside or looked.ranked
    memories = newest_first([hit for hit in ranked if hit.candidate.id in looked.memories], looked.memories)
    ids = [hit.candidate.id for hit in memories]
    sources: Mapping[str, Collection[str]] = {}
    if ids and wanted.as_of is None and looked.said:
        sources = {
            id: {message.id for message in found if message.id} for id, found in (await store.sources(ids)).items()
        }
    # What has nothing to do with the query is not lifted.
    of_kind = await _of_kind(store, wanted, [hit.candidate.id for hit in memories if hit.score >= LEAST])
    scores = {hit.candidate.id: lifted(hit.score) if hit.candidate.id in of_kind else hit.score for hit in memories}
    pieces = [
        _memory(looked.memories[id], hit, scores[id], sources.get(id, ()))
        for id, hit in zip(ids, memories, strict=True)
    ]
    if about_past(wanted.query):
        pieces += [
            _earlier(each, scores) for each in await _states_before(store, wanted, ids[:_CHAINS], looked.request.now)
        ]
    pieces += [_relation(each, scores) for each in await _asked_for(store, wanted, looked, memories)]
    pieces += [_message(looked, hit) for hit in once(looked, memories)]
    return compose(pieces, max_tokens)


async def _of_kind(store: AsyncStore, wanted: Wanted, ids: Sequence[str]) -> Set[str]:
    """Which of these memories name an entity of a kind that the query asks for."""
    kinds = kinds_asked(wanted.query)
    if not kinds or not ids:
        return frozenset()
    # Of the relations none: it is enough what the memories mention.
    request = replace(Question(wanted.filter, wanted.as_of).request(), memories=tuple(ids), limit=0)
    named = await store.related(request)
    of_kind = {entity.id for entity in named.entities if entity.type in kinds}
    return {memory for memory, entity in named.mentions if entity in of_kind}


async def _states_before(store: AsyncStore, wanted: Wanted, ids: Sequence[str], now: datetime) -> Sequence[Earlier]:
    """What was so before these memories came to say what they say: their own past versions, and what the same calls withdrew."""
    if not ids:
        return ()
    chains = list(await store.versions(VersionsRequest(tuple(ids), messages=False)))
    calls = dict.fromkeys(version.change_set for version in chains)
    for call in list(calls)[:_CALLS]:
        chains += await store.versions(VersionsRequest(call=call, messages=False))
    return earlier(chains, ids, wanted.filter, now, wanted.as_of)


async def _asked_for(
    store: AsyncStore, wanted: Wanted, looked: Looked, memories: Sequence[Ranked]
) -> Sequence[StoredRelation]:
    """The relations that the query asks for. What else the same memories tell of is left out."""
    asked = {
        hit.candidate.id: predicates
        for hit in memories
        if (predicates := {link.predicate for link in hit.candidate.links if strength(looked.question.asked, link)})
    }
    found = await store.relations(list(asked), wanted.as_of) if asked else ()
    told = called(found, [looked.memories[id] for id in asked if id in looked.memories])
    return [relation for relation in told if relation.predicate in asked[relation.memory_id]]


def _memory(memory: StoredMemory, hit: Ranked, score: float, sources: Collection[str]) -> Piece:
    candidate = hit.candidate
    text = dated(memory.text, memory.event_start, memory.event_end)
    # A message that was stored word for word says "I": whose words they are must be told.
    speaker = (candidate.speaker or candidate.role or "") if candidate.verbatim else ""
    return Piece("memory", memory.id, text, day(memory.updated_at), speaker, score, frozenset(sources))


def _earlier(state: Earlier, scores: Mapping[str, float]) -> Piece:
    when = _held(state.since, state.until)
    return Piece("earlier", state.memory_id, state.text, when, score=scores.get(state.beside, 0.0))


def _relation(relation: StoredRelation, scores: Mapping[str, float]) -> Piece:
    return Piece(
        "relation",
        relation.memory_id,
        f"{relation.source} {relation.predicate.replace('_', ' ')} {relation.target}",
        _held(relation.valid_from, relation.valid_to),
        score=scores[relation.memory_id],
        ends=f"{relation.source} {relation.target}",
    )


def _held(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return f"since {day(start)}" if start is not None else f"until {day(end)}" if end is not None else ""
    return day(start) if day(start) == day(end) else f"{day(start)} to {day(end)}"


def _message(looked: Looked, hit: Ranked) -> Piece:
    said = looked.said[hit.candidate.id]
    text = passage(said.message.content, looked.question.terms)
    return Piece("message", said.id, text, day(said.said_at), said.message.name or said.message.role, hit.score)
