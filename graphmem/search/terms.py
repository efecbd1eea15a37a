"""Splits queries into words and names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from itertools import islice

from graphmem.model.memory import entity_key
from graphmem.model.scripts import is_particle, stretches, without_prefixes
from graphmem.model.words import STOP_WORDS, Term, asked_words, stem_of, stems, term

MAX_TERMS = 64
# Characters of a query that are read. A page of text has some 3,000.
MAX_QUERY = 20_000
_MAX_NAME_WORDS = 4
# What a question says is not wanted: before it, within it between commas, or behind it up to its end.
_BUT = r"(?:other than|apart from|aside from|besides|except(?:ing)?(?: for)?|excluding|not counting)\b"
_GOES_ON = r"(?=\s*(?:do|does|did|has|have|had|is|are|was|were|can|could|will|would|should|may|might)\b)"
_EXCEPTED = re.compile(
    rf"^\s*{_BUT}[^,?!]*,\s*|,\s*{_BUT}[^,?!]*,{_GOES_ON}|,?\s{_BUT}[^?!]*",
    re.IGNORECASE,
)
# So many stretches of words without spaces are looked up, and none of more characters.
_MAX_CUT_OUT = 500
_MAX_NAME_CHARACTERS = 12


def bounded(query: str) -> str:
    """The query, or the beginning of one that is longer than any question: its work and what an embedder is sent have a bound."""
    return query if len(query) <= MAX_QUERY else query[:MAX_QUERY].rpartition(" ")[0] or query[:MAX_QUERY]


def without_exceptions(query: str) -> str:
    """A question without what it says it doesn't ask for: "What are her hobbies other than chess?" would find chess first.

    What is no question is a text that is looked for, and stays as it is; so does one that asks for nothing else.
    """
    if "?" not in query:
        return query
    kept = _EXCEPTED.sub(" ", query).strip()
    return kept if set(stems(kept)) - STOP_WORDS else query


def query_terms(query: str) -> tuple[Term, ...]:
    """The words of a query by their stems, without stop words unless there are no others; at most the first 64."""
    found = list(asked_words(query))
    kept = [each for each in found if each[0] not in STOP_WORDS and not is_particle(each[1])] or found
    by_stem: dict[tuple[str, bool], list[str]] = {}
    for _, part, begins in kept:
        by_stem.setdefault((stem_of(part), begins), []).append(part)
    return tuple(term(dict.fromkeys(forms), begins=begins) for (_, begins), forms in islice(by_stem.items(), MAX_TERMS))


def without_words(query: str, unwanted: Set[str]) -> str:
    """The query without the words that have one of these stems; the query itself if nothing would be left of it."""
    if not unwanted:
        return query
    kept = [part for part in query.split() if not (found := set(stems(part)) - STOP_WORDS) or not found <= unwanted]
    return " ".join(kept) if any(set(stems(part)) - STOP_WORDS for part in kept) else query


# A search asks twice.
@lru_cache(maxsize=64)
def query_names(query: str) -> tuple[str, ...]:
    """Keys of the entities that a query may name: its runs of up to four words, unless all are stop words.

    Where words are not parted by spaces, these are all that may be cut out of them; and words without what Arabic and Hebrew put before
    them.
    """
    cut = entity_key(query).split()[: 2 * MAX_TERMS]
    cut = [word.strip(".,;:!?\"'()[]{}…“”‘’«»") for word in cut]
    cut = [word.removesuffix("'s").removesuffix("’s") for word in cut]
    runs = (
        cut[start : start + length]
        for length in range(1, _MAX_NAME_WORDS + 1)
        for start in range(len(cut) - length + 1)
    )
    names = dict.fromkeys(" ".join(run) for run in runs if any(word and word not in STOP_WORDS for word in run))
    if not query.isascii():
        names |= dict.fromkeys(islice(_cut_out(cut), _MAX_CUT_OUT))
        names |= dict.fromkeys(other for name in list(names) for other in islice(without_prefixes(name), 1, None))
    return tuple(names)


def _cut_out(words: list[str]) -> Iterator[str]:
    """What words without spaces may hold: the shorter ones first."""
    pieces = [piece for word in words for piece in stretches(word)]
    # One by itself: "我用Python写".
    yield from ("".join(piece) for piece in pieces)
    for length in range(2, _MAX_NAME_CHARACTERS + 1):
        for piece in pieces:
            yield from ("".join(piece[start : start + length]) for start in range(len(piece) - length + 1))
