"""Words: how a query is cut for the text arm, and how a text is for the index."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from graphmem.model.memory import entity_key

MAX_TERMS = 64
_MAX_NAME_WORDS = 4
# SQLite stems no others.
_STEMMED = range(3, 65)
_WORD = re.compile(r"\w+")
# Words that occur in most sentences and all questions: they cost time in the index and tell no memory from another.
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
    """Distinct words of a query, lower case, without stop words unless there is nothing else; at most 64, the first ones."""
    found = list(dict.fromkeys(_words(query)))
    return tuple([word for word in found if word not in _STOP] or found)[:MAX_TERMS]


def _words(text: str) -> list[str]:
    """Runs of letters, digits and underscores, lower case, with the marks that belong to their letters."""
    if text.isascii():
        return _WORD.findall(text.lower())
    # The one letter that lower() makes two of, where the indexes know one.
    plain = unicodedata.normalize("NFC", text.replace("İ", "i").lower())
    return "".join(each if _in_word(each) else " " for each in plain).split()


def _in_word(character: str) -> bool:
    return character == "_" or character.isalnum() or unicodedata.category(character)[0] == "M"


def index_words(text: str) -> list[str]:
    """All words of a text in order, near to what the embedded store's index keeps: without accents, parted at underscores, stemmed."""
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFD", text) if not "\u0300" <= each <= "\u036f")
    return [_stem(word) for word in _words(text.replace("_", " "))]


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Porter's algorithm, as SQLite has it but for words like "possibly" and "topology"."""
    if len(word) not in _STEMMED:
        return word
    # Not needed by most searches, and it loads the rules of thirty languages.
    import snowballstemmer

    # One a word: a stemmer keeps its state in itself, and searches run in threads.
    stem: str = snowballstemmer.stemmer("porter").stemWord(word)
    return stem


def query_names(query: str) -> tuple[str, ...]:
    """Entity keys that the query may name: its runs of up to four words that are not all stop words."""
    cut = entity_key(query).split()[: 2 * MAX_TERMS]
    cut = [word.strip(".,;:!?\"'()[]{}…“”‘’«»") for word in cut]
    cut = [word.removesuffix("'s").removesuffix("’s") for word in cut]
    runs = (
        cut[start : start + length]
        for length in range(1, _MAX_NAME_WORDS + 1)
        for start in range(len(cut) - length + 1)
    )
    return tuple(dict.fromkeys(" ".join(run) for run in runs if any(word and word not in _STOP for word in run)))
