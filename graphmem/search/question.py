"""What a question says about the answer besides its words: whom it means."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from graphmem.model.words import words

# "Could you tell me …" asks politely; it does not ask about "me".
_REQUEST = re.compile(
    r"^\W*(please,? )?((can|could|will|would) you (please )?)?(tell|remind|show|give|help) me\b", re.IGNORECASE
)
_SPOKE = "recommend|suggest|propos|advis|explain|mention|describ|outlin|provid|list|not|promis|offer"
_YOU = re.compile(
    rf"\b(did|had|have|were) you\b"
    rf"|\byou (also |already |just )?(said|told|gave|wrote|showed|made|({_SPOKE})e?d)\b"
    rf"|\byou(['’](ve|d)| have| had) (also |already |just )?(said|told|given|written|shown|made|({_SPOKE})e?d)\b"
    r"|\byour (answers?|advice|explanations?|ideas?|instructions|list|proposals?|recommendations?|replies|reply|suggestions?)\b",
    re.IGNORECASE,
)
_I = re.compile(r"\b(i|me|my|mine|myself)\b", re.IGNORECASE)


def role_meant(query: str) -> Literal["user", "assistant"] | None:
    """Whose words the question asks for: the assistant's ("what did you suggest?"), the user's ("my flight"), or anybody's."""
    asked = _REQUEST.sub("", query)
    if _YOU.search(asked):
        return "assistant"
    return "user" if _I.search(asked) else None


def person_meant(query: str, people: Collection[str]) -> str | None:
    """The one of these people whom the question names; None if it names none of them, or several.

    Args:
        people: keys of names. A part of a name is enough: "Maria" names "maria rossi".
    """
    heard = set(words(query.replace("’s", "").replace("'s", "")))
    named = [name for name in people if not heard.isdisjoint(words(name))]
    return named[0] if len(named) == 1 else None
