"""From a claim to facts: text, categories, whom and what it names, and how these are related."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.model.when import event
from graphmem.remember.by_rules.as_said import is_quoted, quoted
from graphmem.remember.by_rules.claims import Claim, finite, subject_of
from graphmem.remember.by_rules.dates import dated
from graphmem.remember.by_rules.entities import named
from graphmem.remember.by_rules.judge import speaks_to_somebody, tells
from graphmem.remember.by_rules.relations import Found, bond_of, relations
from graphmem.remember.by_rules.restate import third_person
from graphmem.remember.by_rules.wishes import categories, wanted
from graphmem.remember.facts import Fact
from graphmem.remember.instructions import Instructions

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc, Token


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
    halves = [_fact(half, doc, told) for half in _halves(claim)]
    alone = [fact for fact in halves if fact is not None and fact.relations]
    if len(alone) == 2:
        return alone
    whole = _fact(claim, doc, told)
    return [] if whole is None else [whole]


def said(told: Told) -> Fact | None:
    """The fact that somebody said a sentence; None if it is not wanted."""
    return _made(
        quoted(dated(told.sentence, told.wishes.said_at), told.name, told.wishes.said_at), told, [], Found([], [])
    )


def _fact(claim: Claim, doc: Doc, told: Told) -> Fact | None:
    restated = third_person(claim, told.name)
    # What can't be put in the third person, or would need a pronoun for somebody with a name, is kept as said.
    safe = (
        restated is not None
        and claim.kind not in ("other", "order")
        and (restated.plain or not (told.name or claim.kind in ("owned", "named")))
        and not speaks_to_somebody(claim)
    )
    nameless = third_person(claim, "")
    body = nameless.text if nameless else ""
    text = restated.text if restated and safe else ""
    if safe and text in (
        f"{told.name} is {told.name}",
        f"{told.name}'s name is {told.name}",
        f"{told.name}' name is {told.name}",
    ):
        return None
    speaker = told.speaker
    names = [
        speaker if entity_key(each.name) == entity_key(speaker.name) else each
        for each in named(doc, told.people)
        if each.name in (text or body)
    ]
    found = relations(claim, doc, names, _subject(claim, names, speaker.name), speaker.name)
    if not safe:
        text = quoted(told.sentence, told.name, told.wishes.said_at)
    names = [speaker, *names] if told.name else names
    return _made(dated(text, told.wishes.said_at), told, names, found)


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
    known = {entity.name: entity for entity in names}
    for end in found.ends:
        if end.name not in known or known[end.name].type == "thing":
            known[end.name] = end
    for triple in found.triples:
        for name in (triple.source, triple.target):
            known.setdefault(name, speaker if name == speaker.name else Entity(name, "person"))
    yield from known.values()


def _subject(claim: Claim, names: Sequence[Entity], speaker: str) -> str:
    """The name of whoever the main verb is about: the speaker, or the person in the subject ("Sister Anna lives …")."""
    if claim.kind in ("speaker", "joint") or any(token.lower_ in ("name", "nickname") for token in claim.subject[1:2]):
        return speaker
    text = claim.meant or " ".join(token.text for token in claim.subject)
    if claim.kind == "owned" and not any(bond_of(token.text) for token in claim.subject):
        return ""
    return (
        next((entity.name for entity in names if entity.name in text), "")
        if claim.kind not in ("other", "order")
        else ""
    )


def _halves(claim: Claim) -> list[Claim]:
    """Two claims of one with two verbs, or with two states of one verb; empty for anything else."""
    first = finite(claim.head)
    run = list(claim.predicate)
    if claim.front or any("," in token.text for token in run):
        return []
    for token in run:
        split = _splits(token, claim, first)
        if split is None:
            continue
        second = (
            [each for each in run if each.i >= token.i]
            if split == "verb"
            else [first, *(each for each in run if each.i >= token.i)]
        )
        # "moved to Rome and started a job last week": nobody knows what the time belongs to.
        if any(each.ent_type_ == "DATE" for each in second):
            return []
        before = [each for each in run if (each.i < token.i and each.dep_ != "cc") or each.i < first.i]
        return [
            claim._replace(predicate=before),
            claim._replace(predicate=second, head=token if split == "verb" else claim.head),
        ]
    return []


def _splits(token: Token, claim: Claim, first: Token) -> str | None:
    """How a word starts a second claim of the same subject; None if it doesn't."""
    if token.dep_ != "conj" or "and" not in (token.nbor(-1).lower_, token.left_edge.nbor(-1).lower_):
        return None
    # After an object the parser may take a second verb for a part of it.
    joined = token.head == claim.head or (token.tag_ in ("VB", "VBP") and token.head.pos_ in ("NOUN", "PROPN"))
    if joined and token.pos_ == "VERB" and subject_of(token) is None and finite(token) == token:
        passive = first.dep_ == "auxpass" and token.tag_ in ("VBD", "VBN")
        return "verb" if (first == claim.head or passive) and tells_more(token, claim) else None
    state = token.head.dep_ in ("attr", "acomp") and token.head.head == claim.head
    return "state" if state and first == claim.head and token.pos_ == "ADJ" else None


def tells_more(token: Token, claim: Claim) -> bool:
    """Whether something with a meaning of its own follows a word in the claim."""
    return any(tells(each) for each in claim.predicate if each.i > token.i)
