"""From a sentence to clauses that each have one subject, without the small talk around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from graphmem.remember.by_rules.coordination import PRONOUNS, has_verb, parts
from graphmem.remember.by_rules.fillers import bare
from graphmem.remember.by_rules.lexicon import (
    NEED_OF_SUBJECT,
    NUMBERS,
    PREPOSITIONS,
    SUBORDINATORS,
    TIME_NOUNS,
    WEEKDAYS,
    vocabulary,
)
from graphmem.remember.by_rules.words import Word, trimmed, words

_STARTS_WITH_TIME = vocabulary("""
last next this every each one two three some yesterday today tomorrow tonight recently lately currently now nowadays
these most right once later usually often sometimes originally previously earlier normally typically initially
occasionally eventually all only a back
""") | {*NUMBERS, *WEEKDAYS}
# Of these only where a time follows: "every morning", not "every cat".
_COUNTING = vocabulary("every each some these most all only a back next last this") | {*NUMBERS}
_PRAISE = vocabulary("""
amazing awesome beautiful big brand cool crazy cute delicious fantastic fun funny great huge incredible interesting
little lovely new nice old personalized small stunning super tasty tiny weird wonderful cozy adorable
""")
_ASIDE = re.compile(
    r",?\s*\b(?:(?:like|as) (?:i|we) (?:said|mentioned|told you)(?: before| earlier| already)?"
    r"|since (?:we|i|our|the) (?:last )?(?:chat(?:ted)?|talk(?:ed)?|spoke|met|caught up|saw you|conversation)"
    r"(?: last| to you)?)\b(?! (?:in|at))(?P<comma>,?)",
    re.IGNORECASE,
)


class Clause(NamedTuple):
    """A clause and what stood before its subject ("Last week", "When I was a child")."""

    words: list[Word]
    front: list[Word]


def clauses(text: str, addressed: Set[str]) -> list[Clause]:
    """The clauses of a sentence. `addressed` are names, in lower case, by which people here call each other."""
    out: list[Clause] = []
    for segment in _segments(words(_ASIDE.sub(" ", re.sub(r"—|--+", " — ", text)))):
        run = bare(segment, addressed)
        start, front = _subordinate_front(run) if run else (None, [])
        if start is None:
            continue
        for part in parts(_retold(run[start:])):
            if clause := bare(part, addressed):
                place = 0 if front else _adverbial_front(clause)
                out.append(Clause(clause[place:], front or trimmed(clause[:place])))
            front = []
    return out


def _segments(run: list[Word]) -> Iterator[list[Word]]:
    """Cuts at dashes, semicolons and ellipses, and at a colon before a statement of the speaker."""
    part: list[Word] = []
    for place, word in enumerate(run):
        if word.core:
            part.append(word)
        dash = not word.core and any(mark in word.pre + word.post for mark in "-\N{EN DASH}\N{EM DASH}")
        colon = word.post.endswith(":") and place + 1 < len(run) and run[place + 1].low in ("i", "we", "my", "our")
        if dash or colon or any(mark in word.post for mark in (";", "...", "…")):
            yield part
            part = []
    yield part


def _retold(run: list[Word]) -> list[Word]:
    """Story-telling "this" as "a": "we met this funny guy" → "we met a funny guy"."""
    out = list(run)
    for place in range(1, len(run) - 2):
        word, quality, noun = run[place : place + 3]
        if (
            word.low in ("this", "these")
            and quality.low in _PRAISE
            and not quality.post
            and noun.low not in PREPOSITIONS
        ):
            out[place] = word.become("some" if word.low == "these" else "an" if quality.low[0] in "aeiou" else "a")
    return out


def _subordinate_front(run: list[Word]) -> tuple[int | None, list[Word]]:
    """Where the main clause starts after "When I was a child, …"; None if none starts with the speaker."""
    first = run[0].low
    has_subject = any(word.low in PRONOUNS | {"my", "our"} for word in run[1:3])
    if first not in SUBORDINATORS or (first in PREPOSITIONS | {"once", "as"} and not has_subject):
        return 0, []
    if first in ("if", "unless"):
        return None, []
    for place in range(2, len(run)):
        if "," in run[place - 1].post and run[place].low in NEED_OF_SUBJECT:
            return place, trimmed(run[:place])
    return None, []


def _adverbial_front(run: list[Word]) -> int:
    """How many words stand before the subject in "Last week I went …"; 0 if it does not start so."""
    if run[0].low not in _STARTS_WITH_TIME and run[0].low not in PREPOSITIONS | {"as"}:
        return 0
    place = _subject_after(run)
    tells_time = any(word.low.removesuffix("s") in TIME_NOUNS or word.low == "ago" for word in run[:place])
    return 0 if has_verb(run[1:place]) or (run[0].low in _COUNTING and not tells_time) else place


def _subject_after(run: list[Word]) -> int:
    for place in range(1, min(len(run), 11)):
        low, before = run[place].low, run[place - 1]
        if low in ("i", "we"):
            return 0 if before.low == "and" or before.low in SUBORDINATORS else place
        timed = "," in before.post or run[0].low in _STARTS_WITH_TIME
        if low in ("my", "our") and timed and before.low not in PREPOSITIONS:
            return place
    return 0
