"""Finds memories that an agent pasted into its prompt, so that they are not remembered a second time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from graphmem.model.memory import Message

MAX_CANDIDATES = 200
# Longer lines are documents, not memories.
_MAX_LINE = 1_000
_MAX_HEADING = 120
# Decorations inside one another, such as a score after a date after a quotation mark.
_MAX_LAYERS = 3
_BULLET = r"(?:[-*+•·‣◦▪–—>]|\(?\d{1,3}[.):]|\[\d{1,3}\]|[（]?\d{1,3}[）、])"
# The forms in which memories are listed, one a row. The first group is the memory.
_LISTED = (
    re.compile(rf"(?:{_BULLET} )+(.+)"),
    re.compile(r"<(?:memory|fact|item|li)\b[^>]*>(.+)</\w+>", re.IGNORECASE),
)
_PLAIN = re.compile(r"(.+)")
_JSON = re.compile(r"""(["'])(?:memory|fact|text)\1\s*:\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_HEADING = re.compile(
    r"\b(?:memor(?:y|ies)|context|facts?|known|know|remember(?:ed)?|recall(?:ed)?|background|profile)\b", re.I
)
_HEADING_FORM = re.compile(r"\s*(?:#{1,6}\s.*|\*\*.*\*\*:?|<\w+[^>]*>|.*[:：]\**)\s*")
_CLOSING_TAG = re.compile(r"\s*(?:</\w+>|```\w*|[\[\]{}(),]+)\s*")
# Decorations around a memory: marks, scores and dates. A match is replaced by its first group, repeatedly.
_AROUND = (
    re.compile(r"^[\"'“‘«]+([^\"“”«»]+?)[\"'”’»]+$"),
    re.compile(r"^[*_`]+([^*_`]+)[*_`]+$"),
    re.compile(r"^(.*?)\s*[(\[{](?:\w+\s*[:=]?\s*)?[01]?\.\d+%?[)\]}]$"),
    re.compile(r"^(.*?)[\s,;|–—-]*\b(?:score|relevance|similarity)\s*[:=]?\s*[01]?\.?\d+%?$", re.IGNORECASE),
    re.compile(r"^(.*?)\s*[|–—-]\s*[01]?\.\d+$"),
    re.compile(r"^(.*?)\s*[(\[{][^()\[\]{}]{0,30}\b\d{4}-\d{2}(?:-\d{2})?[^()\[\]{}]{0,30}[)\]}]$"),
    re.compile(r"^[(\[{]?\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?[)\]}]?\s*[:|–—-]?\s+(.*)$"),
    re.compile(r"^\(?[01]\.\d+\)?\s*[:|–—-]?\s+(.*)$"),
)


class _Listed(NamedTuple):
    """A line, or a string in a line, that may be a memory: its possible texts, and the characters of the content it takes up."""

    texts: tuple[str, ...]
    start: int
    end: int


def candidates(messages: Sequence[Message]) -> tuple[str, ...]:
    """Texts that may be memories, without duplicates, in order: items of lists, lines under headings such as "Known facts:", JSON.

    Each line is given both as it is without its bullet, and stripped of scores, dates in brackets and quotation marks.
    At most MAX_CANDIDATES.
    """
    texts: dict[str, None] = {}
    for message in messages:
        for listed in _listed(message.content):
            texts.update(dict.fromkeys(listed.texts))
            # Each of them is looked up: a pasted document must not cost thousands of look-ups.
            if len(texts) >= MAX_CANDIDATES:
                return tuple(texts)[:MAX_CANDIDATES]
    return tuple(texts)


def blank_out(messages: Sequence[Message], known: Set[str]) -> tuple[tuple[Message, ...], int]:
    """The messages with the lines of known memories blanked out, and the number of those lines.

    Characters become spaces, so that indices and offsets stay valid. A message of which nothing is left but headings and
    brackets gets an empty content. Case, white space and punctuation at the end make no difference.
    """
    keys = {_key(text) for text in known}
    blanked = [_blank_out(message, keys) for message in messages]
    return tuple(message for message, _ in blanked), sum(count for _, count in blanked)


def _blank_out(message: Message, keys: Set[str]) -> tuple[Message, int]:
    known = [listed for listed in _listed(message.content) if any(_key(text) in keys for text in listed.texts)]
    if not known:
        return message, 0
    kept, end = [], 0
    for listed in known:
        kept += [message.content[end : listed.start], " " * (listed.end - listed.start)]
        end = listed.end
    content = "".join([*kept, message.content[end:]])
    rest = [line for line in content.splitlines() if line.strip()]
    empty = all(_is_heading(line) or _CLOSING_TAG.fullmatch(line) for line in rest)
    return replace(message, content="" if empty else content), len(known)


def _listed(content: str) -> Iterator[_Listed]:
    under_heading, seen, start = False, False, 0
    for whole in content.splitlines(keepends=True):
        line = whole.rstrip("\r\n")
        if values := list(_JSON.finditer(line)):
            for value in values:
                if texts := _forms(_string(value[2])):
                    # Without its quotation marks, so that what is left is still JSON.
                    yield _Listed(texts, start + value.start(2) + 1, start + value.end(2) - 1)
        elif _is_heading(line):
            under_heading, seen = True, False
        elif not line.strip():
            # Blank lines between a heading and its list are skipped; one after a line of it ends the list.
            under_heading = under_heading and not seen
        elif len(line) <= _MAX_LINE:
            forms = (*_LISTED, _PLAIN) if under_heading else _LISTED
            seen = True
            plain = " ".join(line.split())
            match = next((match for form in forms if (match := form.fullmatch(plain))), None)
            if match and (texts := _forms(match[1])):
                yield _Listed(texts, start, start + len(line))
        start += len(whole)


def _is_heading(line: str) -> bool:
    return len(line) <= _MAX_HEADING and bool(_HEADING_FORM.fullmatch(line)) and bool(_HEADING.search(line))


def _forms(text: str) -> tuple[str, ...]:
    """The text as it is, and without decorations around it; empty if nothing is left."""
    first = cleaned = " ".join(text.split())
    for _ in range(_MAX_LAYERS):
        for around in _AROUND:
            cleaned = around.sub(r"\1", cleaned).strip()
    return tuple(dict.fromkeys(form for form in (first, cleaned) if any(c.isalnum() for c in form)))


def _string(literal: str) -> str:
    try:
        value = json.loads(literal if literal[0] == '"' else f'"{literal[1:-1]}"', strict=False)
    except ValueError:
        return ""
    return str(value)


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!。！")
