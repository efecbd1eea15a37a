"""Whether a claim has enough meaningful words to say something; "I got a thing" has not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.model.calendar import MONTHS, NUMBERS, WEEKDAYS
from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import ADVERBS, FUNCTION, TIME_NOUNS, VAGUE, vocabulary
from graphmem.remember.by_rules.subjects import Claim
from graphmem.remember.diets import DIETS

# Verbs that make a fact with nothing but an object; others need more to say what happened.
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
# States with a duration: "has been a nurse since 2019", "was homeless for two years".
_LASTED = re.compile(r"\b(?:been|was|am|is)\b.*\b(?:since|for (?:(?!a few)[\w-]+ ){0,3}(?:years?|months|decades?))\b")
_EMPTY = FUNCTION | VAGUE | verbs.AUXILIARIES | frozenset(NUMBERS)
_BEFORE_HEAD = ADVERBS | verbs.AUXILIARIES | {"been"}


def says_something(claim: Claim) -> bool:
    """Whether there are meaningful words besides the verb (and, in "my X is …", besides X)."""
    lows = [word.low for word in claim.predicate]
    dated, names = _dated(claim), _names(claim)
    if claim.kind in ("owned", "partial"):
        # Any name or meaningful word after the verb will do; a date only with a verb that says something.
        verb = claim.verb or 2
        return names > 0 or any(map(_tells, lows[verb + 1 :])) or (dated and lows[verb] not in _LIGHT)
    head = _head(lows)
    first = next((low for low in lows if low not in ADVERBS), "")
    lasting = lows[head] in _LASTING or _plans(lows, head - 1) or (first in _LASTING and first not in _LIGHT)
    rest = sum(map(_tells, lows[head + 1 :]))
    # A state that lasts, or a diet, needs no more than one meaningful word.
    if rest and (_LASTED.search(" ".join(lows)) or lows[head + 1] in DIETS):
        return True
    if not rest:
        # Nothing but a verb: enough for an age, or for a lasting state such as "am retired".
        aged = lows[-2:] == ["years", "old"]
        return aged or (lasting and lows[head] not in _EMPTY and (dated or head + 1 == len(lows)))
    return lasting or rest + names + dated + (lows[head] not in _LIGHT) > 1


def is_concrete(claim: Claim) -> bool:
    """Whether a mood is about something that has a date or a name: "excited about my trip to Peru next month"."""
    return (_dated(claim) or _names(claim) > 0) and sum(_tells(word.low) for word in claim.predicate) > 2


def _dated(claim: Claim) -> bool:
    return _TIME.search(" ".join(word.low for word in (*claim.front, *claim.predicate))) is not None


def _names(claim: Claim) -> int:
    return sum(word.core[:1].isupper() and word.low != "i" for word in claim.predicate[2:])


def _tells(low: str) -> bool:
    return low not in _EMPTY and low.removesuffix("s") not in TIME_NOUNS and not low.isdigit()


def _head(lows: Sequence[str]) -> int:
    """Index of the word that says what is done: the one after auxiliaries and "going to", or "to be" before an adjective."""
    index = 0
    while index < len(lows) - 1 and (lows[index] in _BEFORE_HEAD or _plans(lows, index)):
        index += 1
    if index and lows[index - 1] in ("have", "has", "had") and not verbs.is_participle(lows[index]):
        return index - 1
    before = index - 1
    while before > 0 and lows[before] in ADVERBS:
        before -= 1
    return before if index and lows[before] in verbs.BE and not verbs.is_gerund(lows[index]) else index


def _plans(lows: Sequence[str], index: int) -> bool:
    """Whether the word is part of "going to"."""
    return index >= 0 and ["going", "to"] in (lows[index : index + 2], lows[max(0, index - 1) : index + 1])
