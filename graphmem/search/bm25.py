"""Scores texts by the words of a query where no full-text index holds them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

K1 = 1.2
B = 0.75
# What a phrase still counts that occurs in most texts; its formula would go below 0.
_LEAST_IDF = 1e-6


def bm25(
    texts: Mapping[int, Sequence[str]],
    lengths: Mapping[int, int],
    phrases: Iterable[Sequence[str]],
    total: int,
    mean: float,
) -> dict[int, float]:
    """Index of each text that holds a phrase → its BM25 score: above 0, comparable only among these texts.

    S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the constants and the least
    inverse document frequency of SQLite's bm25() (https://www.sqlite.org/fts5.html, section 5.1.1).

    Args:
        texts: the words of each; those that hold no phrase may be left out.
        lengths: of each of these, in words; at least 1 for a text with a word.
        phrases: one or more consecutive words; a phrase that is listed twice counts twice.
        total: how many texts there are, with those left out.
        mean: of the lengths of all of them.
    """
    scores: dict[int, float] = {}
    for phrase in phrases:
        counts = {index: count for index, text in texts.items() if (count := _occurrences(phrase, text))}
        idf = max(math.log((total - len(counts) + 0.5) / (len(counts) + 0.5)), _LEAST_IDF)
        for index, count in counts.items():
            damped = count + K1 * (1 - B + B * lengths[index] / mean)
            scores[index] = scores.get(index, 0.0) + idf * count * (K1 + 1) / damped
    return scores


def _occurrences(phrase: Sequence[str], text: Sequence[str]) -> int:
    if len(phrase) == 1:
        return text.count(phrase[0])
    size = len(phrase)
    return sum(text[start : start + size] == phrase for start in range(len(text) - size + 1)) if size else 0
