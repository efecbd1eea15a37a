"""Reads the body of a model server's answer, which may be anything. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.model.printable import printable
from graphmem.model.server_refusals import UnusableAnswerError

# How much of an answer that can't be read is shown.
_SHOWN = 80
_CHECK = "check the address (OPENAI_BASE_URL, or base_url in the settings): that of an API mostly ends in /v1"


def read(content: bytes) -> Any:
    """The JSON of an answer, whatever type it is said to have. Events of a stream that nobody asked for are put together.

    Raises:
        UnusableAnswerError: it is no JSON.
    """
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise UnusableAnswerError(f"gave an empty answer; {_CHECK}")
    if start.startswith(b"<"):
        raise UnusableAnswerError(f"gave a page instead of an answer; {_CHECK}")
    try:
        return _joined(content) if start.startswith((b"data:", b": ", b"event:")) else json.loads(content)
    # A UnicodeDecodeError is a ValueError too, and so is a number of thousands of digits.
    except (ValueError, RecursionError):
        said = printable(content[:_SHOWN].decode("utf-8", "replace"))
        raise UnusableAnswerError(f"gave an answer that is no JSON: {said!r}") from None


def _joined(content: bytes) -> Any:
    """The chat completion that a stream of its pieces makes; what is no piece is an answer of its own, such as an error."""
    text, end, usage = "", None, None
    for event in _events(content):
        choices = event.get("choices") if isinstance(event, Mapping) else None
        if not isinstance(choices, list):
            return event
        usage = event.get("usage") or usage
        for choice in choices[:1]:
            piece = choice.get("delta") or choice.get("message") if isinstance(choice, Mapping) else None
            if isinstance(piece, Mapping) and isinstance(piece.get("content"), str):
                text += piece["content"]
            end = choice.get("finish_reason") or end if isinstance(choice, Mapping) else end
    return {"choices": [{"message": {"content": text}, "finish_reason": end}], "usage": usage}


def _events(content: bytes) -> Iterator[Any]:
    # Not by splitlines(), for which a sign within a text may end a line.
    for line in re.split(r"\r\n?|\n", content.decode("utf-8-sig")):
        kind, _, data = line.partition(":")
        if kind == "data" and data.strip() != "[DONE]":
            yield json.loads(data)
