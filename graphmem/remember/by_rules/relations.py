"""Typed relations of a fact, read off its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.entities import Span, languages, listed
from graphmem.remember.by_rules.lexicon import (
    ADVERBS,
    DETERMINERS,
    FUNCTION,
    KNOWN_PEOPLE,
    PETS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    VAGUE,
    vocabulary,
)
from graphmem.remember.by_rules.predicates import wordings
from graphmem.remember.by_rules.words import Word
from graphmem.remember.diets import DIETS
from graphmem.remember.facts import Triple

_OWN = vocabulary("their my our has a an got adopted two three four five")
_SINGULAR = {"children": "child", "kids": "child", "kid": "child", "puppies": "puppy", "bunnies": "bunny"}
_NEGATING = frozenset({"never", "not", "back", "no longer", "hardly", "rarely", "seldom"})
_ENDS_PHRASE = (SUBORDINATORS | ADVERBS | PREPOSITIONS | vocabulary("but so anymore again today is has")) - {"of"}
_NOT_IN_PHRASE = vocabulary("to it them that they how when what no")
_DETERMINERS = (DETERMINERS | vocabulary("most many several few two three")) - {"no"}
_LONGEST_PHRASE = 4
# "*" stands for the pet.
_PARTED = re.compile(
    r"\b(?:gave|given) (?:[\w']+ ){0,3}(?:\* away|away\b.*\*)|\brehomed .*\*"
    r"|\* (?:(?:has|just|recently|sadly) )*(?:died|passed away|was put (?:down|to sleep))\b"
)
_HEDGES = vocabulary(
    "mostly almost nearly mainly primarily practically sometimes often usually normally never hardly rather"
)
_MAY_FOLLOW_DIET = vocabulary("now again and but since because for as just last this too who")


class Found(NamedTuple):
    """Relations, and those of their ends that are no named entities of the text or that they tell the type of."""

    triples: tuple[Triple, ...]
    entities: tuple[Entity, ...]


def relations(run: Sequence[Word], named: Sequence[Span], subject: str | None, speaker: str) -> Found:
    """The relations of one fact.

    Args:
        run: the words of the fact's text.
        named: the entities of the text.
        subject: the name of whom the fact is about; None if that one has no name.
        speaker: the entity that "their" stands for.
    """
    triples = [
        Triple(owner, f"{'had' if bond == 'pet' and _parted(run, span) else 'has'}_{bond}", span.entity.name)
        for owner, bond, span in _belonging(run, named, speaker)
    ]
    ends: list[Entity] = []
    if subject is not None:
        typed = {span.entity.name: span.entity.type for span in named}
        for predicate, end in _main(run, named, subject):
            triples.append(Triple(subject, predicate, end.name))
            if typed.get(end.name, "thing") == "thing":
                ends.append(end)
    return Found(tuple(dict.fromkeys(each for each in triples if each.source != each.target)), tuple(ends))


def _belonging(run: Sequence[Word], named: Sequence[Span], speaker: str) -> list[tuple[str, str, Span]]:
    """Who has whom as what: "their sister Anna", "a dog named Max", "Anna is their sister"."""
    out: list[tuple[str, str, Span]] = []
    for span in named:
        if out and listed(run, out[-1][2].stop, span.start):
            out.append((*out[-1][:2], span))
            continue
        found = _bond_before(run[: span.start], speaker) or (_bond_after(run[span.stop :]) if not span.start else "")
        if isinstance(found, tuple):
            out.append((*found, span))
        elif found:
            out.append((speaker, found, span))
    return out


def _parted(run: Sequence[Word], span: Span) -> bool:
    """Whether it is said that they were given away, or died: "gave their dog Max away", "dog Max died"."""
    before, after = (" ".join(word.low for word in part) for part in (run[: span.start], run[span.stop :]))
    return _PARTED.search(f"{before} * {after}") is not None


def _bond_before(before: Sequence[Word], speaker: str) -> tuple[str, str] | None:
    lows = [word.low for word in before]
    if lows[-2:] == ["name", "is"] and len(lows) in (3, 4) and (bond := _bond(lows[-3].removesuffix("'s"))):
        return speaker, bond
    if lows[-1:] in (["named"], ["called"]):
        before, lows = before[:-1], lows[:-1]
    if not lows or before[-1].post not in ("", ",", ":") or not (bond := _bond(lows[-1])):
        return None
    owner = next((word.core for word in reversed(before[-5:]) if word.core.endswith(("'s", "s'"))), None)
    if owner is not None:
        name = owner.removesuffix("'").removesuffix("'s")
        return (speaker if speaker.endswith(name) else name), bond
    opens = len(lows) < 4 and not any(map(verbs.is_finite, lows))
    return (speaker, bond) if opens or not _OWN.isdisjoint(lows[-4:-1]) else None


def _bond_after(after: Sequence[Word]) -> str:
    lows = [word.low for word in after[:5]]
    if lows[:2] not in (["is", "their"], ["was", "their"]):
        return ""
    return next((bond for low in lows[2:] if (bond := _bond(low))), "")


def _bond(word: str) -> str:
    """What a word says that someone is to the speaker, in the singular; empty if it says nothing of that kind."""
    beings = KNOWN_PEOPLE | PETS
    word = _SINGULAR.get(word, word if word in beings else word.removesuffix("s"))
    if word not in beings:
        return ""
    return "pet" if word in PETS else word.replace("-", "_")


def _main(run: Sequence[Word], named: Sequence[Span], subject: str) -> list[tuple[str, Entity]]:
    """The relation that the main verb makes, with each of the objects that it lists."""
    key = entity_key(subject)
    start = next((span.stop for span in named if entity_key(span.entity.name) == key), 0)
    body = [place for place in range(start, len(run)) if run[place].low not in ADVERBS or run[place].low in _NEGATING]
    text = " ".join(run[place].core if n else run[place].low for n, place in enumerate(body))
    for wording in wordings():
        found = wording.pattern.match(text)
        if found is None:
            continue
        rest = body[_words_in(found[0], run, body) :]
        objects: Sequence[str]
        if wording.kind == "name":
            objects = _named_at(run, rest, named)
        elif wording.kind == "language":
            objects = languages([run[place] for place in rest[:6]])
        elif wording.kind == "diet":
            objects = [] if _HEDGES & {word.low for word in run} else _diet([run[place] for place in rest])
        else:
            objects = list(dict.fromkeys(_phrases([run[place] for place in rest], wording.predicate)))
        if objects or wording.kind == "phrase":
            return [(wording.predicate, Entity(name, wording.type)) for name in objects]
    return []


def _words_in(text: str, run: Sequence[Word], body: Sequence[int]) -> int:
    """How many words of the body this text from its start is; one of them may be two, such as "no longer"."""
    return next(n for n in range(len(body) + 1) if len(" ".join(run[place].core for place in body[:n])) >= len(text))


def _named_at(run: Sequence[Word], rest: Sequence[int], named: Sequence[Span]) -> list[str]:
    at = rest[1:2] if rest and run[rest[0]].low == "the" else rest[:1]
    return [span.entity.name for span in named if [span.start] == list(at)]


def _diet(rest: Sequence[Word]) -> list[str]:
    """The diet at the start: of "vegetarian since May", but not of "vegetarian chef"."""
    lows = [word.low for word in rest if word.low not in ("diet", "lifestyle")]
    whole = len(lows) < 2 or bool(rest[0].post) or lows[1] in _MAY_FOLLOW_DIET
    return lows[:1] if lows and whole and lows[0] in DIETS else []


def _phrases(rest: Sequence[Word], predicate: str) -> Iterator[str]:
    """The noun phrases at the start: "sushi and green tea because …" gives two. None where there is no plain one."""
    current: list[Word] = []
    for place, word in enumerate(rest):
        after = rest[place + 1].low if place + 1 < len(rest) else ""
        if word.low in ("and", "or") and not current:
            continue
        closes = word.low in ("and", "or")
        if not closes and word.low in _ENDS_PHRASE:
            break
        if not closes:
            current.append(word)
        if closes or word.post:
            phrase = _phrase(current)
            if phrase is None:
                return
            yield phrase
            current = []
        # What follows "and" or a full stop may be another verb: "likes tea and has a dog".
        another_verb = verbs.base_of_third(after) or after in verbs.AUXILIARIES or after in POSSESSIVES
        if closes and (another_verb or (predicate in ("avoids", "dislikes") and verbs.is_base(after))):
            return
        if word.post and "," not in word.post:
            return
    if phrase := _phrase(current):
        yield phrase


def _phrase(words: Sequence[Word]) -> str | None:
    """The phrase without its determiner; None if these words are no noun phrase, or a clause in disguise."""
    kept = list(words)
    while kept and kept[0].low in _DETERMINERS:
        kept = kept[1:]
    lows = [word.low for word in kept]
    if not 0 < len(kept) <= _LONGEST_PHRASE or not _NOT_IN_PHRASE.isdisjoint(lows):
        return None
    if all(low in FUNCTION or low in VAGUE for low in lows):
        return None
    clause = verbs.is_gerund(lows[0]) and len(kept) > 1
    return None if clause else " ".join(word.core for word in kept)
