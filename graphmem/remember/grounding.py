"""Whether a conversation says what a model claims: quotes are sought in the messages, else words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graphmem.model.memory import Message

# At least this share of a fact's content, in characters, must occur in the messages it names. Half lets the verb be another
# ("Lives in Oslo" for "I moved to Oslo") but not the thing.
SUPPORT_SHARE = 0.5
# A fact may take what "it" stands for from this many messages before.
MESSAGES_BEFORE = 3
# A shorter quote, such as "yes", occurs by chance: it says where, not that.
MIN_QUOTE = 8
# Two words are of one stem if they share this part of the longer one from its start, three letters at least.
_STEM_SHARE = 0.7
_MIN_STEM = 3
_MIN_INNER = 4
# Words by which facts are put in the third person, whatever was said: they support nothing.
_FRAME = frozenset(
    re.findall(
        r"\w+",
        "user users the and has have had was were are been being with for from that this who their they does did not "
        "like likes love loves enjoy enjoys prefer prefers want wants need needs own owns live lives work works use uses "
        "plan plans feel feels think thinks called named said says mentioned",
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


class Place(NamedTuple):
    """Where a quote stands: in which message, and from which character to before which in its content."""

    message: int
    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """Messages, ready to be searched many times."""

    messages: Sequence[Message]

    @cached_property
    def _folded(self) -> list[tuple[str, list[int]]]:
        return [_fold(message.content) for message in self.messages]

    @cached_property
    def _pieces(self) -> list[_Pieces]:
        return [_Pieces.of(f"{message.content} {message.name or ''}") for message in self.messages]

    def find(self, quote: str, preferred: Sequence[int]) -> Place | None:
        """The first message that holds these words, `preferred` ones before the others.

        Case, white space, quotation marks and punctuation around the quote make no difference. Of a quote with an ellipsis
        the longest piece is sought.
        """
        wanted = _fold(quote)[0].strip(_AROUND)
        if not wanted:
            return None
        for place in dict.fromkeys((*preferred, *range(len(self.messages)))):
            text, offsets = self._folded[place]
            start = text.find(wanted)
            if start >= 0:
                return Place(place, offsets[start], offsets[start + len(wanted) - 1] + 1)
        longest = max(_ELLIPSIS.split(quote), key=len)
        return self.find(longest, preferred) if longest != quote and is_telling(longest) else None

    def answers(self, question: int, place: int) -> bool:
        """Whether this message comes at once after the one that asks, from another side."""
        asked = self.messages[question]
        return (
            place == question + 1
            and self.messages[place].role != asked.role
            and any(mark in asked.content for mark in _QUESTION_MARKS)
        )

    def share(self, text: str, places: Sequence[int], before: int = MESSAGES_BEFORE) -> float:
        """How much of the content of a text occurs in these messages or in the few before each, in [0, 1]."""
        pieces = _Pieces.of(text).content()
        total = sum(map(len, pieces))
        near = sorted({n for place in places for n in range(max(0, place - before), place + 1)})
        found = sum(len(piece) for piece in pieces if any(self._pieces[place].has(piece) for place in near))
        return found / total if total else 0.0

    def mentions(self, name: str) -> bool:
        """Whether any word of a name occurs in any message, or is the speaker's."""
        return any(known.has(piece) for piece in _Pieces.of(name).content() for known in self._pieces)


def is_telling(quote: str) -> bool:
    """Whether a quote is long enough to be evidence by itself; a character of an unspaced script counts as two."""
    said = "".join(unicodedata.normalize("NFKC", quote).split()).strip(_AROUND)
    return len(said) + sum(map(len, _UNSPACED.findall(said))) >= MIN_QUOTE


class _Pieces:
    """The words of a text, and the pairs of characters of what is written without spaces; all in lower case."""

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
        plain = unicodedata.normalize("NFKC", _ISO_DATE.sub(" ", text)).casefold()
        plain = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in plain)
        runs = _UNSPACED.findall(plain)
        pairs = [run[n : n + 2] for run in runs for n in range(max(1, len(run) - 1))]
        return cls(_UNSPACED.sub(" ", plain).split(), pairs, plain)

    def content(self) -> list[str]:
        """What tells this text from others: without short words and those of the frame, unless there is nothing else."""
        telling = [word for word in self.words if len(word) > 2 and word not in _FRAME]
        return telling + self.pairs or self.words

    def has(self, piece: str) -> bool:
        if piece in self._known or (len(piece) >= _MIN_INNER and piece in self.text):
            return True
        return any(_alike(piece, word) for word in self._by_start.get(piece[:_MIN_STEM], ()))


def _alike(one: str, other: str) -> bool:
    stem = max(_MIN_STEM, int(_STEM_SHARE * max(len(one), len(other))))
    return len(one) >= _MIN_STEM and one[:stem] == other[:stem]


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as quotes are compared, and for each character of it the place in the original that it comes from."""
    folded: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        if character in _DROPPED:
            continue
        for each in character.lower() if character < "\x80" else unicodedata.normalize("NFKD", character).casefold():
            blank = each.isspace() or unicodedata.category(each) == "Cc"
            if blank and (not folded or folded[-1] == " "):
                continue
            folded.append(" " if blank else each)
            offsets.append(place)
    return "".join(folded), offsets
