"""Finds the JSON in an answer that may have fences, prose or thinking around it.

Only unambiguous repairs are made: trailing commas, and objects in Python's notation. Part of an answer that was cut off is
never taken for the whole.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_OPENING = re.compile(r"[\s\ufeff]*<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_BRACKET = re.compile(r"[{\[]")
# A bracket followed by one of these is meant as JSON: if it can't be read, the answer is broken, and not prose.
_MEANT = re.compile(r"""\{\s*["'}]|\[\s*["'\[{\]]""")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_MAX_BRACKETS_IN_PROSE = 100
# Reading a Python literal takes some hundred times its size in memory.
_MAX_LITERAL = 100_000


class InvalidAnswerError(Exception):
    """The model's answer can't be used; the message says why, so that the model can correct it."""


class JsonValues(NamedTuple):
    """The JSON objects and arrays in a text, in order; at least one.

    `balanced` is false if a closing bracket is left over: something before it may be missing.
    """

    values: list[Any]
    balanced: bool


def find(text: str) -> JsonValues:
    """Find the JSON in a text.

    NaN and infinities become None. What a model thought aloud before its answer is skipped.

    Raises:
        InvalidAnswerError: there is none, or it is broken or cut off.
    """
    text = _after_thoughts(text)
    values = list(_values(text))
    # Some servers remove the tag that opens the thoughts and leave the one that closes them. Tags inside a value are text.
    ends = [
        tag.end() for tag in _CLOSING.finditer(text) if not any(start < tag.start() < end for _, start, end in values)
    ]
    answers = [value for value, start, _ in values if start >= max(ends, default=0)]
    if not answers:
        raise InvalidAnswerError("the answer: it holds no JSON object")
    outside, last = "", 0
    for _, start, end in values:
        outside, last = outside + text[last:start], end
    return JsonValues(answers, not re.search(r"[}\]]", outside + text[last:]))


def _after_thoughts(text: str) -> str:
    while opening := _OPENING.match(text):
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            raise InvalidAnswerError("the answer: cut off while thinking")
        text = text[closing.end() :]
    return text


def _values(text: str) -> Iterator[tuple[Any, int, int]]:
    """Each value with its start and end (exclusive) in the text."""
    start, skipped = _BRACKET.search(text), 0
    while start is not None:
        offset = start.start()
        try:
            value, end = _read(text, offset)
        except (ValueError, RecursionError, MemoryError) as error:
            skipped += 1
            # Bounded, because every bracket is tried: a page of them would take forever.
            if _MEANT.match(text, offset) or skipped > _MAX_BRACKETS_IN_PROSE:
                raise InvalidAnswerError(_reason(error)) from error
            end = offset + 1
        else:
            yield value, offset, end
        start = _BRACKET.search(text, end)


def _read(text: str, offset: int) -> tuple[Any, int]:
    """The value that starts at this offset, and the offset after it."""
    try:
        return _DECODER.raw_decode(text, offset)
    except json.JSONDecodeError:
        for repair in (_without_trailing_commas, _python_literal):
            mended = repair(text[offset:])
            if mended is not None:
                return mended, len(text)
        raise


def _without_trailing_commas(text: str) -> Any:
    mended = _STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)
    return None if mended == text else _only_value(mended)


def _only_value(text: str) -> Any:
    """The value that a text consists of; None if there is none, or brackets after it, which could be the rest of it."""
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError:
        return None
    return None if re.search(r"[{}\[\]]", text[end:]) else value


def _python_literal(text: str) -> Any:
    end = max(text.rfind("}"), text.rfind("]")) + 1
    # Escapes mean something else to Python than to JSON.
    if "'" not in text or "\\" in text or len(text) > _MAX_LITERAL or _BRACKET.search(text, end):
        return None
    try:
        value = ast.literal_eval(text[:end])
    except (ValueError, SyntaxError, TypeError):
        return None
    return value if isinstance(value, dict | list) else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses duplicate keys: nobody can know which of the two was meant."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        raise ValueError("an object has the same key twice")
    return unique


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"the answer: invalid JSON, or cut off ({error.msg.lower()} at character {error.pos})"
        case ValueError() if "twice" in str(error):
            return f"the answer: {error}"
        case ValueError():
            return "the answer: a number is out of range"
    return "the answer: it is nested too deeply"


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_object, parse_constant=lambda _: None)
