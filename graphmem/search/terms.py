"""Splits queries into words for the text arm, and texts into words as the index has them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from graphmem.model.memory import entity_key

MAX_TERMS = 64
_MAX_NAME_WORDS = 4
# Lengths of the words that SQLite stems.
_STEMMED = range(3, 65)
_WORD = re.compile(r"\w+")
# Every ASCII character that is in no word of an index becomes a space.
_SPACED = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
# Words of most sentences and all questions: they cost time in the index and distinguish no memory from another.
_STOP = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "such",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def query_terms(query: str) -> tuple[str, ...]:
    """The distinct words of a query in lower case, without stop words unless there are no others; at most the first 64."""
    words = list(dict.fromkeys(_words(query)))
    return tuple([word for word in words if word not in _STOP] or words)[:MAX_TERMS]


def _words(text: str) -> list[str]:
    """Runs of letters, digits and underscores in lower case, including the combining marks of letters."""
    if text.isascii():
        return _WORD.findall(text.lower())
    # The one letter that lower() turns into two, while the indexes have one.
    plain = unicodedata.normalize("NFC", text.replace("İ", "i").lower())
    return "".join(character if _in_word(character) else " " for character in plain).split()


def _in_word(character: str) -> bool:
    return character == "_" or character.isalnum() or unicodedata.category(character)[0] == "M"


def index_words(text: str) -> list[str]:
    """The words of a text in order, close to those of the embedded store's index: no accents, split at underscores, stemmed."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")
    return [_stem(word) for word in _words(text.replace("_", " "))]


def count_words(text: str) -> int:
    """How many words `index_words` finds."""
    return len(text.encode("ascii").translate(_SPACED).split()) if text.isascii() else len(index_words(text))


def may_hold(texts: Sequence[str], beginnings: Iterable[str]) -> list[int]:
    """Indices of those texts that may hold a word whose stem has one of these beginnings, in order; no other does."""
    # One long text is looked through faster than very many short ones. What is not ASCII is left to `index_words`.
    found = {index for index, text in enumerate(texts) if not text.isascii()}
    joined = "\n".join("" if index in found else text for index, text in enumerate(texts)).lower()
    ends = list(accumulate(1 if index in found else len(text) + 1 for index, text in enumerate(texts)))
    for beginning in beginnings:
        place = joined.find(beginning)
        while place >= 0:
            index = bisect_right(ends, place)
            found.add(index)
            place = joined.find(beginning, ends[index])
    return sorted(found)


def beginning(stem: str) -> str:
    """With what any word begins that has this stem.

    Porter's algorithm replaces no more than the last letter of what it leaves of a word: happy → happi, sensibility → sensibl.
    """
    return stem[:-1] if len(stem) >= _STEMMED.start else stem


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Porter's algorithm. SQLite's variant differs for words like "possibly" and "topology"."""
    if len(word) not in _STEMMED:
        return word
    # Imported late: most searches don't need it, and it loads the rules of thirty languages.
    import snowballstemmer

    # A new one for each word: a stemmer has state, and searches run in threads.
    stem: str = snowballstemmer.stemmer("porter").stemWord(word)
    return stem


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
    return tuple(dict.fromkeys(" ".join(run) for run in runs if any(word and word not in _STOP for word in run)))
