"""Finds the typed relations of a claim: the words that lead from its verb to a thing, looked up in the vocabulary of predicates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphmem.model.memory import Entity
from graphmem.model.topics import PETS
from graphmem.remember.by_rules.claims import Claim, finite, subject_of
from graphmem.remember.by_rules.entities import languages
from graphmem.remember.by_rules.lexicon import BEINGS, vocabulary
from graphmem.remember.by_rules.restate import SINGULAR, third
from graphmem.remember.diets import DIETS
from graphmem.remember.facts import Triple
from graphmem.remember.predicates import Folded, folded, known

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc, Token

_ONE = {"children": "child", "kids": "child", "kid": "child", "puppies": "puppy", "wives": "wife", "babies": "baby"}
_WORD = "|".join(sorted((re.escape(word) for word in (*BEINGS, *_ONE)), key=len, reverse=True))
_BOND = rf"(?P<bond>(?:{_WORD})s?)(?:'s name is|s' names are| is(?: called| named)?| named| called|,|:| are)? "
# "my sister Anna", "have a dog named Max", "My wife is called Maria"
_BEFORE = rf"(?:^|\b(?:my|our|a|an|two|three|four|five|adopted|got|(?P<owner>[A-Z]\w+)'s?) )(?:\w+ )?{_BOND}$"
_AFTER = rf"^ (?:is|was) (?:(?P<owner>[A-Z]\w+)'s?|my|our) (?:\w+ )?(?P<bond>(?:{_WORD}))\b"
# "*" stands for the pet.
_PARTED = re.compile(r"\b(?:gave|given) .*(?:\* away|away\b.*\*)|\brehomed .*\*|\* .*\b(?:died|passed away|put down)\b")
_HEDGES = vocabulary("mostly almost nearly mainly primarily practically sometimes often usually never hardly rather")
_MAY_FOLLOW_DIET = vocabulary("now again and but since because for as just last this too who diet lifestyle . ,")
_VAGUE = vocabulary("it them that they what this these those anything everything something things lot lots")
_LONGEST = 4  # words of an object that is no name
# How a word hangs on the one before it on the way from the verb to an object.
_STEPS = ("prep", "xcomp", "acomp", "attr", "pobj", "dobj", "oprd", "conj", "advmod")
_PLAIN = {"'d": "would", "n't": "not", "ca": "can", "wo": "will", **SINGULAR}


class Found(NamedTuple):
    """Relations, and their ends that are not named in the text, or whose type only the relation shows."""

    triples: list[Triple]
    ends: list[Entity]


def relations(claim: Claim, doc: Doc, named: Sequence[Entity], subject: str, speaker: str) -> Found:
    """The relations of one claim.

    Args:
        claim: where they are looked for.
        doc: the sentence that it is a part of.
        named: its entities.
        subject: the name of whoever it is about; empty if unknown.
        speaker: the name of whoever says "my".
    """
    triples = list(_belonging("".join(token.text_with_ws for token in claim.tokens), named, speaker))
    ends = []
    for predicate, end in _stated(claim, doc, named) if subject else ():
        triples.append(_triple(subject, predicate, end.name))
        ends.append(end)
    return Found([triple for triple in dict.fromkeys(triples) if triple.source != triple.target], ends)


def bond_of(word: str) -> str:
    """The bond that a word stands for, in the singular ("sister", "pet"); empty for other words."""
    word = word.lower()
    word = _ONE.get(word, word if word in BEINGS else word.removesuffix("s"))
    return "" if word not in BEINGS else "pet" if word in PETS else word.replace("-", "_")


def _triple(source: str, predicate: Folded, target: str) -> Triple:
    return Triple(*((target, predicate[0], source) if predicate.swapped else (source, predicate[0], target)))


def _belonging(text: str, named: Sequence[Entity], speaker: str) -> Iterator[Triple]:
    """The bonds of people and pets to the speaker, or to somebody with a name: "my sister Anna", "Tom's sister Anna"."""
    last: tuple[str, str] | None = None
    stop = 0
    for entity in named:
        at = text.find(entity.name)
        before, after = text[:at], text[at + len(entity.name) :]
        # "my sisters Anna and Eva": the second name shares the bond of the first.
        listed = last and re.fullmatch(r"(?:,| and|, and| &) ", text[stop:at])
        found = re.search(_BEFORE, before, re.IGNORECASE) or (re.search(_AFTER, after) if not at else None)
        stop = at + len(entity.name)
        if at < 0 or not (listed or (found and bond_of(found["bond"]))):
            last = None
            continue
        if not listed and found:
            owner = found["owner"] or speaker
            last = (speaker if speaker.startswith(owner) else owner), bond_of(found["bond"])
        assert last is not None
        lost = last[1] == "pet" and _PARTED.search(f"{before.lower()}*{after}")
        yield _triple(last[0], folded(f"{'had' if lost else 'has'}_{last[1]}"), entity.name)


def _stated(claim: Claim, doc: Doc, named: Sequence[Entity]) -> Iterator[tuple[Folded, Entity]]:
    """What the verbs of a claim say of its subject: (predicate, object)."""
    for end in claim.predicate:
        for wording in _wordings(end, claim):
            if (row := known(wording)) and row.type and (name := _end(end, row.type, doc, named)):
                yield Folded(row.predicate), Entity(name, row.type)
                break
        if (diet := end.lower_) in DIETS and (kept := _keeps(end, claim)) is not None:
            yield Folded("follows_diet" if kept else "gave_up_diet"), Entity(diet, "thing")


def _wordings(end: Token, claim: Claim) -> Iterator[str]:
    """How the claim leads to an object, in the third person: "has_moved_to", and simpler: "moved_to"."""
    words: list[str] = []
    start = step = _first(end)
    while step != claim.head and not _shares_subject(step, claim):
        if step.dep_ not in _STEPS or step not in claim.predicate:
            return
        if step != start and step.dep_ == "pobj":
            # "works as a nurse at Acme": she works at Acme.
            step = step.head
        elif step != start and step.dep_ != "dobj":
            words[:0] = _verbal(step) if step.pos_ in ("VERB", "AUX") else [step.lower_]
        step = _first(step).head
    for verb in (_verbal(step), _simply(step)):
        yield "_".join((*verb, *words))
    if claim.kind == "owned":
        # "My hometown is Rome"
        yield "_".join(("name" if claim.inserted else claim.subject[-1].lower_, "is", *words))
    if step.lemma_ == "be" and len(words) == 2:
        # "is a nurse at Acme"
        yield f"is_something_{words[1]}"


def _first(token: Token) -> Token:
    """The first of things that "and" joins: "allergic" in "allergic to nuts and kiwi"."""
    while token.dep_ == "conj" and token.head.pos_ in ("NOUN", "PROPN", "ADJ"):
        token = token.head
    return token


def _shares_subject(verb: Token, claim: Claim) -> bool:
    return verb.dep_ == "conj" and verb.head == claim.head and subject_of(verb) is None and verb.pos_ in ("VERB", "AUX")


def _verbal(verb: Token) -> list[str]:
    """A verb with its auxiliaries and particle, the finite one in the third person."""
    first = finite(verb)
    longer = [child for child in verb.children if child.lower_ == "longer"]
    parts = [child for child in verb.children if child.dep_ in ("aux", "auxpass", "neg", "prt")]
    return [("no_" if token in longer else "") + _third(token, first) for token in sorted((verb, *parts, *longer))]


def _third(token: Token, first: Token) -> str:
    low = token.lower_
    if low in _PLAIN:
        return _PLAIN[low] if token == first or low in ("n't", "ca", "wo") else low
    return third(low) if token == first and token.tag_ in ("VBP", "VB") and token.dep_ != "xcomp" else low


def _simply(verb: Token) -> list[str]:
    """A verb without "is …ing" and "has", if it is not denied: "is working", "has been working" and "works" are one."""
    parts = _verbal(verb)
    if {"not", "never", "no_longer"} & {*parts} or parts[0] not in ("is", "has", "does"):
        return parts
    particle = [child.lower_ for child in verb.children if child.dep_ == "prt"]
    return [third(verb.lemma_) if verb.tag_ in ("VBG", "VB") else verb.lower_, *particle]


def _end(end: Token, type: str, doc: Doc, named: Sequence[Entity]) -> str:
    """The name of what a word stands for, if it may be an object of that type; empty otherwise."""
    if type == "language":
        return end.text if end.text in languages(doc) else ""
    name = next((entity.name for entity in named if end.text in entity.name.split()), "")
    if type != "thing":
        return name
    if end.tag_ == "VBG" and all(child.dep_ in ("advmod", "cc", "conj", "punct") for child in end.children):
        return end.text
    chunk = next((chunk for chunk in doc.noun_chunks if chunk.root == end), ())
    tokens = [
        token for token in chunk if token.pos_ not in ("DET", "NUM", "PRON") and token.tag_ not in ("PRP$", "POS")
    ]
    described = any(child.dep_ in ("relcl", "acl") for child in end.children)
    if described or not 0 < len(tokens) <= _LONGEST or end.lower_ in _VAGUE:
        return ""
    of = next((list(child.subtree) for child in end.children if child.lower_ == "of"), tokens)
    return str(doc[tokens[0].i : (of if len(of) < _LONGEST else tokens)[-1].i + 1].text)


def _keeps(diet: Token, claim: Claim) -> bool | None:
    """Whether somebody follows a diet that is named, or has given it up; None if it says neither, as in "vegetarian chef"."""
    lows = [token.lower_ for token in claim.predicate]
    after = [token.lower_ for token in claim.predicate if token.i > diet.i][:1]
    if diet.dep_ in ("amod", "compound") and after not in (["diet"], ["lifestyle"]):
        return None
    if not _HEDGES.isdisjoint(lows) or not _MAY_FOLLOW_DIET.issuperset(after):
        return None
    return {"not", "n't", "longer", "stopped", "quit"}.isdisjoint(lows)
