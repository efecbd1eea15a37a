"""What the caller wants of a fact: in which categories it is filed, and whether it is kept at all; by words alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphmem.model.topics import best, topics, word_stems
from graphmem.model.words import STOP_WORDS
from graphmem.remember.by_rules.lexicon import vocabulary
from graphmem.remember.instructions import DEFAULT_CATEGORIES

# Words of instructions that name no subject matter.
_GENERIC = STOP_WORDS | vocabulary("""
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
    default = topics(text, predicates)
    if not custom:
        return default
    # The names of default categories often match a custom one that no word of the text would.
    own = word_stems(text).union(*map(_matter, default))
    return best({name: len(own & _matter(f"{name} {about or ''}")) for name, about in custom.items()})


def wanted(text: str, names: Sequence[str], includes: str | None, excludes: str | None) -> bool:
    """Whether a fact shares a word (by stem) with `includes`, if given, and none with `excludes`.

    The names of its categories count as words of the fact; for `includes`, their descriptions do as well.
    """
    own = word_stems(text).union(*map(_matter, names))
    # Descriptions count for includes only: an exclude must not drop a fact for a word of a description.
    broad = own.union(*(_matter(DEFAULT_CATEGORIES.get(name, "")) for name in names))
    asked, barred = _matter(includes or ""), _matter(excludes or "")
    return not (asked and not asked & broad) and not barred & own


def _matter(text: str) -> frozenset[str]:
    """The stems of the words of a name or an instruction that say what it is about."""
    return word_stems(
        " ".join(word for word in text.lower().replace("_", " ").split() if word.strip(".,;:") not in _GENERIC)
    )
