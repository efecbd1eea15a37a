"""Words of scripts that don't part them by spaces, or put others before them: what an index holds of such words, and what is asked of it.

Han, kana, Hangul, Thai, Lao, Khmer, Burmese and others are taken as overlapping pairs of characters: 安宝春 is 安宝 and 宝春. A pair says
nothing of where a word ends, so that it needs no dictionary, and a name within a question is found. Korean words are parted by spaces,
but carry their particles: 안보춘은 and 안보춘이 have two of three pairs in common. Where one script ends and another begins, a word ends.

Arabic and Hebrew write "and", "the", "in", "to" as letters before a word. A text holds such a word with and without these.

No tokenizer that both stores have does this. SQLite's are unicode61 (a run without spaces is one word) and trigram (no word of two
characters); its ICU tokenizer is not part of Python's SQLite. Of Neo4j's analysers, cjk makes such pairs but does not stem English, thai
needs Java's dictionary, and an index has one analyser for all its texts. Segmenters (PyICU, jieba, MeCab, PyThaiNLP) bring libraries or
dictionaries of one language each, and part the text of a memory and of a question differently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_HIRAGANA = "\u3041-\u309f\U0001b001-\U0001b11f"
# The mark of a long vowel belongs to the kana before it.
_LONG = "\u30fc"
# Each of these is a script of its own, in ranges of characters.
_PAIRED = (
    # Han, with its marks of repetition.
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    # Katakana.
    "\u30a0-\u30ff\u31f0-\u31ff\U0001b000\U0001b120-\U0001b16f",
    # Bopomofo, Hangul, Yi.
    "\u3100-\u312f\u31a0-\u31bf",
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "\ua000-\ua4cf",
    # Thai, Lao, Burmese, Khmer.
    "\u0e00-\u0e7f",
    "\u0e80-\u0eff",
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "\u1780-\u17ff\u19e0-\u19ff",
    # Tai Le, New Tai Lue, Tai Tham, Tai Viet, Javanese, Balinese.
    "\u1950-\u197f",
    "\u1980-\u19df",
    "\u1a20-\u1aaf",
    "\uaa80-\uaadf",
    "\ua980-\ua9df",
    "\u1b00-\u1b7f",
)
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"
_HEBREW = "\u0590-\u05ff"
_ALL_PAIRED = _HIRAGANA + "".join(_PAIRED)
_RUN = re.compile(
    f"(?P<hiragana>[{_HIRAGANA}][{_HIRAGANA}{_LONG}]*)"
    f"|(?P<paired>{'|'.join(f'[{script}]+' for script in _PAIRED)})"
    f"|(?P<arabic>[{_ARABIC}]+)|(?P<hebrew>[{_HEBREW}]+)"
    f"|[^{_ALL_PAIRED}{_ARABIC}{_HEBREW}]+"
)
# What makes the next letter a part of the one before it: coeng, virama, sakot, pangkon, adeg-adeg.
_STACKING = frozenset("\u17d2\u1039\u1a60\ua9c0\u1b44")
# The consonant that ends a syllable of Burmese: with an asat and no vowel.
_KILLER = "\u103a"
_KILLED = re.compile(f".\u1037?{_KILLER}[\u1037\u1038]*")
# One step of taking away what stands before a word, and how many letters must be left.
_BEFORE = {
    "arabic": re.compile("ال(?=..)|[وفبكل](?=...)"),
    "hebrew": re.compile("[משהוכלב](?=..)"),
}
_MOST_STEPS = 4
# Letters that many write for each other: forms of alef, yeh, kaf, heh.
_LETTERS = dict(zip("أإآٱىیکەة", "ااااييكهه", strict=True))
# Vowel points and accents of reading, tatweel, selectors of a character's shape; and what joins letters without being seen.
UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f\U000e0100-\U000e01ef"
    f"{UNSEEN}]"
)
# Scripts whose words both SQLite and Lucene keep as they are: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic.
_KEPT = re.compile(
    r"[0-9a-z\u00df-\u02af\u0370-\u0587\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u10d0-\u10ff\u1e00-\u1fff]+"
)
# Digits of a number that stands for a character. Without e, g, s and y no ending of English can stand at the end of four of them.
_DIGITS = "0123456789abcdfhijklmnopqrtuvwxz"


class _Plain(dict[int, str | None]):
    """Each character as it is compared, looked up once: by `str.translate` in C."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        digit = unicodedata.decimal(character, None)
        made = _LETTERS.get(character, character) if digit is None else str(digit)
        self[code] = None if _POINTS.fullmatch(character) else made
        return self[code]


