"""Statements kept word for word: what the reader can't put in the third person safely, and what it can't read at all."""

from __future__ import annotations

import re
from datetime import datetime

from graphmem.model.words import STOP_WORDS
from graphmem.remember.by_rules.addressed import ORDERS
from graphmem.remember.by_rules.claims import ME, YOU
from graphmem.remember.by_rules.judge import HEDGES, MACHINES, REQUESTED, THINKING
from graphmem.remember.by_rules.lexicon import ENGLISH, TIME_NOUNS, VAGUE

_CHAT = HEDGES | MACHINES | REQUESTED | THINKING

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
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or words[0] in ORDERS:
        return False
    if not {*bare, *words}.isdisjoint(YOU | _CHAT) or {*bare}.isdisjoint(ME):
        return False
    return any(word not in STOP_WORDS | ENGLISH | VAGUE | TIME_NOUNS for word in bare[1:])


def may_be_a_statement(sentence: str) -> bool:
    """Whether a sentence in a language that nobody here reads may state something: it is no exclamation of a few words."""
    if _CODE.search(sentence):
        return False
    letters = len(_NO_SPACES.findall(sentence))
    return letters >= _FEWEST_LETTERS if letters else _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS
