"""What a question says about the answer besides its words: whom it means."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from graphmem.model.scripts import is_paired
from graphmem.model.words import STOP_WORDS, words

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
_WORD = re.compile(r"\w+")
# What a question consists of, besides words of all questions, that asks for whatever is known: "What do you remember about me?"
_OF_ANYTHING_TEXT = """
all anything background describe details everything facts far info information just know known learn learned learnt memories myself
overview please profile recall remember remembered say so something stored summarise summarize summary tell user now
"""
_OF_ANYTHING = frozenset(_OF_ANYTHING_TEXT.split())
_ANYTHING = re.compile(
    r"\b(know|known|remember(ed)?|recall|stored|learned|learnt|everything|anything|all|facts|memories|who am i|who is the user)\b"
    r"|\babout (me|myself|the user)\b",
    re.IGNORECASE,
)
_I = re.compile(r"\b(i|me|my|mine|myself)\b", re.IGNORECASE)


def role_meant(query: str) -> Literal["user", "assistant"] | None:
    """Whose words the question asks for: the assistant's ("what did you suggest?"), the user's ("my flight"), or anybody's."""
    asked = _REQUEST.sub("", query)
    if _YOU.search(asked):
        return "assistant"
    return "user" if _I.search(asked) else None


def asks_for_anything(query: str) -> bool:
    """Whether a question asks for whatever is known: "What do you know about me?", "Who am I?". Every memory answers it."""
    said = [word.casefold() for word in _WORD.findall(_without_possessives(query))]
    return all(word in STOP_WORDS or word in _OF_ANYTHING for word in said) and _ANYTHING.search(query) is not None


def person_meant(query: str, people: Collection[str]) -> str | None:
    """The one of these people whom the question names; None if it names none of them, or several.

    Args:
        people: keys of names. The first or last part of a name is enough ("Maria" names "maria rossi"), but not of what only describes
            somebody by another's name: "Anna's sister", "someone anna admires" and "friends of anna" are not meant by "Anna".
    """
    said = words(_without_possessives(query))
    heard, phrase = frozenset(said), f" {' '.join(said)} "
    own = {name: words(_without_possessives(name)) for name in people}
    whole = {name for name, parts in own.items() if parts and f" {' '.join(parts)} " in phrase}
    partly = {
        name: heard.intersection((parts[0], parts[-1]))
        for name, parts in own.items()
        # Two names of a script without spaces may have a pair of characters in common.
        if name not in whole
        and parts
        and not is_paired(name)
        and STOP_WORDS.isdisjoint(parts)
        and name == _without_possessives(name)
    }
    if whole:
        # Where one is named wholly, a word in small letters is no other's name: "woman" is not "the canadian woman".
        capital = {word.casefold() for word in _WORD.findall(query) if word[0] != word[0].lower()}
        sure = capital.union(*(own[name] for name in whole))
        partly = {name: parts & sure for name, parts in partly.items()}
    # Of "anna" and "anna's sister", both named wholly, the longer one.
    longest = {name for name in whole if not any(set(own[name]) < set(own[other]) for other in whole)}
    named = [*longest, *(name for name, parts in partly.items() if parts)]
    return named[0] if len(named) == 1 else None


def _without_possessives(text: str) -> str:
    return text.replace("’s", "").replace("'s", "")
