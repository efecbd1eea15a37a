"""The words of a text as graphmem compares them: split, folded, without accents, reduced to their stems.

What an index holds of words of other scripts is told by `graphmem.model.scripts`.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphmem.model.folding import folded
from graphmem.model.scripts import UNSEEN, asked, index_form, is_paired, parts, plain

# Base, past, participle; if past and participle are the same, only one of them.
_VERBS = """
arise arose arisen|awake awoke awoken|be was been|beat beat beaten|become became become|begin began begun|bend bent
bet bet|bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken|breed bred|bring brought
build built|burn burnt|buy bought|catch caught|choose chose chosen|come came come|cost cost|creep crept|cut cut
deal dealt|dig dug|do did done|draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|eat ate eaten
fall fell fallen|feed fed|feel felt|fight fought|find found|fly flew flown|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone|grow grew grown|hang hung
have had|hear heard|hide hid hidden|hit hit|hold held|hurt hurt|keep kept|kneel knelt|know knew known|lay laid
lead led|leave left|lend lent|let let|light lit|lose lost|make made|mean meant|meet met|mistake mistook mistaken
overcome overcame overcome|pay paid|put put|quit quit|read read|redo redid redone|ride rode ridden|ring rang rung
rise rose risen|run ran run|say said|see saw seen|seek sought|sell sold|send sent|set set|sew sewed sewn
shake shook shaken|shine shone|shoot shot|show showed shown|shut shut|sing sang sung|sit sat|sleep slept
speak spoke spoken|speed sped|spend spent|split split|spread spread|stand stood|steal stole stolen|stick stuck
strike struck|swear swore sworn|sweep swept|swim swam swum|take took taken|teach taught|tear tore torn|tell told
think thought|throw threw thrown|understand understood|undergo underwent undergone|undertake undertook undertaken
wake woke woken|wear wore worn|weave wove woven|weep wept|win won|withdraw withdrew withdrawn|write wrote written
"""
# Plurals and comparisons that no rule of spelling leads to, except those that are verbs more often ("lives"); and short words in y,
# which the stemmer leaves as they are.
_OTHERS = """
child children|person people|man men|woman women|foot feet|tooth teeth|mouse mice|goose geese|wife wives|knife knives
half halves|shelf shelves|wolf wolves|loaf loaves|thief thieves|scarf scarves|calf calves
grandchild grandchildren|good better best|bad worse worst|lie lay lain lying|die dying|learn learnt|spell spelt|go goes
fly flies|try tries tried|cry cries cried|dry dries dried|fry fries fried|sky skies|spy spies spied
"""
# Words of most sentences and all questions: they cost time in the index and distinguish no memory from another.
_COMMON = """
a about am an and any are as at be been but by can could did do does for from had has have he her hers him his how i if
in into is it its me my no not of on or our she should so such that the their them then there these they this to was we
were what when where which who whom whose why will with would you your
"""
IRREGULAR_VERBS = tuple(tuple(row.split()) for row in _VERBS.replace("\n", "|").split("|") if row)
_OTHER_FORMS = tuple(tuple(row.split()) for row in _OTHERS.replace("\n", "|").split("|") if row)
# Forms of these are in most sentences, and those who ask with one rarely mean it: "What did she do?"
_AUXILIARY = frozenset({"be", "do", "have"})
STOP_WORDS = frozenset(_COMMON.split())
# Lengths of the words that SQLite stems.
_STEMMED = range(3, 65)
_WORD = re.compile(r"\w+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _bases() -> dict[str, str]:
    bases: dict[str, str] = {}
    for base, *forms in (*_OTHER_FORMS, *IRREGULAR_VERBS):
        for form in forms if base not in _AUXILIARY else ():
            # "lay" is a verb of its own as well as a past tense: the first row that has a form keeps it.
            bases.setdefault(form, base)
    return {form: base for form, base in bases.items() if form != base}


_BASES = _bases()
_FORMS: defaultdict[str, list[str]] = defaultdict(list)
for _form, _base in _BASES.items():
    _FORMS[_base].append(_form)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query.

    Attributes:
        stem: what is compared: texts that hold the word in any form have this stem.
        forms: spellings for an index that stems in its own way: the words of the query, and irregular forms ("go", "went"). They are
            letters and digits.
        begins: whether words that begin so are meant as well: it is a single character of a script without spaces, and the pairs
            that it begins hold it.
    """

    stem: str
    forms: tuple[str, ...]
    begins: bool = False

    @property
    def needle(self) -> str:
        """What a list of stems (`stem_list`) contains if the text holds the term."""
        return f" {self.stem}" if self.begins else f" {self.stem} "


def term(words: Iterable[str], *, begins: bool = False) -> Term:
    """The term of words that have one stem. At least one. begins: see Term."""
    given = tuple(words)
    stem = stem_of(given[0])
    bases = dict.fromkeys(_BASES.get(word, word) for word in given)
    irregular = (form for base in bases for form in (base, *_FORMS.get(base, ())) if base in _FORMS)
    forms = dict.fromkeys(index_form(form, begins=begins) for form in (*given, *irregular))
    return Term(stem, tuple(forms), begins)


def stems(text: str) -> list[str]:
    """What texts are compared by: their words in order, folded, without accents, split at underscores, cut by script, stemmed.

    These are the words of the stores' indexes; irregular forms have the stem of their base: "went" is "go".
    """
    return list(map(stem_of, _plain_words(text) if text.isascii() else _cut(text)))


