"""Finds named people, places and organisations: what the parser recognises, corrected by the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import groupby
from typing import TYPE_CHECKING

from graphmem.model.calendar import MONTHS, WEEKDAYS
from graphmem.model.memory import Entity
from graphmem.model.topics import PEOPLE, PETS
from graphmem.remember.by_rules.lexicon import vocabulary

if TYPE_CHECKING:
    from graphmem.remember.by_rules.parser import Doc, Token

_TYPES = {
    "PERSON": "person", "GPE": "place", "LOC": "place", "FAC": "place", "ORG": "organization",
    "PRODUCT": "thing", "EVENT": "thing", "WORK_OF_ART": "thing",
}  # fmt: skip
_NO_NAMES = {*WEEKDAYS, *MONTHS} | vocabulary("""
i tv ok okay am pm mr mrs ms dr mom dad mum grandma grandpa aunt uncle christmas easter covid internet omg lol btw
""")
_ENDINGS = re.compile(r"(?:ish|ese|an|ic|ch|i)$")


def named(doc: Doc, people: Set[str]) -> list[Entity]:
    """The named entities of a sentence, in order. `people`: names in lower case that are known to be people's."""
    found: dict[str, Entity] = {}
    before = ""
    for tokens in _names(doc):
        name = " ".join(token.text for token in tokens)
        if name.lower() in _NO_NAMES or all(map(_is_people, tokens)):
            continue
        # In "my dogs Max and Ruby" the second name is a dog as well.
        joined = before in ("person", "animal") and doc[tokens[0].i - 1].lower_ in ("and", ",", "&")
        before = before if joined else _type(doc, tokens, people)
        found.setdefault(name, Entity(name, before))
    return list(found.values())


def languages(doc: Doc) -> list[str]:
    """The languages and peoples that a sentence names."""
    return [token.text for token in doc if token.text.istitle() and _is_people(token)]


def _is_people(token: Token) -> bool:
    """Whether a word with a capital names a people or a language: "Thai", "Polish"."""
    known = token.ent_type_ in ("NORP", "LANGUAGE") and _ENDINGS.search(token.text)
    return token.tag_ in ("JJ", "NNS", "NNPS") or bool(known)


def _names(doc: Doc) -> Iterator[Sequence[Token]]:
    """Runs of tokens that are a name: an entity of the parser's, or neighbouring words with a capital."""
    for part, group in groupby(doc, key=_part):
        tokens = [token for token in group if token.lower_ not in ("the", "a", "'s", "my", "our", '"', "an")]
        if part and any(token.text[:1].isupper() for token in tokens):
            yield tokens


def _part(token: Token) -> str:
    capital = (
        token.text[:1].isupper()
        or token.is_digit
        or token.lower_ in ("of", "the", "de", "van", "von", "la", "and", "&")
    )
    # The first word of a sentence has a capital whatever it is.
    if token.ent_type_ in _TYPES:
        return token.ent_type_ if capital and (token.i or token.pos_ == "PROPN") else ""
    word = token.text[:1].isupper() and token.i > 0 and token.pos_ in ("PROPN", "NOUN")
    return "capital" if word and token.ent_type_ in ("", "NORP", "LANGUAGE") else ""


def _type(doc: Doc, tokens: Sequence[Token], people: Set[str]) -> str:
    first, lows = tokens[0], [token.lower_ for token in tokens]
    before = (token.lower_ for token in doc[max(0, first.i - 5) : first.i])
    last = ["", *(word for word in before if word not in ("named", "called", "is", "'s", "name", ":"))][-1]
    if last.rstrip("s") in PETS:
        return "animal"
    if last in PEOPLE or last.rstrip("s") in PEOPLE or lows[0] in people:
        return "person"
    return _TYPES.get(first.ent_type_, "thing")
