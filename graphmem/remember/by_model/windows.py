"""Long conversations are read in windows, each small enough for one question to a model.

A window begins with the last messages of the one before: they are its context, there to understand the new ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from graphmem.model.memory import Message
from graphmem.remember.facts import CharSpan, Extraction, Fact, same_fact, united

# Beside the prompt's 1,500 tokens and an answer of 4,000 this leaves room in a model of 8,192; and models overlook more
# the more they read at once.
MAX_TOKENS = 3_000
MAX_MESSAGES = 20
# A question and its answer, with one more turn to tell what they are about.
OVERLAP_MESSAGES = 3
# What is left of a longer message where it is only context: its end.
TAIL_TOKENS = 200
# A part of a message that is too long for one window; the overlap fits in beside it.
PART_TOKENS = MAX_TOKENS - OVERLAP_MESSAGES * TAIL_TOKENS
# The number and the role in front of each.
_MESSAGE_TOKENS = 6
_ASCII_PER_TOKEN = 3.5
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
# Best first: paragraphs, lines, sentences, words.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), _SENTENCE, re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class Window:
    """What a model reads at once.

    Attributes:
        messages: as the model sees them; a very long one is there in part.
        places: of each its place in the whole conversation; parts of one message share it.
        offsets: of each the character of the whole message's content with which it starts.
        context: indices of `messages` that are there only to understand the others.
    """

    messages: tuple[Message, ...]
    places: tuple[int, ...]
    offsets: tuple[int, ...]
    context: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Part:
    message: Message
    place: int
    offset: int
    settled: bool

    @property
    def tokens(self) -> int:
        return estimated_tokens(self.message.content) + _MESSAGE_TOKENS


def estimated_tokens(text: str) -> int:
    """Tokens of a text, rather too many: 3.5 characters each in ASCII, one character each in anything else."""
    plain = sum(character < "\x80" for character in text)
    return math.ceil(plain / _ASCII_PER_TOKEN) + len(text) - plain


def windows(messages: Sequence[Message], settled: Set[int] = frozenset()) -> tuple[Window, ...]:
    """The windows of a conversation, in order; none if there is nothing to read.

    Each message is new in one window, but for blank ones, which are in none.

    Args:
        settled: places of messages that were read before. They are context only, and left out where no new one follows soon.
    """
    parts = _worth_reading(
        [part for place, each in enumerate(messages) for part in _parts(each, place, place in settled)]
    )
    found: list[Window] = []
    start = 0
    while start < len(parts):
        before = [_tail(part) for part in parts[max(0, start - OVERLAP_MESSAGES) : start]]
        size, end = sum(part.tokens for part in before), start
        while end < len(parts) and (
            end == start or (len(before) + end - start < MAX_MESSAGES and size + parts[end].tokens <= MAX_TOKENS)
        ):
            size += parts[end].tokens
            end += 1
        window = _window([*before, *parts[start:end]], len(before))
        if len(window.context) < len(window.messages):
            found.append(window)
        start = end
    return tuple(found)


def merge(extractions: Sequence[Extraction], read: Sequence[Window]) -> Extraction:
    """The facts of all windows with their places in the whole conversation, each fact once; `read` in the same order."""
    facts: dict[tuple[str, bool], Fact] = {}
    for extraction, window in zip(extractions, read, strict=True):
        for fact in extraction.facts:
            placed = _placed(fact, window)
            key = same_fact(placed)
            facts[key] = united(facts[key], placed) if key in facts else placed
    return Extraction(
        tuple(facts.values()),
        unsupported=sum(each.unsupported for each in extractions),
        unwanted=sum(each.unwanted for each in extractions),
        dropped=sum(each.dropped for each in extractions),
    )


def _placed(fact: Fact, window: Window) -> Fact:
    spans: dict[int, CharSpan | None] = {}
    for source, span in zip(fact.sources, fact.spans, strict=True):
        place, offset = window.places[source], window.offsets[source]
        spans[place] = spans.get(place) or (span and (span[0] + offset, span[1] + offset))
    return replace(fact, sources=tuple(sorted(spans)), spans=tuple(spans[place] for place in sorted(spans)))


def _window(parts: Sequence[_Part], overlap: int) -> Window:
    return Window(
        messages=tuple(part.message for part in parts),
        places=tuple(part.place for part in parts),
        offsets=tuple(part.offset for part in parts),
        context=frozenset(n for n, part in enumerate(parts) if n < overlap or part.settled),
    )


def _parts(message: Message, place: int, settled: bool) -> Iterator[_Part]:
    content = message.content
    start = 0
    while start < len(content):
        end = _end(content, start, PART_TOKENS - _MESSAGE_TOKENS)
        if content[start:end].strip():
            yield _Part(replace(message, content=content[start:end]), place, start, settled)
        start = end


def _end(text: str, start: int, tokens: int) -> int:
    """Where to end a part of a text so that it has at most so many tokens: after the best cut in its second half."""
    limit = start + _room(text[start : start + math.ceil(tokens * _ASCII_PER_TOKEN)], tokens)
    if limit < len(text):
        for cut in _CUTS:
            ends = [found.end() for found in cut.finditer(text, (start + limit) // 2, limit)]
            if ends:
                return ends[-1]
    return limit


def _room(characters: Iterable[str], tokens: int) -> int:
    """How many of these characters make up so many tokens; one at least."""
    size, count = 0.0, 0
    for character in characters:
        size += 1 / _ASCII_PER_TOKEN if character < "\x80" else 1
        if size > tokens:
            break
        count += 1
    return max(1, count)


def _worth_reading(parts: Sequence[_Part]) -> list[_Part]:
    """New parts, and the few settled ones before each, the long ones of these by their ends."""
    return [
        _tail(part) if part.settled else part
        for n, part in enumerate(parts)
        if not part.settled or any(not after.settled for after in parts[n + 1 : n + 1 + OVERLAP_MESSAGES])
    ]


def _tail(part: _Part) -> _Part:
    """The part itself, or its last sentences if it is long."""
    content = part.message.content
    if part.tokens <= TAIL_TOKENS:
        return part
    start = len(content) - _room(reversed(content), TAIL_TOKENS - 2 * _MESSAGE_TOKENS)
    sentence = _SENTENCE.search(content, start)
    if sentence is not None and sentence.end() < len(content):
        start = sentence.end()
    return replace(part, message=replace(part.message, content=content[start:]), offset=part.offset + start)
