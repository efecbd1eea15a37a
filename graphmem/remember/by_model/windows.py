"""Splits long conversations into windows, each small enough for one question to a model.

A window begins with the last messages of the one before as context, which explains the new ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from graphmem.model.memory import Message
from graphmem.remember.facts import CharSpan, Extraction, Fact, same_fact, united, without_repeats

# With the prompt's 1,500 tokens and an answer of 4,000 this fits a model of 8,192; and models overlook more the more they read
# at once.
MAX_TOKENS = 3_000
MAX_MESSAGES = 20
# So many more at the end of a conversation are read with those before them: they are not worth a question of their own.
REST_MESSAGES = 8
# A question and its answer, and one more turn that shows what they are about.
OVERLAP_MESSAGES = 3
# Of a longer message that is only context, this much of its end is kept.
TAIL_TOKENS = 200
# A message too long for one window is cut into pieces of this size, which leave room for the overlap.
PIECE_TOKENS = MAX_TOKENS - OVERLAP_MESSAGES * TAIL_TOKENS
# For the number and the role in front of each message.
_MESSAGE_TOKENS = 6
_ASCII_PER_TOKEN = 3.5
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
# Where to cut a long message, best first: after paragraphs, lines, sentences, words.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), _SENTENCE, re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class Window:
    """The messages that a model reads at once.

    Attributes:
        messages: as the model sees them; of a very long one, a piece.
        indices: of each message, its index in the whole conversation; pieces of one message share it.
        offsets: of each message, the character of the whole message's content at which it starts.
        context: indices into `messages` of those that are there only to explain the others.
    """

    messages: tuple[Message, ...]
    indices: tuple[int, ...]
    offsets: tuple[int, ...]
    context: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Piece:
    message: Message
    index: int
    offset: int
    settled: bool

    @property
    def tokens(self) -> int:
        return estimated_tokens(self.message.content) + _MESSAGE_TOKENS


def estimated_tokens(text: str) -> int:
    """The tokens of a text, overestimated: one for 3.5 ASCII characters, or for one character of anything else."""
    plain = sum(character < "\x80" for character in text)
    return math.ceil(plain / _ASCII_PER_TOKEN) + len(text) - plain


def windows(messages: Sequence[Message], settled: Set[int] = frozenset()) -> tuple[Window, ...]:
    """The windows of a conversation, in order; none if there is nothing to read.

    Each message is new in exactly one window, except blank ones, which are in none.

    Args:
        settled: indices of messages that were read before. They are only context, and left out unless a new one follows soon.
    """
    pieces = _worth_reading(
        [piece for index, message in enumerate(messages) for piece in _pieces(message, index, index in settled)]
    )
    read: list[Window] = []
    start = 0
    while start < len(pieces):
        # The overlap counts against the limits, or a window could outgrow the model.
        before = [_tail(piece) for piece in pieces[max(0, start - OVERLAP_MESSAGES) : start]]
        size, end = sum(piece.tokens for piece in before), start
        # At least one new piece, or the loop would never end.
        while end < len(pieces) and (
            end == start or (len(before) + end - start < MAX_MESSAGES and size + pieces[end].tokens <= MAX_TOKENS)
        ):
            size += pieces[end].tokens
            end += 1
        rest = pieces[end:]
        if len(rest) <= REST_MESSAGES and size + sum(piece.tokens for piece in rest) <= MAX_TOKENS:
            end = len(pieces)
        window = _window([*before, *pieces[start:end]], len(before))
        # Nothing new in it: there is nothing to ask.
        if len(window.context) < len(window.messages):
            read.append(window)
        start = end
    return tuple(read)


def merge(extractions: Sequence[Extraction], read: Sequence[Window]) -> Extraction:
    """The facts of all windows without duplicates, their sources as indices in the whole conversation; `read` is in the same order."""
    facts: dict[tuple[str, bool], Fact] = {}
    for extraction, window in zip(extractions, read, strict=True):
        for fact in extraction.facts:
            placed = _placed(fact, window)
            key = same_fact(placed)
            facts[key] = united(facts[key], placed) if key in facts else placed
    return Extraction(
        # Neighbouring windows show the same messages, and models tell a matter again where it comes up again.
        without_repeats(facts.values()),
        unsupported=sum(extraction.unsupported for extraction in extractions),
        unwanted=sum(extraction.unwanted for extraction in extractions),
        dropped=sum(extraction.dropped for extraction in extractions),
        undated=sum(extraction.undated for extraction in extractions),
        secrets=frozenset().union(*(extraction.secrets for extraction in extractions)),
    )


def _placed(fact: Fact, window: Window) -> Fact:
    spans: dict[int, CharSpan | None] = {}
    for source, span in zip(fact.sources, fact.spans, strict=True):
        index, offset = window.indices[source], window.offsets[source]
        # Two pieces of one message may both be sources; the first span stands for it.
        spans[index] = spans.get(index) or (span and (span[0] + offset, span[1] + offset))
    return replace(fact, sources=tuple(sorted(spans)), spans=tuple(spans[index] for index in sorted(spans)))


def _window(pieces: Sequence[_Piece], overlap: int) -> Window:
    return Window(
        messages=tuple(piece.message for piece in pieces),
        indices=tuple(piece.index for piece in pieces),
        offsets=tuple(piece.offset for piece in pieces),
        context=frozenset(n for n, piece in enumerate(pieces) if n < overlap or piece.settled),
    )


def _pieces(message: Message, index: int, settled: bool) -> Iterator[_Piece]:
    content = message.content
    start = 0
    while start < len(content):
        end = _end(content, start, PIECE_TOKENS - _MESSAGE_TOKENS)
        if content[start:end].strip():
            yield _Piece(replace(message, content=content[start:end]), index, start, settled)
        start = end


def _end(text: str, start: int, tokens: int) -> int:
    """Where to end a piece that starts at `start` and has at most this many tokens: after the last best cut in its second half."""
    limit = start + _room(text[start : start + math.ceil(tokens * _ASCII_PER_TOKEN)], tokens)
    if limit < len(text):
        for cut in _CUTS:
            ends = [match.end() for match in cut.finditer(text, (start + limit) // 2, limit)]
            if ends:
                return ends[-1]
    return limit


def _room(characters: Iterable[str], tokens: int) -> int:
    """How many of these characters fit in this many tokens; at least one."""
    size, count = 0.0, 0
    for character in characters:
        size += 1 / _ASCII_PER_TOKEN if character < "\x80" else 1
        if size > tokens:
            break
        count += 1
    return max(1, count)


def _worth_reading(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The new pieces, and the few settled ones before each of them; of long settled ones, the end."""
    return [
        _tail(piece) if piece.settled else piece
        for n, piece in enumerate(pieces)
        if not piece.settled or any(not after.settled for after in pieces[n + 1 : n + 1 + OVERLAP_MESSAGES])
    ]


def _tail(piece: _Piece) -> _Piece:
    """The piece itself, or its last sentences if it is long."""
    content = piece.message.content
    if piece.tokens <= TAIL_TOKENS:
        return piece
    start = len(content) - _room(reversed(content), TAIL_TOKENS - 2 * _MESSAGE_TOKENS)
    sentence = _SENTENCE.search(content, start)
    if sentence is not None and sentence.end() < len(content):
        start = sentence.end()
    return replace(piece, message=replace(piece.message, content=content[start:]), offset=piece.offset + start)
