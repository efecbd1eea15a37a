"""Words with the punctuation around them; contractions and chat spellings are written out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from graphmem.remember.by_rules.lexicon import vocabulary
from graphmem.remember.by_rules.verbs import is_participle

_PARTS = re.compile(r"([^\w$€£#&]*)(.*?)([^\w%]*)", re.DOTALL)

# A word as typed, in lower case → what it stands for.
_SPELLED_OUT = {
    "i": "I",
    "im": "I am",
    "i'm": "I am",
    "ive": "I have",
    "i've": "I have",
    "i'll": "I will",
    "i'd": "I would",
    "we're": "we are",
    "we've": "we have",
    "we'll": "we will",
    "we'd": "we would",
    "you're": "you are",
    "youre": "you are",
    "you've": "you have",
    "you'll": "you will",
    "you'd": "you would",
    "u": "you",
    "ur": "your",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "wont": "won't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "havent": "haven't",
    "couldnt": "couldn't",
    "wouldnt": "wouldn't",
    "aint": "ain't",
    "cause": "because",
    "'cause": "because",
    "cuz": "because",
    "'cuz": "because",
    "coz": "because",
    "bc": "because",
    "b/c": "because",
    "fav": "favorite",
    "fave": "favorite",
    "luv": "love",
    "bday": "birthday",
    "rn": "right now",
    "tho": "though",
    "thru": "through",
}
_NOUN_CAUSE = vocabulary("the a an this that good great my our worthy common root same any one for of")


class Word(NamedTuple):
    """One word, and the punctuation before and after it."""

    pre: str
    core: str
    post: str

    @property
    def low(self) -> str:
        return self.core.lower()

    def become(self, core: str) -> Word:
        return Word(self.pre, core, self.post)


def words(text: str) -> list[Word]:
    """The words of a sentence; contractions that start with a pronoun become two words ("I am")."""
    out: list[Word] = []
    tokens = [_word(token) for token in text.split()]
    for index, word in enumerate(tokens):
        key = word.low
        after = tokens[index + 1].low if index + 1 < len(tokens) else ""
        full = _SPELLED_OUT.get(key)
        elided = word.pre.endswith("'") and "'" + key in _SPELLED_OUT
        word = word._replace(pre=word.pre[:-1]) if elided else word
        # One word, so that rules may treat it as an adverb.
        if key == "longer" and out and out[-1].low == "no":
            out[-1] = Word(out[-1].pre, "no longer", word.post)
            continue
        if full is None or (key == "cause" and not elided and out and out[-1].low in _NOUN_CAUSE):
            out.append(tokens[index])
            continue
        # "I'd better" and "I'd seen" are "I had".
        if key in ("i'd", "we'd") and (after == "better" or is_participle(after, unlike_base=True)):
            full = full.replace("would", "had")
        if key == "gotta" and out and out[-1].low in ("have", "has", "'ve"):
            full = "to"
        parts = full.split()
        for number, part in enumerate(parts):
            out.append(Word(word.pre if number == 0 else "", part, word.post if number == len(parts) - 1 else ""))
    return out


def written(run: Iterable[Word]) -> str:
    """The words as text."""
    return " ".join(word.pre + word.core + word.post for word in run)


def lowered(run: Iterable[Word]) -> str:
    """The words in lower case without punctuation, separated by single spaces."""
    return " ".join(word.low for word in run if word.core)


def trimmed(run: Sequence[Word]) -> list[Word]:
    """The words without commas and dashes at either end, and without those that are only punctuation."""
    out = [word for word in run if word.core]
    if out:
        out[0] = out[0]._replace(pre=out[0].pre.lstrip(",;:-–—.!?*_ "))
        dot = "." if "." in out[-1].core and out[-1].post.startswith(".") else ""
        out[-1] = out[-1]._replace(post=dot + out[-1].post.rstrip(",;:-–—.!?*_ ").removeprefix(dot))
    return out


def _word(token: str) -> Word:
    parts = _PARTS.fullmatch(token)
    return Word(*parts.groups()) if parts else Word("", token, "")
