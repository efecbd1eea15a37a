"""Finds named people, places and organisations by their capitals and the words around them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from graphmem.model.calendar import MONTHS, WEEKDAYS
from graphmem.model.memory import Entity
from graphmem.remember.by_rules.lexicon import KNOWN_PEOPLE, PETS, vocabulary
from graphmem.remember.by_rules.names import ALSO_WORDS, DEMONYMS, GIVEN_NAMES, LANGUAGES, PLACES
from graphmem.remember.by_rules.words import Word

_TIMES = {*WEEKDAYS, *MONTHS} | {name[:3] for name in (*WEEKDAYS, *MONTHS)} | {f"{day}s" for day in WEEKDAYS}
_NO_NAMES = _TIMES | vocabulary("""
i i'm tv ok okay diy gf bf ceo cto phd pic dm pc gps id am pm asap aka fyi vip mri mr mrs ms dr a the my mom dad mum
grandma grandpa aunt uncle christmas easter halloween thanksgiving ramadan hanukkah diwali covid internet english
omg lol btw it he she they we you this that
""")
_INSIDE = vocabulary("of de van von la del du da di bin al &")
_ORGANIZATION = vocabulary("""
university college school institute academy inc corp corporation ltd llc gmbh company bank hospital museum church
ministry foundation agency studios association society council club fc airlines motors labs technologies group
""")
_PLACE = vocabulary("""
river lake mountain mountains park beach city island islands street avenue road valley forest county square bridge
bay falls coast
""")
# Places that are ordinary words in lower case.
_ALSO_COMMON = vocabulary("china turkey jordan chile uk usa nyc florence austin phoenix venice")
_MOTION = vocabulary("""
move moved moves moving go goes went going gone travel travels traveled travelled traveling travelling trip trips
flew fly flying back been come comes came off relocate relocated relocating immigrated emigrated migrated vacation
drove driving return returned returning returns visit visits visited visiting been way am is was originally
""")
_EMPLOYED = vocabulary("""
work works worked working job position role interned intern internship employed career engineer manager consultant
hired
""")
_STUDIED = vocabulary("study studies studied studying student graduated enrolled degree majoring teaches taught")
_JOINED = vocabulary("joined join joining founded joins")
_LONGEST = 6
_LONGEST_TITLE = 10


class EntitySpan(NamedTuple):
    """An entity, and where its name starts and stops (exclusive) in the words."""

    entity: Entity
    start: int
    stop: int


def spans(run: Sequence[Word], people: Set[str]) -> list[EntitySpan]:
    """The named entities of a fact, in order. `people`: names in lower case that are known to be people's."""
    out: list[EntitySpan] = []
    index = 0
    while index < len(run):
        stop = _stop(run, index, people)
        name = _bare(" ".join(word.core for word in run[index:stop]))
        if name and name.lower() not in _NO_NAMES:
            type = _type(run, index, stop, people)
            # In "my dogs Max and Ruby" the second name is a dog as well.
            if out and type in ("thing", "person") and listed(run, out[-1].stop, index):
                type = out[-1].entity.type if out[-1].entity.type in ("person", "animal") else type
            out.append(EntitySpan(Entity(name.title() if name.islower() else name, type), index, stop))
        index = max(stop, index + 1)
    return out


def listed(run: Sequence[Word], stop: int, index: int) -> bool:
    """Whether only a comma or "and" separates two names, which are then of the same kind."""
    between = [word.low for word in run[stop:index]]
    return between in (["and"], ["&"]) or (not between and "," in run[stop - 1].post)


def languages(run: Sequence[Word]) -> list[str]:
    """The languages named in these words."""
    return [word.core for word in run if word.low in LANGUAGES and word.core[:1].isupper()]


def _stop(run: Sequence[Word], index: int, people: Set[str]) -> int:
    """Where a name that starts at `index` stops (exclusive); `index` itself if none starts there."""
    first = run[index]
    before = run[index - 1] if index else Word("", "", "")
    if before.low in ("in", "to", "from", "visit", "visited") and first.low in PLACES and first.low not in _ALSO_COMMON:
        return index + 1 if first.core.islower() and not before.post else _extended(run, index)
    # Every sentence starts with a capital: there only a known name counts.
    if not _capital(first) or (index == 0 and not _known(first, people)):
        return index
    # A title in quotation marks is one name, whatever its words are.
    if '"' in first.pre:
        closing = (n for n in range(index, min(len(run), index + _LONGEST_TITLE)) if '"' in run[n].post)
        return next(closing, index) + 1
    if first.low.rstrip(".") in _NO_NAMES:
        return index
    stop = _extended(run, index)
    return index if all(word.low in DEMONYMS for word in run[index:stop]) else stop


def _extended(run: Sequence[Word], index: int) -> int:
    """Where a name stops that takes in the words belonging to it: "University of Oxford", "Tesla Model 3"."""
    stop = index + 1
    while (
        stop < len(run) and stop - index < _LONGEST and not run[stop - 1].post and not run[stop - 1].core.endswith("'s")
    ):
        word, low = run[stop], run[stop].low
        following = [_capital(word) for word in run[stop + 1 : stop + 3]]
        number = low.isdigit() and len(low) < 4
        if number or (_capital(word) and not word.pre and (low == "the" or low not in _NO_NAMES)):
            stop += 1
        elif low in _INSIDE and not word.post and following[:1] == [True]:
            stop += 2
        elif low == "of" and following[1:] == [True] and run[stop + 1].low == "the":
            stop += 3
        else:
            break
    return stop


def _bare(text: str) -> str:
    return text.removesuffix("'s").removesuffix("'")


def _capital(word: Word) -> bool:
    return word.core[:1].isupper()


def _known(word: Word, people: Set[str]) -> bool:
    low = _bare(word.low)
    return low in people or (low in GIVEN_NAMES and low not in ALSO_WORDS) or low in PLACES


def _type(run: Sequence[Word], start: int, stop: int, people: Set[str]) -> str:
    lows = [_bare(word.low) for word in run[start:stop]]
    before = [_bare(word.low) for word in run[max(0, start - 5) : start]]
    # "a dog named Max": what Max is comes before the verb.
    if before[-1:] in (["named"], ["called"]):
        before = [word for word in before if word in KNOWN_PEOPLE or word.rstrip("s") in PETS]
    last, near = before[-1] if before else "", {*before}
    if '"' in run[start].pre:
        return "thing"
    if last.rstrip("s") in PETS:
        return "animal"
    if last in KNOWN_PEOPLE:
        return "person"
    # Words of the name itself say more than those around it.
    if lows[-1] in _ORGANIZATION or lows[0] in ("university", "bank"):
        return "organization"
    if all(low in PLACES for low in lows) or lows[-1] in _PLACE or lows[0] in ("mount", "lake"):
        return "place"
    if lows[0] in people or (lows[0] in GIVEN_NAMES and len(lows) <= 3):
        return "person"
    employed = last in ("at", "for", "with") and near & _EMPLOYED
    if employed or (last in ("at", "from") and near & _STUDIED) or last in _JOINED:
        return "organization"
    towards = last in ("to", "from") and near & _MOTION
    return "place" if towards or last in ("in", "near", "around", "visited", "visiting", "visit") else "thing"
