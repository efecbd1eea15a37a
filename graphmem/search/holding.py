"""Finds the few of very many texts that may hold a word, without splitting all of them into words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from graphmem.model.words import Term, porter, stem_of, stems

# Every ASCII character that is in no word of an index becomes a space.
_SPACED = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
_LOWER = bytes(_SPACED[ord(chr(code).lower())] for code in range(128)) + _SPACED[128:]
# Porter's algorithm leaves shorter words as they are.
_LEAST_STEMMED = 3


def words_of(text: str) -> list[str]:
    """What `stems` finds; faster for most texts."""
    if not text.isascii():
        return stems(text)
    return list(map(stem_of, text.encode("ascii").translate(_LOWER).decode("ascii").split()))


def count_words(text: str) -> int:
    """How many words `stems` finds."""
    return len(text.encode("ascii").translate(_SPACED).split()) if text.isascii() else len(stems(text))


def may_hold(texts: Sequence[str], beginnings: Iterable[str]) -> list[int]:
    """Indices of those texts that may hold a word that has one of these beginnings, in order; no other does."""
    # What is not ASCII is left to `stems`.
    found = set[int]() if all(map(str.isascii, texts)) else {n for n, text in enumerate(texts) if not text.isascii()}
    plain = ["" if n in found else text for n, text in enumerate(texts)] if found else texts
    # One long text is looked through faster than very many short ones.
    joined = "\n".join(plain).lower()
    ends = [length + separators for separators, length in enumerate(accumulate(map(len, plain)), 1)]
    for beginning in beginnings:
        place = joined.find(beginning)
        while place >= 0:
            index = bisect_right(ends, place)
            found.add(index)
            place = joined.find(beginning, ends[index])
    return sorted(found)


def beginnings(term: Term) -> set[str]:
    """With what any word begins that is one of these.

    Porter's algorithm replaces no more than the last letter of what it leaves of a word: happy → happi, sensibility → sensibl.
    """
    found = {porter(form) for form in (term.stem, *term.forms)}
    # Without its last letter a short one would be the beginning of too many words; all that such a letter was is y: ayes → ai.
    found |= {f"{stem[:-1]}y" for stem in found if len(stem) < _LEAST_STEMMED and stem.endswith("i")}
    return {stem[:-1] if len(stem) >= _LEAST_STEMMED else stem for stem in found}
