"""Whether a conversation says what a model claims: its quote is looked for in the messages, else words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graphmem.model.memory import Message

# At least this share of a fact's content, in characters, must occur in the messages it names. Half allows for another verb
# ("Lives in Oslo" for "I moved to Oslo"), but not for another thing.
SUPPORT_SHARE = 0.5
# How many messages back a fact may find what "it" stands for.
MESSAGES_BEFORE = 3
# A shorter quote, such as "yes", may occur by chance: it shows where a fact was said, but does not prove it.
MIN_QUOTE = 8
# Two words count as one stem if they share this much of the longer one from its start, and at least three letters.
_STEM_SHARE = 0.7
_MIN_STEM = 3
_MIN_INNER = 4
# Words that put any statement in the third person: they occur in most facts and support none.
_FRAME = frozenset(
    re.findall(
        r"\w+",
        "user users the and has have had was were are been being with for from that this who their they does did not "
        "like likes love loves enjoy enjoys prefer prefers want wants need needs own owns live lives work works use uses "
        "plan plans feel feels think thinks called named said says mentioned should must shall will would",
    )
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?", re.ASCII)
_DROPPED = frozenset("\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇*\u00ad\u200b\ufeff")
# Scripts written without spaces, and Korean, whose words grow endings of their own: pairs of characters are compared.
_AROUND = " .,;:!?-–—()[]{}。，！？、；："
_QUESTION_MARKS = "?？؟"
_ELLIPSIS = re.compile(r"\.{3}|…")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)


class QuotePosition(NamedTuple):
    """Where a quote was found: the index of the message, and start and end (exclusive) in the characters of its content."""

    message: int
    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """Messages prepared for many searches."""

    messages: Sequence[Message]

    @cached_property
    def _folded(self) -> list[tuple[str, list[int]]]:
        return [_fold(message.content) for message in self.messages]

    @cached_property
    def _pieces(self) -> list[_Pieces]:
        return [_Pieces.of(f"{message.content} {message.name or ''}") for message in self.messages]

    def find(self, quote: str, preferred: Sequence[int]) -> QuotePosition | None:
        """Where the quote occurs first, looking through the `preferred` messages before the others.

        Case, white space, quotation marks and punctuation around the quote make no difference. If a quote has an ellipsis,
        its longest piece is looked for.
        """
        wanted = _fold(quote)[0].strip(_AROUND)
        if not wanted:
            return None
        for index in dict.fromkeys((*preferred, *range(len(self.messages)))):
            text, offsets = self._folded[index]
            start = text.find(wanted)
            if start >= 0:
                return QuotePosition(index, offsets[start], offsets[start + len(wanted) - 1] + 1)
        longest = max(_ELLIPSIS.split(quote), key=len)
        return self.find(longest, preferred) if longest != quote and is_distinctive(longest) else None

    def answers(self, question: int, index: int) -> bool:
        """Whether the message at `index` follows the question directly and comes from the other side."""
        asked = self.messages[question]
        return (
            index == question + 1
            and self.messages[index].role != asked.role
            and any(mark in asked.content for mark in _QUESTION_MARKS)
        )

    def share(self, text: str, indices: Sequence[int], before: int = MESSAGES_BEFORE) -> float:
        """The share, in [0, 1], of a text's content that occurs in these messages or in the few before each."""
        pieces = _Pieces.of(text).content()
        total = sum(map(len, pieces))
        near = sorted({n for index in indices for n in range(max(0, index - before), index + 1)})
        found = sum(len(piece) for piece in pieces if any(self._pieces[index].has(piece) for index in near))
        return found / total if total else 0.0

    def mentions(self, name: str) -> bool:
        """Whether any word of a name occurs in a message or in a speaker's name."""
        return any(message.has(piece) for piece in _Pieces.of(name).content() for message in self._pieces)


def is_distinctive(quote: str) -> bool:
    """Whether a quote is long enough to prove anything by itself; a character of an unspaced script counts as two."""
    text = "".join(unicodedata.normalize("NFKC", quote).split()).strip(_AROUND)
    return len(text) + sum(map(len, _UNSPACED.findall(text))) >= MIN_QUOTE


class _Pieces:
    """The words of a text, and pairs of characters for scripts written without spaces; all case-folded."""

    def __init__(self, words: list[str], pairs: list[str], text: str) -> None:
        self.words = words
        self.pairs = pairs
        self.text = text
        self._known = {*words, *pairs}
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in words:
            self._by_start[word[:_MIN_STEM]].append(word)

    @classmethod
    def of(cls, text: str) -> _Pieces:
        # Dates are worked out from "last week": they never occur in the messages.
        plain = unicodedata.normalize("NFKC", _ISO_DATE.sub(" ", text)).casefold()
        plain = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in plain)
        runs = _UNSPACED.findall(plain)
        # A single character of Chinese or Japanese occurs almost anywhere; two rarely do by chance.
        pairs = [run[n : n + 2] for run in runs for n in range(max(1, len(run) - 1))]
        return cls(_UNSPACED.sub(" ", plain).split(), pairs, plain)

    def content(self) -> list[str]:
        """The words that carry meaning; all words if none does."""
        distinctive = [word for word in self.words if len(word) > 2 and word not in _FRAME]
        return distinctive + self.pairs or self.words

    def has(self, piece: str) -> bool:
        # Long words may be part of a compound: "Schule" is in "Musikschule".
        if piece in self._known or (len(piece) >= _MIN_INNER and piece in self.text):
            return True
        return any(_alike(piece, word) for word in self._by_start.get(piece[:_MIN_STEM], ()))


def _alike(one: str, other: str) -> bool:
    stem = max(_MIN_STEM, int(_STEM_SHARE * max(len(one), len(other))))
    return len(one) >= _MIN_STEM and one[:stem] == other[:stem]


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in the form in which quotes are compared, and for each of its characters the offset in the original."""
    folded: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        if character in _DROPPED:
            continue
        # One character may fold to several ("ß" to "ss"): all of them point at the one they come from.
        for part in character.lower() if character < "\x80" else unicodedata.normalize("NFKD", character).casefold():
            blank = part.isspace() or unicodedata.category(part) == "Cc"
            if blank and (not folded or folded[-1] == " "):
                continue
            folded.append(" " if blank else part)
            offsets.append(index)
    return "".join(folded), offsets
