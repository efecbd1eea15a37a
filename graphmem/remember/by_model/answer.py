"""One fact of a model's answer, repaired where the meaning is clear: an optional part of the wrong type must not cost the fact."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graphmem.model import times, when
from graphmem.model.calendar import Days
from graphmem.model.date_cues import is_ahead
from graphmem.remember.by_model import lenient_json
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import MAX_NAME, MAX_TEXT

MAX_PARTS = 10
_MAX_SOURCES = 50
_MAX_QUOTE = 2_000
# Keys under which models put the answer when they mistake the schema for a function to call.
_WRAPPERS = (
    "arguments",
    "parameters",
    "input",
    "function",
    "tool_calls",
    "answer",
    "result",
    "output",
    "response",
    "json",
)
_MAX_WRAPPERS = 4
_KEYS = {
    "text": ("text", "fact", "memory"),
    "messages": ("messages", "message"),
    "source": ("source", "subject"),
    "relationship": ("relationship", "relation", "predicate"),
    "target": ("target", "destination", "object"),
}
_SPEAKERS = {
    "user": False,
    "human": False,
    "assistant": True,
    "agent": True,
    "ai": True,
    "system": True,
}
_NUMBER = re.compile(r"-?\d+", re.ASCII)
# How models write that there is no date.
_NO_DATE = frozenset(
    {"", "null", "none", "n/a", "na", "unknown", "unspecified", "not specified", "-", "present", "now", "ongoing"}
)
_MAX_DATE = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A relation as the model gave it, with tidy names; the predicate is left as it is.

    Attributes:
        since, until: the start of the first day and the end of the last one that are meant, in UTC.
    """

    source: str
    relationship: str
    target: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """A fact as the model gave it.

    Attributes:
        text: one line, not blank, at most MAX_TEXT characters.
        messages: numbers from 1, as the model counts; not all of them need exist.
        about_assistant: None if the model does not say.
        undated: how many of its dates can't be read.
    """

    text: str
    messages: tuple[int, ...]
    quote: str
    about_assistant: bool | None
    when: Days | None
    categories: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]
    relations: tuple[Link, ...]
    undated: int = 0


def raw_facts(text: str) -> list[Any]:
    """The facts of an answer, still as JSON; empty only if the answer says so.

    Raises:
        InvalidAnswerError: no JSON, cut off, not of the schema, or two answers that differ.
    """
    json_values = lenient_json.find(text)
    answers = [facts for value in json_values.values if (facts := _facts(value)) is not None]
    # A fact without the object around it may be what is left of a longer answer, unless all brackets match.
    if not answers and json_values.balanced and len(json_values.values) == 1:
        answers = _bare(json_values.values[0])
    if not answers:
        raise InvalidAnswerError('facts: missing; the answer is an object with a list "facts"')
    if any(other != answers[0] for other in answers):
        raise InvalidAnswerError("the answer: two answers that differ; give one")
    return answers[0]


def item(raw: Any, today: date) -> Item | None:
    """One fact; None if it has no usable text. `today`: the day on which it was said; "last week" is read as of that."""
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, Mapping):
        return None
    text = usable_text(_get(raw, "text"))
    if not text:
        return None
    dates = _Dates(text, today)
    return Item(
        text=text,
        messages=tuple(dict.fromkeys(_numbers(_get(raw, "messages"))))[:_MAX_SOURCES],
        quote=_quote(_get(raw, "quote")),
        about_assistant=_SPEAKERS.get(line(_get(raw, "about")).lower()),
        when=dates.days(_get(raw, "when")),
        categories=tuple(_names(_get(raw, "categories")))[:MAX_PARTS],
        entities=tuple(_entities(_get(raw, "entities")))[:MAX_PARTS],
        relations=tuple(_relations(_get(raw, "relations"), dates))[:MAX_PARTS],
        undated=dates.unread,
    )


def usable_text(value: Any) -> str:
    """The text of a fact on one line; empty if there is none, or it is too long."""
    text = line(value)
    return text if len(text) <= MAX_TEXT else ""


