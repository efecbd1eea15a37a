"""Splits a sentence into clauses with one subject each, without the small talk around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from graphmem.model.calendar import NUMBERS, WEEKDAYS
from graphmem.remember.by_rules.coordination import PRONOUNS, has_verb, parts
from graphmem.remember.by_rules.fillers import bare
from graphmem.remember.by_rules.lexicon import NEED_OF_SUBJECT, PREPOSITIONS, SUBORDINATORS, TIME_NOUNS, vocabulary
from graphmem.remember.by_rules.words import Word, trimmed, words

_STARTS_WITH_TIME = vocabulary("""
last next this every each one two three some yesterday today tomorrow tonight recently lately currently now nowadays
these most right once later usually often sometimes originally previously earlier normally typically initially
occasionally eventually all only a back
""") | {*NUMBERS, *WEEKDAYS}
# These count only before a time: "every morning", not "every cat".
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
    """A clause, and what came before its subject ("Last week", "When I was a child")."""

    words: list[Word]
    front: list[Word]


def clauses(text: str, addressed: Set[str]) -> list[Clause]:
    """The clauses of a sentence. `addressed`: names, in lower case, by which the speakers call each other."""
    out: list[Clause] = []
    for segment in _segments(words(_ASIDE.sub(" ", re.sub(r"—|--+", " — ", text)))):
        run = bare(segment, addressed)
        start, front = _subordinate_front(run) if run else (None, [])
        if start is None:
            continue
        # The front belongs to the first clause only: "Last week I went to Rome and it was hot".
        for part in parts(_retold(run[start:])):
            if clause := bare(part, addressed):
                index = 0 if front else _adverbial_front(clause)
                out.append(Clause(clause[index:], front or trimmed(clause[:index])))
            front = []
    return out


def _segments(run: list[Word]) -> Iterator[list[Word]]:
    """Cuts at dashes, semicolons and ellipses, and at a colon before a statement about the speaker."""
    part: list[Word] = []
    for index, word in enumerate(run):
        if word.core:
            part.append(word)
        dash = not word.core and any(mark in word.pre + word.post for mark in "-\N{EN DASH}\N{EM DASH}")
        colon = word.post.endswith(":") and index + 1 < len(run) and run[index + 1].low in ("i", "we", "my", "our")
        if dash or colon or any(mark in word.post for mark in (";", "...", "…")):
            yield part
            part = []
    yield part


def _retold(run: list[Word]) -> list[Word]:
    """Replaces the "this" of story-telling: "we met this funny guy" → "we met a funny guy"."""
    out = list(run)
    for index in range(1, len(run) - 2):
        word, quality, noun = run[index : index + 3]
        if (
            word.low in ("this", "these")
            and quality.low in _PRAISE
            and not quality.post
            and noun.low not in PREPOSITIONS
        ):
            out[index] = word.become("some" if word.low == "these" else "an" if quality.low[0] in "aeiou" else "a")
    return out


def _subordinate_front(run: list[Word]) -> tuple[int | None, list[Word]]:
    """Index at which the main clause starts after "When I was a child, …"; None if it has another subject than the speaker."""
    first = run[0].low
    has_subject = any(word.low in PRONOUNS | {"my", "our"} for word in run[1:3])
    if first not in SUBORDINATORS or (first in PREPOSITIONS | {"once", "as"} and not has_subject):
        return 0, []
    # What follows a condition is not known to be so.
    if first in ("if", "unless"):
        return None, []
    for index in range(2, len(run)):
        if "," in run[index - 1].post and run[index].low in NEED_OF_SUBJECT:
            return index, trimmed(run[:index])
    return None, []


def _adverbial_front(run: list[Word]) -> int:
    """How many words come before the subject in "Last week I went …"; 0 if the clause does not start like this."""
    if run[0].low not in _STARTS_WITH_TIME and run[0].low not in PREPOSITIONS | {"as"}:
        return 0
    index = _subject_after(run)
    # "Every cat I know" is the subject itself, not a time before it.
    tells_time = any(word.low.removesuffix("s") in TIME_NOUNS or word.low == "ago" for word in run[:index])
    return 0 if has_verb(run[1:index]) or (run[0].low in _COUNTING and not tells_time) else index


def _subject_after(run: list[Word]) -> int:
    # A longer front is rather a clause of its own.
    for index in range(1, min(len(run), 11)):
        low, before = run[index].low, run[index - 1]
        if low in ("i", "we"):
            return 0 if before.low == "and" or before.low in SUBORDINATORS else index
        timed = "," in before.post or run[0].low in _STARTS_WITH_TIME
        if low in ("my", "our") and timed and before.low not in PREPOSITIONS:
            return index
    return 0
