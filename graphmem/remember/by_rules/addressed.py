"""The names by which speakers call each other, and what a system message tells the assistant about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.model.memory import Message
from graphmem.remember.by_rules.lexicon import vocabulary

# A string, as are other patterns that few messages reach: compiled when first used, not on import.
_CALLED = (
    r"\b(?:[Hh]ey|[Hh]i|[Hh]ello|[Tt]hank(?:s| you)(?: a lot| so much)?|[Bb]ye|[Mm]orning),? ([A-Z][a-z]+)(?=[,!.?]|$)"
)
_NO_NAMES = vocabulary("there all everyone everybody guys again folks team man dude friend god")
_BOILERPLATE = r"you(?:'re| are) (?:an? |my )?(?:very |highly )?(?:helpful|friendly|smart|useful|ai|(?:large )?language|chat)\b[\w ,]*$"
_POLITE = r"(?:please|also|and|kindly|(?:note|remember) that|(?:remember|make sure|be sure) to|from now on)[, ]+"
_ORDERS = vocabulary("""
answer respond reply speak write use be keep avoid include refer address explain help provide give offer ask tell recommend suggest never
always do don't stay act remain translate summarize cite format limit focus follow introduce call greet treat
""")
_YOU_TO_I = (
    (r"\byou(?: are|'re)\b", "I am"),
    (r"\byou were\b", "I was"),
    (r"\byou(?='ve|'ll)", "I"),
    (r"\byourself\b", "myself"),
    (r"\byours\b", "mine"),
    (r"\byour\b", "my"),
    (r"(?:^|(?<=, )|(?<=\band )|(?<=\bthat )|(?<=\bwhen ))you\b", "I"),
    (r"\byou\b", "me"),
)


def addressed_names(messages: Sequence[Message]) -> frozenset[str]:
    """Names in lower case: the speakers' own, and those by which somebody is greeted or thanked."""
    names: set[str] = set()
    for message in messages:
        speaker = (message.name or "").lower()
        names.update((speaker, *speaker.split()[:1]))
        names.update(name.lower() for name in re.findall(_CALLED, message.content, re.MULTILINE))
    return frozenset(names - _NO_NAMES - {""})


def told_to_assistant(text: str) -> str | None:
    """A sentence of a system message as the assistant would say it about itself; None if it is not about the assistant."""
    while polite := re.match(_POLITE, text, re.IGNORECASE):
        text = text[polite.end() :]
    # "You are a helpful assistant" stands in every system message, and says nothing.
    first = re.match(r"[a-z']+", text.lower())
    if first is None or re.match(_BOILERPLATE, text, re.IGNORECASE):
        return None
    if first[0] in ("you", "your", "you're"):
        return _as_i(text)
    # "Answer briefly" becomes "I should answer briefly".
    if first[0] in _ORDERS:
        return "I should " + _as_i(re.sub(r"^(?:don't|do not)\b", "not", text[0].lower() + text[1:]))
    return None


def _as_i(text: str) -> str:
    for pattern, instead in _YOU_TO_I:
        text = re.sub(pattern, instead, text, flags=re.IGNORECASE)
    return text
