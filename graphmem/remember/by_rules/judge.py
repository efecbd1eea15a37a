"""Whether a claim is a fact worth keeping, or chat. In doubt it is chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from graphmem.remember.by_rules.lexicon import ADVERBS, vocabulary
from graphmem.remember.by_rules.names import PLACES
from graphmem.remember.by_rules.noise import canonical, is_mood, is_noise, is_owned_noise, is_we_noise
from graphmem.remember.by_rules.references import dangling
from graphmem.remember.by_rules.subjects import Claim
from graphmem.remember.by_rules.substance import is_concrete, says_something
from graphmem.remember.by_rules.words import Word, written

LONGEST = 40

_YOU = vocabulary("you your yours you're yourself you'll you've you'd y'all ya u ur guys let's lets 'em em")
_DEGREE = (ADVERBS - vocabulary("never not hardly rarely seldom")) | vocabulary("more much even kind sort")
_HEDGED = re.compile(
    r"\b(?:if|maybe|perhaps|whether|unless|(?:would|could|should|must) have|i wish|i think|i guess|i suppose|i hope|"
    r"i believe|i mean|what i mean|who knows|no matter|talk to|see you|thank|thanks|wish me)\b"
)
_UNFINISHED = vocabulary("""
a an the my our your his its this that these those every no and or but because than to of with i am very if from who
which we is are was were so as since when while until
""")
_BREAKS_OFF = vocabulary("for but and since too because so")
# What counts if an assistant without a name says it about itself; the rest is service ("I recommend …", "I found …").
_OWN_ACCOUNT = (
    r"(?:(?:am|was) (?:an?|your|the|called|named|based|from|born|not an?|made|created|built|trained|fluent|[a-z]+$)|"
    r"(?:have|own) (?:an?|two|three|four|worked|lived|taught|been)|don't (?:speak|eat|like|work)|"
    r"(?:live|work|speak|prefer|hate|speciali[sz]e|teach|study|love|like|enjoy|never|only)|"
    r"(?:grew|studied|worked|lived|booked|ordered|scheduled|reserved))\b"
)
_GOING = vocabulary("going travelling traveling flying moving off")
_OWN_MATTERS = vocabulary("name job role favorite favourite specialty speciality hometown")


def is_fact(claim: Claim, lax: bool = False) -> bool:
    """Whether to keep a claim. With `lax`, for what a system message lays down, only vagueness is a reason to drop it."""
    run = [*claim.front, *claim.subject, *claim.predicate]
    lows = [word.low for word in run]
    if not 1 < len(run) <= LONGEST or not _YOU.isdisjoint(lows):
        return False
    if not (_quotes_fit(run) and _ends_well(lows)) or dangling(claim):
        return False
    return lax or (not _HEDGED.search(" ".join(lows)) and not _is_chat(claim) and says_something(claim))


def is_own_account(claim: Claim) -> bool:
    """Whether an assistant without a name says something about itself."""
    lows = [word.low for word in claim.predicate if word.low not in _DEGREE]
    if claim.kind == "owned":
        return len(lows) > 1 and lows[1] in _OWN_MATTERS
    tells = re.match(_OWN_ACCOUNT, " ".join(lows)) is not None or (lows[0] == "am" and _goes_to(lows))
    return claim.kind == "speaker" and not claim.plural and tells


def _goes_to(lows: Sequence[str]) -> bool:
    return len(lows) > 3 and lows[1] in _GOING and lows[2] == "to" and lows[3] in PLACES


def _is_chat(claim: Claim) -> bool:
    lows = [word.low for word in claim.predicate]
    if claim.kind in ("partial", "named"):
        return False
    if claim.kind == "owned":
        return is_owned_noise(" ".join(lows[1:]))
    # Moods are chat, but for what they are about: "excited about my trip to Peru next month" is a plan.
    core = canonical([low for low in lows if low not in _DEGREE])
    if is_mood(core):
        return not is_concrete(claim)
    mutual = lows[0] in ("both", "all", "each") or "each other" in core or "one another" in core
    return is_noise(core) or (claim.plural and (mutual or is_we_noise(core)))


def _ends_well(lows: Sequence[str]) -> bool:
    # "I have been meaning to for years": what the speaker means to do was said before.
    return lows[-1] not in _UNFINISHED and not any(one == "to" and two in _BREAKS_OFF for one, two in pairwise(lows))


def _quotes_fit(run: Sequence[Word]) -> bool:
    """Whether quotation marks stand only around titles in capitals, and not around reported speech."""
    text = written(run)
    quoted = re.findall(r'"([^"]*)"', text)
    titles = all((part[:1].isupper() or part[:1].isdigit()) and len(part.split()) <= 10 for part in quoted)
    return text.count('"') % 2 == 0 and titles
