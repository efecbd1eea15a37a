"""From facts to changes: what is new, what is known. Pure: ids and times come in, nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graphmem.model.changes import Applied, Change, ChangeSet, Create, Relate, Retire, Revise, Source, Transcript
from graphmem.model.memory import Entity, Event, Memory, Relation, Scope, entity_key
from graphmem.model.requests import Probe
from graphmem.model.vectors import Vector
from graphmem.remember.decisions import Decision
from graphmem.remember.facts import Extraction, Fact, attribute, united
from graphmem.remember.same_entity import lookalikes, recognised
from graphmem.remember.supersedes import endable

_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """What an add gives to everything it stores.

    Attributes:
        at: when the conversation took place: created_at and updated_at of what is new.
        timed: whether the caller said so.
        categories: given by the caller; they win over those of the facts.
    """

    scope: Scope
    at: datetime
    metadata: Mapping[str, Any]
    categories: tuple[str, ...] = ()
    immutable: bool = False
    expiration_date: datetime | None = None
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as the memory it would become."""

    memory: Memory
    fact: Fact


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft, or of a memory that it ended: the memory in the store, the event, and the text that was current before."""

    memory: Memory
    event: Event
    previous: str | None = None


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
            both = united(known.fact, fact)
            categories = terms.categories or both.categories
            found[memory.identity] = Draft(replace(known.memory, categories=categories), both)
    return tuple(found.values())


def known_as(draft: Draft, memory_id: str) -> Memory:
    """The memory of this id, which has the draft's text."""
    return replace(draft.memory, id=memory_id)


def probe(draft: Draft, vector: Vector | None) -> Probe:
    """What to ask about a draft: what it may end by its relations, and what is like it."""
    bonds: dict[str, list[str]] = {}
    for triple in draft.fact.relations:
        if kinds := endable(triple.predicate):
            bonds.setdefault(entity_key(triple.source), []).extend(kinds)
    asked = tuple((subject, tuple(dict.fromkeys(kinds))) for subject, kinds in bonds.items())
    return Probe(draft.memory.identity, vector, asked)


def named(given: Sequence[Draft]) -> list[Entity]:
    """All entities of these drafts."""
    return [entity for draft in given for entity in _linked(draft.fact)]


def changes(
    given: Sequence[Draft],
    decisions: Sequence[Decision],
    vectors: Sequence[Vector | None],
    transcript: Transcript,
    known: Mapping[str, Sequence[Entity]],
    recorded_at: datetime,
    new_id: Callable[[], str],
) -> ChangeSet:
    """What to write; decisions and vectors stand in the order of the drafts.

    Args:
        known: owner → entities that were there, by which names are recognised.
    """
    made: list[Change] = []
    links: list[Change] = []
    for draft, decision, vector in zip(given, decisions, vectors, strict=True):
        sources = tuple(
            Source(place, *(span or (None, None)))
            for place, span in zip(draft.fact.sources, draft.fact.spans, strict=True)
        )
        match decision:
            case Decision("ADD"):
                made.append(Create(draft.memory, vector, sources))
            case Decision("UPDATE", Memory() as old):
                made.append(Revise(newer(old, draft), old.version_id, True, vector, sources))
            case Decision("DELETE", Memory() as old):
                made.append(Retire(old.id, draft.memory.version_id, old.version_id, sources))
        made += [Retire(old.id, new_id(), old.version_id, sources) for old in decision.ended]
        if decision.event in ("ADD", "UPDATE"):
            memory = draft.memory if decision.target is None else decision.target
            owner = draft.memory.scope.owner
            relate = _relate(draft.fact, memory, draft.memory.updated_at, known.get(owner, ()))
            links += [relate] if relate is not None else []
    return ChangeSet(new_id(), recorded_at, (*made, *links), transcript)


def newer(old: Memory, draft: Draft) -> Memory:
    """The state of a memory after a newer statement of the same matter."""
    new = draft.memory
    return replace(
        old,
        version_id=new.version_id,
        text=new.text,
        metadata={**old.metadata, **new.metadata},
        categories=new.categories or old.categories,
        immutable=new.immutable,
        expiration_date=new.expiration_date or old.expiration_date,
        updated_at=new.updated_at,
    )