_PLAIN = _Plain()


def plain(word: str) -> str:
    """A folded word without vowel points and what else many leave out, with the digits 0-9."""
    return word.translate(_PLAIN)


def parts(word: str) -> Iterator[str]:
    """What a text holds of this word, in order: a word without spaces is not one word. word: as `plain` gives it."""
    for run in _RUN.finditer(word):
        kind = run.lastgroup
        if kind in _BEFORE:
            yield from _without_before(run[0], kind)
        elif kind is not None:
            letters = _letters(run[0])
            yield from map("".join, pairwise(letters))
            # By itself, so that every single character begins one of the parts.
            yield letters[-1]
        else:
            yield run[0]


def asked(word: str) -> Iterator[tuple[str, bool]]:
    """What a question asks of an index with this word: parts, and whether one that begins so is enough.

    A single character begins all pairs that have it first; the last part of a run is its last character.
    """
    for run in _RUN.finditer(word):
        kind = run.lastgroup
        if kind in _BEFORE:
            forms = list(_without_before(run[0], kind))
            # The word itself, which is more than what is left of it; what it may be with other words before it.
            yield from ((form, False) for form in dict.fromkeys((forms[0], forms[-1])))
        elif kind is not None:
            letters = _letters(run[0])
            if len(letters) > 1:
                yield from ((one + other, False) for one, other in pairwise(letters))
            else:
                yield letters[0][0], True
        else:
            yield run[0], False


def is_particle(part: str) -> bool:
    """Whether this is a single hiragana, which says little: を, は, の."""
    return len(part) == 1 and _is_hiragana(part)


def is_paired(word: str) -> bool:
    """Whether a word has characters of a script that doesn't part words by spaces."""
    return not word.isascii() and _HAS_PAIRED.search(word) is not None


def stretches(word: str) -> Iterator[list[str]]:
    """The stretches of a word in scripts without spaces, as their characters with their marks, and what stands between, as one each.

    Nothing of a word that has no such stretch.
    """
    if is_paired(word):
        for found in _STRETCH.finditer(word):
            yield _letters(found[0]) if is_paired(found[0][0]) else [found[0]]


def without_prefixes(name: str) -> Iterator[str]:
    """The name, and what it may be if other words are written before it, as in Arabic and Hebrew."""
    found = None if name.isascii() else _RUN.match(name)
    if found is None or found.lastgroup not in _BEFORE:
        yield name
    else:
        yield from (f"{first}{name[found.end() :]}" for first in _without_before(found[0], found.lastgroup))


_HAS_PAIRED = re.compile(f"[{_ALL_PAIRED}]")
_STRETCH = re.compile(f"[{_ALL_PAIRED}]+|[^{_ALL_PAIRED}]+")


@lru_cache(maxsize=65_536)
def index_form(part: str, *, begins: bool = False) -> str:
    """The word that stands for a part in full-text indexes: letters and digits that every tokenizer keeps together, and no stemmer changes.

    Args:
        begins: the beginning that all words have whose part begins with this character.
    """
    if part.isascii() or _KEPT.fullmatch(part):
        return part
    codes = "".join(map(_code, part))
    return codes if begins else f"{codes}0"


def _without_before(word: str, kind: str) -> Iterator[str]:
    """The word, and what is left of it after each step."""
    yield word
    for _ in range(_MOST_STEPS):
        found = _BEFORE[kind].match(word)
        if found is None:
            return
        word = word[found.end() :]
        yield word


def _letters(word: str) -> list[str]:
    found: list[str] = []
    for each in word:
        if found and (found[-1][-1] in _STACKING or unicodedata.category(each)[0] == "M"):
            found[-1] += each
        else:
            found.append(each)
    return _syllables(found) if _KILLER in word else found


def _syllables(letters: list[str]) -> list[str]:
    """Burmese letters, each with the consonant that ends its syllable: by itself that says little."""
    found: list[str] = []
    for each in letters:
        if found and _KILLED.fullmatch(each):
            found[-1] += each
        else:
            found.append(each)
    return found


def _is_hiragana(character: str) -> bool:
    return "\u3041" <= character <= "\u309f"


@lru_cache(maxsize=65_536)
def _code(character: str) -> str:
    """Four digits to the base of 32."""
    number = ord(character) & 0xFFFFF
    return "".join(_DIGITS[number >> shift & 31] for shift in (15, 10, 5, 0))
