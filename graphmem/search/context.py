"""Fills a budget with what answers a query: memories, passages of what was said, earlier states, relations. Pure.

Measured on two conversations of LoCoMo with facts of a strong model (308 questions): of the labelled messages, a context of 3,400
characters tells 88.8 % by facts alone, 82.7 % by messages alone, and 90.5 % by both at the weights below. With facts of the built-in
rules, on seven conversations (1,044 questions; ``python -m tests.benchmarks.context``), it is 84.6 % by both and 81.8 % by messages alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from graphmem.model.words import STOP_WORDS, TURNING, Term, stems

# What a token has on average, in English; other scripts take more bytes a letter, and about as many more tokens.
BYTES_PER_TOKEN = 4
# A message counts this much of its score: a fact says the same in fewer words. Behind a fact that was drawn from it and that is better, it
# only adds how it was said, and what the fact left out.
BESIDE = 0.8
BEHIND = 0.3
# Of two messages that answer alike the shorter one leaves more room: weights fall with this power of the length, and are whole at so many
# bytes.
SHORTNESS = 0.1
USUAL_BYTES = 200
# What scores less has nothing to do with the query. Of the labelled messages, leaving it out loses 0.1 %.
LEAST = 0.05
# From this share of its words on that another one holds, a text says the same again.
_SAME = 0.9
# Characters of a message that are worth showing; of a longer one, the part that holds most words of the query.
_PASSAGE = 600
# "I'm" is two words, "i" and "m".
_SMALL = (
    STOP_WORDS
    | {"m", "s", "re", "ve", "d", "ll", "don", "doesn", "didn", "isn", "aren", "wasn", "weren", "haven", "hasn"}
) - TURNING
_ONESELF = frozenset({"user"})
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_PAST = re.compile(
    r"\b(used? to|before|previous(ly)?|former(ly)?|earlier|in the past|back then|originally|at first|no longer|any ?more|changed?"
    r"|history|in the beginning|initially|until recently|past)\b",
    re.IGNORECASE,
)

Kind: TypeAlias = Literal["memory", "earlier", "message", "relation"]
_HEADINGS: Mapping[Kind, str] = {
    "memory": "Memories:",
    "earlier": "Earlier, no longer so:",
    "message": "What was said:",
    "relation": "Relations:",
}
_HEADING_SIZES: Mapping[Kind, int] = {kind: len(heading) + 1 for kind, heading in _HEADINGS.items()}
# An earlier state is told beside what is so now, however alike they are.
_NOW_AND_THEN = {"memory", "earlier"}
_LEFT_OUT = "Left out: {} memories, {} messages."
# In bytes.
_ROOM_FOR_MORE = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that may be told.

    Attributes:
        id: of the memory or message; of an earlier state the memory's, of a relation that of the memory which supports it.
        text: what it says. when: its date or dates, as they are shown. speaker: of a message.
        score: how well it answers, in [0, 1].
        sources: of a memory, the ids of the messages that it was drawn from. ends: of a relation, the names of its entities.
    """

    kind: Kind
    id: str
    text: str
    when: str = ""
    speaker: str = ""
    score: float = 0.0
    sources: frozenset[str] = frozenset()
    ends: str = ""

    @property
    def line(self) -> str:
        head = f"[{self.when}] " if self.when else ""
        said = f"{self.speaker}: {self.text}" if self.speaker else self.text
        # Indented, so that no text can look like a line or a heading of ours.
        return "\n  ".join(f"- {head}{said}".splitlines())


@dataclass(frozen=True, slots=True)
class Context:
    """What was chosen. `text` is ready to paste; `left_out` would have been told had there been room."""

    text: str
    told: tuple[Piece, ...] = ()
    left_out: tuple[Piece, ...] = ()

    @property
    def tokens(self) -> int:
        return tokens(self.text)


# Compared by identity: there are hundreds, and each is looked at many times.
@dataclass(slots=True, eq=False)
class _Line:
    """A piece with what compares it with others, and how many bytes its line takes."""

    piece: Piece
    words: frozenset[str]
    size: int


def tokens(text: str) -> int:
    """About how many tokens a text has: its bytes in UTF-8 by BYTES_PER_TOKEN, rounded up.

    An estimate, for each model counts in its own way; for English it is some 10 % too high with the models of today.
    """
    return math.ceil(_bytes(text) / BYTES_PER_TOKEN)


def about_past(query: str) -> bool:
    """Whether a query asks for what was so before, by its words: "used to", "before", "previous" and the like."""
    return _PAST.search(query) is not None


