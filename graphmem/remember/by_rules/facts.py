"""From a statement to a fact: its text, what it is about, whom and what it names, and how these are related."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.remember.by_rules.coordination import halves
from graphmem.remember.by_rules.dates import dated, day_of
from graphmem.remember.by_rules.entities import Span, spans
from graphmem.remember.by_rules.lexicon import KNOWN_PEOPLE, PETS
from graphmem.remember.by_rules.relations import Found, relations
from graphmem.remember.by_rules.rewrite import third_person
from graphmem.remember.by_rules.subjects import Statement
from graphmem.remember.by_rules.topics import categories, wanted
from graphmem.remember.by_rules.words import words
from graphmem.remember.facts import Fact
from graphmem.remember.instructions import Instructions

_BEINGS = KNOWN_PEOPLE | PETS


class Telling(NamedTuple):
    """Who tells, and what is wanted.

    Attributes:
        sources: the places of the messages that support it.
        name: the speaker's; may be empty.
        by_assistant: whether the assistant speaks, or is spoken to by a system message.
        people: names in lower case that are known to be people's.
        wishes: what the caller wants.
    """

    sources: tuple[int, ...]
    name: str
    by_assistant: bool
    people: Set[str]
    wishes: Instructions


def facts(said: Statement, telling: Telling) -> list[Fact]:
    """The facts that a statement makes: two where "and" joins two that stand alone, each with a relation of its own.

    Empty if it can't be put into words, says nothing new, or is not wanted.
    """
    found = [_fact(half, telling) for half in _halved(said, telling)]
    alone = [each for each in found if each is not None and each.relations]
    if len(alone) == 2:
        return alone
    whole = _fact(said, telling)
    return [] if whole is None else [whole]


def _halved(said: Statement, telling: Telling) -> list[Statement]:
    """Two statements of one with two verbs; none where it has one, or where a time that is said once holds for both."""
    verb = said.verb if said.kind in ("owned", "partial") else 0
    found = [] if verb is None or said.front else halves(said.predicate, verb)
    text = third_person(said, telling.name or None) if found else None
    undated = text is not None and dated(text, telling.wishes.said_at) == text
    return [said._replace(predicate=half) for half in found] if undated else []


def _fact(said: Statement, telling: Telling) -> Fact | None:
    name, wishes = telling.name, telling.wishes
    text = third_person(said, name or None)
    if not text or text in (f"{name} is {name}", f"{name}'s name is {name}", f"{name}' name is {name}"):
        return None
    run = words(text)
    speaker = Entity(name or ("assistant" if telling.by_assistant else "user"), "person")
    named = [
        span._replace(entity=speaker) if span.entity.key == entity_key(speaker.name) else span
        for span in spans(run, telling.people)
    ]
    found = relations(run, named, _subject(said, named, speaker.name), speaker.name)
    about = categories(text, [triple.predicate for triple in found.triples], wishes.categories)
    if not wanted(text, about, wishes.includes, wishes.excludes):
        return None
    told = dated(text, wishes.said_at)
    return Fact(
        text=told,
        sources=telling.sources,
        by_assistant=telling.by_assistant,
        categories=about,
        entities=_entities(named, found, speaker),
        relations=found.triples,
        happened_at=day_of(told),
    )


def _entities(named: Sequence[Span], found: Found, speaker: Entity) -> tuple[Entity, ...]:
    """What is named, and every end of a relation besides; a relation knows the type of its end better than a guess."""
    known = {span.entity.name: span.entity for span in named}
    known |= {entity.name: entity for entity in found.entities}
    for triple in found.triples:
        for end in (triple.source, triple.target):
            known.setdefault(end, speaker if end == speaker.name else Entity(end, "person"))
    return tuple(known.values())


def _subject(said: Statement, named: Sequence[Span], speaker: str) -> str | None:
    """The name of whom the main verb tells: the speaker, or whoever the subject names ("Sister Anna lives …")."""
    if said.kind in ("speaker", "joint") or said.predicate[1].low in ("name", "nickname"):
        return speaker
    subject = said.subject[:1] if said.kind == "named" else []
    if said.kind == "owned":
        bond = next(
            (place for place, word in enumerate(said.predicate[:5]) if word.low in _BEINGS), len(said.predicate)
        )
        subject = said.predicate[bond + 1 : bond + 2]
    first = subject[0].core.removesuffix("'s") if subject else ""
    return next((span.entity.name for span in named if first and span.entity.name.split()[0] == first), None)
