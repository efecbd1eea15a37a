"""Finds the typed relations of a fact in its text, by the wordings of the table of predicates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphmem.model.memory import Entity
from graphmem.model.topics import PETS
from graphmem.remember.by_rules.entities import languages
from graphmem.remember.by_rules.lexicon import ADVERBS, BEINGS, vocabulary
from graphmem.remember.by_rules.predicates import wordings
from graphmem.remember.diets import DIETS
from graphmem.remember.facts import Triple

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc

_SINGULAR = {
    "children": "child",
    "kids": "child",
    "kid": "child",
    "puppies": "puppy",
    "bunnies": "bunny",
    "wives": "wife",
    "babies": "baby",
}
_NEGATING = frozenset({"never", "not", "back", "no longer", "no", "longer", "hardly", "rarely", "seldom", "just"})
_HEDGES = vocabulary(
    "mostly almost nearly mainly primarily practically sometimes often usually normally never hardly rather"
)
_MAY_FOLLOW_DIET = vocabulary("now again and but since because for as just last this too who diet lifestyle")
_VAGUE_ENDS = vocabulary(
    "it them that they how when what this these those anything everything something things lot lots"
)
_LONGEST = 4  # words of an object that is no name
_WORD = "|".join(sorted((re.escape(word) for word in (*BEINGS, *_SINGULAR)), key=len, reverse=True))
_BOND = rf"(?P<bond>(?:{_WORD})s?)(?:'s name is|s' names are| is(?: called| named)?| named| called|,|:| are)? "
# "their sister Anna", "has a dog named Max", "Wife is called Maria", "Manager is Erik"
_BEFORE = (
    rf"(?:^(?:\w+ )?|\b(?:their|our|a|an|two|three|four|five|adopted|got|(?P<owner>[A-Z]\w+)'s?) (?:\w+ )?){_BOND}$"
)
_AFTER = rf"^ (?:is|was) (?:(?P<owner>[A-Z]\w+)'s?|their) (?:\w+ )?(?P<bond>(?:{_WORD}))\b"
# "*" stands for the pet.
_PARTED = re.compile(
    r"\b(?:gave|given) (?:[\w']+ ){0,3}(?:\* away|away\b.*\*)|\brehomed .*\*"
    r"|\* (?:(?:has|just|recently|sadly) )*(?:died|passed away|was put (?:down|to sleep))\b"
)


class Found(NamedTuple):
    """Relations, and their ends that are not named in the text, or whose type only the relation shows."""

    triples: list[Triple]
    ends: list[Entity]


def relations(text: str, doc: Doc, named: Sequence[Entity], subject: str, speaker: str) -> Found:
    """The relations of one fact.

    Args:
        text: the fact in the third person, without the name of a speaker as its subject.
        doc: the parsed sentence that it was made of.
        named: its entities.
        subject: the name of whoever the fact is about; empty if unknown.
        speaker: the name of whoever "their" refers to.
    """
    triples = list(_belonging(text, named, speaker))
    ends = []
    if subject:
        start = text.find(subject) + len(subject) if subject != speaker and subject in text else 0
        for predicate, end in _main(text[start:].lstrip(), doc, named):
            triples.append(Triple(subject, predicate, end.name))
            ends.append(end)
    return Found([triple for triple in dict.fromkeys(triples) if triple.source != triple.target], ends)


def bond_of(word: str) -> str:
    """The bond that a word stands for, in the singular ("sister", "pet"); empty for other words."""
    word = word.lower()
    word = _SINGULAR.get(word, word if word in BEINGS else word.removesuffix("s"))
    return "" if word not in BEINGS else "pet" if word in PETS else word.replace("-", "_")


def _belonging(text: str, named: Sequence[Entity], speaker: str) -> Iterator[Triple]:
    """The bonds of people and pets to the speaker, or to somebody with a name: "their sister Anna", "Tom's sister Anna"."""
    last: tuple[str, str] | None = None
    stop = 0
    for entity in named:
        at = text.find(entity.name)
        before, after = text[:at], text[at + len(entity.name) :]
        # "their sisters Anna and Eva": the second name shares the bond of the first.
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
        yield Triple(last[0], f"{'had' if lost else 'has'}_{last[1]}", entity.name)


def _main(text: str, doc: Doc, named: Sequence[Entity]) -> list[tuple[str, Entity]]:
    """The relation that the main verb expresses, once for each object: (predicate, object)."""
    words = text.split()
    kept = [word for word in words if word.lower() not in ADVERBS or word.lower() in _NEGATING]
    body = " ".join(kept)
    body = body[:1].lower() + body[1:] if kept and kept[0] not in {entity.name for entity in named} else body
    for wording in wordings():
        match = wording.pattern.match(body)
        if match is None:
            continue
        rest = body[match.end() :].lstrip()
        if wording.kind == "name":
            objects = _listed(rest.removeprefix("the "), [entity.name for entity in named])
        elif wording.kind == "language":
            objects = _listed(re.sub(r"\b(?:a (?:bit|little) of|some|fluent|only) ", "", rest), languages(doc))
        elif wording.kind == "diet":
            objects = _diet(rest, words)
        else:
            objects = _listed(rest, _phrases(doc, wording.predicate))
        # Without an object another row may fit better, but a wording with noun phrases is final.
        if objects or wording.kind == "phrase":
            return [(wording.predicate, Entity(name, wording.type)) for name in dict.fromkeys(objects)]
    return []


def _listed(rest: str, candidates: Sequence[str]) -> list[str]:
    """The candidates that `rest` starts with, one after the other: two in "sushi and green tea because …"."""
    out: list[str] = []
    longest = sorted(candidates, key=len, reverse=True)
    while name := next(
        (each for each in longest if re.match(rf"(?:(?:the|a|an|any|some|most) )?{re.escape(each)}\b", rest)), None
    ):
        out.append(name)
        rest = rest[rest.index(name) + len(name) :]
        following = re.match(r"(?:,? (?:and|or)|,) ", rest)
        if following is None:
            break
        rest = rest[following.end() :]
    return out


def _phrases(doc: Doc, predicate: str) -> list[str]:
    """The noun phrases of a sentence without their determiners, and verbs alone ("loves cooking")."""
    out = []
    for chunk in doc.noun_chunks:
        tokens = [
            token for token in chunk if token.pos_ not in ("DET", "NUM", "PRON") and token.tag_ not in ("PRP$", "POS")
        ]
        text = doc[tokens[0].i : tokens[-1].i + 1].text if tokens else ""
        follows = [token for token in chunk.root.children if token.dep_ in ("relcl", "acl")]
        if text and len(tokens) <= _LONGEST and not follows and chunk.root.lower_ not in _VAGUE_ENDS:
            of = [token for token in chunk.root.children if token.lower_ == "of"]
            out.append(
                doc[tokens[0].i : max(t.i for t in of[0].subtree) + 1].text
                if of and len(list(of[0].subtree)) < 4
                else text
            )
    alone = [
        token.text
        for token in doc
        if token.tag_ == "VBG" and not any(child.dep_ in ("dobj", "prep") for child in token.children)
    ]
    return [*out, *(alone if predicate in ("likes", "dislikes") else ())]


def _diet(rest: str, words: Sequence[str]) -> list[str]:
    """The diet at the start: "vegetarian since May" names one, "vegetarian chef" does not."""
    diet, _, after = rest.partition(" ")
    whole = not after or diet[-1:] == "," or after.split()[0].strip(",.") in _MAY_FOLLOW_DIET
    name = diet.strip(",.")
    return [name] if name in DIETS and whole and not _HEDGES & {word.lower() for word in words} else []
