"""From facts to changes. Pure: ids and times are passed in, nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from graphmem.model import times
from graphmem.model.changes import Applied, Change, ChangeSet, Create, Relate, Retire, Revise, Source, Transcript
from graphmem.model.memory import Entity, Event, Scope, StoredMemory, StoredRelation, digest, entity_key
from graphmem.model.requests import Probe
from graphmem.model.vectors import Vector
from graphmem.remember import merged_texts
from graphmem.remember.decisions import Decision
from graphmem.remember.facts import Extraction, Fact, Triple, attribute, united
from graphmem.remember.predicates import is_past
from graphmem.remember.same_entity import after, key_endings, key_prefixes, lookalikes, recognised
from graphmem.remember.supersedes import endable
from graphmem.remember.told_same import role_endings, told_same

_MAX_NAME = 200
_EVER = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an add gives to every memory it stores.

    Attributes:
        at: when the conversation took place; becomes created_at and updated_at of new memories.
        timed: whether the caller gave that time.
        categories: given by the caller; they win over those of the facts.
        bound: the ids that the caller can't see past; part of the scope, and on all that is stored.
    """

    scope: Scope
    at: datetime
    metadata: Mapping[str, Any]
    categories: tuple[str, ...] = ()
    immutable: bool = False
    expiration_date: datetime | None = None
    timed: bool = False
    bound: Scope = field(default_factory=Scope)

    @property
    def conversation(self) -> str:
        """The key of the conversation that messages are added to.

        Where memories have other ids than those of a caller who may see more, the conversation is another one, too: what was read
        in it tells of memories.
        """
        if not self.bound.ids:
            return self.scope.key
        apart = {self.scope.of_speaker(assistant=said, bound=self.bound) for said in (True, False)}
        usual = {self.scope.of_speaker(assistant=said) for said in (True, False)}
        return self.scope.key if apart == usual else digest(self.scope.key, self.bound.key)


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as the memory it would become.

    Attributes:
        timed: whether the caller said when it was said.
    """

    memory: StoredMemory
    fact: Fact
    timed: bool = True

    @property
    def at(self) -> datetime:
        """What was said until then is older. What is said now is the newest, even if the clock went back since the last call."""
        return self.memory.updated_at if self.timed else _EVER


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one draft, or to a memory that it ended: the memory as stored, the event, and its text before."""

    memory: StoredMemory
    event: Event
    previous: str | None = None


def drafts(extraction: Extraction, terms: Terms, new_id: Callable[[], str]) -> tuple[Draft, ...]:
    """Facts as memories; facts of the same text and scope become one."""
    by_identity: dict[str, Draft] = {}
    for fact in extraction.facts:
        memory = StoredMemory(
            id=new_id(),
            version_id=new_id(),
            text=fact.text,
            scope=attribute(fact, terms.scope, terms.bound),
            metadata=terms.metadata,
            categories=terms.categories or fact.categories,
            immutable=terms.immutable,
            expiration_date=terms.expiration_date,
            created_at=terms.at,
            updated_at=terms.at,
            **_event(fact),
        )
        first = by_identity.get(memory.identity)
        if first is None:
            by_identity[memory.identity] = Draft(memory, fact, terms.timed)
        else:
            merged = united(first.fact, fact)
            categories = terms.categories or merged.categories
            united_memory = replace(first.memory, categories=categories, **_event(merged))
            by_identity[memory.identity] = Draft(united_memory, merged, terms.timed)
    return tuple(by_identity.values())


def with_id(draft: Draft, memory_id: str) -> StoredMemory:
    """The draft's memory under the id of the stored one that has the same text."""
    return replace(draft.memory, id=memory_id)


def reworded(draft: Draft, text: str) -> Draft:
    """The draft with the text that an UPDATE gives to the memory."""
    return replace(draft, memory=replace(draft.memory, text=text))


def probe(draft: Draft, vector: Vector | None) -> Probe:
    """What to ask the store about a draft: memories that its relations may end, and similar ones."""
    bonds: dict[str, list[str]] = {}
    for triple in draft.fact.relations:
        # Most predicates end nothing; the store is asked only about those that may.
        if kinds := endable(triple.predicate):
            bonds.setdefault(entity_key(triple.source), []).extend(kinds)
    asked = tuple((subject, tuple(dict.fromkeys(kinds))) for subject, kinds in bonds.items())
    return Probe(draft.memory.identity, vector, asked)


