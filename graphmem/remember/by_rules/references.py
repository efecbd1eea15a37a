"""Whether the pronouns of a claim refer to something that it names itself."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.remember.by_rules import verbs
from graphmem.remember.by_rules.lexicon import (
    ADVERBS,
    DETERMINERS,
    FUNCTION,
    KNOWN_PEOPLE,
    PETS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    TIME_NOUNS,
    VAGUE,
    vocabulary,
)
from graphmem.remember.by_rules.subjects import Claim
from graphmem.remember.by_rules.words import Word

_THINGS = vocabulary("it its it's them they their there it'll it'd theirs itself themselves they're they've")
_PERSONS = vocabulary("him her he she his hers he's she's himself herself")
_POINTING = vocabulary("this that these those here")
_POSSESSIVE = vocabulary("its their his her")
# From here on a pronoun may refer to what was named before: "bought a car and love it", not "bought a car for it".
_BOUNDARIES = SUBORDINATORS | vocabulary("and or but so to yet then plus")
_CLOSE_BEFORE = _BOUNDARIES | ADVERBS
_AFTER_SUBJECT = verbs.AUXILIARIES | ADVERBS
_MODIFIERS = DETERMINERS | POSSESSIVES
_BEFORE_NOUN = _MODIFIERS | PREPOSITIONS
_NO_NOUN = FUNCTION | VAGUE | verbs.AUXILIARIES
_BEINGS = KNOWN_PEOPLE | PETS
_AFTER_LONE = (PREPOSITIONS - {"of"}) | vocabulary("to and but because so that")
_NEAR_TIMES = TIME_NOUNS | vocabulary("past coming days")


def dangling(claim: Claim) -> bool:
    """Whether a pronoun has nothing before it to refer to, or a word refers to something outside the claim ("that place")."""
    run = [*claim.front, *claim.subject, *claim.predicate]
    # Whether a thing or a person was named so far, and whether a new clause began since, in which a pronoun may refer to it.
    thing = person = claim.kind in ("named", "joint")
    fresh = bool(claim.subject)
    for index, word in enumerate(run):
        low, before = word.low, run[index - 1].low if index else ""
        after = run[index + 1].low if index + 1 < len(run) else ""
        if low in _POINTING and _points_out(run, index, after):
            return True
        if _stands_alone(low, before, after):
            return True
        # A possessive may follow at once: "sold the car and its trailer".
        own = low in _POSSESSIVE
        if low in _PERSONS and not (person and (fresh or own)):
            return True
        # "there is …" refers to nothing.
        there_is = (
            low == "there" and after in verbs.BE and (not index or before in _BOUNDARIES or "," in run[index - 1].post)
        )
        if low in _THINGS and not there_is and (not (thing and (fresh or own)) or _opens_relative(run, index, after)):
            return True
        fresh = fresh or (thing and (low in _BOUNDARIES or "," in word.post or ":" in word.post))
        if index and _is_noun(word, before):
            thing = True
            person = person or low in _BEINGS or low.rstrip("s") in _BEINGS or word.core[:1].isupper()
    return False


def _is_noun(word: Word, before: str) -> bool:
    """Whether a pronoun may refer back to this word. The word before it tells a noun from a verb or an adjective."""
    low = word.low
    if word.core[:1].isupper() and low != "i":
        return True
    if low in _NO_NOUN or low.isdigit() or low.endswith("ly"):
        return False
    if before in verbs.BE or before in ADVERBS or (low.endswith("ing") and before not in _MODIFIERS):
        return verbs.is_gerund(low) and verbs.is_base(before)
    return before in _BEFORE_NOUN or not (verbs.is_base(low) or verbs.is_finite(low))


def _opens_relative(run: Sequence[Word], index: int, after: str) -> bool:
    """Whether "it" opens a clause about the noun before it ("the noise it makes"), and so can't refer to that noun."""
    if not ((run[index].low in ("it", "they") and after in _AFTER_SUBJECT) or verbs.base_of_third(after)):
        return False
    return index > 0 and run[index - 1].low not in _CLOSE_BEFORE and not run[index - 1].post


def _points_out(run: Sequence[Word], index: int, after: str) -> bool:
    low, before = run[index].low, run[index - 1].low if index else ""
    if low in ("this", "these") and after in _NEAR_TIMES:
        return False
    if low != "that" or not after or run[index].post or before in PREPOSITIONS or not index:
        return True
    # After a noun or an adjective "that" opens a clause; after a verb it may point at a noun ("tried that restaurant").
    verb = verbs.is_base(before) or verbs.is_past(before) or verbs.is_gerund(before)
    if not verb and before not in ("and", "or", "but"):
        return False
    return after == "other" or (after not in FUNCTION and not verbs.is_finite(after))


def _stands_alone(low: str, before: str, after: str) -> bool:
    """Whether a word that needs a noun has none: "I took one with me"."""
    match low:
        case "both" | "either" | "neither":
            return not after
        case "one":
            return (
                before not in ("no", "every", "at")
                and after not in ("of", "day", "at")
                and (not after or after in FUNCTION)
            )
        case "such":
            return after != "as"
        case "ones" | "another" | "others" | "some" | "former" | "latter":
            return not after or after in _AFTER_LONE
    return False
