"""Which categories a fact belongs to, and whether the caller's includes and excludes let it through; by words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graphmem.model.words import stem_of
from graphmem.remember.by_rules.keywords import KEYWORDS, PREDICATES, WEAK
from graphmem.remember.by_rules.lexicon import FUNCTION, KIN, vocabulary
from graphmem.remember.instructions import DEFAULT_CATEGORIES

MOST = 3

_CHILDHOOD = re.compile(r"\b(?:were|was|as|since) an? (?:little |young |small )?(?:kid|child|baby|boy|girl|teenager)\b")
_INTENT = re.compile(
    r"\b(?:(?:wants?|plans?|trying|aims?|going|hopes?) to|would (?:love|like)|planning|hoping|dreams? of|goal)\b"
)
_ORDER = re.compile(r"(?:\S+ ){0,2}(?:always|never|should|must)\b")
_AGE = re.compile(r"\byears old\b")
# Words of instructions that name no subject matter.
_GENERIC = vocabulary("""
information info detail details data anything everything only about related relating relate fact facts memory memories preference
preferences thing things include includes including exclude excluding keep store remember save record user users people person someone
they them their regarding mention mentions mentioned concerning any all personal please do not want specific kind kinds type types such
example various general stuff topic topics
""")


def categories(text: str, predicates: Sequence[str], custom: Mapping[str, str]) -> tuple[str, ...]:
    """At most three categories, the best supported first; may be empty.

    Args:
        text: of the fact.
        predicates: of its relations.
        custom: the caller's own categories, which replace the default ones; matched by the words of name and description.
    """
    default = _default(_CHILDHOOD.sub("", text.lower()), predicates)
    if not custom:
        return default
    # The names of default categories often match a custom one that no word of the text would.
    stems = _stems(text) | {stem for name in default for stem in _matter(name)}
    return _best({name: len(stems & _matter(f"{name} {about or ''}")) for name, about in custom.items()})


def wanted(text: str, names: Sequence[str], includes: str | None, excludes: str | None) -> bool:
    """Whether a fact shares a word (by stem) with `includes`, if given, and none with `excludes`.

    The names of its categories count as words of the fact; for `includes`, their descriptions do as well.
    """
    own = _stems(text) | {stem for name in names for stem in _matter(name)}
    # Descriptions count for includes only: an exclude must not drop a fact for a word of a description.
    broad = own | {stem for name in names for stem in _matter(DEFAULT_CATEGORIES.get(name, ""))}
    asked, barred = _matter(includes or ""), _matter(excludes or "")
    return not (asked and not asked & broad) and not barred & own


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower()))


def _matter(text: str) -> frozenset[str]:
    """The stems of the words of a name or an instruction that say what it is about."""
    words = re.findall(r"[^\W_]+", text.lower())
    return frozenset(stem_of(word) for word in words if word not in _GENERIC and (word not in FUNCTION or word in KIN))


_KEYS = {name: frozenset(stem_of(word) for word in keywords) for name, keywords in KEYWORDS.items()}
_WEAK = frozenset(stem_of(word) for word in WEAK)


def _default(text: str, predicates: Sequence[str]) -> tuple[str, ...]:
    stems = _stems(text)
    scores = {name: len(stems & keys) - 0.6 * len(stems & keys & _WEAK) for name, keys in _KEYS.items()}
    for predicate in predicates:
        name = PREDICATES.get(predicate, "relationships" if predicate.startswith("has_") else "")
        if name:
            scores[name] += 1
    # Intentions and orders show in grammar, not in words of their own.
    scores["goals"] = 1.5 if _INTENT.search(text) else 0
    scores["instructions"] *= 1 if _ORDER.match(text) else 0
    scores["personal_details"] += 1 if _AGE.search(text) else 0
    return _best({name: score for name, score in scores.items() if score >= 1})


def _best(scores: Mapping[str, float]) -> tuple[str, ...]:
    best = sorted((name for name, score in scores.items() if score > 0), key=lambda name: -scores[name])
    return tuple(best[:MOST])
