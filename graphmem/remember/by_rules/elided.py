"""Statements without "I", as people write in chat: "Sold my flat yesterday", "Don't eat meat", "Allergic to nuts"."""

from __future__ import annotations

from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import ADVERBS, phrases, vocabulary
from graphmem.remember.by_rules.words import Word

_STATIVE = vocabulary("love like prefer hate enjoy need want own dislike work live study adore play speak")
_HABITUAL = _STATIVE | vocabulary("eat drink have smoke know")
_NEGATIVE = vocabulary("don't can't cannot didn't haven't won't never")
_ONGOING = vocabulary("""
working planning living studying training learning saving moving trying starting expecting writing reading building
preparing teaching volunteering recovering raising renovating remodeling travelling traveling
""")
_WITH_AM = phrases("""
allergic to|intolerant to|married to|married with|engaged to|born in|born and raised|originally from|based in|vegetarian
vegan|pescatarian|diabetic|lactose intolerant|gluten intolerant|celiac|retired|divorced|single
""")
_TIMES = vocabulary("yesterday today tonight tomorrow ago last recently just morning week month year weekend finally")
_OWN = vocabulary("my me our us i we myself ourselves")
_FINITE = vocabulary("is are was were makes helps keeps means")
_AFTER_BEEN = vocabulary("to in into")


def elided(run: list[Word], answering: bool) -> list[Word]:
    """The predicate of such a statement; empty for anything else.

    Args:
        run: the words of the clause.
        answering: whether it answers a question; if not, something in it must show that it is about the speaker.
    """
    start = next((index for index, word in enumerate(run) if word.low not in ADVERBS), len(run))
    lows = [word.low for word in run]
    head, rest = lows[start : start + 1], lows[start + 1 :]
    if not head or not rest or run[start].pre or "," in run[start].post:
        return []
    small = [run[0].become(lows[0]), *run[1:]]
    if any(tuple(lows[start : start + len(phrase)]) == phrase for phrase in _WITH_AM):
        return [Word("", "am", ""), *small]
    # "Gave me a headache", "Grilled cheese is my favorite": something else is the subject.
    if rest[0] in ("me", "us") or not _FINITE.isdisjoint(rest):
        return []
    own = answering or not _OWN.isdisjoint(rest)
    if head == ["been"] and (rest[0].endswith("ing") or rest[0] in _AFTER_BEEN):
        return [Word("", "have", ""), *small]
    # "Writing letters boosts my mood" has a verb of its own.
    if head[0] in _ONGOING and own and not any(word in verbs.AUXILIARIES or verbs.base_of_third(word) for word in rest):
        return [Word("", "am", ""), *small]
    return small if _is_meant(head[0], rest, own, own or not _TIMES.isdisjoint(lows)) else []


def _is_meant(head: str, rest: list[str], own: bool, placed: bool) -> bool:
    """Whether a clause that starts with a verb is about the speaker; it might be an order, or about somebody else."""
    if head in _NEGATIVE:
        first = next((word for word in rest if word not in ADVERBS), "")
        return own or (head != "never" and first in _HABITUAL)
    if head in _STATIVE:
        return own
    return placed and verbs.is_past_of_known(head) and not verbs.is_base(head)