def line(value: Any) -> str:
    """A string on one line without control characters; empty for anything else, and for invalid Unicode."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    plain = "".join(character if unicodedata.category(character) != "Cc" else " " for character in value)
    return " ".join(plain.split())


class _Dates:
    """Reads the dates of one fact, and counts what can't be read.

    Args:
        text: of the fact: its tense tells which March is meant.
    """

    def __init__(self, text: str, today: date) -> None:
        self._today = today
        self._ahead = is_ahead(text)
        self.unread = 0

    def days(self, value: Any) -> Days | None:
        """A day, month, year or range in ISO form or in words; None for anything else."""
        written = line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if value is None or written.lower() in _NO_DATE:
            # A number with a fraction or a list is a date that can't be read; an empty list says that there is none.
            self.unread += value not in (None, [], {}) and not isinstance(value, str)
            return None
        found = when.read(written[:_MAX_DATE], self._today, ahead=self._ahead)
        self.unread += found is None
        return found

    def start(self, value: Any) -> datetime | None:
        found = self.days(value)
        return None if found is None else times.moment(found.first)

    def end(self, value: Any) -> datetime | None:
        found = self.days(value)
        return None if found is None else times.moment(found.last, day_end=True)


def _facts(value: Any, depth: int = 0) -> list[Any] | None:
    """The list of facts in an object, or inside a wrapper such as a function call."""
    if depth > _MAX_WRAPPERS:
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    # Function calls come as a list of one, with their arguments as a string of JSON.
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        return None
    if "facts" in value:
        facts = value["facts"]
        if isinstance(facts, Mapping) and facts:
            return [facts]
        return facts if isinstance(facts, list) else None
    inner = [facts for key in _WRAPPERS if key in value and (facts := _facts(value[key], depth + 1)) is not None]
    return inner[0] if inner else None


def _bare(value: Any) -> list[list[Any]]:
    """A list of facts, or a single fact, without the object that should be around it."""
    if isinstance(value, list) and all(isinstance(fact, Mapping) for fact in value):
        return [value]
    return [[value]] if isinstance(value, Mapping) and usable_text(_get(value, "text")) else []


def _get(raw: Mapping[Any, Any], name: str) -> Any:
    return next((raw[key] for key in _KEYS.get(name, (name,)) if raw.get(key) is not None), None)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _numbers(value: Any) -> Iterator[int]:
    """Numbers of messages, given as 2, 2.0, "2", "[2]" or "1, 2"."""
    for number in _many(value)[: 10 * _MAX_SOURCES]:
        match number:
            case bool():
                continue
            case int():
                yield number
            case float() if number.is_integer():
                yield int(number)
            case str() if len(number) <= MAX_NAME:
                yield from map(int, _NUMBER.findall(number))


def _quote(value: Any) -> str:
    return next((text[:_MAX_QUOTE] for quote in _many(value) if (text := line(quote))), "")


def _names(value: Any) -> Iterator[str]:
    for names in _many(value):
        for name in re.split(r"[,;|]", names) if isinstance(names, str) else ():
            if short := _short(name):
                yield short


def _entities(value: Any) -> Iterator[tuple[str, str]]:
    """Names and types; the type is empty if none is given."""
    for entity in _many(value):
        fields = entity if isinstance(entity, Mapping) else {"name": entity}
        if name := _short(fields.get("name")):
            yield name, _short(fields.get("type")).lower()


def _relations(value: Any, dates: _Dates) -> Iterator[Link]:
    for relation in _many(value):
        if isinstance(relation, list) and len(relation) == 3:
            relation = dict(zip(("source", "relationship", "target"), relation, strict=True))
        if isinstance(relation, Mapping):
            source, relationship, target = (
                _short(_get(relation, name)) for name in ("source", "relationship", "target")
            )
            yield Link(
                source, relationship, target, dates.start(relation.get("since")), dates.end(relation.get("until"))
            )


def _short(value: Any) -> str:
    """A name on one line; empty if it is no string, or too long."""
    name = line(value)
    return name if len(name) <= MAX_NAME else ""
