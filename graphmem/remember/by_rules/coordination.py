"""Where one sentence goes on with another subject: "I have a dog and it is old"."""

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
    """Cuts before each new subject, and before a relative clause that only comments."""
    start = 0
    for place in range(1, len(run)):
        if _opens(run, start, place):
            yield run[start:place]
            start = place
    yield run[start:]


def halves(run: Sequence[Word], verb: int) -> list[list[Word]]:
    """The two statements of "live in Porto and work as a pilot", each with the words before the verb; none of anything else.

    None either where what binds the first verb ("used to", "don't", "who") may bind the second too.
    """
    lows = [word.low for word in run]
    start = next((place for place in range(verb, len(run)) if lows[place] not in ADVERBS), len(run))
    for place in range(start + 2, len(run) - 2):
        if lows[place] in _BINDING or "," in run[place].post:
            break
        if lows[place] == "and" and _form(lows[place + 1]) == _form(lows[start]) != "":
            return [trimmed(list(run[:place])), [*run[:verb], *run[place + 1 :]]]
    return []


def _form(word: str) -> str:
    if verbs.is_base(word) or word in ("am", "have"):
        return "base"
    return "third" if verbs.base_of_third(word) else "past" if verbs.is_past(word) else ""


def has_verb(run: Sequence[Word], start: int = 0) -> bool:
    """Whether a finite verb stands in it, from `start` on. Base forms count after a subject or first of all only.

    Elsewhere most of them are nouns.
    """
    for place in range(start, len(run)):
        low = run[place].low
        before = run[place - 1].low if place else ""
        if low in verbs.AUXILIARIES or (verbs.is_past(low) and before not in DETERMINERS):
            return True
        if not place and (verbs.is_base(low) or verbs.is_gerund(low) or low in ("been", "never")):
            return True
        if verbs.base_of_third(low) and place and before not in DETERMINERS | PREPOSITIONS:
            return True
        if verbs.is_base(low) and (before in _PEOPLE or before in ADVERBS):
            return True
        if verbs.is_base(low) and before.endswith("s") and not before.endswith("ss") and place + 1 < len(run):
            return True
    return False


def is_verbal(word: str) -> bool:
    """Whether it can be a verb, in any finite form."""
    return (
        word in verbs.AUXILIARIES or verbs.is_base(word) or verbs.is_past(word) or verbs.base_of_third(word) is not None
    )


def _opens(run: list[Word], start: int, place: int) -> bool:
    low, comma = run[place].low, "," in run[place - 1].post
    rest = [word.low for word in run[place + 1 : place + 4]] + ["", "", ""]
    if low == "which" and (comma or rest[0] in _COMMENTING):
        return True
    if not has_verb(run[start:place]):
        return False
    if (low == "turns" and rest[0] == "out") or (
        low == "and" and rest[0] in _COMMANDS and rest[1] in ("at", "out", "what", "how")
    ):
        return True
    if low in _COORDINATORS:
        return _coordinates(run, place, comma)
    if comma and low in _ASIDES:
        return rest[0] in ("it", "that", "this", "you", "it's", "that's")
    return comma and _starts_clause(run, place, comma)


def _coordinates(run: list[Word], place: int, comma: bool) -> bool:
    """Whether the word at this place joins a clause with a subject of its own."""
    subject = place + 1
    while subject < place + 3 and subject < len(run) and run[subject].low in ADVERBS | _HEDGES:
        subject += 1
    rest = run[place + 1 :]
    # "so (that) I can …" is the purpose of what was said, and stays with it.
    purpose = any(word.low in _PURPOSE or word.low == "that" for word in run[subject : subject + 2])
    if run[place].low == "so" and not comma and purpose:
        return False
    if len(rest) > 2 and rest[0].low in ("my", "our") and run[place].low != "then" and has_verb(rest[1:7]):
        return True
    return _starts_clause(run, subject, comma)


def _starts_clause(run: list[Word], place: int, comma: bool) -> bool:
    if place >= len(run):
        return False
    low = run[place].low
    following = [word.low for word in run[place + 1 : place + 6]]
    if low in PRONOUNS:
        near = next((word for word in following if word not in ADVERBS), "")
        return "'" in low or is_verbal(near)
    if not comma:
        return False
    if low in DETERMINERS | POSSESSIVES:
        return any(word in verbs.AUXILIARIES for word in following)
    if verbs.is_gerund(low):
        return any(word in _CLOSING_GERUND for word in following)
    if (
        run[place - 1].low in ("but", "and", "so")
        and not is_verbal(low)
        and low not in PREPOSITIONS | {"to", "then", "not"}
    ):
        # ", but rain makes it slippery": a subject of its own, as a finite verb follows it.
        return any(word in _FINITE or verbs.base_of_third(word) for word in following[:4])
    return False
