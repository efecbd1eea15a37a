"""The text arm in a large scope: which memories hold the query's words is asked word by word, and only the best are read.

SQLite's bm25() looks at each memory that holds a word, which are tens of thousands in a large scope. Here a word costs its list of
memories and no more, and a word that very many of them hold only its newest ones: such words tell little.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from graphmem.search.bm25 import LEAST_IDF, weight
from graphmem.search.terms import index_words
from graphmem.stores.scope_tokens import required_tokens
from graphmem.stores.sqlite.members import Seqs
from graphmem.stores.sqlite.within import Within

# A word finds the newest so many of its memories.
_MOST = 20_000
# So many times as many as are wanted are read, so that lengths and repeated words count among those with equally many words.
_READ = 4


def by_words(large: Within, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
    """(seq, BM25 score) of the memories that meet the filter and have the best words, best first."""
    members = large.members()
    scores = np.zeros(len(members.seqs), dtype=np.float32)
    idfs: dict[str, float] = {}
    for term in terms:
        found = _positions(members.seqs, _holding(large, term))
        idfs[term] = max(math.log((len(scores) - len(found) + 0.5) / (len(found) + 0.5)), LEAST_IDF)
        scores[found] += idfs[term]
    there = scores.nonzero()[0]
    picked = large.best(members, members.seqs[there], scores[there], _READ * limit)
    return _by_bm25(large, picked, idfs)[:limit]


def _holding(large: Within, term: str) -> Seqs:
    """Memories that hold a word, as the index has it."""
    # Scopes are part of the match: the words of other tenants are passed over within the index.
    groups = [f"scopes : ({' OR '.join(group)})" for group in required_tokens(large.filter) if group]
    match = " AND ".join((*groups, f'text : ("{term}")'))
    [(joined,)] = large.connection.execute(
        "SELECT group_concat(seq) FROM"
        " (SELECT rowid AS seq FROM memory_text WHERE memory_text MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (match, _MOST),
    )
    return np.fromstring(joined or "", dtype=np.int64, sep=",")


def _positions(seqs: Seqs, wanted: Seqs) -> Seqs:
    """Where those of the wanted that are among these ascending numbers stand."""
    places = np.searchsorted(seqs, wanted)
    places = np.minimum(places, max(len(seqs) - 1, 0))
    return places[seqs[places] == wanted] if len(seqs) else places[:0]


def _by_bm25(large: Within, picked: Sequence[tuple[int, float]], idfs: dict[str, float]) -> list[tuple[int, float]]:
    if not picked:
        return []
    rows = large.connection.execute(
        "SELECT m.seq, m.text FROM json_each(?) w CROSS JOIN memory m ON m.seq = w.value",
        (json.dumps([seq for seq, _ in picked]),),
    ).fetchall()
    texts = {seq: index_words(text) for seq, text in rows}
    mean = sum(map(len, texts.values())) / len(texts) or 1.0
    phrases = [(index_words(term), idf) for term, idf in idfs.items()]
    scored = [
        # What the index counts as the word and we don't still counts, but only a little.
        (
            seq,
            sum(weight(phrase, texts[seq], len(texts[seq]) / mean) * idf for phrase, idf in phrases)
            or LEAST_IDF * held,
        )
        for seq, held in picked
    ]
    return sorted(scored, key=lambda item: (-item[1], item[0]))
