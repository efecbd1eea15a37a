"""Reads and checks a chat transcript, and cuts it into windows, one for each `add`. Stores nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from graphmem.cli.options import moment
from graphmem.dialect import arguments, messages
from graphmem.errors import ValidationError

# A window has one timestamp, and "yesterday" is read relative to it. So a window must not span a long time.
LONGEST_WINDOW = timedelta(hours=6)

_LINES = (".jsonl", ".ndjson")
_MESSAGE_PATH = re.compile(r"\bmessages\[0\](\.?)")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message in the form that `add` takes, and when it was said; None if unknown."""

    message: Mapping[str, str]
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a file. `empty`: number of messages without text, such as tool calls. `digest`: SHA-256 of the file, in hex."""

    turns: tuple[Turn, ...]
    empty: int
    digest: str


@dataclass(frozen=True, slots=True)
class TurnWindow:
    """Turns to remember together. `end`: index in the transcript after the last one. `said_at`: time of the last one."""

    turns: tuple[Turn, ...]
    end: int
    said_at: datetime | None


def read(path: Path) -> Transcript:
    """Read a transcript: a JSON list of messages, ``{"messages": [...]}``, or one message a line.

    Raises:
        ValidationError: a part of it can't be read; the error names the line or the number of the message.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValidationError(f"{path}, line {line}: not UTF-8 text") from None
    turns = []
    empty = 0
    last: datetime | None = None
    for position, entry in _entries(path, text):
        turn = _turn(f"{path}, {position}", entry, last)
        if turn is None:
            empty += 1
            continue
        last = turn.said_at
        turns.append(turn)
    return Transcript(tuple(turns), empty, hashlib.sha256(content).hexdigest())


def windows(turns: Sequence[Turn], size: int) -> Iterator[TurnWindow]:
    """Windows of consecutive turns, at most `size` in each and said within `LONGEST_WINDOW`.

    If a full window would end with an assistant's turn that the user answers next, that turn begins the next window instead:
    question and answer stay together.
    """
    start = 0
    while start < len(turns):
        end = min(start + size, len(turns))
        # Measured from the first turn, because a window has one timestamp.
        apart = next((n for n in range(start + 1, end) if _far_apart(turns[start], turns[n])), None)
        if apart is not None:
            end = apart
        elif end < len(turns) and end - start > 1 and not _far_apart(turns[end - 1], turns[end]):
            end -= (turns[end - 1].message["role"], turns[end].message["role"]) == ("assistant", "user")
        yield TurnWindow(tuple(turns[start:end]), end, turns[end - 1].said_at)
        start = end


def _far_apart(one: Turn, other: Turn) -> bool:
    if one.said_at is None or other.said_at is None:
        return False
    return abs(other.said_at - one.said_at) > LONGEST_WINDOW


def _entries(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    """Unchecked messages with their positions, for error messages."""
    if not text.strip():
        raise ValidationError(f"{path} is empty: give a JSON list of messages, or one message a line")
    # JSON lines are recognised by their suffix first, because a file of one line would also be a JSON document.
    if path.suffix.lower() not in _LINES:
        try:
            whole = json.loads(text)
        except RecursionError:
            raise ValidationError(f"{path}: nested too deeply") from None
        except ValueError as error:
            # JSON lines under another suffix: then the first line on its own is JSON.
            if not _is_json(text.strip().splitlines()[0]):
                raise ValidationError(f"{path}: not JSON: {error}") from None
        else:
            yield from _of_document(path, whole)
            return
    # Not splitlines(): JSON strings may contain Unicode's other line separators.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ValidationError(f"{path}, line {number}: not JSON: {error}") from None


def _of_document(path: Path, whole: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(whole, dict) and "role" in whole:
        whole = [whole]
    messages = whole.get("messages") if isinstance(whole, dict) else whole
    if not isinstance(messages, list):
        raise ValidationError(f'{path} is neither a list of messages nor {{"messages": [...]}}')
    for number, message in enumerate(messages, 1):
        yield f"message {number}", message


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _turn(position: str, entry: Any, last: datetime | None) -> Turn | None:
    """Check a message; None if it has no text. If it has no time of its own, it gets the time of the message before it."""
    try:
        message, _ = messages.one(entry, "messages[0]")
        if message is None:
            return None
        said_at = arguments.moment("timestamp", moment(entry.get("timestamp", entry.get("created_at"))))
    except ValidationError as error:
        # The reader knows the message by its place in the file.
        reason = _MESSAGE_PATH.sub(lambda path: "" if path[1] else "a message", str(error))
        raise ValidationError(f"{position}: {reason}") from None
    named = {} if message.name is None else {"name": message.name}
    return Turn({"role": message.role, "content": message.content, **named}, said_at or last)
