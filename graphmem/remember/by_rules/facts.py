"""From a claim to a fact: its text, its categories, whom and what it names, and how these are related."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.model.when import event
from graphmem.remember.by_rules.coordination import halves
from graphmem.remember.by_rules.dates import dated
from graphmem.remember.by_rules.entities import EntitySpan, spans
from graphmem.remember.by_rules.lexicon import KNOWN_PEOPLE, PETS
from graphmem.remember.by_rules.relations import FoundRelations, relations
from graphmem.remember.by_rules.rewrite import third_person
from graphmem.remember.by_rules.subjects import Claim
from graphmem.remember.by_rules.topics import categories, wanted
from graphmem.remember.by_rules.words import words
from graphmem.remember.facts import Fact
from graphmem.remember.instructions import Instructions

_BEINGS = KNOWN_PEOPLE | PETS


class FactContext(NamedTuple):
    """What a claim needs to become a fact: who made it, and what the caller wants.

    Attributes:
        sources: indices of the messages that support it.
        name: of the speaker; may be empty.
        by_assistant: whether the assistant speaks, or a system message speaks to it.
        people: names, in lower case, that are known to be people's.
        wishes: what the caller wants.
    """

    sources: tuple[int, ...]
    name: str
    by_assistant: bool
    people: Set[str]
    wishes: Instructions


def facts(claim: Claim, context: FactContext) -> list[Fact]:
    """The facts that a claim makes: two if "and" joins two that can stand alone, each with a relation of its own.

    Empty if it can't be put in the third person, says nothing new, or is not wanted.
    """
    split = [_fact(half, context) for half in _halved(claim, context)]
    alone = [fact for fact in split if fact is not None and fact.relations]
    if len(alone) == 2:
        return alone
    whole = _fact(claim, context)
    return [] if whole is None else [whole]


def _halved(claim: Claim, context: FactContext) -> list[Claim]:
    """Two claims of one with two verbs; empty if it has one verb, or a time that may hold for both halves."""
    verb = claim.verb if claim.kind in ("owned", "partial") else 0
    predicates = [] if verb is None or claim.front else halves(claim.predicate, verb)
    text = third_person(claim, context.name or None) if predicates else None
    # "moved to Rome and started a job last week": nobody knows what the time belongs to.
    undated = text is not None and dated(text, context.wishes.said_at) == text
    return [claim._replace(predicate=half) for half in predicates] if undated else []


def _fact(claim: Claim, context: FactContext) -> Fact | None:
    name, wishes = context.name, context.wishes
    text = third_person(claim, name or None)
    # A name as such says nothing new where the speaker is called by it anyway.
    if not text or text in (f"{name} is {name}", f"{name}'s name is {name}", f"{name}' name is {name}"):
        return None
    run = words(text)
    speaker = Entity(name or ("assistant" if context.by_assistant else "user"), "person")
    named = [
        span._replace(entity=speaker) if span.entity.key == entity_key(speaker.name) else span
        for span in spans(run, context.people)
    ]
    related = relations(run, named, _subject(claim, named, speaker.name), speaker.name)
    about = categories(text, [triple.predicate for triple in related.triples], wishes.categories)
    if not wanted(text, about, wishes.includes, wishes.excludes):
        return None
    with_dates = dated(text, wishes.said_at)
    return Fact(
        text=with_dates,
        sources=context.sources,
        by_assistant=context.by_assistant,
        categories=about,
        entities=_entities(named, related, speaker),
        relations=related.triples,
        event=event(text, wishes.said_at.date()),
    )


def _entities(named: Sequence[EntitySpan], related: FoundRelations, speaker: Entity) -> tuple[Entity, ...]:
    """The named entities and the ends of relations; a relation knows the type of its end better than capitals do."""
    known = {span.entity.name: span.entity for span in named}
    known |= {entity.name: entity for entity in related.entities}
    for triple in related.triples:
        for end in (triple.source, triple.target):
            known.setdefault(end, speaker if end == speaker.name else Entity(end, "person"))
    return tuple(known.values())


def _subject(claim: Claim, named: Sequence[EntitySpan], speaker: str) -> str | None:
    """The name of whoever the main verb is about: the speaker, or the person in the subject ("Sister Anna lives …")."""
    if claim.kind in ("speaker", "joint") or claim.predicate[1].low in ("name", "nickname"):
        return speaker
    subject = claim.subject[:1] if claim.kind == "named" else []
    if claim.kind == "owned":
        bond = next(
            (index for index, word in enumerate(claim.predicate[:5]) if word.low in _BEINGS), len(claim.predicate)
        )
        subject = claim.predicate[bond + 1 : bond + 2]
    first = subject[0].core.removesuffix("'s") if subject else ""
    return next((span.entity.name for span in named if first and span.entity.name.split()[0] == first), None)
