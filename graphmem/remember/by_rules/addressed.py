"""The names by which speakers call each other, and whether a system message tells the assistant about itself."""

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
ORDERS = vocabulary("""
answer respond reply speak write use be keep avoid include address explain help provide give offer ask tell recommend suggest never always
do don stay act remain translate summarize focus follow introduce call greet treat show make find let check please fix
""")


def addressed_names(messages: Sequence[Message]) -> frozenset[str]:
    """Names in lower case: the speakers' own, and those by which somebody is greeted or thanked."""
    names: set[str] = set()
    for message in messages:
        speaker = (message.name or "").lower()
        names.update((speaker, *speaker.split()[:1]))
        names.update(name.lower() for name in re.findall(_CALLED, message.content, re.MULTILINE))
    return frozenset(names - _NO_NAMES - {""})


def told_to_assistant(text: str) -> bool:
    """Whether a sentence of a system message is about the assistant, and no boilerplate."""
    while polite := re.match(_POLITE, text, re.IGNORECASE):
        text = text[polite.end() :]
    # "You are a helpful assistant" stands in every system message, and says nothing.
    first = [*re.findall(r"[a-z]+", text.lower()), ""][0]
    return first in ORDERS | {"you", "your"} and re.match(_BOILERPLATE, text, re.IGNORECASE) is None
