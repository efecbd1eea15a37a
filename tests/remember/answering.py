"""A short conversation and answers about it, for the tests that read answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from graphmem.model.memory import Message
from graphmem.remember.by_model.facts_of_answer import read_answer
from graphmem.remember.facts import Extraction
from graphmem.remember.instructions import Instructions

AT = datetime(2026, 3, 5, tzinfo=timezone.utc)
SAID = (
    Message("system", "Be kind."),
    Message("user", "I like tea", "Alex"),
    Message("assistant", "So do I"),
    Message("tool", "42"),
)
PLAIN = Instructions(AT, for_user=True, for_agent=True)
DAY = datetime(2026, 3, 4, tzinfo=timezone.utc)


def answer(*facts: dict[str, Any]) -> str:
    return json.dumps({"facts": [{"about": "user", "messages": [2], **fact} for fact in facts]})


def read(
    text: str,
    said: Sequence[Message] = SAID,
    instructions: Instructions = PLAIN,
    context: frozenset[int] = frozenset(),
) -> Extraction:
    return read_answer(text, said, instructions, context)


def said(*contents: str) -> list[Message]:
    return [Message("user", content) for content in contents]
