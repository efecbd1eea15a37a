"""Removes what chat puts around a statement: greetings, fillers, the name of the person spoken to."""

from __future__ import annotations

from collections.abc import Set

from graphmem.remember.by_rules.lexicon import ADVERBS, NEED_OF_SUBJECT, phrases, vocabulary
from graphmem.remember.by_rules.words import Word, trimmed

_GREETERS = vocabulary("hey hi hello thanks thank yo ok okay yeah yes sure wow congrats sorry bye no aww well dear")
_FILLERS = vocabulary("""
well yeah yes yep yup yea yah ya oh ah aha haha hahaha lol so anyway anyways actually honestly btw and but also plus
hey hi hello hiya ok okay k sure right wow whoa woah hmm um uh uhm er like no nah nope thanks thx sorry
unfortunately luckily sadly fortunately thankfully frankly basically seriously totally absolutely definitely exactly
indeed agreed true cool nice great awesome dude man bro buddy mate guys sis girl aww aw ugh oof yay yikes gosh geez
jeez omg damn dang good morning evening afternoon greetings cheers congrats however though personally besides
meanwhile hopefully alright still look listen see please tbh fyi ooh oops phew correct gotcha lately then certainly
obviously interesting
""")
_LEAD_INS = phrases("""
by the way|to be honest|to be fair|to tell the truth|i mean|you know|you know what|guess what|of course|for sure|for me
as for me|in fact|in my case|in my opinion|for the record|just so you know|for your information|the thing is
the truth is|fun fact|me too|same here|no problem|no worries|oh my god|oh my gosh|not really|not much|i guess|that said
having said that|as i said|like i said|as you know|thank you|thank you so much|thanks so much|thanks a lot|thanks again
good morning|good evening|good afternoon|no way|speaking of which|on top of that|on the other hand
at the end of the day|after all|sounds good|sounds great|good to know|oh well|and yes|i see|as well|not yet|i am fine
remember that|please remember that|please remember|note that|please note that|please note|keep in mind that
please keep in mind that|remember|don't forget that|please don't forget that|it turns out|it turns out that|turns out
i forgot to mention|i forgot to mention that|i should mention|i should mention that|you should know that
you should know|i want you to know that|i want you to know|quick update|good news|let me tell you|i just wanted to say
i wanted to let you know|i just wanted to let you know|i wanted to tell you|wanted to tell you that
wanted to let you know that|wanted to tell you|wanted to let you know|just wanted to let you know that
just wanted to let you know|i have to say|i must say|i must admit|i have to admit|i will be honest
i am not going to lie|not going to lie|believe it or not|i can tell you|i can tell you that|as a matter of fact
in other news|long story short|to answer your question|first of all|on another note|on a different note|on a side note
in any case|in the meantime|in general|as a result|sorry to hear that
""")
_TAILS = phrases("""
haha|lol|you know|though|right|huh|man|dude|bro|buddy|mate|actually|honestly|to be honest|by the way|btw|i think
i guess|i suppose|i believe|thanks|thank you|please|ok|okay|haha yeah|no doubt|for sure|of course|you see|as you know
anyway|at least|so yeah|and so on|and all that|and stuff|or something|and everything|or whatever|and all
if you know what i mean|as always|as usual|tbh|imo|like you|sorry|unfortunately
""")
# These may end a statement without a comma as well.
_LOOSE_TAILS = vocabulary(
    "but and so or thankfully luckily hopefully though too anyway lol haha hahaha omg lmao tbh btw xd"
)
_PAUSES = frozenset(",!.:")


def bare(run: list[Word], addressed: Set[str]) -> list[Word]:
    """The words without small talk at either end. `addressed`: names, in lower case, by which the speakers call each other."""
    run = trimmed(run)
    while run and (length := _lead(run, addressed)):
        run = trimmed(run[length:])
    while len(run) > 2 and (length := _tail(run, addressed)):
        run = trimmed(run[:-length])
    return run


def _lead(run: list[Word], addressed: Set[str]) -> int:
    """How many words at the start are a lead-in; may be 0."""
    lows = [word.low for word in run[:10]]
    for lead in _LEAD_INS:
        if tuple(lows[: len(lead)]) == lead and _introduces(run, len(lead)):
            return len(lead)
    first, after = lows[0], lows[1] if len(lows) > 1 else ""
    if first in _GREETERS:
        for length in (2, 3):
            if len(run) >= length and _PAUSES & {*run[length - 1].post} and run[length - 1].core[:1].isupper():
                return length
        if after in addressed:
            return 2
    if first in addressed | _FILLERS and _introduces(run, 1):
        return 1
    qualified = after in _FILLERS or (after in ADVERBS and first not in ("right", "still", "just", "so"))
    return 1 if first in _FILLERS and qualified else 0


def _introduces(run: list[Word], length: int) -> bool:
    """Whether the first `length` words are followed by a pause, by the speaker as the subject, or by nothing."""
    if length >= len(run):
        return length == len(run)
    return not _PAUSES.isdisjoint(run[length - 1].post) or run[length].low in NEED_OF_SUBJECT


def _tail(run: list[Word], addressed: Set[str]) -> int:
    """How many words at the end are a tag; may be 0."""
    lows = [word.low for word in run]
    for tail in _TAILS:
        if tuple(lows[-len(tail) :]) == tail and len(run) > len(tail) and "," in run[-len(tail) - 1].post:
            return len(tail)
    # "…, so relieved"
    for length in (2, 3):
        if len(run) > length + 2 and lows[-length] == "so" and "," in run[-length - 1].post:
            return length
    return int((lows[-1] in addressed and "," in run[-2].post) or lows[-1] in _LOOSE_TAILS)
