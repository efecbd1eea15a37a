"""Reads and checks a file of chats or memories, and cuts it into windows, one for each `add`. Stores nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from graphmem.dialect import arguments, messages
from graphmem.dialect.chat_files import forms
from graphmem.errors import ValidationError

# A window has one timestamp, and "yesterday" is read relative to it. So a window must not span a long time.
LONGEST_WINDOW = timedelta(hours=6)

_LINES = (".jsonl", ".ndjson")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_MESSAGE_PATH = re.compile(r"\bmessages\[0\](\.?)")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message in the form that `add` takes.

    Attributes:
        said_at: None if unknown.
        conversation: which one of the file it belongs to, from 0.
        options: what `add` is to be told of it beside that, for a memory of another program. ids: whose it is there.
    """

    message: Mapping[str, str]
    said_at: datetime | None
    conversation: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a file.

    Attributes:
        empty: how many messages and parts of messages were passed over, such as pictures and calls of tools.
        digest: SHA-256 of the file, in hex. form: its name, for people. conversations: how many there are.
    """

    turns: tuple[Turn, ...]
    empty: int
    digest: str
    form: str = forms.MESSAGES.name
    conversations: int = 1


@dataclass(frozen=True, slots=True)
class TurnWindow:
    """Turns to remember together. `end`: index in the transcript after the last one. `said_at`: time of the last one."""

    turns: tuple[Turn, ...]
    end: int
    said_at: datetime | None


class Chats(NamedTuple):
    """What `read_chats` found in a file.

    Attributes:
        form: what kind of file it is, for people.
        conversations: for `add_many`: messages that belong together, with the time at which the last of them was said.
        passed_over: how many messages and parts of messages were left out, such as pictures and calls of tools.
    """

    form: str
    conversations: list[dict[str, Any]]
    passed_over: int


def read_chats(path: str | Path, *, window: int = 20) -> Chats:
    """Read a file of chats or memories that another program wrote, for `add_many`. Nothing is stored.

    Its form is recognised: messages with role and content (a JSON list, ``{"messages": [...]}``, or one a line; LangChain's ``human`` and
    ``ai``, too), lists of such conversations, ShareGPT, the exports of ChatGPT and Claude, memories of Mem0, episodes of Graphiti. Memories
    keep their metadata, categories, time and ids, and are stored word for word.

    Args:
        window: the most messages that are read together, at least 1. Messages more than six hours apart never are.

    Raises:
        ValidationError: a part of it can't be read; the error names the line or the number of the message.
        OSError: there is no such file, or it can't be opened.
    """
    found = read(Path(path))
    size = arguments.whole_number("window", window, 1, 1_000)
    return Chats(found.form, [given(each) for each in windows(found.turns, size)], found.empty)


def given(window: TurnWindow, *, ids: bool = True) -> dict[str, Any]:
    """A window as `add_many` takes it. `ids`: whether memories keep the ids that they had."""
    told: dict[str, Any] = {"messages": [turn.message for turn in window.turns], **window.turns[0].options}
    if ids:
        told.update(window.turns[0].ids)
    if window.said_at is not None:
        told["timestamp"] = window.said_at
    return told


def says_whose(path: Path) -> bool:
    """Whether the file can be read and holds memories of another program that all have an id."""
    try:
        turns = read(path).turns
    except ValidationError:
        return False
    return bool(turns) and all(turn.ids for turn in turns)


def read(path: Path) -> Transcript:
    """Read a file of chats or memories; see `read_chats`.

    Raises:
        ValidationError: a part of it can't be read; the error names the line or the number of the message.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValidationError(f"{path}, line {line}: not UTF-8 text") from None
    unit, rows = _rows(path, text)
    form = forms.of([row for _, row in rows]) or forms.MESSAGES
    turns, passed_over = list[Turn](), 0
    last: datetime | None = None
    for number, (place, row) in enumerate(rows):
        where = f"{unit or form.unit} {place}"
        # A list of messages is one conversation; of anything else, each is one.
        conversation = 0 if form is forms.MESSAGES else number
        last = last if form is forms.MESSAGES else None
        found = list(_messages(form, row, f"{path}, {where}"))
        for part, message in enumerate(found, 1):
            several = form.unit == "conversation"
            inner = f"message {part}" if len(rows) == 1 and not unit else f"{where}, message {part}"
            turn, beside = _turn(f"{path}, {inner if several else where}", message, last, conversation)
            passed_over += beside
            if turn is not None:
                last = turn.said_at
                turns.append(turn)
    return Transcript(
        tuple(turns),
        passed_over,
        hashlib.sha256(content).hexdigest(),
        form.name,
        len({turn.conversation for turn in turns}),
    )


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
    if one.conversation != other.conversation or one.options or other.options:
        return True
    if one.said_at is None or other.said_at is None:
        return False
    return abs(other.said_at - one.said_at) > LONGEST_WINDOW


def _rows(path: Path, text: str) -> tuple[str, list[tuple[int, Any]]]:
    """What a row of the file is called if that is a line, and its rows with their numbers. Not checked yet."""
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
            found = forms.entries(whole)
            if found is None:
                raise ValidationError(
                    f'{path} is neither a list of messages nor {{"messages": [...]}}, and no export of ChatGPT, Claude, ShareGPT, '
                    "LangChain, Mem0 or Graphiti"
                )
            return "", list(enumerate(found, 1))
    rows = []
    # Not splitlines(): JSON strings may contain Unicode's other line separators.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append((number, json.loads(line)))
            except (ValueError, RecursionError) as error:
                raise ValidationError(f"{path}, line {number}: not JSON: {error}") from None
    return "line", rows


def _messages(form: forms.Form, row: Any, where: str) -> Iterator[Any]:
    try:
        yield from forms.messages(form, row, where)
    except RecursionError:
        raise ValidationError(f"{where}: nested too deeply") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _turn(position: str, entry: Any, last: datetime | None, conversation: int) -> tuple[Turn | None, int]:
    """Check a message; None if it has no text, and how much was passed over. Without a time, it gets that of the message before it."""
    if entry is None:
        return None, 1
    try:
        message, passed_over = messages.one(entry, "messages[0]")
        if message is None:
            return None, passed_over
        said_at = arguments.moment("timestamp", _moment(entry.get("timestamp")))
        options = _options(entry.get("options", {}))
        ids = arguments.scope(entry.get("ids", {})).ids
    except ValidationError as error:
        # The reader knows the message by its place in the file.
        reason = _MESSAGE_PATH.sub(lambda path: "" if path[1] else "a message", str(error))
        raise ValidationError(f"{position}: {reason}") from None
    named = {} if message.name is None else {"name": message.name}
    said = {"role": message.role, "content": message.content, **named}
    return Turn(said, said_at or last, conversation, options, ids), passed_over


def _options(found: Mapping[str, Any]) -> dict[str, Any]:
    """Options of add, checked here, where an error can name the place."""
    options = dict(found)
    if "metadata" in options:
        options["metadata"] = arguments.metadata(options["metadata"])
    if "categories" in options:
        options["categories"] = list(arguments.categories(options["categories"]))
    if "expiration_date" in options:
        arguments.moment("expiration_date", options["expiration_date"], day_end=True)
    if "immutable" in options:
        options["immutable"] = bool(options["immutable"])
    return options


def _moment(value: Any) -> Any:
    """Seconds since the epoch as a number, also where a string holds it; anything else unchanged."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else value