def elsewhere(given: Sequence[Draft], decisions: Sequence[Decision]) -> dict[int, str]:
    """Place of each UPDATE of a memory in another scope than the new one → the identity which that gets."""
    return {
        place: newer(decision.target, draft).identity
        for place, (draft, decision) in enumerate(zip(given, decisions, strict=True))
        if decision.event == "UPDATE" and decision.target is not None and decision.target.scope != draft.memory.scope
    }


def unless_said(
    decisions: Sequence[Decision], identities: Mapping[int, str], known: Mapping[str, str]
) -> list[Decision]:
    """An UPDATE to what another memory of that scope says already withdraws its target instead.

    Args:
        identities: as `elsewhere` gives. known: identity → memory id, of those that are there.
    """
    taken = dict(known)
    found = list(decisions)
    for place, identity in identities.items():
        target = decisions[place].target
        if target is not None and taken.setdefault(identity, target.id) != target.id:
            found[place] = replace(decisions[place], event="DELETE")
    return found


def outcomes(given: Sequence[Draft], decisions: Sequence[Decision], applied: Applied) -> list[Outcome]:
    """What became of each draft, and of the memories that it ended; NONE also for what another writer had just stored."""
    found: list[Outcome] = []
    for draft, decision in zip(given, decisions, strict=True):
        found.append(_outcome(draft, decision, applied))
        found += [Outcome(old, "DELETE", old.text) for old in decision.ended]
    return found


def _outcome(draft: Draft, decision: Decision, applied: Applied) -> Outcome:
    old = decision.target
    if old is None:
        stored = applied.known.get(draft.memory.id)
        return Outcome(replace(draft.memory, id=stored), "NONE") if stored else Outcome(draft.memory, "ADD")
    if decision.event == "UPDATE":
        return Outcome(newer(old, draft), "UPDATE", old.text)
    return Outcome(old, decision.event, old.text if decision.event == "DELETE" else None)


def relations_of(change: ChangeSet, applied: Applied) -> list[Relation]:
    """The relations that an applied ChangeSet recorded, by the names of their entities."""
    found = []
    for each in change.changes:
        if isinstance(each, Relate) and each.memory_id not in applied.known:
            names = {entity.id(each.owner): entity.name for entity in each.entities}
            found += [replace(edge, source=names[edge.source], target=names[edge.target]) for edge in each.relations]
    return found


def _linked(fact: Fact) -> list[Entity]:
    """The entities of a fact. A relation's ends are entities too, named among them or not."""
    found = {entity.key: entity for entity in fact.entities if 0 < len(entity.key) <= _MAX_NAME}
    for triple in fact.relations:
        ends = (Entity(triple.source), Entity(triple.target))
        if all(0 < len(end.key) <= _MAX_NAME for end in ends):
            for end in ends:
                found.setdefault(end.key, end)
    return list(found.values())


def _relate(fact: Fact, memory: Memory, at: datetime, known: Sequence[Entity]) -> Relate | None:
    """Links to the entities of a fact, and its relations; these hold from when it happened, else from when it was said."""
    owner = memory.scope.owner
    entities = {entity.key: recognised(entity, known) for entity in _linked(fact)}
    if not entities:
        return None
    ids = {key: entity.id(owner) for key, entity in entities.items()}
    edges = [
        Relation(
            ids[source],
            triple.predicate,
            ids[target],
            memory.id,
            valid_from=triple.since or fact.happened_at or at,
            valid_to=triple.until,
        )
        for triple in fact.relations
        if (source := entity_key(triple.source)) in ids and (target := entity_key(triple.target)) in ids
        if source != target
    ]
    same = [
        (ids[key], other.id(owner), score)
        for key, entity in entities.items()
        for other, score in lookalikes(entity, known)
    ]
    return Relate(memory.id, owner, tuple(entities.values()), tuple(edges), tuple(same))
