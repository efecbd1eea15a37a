"""Splits queries into words and names."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice

from graphmem.model.memory import entity_key
from graphmem.model.words import STOP_WORDS, Term, stem_of, stems, term, without_accents, words

MAX_TERMS = 64
# Characters of a query that are read. A page of text has some 3,000.
MAX_QUERY = 20_000
_MAX_NAME_WORDS = 4


def bounded(query: str) -> str:
    """The query, or the beginning of one that is longer than any question: its work and what an embedder is sent have a bound."""
    return query if len(query) <= MAX_QUERY else query[:MAX_QUERY].rpartition(" ")[0] or query[:MAX_QUERY]


def query_terms(query: str) -> tuple[Term, ...]:
    """The words of a query by their stems, without stop words unless there are no others; at most the first 64."""
    found = words(without_accents(query).replace("_", " "))
    by_stem: dict[str, list[str]] = {}
    for word in [word for word in found if word not in STOP_WORDS] or found:
        by_stem.setdefault(stem_of(word), []).append(word)
    return tuple(term(dict.fromkeys(forms)) for forms in islice(by_stem.values(), MAX_TERMS))


def without_words(query: str, unwanted: Set[str]) -> str:
    """The query without the words that have one of these stems; the query itself if nothing would be left of it."""
    if not unwanted:
        return query
    kept = [part for part in query.split() if not (found := set(stems(part)) - STOP_WORDS) or not found <= unwanted]
    return " ".join(kept) if any(set(stems(part)) - STOP_WORDS for part in kept) else query


def query_names(query: str) -> tuple[str, ...]:
    """Keys of the entities that a query may name: its runs of up to four words, unless all are stop words."""
    cut = entity_key(query).split()[: 2 * MAX_TERMS]
    cut = [word.strip(".,;:!?\"'()[]{}…“”‘’«»") for word in cut]
    cut = [word.removesuffix("'s").removesuffix("’s") for word in cut]
    runs = (
        cut[start : start + length]
        for length in range(1, _MAX_NAME_WORDS + 1)
        for start in range(len(cut) - length + 1)
    )
    return tuple(dict.fromkeys(" ".join(run) for run in runs if any(word and word not in STOP_WORDS for word in run)))
