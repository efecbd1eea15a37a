"""From facts to changes: what is new, what is known. Pure: ids and times come in, nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graphmem.changes import Applied, ChangeSet, Create, Relate, Transcript, Vector
from graphmem.extraction import Extraction, Fact, attribute
from graphmem.model import Entity, Event, Memory, Message, Relation, Scope

_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """What an add gives to everything it stores.

    Attributes:
        at: when the conversation took place: created_at and updated_at of what is new.
        categories: given by the caller; they win over those of the facts.
    """

    scope: Scope
    at: datetime
    metadata: Mapping[str, Any]
    categories: tuple[str, ...] = ()
    immutable: bool = False
    expiration_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as the memory it would become."""

    memory: Memory
    fact: Fact


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft: its id in the store and the event."""

    memory: Memory
    event: Event


def drafts(extraction: Extraction, terms: Terms, new_id: Callable[[], str]) -> tuple[Draft, ...]:
    """Facts as memories, each text once within its scope."""
    found: dict[str, Draft] = {}
    for fact in extraction.facts:
        memory = Memory(
            id=new_id(),
            version_id=new_id(),
            text=fact.text,
            scope=attribute(fact, terms.scope),
            metadata=terms.metadata,
            categories=terms.categories or fact.categories,
            immutable=terms.immutable,
            expiration_date=terms.expiration_date,
            created_at=terms.at,
            updated_at=terms.at,
        )
        known = found.get(memory.identity)
        if known is None:
            found[memory.identity] = Draft(memory, fact)
        else:
            sources = tuple(sorted({*known.fact.sources, *fact.sources}))
            found[memory.identity] = replace(known, fact=replace(known.fact, sources=sources))
    return tuple(found.values())


def changes(
    given: Sequence[Draft],
    vectors: Sequence[Vector | None],
    messages: Sequence[Message],
    terms: Terms,
    recorded_at: datetime,
    new_id: Callable[[], str],
) -> ChangeSet:
    """What to write for these drafts; `vectors` stand in the same order."""
    created = [Create(draft.memory, vector, draft.fact.sources) for draft, vector in zip(given, vectors, strict=True)]
    related = [relate for draft in given if (relate := _relate(draft, terms.at)) is not None]
    transcript = Transcript(terms.scope.key, tuple(new_id() for _ in messages), tuple(messages), terms.at)
    return ChangeSet(new_id(), recorded_at, (*created, *related), transcript)


def outcomes(given: Sequence[Draft], applied: Applied) -> list[Outcome]:
    """ADD for what was made, NONE for what the store already knew."""
    return [
        Outcome(replace(draft.memory, id=applied.known[draft.memory.id]), "NONE")
        if draft.memory.id in applied.known
        else Outcome(draft.memory, "ADD")
        for draft in given
    ]


def relations_of(change: ChangeSet, applied: Applied) -> list[Relation]:
    """The relations that an applied ChangeSet recorded, by the names of their entities."""
    found = []
    for each in change.changes:
        if isinstance(each, Relate) and each.memory_id not in applied.known:
            names = {entity.key: entity.name for entity in each.entities}
            found += [replace(edge, source=names[edge.source], target=names[edge.target]) for edge in each.relations]
    return found


def _relate(draft: Draft, at: datetime) -> Relate | None:
    """Links to the entities of a fact. A relation's ends are entities too, named among them or not."""
    named = {entity.key: entity for entity in draft.fact.entities if 0 < len(entity.key) <= _MAX_NAME}
    edges = []
    for triple in draft.fact.relations:
        ends = (Entity(triple.source), Entity(triple.target))
        if any(not 0 < len(end.key) <= _MAX_NAME for end in ends):
            continue
        for end in ends:
            named.setdefault(end.key, end)
        edges.append(Relation(ends[0].key, triple.predicate, ends[1].key, draft.memory.id, valid_from=at))
    if not named:
        return None
    return Relate(draft.memory.id, draft.memory.scope.owner, tuple(named.values()), tuple(edges))