def compose(pieces: Iterable[Piece], max_tokens: int) -> Context:
    """As much of these as there is room for: the best first, nothing twice.

    What says nothing but what another piece says, in the same words, is not told; of two such pieces the one that holds more is. Pieces
    that are too long for the room that is left are passed over. What scores below LEAST is as good as not there.

    Args:
        pieces: in any order; of equal ones the first is preferred.
        max_tokens: the most tokens that the text may have, by `tokens`.
    """
    given = [piece for piece in pieces if piece.text.strip() and piece.score >= LEAST]
    told, left_out = list[_Line](), list[Piece]()
    all_room = room = max_tokens * BYTES_PER_TOKEN
    # Room for the last line, which tells what was left out; a small room is better filled.
    if room >= _ROOM_FOR_MORE:
        room -= _bytes(_LEFT_OUT.format(len(given), len(given)))
    for piece in _best_first(given):
        line = _Line(piece, _words(piece), _bytes(piece.line) + 1)
        compared = [each for each in told if {each.piece.kind, piece.kind} != _NOW_AND_THEN]
        if any(_told_by(each, line) for each in compared):
            continue
        # It says what these say, and more.
        less = {each for each in compared if _gives_way(each.piece, piece) and _holds(line.words, each.words)}
        kept = [*(each for each in told if each not in less), line]
        if _size(kept) > room:
            left_out.append(piece)
        else:
            told = kept
    pieces_told = tuple(line.piece for line in told)
    text, last = _text(pieces_told), _left_out(left_out)
    if text and last and _bytes(text) + 1 + _bytes(last) <= all_room:
        text = f"{text}\n{last}"
    return Context(text, pieces_told, tuple(left_out))


def passage(text: str, terms: Sequence[Term], most: int = _PASSAGE) -> str:
    """A text, or the part of a longer one that holds most words of the query, with marks where something was left out."""
    if len(text) <= most:
        return text
    wanted = {term.stem for term in terms}
    sentences = [part[:most] for part in _SENTENCE.split(text) if part]
    held = [wanted & set(stems(part)) for part in sentences]
    best, chosen = -1, (0, 1)
    for start in range(len(sentences)):
        end, length = start, 0
        while end < len(sentences) and length + len(sentences[end]) + 1 <= most + 1:
            length += len(sentences[end]) + 1
            end += 1
        if (count := len(set[str]().union(*held[start:end]))) > best:
            best, chosen = count, (start, end)
    start, end = chosen
    return ("… " if start else "") + " ".join(sentences[start:end]) + (" …" if end < len(sentences) else "")


def day(when: date) -> str:
    return when.strftime("%Y-%m-%d")


def dated(text: str, first: date | None, last: date | None) -> str:
    """A text with the days of what it tells, where it doesn't name the year itself; they are often others than the day it was said.

    Args:
        first, last: as in StoredMemory; None where that is not known, or open.
    """
    named = first or last
    if named is None or str(named.year) in text:
        return text
    if first is None:
        return f"{text} (until {day(named)})"
    if last is None:
        return f"{text} (since {day(first)})"
    return f"{text} ({day(first)})" if first == last else f"{text} ({day(first)} to {day(last)})"


def _best_first(pieces: Sequence[Piece]) -> list[Piece]:
    """By weight; a message weighs less than a memory, less still behind a better memory that was drawn from it, and less if it is long."""
    drawn: dict[str, float] = {}
    for piece in pieces:
        for source in piece.sources:
            drawn[source] = max(drawn.get(source, 0.0), piece.score)

    def weight(piece: Piece) -> float:
        if piece.kind != "message":
            return piece.score
        beside = BESIDE * piece.score
        place = BEHIND * piece.score if drawn.get(piece.id, -1.0) >= beside else beside
        return place * math.pow(USUAL_BYTES / _bytes(piece.line), SHORTNESS)

    return sorted(pieces, key=lambda piece: -weight(piece))


def _size(lines: Sequence[_Line]) -> int:
    """How many bytes these take, with their headings."""
    kinds = {line.piece.kind for line in lines}
    return sum(line.size for line in lines) + sum(_HEADING_SIZES[kind] for kind in kinds)


def _supports(told: Piece, relation: Piece) -> bool:
    """Whether a memory that is told says this relation, in whatever words."""
    supports = (told.kind, told.id, relation.kind) == ("memory", relation.id, "relation")
    return supports and frozenset(stems(relation.ends)) - _ONESELF - _SMALL <= frozenset(stems(told.text))


def _told_by(told: _Line, new: _Line) -> bool:
    """Whether what is told says this too. What somebody said once doesn't say that it holds no more."""
    if (told.piece.kind, new.piece.kind) == ("message", "earlier"):
        return False
    return _holds(told.words, new.words) or _supports(told.piece, new.piece)


def _gives_way(told: Piece, new: Piece) -> bool:
    """An earlier state says that it holds no more, and a memory says when, which the other doesn't."""
    return told.kind != "earlier" and new.kind != "relation"


def _words(piece: Piece) -> frozenset[str]:
    # A relation of whoever asks names them "user", a memory names them not at all.
    found = frozenset(stems(piece.text)) - (_ONESELF if piece.kind == "relation" else frozenset())
    return found - _SMALL or found or frozenset({piece.text})


def _holds(one: frozenset[str], other: frozenset[str]) -> bool:
    return one & TURNING == other & TURNING and len(one & other) >= _SAME * len(other)


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _text(pieces: Sequence[Piece]) -> str:
    lines: list[str] = []
    for kind, heading in _HEADINGS.items():
        if told := [piece.line for piece in pieces if piece.kind == kind]:
            lines += [heading, *told]
    return "\n".join(lines)


def _left_out(pieces: Sequence[Piece]) -> str:
    """The line that tells how much was left out; empty if nothing was."""
    counts = [sum(piece.kind == kind for piece in pieces) for kind in ("memory", "message")]
    return _LEFT_OUT.format(*counts) if any(counts) else ""
