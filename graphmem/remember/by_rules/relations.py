"""Finds the typed relations of a fact in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graphmem.model.memory import Entity, entity_key
from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.entities import EntitySpan, languages, listed
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


class FoundRelations(NamedTuple):
    """Relations, and those of their ends that are not named in the text, or whose type only the relation shows."""

    triples: tuple[Triple, ...]
    entities: tuple[Entity, ...]


def relations(run: Sequence[Word], named: Sequence[EntitySpan], subject: str | None, speaker: str) -> FoundRelations:
    """The relations of one fact.

    Args:
        run: the words of the fact's text.
        named: the entities of the text.
        subject: the name of whoever the fact is about; None if unknown.
        speaker: the name of whoever "their" refers to.
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
    return FoundRelations(
        tuple(dict.fromkeys(triple for triple in triples if triple.source != triple.target)), tuple(ends)
    )


def _belonging(run: Sequence[Word], named: Sequence[EntitySpan], speaker: str) -> list[tuple[str, str, EntitySpan]]:
    """(owner, bond, name) of each person or pet that belongs to somebody: "their sister Anna", "Anna is their sister"."""
    out: list[tuple[str, str, EntitySpan]] = []
    for span in named:
        # "their sisters Anna and Eva": the second name shares the bond of the first.
        if out and listed(run, out[-1][2].stop, span.start):
            out.append((*out[-1][:2], span))
            continue
        bond = _bond_before(run[: span.start], speaker) or (_bond_after(run[span.stop :]) if not span.start else "")
        if isinstance(bond, tuple):
            out.append((*bond, span))
        elif bond:
            out.append((speaker, bond, span))
    return out


def _parted(run: Sequence[Word], span: EntitySpan) -> bool:
    """Whether the pet was given away or died: "gave their dog Max away", "dog Max died"."""
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
    # "Tom's sister Anna" is Tom's sister, not the speaker's.
    owner = next((word.core for word in reversed(before[-5:]) if word.core.endswith(("'s", "s'"))), None)
    if owner is not None:
        name = owner.removesuffix("'").removesuffix("'s")
        return (speaker if speaker.endswith(name) else name), bond
    # Without an owner in sight the speaker is meant, as in "Dog Max …" or "has a dog Max".
    opens = len(lows) < 4 and not any(map(verbs.is_finite, lows))
    return (speaker, bond) if opens or not _OWN.isdisjoint(lows[-4:-1]) else None


def _bond_after(after: Sequence[Word]) -> str:
    lows = [word.low for word in after[:5]]
    if lows[:2] not in (["is", "their"], ["was", "their"]):
        return ""
    return next((bond for low in lows[2:] if (bond := _bond(low))), "")


def _bond(word: str) -> str:
    """The bond that a word stands for, in the singular ("sister", "pet"); empty for other words."""
    beings = KNOWN_PEOPLE | PETS
    word = _SINGULAR.get(word, word if word in beings else word.removesuffix("s"))
    if word not in beings:
        return ""
    return "pet" if word in PETS else word.replace("-", "_")


def _main(run: Sequence[Word], named: Sequence[EntitySpan], subject: str) -> list[tuple[str, Entity]]:
    """The relation that the main verb expresses, once for each object: (predicate, object)."""
    key = entity_key(subject)
    start = next((span.stop for span in named if entity_key(span.entity.name) == key), 0)
    body = [index for index in range(start, len(run)) if run[index].low not in ADVERBS or run[index].low in _NEGATING]
    text = " ".join(run[index].core if n else run[index].low for n, index in enumerate(body))
    for wording in wordings():
        match = wording.pattern.match(text)
        if match is None:
            continue
        rest = body[_words_in(match[0], run, body) :]
        objects: Sequence[str]
        if wording.kind == "name":
            objects = _named_at(run, rest, named)
        elif wording.kind == "language":
            objects = languages([run[index] for index in rest[:6]])
        elif wording.kind == "diet":
            objects = [] if _HEDGES & {word.low for word in run} else _diet([run[index] for index in rest])
        else:
            objects = list(dict.fromkeys(_phrases([run[index] for index in rest], wording.predicate)))
        # Without an object another row may fit better, but a wording with noun phrases is final.
        if objects or wording.kind == "phrase":
            return [(wording.predicate, Entity(name, wording.type)) for name in objects]
    return []


def _words_in(text: str, run: Sequence[Word], body: Sequence[int]) -> int:
    """How many words of the body make up its beginning `text`; a word may hold a space, such as "no longer"."""
    return next(n for n in range(len(body) + 1) if len(" ".join(run[index].core for index in body[:n])) >= len(text))


def _named_at(run: Sequence[Word], rest: Sequence[int], named: Sequence[EntitySpan]) -> list[str]:
    at = rest[1:2] if rest and run[rest[0]].low == "the" else rest[:1]
    return [span.entity.name for span in named if [span.start] == list(at)]


def _diet(rest: Sequence[Word]) -> list[str]:
    """The diet at the start: "vegetarian since May" names one, "vegetarian chef" does not."""
    lows = [word.low for word in rest if word.low not in ("diet", "lifestyle")]
    whole = len(lows) < 2 or bool(rest[0].post) or lows[1] in _MAY_FOLLOW_DIET
    return lows[:1] if lows and whole and lows[0] in DIETS else []


def _phrases(rest: Sequence[Word], predicate: str) -> Iterator[str]:
    """The noun phrases at the start: two in "sushi and green tea because …". Stops at the first that is not a plain one."""
    current: list[Word] = []
    for index, word in enumerate(rest):
        after = rest[index + 1].low if index + 1 < len(rest) else ""
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
    """The phrase without its determiner; None if these words are not a noun phrase, or a clause that looks like one."""
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
