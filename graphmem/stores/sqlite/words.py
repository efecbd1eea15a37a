"""The text arm in a large scope: which memories hold the query's words is asked word by word, and only the best are read.

SQLite's bm25() looks at each memory that holds a word, which are tens of thousands in a large scope. Here a word costs its list of
memories and no more, and a word that very many of them hold only its newest ones: such words tell little.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from graphmem.model.words import Term
from graphmem.stores.scope_tokens import required_tokens
from graphmem.stores.sqlite.ground import Seqs
from graphmem.stores.sqlite.within import Within, positions

# How many of its memories a word finds: the newest.
_MOST = 20_000
# How many times as many as are wanted are read, so that lengths count among those that hold the same words.
_READ = 4
# The constants of SQLite's bm25(), and its least inverse document frequency.
_K1 = 1.2
_B = 0.75
_LEAST_IDF = 1e-6


def any_of(terms: Sequence[Term]) -> str:
    """What matches texts that hold any of these terms, in FTS5's language."""
    return " OR ".join(phrase for term in terms for phrase in phrases(term))


def phrases(term: Term) -> list[str]:
    """What matches texts that hold each form of a term, in FTS5's language."""
    return [f'"{form}"{"*" if term.begins else ""}' for form in term.forms]


def by_words(large: Within, terms: Sequence[Term], limit: int) -> list[tuple[int, float]]:
    """(seq, score) of the memories that meet the filter and have the best words, best first.

    The score is BM25 with each word counted once, and lengths in characters.
    """
    members = large.members()
    scores = np.zeros(len(members.seqs), dtype=np.float32)
    for term in terms:
        found = positions(members.seqs, _holding(large, term))
        scores[found] += max(math.log((len(scores) - len(found) + 0.5) / (len(found) + 0.5)), _LEAST_IDF)
    there = scores.nonzero()[0]
    picked = large.best(members, members.seqs[there], scores[there], _READ * limit)
    return _damped(large, picked)[:limit]


def _holding(large: Within, term: Term) -> Seqs:
    """Memories that hold a word, as the index has it."""
    # Scopes are part of the match: the words of other tenants are passed over within the index.
    groups = [f"scopes : ({' OR '.join(group)})" for group in required_tokens(large.filter) if group]
    match = " AND ".join((*groups, f"text : ({any_of([term])})"))
    [(joined,)] = large.connection.execute(
        "SELECT group_concat(seq) FROM"
        " (SELECT rowid AS seq FROM memory_text WHERE memory_text MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (match, _MOST),
    )
    # Ascending, as what they are looked up in: that is much faster.
    return np.fromstring(joined or "", dtype=np.int64, sep=",")[::-1]


def _damped(large: Within, picked: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The scores with the share that BM25 leaves a text of such a length, best first."""
    rows = large.connection.execute(
        "SELECT m.seq, length(m.text) FROM json_each(?) w CROSS JOIN memory m ON m.seq = w.value",
        (json.dumps([seq for seq, _ in picked]),),
    )
    lengths = dict(rows.fetchall())
    mean = sum(lengths.values()) / len(lengths) if lengths else 1.0
    damped = [(seq, score * (_K1 + 1) / (1 + _K1 * (1 - _B + _B * lengths[seq] / mean))) for seq, score in picked]
    return sorted(damped, key=lambda item: (-item[1], item[0]))
