"""Whether a statement is a fact worth keeping, or chat. In doubt it is chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from graphmem.remember.by_rules.lexicon import ADVERBS, vocabulary
from graphmem.remember.by_rules.names import PLACES
from graphmem.remember.by_rules.noise import canonical, is_mood, is_noise, is_owned_noise, is_we_noise
from graphmem.remember.by_rules.references import dangling
from graphmem.remember.by_rules.subjects import Statement
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
# What a nameless assistant may say of itself; the rest is service ("I recommend …", "I found …").
_OWN_ACCOUNT = (
    r"(?:(?:am|was) (?:an?|your|the|called|named|based|from|born|not an?|made|created|built|trained|fluent|[a-z]+$)|"
    r"(?:have|own) (?:an?|two|three|four|worked|lived|taught|been)|don't (?:speak|eat|like|work)|"
    r"(?:live|work|speak|prefer|hate|speciali[sz]e|teach|study|love|like|enjoy|never|only)|"
    r"(?:grew|studied|worked|lived|booked|ordered|scheduled|reserved))\b"
)
_GOING = vocabulary("going travelling traveling flying moving off")
_OWN_MATTERS = vocabulary("name job role favorite favourite specialty speciality hometown")


def is_fact(said: Statement, lax: bool = False) -> bool:
    """Whether to keep it. With `lax` (what the other has laid down) only vagueness is a reason to drop it."""
    run = [*said.front, *said.subject, *said.predicate]
    lows = [word.low for word in run]
    if not 1 < len(run) <= LONGEST or not _YOU.isdisjoint(lows):
        return False
    if not (_quotes_fit(run) and _ends_well(lows)) or dangling(said):
        return False
    return lax or (not _HEDGED.search(" ".join(lows)) and not _is_chat(said) and says_something(said))


def is_own_account(said: Statement) -> bool:
    """Whether an assistant without a name tells of itself here."""
    lows = [word.low for word in said.predicate if word.low not in _DEGREE]
    if said.kind == "owned":
        return len(lows) > 1 and lows[1] in _OWN_MATTERS
    tells = re.match(_OWN_ACCOUNT, " ".join(lows)) is not None or (lows[0] == "am" and _goes_to(lows))
    return said.kind == "speaker" and not said.plural and tells


def _goes_to(lows: Sequence[str]) -> bool:
    return len(lows) > 3 and lows[1] in _GOING and lows[2] == "to" and lows[3] in PLACES


def _is_chat(said: Statement) -> bool:
    lows = [word.low for word in said.predicate]
    if said.kind in ("partial", "named"):
        return False
    if said.kind == "owned":
        return is_owned_noise(" ".join(lows[1:]))
    core = canonical([low for low in lows if low not in _DEGREE])
    if is_mood(core):
        return not is_concrete(said)
    mutual = lows[0] in ("both", "all", "each") or "each other" in core or "one another" in core
    return is_noise(core) or (said.plural and (mutual or is_we_noise(core)))


def _ends_well(lows: Sequence[str]) -> bool:
    # "I have been meaning to for years": what is meant was said before.
    return lows[-1] not in _UNFINISHED and not any(one == "to" and two in _BREAKS_OFF for one, two in pairwise(lows))


def _quotes_fit(run: Sequence[Word]) -> bool:
    """Quotation marks around a capitalised title are fine; reported speech is not."""
    text = written(run)
    quoted = re.findall(r'"([^"]*)"', text)
    titles = all((part[:1].isupper() or part[:1].isdigit()) and len(part.split()) <= 10 for part in quoted)
    return text.count('"') % 2 == 0 and titles
