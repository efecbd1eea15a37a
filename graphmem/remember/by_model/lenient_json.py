"""JSON out of an answer that may have fences, prose or thinking around it.

Only repairs that can mean one thing are made: trailing commas, and objects written as Python does. An answer that was cut
off is never read by half.
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
# Where a bracket is followed by this, it was meant as JSON: if it can't be read the answer is broken, not prose.
_MEANT = re.compile(r"""\{\s*["'}]|\[\s*["'\[{\]]""")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_MAX_BRACKETS_IN_PROSE = 100
# Reading a Python literal takes some hundred times its size in memory.
_MAX_LITERAL = 100_000


class InvalidAnswerError(Exception):
    """The model's answer can't be used; the message says why, in words that the model can act on."""


class Found(NamedTuple):
    """The JSON objects and arrays that stand in a text, in order; one at least.

    `balanced` is false where a closing bracket is left over: something before it may be lost.
    """

    values: list[Any]
    balanced: bool


def find(text: str) -> Found:
    """What JSON a text holds.

    NaN and infinities become None. What a model thought aloud before its answer is passed over.

    Raises:
        InvalidAnswerError: there is none, or one that is broken or cut off.
    """
    text = _after_thoughts(text)
    found = list(_values(text))
    # Some servers take away the tag that opens the thoughts and leave the one that closes them.
    ends = [tag.end() for tag in _CLOSING.finditer(text) if not any(a < tag.start() < b for _, a, b in found)]
    answers = [value for value, start, _ in found if start >= max(ends, default=0)]
    if not answers:
        raise InvalidAnswerError("the answer: it holds no JSON object")
    outside, last = "", 0
    for _, start, end in found:
        outside, last = outside + text[last:start], end
    return Found(answers, not re.search(r"[}\]]", outside + text[last:]))


def _after_thoughts(text: str) -> str:
    while opening := _OPENING.match(text):
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            raise InvalidAnswerError("the answer: cut off while thinking")
        text = text[closing.end() :]
    return text


def _values(text: str) -> Iterator[tuple[Any, int, int]]:
    """Each value with where it starts and ends."""
    start, skipped = _BRACKET.search(text), 0
    while start is not None:
        place = start.start()
        try:
            value, end = _read(text, place)
        except (ValueError, RecursionError, MemoryError) as error:
            skipped += 1
            if _MEANT.match(text, place) or skipped > _MAX_BRACKETS_IN_PROSE:
                raise InvalidAnswerError(_reason(error)) from error
            end = place + 1
        else:
            yield value, place, end
        start = _BRACKET.search(text, end)


def _read(text: str, place: int) -> tuple[Any, int]:
    """The value that starts here and the place after it."""
    try:
        return _DECODER.raw_decode(text, place)
    except json.JSONDecodeError:
        for repair in (_without_trailing_commas, _python_literal):
            mended = repair(text[place:])
            if mended is not None:
                return mended, len(text)
        raise


def _without_trailing_commas(text: str) -> Any:
    mended = _STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)
    return None if mended == text else _whole(mended)


def _whole(text: str) -> Any:
    """The one value of a text, with nothing after it that could be a part of it; None if there is no such."""
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError:
        return None
    return None if re.search(r"[{}\[\]]", text[end:]) else value


def _python_literal(text: str) -> Any:
    end = max(text.rfind("}"), text.rfind("]")) + 1
    # A backslash means other things to Python than to JSON.
    if "'" not in text or "\\" in text or len(text) > _MAX_LITERAL or _BRACKET.search(text, end):
        return None
    try:
        value = ast.literal_eval(text[:end])
    except (ValueError, SyntaxError, TypeError):
        return None
    return value if isinstance(value, dict | list) else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses a key that stands twice: which of the two was meant can't be known."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


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
