"""Memories that an agent pasted into its prompt: found, so that they are not remembered a second time."""

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
# A score after a date after a quotation mark.
_MAX_LAYERS = 3
_BULLET = r"(?:[-*+•·‣◦▪–—>]|\(?\d{1,3}[.):]|\[\d{1,3}\]|[（]?\d{1,3}[）、])"
# One form a row: what a memory stands in. The first group is the memory.
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
# What is written around a memory: marks, scores and dates. Of a row's match its first group stays, again and again.
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
    """A line, or a string in a line, that may be a memory: its forms, and which characters of the content it takes."""

    texts: tuple[str, ...]
    start: int
    end: int


def candidates(messages: Sequence[Message]) -> tuple[str, ...]:
    """Texts that may be memories, each once, in order: what stands in lists, under headings such as "Known facts:", or in JSON.

    A line is given as it stands without its bullet, and without scores, dates in brackets and quotation marks; at most
    MAX_CANDIDATES.
    """
    found: dict[str, None] = {}
    for message in messages:
        for listed in _listed(message.content):
            found.update(dict.fromkeys(listed.texts))
            if len(found) >= MAX_CANDIDATES:
                return tuple(found)[:MAX_CANDIDATES]
    return tuple(found)


def without(messages: Sequence[Message], known: Set[str]) -> tuple[tuple[Message, ...], int]:
    """The messages with the lines of known memories blanked out, and how many lines that were.

    Characters become spaces, so that places and offsets hold. A message in which nothing is left, or only headings and
    brackets, gets an empty content. Case, white space and punctuation at the end make no difference.
    """
    keys = {_key(text) for text in known}
    blanked = [_without(message, keys) for message in messages]
    return tuple(message for message, _ in blanked), sum(count for _, count in blanked)


def _without(message: Message, keys: Set[str]) -> tuple[Message, int]:
    taken = [each for each in _listed(message.content) if any(_key(text) in keys for text in each.texts)]
    if not taken:
        return message, 0
    kept, end = [], 0
    for each in taken:
        kept += [message.content[end : each.start], " " * (each.end - each.start)]
        end = each.end
    content = "".join([*kept, message.content[end:]])
    rest = [line for line in content.splitlines() if line.strip()]
    empty = all(_is_heading(line) or _CLOSING_TAG.fullmatch(line) for line in rest)
    return replace(message, content="" if empty else content), len(taken)


def _listed(content: str) -> Iterator[_Listed]:
    under_heading, seen, start = False, False, 0
    for whole in content.splitlines(keepends=True):
        line = whole.rstrip("\r\n")
        if found := list(_JSON.finditer(line)):
            for each in found:
                if texts := _forms(_string(each[2])):
                    yield _Listed(texts, start + each.start(2) + 1, start + each.end(2) - 1)
        elif _is_heading(line):
            under_heading, seen = True, False
        elif not line.strip():
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
    """The text as it stands, and cleaned of what is written around it; empty if nothing is left."""
    first = cleaned = " ".join(text.split())
    for _ in range(_MAX_LAYERS):
        for around in _AROUND:
            cleaned = around.sub(r"\1", cleaned).strip()
    return tuple(dict.fromkeys(each for each in (first, cleaned) if any(c.isalnum() for c in each)))


def _string(literal: str) -> str:
    try:
        value = json.loads(literal if literal[0] == '"' else f'"{literal[1:-1]}"', strict=False)
    except ValueError:
        return ""
    return str(value)


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!。！")
