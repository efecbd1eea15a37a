"""From a claim to facts: text, categories, whom and what it names, and how these are related."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.model.when import event
from graphmem.model.words import stems
from graphmem.remember.by_rules.as_said import is_quoted, quoted
from graphmem.remember.by_rules.claims import Claim, finite, subject_of
from graphmem.remember.by_rules.dates import dated
from graphmem.remember.by_rules.entities import named
from graphmem.remember.by_rules.judge import speaks_to_somebody
from graphmem.remember.by_rules.relations import Found, bond_of, relations
from graphmem.remember.by_rules.restate import third_person
from graphmem.remember.by_rules.wishes import categories, wanted
from graphmem.remember.facts import Fact
from graphmem.remember.instructions import Instructions

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc


# What "my … is" says of the speaker.
_OF_SPEAKER = ("name", "nickname", "hometown", "home", "job")


class Told(NamedTuple):
    """A sentence and all that is needed to make facts of it.

    Attributes:
        sentence: as it was said; what is quoted.
        sources: indices of the messages that support it.
        name: of the speaker; may be empty.
        by_assistant: whether the assistant speaks, or a system message speaks to it.
        people: names, in lower case, that are known to be people's.
        wishes: what the caller wants.
    """

    sentence: str
    sources: tuple[int, ...]
    name: str
    by_assistant: bool
    people: Set[str]
    wishes: Instructions

    @property
    def speaker(self) -> Entity:
        return Entity(self.name or ("assistant" if self.by_assistant else "user"), "person")


def facts(claim: Claim, doc: Doc, told: Told) -> list[Fact]:
    """The facts that a claim makes: two if "and" joins two that can stand alone, each with a relation of its own."""
    alone = [fact for half in _halves(claim) if (fact := _fact(half, doc, told)) and fact.relations]
    whole = None if len(alone) == 2 else _fact(claim, doc, told)
    return alone if len(alone) == 2 else [] if whole is None else [whole]


def said(told: Told) -> Fact | None:
    """The fact that somebody said a sentence; None if it is not wanted."""
    text = quoted(dated(told.sentence, told.wishes.said_at), told.name, told.wishes.said_at)
    return _made(text, told, [], Found([], []))


def _fact(claim: Claim, doc: Doc, told: Told) -> Fact | None:
    """What can't be put in the third person, and what is said to somebody, is kept as said."""
    text = None if speaks_to_somebody(claim) else third_person(claim, told.name)
    if text and {*stems(text)} <= {*stems(told.name), "s", "is", "name"}:
        return None
    speaker = told.speaker
    named_here = " ".join(token.text for token in claim.tokens)
    names = [
        speaker if entity_key(each.name) == entity_key(speaker.name) else each
        for each in named(doc, told.people)
        if each.name in named_here
    ]
    found = relations(claim, doc, names, _subject(claim, names, speaker.name), speaker.name)
    text = text or quoted(told.sentence, told.name, told.wishes.said_at)
    return _made(dated(text, told.wishes.said_at), told, [speaker, *names] if told.name else names, found)


def _made(text: str, told: Told, names: Sequence[Entity], found: Found) -> Fact | None:
    about = categories(text, [triple.predicate for triple in found.triples], told.wishes.categories)
    if not wanted(text, about, told.wishes.includes, told.wishes.excludes):
        return None
    return Fact(
        text=text,
        sources=told.sources,
        by_assistant=told.by_assistant,
        categories=about,
        entities=tuple(_entities(names, found, told.speaker)),
        relations=tuple(found.triples),
        event=event(told.sentence if is_quoted(text) else text, told.wishes.said_at.date()),
    )


def _entities(names: Sequence[Entity], found: Found, speaker: Entity) -> Iterator[Entity]:
    """The named entities and the ends of relations; a relation knows the type of its end better than capitals do."""
    known = {entity.name: entity for entity in (*names, *found.ends)}
    for triple in found.triples:
        for name in (triple.source, triple.target):
            known.setdefault(name, speaker if name == speaker.name else Entity(name, "person"))
    yield from known.values()


def _subject(claim: Claim, names: Sequence[Entity], speaker: str) -> str:
    """The name of whoever the main verb is about: the speaker, or the person in the subject ("Sister Anna lives …")."""
    told_of_speaker = any(token.lower_ in _OF_SPEAKER for token in claim.subject[1:2])
    if claim.kind == "speaker" or claim.inserted or told_of_speaker:
        return speaker
    bond = any(bond_of(token.text) for token in claim.subject)
    if claim.kind != "named" and not (claim.kind == "owned" and bond):
        return ""
    text = " ".join(token.text for token in claim.subject if token.dep_ != "poss")
    return next((entity.name for entity in names if entity.name in text), "")


def _halves(claim: Claim) -> list[Claim]:
    """Two claims of one with two verbs, or with two states of one verb; empty for anything else."""
    first, run = finite(claim.head), claim.predicate
    if claim.front or any("," in token.text for token in run) or not (first == claim.head or first.dep_ == "auxpass"):
        return []
    for token in run:
        same_tense = (token.tag_ in ("VBD", "VBN")) == (first.tag_ in ("VBD", "VBN"))
        verb = token.pos_ == "VERB" and finite(token) == token and subject_of(token) is None and same_tense
        # After an object the parser may take a second verb for a part of it.
        stray = verb and token.head.pos_ in ("NOUN", "PROPN")
        joins = stray or ((verb or token.pos_ == "ADJ") and claim.head in (token.head, token.head.head))
        rest = [each for each in run if each.i >= token.i]
        # "moved to Rome and started a job last week": nobody knows what the time belongs to.
        if token.dep_ == "conj" and joins and not any(each.ent_type_ == "DATE" for each in rest):
            before = claim._replace(predicate=[each for each in run if each.i < token.i and each.dep_ != "cc"])
            after = claim._replace(predicate=rest, head=token) if verb else claim._replace(predicate=[first, *rest])
            return [before, after]
    return []