def sought(drafts: Sequence[Draft]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the keys begin, and with which words they end, of the entities that those of these drafts may be."""
    entities = [entity for draft in drafts for entity in _entities(draft.fact)]
    roles = {role for draft in drafts for role in role_endings(draft.fact)}
    return key_prefixes(entities), tuple(sorted({*key_endings(entities), *roles}))


def changes(
    drafts: Sequence[Draft],
    decisions: Sequence[Decision],
    vectors: Sequence[Vector | None],
    transcript: Transcript,
    known: Mapping[str, Sequence[Entity]],
    recorded_at: datetime,
    new_id: Callable[[], str],
    supported: Sequence[StoredRelation] = (),
) -> ChangeSet:
    """What to write; decisions and vectors are in the order of the drafts.

    Args:
        known: owner → entities in the store, with which names are matched.
        supported: the relations in force, with names, of the memories that get a merged text.
    """
    made: list[Change] = []
    entities = dict(known)
    # Kept apart and written last: a relation needs the memory that supports it.
    links: list[Change] = []
    for draft, decision, vector in zip(_with_repeats(drafts, decisions), decisions, vectors, strict=True):
        sources = tuple(
            Source(index, *(span or (None, None)))
            for index, span in zip(draft.fact.sources, draft.fact.spans, strict=True)
        )
        fact = draft.fact
        match decision:
            case Decision("ADD"):
                made.append(Create(draft.memory, vector, sources))
            case Decision("UPDATE", StoredMemory() as old):
                keeps = None
                if decision.text is not None:
                    relations = [each for each in supported if each.memory_id == old.id]
                    keeps = merged_texts.kept(fact, decision.text, relations)
                    fact = merged_texts.new_relations(fact, relations)
                made.append(Revise(revised(old, draft), old.version_id, True, vector, sources, keeps))
            case Decision("DELETE", StoredMemory() as old):
                made.append(Retire(old.id, draft.memory.version_id, old.version_id, sources))
        # Each with the sources of the fact: they say why the memory was withdrawn.
        made += [Retire(old.id, new_id(), old.version_id, sources) for old in decision.ended]
        if decision.event in ("ADD", "UPDATE"):
            memory = draft.memory if decision.target is None else decision.target
            owner = draft.memory.scope.owner
            relate = _relate(fact, memory, draft.memory.updated_at, entities.get(owner, ()))
            if relate is not None:
                links.append(relate)
                # What one fact names, the next one may name in another way.
                entities[relate.owner] = after(entities.get(relate.owner, ()), relate)
    return ChangeSet(new_id(), recorded_at, (*made, *links), transcript)


def _with_repeats(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> list[Draft]:
    """The drafts, in which those that others repeat come from the messages of these as well, and carry their entities and relations."""
    whole = list(drafts)
    for draft, decision in zip(drafts, decisions, strict=True):
        if (index := decision.said_by) is not None:
            first = whole[index]
            fact = united(first.fact, draft.fact)
            categories = tuple(dict.fromkeys((*first.memory.categories, *draft.memory.categories)))
            event = _event(fact) if first.memory.event is None else {}
            whole[index] = replace(first, memory=replace(first.memory, categories=categories, **event), fact=fact)
    return whole


def revised(old: StoredMemory, draft: Draft) -> StoredMemory:
    """A memory after an UPDATE: it keeps its id, scope and created_at, and what the draft leaves open."""
    new = draft.memory
    # A text of both still tells of what the old one did; another one only of what the new fact does.
    told = old if new.event is None and new.text != draft.fact.text else new
    return replace(
        old,
        version_id=new.version_id,
        text=new.text,
        metadata={**old.metadata, **new.metadata},
        categories=new.categories or old.categories,
        immutable=new.immutable,
        # What says the same brings back a memory that had expired: see `renews`.
        expiration_date=new.expiration_date or (None if new.identity == old.identity else old.expiration_date),
        updated_at=max(old.updated_at, new.updated_at),
        event_start=told.event_start,
        event_end=told.event_end,
    )


def identities_after_update(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> dict[int, str]:
    """Index of each UPDATE of a memory in another scope than the draft's → the identity which that memory gets.

    Within its own scope the store finds a memory of the same text; elsewhere it still has to be looked up.
    """
    return {
        index: revised(decision.target, draft).identity
        for index, (draft, decision) in enumerate(zip(drafts, decisions, strict=True))
        if decision.event == "UPDATE" and decision.target is not None and decision.target.scope != draft.memory.scope
    }


def withdraw_duplicates(
    decisions: Sequence[Decision], identities: Mapping[int, str], known: Mapping[str, str]
) -> list[Decision]:
    """The decisions, in which an UPDATE that would make two memories say the same withdraws its target instead.

    Args:
        identities: from `identities_after_update`. known: identity → id, of the memories in the store that have one of these.
    """
    taken = dict(known)
    checked = list(decisions)
    for index, identity in identities.items():
        target = decisions[index].target
        if target is not None and taken.setdefault(identity, target.id) != target.id:
            checked[index] = replace(decisions[index], event="DELETE")
    return checked


def outcomes(drafts: Sequence[Draft], decisions: Sequence[Decision], applied: Applied) -> list[Outcome]:
    """What happened to each draft, and to the memories that it ended; NONE also if another writer had just stored the same."""
    listed: list[Outcome] = []
    whole = _with_repeats(drafts, decisions)
    for draft, decision in zip(whole, decisions, strict=True):
        if decision.said_by is None:
            listed.append(_outcome(draft, decision, applied))
        else:
            kept = _outcome(whole[decision.said_by], decisions[decision.said_by], applied)
            listed.append(Outcome(kept.memory, "NONE"))
        listed += [Outcome(old, "DELETE", old.text) for old in decision.ended]
    return listed


def _outcome(draft: Draft, decision: Decision, applied: Applied) -> Outcome:
    old = decision.target
    if old is None:
        stored = applied.known.get(draft.memory.id)
        return Outcome(replace(draft.memory, id=stored), "NONE") if stored else Outcome(draft.memory, "ADD")
    if decision.event == "UPDATE":
        return Outcome(revised(old, draft), "UPDATE", old.text)
    return Outcome(old, decision.event, old.text if decision.event == "DELETE" else None)


def relations_of(changes: ChangeSet, applied: Applied) -> list[StoredRelation]:
    """The relations that an applied ChangeSet recorded, with the names of their entities in place of ids."""
    relations = []
    for change in changes.changes:
        if isinstance(change, Relate) and change.memory_id not in applied.known:
            names = {entity.id(change.owner): entity.name for entity in change.entities}
            relations += [
                replace(relation, source=names[relation.source], target=names[relation.target])
                for relation in change.relations
            ]
    return relations


def _entities(fact: Fact) -> list[Entity]:
    """The entities of a fact, including the ends of its relations."""
    entities = {entity.key: entity for entity in fact.entities if 0 < len(entity.key) <= _MAX_NAME}
    for triple in fact.relations:
        ends = (Entity(triple.source), Entity(triple.target))
        if all(0 < len(end.key) <= _MAX_NAME for end in ends):
            for end in ends:
                entities.setdefault(end.key, end)
    return list(entities.values())


def _event(fact: Fact) -> dict[str, Any]:
    """The fields of a memory that say when what the fact tells happened."""
    return {} if fact.event is None else {"event_start": fact.event.first, "event_end": fact.event.last}


def _held(triple: Triple, fact: Fact, at: datetime) -> tuple[datetime | None, datetime | None]:
    """From when and to when a relation holds in the world: what was so once ("lived in") to the last day that the fact tells of."""
    days = fact.event
    begun = triple.since or (times.moment(days.first) if days is not None else None)
    ended = triple.until
    if ended is None and days is not None and is_past(triple.predicate):
        ended = times.moment(days.last, day_end=True)
    # From when it was said, if nothing tells and it was not over by then.
    return begun or (at if ended is None or ended > at else None), ended


def _relate(fact: Fact, memory: StoredMemory, at: datetime, known: Sequence[Entity]) -> Relate | None:
    """Links to the entities of a fact, and its relations; these hold from when it happened or, if unknown, was said."""
    owner = memory.scope.owner
    entities = {entity.key: recognised(entity, known) for entity in _entities(fact)}
    if not entities:
        return None
    ids = {key: entity.id(owner) for key, entity in entities.items()}
    edges = [
        StoredRelation(ids[source], triple.predicate, ids[target], memory.id, *_held(triple, fact, at))
        for triple in fact.relations
        if (source := entity_key(triple.source)) in ids and (target := entity_key(triple.target)) in ids
        if source != target
    ]
    # Probable duplicates are linked, never merged: a wrong guess can be taken back.
    pairs = [*told_same(fact, entities, known)]
    pairs += [(entity, other, score) for entity in entities.values() for other, score in lookalikes(entity, known)]
    same: dict[frozenset[str], tuple[str, str, float]] = {}
    for entity, other, score in pairs:
        one, two = entity.id(owner), other.id(owner)
        if one != two:
            same.setdefault(frozenset((one, two)), (one, two, score))
    return Relate(memory.id, owner, tuple(entities.values()), tuple(edges), tuple(same.values()))
