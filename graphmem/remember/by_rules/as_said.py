"""Statements kept word for word: what the reader can't put in the third person safely, and what it can't read at all."""

from __future__ import annotations

import re
from datetime import datetime

from graphmem.remember.by_rules.claims import ME, YOU
from graphmem.remember.by_rules.lexicon import FUNCTION, TIME_NOUNS, VAGUE, vocabulary

_HEDGED = re.compile(
    r"\b(?:if|maybe|perhaps|whether|unless|wish|think|guess|suppose|hope|believe|mean|may|might|could|should|"
    r"would have|thanks?|sorry|glad|happy|excited|agree|understand|wonder|appreciate|recommend|suggest|promise|proud|error|"
    r"exception|looking for|help|question|can't wait|let me|let you)\b",
    re.IGNORECASE,
)
_ORDERS = vocabulary(
    "please give tell show write make explain translate summarize fix find help let remember don't look check try"
)
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 4  # of a script without spaces
_MOST_WORDS = 60
_CODE = re.compile(r"[(){}\[\]=<>_\\|#@`]|\w/\w|\w\.\w")
_NO_SPACES = re.compile(r"[぀-ヿ㐀-鿿฀-๿]")


def quoted(sentence: str, speaker: str, said_at: datetime) -> str:
    """The sentence with who said it, and when."""
    said = f"{speaker} said" if speaker else "Said"
    return f'{said} on {said_at.date().isoformat()}: "{sentence.replace(chr(34), chr(39))}"'


def is_quoted(text: str) -> bool:
    return re.search(r'(?:^Said| said) on \d{4}-\d\d-\d\d: "', text) is not None


def may_be_of_a_life(sentence: str) -> bool:
    """Whether an English sentence, by its words alone, states something of the speaker's life."""
    words = re.findall(r"[a-z0-9]+(?:'[a-z]+)?", sentence.lower())
    bare = [word.partition("'")[0] for word in words]
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or words[0] in _ORDERS:
        return False
    if not {*bare, *words}.isdisjoint(YOU) or {*bare}.isdisjoint(ME) or _HEDGED.search(sentence):
        return False
    return any(word not in FUNCTION | VAGUE | TIME_NOUNS for word in bare[1:])


def may_be_a_statement(sentence: str) -> bool:
    """Whether a sentence in a language that nobody here reads may state something: it is no exclamation of a few words."""
    if _CODE.search(sentence):
        return False
    letters = len(_NO_SPACES.findall(sentence))
    return letters >= _FEWEST_LETTERS if letters else _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS
