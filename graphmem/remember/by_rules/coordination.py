"""Finds where a sentence goes on with another subject: "I have a dog and it is old"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import (
    ADVERBS,
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    vocabulary,
)
from graphmem.remember.by_rules.words import Word, trimmed

PRONOUNS = vocabulary("""
i we it that this he she they you there these those it's that's he's she's they're there's it'll it'd what's they've
let's
""")
_COORDINATORS = vocabulary("and but so or yet plus then also")
_ASIDES = vocabulary("though although while")
_BINDING = SUBORDINATORS | verbs.MODALS | vocabulary("to used never not no don't doesn't didn't haven't hasn't")
_COMMANDS = vocabulary("look check guess imagine")
_COMMENTING = vocabulary("is was wasn't makes made has really helps helped feels felt isn't means keeps can")
_PURPOSE = vocabulary("can could don't didn't won't cannot can't wouldn't")
_HEDGES = vocabulary("maybe perhaps hopefully probably possibly sometimes luckily unfortunately")
_PEOPLE = vocabulary("i we they you to people kids children")
_FINITE = vocabulary("is was are were has")
_CLOSING_GERUND = vocabulary("is was would will makes helps can has")


def parts(run: list[Word]) -> Iterator[list[Word]]:
    """Cuts before each new subject, and before a relative clause that is only a comment."""
    start = 0
    for index in range(1, len(run)):
        if _opens(run, start, index):
            yield run[start:index]
            start = index
    yield run[start:]


def halves(run: Sequence[Word], verb: int) -> list[list[Word]]:
    """The two halves of "live in Porto and work as a pilot", each with the words before the verb; empty for anything else.

    Empty also if what governs the first verb ("used to", "don't", "who") may govern the second as well.
    """
    lows = [word.low for word in run]
    start = next((index for index in range(verb, len(run)) if lows[index] not in ADVERBS), len(run))
    for index in range(start + 2, len(run) - 2):
        if lows[index] in _BINDING or "," in run[index].post:
            break
        if lows[index] == "and" and _form(lows[index + 1]) == _form(lows[start]) != "":
            return [trimmed(list(run[:index])), [*run[:verb], *run[index + 1 :]]]
    return []


def _form(word: str) -> str:
    if verbs.is_base(word) or word in ("am", "have"):
        return "base"
    return "third" if verbs.base_of_third(word) else "past" if verbs.is_past(word) else ""


def has_verb(run: Sequence[Word], start: int = 0) -> bool:
    """Whether the words hold a finite verb, from `start` on.

    Base forms count only at the start or after a subject: elsewhere most of them are nouns.
    """
    for index in range(start, len(run)):
        low = run[index].low
        before = run[index - 1].low if index else ""
        if low in verbs.AUXILIARIES or (verbs.is_past(low) and before not in DETERMINERS):
            return True
        if not index and (verbs.is_base(low) or verbs.is_gerund(low) or low in ("been", "never")):
            return True
        if verbs.base_of_third(low) and index and before not in DETERMINERS | PREPOSITIONS:
            return True
        if verbs.is_base(low) and (before in _PEOPLE or before in ADVERBS):
            return True
        # A plural noun as the subject: "my kids play football".
        if verbs.is_base(low) and before.endswith("s") and not before.endswith("ss") and index + 1 < len(run):
            return True
    return False


def is_verbal(word: str) -> bool:
    """Whether the word can be a finite form of a verb."""
    return (
        word in verbs.AUXILIARIES or verbs.is_base(word) or verbs.is_past(word) or verbs.base_of_third(word) is not None
    )


def _opens(run: list[Word], start: int, index: int) -> bool:
    low, comma = run[index].low, "," in run[index - 1].post
    rest = [word.low for word in run[index + 1 : index + 4]] + ["", "", ""]
    # "which was great" comments on the statement, and is no part of the fact.
    if low == "which" and (comma or rest[0] in _COMMENTING):
        return True
    # Only a complete clause can be followed by another: "my brother and I went" is still one subject.
    if not has_verb(run[start:index]):
        return False
    if (low == "turns" and rest[0] == "out") or (
        low == "and" and rest[0] in _COMMANDS and rest[1] in ("at", "out", "what", "how")
    ):
        return True
    if low in _COORDINATORS:
        return _coordinates(run, index, comma)
    if comma and low in _ASIDES:
        return rest[0] in ("it", "that", "this", "you", "it's", "that's")
    return comma and _starts_clause(run, index, comma)


def _coordinates(run: list[Word], index: int, comma: bool) -> bool:
    """Whether the word at `index` joins a clause with a subject of its own."""
    subject = index + 1
    # Adverbs may come before the subject: "and then maybe I …".
    while subject < index + 3 and subject < len(run) and run[subject].low in ADVERBS | _HEDGES:
        subject += 1
    rest = run[index + 1 :]
    # "so (that) I can …" is the purpose of what was said, and belongs to it.
    purpose = any(word.low in _PURPOSE or word.low == "that" for word in run[subject : subject + 2])
    if run[index].low == "so" and not comma and purpose:
        return False
    if len(rest) > 2 and rest[0].low in ("my", "our") and run[index].low != "then" and has_verb(rest[1:7]):
        return True
    return _starts_clause(run, subject, comma)


def _starts_clause(run: list[Word], index: int, comma: bool) -> bool:
    if index >= len(run):
        return False
    low = run[index].low
    following = [word.low for word in run[index + 1 : index + 6]]
    if low in PRONOUNS:
        # A contraction ("it's") holds its verb already.
        near = next((word for word in following if word not in ADVERBS), "")
        return "'" in low or is_verbal(near)
    if not comma:
        return False
    if low in DETERMINERS | POSSESSIVES:
        return any(word in verbs.AUXILIARIES for word in following)
    if verbs.is_gerund(low):
        return any(word in _CLOSING_GERUND for word in following)
    if (
        run[index - 1].low in ("but", "and", "so")
        and not is_verbal(low)
        and low not in PREPOSITIONS | {"to", "then", "not"}
    ):
        # ", but rain makes it slippery": a subject of its own, as a finite verb follows it.
        return any(word in _FINITE or verbs.base_of_third(word) for word in following[:4])
    return False