def distinct_stems(text: str) -> frozenset[str]:
    """The stems of a text, each once."""
    return frozenset(map(stem_of, set(_plain_words(text) if text.isascii() else _cut(text))))


def words(text: str) -> list[str]:
    """The words of a text in order, as they are asked of an index: folded, without accents, cut by script, not stemmed."""
    return [part for _, part, _ in asked_words(text)]


def asked_words(query: str) -> Iterator[tuple[str, str, bool]]:
    """The words of a query, each with what is asked of an index: a word, a part of it, and whether what begins so is enough."""
    for word in _plain_words(query):
        yield from ((word, part, begins) for part, begins in _asked(word))


def indexed(text: str) -> str | None:
    """The text as full-text indexes hold it; None: as it stands, because all of its words are ASCII.

    Words that are not are folded, cut, and written so that every tokenizer keeps them.
    """
    if text.isascii():
        return None
    # A mark alone makes a letter another one: a decomposed "é" is an ASCII letter with one. Within a word, what is not seen parts it
    # for tokenizers: a soft hyphen.
    if not (plain("".join(_NOT_ASCII.findall(text)).translate(_SPACED)).strip() or _UNSEEN_WITHIN.search(text)):
        return None
    return " ".join(map(index_form, _cut(text)))


_UNSEEN_WITHIN = re.compile(f"\\w[{UNSEEN}]+\\w")
# What the tokenizer of Unicode's annex 29 keeps together, and `words` takes apart: node.js, foo_bar, x.org, O'Neil, 3.5.
_TOGETHER = re.compile(r"\w+(?:(?:(?<=[^\W\d])[.:'](?=[^\W\d])|(?<=\d)[.,;'](?=\d))\w+)+|\w*_\w*")
_MAY_BE_TOGETHER = re.compile(r"_|\w[.:,;']\w")
# "Don't", "it's": common words with a letter or two.
_SHORTENED = re.compile(r"[A-Za-z]+'(?:s|t|m|re|ve|ll|d)", re.IGNORECASE)


def parted(text: str) -> str | None:
    """The words within what other tokenizers take for one; None if there are none."""
    if not _MAY_BE_TOGETHER.search(text):
        return None
    found = [each[0] for each in _TOGETHER.finditer(text) if not _SHORTENED.fullmatch(each[0])]
    return " ".join(word for each in found for word in words(each)) or None


# A text is read for its stems, and at once for the index.
@lru_cache(maxsize=16)
def _cut(text: str) -> tuple[str, ...]:
    return tuple([part for word in _plain_words(text) for part in _parts(word)])


def _plain_words(text: str) -> list[str]:
    """The words before they are cut and stemmed."""
    if text.isascii():
        return _WORD.findall(text.lower().replace("_", " "))
    spaced = folded(without_accents(_joined(text))).replace("_", " ")
    found = spaced.translate(_SPACED).split()
    return [made for word in found if (made := word if word.isascii() else plain(word))]


def _parts(word: str) -> Iterable[str]:
    return (word,) if word.isascii() else parts(word)


def _asked(word: str) -> Iterable[tuple[str, bool]]:
    return ((word, False),) if word.isascii() else asked(word)


def _joined(text: str) -> str:
    """The text without the spaces of no width that some put between words of scripts that have no spaces."""
    if "\u200b" not in text:
        return text
    pieces = text.split("\u200b")
    return "".join(
        # Between other letters it parts words.
        piece if is_paired(piece[-1:]) or is_paired(following[:1]) else f"{piece} "
        for piece, following in zip(pieces, (*pieces[1:], ""), strict=True)
    )


def stem_list(text: str) -> str:
    """The distinct stems of a text, each with a space before and after it: what a store keeps to tell whether a text holds a word."""
    found = dict.fromkeys(stems(text))
    return f" {' '.join(found)} " if found else ""


def without_accents(text: str) -> str:
    """The text without the accents of Latin, Greek and Cyrillic letters."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """The stem of a word in lower case: that of its base, if it is an irregular form."""
    return porter(_BASES.get(word, word))


@lru_cache(maxsize=65_536)
def porter(word: str) -> str:
    """Porter's algorithm. SQLite's variant differs for words like "possibly" and "topology"."""
    if len(word) not in _STEMMED:
        return word
    # One for each thread: a stemmer has state, and searches run in threads.
    stemmer = getattr(_OF_THREAD, "stemmer", None)
    if stemmer is None:
        # Imported late, because it loads the rules of thirty languages.
        import snowballstemmer

        stemmer = _OF_THREAD.stemmer = snowballstemmer.stemmer("porter")
    stem: str = stemmer.stemWord(word)
    return stem


_OF_THREAD = threading.local()


class _Spaced(dict[int, str]):
    """Each character, or a space for what is in no word, looked up once: by `str.translate` in C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        marks = unicodedata.category(character)[0] == "M" or character in UNSEEN
        self[code] = character if marks or character == "_" or character.isalnum() else " "
        return self[code]


_SPACED = _Spaced()


# Stems of words that make a text say something else: "plans to visit Rome" does not repeat "visited Rome", nor "doesn't like tea", of which
# the last stem is "t", what "likes tea" says.
TURNING = frozenset(
    stems(
        "no not t never without cannot nobody nothing longer anymore former formerly previous previously used"
        " plan want wish hope dream intend will would may might stop quit"
    )
)
