"""Whether a statement has enough words of its own to tell something: "I got a thing" has not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import (
    ADVERBS,
    FUNCTION,
    MONTHS,
    NUMBERS,
    TIME_NOUNS,
    VAGUE,
    WEEKDAYS,
    vocabulary,
)
from graphmem.remember.by_rules.subjects import Statement
from graphmem.remember.diets import DIETS

# Verbs whose object alone makes a fact; others need something more to say what happened.
_LASTING = vocabulary("""
am is love like hate prefer enjoy adore have has own live speak want need eat drink play study work teach use read
dislike avoid collect wear drive don't can't can volunteer practice dance sing keep garden attend worship run lead coach
used moved married retired graduated adopted became grew divorced immigrated emigrated learning working studying
training living teaching promoted hired fired engaged pregnant
""")
# Verbs that say next to nothing about what happened.
_LIGHT = vocabulary("""
have had has got get gets went go goes did do does made make makes took take takes gave give gives put came come
comes saw see met meet started start ended wanted want found find brought bring decided used let kept keep be been
being is was are were am having getting going making taking trying looked look looks looking saw seen felt feels
said added add coming shared share faced spent
""")
_TIME = re.compile(
    r"\b(?:yesterday|tomorrow|tonight|ago|(?:last|next|this) \w+|in (?:(?:19|20)\d\d|"
    rf"{'|'.join(MONTHS)})|{'|'.join(WEEKDAYS)})\b"
)
# How long something was so: "has been a nurse since 2019", "was homeless for two years".
_LASTED = re.compile(r"\b(?:been|was|am|is)\b.*\b(?:since|for (?:(?!a few)[\w-]+ ){0,3}(?:years?|months|decades?))\b")
_EMPTY = FUNCTION | VAGUE | verbs.AUXILIARIES | frozenset(NUMBERS)
_BEFORE_HEAD = ADVERBS | verbs.AUXILIARIES | {"been"}


def says_something(said: Statement) -> bool:
    """Whether there are words of substance beside the verb (and, for "my X is …", beside X)."""
    lows = [word.low for word in said.predicate]
    dated, names = _dated(said), _names(said)
    if said.kind in ("owned", "partial"):
        verb = said.verb or 2
        return names > 0 or any(map(_tells, lows[verb + 1 :])) or (dated and lows[verb] not in _LIGHT)
    head = _head(lows)
    first = next((low for low in lows if low not in ADVERBS), "")
    lasting = lows[head] in _LASTING or _plans(lows, head - 1) or (first in _LASTING and first not in _LIGHT)
    rest = sum(map(_tells, lows[head + 1 :]))
    if rest and (_LASTED.search(" ".join(lows)) or lows[head + 1] in DIETS):
        return True
    if not rest:
        aged = lows[-2:] == ["years", "old"]
        return aged or (lasting and lows[head] not in _EMPTY and (dated or head + 1 == len(lows)))
    return lasting or rest + names + dated + (lows[head] not in _LIGHT) > 1


def is_concrete(said: Statement) -> bool:
    """Whether a mood is about something that has a date or a name: "excited about my trip to Peru next month"."""
    return (_dated(said) or _names(said) > 0) and sum(_tells(word.low) for word in said.predicate) > 2


def _dated(said: Statement) -> bool:
    return _TIME.search(" ".join(word.low for word in (*said.front, *said.predicate))) is not None


def _names(said: Statement) -> int:
    return sum(word.core[:1].isupper() and word.low != "i" for word in said.predicate[2:])


def _tells(low: str) -> bool:
    return low not in _EMPTY and low.removesuffix("s") not in TIME_NOUNS and not low.isdigit()


def _head(lows: Sequence[str]) -> int:
    """Where the word stands that says what is done: after auxiliaries and "going to"; "to be" before an adjective."""
    place = 0
    while place < len(lows) - 1 and (lows[place] in _BEFORE_HEAD or _plans(lows, place)):
        place += 1
    if place and lows[place - 1] in ("have", "has", "had") and not verbs.is_participle(lows[place]):
        return place - 1
    before = place - 1
    while before > 0 and lows[before] in ADVERBS:
        before -= 1
    return before if place and lows[before] in verbs.BE and not verbs.is_gerund(lows[place]) else place


def _plans(lows: Sequence[str], place: int) -> bool:
    """Whether the word is part of "going to"."""
    return place >= 0 and ["going", "to"] in (lows[place : place + 2], lows[max(0, place - 1) : place + 1])
